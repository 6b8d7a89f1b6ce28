"""`manage.py demo` leaves no process behind; commands say in a sentence what is gone: database, reader, patience."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from gazelle_site.management.commands import demo
from gazelle_site.sandbox import Sandbox, serve
from syncing.registry import PROJECT

NO_DATABASE = "postgres://nobody@127.0.0.1:9/nothing"  # the discard port: refused at once
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GAZELLE_", "DATABASE_"))}
    (tmp_path / "given.env").touch()
    return kept | {
        "DJANGO_SETTINGS_MODULE": "gazelle_site.settings",
        "ENV_FILE": "given.env",  # from where the command is typed, for its children too
        "DATABASE_URL": f"sqlite:///{tmp_path / 'demo.sqlite3'}",
        "RAW_DATA_DIR": str(tmp_path / "raw_data"),
        "LOG_FILE": str(tmp_path / "gazelle.log"),
        "SECRET_KEY": "tests-only",
        "GAZELLE_DEMO_PORT": "18765",
    }


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    """A command at the head of its own process group, as a shell starts it."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str, **changed: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, PROJECT / "manage.py", *arguments], cwd=tmp_path, env=environment | changed, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, process_group=0,
        )  # fmt: skip
        started.append(process)
        return process

    yield run
    for process in started:
        process.terminate()  # only the demo knows the group of its site
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=15)
        if alive(process):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def alive(process: subprocess.Popen[str]) -> bool:
    """Whether anybody of its group is left."""
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return line
    pytest.fail(f"« {words} » never came")


def family(start: Start) -> tuple[subprocess.Popen[str], int]:
    """The whole demo, its first reading under way, and the port of its site."""
    process = start("demo", "--size=small", "--port=18000")
    ready = until(process, "Le site est prêt")
    until(process, "lecture commencée")
    return process, int(ready.rstrip("/ \n").rpartition(":")[2])


def assert_all_gone(process: subprocess.Popen[str], port: int = 0) -> str:
    """Nobody of its group is left; the site, which has its own, writes to the same pipe: it would not end."""
    out, _ = process.communicate(timeout=60)
    assert not alive(process)
    with socket.socket() as probe:
        assert not port or probe.connect_ex(("127.0.0.1", port)) != 0
    assert "Traceback" not in out
    return out


def test_a_terminal_that_closes_leaves_nobody(start: Start) -> None:
    process, port = family(start)
    os.killpg(process.pid, signal.SIGHUP)
    assert_all_gone(process, port)
    assert process.returncode == 0


def test_an_impatient_ctrl_c_leaves_nobody_and_no_trace(start: Start) -> None:
    process, port = family(start)
    for _ in range(3):
        with suppress(ProcessLookupError):  # all of them are gone already
            os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.1)
    assert_all_gone(process, port)


@pytest.mark.parametrize("delay", [0.0, 0.3])
def test_a_stop_while_it_starts_leaves_nobody(start: Start, delay: float) -> None:
    process = start("demo", "--size=small", "--port=18000")
    until(process, "faux Gazelle")
    time.sleep(delay)
    process.terminate()
    assert "Arrêt." in assert_all_gone(process)


def test_without_a_database_it_says_so_and_stops(start: Start) -> None:
    process = start("demo", "--size=small", DATABASE_URL=NO_DATABASE)
    assert "La base de données n’a pas répondu comme prévu" in assert_all_gone(process)
    assert process.returncode == 1


@pytest.fixture
def kept_signals() -> Iterator[None]:
    former = {number: signal.getsignal(number) for number in demo.STOPS}
    yield
    for number, handler in former.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("kept_signals")
def test_a_child_that_does_not_stop_in_time_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "STOP_PATIENCE", 0.2)
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    command = demo.Command()
    command.children = [child]
    command._stop_children()
    child.stdout.close()
    assert child.returncode == -signal.SIGKILL


def test_a_port_that_is_bound_is_not_free_even_when_nobody_listens_on_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        assert demo._free_port(port) > port
    with pytest.raises(CommandError, match="Aucun port libre entre 70000"):
        demo._free_port(70_000)


@pytest.mark.parametrize("command", ["syncstatus", "reconcile"])
def test_a_database_that_is_down_is_one_sentence(start: Start, command: str) -> None:
    process = start(command, DATABASE_URL=NO_DATABASE)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "La base de données n’a pas répondu comme prévu" in out
    assert len(out.splitlines()) == 2


def test_a_reader_who_leaves_stops_no_reading(start: Start, environment: dict[str, str]) -> None:
    with serve(Sandbox(size="small", seed=3)) as served:
        access = {"GAZELLE_API_URL": served.graphql_url, "GAZELLE_API_KEY": served.api_key}
        start("migrate", "--verbosity=0", **access).communicate(timeout=60)
        process = start("sync", **access)
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=60) == 0
    with closing(sqlite3.connect(environment["DATABASE_URL"].removeprefix("sqlite:///"))) as database:
        assert database.execute("SELECT entity FROM syncing_leg WHERE error_code <> ''").fetchall() == []
        assert database.execute("SELECT count(*) FROM pianos_piano").fetchone()[0] > 0


def test_a_second_ctrl_c_ends_a_reading_without_a_trace(start: Start) -> None:
    with serve(Sandbox(size="small", seed=3)) as served:
        access = {"GAZELLE_API_URL": served.graphql_url, "GAZELLE_API_KEY": served.api_key}
        start("migrate", "--verbosity=0", **access).communicate(timeout=60)
        served.faults.add("hang", seconds=5, times=None)
        process = start("sync", **access)
        until(process, "lecture commencée")
        for _ in range(3):
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            time.sleep(0.02)
        assert "Traceback" not in process.communicate(timeout=20)[0]
    assert process.returncode in (130, -signal.SIGINT)
