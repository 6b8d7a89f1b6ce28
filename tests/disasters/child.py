"""A process of one installation, ordered about by JSON lines: `python -m tests.disasters.child`.

`start` runs a management command in a fork, which has its own process id and can be killed; `here` runs it in this
process, as in a worker that lives for months. Everything is imported before the first fork, and nothing is connected.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import resource
import signal
import sys
import threading
import time
import traceback
from datetime import datetime
from pathlib import Path
from typing import Any

import django
import stamina
import time_machine

os.environ["DJANGO_SETTINGS_MODULE"] = "gazelle_site.settings"
sys.argv = ["manage.py", "sync"]  # logs go where those of a command go
django.setup()

from django.conf import settings  # noqa: E402
from django.core import checks  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.db import InterfaceError, OperationalError, connections  # noqa: E402

import manage  # noqa: E402
import syncing.management.commands.sync  # noqa: E402,F401  # imported before the forks
from syncing.fetching.pacing import Pacing  # noqa: E402
from syncing.fetching.transport import Transport  # noqa: E402
from syncing.monitoring.freshness import statuses  # noqa: E402
from tests.disasters import judge  # noqa: E402
from tests.disasters.boundaries import Boundaries  # noqa: E402

Order = dict[str, Any]
ATTEMPTS = 4  # as in production
ANSWER_WITHIN = 0.7  # seconds, instead of a minute
FAST_STEP = 0.05


class Clock:
    """The instant this process believes it is; it goes on at the usual pace unless told otherwise."""

    def __init__(self) -> None:
        self._travel: Any = None
        self._traveller: Any = None

    def set(self, instant: str) -> None:
        if self._travel is not None:
            self._travel.stop()
        self._travel = time_machine.travel(datetime.fromisoformat(instant), tick=True)
        self._traveller = self._travel.start()

    def run_fast(self, pace: float) -> None:
        """So many seconds a second, whatever the rest of the process waits for: an hour in a few seconds."""

        def go_on() -> None:
            while True:
                time.sleep(FAST_STEP)
                self._traveller.shift(FAST_STEP * (pace - 1))

        threading.Thread(target=go_on, daemon=True).start()

    def jump(self, after: float, seconds: float) -> None:
        """Somebody sets the clock of the machine, in the middle of what the process does."""
        timer = threading.Timer(after, lambda: self._traveller.shift(seconds))
        timer.daemon = True
        timer.start()


clock = Clock()


def main() -> None:
    # The waits between two tries are shortened, their number is not; nobody but us is asked to be spared.
    stamina.set_testing(True, attempts=ATTEMPTS, cap=True)
    _hurry()
    checks.run_checks()  # which import the pages and the admin: each fork runs them again, for much less
    for line in sys.stdin:
        order: Order = json.loads(line)
        try:
            answer = ORDERS[order["do"]](order)
        except Exception:  # noqa: BLE001  # the director must hear of it
            answer = {"failed": traceback.format_exc()}
        if order["do"] not in ("here", "held"):  # a worker keeps its connection, as it would in production
            connections.close_all()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _hurry() -> None:
    """A hundredth of the time wherever the product only waits; the timeouts towards the stand-in shrink likewise."""
    _default(Pacing, "sleep", lambda seconds: time.sleep(seconds / 100))
    _default(Transport, "timeout", ANSWER_WITHIN)


def _default(owner: Any, name: str, value: object) -> None:
    """Another default for one argument of a class."""
    owner.__init__.__kwdefaults__[name] = value


def _start(order: Order) -> Order:
    """Fork, and let the fork do what is ordered; answers its process id at once."""
    gc.collect()
    if pid := os.fork():
        return {"pid": pid}
    status = 70
    try:
        with Path(order["out"]).open("wb") as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
        with open(os.devnull, "rb") as nothing:  # noqa: PTH123  # the director's orders are not for the fork
            os.dup2(nothing.fileno(), 0)
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), line_buffering=True)
        sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), line_buffering=True)
        status = _in_fork(order)
    except BaseException:  # noqa: BLE001  # whatever it is, the fork must not go on reading orders
        traceback.print_exc(file=sys.stderr)
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _in_fork(order: Order) -> int:
    _prepare(order)
    boundaries = None
    if "die_at" in order or "rehearse" in order:
        die_at = tuple(order["die_at"]) if "die_at" in order else None
        boundaries = Boundaries(spool=str(settings.RAW_DATA_DIR), die_at=die_at)
        boundaries.install()
    status = _run(order["arguments"])
    if boundaries is not None and "rehearse" in order:
        boundaries.save(order["rehearse"])
    return status


def _prepare(order: Order) -> None:
    if "clock" in order:
        clock.set(order["clock"])
    if "pace" in order:
        clock.run_fast(order["pace"])
    if "jump" in order:
        clock.jump(*order["jump"])
    if "file_limit" in order:  # a disk that is full for this process alone
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_limit"], resource.RLIM_INFINITY))
    if "lock_wait" in order:
        settings.DATABASES["default"].setdefault("OPTIONS", {})["timeout"] = order["lock_wait"]


def _run(arguments: list[str]) -> int:
    """The command as `manage.py` runs it; its exit status."""
    try:
        sys.argv = ["manage.py", *arguments]
        manage.main()
    except SystemExit as stop:
        if isinstance(stop.code, str):  # the interpreter would print it
            sys.stderr.write(f"{stop.code}\n")
            return 1
        return stop.code or 0
    return 0


def _wait(order: Order) -> Order:
    """The fork's end, or none within `seconds`."""
    deadline = time.monotonic() + order["seconds"]
    while True:
        pid, status = os.waitpid(order["pid"], os.WNOHANG)
        if pid:
            return {"status": os.waitstatus_to_exitcode(status)}
        if time.monotonic() > deadline:
            return {"status": None}
        time.sleep(0.002)


def _here(order: Order) -> Order:
    """The command in this very process, as a worker that was checked when it started."""
    _prepare(order)
    out, status = io.StringIO(), 0
    try:
        call_command(*order["arguments"], stdout=out, stderr=out)
    except SystemExit as stop:
        status = int(stop.code or 0)
    except (CommandError, OperationalError, InterfaceError) as error:
        out.write(f"{error}\n")
        status = 1
    return {"status": status, "out": out.getvalue()}


def _held(order: Order) -> Order:
    """What this process holds."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return {
        "rss": pages * os.sysconf("SC_PAGE_SIZE"),
        "files": len(os.listdir("/proc/self/fd")),  # noqa: PTH208  # only how many
    }


def _judge(order: Order) -> Order:
    """What differs from the source, in sentences."""
    clock.set(order["clock"])
    source = json.loads(Path(order["truth"]).read_text("utf-8"))
    return {"found": judge.discrepancies(source, **order["allowed"]), "rows": judge.rows()}


def _freshness(order: Order) -> Order:
    """How each entity stands by the monitoring's own word."""
    clock.set(order["clock"])
    return {"states": {state.name: state.status.value for state in statuses()}}


ORDERS = {
    "start": _start, "wait": _wait, "here": _here, "held": _held, "judge": _judge, "freshness": _freshness,
}  # fmt: skip

if __name__ == "__main__":
    main()
