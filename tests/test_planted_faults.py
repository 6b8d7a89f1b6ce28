"""Faults planted one by one with real parts: the system page is red within a minute, with the cause and what to do.

And a thousand quiet moments, in which it never is.
"""

from __future__ import annotations

import io
import os
import random
import re
import resource
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest
import stamina
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.scheduler import scheduler as q_scheduler
from pytest_django import Settings

from gazelle_site.sandbox import Served
from syncing.alerting import tell
from syncing.fetching.transport import READ, Retries, Transport
from syncing.models import Conflict, Drift, Leg, Message
from syncing.monitoring import database, freshness
from syncing.monitoring.findings import Level, findings
from syncing.monitoring.overview import overview
from syncing.notifying.mailing import SMTP
from syncing.registry import PROJECT, entities
from syncing.scheduling import booking
from syncing.scheduling.declaring import BEATS, DEFAULT, LONG, jobs
from syncing.scheduling.models import JobRun, Trigger
from syncing.vocabulary import Mode
from tests.pianos.report.house import park
from tests.sheets.server import QUOTA
from tests.sheets.server import serve as serve_sheets
from tests.syncing.notifying.servers import MailServer, mail_server
from tests.syncing.notifying.test_processes import database as own_database  # noqa: F401  # a fixture
from tests.web.people import all_roles, person
from tests.web.test_outage import ask, closed_port

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
NOTED = "2026-11-20T15:00:00Z"
ALL_TABLES = "Rien ne se met plus à jour"

BY_THEMSELVES = {"database down", "stuck lock"}
"""Planted below in a process of its own."""
PROMISED = {
    *("expired token", "wrong password", "429 storm", "500s", "hang", "truncated page", "rows cut", "drift"),
    *("orphan flood", "full disk", "database down", "stuck lock", "dead worker", "dead scheduler", "two schedulers"),
    *("clock jump", "mail refused", "mail without receipt", "sheet quota", "stale backup", "unreadable backup"),
    *("slow query", "poisoned record", "mass deletion"),
}


@dataclass
class House:
    """What a fault may be planted in."""

    gazelle: Served
    settings: Settings
    mail: MailServer
    clock: Any
    patch: pytest.MonkeyPatch

    def sync(self, *arguments: str) -> bool:
        """The command, as a schedule runs it; whether it was content."""
        try:
            call_command("sync", *arguments, stdout=io.StringIO(), stderr=io.StringIO())
        except (SystemExit, Exception):  # noqa: BLE001  # how it fails is what other tests look at
            return False
        return True

    def failing_sync(self, *arguments: str) -> None:
        assert not self.sync(*arguments)


Plant = Callable[[House], Any]


@dataclass(frozen=True)
class Planted:
    """How a fault is planted, and what the first lines of the page then say. `told` is what the owner reads."""

    plant: Plant
    title: str
    cause: str
    action: str
    told: str = ""


@pytest.fixture
def house(
    gazelle: Served, settings: Settings, time_machine: Any, monkeypatch: pytest.MonkeyPatch, transactional_db: None
) -> Iterator[House]:
    """Every table was just read, and all is well."""
    time_machine.move_to(NOW, tick=True)
    all_roles()
    settings.OWNER_EMAIL, settings.EMAIL_TIMEOUT, settings.SLACK_WEBHOOK_URL = "proprietaire@exemple.ca", 2, ""
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    defaults = {**(Transport.__init__.__kwdefaults__ or {}), "timeout": 0.5}
    monkeypatch.setattr(Transport.__init__, "__kwdefaults__", defaults)  # a hang lasts no longer than a test may
    with mail_server() as mail, stamina.set_testing(True, attempts=2, cap=True):
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", mail.port
        built = House(gazelle, settings, mail, time_machine, monkeypatch)
        assert built.sync("--full")
        assert overview().verdict.title == "Tout va bien."
        yield built


# -- how each is planted -----------------------------------------------------------------------------------------------


def expired_token(house: House) -> None:
    """The access token lapsed while its refresh token was revoked: a person took the application away in Gazelle."""
    box, settings = house.gazelle.sandbox, house.settings
    settings.GAZELLE_API_KEY = ""
    settings.GAZELLE_CLIENT_ID, settings.GAZELLE_CLIENT_SECRET = house.gazelle.client_id, house.gazelle.client_secret
    settings.GAZELLE_ACCESS_TOKEN = box.credentials.access_token
    settings.GAZELLE_REFRESH_TOKEN = box.credentials.refresh_token
    assert house.sync("users")
    box.tokens.expire_access_tokens()
    assert house.sync("users"), "a token that lapses is renewed, and nobody hears of it"
    box.tokens.expire_access_tokens()
    box.tokens.revoke_refresh_tokens()
    house.failing_sync()


def wrong_password(house: House) -> None:
    house.settings.GAZELLE_API_KEY = "another-key"
    house.failing_sync()


def every_request(kind: str, **how: Any) -> Plant:
    def plant(house: House) -> None:
        house.gazelle.faults.add(kind, times=None, **how)
        house.failing_sync("clients")

    return plant


def rows_cut(house: House) -> None:
    """Pages shorter than the list they belong to, twice in a row."""
    house.gazelle.faults.add("missing_nodes", times=None, entity="clients", count=3)
    house.sync("clients", "--full")


def a_field_gone(house: House) -> None:
    house.gazelle.faults.add("field_gone", times=None, entity="clients", field="personalNotes")
    house.sync("clients", "--full")


def orphan_flood(house: House) -> None:
    """Notes about clients whom Gazelle's list does not hold."""
    box = house.gazelle.sandbox
    for _ in range(12):
        unlisted = box.create("clients", companyName="École d’ailleurs")
        box.create("timeline", client=unlisted, type="USER_COMMENT", comment="Accord fait", occurredAt=NOTED)
        box.delete("clients", unlisted)
    assert house.sync()


def full_disk(house: House) -> None:
    """No file of this process may grow any more: the system's own limit."""
    with no_room():
        house.failing_sync("clients")


@contextmanager
def no_room() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def clock_jump(house: House) -> None:
    """The clock was ahead for one reading, then it was put right."""
    house.clock.move_to(NOW + timedelta(days=3), tick=True)
    house.sync()
    house.clock.move_to(NOW + timedelta(minutes=1), tick=True)
    house.sync()


def a_message(house: House) -> None:
    house.gazelle.faults.add("status", code=500, times=None)
    house.failing_sync("clients")
    house.gazelle.faults.clear()
    assert house.sync("clients")


def mail_refused(house: House) -> None:
    house.mail.refuses["proprietaire@exemple.ca"] = "550 5.1.1 No such user"
    a_message(house)
    house.mail.refuses.clear()


def mail_without_receipt(house: House) -> None:
    house.mail.mood = MailServer.DROP
    a_message(house)
    house.mail.mood = "250 Ok: queued as R3C31PT"


def sheet_quota(house: House) -> None:
    """Google takes no more writes, neither tonight nor ten minutes later."""
    with serve_sheets() as sheets, TemporaryDirectory() as folder:
        house.settings.GOOGLE_SHEETS_URL, house.settings.TIMELINE_SHEET_ID = sheets.url, sheets.book.key
        house.settings.GOOGLE_CREDENTIALS_FILE = str(sheets.write_key(Path(folder) / "google.json"))
        park()
        sheets.fail(QUOTA, times=None)
        report = jobs()["timeline_report"]
        booking.ask(report, trigger=Trigger.MANUAL, user=None, now=timezone.now())
        for _ in range(report.attempts):
            JobRun.objects.update(not_before=timezone.now())
            report()


def poisoned_record(house: House) -> None:
    """One client comes with a list for an id."""
    house.gazelle.faults.add("type_change", entity="clients", field="id", value=[1, {"deep": None}])
    house.sync("clients")


def mass_deletion(house: House) -> None:
    box = house.gazelle.sandbox
    for gone in sorted(box.ids("clients"))[:15]:
        box.delete("clients", gone)
    house.sync("clients", "--full")


def scheduled(house: House) -> None:
    """The schedule of production, declared some minutes ago, and alive until now."""
    house.settings.SCHEDULER_ENABLED, house.settings.SCHEDULER_ENV = True, "production"
    call_command("schedules", stdout=io.StringIO())
    beat(timezone.now(), "serveur:100")


def beat(at: datetime, worker: str) -> None:
    for name in BEATS:
        JobRun.objects.create(
            job=name, slot=at, trigger="scheduler", started_at=at, heartbeat_at=at, finished_at=at, outcome="success",
            worker=worker,
        )  # fmt: skip


def clusters_die(house: House) -> None:
    """Nobody moves the rows of the schedule on, and nobody works."""
    scheduled(house)
    house.clock.move_to(NOW + timedelta(minutes=4), tick=True)


def workers_die(house: House) -> None:
    """django-q2's own scheduler goes on, at its own pace; what it puts in the queue stays there."""
    clusters_die(house)
    for cluster in (DEFAULT, LONG):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Conf, "CLUSTER_NAME", cluster)
            q_scheduler()
    assert OrmQ.objects.exists()


def orphans_of_a_cluster(house: House) -> None:
    """The main process of a cluster was killed: its children live, and its supervisor started another."""
    scheduled(house)
    for minute in range(1, 5):
        beat(NOW + timedelta(minutes=minute), f"serveur:{100 + minute % 2}")
    house.clock.move_to(NOW + timedelta(minutes=4), tick=True)


def old_backup(house: House) -> None:
    """The night after a good one, nothing was saved."""
    house.settings.BACKUPS_ASKED = True
    call_command("backup", stdout=io.StringIO())
    assert overview().backup.tone == "ok"
    house.clock.move_to(NOW + timedelta(hours=31), tick=True)
    assert house.sync()


def spoilt_backup(house: House) -> None:
    """A bit of last night's file turned on its disk."""
    house.settings.BACKUPS_ASKED = True
    call_command("backup", stdout=io.StringIO())
    [file] = Path(house.settings.BACKUP_DIR).glob("gazelle-*")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("verify_backup")


FAULTS: dict[str, Planted] = {
    "stale backup": Planted(
        old_backup, "Il n’y a pas de sauvegarde récente.", "vérifiée remonte à 31", "python manage.py backup",
        "vérifiée remonte à",
    ),
    "unreadable backup": Planted(
        spoilt_backup, "La dernière sauvegarde ne peut pas servir.", "n’est plus le fichier qui avait été écrit",
        "Faites-en une autre", "n’est plus le fichier",
    ),
    "dead scheduler": Planted(
        clusters_die, "L’horaire est arrêté.", "plus rien ne commence de soi-même", "manage.py qcluster",
        "plus rien ne commence",
    ),
    "dead worker": Planted(
        workers_die, "Les travailleurs ne répondent plus.", "l’horaire avance, et rien n’est fait",
        "manage.py qcluster", "rien n’est fait",
    ),
    "two schedulers": Planted(
        orphans_of_a_cluster, "Deux horaires tournent à la fois.", "(processus 100 et 101)", "Arrêtez les deux",
        "Deux grappes tournent en même temps",
    ),
    "expired token": Planted(
        expired_token, ALL_TABLES, "Gazelle refuse notre accès", "Reconnecter Gazelle", "Gazelle refuse notre accès"
    ),
    "wrong password": Planted(
        wrong_password, ALL_TABLES, "Gazelle refuse la clé d’API", "Vérifiez GAZELLE_API_KEY", "la clé d’API"
    ),
    "429 storm": Planted(
        every_request("status", code=429, retry_after=3600), "plus de mise à jour", "demande de ralentir (HTTP 429)",
        "Attendez quelques minutes", "demande de ralentir",
    ),
    "500s": Planted(
        every_request("status", code=500), "plus de mise à jour", "est en panne (HTTP 500)", "Rien à faire ici",
        "HTTP 500",
    ),
    "hang": Planted(
        every_request("hang", seconds=5), "plus de mise à jour", "n’a pas répondu à temps",
        "Vérifiez le réseau de ce serveur", "n’a pas répondu à temps",
    ),
    "truncated page": Planted(
        every_request("cut", keep=0.5), "plus de mise à jour", "réponse", "La prochaine lecture redemandera la page",
        "réponse",
    ),
    "rows cut": Planted(
        rows_cut, "Il manque des fiches de Gazelle.", "Gazelle en annonce", "Relire ou accepter",
        "Gazelle en annonce",
    ),
    "drift": Planted(
        a_field_gone, "Gazelle a changé sans prévenir.", "1 champ disparu", "Voir des exemples", "1 champ disparu"
    ),
    "orphan flood": Planted(
        orphan_flood, "Il manque des fiches de Gazelle.", "ne sont pas dans la liste de Gazelle",
        "Relisez la liste complète.", "ne sont pas dans la liste",
    ),
    "full disk": Planted(
        full_disk, "plus de mise à jour", "Le disque est plein", "Libérez de la place", "Le disque est plein"
    ),
    "clock jump": Planted(
        clock_jump, "L’horloge de ce serveur n’est pas juste.", "datée dans le futur", "Mettez ce serveur à l’heure",
        "datée dans le futur",
    ),
    "mail refused": Planted(
        mail_refused, "Un avis n’est pas parti.", "pu être envoyé", "Lire la cause", "pu être envoyé"
    ),
    "mail without receipt": Planted(
        mail_without_receipt, "Un avis est peut-être perdu.", "remis au serveur, sans réponse de sa part",
        "Renvoyer ou classer", "incertain",
    ),
    "poisoned record": Planted(
        poisoned_record, "Des fiches de Gazelle n’ont pas pu être écrites.", "1 ligne refusée", "Lire le motif",
        "1 ligne refusée",
    ),
    "sheet quota": Planted(
        sheet_quota, "« Rapport chronologique » n’a pas réussi.", "le quota est atteint (HTTP 429)",
        "attendez une heure et relancez-le", "le quota est atteint",
    ),
    "mass deletion": Planted(
        mass_deletion, "Une mise à jour massive attend votre décision.", "Gazelle ne donne plus 15 fiches", "Décider",
        "Gazelle ne donne plus 15 fiches",
    ),
}  # fmt: skip


def first_lines(browser: Client) -> tuple[str, str, str]:
    """The tone of the system page, its first line, and all that its first panel says."""
    page = browser.get("/systeme/").content.decode()
    panel = page.partition("<main")[2].partition("</section>")[0]
    tone = re.search(r'class="verdict (\w+)"', panel)
    title = re.search(r"<h1[^>]*>(.*?)</h1>", panel)
    assert tone
    assert title
    return tone[1], title[1], " ".join(strip_tags(panel).split())


def office(role: str = "Bureau") -> Client:
    browser = Client()
    browser.force_login(person(role))
    return browser


def test_every_promised_fault_is_planted() -> None:
    assert {*FAULTS, *BY_THEMSELVES, "slow query"} == PROMISED


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_turns_the_page_red_with_its_cause_and_what_to_do(fault: str, house: House) -> None:
    planted = FAULTS[fault]
    planted.plant(house)
    with time_machine.travel(timezone.now() + timedelta(seconds=60), tick=False):
        tone, title, lines = first_lines(office("Administration"))
        queued = tell().queued
    assert tone == "fault", lines
    assert planted.title in title, lines
    assert planted.cause in lines
    assert planted.action in lines
    bodies = [message.body for message in [*Message.objects.all(), *queued]]
    assert any(planted.told in body for body in bodies), bodies


def test_what_only_the_administration_may_do_is_said_to_the_office_as_such(house: House) -> None:
    expired_token(house)
    tone, _, lines = first_lines(office())
    assert tone == "fault"
    assert "L’administration peut reconnecter le compte Gazelle" in lines


def test_a_gazelle_that_hangs_is_given_up_within_a_minute() -> None:
    """In the test above the wait is cut short; here is the arithmetic of the real one."""
    plan = Retries()
    assert plan.patience > READ, "one hang is asked again"
    longest_pause = plan.initial + plan.jitter
    assert READ + longest_pause + READ < 60
    assert plan.patience + READ < 60


def test_a_query_that_does_not_end_is_named_while_it_lasts(house: House) -> None:
    if connection.vendor != "postgresql":
        assert list(database.findings()) == []
        pytest.skip("only PostgreSQL tells what it is doing")
    told = connection.settings_dict
    server = {"host": told["HOST"], "port": told["PORT"] or 5432, "user": told["USER"], "dbname": told["NAME"]}
    house.patch.setattr(database, "ENDLESS", timedelta(milliseconds=200))
    with psycopg.connect(**server, password=told["PASSWORD"] or None) as slow:
        pid = slow.info.backend_pid

        def wait() -> None:
            with suppress(psycopg.errors.QueryCanceled):
                slow.execute("SELECT pg_sleep(5)")

        thread = threading.Thread(target=wait)
        thread.start()
        threading.Event().wait(0.5)
        tone, title, lines = first_lines(office())
        slow.cancel()
        thread.join()
        slow.rollback()
    assert (tone, title) == ("fault", "La base de données est ralentie par une requête.")
    assert "Une requête (SELECT, processus" in lines
    assert f"SELECT pg_cancel_backend({pid})" in lines
    assert first_lines(office("Administration"))[0] == "ok"


def test_a_database_that_is_down_is_said_to_anybody_who_comes() -> None:
    """Who is told, and that it is once, is in `test_processes`."""
    down = f"postgres://gazelle:x@127.0.0.1:{closed_port()}/gazelle"
    [(_, status, seconds, page, _)] = ask(down, "anonymous", "/systeme/")
    assert status == 503
    assert seconds < 1
    assert 'class="verdict fault"' in page
    assert "Base de données injoignable depuis" in page
    assert "prévenez l’administration" in page


LOOK = """
from django.contrib.auth.models import User
from django.test import Client
browser = Client(headers={"Host": "localhost"})
account, new = User.objects.get_or_create(username="owner@exemple.ca", is_superuser=True, is_staff=True)
if new:
    browser.force_login(account)
    browser.get("/systeme/")
    print(browser.cookies["sessionid"].value)
else:
    browser.cookies["sessionid"] = COOKIE
    answer = browser.get("/systeme/")
    print(answer.status_code, answer.get("Location"), answer.content.decode())
"""


@contextmanager
def held_by_another_program(url: str) -> Iterator[None]:
    """A console where somebody began to write and went to lunch."""
    if url.startswith("sqlite"):
        console = sqlite3.connect(url.removeprefix("sqlite:///"))
        console.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            console.rollback()
            console.close()
        return
    with psycopg.connect(url) as server:
        server.execute("LOCK TABLE syncing_lease IN EXCLUSIVE MODE")
        yield
        server.rollback()


def test_a_lock_that_nobody_releases_is_red_and_told_while_it_lasts(
    own_database: str,  # noqa: F811
    gazelle: Served,
    tmp_path: Path,
) -> None:
    """The real patience is 20 s a write, and two writes are tried: here each is given up after half a second."""
    waits = "timeout=1" if own_database.startswith("sqlite") else "options=-c%20lock_timeout%3D500"
    with mail_server() as mail:
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("GAZELLE_", "DATABASE_"))}
        environment |= {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": f"{own_database}?{waits}", "RAW_DATA_DIR": str(tmp_path / "raw_data"),
            "LOG_FILE": str(tmp_path / "gazelle.log"), "GAZELLE_API_URL": gazelle.graphql_url,
            "GAZELLE_API_KEY": gazelle.api_key, "OWNER_EMAIL": "proprietaire@exemple.ca",
            "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
        }  # fmt: skip

        def manage(*arguments: str) -> tuple[int, str]:
            done = subprocess.run(
                [sys.executable, "manage.py", *arguments], cwd=PROJECT, env=environment, capture_output=True, text=True,
                timeout=90, check=False,
            )  # fmt: skip
            return done.returncode, done.stdout

        def look(cookie: str = "") -> str:
            return manage("shell", "--no-imports", "-c", LOOK.replace("COOKIE", repr(cookie)))[1]

        assert manage("migrate", "--verbosity=0")[0] == 0
        cookie = look().strip()
        with held_by_another_program(own_database):
            status, told = manage("sync", "users")
            page = look(cookie)
        assert status == 1
        assert "verrouillée par un autre programme" in told
        assert 'class="verdict fault"' in page
        assert "La base de données est verrouillée." in page
        assert "Fermez le programme qui la tient" in page
        assert [str(one["Subject"]).lstrip() for one in mail.received] == [
            "En panne\u00a0: la base de données est verrouillée."
        ]
        assert manage("sync")[0] == 0
        assert "Tout va bien." in look(cookie)
        assert [str(one["Subject"]).lstrip() for one in mail.received][-1] == (
            "Rétabli\u00a0: la base de données est libre."
        )


# -- a thousand quiet moments ------------------------------------------------------------------------------------------

MOMENTS = 1_000
CLOCKS_GO_BACK, CLOCKS_GO_FORWARD = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 3, 14, tzinfo=UTC)


def quiet_moment(dice: random.Random) -> datetime:
    """Any hour of any day, those of the clock changes more often than they come."""
    day = dice.choice([CLOCKS_GO_BACK, CLOCKS_GO_FORWARD, NOW + timedelta(days=dice.randrange(400))])
    return day.replace(hour=0, minute=0) + timedelta(seconds=dice.randrange(30 * 3600))


def quiet_history(dice: random.Random, now: datetime) -> list[Leg]:
    """What a healthy house may have in its journal: readings in time, one at work, one that failed and was repaired."""
    told: list[Leg] = []

    def leg(entity: str, mode: str, ago: timedelta, **more: Any) -> None:
        end = now - ago
        start = end - timedelta(seconds=dice.randrange(1, 40))
        count = dice.randrange(1, 5000)
        whole = {"started_at": start, "heartbeat_at": end, "finished_at": end, "sealed_at": end, "page": 1}
        told.append(Leg(**{"entity": entity, "mode": mode, **whole, **dict.fromkeys(COUNTED, count), **more}))

    for entity in entities():
        agree = {"here": 9, "in_gazelle": 9, "sampled": 9, "differing": [], "unknown": []}
        leg(entity.name, Mode.FULL, timedelta(days=dice.randrange(1, 6)), audit=dice.choice([None, agree]))
        late = entity.promise * dice.uniform(0.01, 0.99)
        if dice.random() < 0.2:  # a fault that the next reading repaired
            gone = {"sealed_at": None, "error_code": "server_fault", "error_message": "HTTP 502.", "error_action": "…"}
            leg(entity.name, Mode.INCREMENTAL, late + timedelta(minutes=dice.randrange(1, 90)), **gone)
        leg(entity.name, Mode.INCREMENTAL, late)
        if Mode.RECENT in entity.reads:
            leg(entity.name, Mode.RECENT, timedelta(seconds=dice.randrange(290)))
        if dice.random() < 0.2:  # one that is at work, and beats
            beat = now - timedelta(seconds=dice.randrange(100))
            working = {"started_at": beat - timedelta(seconds=9), "heartbeat_at": beat, "finished_at": None}
            leg(entity.name, Mode.INCREMENTAL, timedelta(0), **working, sealed_at=None)
    return told


COUNTED = ("fetched", "distinct", "total", "staged", "unchanged")


@pytest.mark.django_db
def test_in_a_thousand_quiet_moments_the_page_never_cries_wolf(settings: Settings) -> None:
    settings.OWNER_EMAIL, settings.SCHEDULER_ENABLED = "proprietaire@exemple.ca", True
    seed = random.randrange(10**9)
    dice = random.Random(seed)
    cited = apps.get_model(next(one for one in entities() if not one.unknown_is_told).model)
    first = next(iter(entities())).name
    Drift.objects.create(kind="value", entity=first, path="status", value="HIBERNATING")
    Conflict.objects.create(entity=first, gazelle_id="x_1", column="name")
    for number in range(MOMENTS):
        now = quiet_moment(dice)
        Leg.objects.all().delete()
        Leg.objects.bulk_create(quiet_history(dice, now))
        if dice.random() < 0.1:  # somebody is cited before being read, and comes with the next page
            cited._default_manager.update_or_create(id="x_late", defaults={"is_placeholder": True})
        elif dice.random() < 0.5:
            cited._default_manager.filter(id="x_late").update(is_placeholder=False)
        with time_machine.travel(now, tick=False):
            states = freshness.vital_signs(now)  # the journal alone, which is what changes from one moment to the next
            found = [one for one in findings(now, states) if one.level is not Level.DECISION]
            assert found == [], (seed, number, now, found)
            if number % 10 == 0:  # the page itself, and whoever tells
                seen = overview(now)
                assert (seen.verdict.tone, seen.others) == ("ok", ()), (seed, number, now, seen.verdict)
                told = tell(now)
                assert (told.queued, told.unheard) == ([], []), (seed, number)
    assert not Message.objects.exists()


def test_real_syncs_of_a_quiet_week_tell_nobody_anything(house: House) -> None:
    """Over the night, the week-end and a clock change; Gazelle is edited between, and coughs once."""
    house.settings.SCHEDULER_ENABLED = True
    box, browser = house.gazelle.sandbox, office()
    house.clock.move_to(datetime(2026, 10, 30, 17, 0, tzinfo=UTC), tick=True)
    Leg.objects.all().delete()
    assert house.sync("--full")
    heard = Message.objects.count()  # that Gazelle cites people it does not list
    for hours in (0, 5, 11, 13, 24, 37, 38, 48, 72):
        house.clock.move_to(datetime(2026, 10, 30, 17, 30, tzinfo=UTC) + timedelta(hours=hours), tick=True)
        box.edit("clients", sorted(box.ids("clients"))[hours % 7], companyName=f"Nouveau nom {hours}")
        if hours == 24:
            house.gazelle.faults.add("status", code=503)
        assert house.sync()
        tone, _, lines = first_lines(browser)
        assert tone == "ok", (hours, lines)
        assert tell().queued == []
    assert Message.objects.count() == heard
