"""`manage.py sync` as a process: what a person sees, Ctrl-C, kill -9 at any moment and an unaided resume."""

from __future__ import annotations

import os
import pty
import random
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gazelle_site.sandbox import Sandbox, Served, serve
from syncing.registry import PROJECT, entities

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def served() -> Iterator[Served]:
    with serve(Sandbox(size="small", seed=3)) as served:
        served.sandbox.switches.max_first = 5  # many small pages, so that there is something to interrupt
        yield served


@pytest.fixture
def environment(tmp_path: Path, served: Served) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GAZELLE_", "DATABASE_"))}
    return kept | {
        "ENV_FILE": os.devnull,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'mirror.sqlite3'}",
        "RAW_DATA_DIR": str(tmp_path / "raw_data"),
        "SECRET_KEY": "tests-only",
        "GAZELLE_API_URL": served.graphql_url,
        "GAZELLE_API_KEY": served.api_key,
    }


@pytest.fixture
def manage(environment: dict[str, str]) -> Start:
    def start(*arguments: str, **options: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments], cwd=PROJECT, env=environment | options, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    finish(start("migrate", "--verbosity=0"))
    return start


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def ids(environment: dict[str, str], table: str) -> set[str]:
    path = environment["DATABASE_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        rows = database.execute(f"SELECT id FROM {table} WHERE NOT is_placeholder").fetchall()  # noqa: S608  # our own words
    database.close()
    return {row[0] for row in rows}


def wait_for_requests(served: Served, process: subprocess.Popen[str], count: int) -> None:
    while len(served.requests) < count and process.poll() is None:
        time.sleep(0.005)


def assert_complete(environment: dict[str, str], served: Served) -> None:
    assert ids(environment, "clients_client") == set(served.sandbox.ids("clients"))
    assert ids(environment, "clients_contact") == set(served.sandbox.ids("contacts", hidden=True))
    assert ids(environment, "pianos_piano") == set(served.sandbox.ids("pianos"))


def test_ctrl_c_stops_cleanly_and_the_same_command_goes_on(
    manage: Start, environment: dict[str, str], served: Served
) -> None:
    served.faults.add("hang", seconds=5, match="allPianos", after=2)
    process = manage("sync", "pianos")
    wait_for_requests(served, process, 3)
    process.send_signal(signal.SIGINT)
    status, _, err = finish(process)
    assert status == 130
    assert "Rien n’est perdu" in err
    assert "Traceback" not in err
    served.faults.clear()
    status, out, _ = finish(manage("sync"))
    assert status == 0
    assert "Pianos : lecture commencée, reprise à la page 3" in out
    assert_complete(environment, served)


@pytest.mark.parametrize("seed", range(6))
def test_killed_at_any_moment_it_resumes_unaided_and_loses_nothing(
    seed: int, manage: Start, environment: dict[str, str], served: Served
) -> None:
    chance = random.Random(seed)
    for _ in range(2):
        process = manage("sync")
        wait_for_requests(served, process, len(served.requests) + chance.randint(1, 18))
        time.sleep(chance.random() * 0.05)
        process.kill()
        finish(process)
    status, out, err = finish(manage("sync"))
    assert (status, err) == (0, ""), (seed, out, err)
    assert_complete(environment, served)


def test_a_wrong_entity_lists_the_known_ones(manage: Start) -> None:
    status, _, err = finish(manage("sync", "violons"))
    assert status == 2
    assert "Entité inconnue : « violons »." in err
    assert all(entity.name in err for entity in entities())


def test_a_database_without_tables_says_to_migrate(environment: dict[str, str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "sync"], cwd=PROJECT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    status, _, err = finish(process)
    assert status == 1
    assert "python manage.py migrate" in err
    assert "Traceback" not in err


BAD_SETTINGS = [
    ({"GAZELLE_API_KEY": "wrong"}, "Gazelle refuse la clé d’API", "/systeme/gazelle/"),
    ({"GAZELLE_API_URL": "http://127.0.0.1:9/graphql/private/"}, "127.0.0.1:9 ne répond pas", "Vérifiez le réseau"),
    ({"GAZELLE_API_URL": "https://gazelle.invalid/graphql/private/"}, "gazelle.invalid", "Vérifiez le réseau"),
]


@pytest.mark.parametrize(("changed", "said", "next_step"), BAD_SETTINGS)
def test_a_bad_access_says_what_where_and_what_to_do(
    changed: dict[str, str], said: str, next_step: str, manage: Start
) -> None:
    status, out, err = finish(manage("sync", "pianos", **changed))
    assert status == 1
    assert said in out
    assert next_step in out
    assert "Traceback" not in out + err


def test_an_address_without_its_slash_is_named(manage: Start, served: Served) -> None:
    status, out, err = finish(manage("sync", "pianos", GAZELLE_API_URL=served.graphql_url.rstrip("/")))
    assert status == 1
    assert "barre oblique" in out + err
    assert "Traceback" not in out + err


def test_a_full_disk_stops_with_one_clear_sentence_and_loses_nothing(
    manage: Start, environment: dict[str, str], served: Served
) -> None:
    status, out, err = finish(manage("sync", "pianos", RAW_DATA_DIR="/dev/full/raw_data"))
    assert status == 1
    assert "/dev/full/raw_data" in out
    assert "Traceback" not in out + err
    assert finish(manage("sync"))[0] == 0
    assert_complete(environment, served)


def test_on_a_terminal_the_progress_is_live(environment: dict[str, str], manage: Start, served: Served) -> None:
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "sync"], cwd=PROJECT, env=environment | {"TERM": "xterm", "COLUMNS": "120"},
        stdin=follower, stdout=follower, stderr=follower,
    )  # fmt: skip
    os.close(follower)
    seen = b""
    while process.poll() is None or select.select([leader], [], [], 0.2)[0]:
        if select.select([leader], [], [], 0.2)[0]:
            try:
                seen += os.read(leader, 65536)
            except OSError:  # the terminal is gone with the process
                break
    os.close(leader)
    assert process.wait() == 0
    text = seen.decode()
    assert "fiches/s" in text
    assert "page 2" in text
    assert "Clients : 40 lues" in text
