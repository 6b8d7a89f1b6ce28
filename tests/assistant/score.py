"""`python -m tests.assistant.score FILE`: how exactly the questions of a file are understood, and every failure.

An answer is right when intent, slots and outcome are those expected or those of an `alt`. It is wrong but confident
when it would show something else than what was asked: `answered`, with another intent or other slots.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.understanding.batch import understand_line
from assistant.understanding.vocabulary import Vocabulary

ROSTER = Path(__file__).parent / "roster.json"


@dataclass
class Score:
    """Counts over a set of questions."""

    total: int = 0
    right: int = 0
    intents: int = 0
    confident: int = 0
    milliseconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def readings(expected: dict[str, Any]) -> list[dict[str, Any]]:
    """What is expected, then each other reading that is right too."""
    first = {key: expected[key] for key in ("intent", "slots", "outcome")}
    return [first, *({**first, **{key: alt[key] for key in first if key in alt}} for alt in expected.get("alt", ()))]


def score(questions: list[dict[str, Any]], vocabulary: Vocabulary) -> Score:
    """Understands every question and compares."""
    result = Score()
    for question in questions:
        started = time.thread_time()
        given = understand_line(question, vocabulary)
        result.milliseconds.append((time.thread_time() - started) * 1000)
        given.pop("id")
        expected = readings(question)
        result.total += 1
        result.intents += any(given["intent"] == one["intent"] for one in expected)
        if given in expected:
            result.right += 1
            continue
        result.confident += given["outcome"] == "answered"
        shown = {key: expected[0][key] for key in given}
        result.failures.append(
            f"{question['id']} {question['role'][0]} {question['q'][:120]!r}"
            f" {[turn['content'][:40] for turn in question.get('history', [])]}\n"
            f"   wanted {json.dumps(shown, ensure_ascii=False)}\n   given  {json.dumps(given, ensure_ascii=False)}"
        )
    return result


def load(path: Path) -> list[dict[str, Any]]:
    """The questions of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def roster() -> Vocabulary:
    """The invented company of the question sets."""
    return Vocabulary.from_roster(json.loads(ROSTER.read_text("utf-8")))


def main(path: str) -> None:
    vocabulary = roster()
    result = score(load(Path(path)), vocabulary)
    sys.stdout.write("\n".join(result.failures) + "\n\n")
    spent = sorted(result.milliseconds)
    sys.stdout.write(
        f"{result.right} of {result.total} exact ({result.right / result.total:.1%}), "
        f"intent {result.intents / result.total:.1%}, wrong but confident {result.confident / result.total:.1%}, "
        f"CPU p50 {spent[len(spent) // 2]:.2f} ms, p95 {spent[int(len(spent) * 0.95)]:.2f} ms\n"
    )


if __name__ == "__main__":
    main(sys.argv[1])
