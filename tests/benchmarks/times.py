"""How long dates take to be found, phrase by phrase: `python -m tests.benchmarks.times`.

Beside `dateparser`, when it is installed: its search finds fewer of the same phrases, and takes much longer.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from assistant.understanding.text import read
from assistant.understanding.times import find

PHRASES = Path(__file__).parents[1] / "assistant" / "understanding" / "times" / "phrases.jsonl"
Search = Callable[[str, datetime], object]


def main() -> None:
    lines = [json.loads(line) for line in PHRASES.read_text(encoding="utf-8").splitlines()]
    asked = [(line["text"], datetime.fromisoformat(line["ref"])) for line in lines]
    say(f"Python {sys.version.split()[0]}, {len(asked)} phrases, time of the processor")
    report("ours", lambda text, ref: find(read(text), ref), asked)
    try:
        search = importlib.import_module("dateparser.search").search_dates
    except ImportError:
        say("dateparser is not installed: ours alone")
        return
    # Each of its phrases costs tens of milliseconds: one in ten is enough to know.
    report(
        "dateparser",
        lambda text, ref: search(text, languages=["fr"], settings={"RELATIVE_BASE": ref}),
        asked[::10],
    )


def report(name: str, search: Search, asked: list[tuple[str, datetime]]) -> None:
    """One line of figures, after a first pass that fills the caches."""
    for text, ref in asked:
        search(text, ref)
    spent = []
    for text, ref in asked:
        before = time.process_time()
        search(text, ref)
        spent.append((time.process_time() - before) * 1000)
    spent.sort()
    p50, p95 = spent[len(spent) // 2], spent[len(spent) * 95 // 100]
    say(f"{name:<12} p50 {p50:.2f} ms   p95 {p95:.2f} ms   longest {spent[-1]:.2f} ms")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
