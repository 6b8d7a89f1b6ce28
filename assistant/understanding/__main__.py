"""The door for programs that only want dates: `python -m assistant.understanding dates IN.jsonl OUT.jsonl`, no Django.

A line in is `{"text", "ref"}`, a line out `{"start", "end", "grain"}`: local wall clock, end exclusive, all null when
no date is said, or when the one said is impossible. An open side (« avant », « après ») is null.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from assistant.understanding.text import read
from assistant.understanding.times import When, find
from assistant.understanding.times.almanac import span_of

_NONE: dict[str, str | None] = {"start": None, "end": None, "grain": None}


def dates(line: str) -> dict[str, str | None]:
    """The first stretch of time in a line; raises ValueError, KeyError or TypeError for a line of another shape."""
    asked = json.loads(line)
    # The wall clock of the reference counts, whatever zone it was written in.
    now = datetime.fromisoformat(asked["ref"]).replace(tzinfo=None)
    question = read(asked["text"])
    found = [when for when in find(question, now) if not when.impossible]
    if not found:
        return _NONE
    # « dès lundi » names the Monday on which something begins, « à partir de lundi » all that follows it.
    day_named = found[0].open_end and question.folded.startswith("des ", found[0].first)
    if day_named:
        found[0] = replace(found[0], end=span_of(found[0].grain, found[0].start).end, open_end=False)
    return _written(found[0])


def _written(when: When) -> dict[str, str | None]:
    return {
        "start": None if when.open_start else when.start.isoformat(),
        "end": None if when.open_end else when.end.isoformat(),
        "grain": when.grain,
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m assistant.understanding", description=__doc__)
    doors = parser.add_subparsers(dest="door", required=True)
    door = doors.add_parser("dates", help="the dates of each line")
    door.add_argument("input", type=Path, metavar="IN.jsonl")
    door.add_argument("output", type=Path, metavar="OUT.jsonl")
    asked = parser.parse_args()
    try:
        return copy(asked.input, asked.output)
    except OSError as error:
        sys.stderr.write(f"{error.filename} : {error.strerror}\n")
        return 1


def copy(source: Path, target: Path) -> int:
    """Answers each line of a file; 1 at the first that cannot be read, which is named."""
    with source.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                out.write(json.dumps(dates(line)) + "\n")
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                sys.stderr.write(f"{source}, ligne {number} : {error!r}\n")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
