"""The report as a job, a command, an address for programs and a page: one run, whoever asks."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from clients.models import Client, Institution
from gazelle_site.sandbox import Served
from pianos.models import Piano
from pianos.report.asking import ask_for_report, job
from pianos.report.models import TimelineReport
from pianos.report.producing import own_file
from pianos.report.rows import ALERTS
from syncing.bearer import REPORTS, SCHEDULER
from syncing.people import tokens
from syncing.scheduling.crons import following
from syncing.scheduling.models import JobRun, RunOutcome, Trigger
from tests.pianos.report import house
from tests.pianos.report.house import TABS, VINCENT, at, entry
from tests.pianos.report.test_workbook import read
from tests.sheets import server
from tests.sheets.server import Sheets
from tests.web.people import all_roles, person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def park(gazelle: Served, settings: Settings) -> Served:
    """Institutions whose clients, instruments and notes are in Gazelle, and were read once."""
    settings.OWNER_EMAIL = "proprietaire@exemple.ca"
    settings.GOOGLE_CREDENTIALS_FILE = settings.TIMELINE_SHEET_ID = ""
    all_roles()
    house.institutions()
    box, owners = gazelle.sandbox, {}
    for slug in house.SEEDED:
        owner = owners[slug] = box.create("clients", companyName=house.NAMES[slug])
        instrument = box.create("pianos", client=owner, make="Yamaha", model="U1", location="B-12")
        for number, text in enumerate(("PLS débranché", "Accord 440, 21C, 40%", "Accord 441")):
            noted = f"2026-01-{number + 1:02}T17:00:00Z"
            box.create(
                "timeline", type="SERVICE_ENTRY_MANUAL", client=owner, piano=instrument, summary=text, occurredAt=noted
            )
    call_command("sync", "--full", "users", "clients", "pianos", "timeline", stdout=io.StringIO())
    for slug, owner in owners.items():
        Client.objects.filter(pk=owner).update(institution=Institution.objects.get(slug=slug))
    return gazelle


def run(**asked: bool) -> JobRun:
    """One try of what was asked for."""
    if not JobRun.objects.filter(finished_at=None).exists():
        wanted = {"full_refresh": False, "forced": False, **asked}
        ask_for_report(**wanted, trigger=Trigger.MANUAL, user=None, now=timezone.now())
    JobRun.objects.filter(finished_at=None).update(not_before=timezone.now())
    job()()
    return JobRun.objects.latest("pk")


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("timeline_report", *arguments, stdout=out)
    return out.getvalue()


def test_it_runs_at_two_in_the_morning_among_the_long_jobs_and_is_tried_twice() -> None:
    found = job()
    assert found.lines("production") == {"timeline_report": "0 2 * * *"}
    assert found.lines("staging") == {"timeline_report": "0 2 * * *"}
    assert found.lines("local") == {}
    assert (found.cluster, found.attempts, found.pause) == ("long", 2, timedelta(minutes=10))


@pytest.mark.parametrize(("day", "hour"), [(at(3, 8, 0), 3), (at(11, 1, 0), 2), (at(6, 1, 0), 2)])
def test_on_both_clock_changes_it_runs_once_that_night(day: Any, hour: int) -> None:
    """In March the hour of two does not exist; in November the one before comes twice."""
    first = following("0 2 * * *", day)
    assert first.astimezone(day.tzinfo).hour == hour
    assert (following("0 2 * * *", first) - first) >= timedelta(hours=22)


def test_what_gazelle_has_since_is_read_before_and_written(park: Served, sheets: Sheets) -> None:
    box = park.sandbox
    assert run().outcome == RunOutcome.SUCCESS
    noted = (timezone.now() - timedelta(days=10)).strftime("%Y-%m-%dT%H:%M:%SZ")
    instrument = Piano.objects.get(client__institution__slug=VINCENT)
    box.create(
        "timeline", type="SERVICE_ENTRY_MANUAL", client=instrument.client_id, piano=instrument.pk,
        summary="Note arrivée en retard", occurredAt=noted,
    )  # fmt: skip
    done = run()
    assert (done.outcome, done.message) == (RunOutcome.SUCCESS, done.message)
    assert done.message.startswith("1 ligne écrite (Vincent 1). Données de ")
    assert [row[2] for row in sheets.book.rows("Vincent")].count("Note arrivée en retard") == 1
    assert run().message.startswith("Rien de nouveau à écrire.")


def test_without_a_google_account_it_is_a_file_with_the_same_tabs(park: Served) -> None:
    done = run()
    assert done.outcome == RunOutcome.SUCCESS, done.message
    found = read(own_file())
    assert list(found) == [*TABS, ALERTS]
    assert [len(rows) for rows in found.values()] == [4, 4, 4, 4]
    assert "12 lignes dans rapport-chronologique.xlsx (UQAM 3, Vincent 3" in done.message


def test_gazelle_down_does_not_stop_a_report_on_recent_data_and_is_told(park: Served, sheets: Sheets) -> None:
    run()
    park.faults.add("status", code=400, times=None)
    entry(Piano.objects.get(client__institution__slug=VINCENT), "Nouveau", at(2, 3))
    done = run()
    assert done.outcome == RunOutcome.WARNING
    assert "La lecture d’avant n’a pas réussi : " in done.message
    assert sheets.book.rows("Vincent")[-1][2] == "Nouveau"


def test_gazelle_down_for_a_day_stops_the_report_unless_somebody_forces_it(
    park: Served, sheets: Sheets, time_machine: Any
) -> None:
    run()
    park.faults.add("status", code=400, times=None)
    time_machine.move_to(timezone.now() + timedelta(hours=13), tick=True)
    entry(Piano.objects.get(client__institution__slug=VINCENT), "Nouveau", at(2, 3))
    first = run()
    assert (first.outcome, first.attempt) == ("", 1), "another try comes in ten minutes"
    done = run()
    assert done.outcome == RunOutcome.ERROR
    assert "les données sont vieilles de 13" in done.message
    assert len(sheets.book.rows("Vincent")) == 3
    assert run(forced=True).outcome == RunOutcome.WARNING
    assert len(sheets.book.rows("Vincent")) == 4


def test_the_second_try_of_a_full_refresh_goes_on_where_the_first_stopped(park: Served, sheets: Sheets) -> None:
    run()
    sheets.fail(server.QUOTA, times=None, after=4)
    first = run(full_refresh=True)
    assert first.finished_at is None
    assert "le quota est atteint" in first.message
    assert first.stats["refreshed"] == ["UQAM"]
    sheets.faults.clear()
    done = run()
    assert (done.pk, done.outcome, done.attempt) == (first.pk, RunOutcome.SUCCESS, 2)
    assert TimelineReport.objects.all()[0].full_refresh


def test_what_people_should_look_at_makes_the_run_a_warning(park: Served, sheets: Sheets) -> None:
    run()
    sheets.book["Vincent"].cells[0][0] = "Date"
    entry(Piano.objects.get(client__institution__slug=VINCENT), "Nouveau", at(2, 3))
    done = run()
    assert done.outcome == RunOutcome.WARNING
    assert "« Vincent » : L’onglet « Vincent » a été modifié" in done.message


# -- the command -------------------------------------------------------------------------------------------------------


def test_the_command_is_a_run_of_the_job(park: Served, sheets: Sheets) -> None:
    assert "Rapport chronologique : réussi. 12 lignes écrites (UQAM 3, Vincent 3" in command()
    assert "12 lignes écrites" in command("--full-refresh")
    told = JobRun.objects.filter(job="timeline_report").latest("pk")
    assert (told.trigger, told.stats["full_refresh"]) == ("manual", True)


def test_the_command_that_fails_says_so_and_leaves_its_second_try_to_the_schedule(
    park: Served, sheets: Sheets, capsys: pytest.CaptureFixture[str]
) -> None:
    sheets.book.editors.clear()
    with pytest.raises(SystemExit) as stopped:
        command()
    assert stopped.value.code == 1
    assert JobRun.objects.latest("pk").attempt == 1


def test_the_command_writes_a_file_wherever_it_is_told(park: Served, sheets: Sheets, tmp_path: Path) -> None:
    path = tmp_path / "copie.xlsx"
    assert "12 lignes dans copie.xlsx" in command("--output", str(path))
    assert list(read(path)) == [*TABS, ALERTS]
    assert sheets.writes == 0
    for wrong in ("copie.csv", "copie"):
        with pytest.raises(CommandError, match=r"\.xlsx"):
            command("--output", str(tmp_path / wrong))


def test_a_dry_run_counts_and_writes_nothing(park: Served, sheets: Sheets) -> None:
    assert command("--dry-run").splitlines()[0] == "UQAM : 3 lignes à écrire, sur 3."
    run()
    writes = sheets.writes
    assert command("--dry-run").splitlines()[0] == "UQAM : 0 ligne à écrire, sur 3."
    assert command("--dry-run", "--full-refresh").splitlines()[0] == "UQAM : 3 lignes à écrire, sur 3."
    assert (sheets.writes, TimelineReport.objects.count()) == (writes, 1)


# -- programs ----------------------------------------------------------------------------------------------------------


def headers(scope: Any) -> dict[str, str]:
    owner = person("Bureau")
    secret = tokens.create(name="opérateur", owner=owner, scopes=[scope.name], expires_at=None, by=owner)[1]
    return {"Authorization": f"Bearer {secret}"}


def test_a_program_asks_for_a_report_and_reads_how_it_went(park: Served, sheets: Sheets) -> None:
    browser, door = Browser(), headers(REPORTS)
    assert browser.get("/api/reports/timeline/last", headers=door).status_code == 404
    asked = browser.post("/api/reports/timeline/generate?full_refresh=true", headers=door)
    assert asked.status_code == 202
    assert asked.json()["full_refresh"] is True
    assert OrmQ.objects.get().key == "long"
    again = browser.post("/api/reports/timeline/generate", headers=door)
    assert (again.status_code, again.json()["code"]) == (409, "already_running")
    job()()
    told = browser.get("/api/reports/timeline/last", headers=door).json()
    assert [one["written"] for one in told["tabs"]] == [3, 3, 3, 3]
    assert told["full_refresh"] is True
    assert JobRun.objects.get().trigger == "api"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_token_for_another_door_opens_nothing(park: Served, method: str) -> None:
    path = "/api/reports/timeline/" + ("last" if method == "get" else "generate")
    browser = Browser()
    assert getattr(browser, method)(path).status_code == 401
    assert getattr(browser, method)(path, headers=headers(SCHEDULER)).status_code == 403
    assert not JobRun.objects.exists()


def test_a_program_that_asks_nonsense_is_told_in_french(park: Served) -> None:
    answer = Browser().post("/api/reports/timeline/generate?full_refresh=peut-etre", headers=headers(REPORTS))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


# -- the page ----------------------------------------------------------------------------------------------------------


def office() -> Browser:
    browser = Browser()
    browser.force_login(person("Bureau"))
    return browser


def test_the_page_tells_what_was_written_and_what_was_left_out(park: Served, sheets: Sheets) -> None:
    browser = office()
    assert "Aucun rapport pour l’instant." in browser.get("/systeme/rapport/").content.decode()
    own = Piano.objects.get(client__institution__slug=VINCENT)
    entry(own, "20°C, 42%", at(1, 1), kind=house.MEASUREMENT)
    entry(own, "Accord 440, 21C, 40%", at(1, 2), id="tle_5")
    run()
    page = browser.get("/systeme/rapport/").content.decode()
    assert "Le rapport est à jour." in page
    assert "Copie d’un ancien import, déjà écrite sous son vrai nom" in page
    assert "<code>tle_5</code>" in page
    assert "Mesure montrée sur la ligne d’un service" in page
    assert "Client qui n’est d’aucune institution du rapport" in page
    assert "https://docs.google.com/spreadsheets/d/classeur-1" in page
    assert "Voir son résultat" in browser.get("/systeme/horaire/timeline_report/").content.decode()


def test_the_page_tells_the_fault_of_a_tab_and_what_to_do(park: Served, sheets: Sheets) -> None:
    run()
    sheets.book["Vincent"].is_protected = True
    entry(Piano.objects.get(client__institution__slug=VINCENT), "Nouveau", at(2, 3))
    run()
    page = office().get("/systeme/rapport/").content.decode()
    assert "Le dernier rapport demande un coup d’œil." in page
    assert "Enlevez la protection de l’onglet" in page
    assert "Auparavant" in page


def test_the_buttons_leave_a_run_for_a_worker(park: Served, sheets: Sheets) -> None:
    browser = office()
    browser.post("/systeme/rapport/produire", {"full_refresh": "1"})
    told = JobRun.objects.get(job="timeline_report")
    assert (told.started_at, told.stats["full_refresh"], told.stats["forced"]) == (None, True, False)
    assert told.user is not None
    page = browser.post("/systeme/rapport/produire", follow=True).content.decode()
    assert "Rien n’a été fait : « Rapport chronologique » attend déjà son tour" in page
    assert "En cours" in page


def test_the_file_is_given_to_the_office_alone(park: Served) -> None:
    browser = office()
    assert browser.get("/systeme/rapport/fichier").status_code == 404
    run()
    answer: Any = browser.get("/systeme/rapport/fichier")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    technician = Browser()
    technician.force_login(person("Technicien"))
    for path in ("", "fichier"):
        assert technician.get(f"/systeme/rapport/{path}").status_code == 403
    assert technician.post("/systeme/rapport/produire").status_code == 403


def test_an_institution_without_clients_is_said(park: Served) -> None:
    Client.objects.filter(institution__slug=VINCENT).update(institution=None)
    page = office().get("/systeme/rapport/").content.decode()
    assert "aucun client n’y est rattaché" in page
