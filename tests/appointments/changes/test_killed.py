"""`kill -9` at every query of a look and of a sending, on a database of its own: nothing is lost, nothing doubled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from syncing.registry import PROJECT

PLACES = 60  # more than there are queries: the last ones are not reached
STORY = """
import json, os, signal
from datetime import timedelta
from django.db import connection, connections
from appointments.changes.looking import look
from appointments.changes.models import ChangeNotice
from appointments.changes.sending import PATIENCE, send_due
from syncing.models import Message
from tests.appointments.changes.people import TUESDAY, begin, change, furnish, visit

def dies(place, work):
    connections.close_all()
    child = os.fork()
    if not child:
        left = [place]
        def count(execute, *told):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(*told)
        with connection.execute_wrapper(count):
            work()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])

def kills(work):
    # Each place until one that is beyond the end: then the work was done, by a process that lived.
    seen = []
    for place in range(1, PLACES):
        killed = dies(place, work)
        messages = Message.objects.filter(kind__startswith="change_").count()
        seen.append((killed, ChangeNotice.objects.count(), messages))
        if not killed:
            break
    return seen

furnish()
visit("evt_1", "2026-03-13 10:00")
visit("evt_2", "2026-03-13 14:00")
begin()
change("evt_1", technician_id="usr_T4")
change("evt_2", status="CANCELED")
looked = kills(lambda: look(TUESDAY))
ChangeNotice.objects.update(attempts=PATIENCE)  # no Gazelle here: what is in doubt for long enough leaves
sent = kills(lambda: send_due(TUESDAY + timedelta(minutes=10)))
causes = list(Message.objects.filter(kind__startswith="change_").order_by("kind").values_list("kind", "cause"))
states = sorted(ChangeNotice.objects.values_list("state", flat=True))
print(json.dumps({"looked": looked, "sent": sent, "causes": causes, "states": states}))
""".replace("PLACES", str(PLACES))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """One of its own, on the kind of server the suite runs on."""
    if connection.vendor != "postgresql":
        yield f"sqlite:///{tmp_path / 'own.sqlite3'}"
        return
    told, name = connection.settings_dict, f"killed_{os.getpid()}"
    server = f"postgres://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT'] or 5432}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield f"{server}/{name}"
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(database: str, folder: Path, *arguments: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GAZELLE_", "DATABASE_"))}
    own = {
        "DJANGO_SETTINGS_MODULE": "tests.settings", "ENV_FILE": os.devnull, "DATABASE_URL": database,
        "RAW_DATA_DIR": str(folder / "raw_data"), "SECRET_KEY": "tests-only", "PYTHONPATH": str(PROJECT),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=PROJECT, env=kept | own, capture_output=True, text=True,
        timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.django_db(transaction=True)
def test_killed_at_every_query_it_loses_nothing_and_doubles_nothing(database: str, tmp_path: Path) -> None:
    run(database, tmp_path, "migrate", "--verbosity=0")
    told = json.loads(run(database, tmp_path, "shell", "--no-imports", "-c", STORY).splitlines()[-1])
    *killed, last = told["looked"]
    assert len(killed) >= 8
    assert all(one == [True, 0, 0] for one in killed)
    assert last == [False, 3, 0]
    *killed, last = told["sent"]
    assert len(killed) >= 8
    assert all(count == 3 for _, count, _ in killed)
    assert [messages for *_, messages in told["sent"]] == sorted(messages for *_, messages in told["sent"])
    assert last == [False, 3, 3]
    assert told["states"] == ["composed"] * 3
    assert [kind for kind, _ in told["causes"]] == ["change_cancelled", "change_freed", "change_reassigned"]
