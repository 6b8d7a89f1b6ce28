"""`manage.py demo` as a family of processes that leaves nothing behind, and what commands say when something is gone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
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
    return kept | {
        "DJANGO_SETTINGS_MODULE": "gazelle_site.settings",
        "ENV_FILE": os.devnull,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'demo.sqlite3'}",
        "RAW_DATA_DIR": str(tmp_path / "raw_data"),
        "LOG_FILE": str(tmp_path / "gazelle.log"),
        "SECRET_KEY": "tests-only",
        "GAZELLE_DEMO_PORT": "18765",
    }


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    """A command at the head of its own process group, as a shell starts it."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str, **changed: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments], cwd=PROJECT, env=environment | changed, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, process_group=0,
        )  # fmt: skip
        started.append(process)
        return process

    yield run
    for process in started:
        if alive(process):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def alive(process: subprocess.Popen[str]) -> bool:
    """Whether anybody of its group is left."""
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return
    pytest.fail(f"« {words} » never came")


def family(start: Start) -> subprocess.Popen[str]:
    """The whole demo, its first reading under way."""
    process = start("demo", "--size=small", "--port=18000")
    until(process, "lecture commencée")
    return process


def assert_all_gone(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=20)
    assert not alive(process)
    assert "Traceback" not in out
    return out


def test_a_terminal_that_closes_leaves_nobody(start: Start) -> None:
    process = family(start)
    os.killpg(process.pid, signal.SIGHUP)
    assert_all_gone(process)
    assert process.returncode == 0


def test_an_impatient_ctrl_c_leaves_nobody_and_no_trace(start: Start) -> None:
    process = family(start)
    for _ in range(3):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.1)
    assert_all_gone(process)


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


def test_a_reader_who_leaves_stops_no_reading(start: Start) -> None:
    with serve(Sandbox(size="small", seed=3)) as served:
        access = {"GAZELLE_API_URL": served.graphql_url, "GAZELLE_API_KEY": served.api_key}
        start("migrate", "--verbosity=0", **access).communicate(timeout=60)
        process = start("sync", **access)
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()  # stderr goes the same way: a trace would end the process badly
        assert process.wait(timeout=60) == 0
        out, _ = start("reconcile", "--dry-run", **access).communicate(timeout=60)
        read = {str(request) for request in served.requests}
    assert any("allPianos" in request for request in read)
    assert "Traceback" not in out


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
