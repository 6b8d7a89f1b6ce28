"""The engine's own jobs, on a real stand-in Gazelle: sliced readings, what waits in the morning, signs of life."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from gazelle_site.sandbox import Served
from syncing import jobs, slicing
from syncing.models import Drift, Leg, Message
from syncing.registry import entities
from syncing.scheduling import running
from syncing.scheduling.booking import ask
from syncing.scheduling.declaring import Job
from syncing.scheduling.declaring import jobs as declared
from syncing.scheduling.models import JobRun, RunOutcome, Trigger
from syncing.vocabulary import INTERRUPTED, Mode
from tests.web.people import all_roles, everything_read

pytestmark = pytest.mark.django_db(transaction=True)


def started(one: Job, trigger: Trigger = Trigger.MANUAL) -> JobRun:
    """One try, or one slice, of what was asked for."""
    now = timezone.now()
    if not JobRun.objects.filter(job=one.name, finished_at=None).exists():
        if trigger == Trigger.SCHEDULER:
            JobRun.objects.create(job=one.name, slot=now, trigger=trigger, created_at=now, not_before=now)
        else:
            ask(one, trigger=trigger, user=None, now=now)
    one()
    return JobRun.objects.filter(job=one.name).latest("pk")


@pytest.mark.parametrize("name", [one.name for one in declared()])
def test_the_queue_finds_every_job_by_its_name(name: str) -> None:
    import pydoc

    assert pydoc.locate(declared()[name].path) is declared()[name]


@pytest.mark.parametrize("name", [one.name for one in declared()])
def test_every_job_can_be_started_by_hand_on_an_empty_house(name: str, gazelle: Served, settings: Settings) -> None:
    settings.OWNER_EMAIL = "proprietaire@exemple.ca"
    run = started(declared()[name])
    assert run.outcome in (RunOutcome.SUCCESS, RunOutcome.WARNING), run.message
    assert run.message


def test_by_itself_nothing_is_read_before_a_person_read_it_whole(gazelle: Served) -> None:
    run = started(jobs.incremental_sync, Trigger.SCHEDULER)
    assert (run.outcome, Leg.objects.count()) == (RunOutcome.WARNING, 0)
    assert "la première lecture se lance à la main" in run.message
    assert started(jobs.incremental_sync).outcome == RunOutcome.SUCCESS
    assert set(Leg.objects.values_list("entity", flat=True)) == {entity.name for entity in entities()}
    assert started(jobs.fast_sync, Trigger.SCHEDULER).outcome == RunOutcome.SUCCESS
    assert Leg.objects.filter(mode=Mode.RECENT, trigger="scheduler").exists()


def test_a_reading_out_of_time_is_taken_up_at_its_next_page(
    gazelle: Served, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slice of no time at all reads one page."""
    settings.OWNER_EMAIL = "proprietaire@exemple.ca"
    monkeypatch.setattr(running, "SLICE", 0)
    run, slices = started(jobs.full_sync), 1
    assert (run.finished_at, run.attempt) == (None, 0)
    assert "La suite dans une minute." in run.message
    stopped = Leg.objects.latest("pk")
    while run.finished_at is None:
        run, slices = started(jobs.full_sync), slices + 1
        assert slices < 100
    assert run.outcome == RunOutcome.SUCCESS
    assert slices > len(list(entities().roots(())))
    assert Leg.objects.filter(resumed__gt=0).exists()
    sealed = set(Leg.objects.filter(mode=Mode.FULL, sealed_at__isnull=False).values_list("entity", flat=True))
    assert sealed == {entity.name for entity in entities()}
    assert slicing.LEFT not in run.stats
    stopped.refresh_from_db()
    assert stopped.error_code in ("", INTERRUPTED)


def test_another_try_reads_only_what_failed(gazelle: Served, settings: Settings) -> None:
    settings.OWNER_EMAIL = "proprietaire@exemple.ca"
    started(jobs.full_sync)
    failing = next(entity for entity in entities() if entity.root)
    gazelle.faults.add("status", code=400, times=None, entity=failing.name)
    run = started(jobs.incremental_sync)
    assert (run.finished_at, run.attempt) == (None, 1)
    assert run.message.startswith(failing.label)
    assert run.action
    assert Message.objects.filter(kind="sync_failure").exists(), "told before the next try"
    gazelle.faults.clear()
    before = Leg.objects.count()
    JobRun.objects.update(not_before=timezone.now())
    run = started(jobs.incremental_sync)
    assert (run.outcome, run.attempt) == (RunOutcome.SUCCESS, 2)
    assert set(Leg.objects.order_by("pk")[before:].values_list("entity", flat=True)) == {
        entity.name for entity in entities().brought_by(failing)
    }


# -- the morning -------------------------------------------------------------------------------------------------------


def test_nothing_is_written_in_the_morning_when_nothing_waits(settings: Settings) -> None:
    settings.OWNER_EMAIL = "proprietaire@exemple.ca"
    everything_read()
    assert started(jobs.digest).message == "Rien n’attend personne : aucun courriel."
    assert not Message.objects.exists()


def test_in_the_morning_five_lines_tell_what_waits(settings: Settings) -> None:
    settings.OWNER_EMAIL = "proprietaire@exemple.ca"
    everything_read()
    Drift.objects.create(kind="value", entity=next(iter(entities())).name, path="status", value="HIBERNATING")
    assert started(jobs.digest).message == "1 courriel en partance."
    message = Message.objects.get()
    assert message.subject.startswith("Ce matin : Tout va bien. 1 élément à décider.")
    told, _, link = message.body.partition("\n\n")
    assert len(told.splitlines()) == 5
    assert link == "/systeme/"
    assert started(jobs.digest).message == "0 courriel en partance.", "once a day"


def test_a_morning_without_a_reader_says_so() -> None:
    all_roles()
    everything_read()
    Drift.objects.create(kind="value", entity=next(iter(entities())).name, path="status", value="HIBERNATING")
    run = started(jobs.digest)
    assert (run.outcome, "n’a aucun destinataire" in run.message) == (RunOutcome.WARNING, True)


# -- signs of life -----------------------------------------------------------------------------------------------------


def test_a_tick_sends_what_waits_and_wakes_what_is_due(settings: Settings) -> None:
    settings.OWNER_EMAIL = "proprietaire@exemple.ca"
    everything_read()
    JobRun.objects.create(job="archive", slot=timezone.now(), trigger="manual", attempt=1, started_at=timezone.now())
    Message.objects.create(
        kind="digest", cause="x", channel="mail", address="proprietaire@exemple.ca", number=1, subject="x"
    )
    run = started(jobs.tick)
    assert run.message == "1 travail relancé, 1 avis traité."
    assert OrmQ.objects.get().task["func"] == "syncing.jobs.archive"


def test_signs_of_life_are_forgotten_after_two_days_and_the_rest_kept() -> None:
    old = timezone.now() - timedelta(days=3)
    for name in ("tick", "archive"):
        JobRun.objects.create(job=name, slot=old, trigger="scheduler", finished_at=old, outcome="success")
    started(jobs.archive)
    assert set(JobRun.objects.values_list("job", flat=True)) == {"archive"}
