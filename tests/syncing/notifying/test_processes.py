"""`manage.py notify` as processes: killed while a message leaves, two at once, and a database that is down."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from syncing.registry import PROJECT
from tests.syncing.notifying.servers import MailServer, Webhook, mail_server, webhook

Start = Callable[..., subprocess.Popen[str]]
QUEUE = """
from syncing.models import Message
Message.objects.bulk_create(
    Message(kind="essai", cause=f"c{n}", channel="mail", address=f"p{n}@exemple.ca", number=1, subject=f"s{n}")
    for n in range(COUNT)
)
"""
READ = "import json; from syncing.models import Message; print(json.dumps(list(Message.objects.values('cause', 'state', 'message_id'))))"  # noqa: E501
LAPSE = """
from django.utils import timezone; from syncing.models import Message
Message.objects.filter(state="sending").update(claimed_until=timezone.now())
"""


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def slack() -> Iterator[Webhook]:
    with webhook() as hook:
        yield hook


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """One of its own, on the kind of server the suite runs on."""
    if connection.vendor != "postgresql":
        yield f"sqlite:///{tmp_path / 'own.sqlite3'}"
        return
    told, name = connection.settings_dict, f"own_{os.getpid()}"
    server = f"postgres://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT'] or 5432}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}"')
        yield f"{server}/{name}"
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def environment(database: str, mail: MailServer, tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GAZELLE_", "DATABASE_"))}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "gazelle_site.settings",
        "ENV_FILE": os.devnull,
        "DATABASE_URL": database,
        "RAW_DATA_DIR": str(tmp_path / "raw_data"),
        "LOG_FILE": str(tmp_path / "log" / "gazelle.log"),
        "SECRET_KEY": "tests-only",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
        "OWNER_EMAIL": "proprietaire@exemple.ca",
    }


@pytest.fixture
def manage(environment: dict[str, str]) -> Start:
    def start(*arguments: str, **changed: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments], cwd=PROJECT, env=environment | changed, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    return start


@pytest.fixture
def shell(manage: Start) -> Callable[[str], str]:
    def run(code: str) -> str:
        status, out, err = finish(manage("shell", "--no-imports", "-c", code))
        assert (status, err) == (0, "")
        return out

    assert finish(manage("migrate", "--verbosity=0"))[0] == 0
    return run


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_killed_while_a_message_leaves_it_is_in_doubt_and_never_sent_again(
    manage: Start, shell: Callable[[str], str], mail: MailServer
) -> None:
    shell(QUEUE.replace("COUNT", "1"))
    mail.mood = MailServer.HANG
    sender = manage("notify")
    assert mail.got_one.wait(20)
    sender.send_signal(signal.SIGKILL)
    finish(sender)
    (written,) = json.loads(shell(READ))
    assert written["state"] == "sending"
    assert written["message_id"] == mail.received[0]["Message-ID"]

    mail.mood = "250 Ok: queued as AGAIN"
    assert finish(manage("notify"))[:2] == (0, "")  # its claim has not lapsed
    shell(LAPSE)
    status, out, _ = finish(manage("notify"))
    assert (status, out) == (1, "Avis : 1 incertain\nAvis : 1 envoyé\n")  # the owner is told of the doubt
    states = {row["cause"]: row["state"] for row in json.loads(shell(READ))}
    assert states.pop("c0") == "uncertain"
    finish(manage("notify"))
    assert sum(mail["Message-ID"] == written["message_id"] for mail in mail.received) == 1
    assert mail.to.count("p0@exemple.ca") == 1
    assert mail.to.count("proprietaire@exemple.ca") == 1


def test_two_senders_at_once_send_each_message_once(
    manage: Start, shell: Callable[[str], str], mail: MailServer
) -> None:
    shell(QUEUE.replace("COUNT", "40"))
    both = [manage("notify"), manage("notify")]
    outs = [finish(one) for one in both]
    assert [status for status, _, _ in outs] == [0, 0], outs
    assert sorted(mail.to) == sorted(f"p{n}@exemple.ca" for n in range(40))
    assert {row["state"] for row in json.loads(shell(READ))} == {"sent"}


def test_a_database_that_is_down_is_told_once_and_so_is_its_return(
    manage: Start, shell: Callable[[str], str], mail: MailServer, slack: Webhook, tmp_path: Path
) -> None:
    down = {"DATABASE_URL": "postgres://nobody@127.0.0.1:9/nothing", "SLACK_WEBHOOK_URL": slack.url}
    status, out, err = finish(manage("notify", **down))
    assert (status, out) == (1, "")
    assert "La base de données ne répond pas" in err
    assert "le propriétaire est avisé" in err
    assert "c’est déjà dit" in finish(manage("notify", **down))[2]
    assert finish(manage("sync", **down))[0] == 1
    (received,) = mail.received
    assert received["To"] == "proprietaire@exemple.ca"
    assert "la base de données ne répond plus" in str(received["Subject"])
    assert len(slack.received) == 1

    assert finish(manage("notify"))[0] == 0
    assert [str(one["Subject"]).lstrip() for one in mail.received[1:]] == ["Rétabli\u00a0: la base de données répond."]
    assert not (tmp_path / "raw_data" / "database_outage").exists()
    finish(manage("notify"))
    assert len(mail.received) == 2


def test_a_failed_sync_is_told_before_the_command_ends(
    manage: Start, shell: Callable[[str], str], mail: MailServer
) -> None:
    gone = {"GAZELLE_API_URL": "http://127.0.0.1:9/graphql/private/", "GAZELLE_API_KEY": "k"}
    assert finish(manage("sync", "clients", **gone))[0] == 1
    (received,) = mail.received
    assert received["To"] == "proprietaire@exemple.ca"
    assert str(received["Subject"]).lstrip().startswith("En panne\u00a0: 127.0.0.1:9 ne répond pas")
    assert "127.0.0.1:9 ne répond pas" in next(received.iter_parts()).get_content()
    assert finish(manage("sync", "clients", **gone))[0] == 1
    assert finish(manage("notify"))[0] == 0
    assert len(mail.received) == 1


def test_the_first_failure_is_told_while_the_other_tables_have_their_try(
    manage: Start, shell: Callable[[str], str], mail: MailServer
) -> None:
    gone = {"GAZELLE_API_URL": "http://127.0.0.1:9/graphql/private/", "GAZELLE_API_KEY": "k"}
    reading = manage("sync", **gone)
    assert mail.got_one.wait(60)
    assert reading.poll() is None
    reading.terminate()
    finish(reading)
    assert len(mail.received) == 1


def test_a_database_without_tables_is_no_outage(manage: Start, mail: MailServer) -> None:
    status, out, err = finish(manage("notify"))
    assert (status, out) == (1, "")
    assert "a refusé de lire les avis" in err
    assert "Traceback" not in err
    assert mail.received == []
