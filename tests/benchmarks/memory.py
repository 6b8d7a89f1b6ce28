"""Run a command and say what it cost: `python -m tests.benchmarks.memory command…` writes JSON on standard output.

A process of its own, and a small one: a child begins with its parent's peak, so that a parent of 500 MB would make
every child weigh as much.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

UNIT = 1024**2 if sys.platform == "darwin" else 1024  # of ru_maxrss, by megabyte


def main(command: list[str]) -> int:
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    cost = {
        "seconds": time.perf_counter() - started,
        "processor": usage.ru_utime + usage.ru_stime,
        "megabytes": usage.ru_maxrss / UNIT,
    }
    sys.stdout.write(json.dumps(cost))
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
