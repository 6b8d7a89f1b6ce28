"""What the house says of its backups: the page, the job, the watch, and only where somebody counts on them."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from syncing import jobs
from syncing.alerting import tell
from syncing.backups.making import make
from syncing.backups.models import Backup, BackupOutcome
from syncing.backups.verifying import verify
from syncing.monitoring import keeping
from syncing.monitoring.overview import overview
from syncing.monitoring.watch import checks
from syncing.scheduling.booking import ask
from syncing.scheduling.models import JobRun, RunOutcome, Trigger
from tests.syncing.backups.test_making import no_room
from tests.web.people import all_roles, everything_read, person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def counted_upon(settings: Settings) -> None:
    settings.BACKUPS_ASKED = True
    settings.OWNER_EMAIL = "proprietaire@exemple.ca"
    all_roles()


def codes() -> list[str]:
    return [one.code for one in keeping.findings(timezone.now())]


def run_job() -> JobRun:
    ask(jobs.backup, trigger=Trigger.MANUAL, user=None, now=timezone.now())
    jobs.backup()
    return JobRun.objects.latest("pk")


def proved(ago: timedelta = timedelta(), **told: object) -> Backup:
    at = timezone.now() - ago
    row = {"started_at": at, "finished_at": at, "verified_at": at, "outcome": BackupOutcome.VERIFIED}
    return Backup.objects.create(file="gazelle-20261120T080000Z.tar.gz", size=3, **{**row, **told})


def test_nothing_is_said_where_nobody_counts_on_backups(settings: Settings) -> None:
    settings.BACKUPS_ASKED = False
    assert codes() == []
    assert keeping.standing(timezone.now()).tone == "unknown"
    assert "backup" not in [one.name for one in checks(timezone.now())]
    settings.SCHEDULER_ENV = "production"
    assert codes() == ["backup:never"]


def test_a_proved_one_is_well_until_the_morning_after_a_missed_night() -> None:
    row = proved(timedelta(hours=29))
    assert codes() == []
    Backup.objects.filter(pk=row.pk).update(started_at=timezone.now() - timedelta(hours=31))
    assert codes() == ["backup:stale"]
    [check] = [one for one in checks(timezone.now()) if one.name == "backup"]
    assert (check.well, check.told) == (False, "Il n’y a pas de sauvegarde récente.")


def test_one_that_was_only_made_is_no_backup_yet(settings: Settings) -> None:
    make()
    assert codes() == ["backup:stale"]
    verify(Backup.objects.get())
    assert codes() == []


def test_a_file_that_shrank_or_left_is_seen_at_the_next_look(settings: Settings) -> None:
    row = make()
    verify(row)
    path = Path(settings.BACKUP_DIR) / row.file
    path.write_bytes(b"x")
    assert codes() == ["backup:unreadable"]
    path.unlink()
    assert codes() == ["backup:unreadable"]
    assert "n’est plus dans le dossier" in keeping.findings(timezone.now())[0].cause


def test_the_job_saves_and_proves_in_one_run_or_in_two_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_job()
    assert run.outcome == RunOutcome.SUCCESS, run.message
    assert "restaurée à l’essai" in run.message
    monkeypatch.setattr("syncing.scheduling.running.SLICE", 0)
    run = run_job()
    assert run.finished_at is None
    assert "elle sera restaurée à l’essai dans une minute" in run.message
    assert Backup.objects.filter(outcome=BackupOutcome.MADE).count() == 1
    monkeypatch.undo()
    jobs.backup()
    run.refresh_from_db()
    assert run.outcome == RunOutcome.SUCCESS
    assert Backup.objects.filter(outcome=BackupOutcome.VERIFIED).count() == 2


def test_a_job_that_fails_is_one_finding_and_the_owner_is_written_to() -> None:
    everything_read()
    with no_room():
        run = run_job()
    assert run.outcome == RunOutcome.ERROR
    assert "disque est plein" in run.message
    seen = overview()
    told = [one.code for one in (seen.verdict.next, *seen.others) if one and "backup" in one.code]
    assert told == ["backup:failed"]
    [message] = [one for one in tell().queued if "sauvegarde" in one.subject]
    assert message.address == "proprietaire@exemple.ca"
    assert "Libérez de la place" in message.body


def test_the_page_shows_what_was_saved_and_starts_another(client: Client) -> None:
    row = make()
    verify(row)
    client.force_login(person("Bureau"))
    page = client.get("/systeme/sauvegardes/").content.decode()
    assert row.file in page
    assert "Vérifiée" in page
    assert "La maison peut être remise en place." in page
    assert client.post("/systeme/horaire/backup/lancer").status_code == 302
    assert JobRun.objects.filter(job="backup", finished_at=None).exists()
    assert "Les sauvegardes" in client.get("/systeme/").content.decode()


def test_the_page_of_an_empty_house_says_what_to_do(client: Client) -> None:
    client.force_login(person("Bureau"))
    page = client.get("/systeme/sauvegardes/").content.decode()
    assert "Aucune sauvegarde n’a encore été faite" in page
    assert "Sauvegarder maintenant" in page


def test_watch_and_status_tell_it_too(settings: Settings) -> None:
    everything_read()
    proved(timedelta(days=3), places=[])
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("watch", "--dry-run", stdout=out)
    assert "backup       Il n’y a pas de sauvegarde récente." in out.getvalue()
    out = io.StringIO()
    call_command("syncstatus", stdout=out)
    assert "La dernière sauvegarde vérifiée remonte à 3" in out.getvalue()
