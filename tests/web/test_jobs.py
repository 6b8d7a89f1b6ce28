"""The pages of jobs, their doors for programs, and the commands: one entry, the same words everywhere."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ, Schedule
from pytest_django import Settings

from syncing.backups.models import Backup
from syncing.bearer import SCHEDULER
from syncing.people import tokens
from syncing.scheduling.declaring import jobs
from syncing.scheduling.models import JobPause, JobPlan, JobRun, RunOutcome
from tests.web.people import everything_read, person

pytestmark = pytest.mark.django_db
HISTORY = 60


@pytest.fixture
def runs(settings: Settings) -> None:
    """A schedule that lives, and sixty runs of one job, the last but one of which failed."""
    settings.SCHEDULER_ENABLED, settings.SCHEDULER_ENV = True, "production"
    call_command("schedules", stdout=io.StringIO())
    now = timezone.now()
    Backup.objects.create(file="x", started_at=now, finished_at=now, verified_at=now, outcome="verified")
    beat = {"trigger": "scheduler", "outcome": RunOutcome.SUCCESS}
    for name in ("tick", "long_tick"):
        ended(name, now, **beat)
    for number in range(HISTORY):
        failed = {"outcome": RunOutcome.ERROR, "message": "Le disque est plein."} if number == 1 else {}
        ended("archive", now - number * timedelta(hours=3), **{**beat, **failed, "seconds": 2.0 + number % 7})


def ended(name: str, at: datetime, **told: Any) -> JobRun:
    return JobRun.objects.create(job=name, slot=at, started_at=at, heartbeat_at=at, finished_at=at, **told)


def signed_in(role: str) -> Client:
    browser = Client()
    browser.force_login(person(role))
    return browser


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_the_list_says_how_each_job_stands_in_a_constant_number_of_queries(runs: None) -> None:
    browser = signed_in("Bureau")
    browser.get("/systeme/horaire/")
    with CaptureQueriesContext(connection) as asked:
        page = browser.get("/systeme/horaire/").content.decode()
    assert "Les travaux vont à leur heure." in page
    assert page.count('<span class="badge ok">') >= 3
    assert len(asked) <= 16, [query["sql"][:90] for query in asked]


def test_the_page_of_a_job_shows_its_history_and_its_durations(runs: None) -> None:
    page = signed_in("Bureau").get("/systeme/horaire/archive/").content.decode()
    assert "les 50 dernières" in page
    assert "50 dernières durées : 5,0\u00a0s d’habitude, 8,0\u00a0s au plus." in page
    assert page.count('<circle class="fault"') == 1
    assert "Le disque est plein." in page
    assert "Mettre en pause" not in page, "that is for the administration"


def test_a_press_on_the_button_hands_the_work_to_a_worker(runs: None, django_capture_on_commit_callbacks: Any) -> None:
    browser = signed_in("Bureau")
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post("/systeme/horaire/full_sync/lancer", follow=True)
    run = JobRun.objects.get(job="full_sync")
    assert (run.trigger, run.started_at, run.user and run.user.username) == ("manual", None, "Bureau@exemple.ca")
    assert OrmQ.objects.get().key == "long"
    assert said(answer) == [
        "« Lecture complète » est demandé : un travailleur le prend dans les secondes qui viennent."
    ]
    again = browser.post("/systeme/horaire/full_sync/lancer", follow=True)
    assert said(again)[0].startswith("Rien n’a été fait : « Lecture complète » attend déjà son tour")


def test_a_pause_is_for_the_administration_and_needs_a_reason_and_an_end(runs: None) -> None:
    url = "/systeme/horaire/archive/pause"
    assert signed_in("Bureau").post(url, {"reason": "x", "until": "2099-01-01T00:00"}).status_code == 403
    browser, soon = signed_in("Administration"), timezone.localtime() + timedelta(hours=2)
    for typed, expected in (
        ({"reason": "", "until": f"{soon:%Y-%m-%dT%H:%M}"}, "Rien n’a été fait : Dites pourquoi"),
        ({"reason": "Import", "until": ""}, "Rien n’a été fait : Dites jusqu’à quel jour"),
        ({"reason": "Import", "until": "demain"}, "Rien n’a été fait : Dites jusqu’à quel jour"),
        ({"reason": "Import", "until": "2026-02-31T10:00"}, "Rien n’a été fait : Dites jusqu’à quel jour"),
    ):
        assert said(browser.post(url, typed, follow=True))[0].startswith(expected)
    assert not JobPause.objects.exists()
    browser.post(url, {"reason": "Import de 2016", "until": f"{soon:%Y-%m-%dT%H:%M}"})
    page = browser.get("/systeme/horaire/archive/").content.decode()
    assert "Import de 2016" in page
    assert "En pause" in page
    answer = browser.post("/systeme/horaire/archive/reprendre", follow=True)
    assert said(answer) == ["« Ménage » reprend à sa prochaine heure."]


def test_signs_of_life_are_never_paused(runs: None) -> None:
    answer = signed_in("Administration").post(
        "/systeme/horaire/tick/pause", {"reason": "x", "until": "2099-01-01T00:00"}, follow=True
    )
    assert "ne se met pas en pause" in said(answer)[0]


def test_a_page_that_names_a_job_does_not_run_it(runs: None) -> None:
    before = JobRun.objects.count()
    browser = signed_in("Administration")
    for name in ("", "archive/", "digest/"):
        assert browser.get(f"/systeme/horaire/{name}").status_code == 200
    assert JobRun.objects.count() == before
    JobRun.objects.create(job="archive", slot=timezone.now(), trigger="manual")
    browser.get("/systeme/horaire/archive/")
    assert JobRun.objects.get(trigger="manual").started_at is None


def test_an_unknown_job_has_no_page(runs: None) -> None:
    assert signed_in("Bureau").get("/systeme/horaire/rapport/").status_code == 404


# -- programs ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def program() -> Client:
    owner = person("Administration")
    _, secret = tokens.create(name="cron", owner=owner, scopes=[SCHEDULER.name], expires_at=None, by=owner)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_a_program_reads_the_state_and_the_history(runs: None, program: Client) -> None:
    states = {one["job"]: one for one in program.get("/api/scheduler/status").json()}
    assert states["archive"]["status"] == "Réussi"
    assert states["archive"]["crons"] == ["0 5 * * *"]
    assert states["incremental_sync"]["next_run"]
    logs = program.get("/api/scheduler/logs/archive").json()
    assert len(logs) == 50
    assert logs[1]["outcome"] == "error"
    assert len(program.get("/api/scheduler/logs/archive?limit=3").json()) == 3
    assert program.get("/api/scheduler/logs/archive?limit=101").status_code == 422


def test_a_program_starts_a_job_once(runs: None, program: Client) -> None:
    first = program.post("/api/scheduler/run/archive")
    assert (first.status_code, first.json()["trigger"], first.json()["status"]) == (202, "api", "En attente")
    second = program.post("/api/scheduler/run/archive")
    assert (second.status_code, second.json()["code"]) == (409, "already_running")


def test_an_unknown_job_is_answered_with_one_sentence(program: Client) -> None:
    for answer in (program.get("/api/scheduler/logs/rapport"), program.post("/api/scheduler/run/rapport")):
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_job")
        assert answer.json()["message"].startswith("Travail inconnu : « rapport ». Travaux connus : ")


def test_the_schedule_is_closed_to_who_has_no_token() -> None:
    assert Client().get("/api/scheduler/status").status_code == 401
    assert Client().post("/api/scheduler/run/archive").status_code == 401


# -- the watch ---------------------------------------------------------------------------------------------------------


def test_the_watch_is_calm_when_all_lives(runs: None) -> None:
    everything_read()
    answer = Client().get("/api/v6/watch")
    assert (answer.status_code, {one["name"] for one in answer.json()}) == (
        200,
        {"sync", "backup", "scheduler", "workers", "jobs"},
    )
    call_command("watch", stdout=io.StringIO())


@pytest.fixture
def dead(runs: None) -> None:
    """Everything was read, and nothing beats any more."""
    everything_read()
    JobRun.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=20))
    JobPlan.objects.update(since=timezone.now() - timedelta(days=1))


def test_the_watch_tells_a_dead_scheduler_from_dead_workers(dead: None) -> None:
    def unwell() -> set[str]:
        answer = Client().get("/api/v6/watch")
        assert answer.status_code == 503
        return {one["name"] for one in answer.json() if not one["ok"]}

    assert unwell() == {"workers"}, "rows of the schedule move on, and nothing is done"
    Schedule.objects.update(next_run=timezone.now() - timedelta(minutes=19))
    assert unwell() == {"scheduler"}
    with pytest.raises(SystemExit):
        call_command("watch", stdout=io.StringIO())


def test_the_watch_tells_a_cluster_that_outlived_who_started_it(runs: None) -> None:
    everything_read()
    JobRun.objects.filter(job="archive").update(worker="serveur:100:orphan")
    [unwell] = [one for one in Client().get("/api/v6/watch").json() if not one["ok"]]
    assert unwell == {"name": "scheduler", "ok": False, "message": "Deux horaires tournent à la fois."}
    JobRun.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=6))
    JobRun.objects.filter(job__in=("tick", "long_tick")).update(heartbeat_at=timezone.now())
    assert Client().get("/api/v6/watch").status_code == 200


def test_a_job_that_promises_is_watched_until_it_succeeds(runs: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from syncing import jobs

    everything_read()
    object.__setattr__(jobs.archive, "promise", timedelta(hours=26))
    try:
        assert Client().get("/api/v6/watch").status_code == 200
        JobRun.objects.filter(job="archive").delete()
        told = {one["name"]: one["message"] for one in Client().get("/api/v6/watch").json() if not one["ok"]}
        assert told == {"archive": "« Ménage » n’a jamais réussi."}
    finally:
        object.__setattr__(jobs.archive, "promise", None)


# -- commands ----------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_declaring_twice_changes_nothing(settings: Settings) -> None:
    settings.SCHEDULER_ENABLED, settings.SCHEDULER_ENV = True, "production"
    lines = sum(len(one.crons.get("production", {})) for one in jobs())
    assert run("schedules", "--dry-run").count("ajouté") == lines
    assert not Schedule.objects.exists()
    assert run("schedules").count("ajouté") == lines
    before = list(Schedule.objects.order_by("pk").values())
    assert run("schedules").count("inchangé") == lines
    assert list(Schedule.objects.order_by("pk").values()) == before
    settings.SCHEDULER_ENABLED = False
    assert run("schedules").count("retiré") == lines
    assert not Schedule.objects.exists()


def test_a_changed_line_gets_its_new_hour_and_a_strange_one_is_told(settings: Settings) -> None:
    settings.SCHEDULER_ENABLED, settings.SCHEDULER_ENV = True, "production"
    run("schedules")
    Schedule.objects.filter(name="digest").update(cron="0 9 * * *", next_run=None)
    Schedule.objects.create(name="digest", func="os.system", schedule_type="C", cron="0 3 * * *")
    Schedule.objects.create(name="autre", func="os.system", args="'true'", schedule_type="C", cron="0 3 * * *")
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("schedules", stdout=out, stderr=io.StringIO())
    row = Schedule.objects.get(name="digest")
    assert (row.cron, row.func) == ("0 7 * * *", "syncing.jobs.digest")
    assert timezone.localtime(row.next_run).hour == 7
    assert "autre" in out.getvalue()
    assert "étranger" in out.getvalue()


def test_a_job_is_run_here_and_now(settings: Settings) -> None:
    everything_read()
    assert run("job", "archive") == "Ménage : réussi. Rien à archiver ni à oublier.\n"
    assert JobRun.objects.get().trigger == "manual"
    assert "archive" in run("job")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["rapport"], "Travail inconnu : « rapport »"),
        (["archive", "--pause", "", "--until", "2099-01-01T00:00", "--by", "Bureau@exemple.ca"], "Dites pourquoi"),
        (["archive", "--pause", "x", "--by", "Bureau@exemple.ca"], "--until demande la fin"),
        (["archive", "--pause", "x", "--until", "2026-11-30T08:00"], "--by demande un compte"),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(arguments: list[str], expected: str) -> None:
    person("Bureau")
    with pytest.raises(CommandError, match=expected) as refused:
        run("job", *arguments)
    assert refused.value.returncode == 2


def test_the_rows_of_the_queue_are_looked_at_and_never_written(client: Client) -> None:
    client.force_login(person("Administration"))
    row = Schedule.objects.create(name="x", func="os.system", schedule_type="C", cron="0 3 * * *")
    assert client.get(reverse("admin:django_q_schedule_add")).status_code == 403
    change = reverse("admin:django_q_schedule_change", args=[row.pk])
    assert client.post(change, {"func": "os.remove"}).status_code == 403
    assert signed_in("Bureau").get(change).status_code == 403
