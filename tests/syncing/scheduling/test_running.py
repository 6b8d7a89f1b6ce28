"""The life of a run: tried again, put off, lost, paused, asked for; and never two at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django_q.models import OrmQ
from pytest_django import Settings

from syncing import leases
from syncing.scheduling import declaring
from syncing.scheduling.booking import AlreadyAsked, ask, poke
from syncing.scheduling.crons import WrongCron
from syncing.scheduling.declaring import Done, Job, JobFailed, Later, UnknownJob, job, jobs
from syncing.scheduling.models import JobRun, RunOutcome, Trigger
from syncing.scheduling.pausing import PauseRefused, pause, resume
from syncing.scheduling.planning import declare
from syncing.scheduling.running import at_hand, attend, lease_of
from syncing.scheduling.waking import wake
from tests.syncing.scheduling import toyjobs
from tests.syncing.scheduling.toyjobs import once, patient
from tests.web.people import person

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
SLOT = "2026-11-20T17:00:00+00:00"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def toy_jobs(settings: Settings, monkeypatch: pytest.MonkeyPatch, time_machine: Any) -> Iterator[None]:
    """Declared an hour before noon, in production."""
    settings.SCHEDULER_ENABLED, settings.SCHEDULER_ENV = True, "production"
    monkeypatch.setattr(declaring, "load", lambda _: [toyjobs])
    jobs.cache_clear()
    time_machine.move_to(NOON, tick=False)
    declare(jobs(), NOON - timedelta(hours=1))
    yield
    jobs.cache_clear()


@pytest.fixture
def does(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Done]], None]:
    return lambda work: monkeypatch.setattr(toyjobs, "behaviour", work)


def fails() -> Done:
    raise JobFailed("Gazelle ne répond pas.", action="Attendez.")


def only_run() -> JobRun:
    return JobRun.objects.get()


def test_what_is_planned_runs_and_says_how_it_went() -> None:
    patient(SLOT)
    run = only_run()
    assert (run.outcome, run.message, run.slot, run.attempt) == (RunOutcome.SUCCESS, "Fait.", NOON, 1)
    assert run.trigger == Trigger.SCHEDULER


def test_the_same_hour_delivered_twice_runs_once() -> None:
    patient(SLOT)
    patient(SLOT)
    assert JobRun.objects.count() == 1


def test_a_schedule_that_is_switched_off_starts_nothing_that_still_waits_in_the_queue(settings: Settings) -> None:
    settings.SCHEDULER_ENABLED = False
    patient(SLOT)
    assert not JobRun.objects.exists()


def test_a_failure_is_tried_again_as_declared_and_then_told(does: Any, time_machine: Any) -> None:
    does(fails)
    patient(SLOT)
    for attempt in (1, 2):
        run = only_run()
        assert (run.attempt, run.finished_at) == (attempt, None)
        assert run.not_before == NOON + attempt * timedelta(minutes=5)
        assert wake(run.not_before - MINUTE) == 0
        time_machine.move_to(run.not_before, tick=False)
        assert wake(run.not_before) == 1
        assert wake(run.not_before) == 0, "the queue was told already"
        patient()
    run = only_run()
    assert (run.attempt, run.outcome, run.message, run.action) == (
        3, RunOutcome.ERROR, "Gazelle ne répond pas.", "Attendez.",
    )  # fmt: skip
    assert wake(NOON + timedelta(hours=1)) == 0


def test_a_try_that_succeeds_ends_the_run(does: Any, time_machine: Any) -> None:
    does(fails)
    patient(SLOT)
    does(lambda: Done("Enfin.", warning=True))
    time_machine.move_to(NOON + timedelta(minutes=5), tick=False)
    patient()
    assert (only_run().outcome, only_run().message) == (RunOutcome.WARNING, "Enfin.")


def test_a_surprise_is_written_without_what_it_said(does: Any) -> None:
    does(lambda: Done(str(1 // 0)))
    ask(once, trigger=Trigger.MANUAL, user=None, now=NOON)
    once()
    run = only_run()
    assert (run.outcome, run.message) == (RunOutcome.ERROR, "Erreur imprévue : ZeroDivisionError.")


def test_slices_share_a_run_and_what_they_keep(does: Any) -> None:
    def slice_of_three() -> Done:
        stats = at_hand().stats
        done = stats["done"] = int(str(stats.get("done", 0))) + 1
        if done < 3:
            raise Later("Encore un peu.")
        return Done("Complet.")

    does(slice_of_three)
    patient(SLOT)
    assert (only_run().finished_at, only_run().message, only_run().attempt) == (None, "Encore un peu.", 0)
    assert wake(NOON) == 1
    patient()
    patient()
    run = only_run()
    assert (run.outcome, run.stats, run.message) == (RunOutcome.SUCCESS, {"done": 3}, "Complet.")


def test_waiting_has_an_end(does: Any, time_machine: Any) -> None:
    def waits() -> Done:
        raise Later("La fenêtre de demain n’est pas scellée.", after=timedelta(minutes=2))

    does(waits)
    ask(once, trigger=Trigger.MANUAL, user=None, now=NOON)
    once()
    assert only_run().not_before == NOON + timedelta(minutes=2)
    time_machine.move_to(NOON + once.patience + MINUTE, tick=False)
    once()
    assert only_run().outcome == RunOutcome.ERROR
    assert only_run().message.startswith("La fenêtre de demain n’est pas scellée. Ce travail n’attend pas plus de")


@pytest.fixture
def patient_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    declared = SimpleNamespace(JOBS=(replace(patient, before=("once",)), once))
    monkeypatch.setattr(declaring, "load", lambda _: [declared])
    jobs.cache_clear()


@pytest.mark.usefixtures("patient_goes_first")
def test_a_job_lets_by_those_that_go_before_it(does: Any, time_machine: Any) -> None:
    does(fails)
    patient(SLOT)  # tried again in five minutes
    does(lambda: Done("Fait."))
    ask(once, trigger=Trigger.MANUAL, user=None, now=NOON)
    once()
    late = JobRun.objects.get(job="once")
    assert (late.finished_at, late.message) == (None, "Attend la fin de « Essai ».")
    time_machine.move_to(NOON + 6 * MINUTE, tick=False)
    patient()
    once()
    late.refresh_from_db()
    assert late.outcome == RunOutcome.SUCCESS


@pytest.mark.usefixtures("patient_goes_first")
def test_a_job_waits_neither_for_a_dead_run_nor_for_more_than_an_hour(does: Any, time_machine: Any) -> None:
    killed(patient, NOON - 10 * MINUTE)
    ask(once, trigger=Trigger.MANUAL, user=None, now=NOON)
    once()
    assert JobRun.objects.get(job="once").outcome == RunOutcome.SUCCESS
    JobRun.objects.all().delete()
    JobRun.objects.create(
        job="patient", slot=NOON, trigger=Trigger.SCHEDULER, owner="autre", started_at=NOON, heartbeat_at=NOON
    )
    ask(once, trigger=Trigger.MANUAL, user=None, now=NOON)
    for minutes in range(0, 64, 2):
        time_machine.move_to(NOON + minutes * MINUTE, tick=False)
        JobRun.objects.filter(job="patient").update(heartbeat_at=NOON + minutes * MINUTE)
        once()
    late = JobRun.objects.get(job="once")
    assert late.outcome == RunOutcome.SUCCESS
    assert late.finished_at == NOON + 62 * MINUTE


def killed(one: Job, at: datetime, attempt: int = 1) -> JobRun:
    """As its row stands when its process is killed: nothing more is written."""
    return JobRun.objects.create(
        job=one.name, slot=at, trigger=Trigger.SCHEDULER, owner="elsewhere:1:2:dead", attempt=attempt,
        started_at=at, heartbeat_at=at, poked_at=at - timedelta(seconds=1),
    )  # fmt: skip


def test_a_run_whose_process_died_is_tried_again(time_machine: Any) -> None:
    run, later = killed(patient, NOON), NOON + timedelta(minutes=3)
    assert not run.is_lost(NOON + MINUTE)
    assert run.is_lost(later)
    time_machine.move_to(later, tick=False)
    assert wake(later) == 1
    patient()
    assert (only_run().outcome, only_run().attempt) == (RunOutcome.SUCCESS, 2)


def test_work_that_kills_its_process_is_not_tried_for_ever(time_machine: Any) -> None:
    killed(patient, NOON, attempt=patient.attempts)
    time_machine.move_to(NOON + timedelta(minutes=3), tick=False)
    assert wake(NOON + timedelta(minutes=3)) == 1
    patient()
    assert (only_run().outcome, only_run().attempt) == (RunOutcome.LOST, 3)


def test_who_was_given_up_writes_nothing_when_he_comes_back(does: Any) -> None:
    def slow() -> Done:
        JobRun.objects.update(owner="somebody:else:1:2")
        return Done("Trop tard.")

    does(slow)
    patient(SLOT)
    assert (only_run().outcome, only_run().owner) == ("", "somebody:else:1:2")


def test_while_one_process_works_another_leaves() -> None:
    ask(patient, trigger=Trigger.MANUAL, user=None, now=NOON)
    leases.acquire(lease_of(patient.name), "elsewhere:1:2:busy")
    patient()
    assert only_run().started_at is None


def test_a_planned_run_gives_way_to_the_next_one(time_machine: Any) -> None:
    JobRun.objects.create(job="patient", slot=NOON, trigger=Trigger.SCHEDULER, not_before=NOON, poked_at=NOON)
    time_machine.move_to(NOON + timedelta(hours=2), tick=False)
    patient("2026-11-20T19:00:00+00:00")
    first, second = JobRun.objects.order_by("slot")
    assert (first.outcome, second.outcome) == (RunOutcome.SKIPPED, RunOutcome.SUCCESS)
    assert "le remplace" in first.message


def test_a_clock_a_little_behind_loses_no_hour(time_machine: Any) -> None:
    """The cluster that keeps the schedule is three seconds ahead of the one that works."""
    time_machine.move_to(NOON - timedelta(seconds=3), tick=False)
    patient(SLOT)
    time_machine.move_to(NOON, tick=False)
    patient()
    assert [run.slot for run in JobRun.objects.filter(outcome=RunOutcome.SUCCESS)] == [NOON]


def test_an_hour_whose_message_was_lost_is_made_up_within_minutes(time_machine: Any) -> None:
    """A queue on Redis gives a message once; a cluster that is killed takes it along."""
    time_machine.move_to(NOON + MINUTE, tick=False)
    assert wake(NOON + MINUTE) == 0
    later = NOON + timedelta(minutes=3)
    time_machine.move_to(later, tick=False)
    assert wake(later) == 1
    assert (only_run().job, only_run().slot) == ("patient", NOON)
    patient()
    assert only_run().outcome == RunOutcome.SUCCESS
    patient(SLOT)
    assert JobRun.objects.count() == 1, "the message comes after all"


# -- by hand -----------------------------------------------------------------------------------------------------------


def test_what_somebody_asks_for_waits_for_a_worker_with_their_name() -> None:
    asker = person("Bureau")
    run = ask(once, trigger=Trigger.API, user=asker, now=NOON)
    assert (run.started_at, run.user, run.trigger) == (None, asker, Trigger.API)
    once()
    assert only_run().outcome == RunOutcome.SUCCESS


def test_a_job_is_asked_for_once_at_a_time(does: Any) -> None:
    ask(once, trigger=Trigger.MANUAL, user=None, now=NOON)
    with pytest.raises(AlreadyAsked, match="attend déjà son tour"):
        ask(once, trigger=Trigger.MANUAL, user=None, now=NOON)

    def while_it_works() -> Done:
        with pytest.raises(AlreadyAsked, match="est en cours"):
            ask(once, trigger=Trigger.MANUAL, user=None, now=NOON)
        return Done("")

    does(while_it_works)
    once()
    assert only_run().outcome == RunOutcome.SUCCESS


def test_asking_for_what_waits_for_its_next_try_has_it_now(does: Any) -> None:
    does(fails)
    patient(SLOT)
    assert ask(patient, trigger=Trigger.MANUAL, user=None, now=NOON).pk == only_run().pk
    does(lambda: Done("Fait."))
    patient()
    assert only_run().outcome == RunOutcome.SUCCESS


@pytest.mark.django_db(transaction=True)
def test_the_queue_carries_a_name_and_nothing_else() -> None:
    poke(once, NOON)
    queued = OrmQ.objects.get()
    assert queued.key == "long"
    assert (queued.task["func"], queued.task["args"], queued.task["kwargs"]) == (once.path, (), {})


def test_a_queue_that_cannot_be_reached_loses_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    settings.SCHEDULER_ENABLED = False

    def unreachable(*_: object, **__: object) -> None:
        raise ConnectionError

    monkeypatch.setattr("syncing.scheduling.booking.async_task", unreachable)
    ask(once, trigger=Trigger.MANUAL, user=None, now=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        poke(once, NOON)
    assert wake(NOON + timedelta(minutes=21)) == 1


# -- pauses ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def somebody() -> User:
    return person("Administration")


def test_a_paused_job_does_not_begin_and_says_why(somebody: User) -> None:
    pause(patient, reason="Import de 2016", until=NOON + timedelta(hours=3), by=somebody, now=NOON)
    patient(SLOT)
    run = only_run()
    assert run.outcome == RunOutcome.SKIPPED
    assert "Import de 2016" in run.message


def test_a_pause_ends_by_itself_and_by_hand(somebody: User, time_machine: Any) -> None:
    pause(patient, reason="Import", until=NOON + MINUTE, by=somebody, now=NOON - MINUTE)
    time_machine.move_to(NOON + MINUTE, tick=False)
    patient(SLOT)
    assert only_run().outcome == RunOutcome.SUCCESS
    pause(patient, reason="Encore", until=NOON + timedelta(hours=9), by=somebody, now=NOON + MINUTE)
    resume(patient, by=somebody, now=NOON + MINUTE)
    with pytest.raises(PauseRefused, match="n’est pas en pause"):
        resume(patient, by=somebody, now=NOON + MINUTE)


def test_a_paused_job_can_still_be_asked_for(somebody: User) -> None:
    pause(once, reason="Import", until=NOON + timedelta(hours=3), by=somebody, now=NOON)
    ask(once, trigger=Trigger.MANUAL, user=somebody, now=NOON)
    once()
    assert only_run().outcome == RunOutcome.SUCCESS


@pytest.mark.parametrize(
    ("reason", "until", "said"),
    [
        ("  ", NOON + MINUTE, "Dites pourquoi"),
        ("Import", NOON, "La fin d’une pause est à venir"),
        ("Import", NOON + timedelta(days=61), "La fin d’une pause est à venir"),
    ],
)
def test_a_pause_needs_a_reason_and_an_end(somebody: User, reason: str, until: datetime, said: str) -> None:
    with pytest.raises(PauseRefused, match=said):
        pause(patient, reason=reason, until=until, by=somebody, now=NOON)


def test_two_pauses_of_one_job_are_one_too_many(somebody: User) -> None:
    pause(patient, reason="Import", until=NOON + MINUTE, by=somebody, now=NOON)
    with pytest.raises(PauseRefused, match="déjà en pause"):
        pause(patient, reason="Import", until=NOON + MINUTE, by=somebody, now=NOON)


# -- declarations ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cron", ["0 6 * * * *", "@daily", "61 * * * *", "* * * *", "", "à midi"])
def test_a_wrong_cron_is_refused_when_it_is_declared(cron: str) -> None:
    with pytest.raises(WrongCron, match="cinq champs valides"):
        job(label="x", about="x", production={"": cron})(lambda: Done(""))


def test_an_unknown_job_is_answered_with_those_that_exist() -> None:
    with pytest.raises(UnknownJob, match=r"Travail inconnu : « rapport »\. Travaux connus : patient, once\."):
        jobs()["rapport"]


def test_work_outside_of_a_run_has_nothing_at_hand() -> None:
    with pytest.raises(LookupError):
        at_hand()
    attend(once)
    assert not JobRun.objects.exists()
