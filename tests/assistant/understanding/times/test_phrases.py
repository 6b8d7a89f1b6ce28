"""Phrases written with their meaning in hand (phrases.jsonl), read by the grammar and through the door for programs."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from assistant.understanding.text import read
from assistant.understanding.times import find
from syncing.registry import PROJECT

PHRASES = Path(__file__).with_name("phrases.jsonl")
LINES = [json.loads(line) for line in PHRASES.read_text(encoding="utf-8").splitlines()]


MOMENTS = sorted({(line["ref"], bool(line.get("past"))) for line in LINES})
Bounds = tuple[datetime | None, datetime | None, str | None]


def expected(line: dict[str, str | None]) -> Bounds:
    start, end = (datetime.fromisoformat(text) if (text := line[side]) else None for side in ("start", "end"))
    return start, end, line["grain"]


def understood(line: dict[str, str], past: bool) -> Bounds:
    found = find(read(line["text"]), datetime.fromisoformat(line["ref"]), past=past)
    if not found or found[0].impossible:
        return None, None, None
    first = found[0]
    return None if first.open_start else first.start, None if first.open_end else first.end, first.grain


@pytest.mark.parametrize(("ref", "past"), MOMENTS)
def test_phrases_mean_what_their_author_meant(ref: str, past: bool) -> None:
    asked = [line for line in LINES if (line["ref"], bool(line.get("past"))) == (ref, past)]
    wrong = [(line["text"], got) for line in asked if (got := understood(line, past)) != expected(line)]
    assert wrong == []


def through_the_door(tmp_path: Path, text: str) -> tuple[int, list[dict[str, str | None]], str]:
    """Exit status, lines out and what was said on stderr, in a process that has never heard of Django."""
    asked, answered = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    asked.write_text(text, encoding="utf-8")
    code = (
        "import runpy, sys\n"
        "sys.modules['django'] = None\n"  # importing it now fails
        f"sys.argv = ['understanding', 'dates', {str(asked)!r}, {str(answered)!r}]\n"
        "runpy.run_module('assistant.understanding', run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    lines = answered.read_text(encoding="utf-8").splitlines() if answered.exists() else []
    return done.returncode, [json.loads(line) for line in lines], done.stderr


def test_the_door_answers_every_line_without_django(tmp_path: Path) -> None:
    # « dès lundi » goes on without end, but programs are given the Monday.
    asked = [line | {"end": line.get("door_end", line["end"])} for line in LINES if not line.get("past")]
    status, answers, said = through_the_door(tmp_path, "\n".join(json.dumps(line) for line in asked))
    assert (status, said) == (0, "")
    wrong = [line["text"] for line, answer in zip(asked, answers, strict=True) if expected(answer) != expected(line)]
    assert wrong == []


def test_the_door_keeps_the_wall_clock_of_a_reference_written_in_another_zone(tmp_path: Path) -> None:
    _, answers, _ = through_the_door(tmp_path, '{"text": "demain", "ref": "2013-02-12T04:30:00-02:00"}')
    assert answers == [{"start": "2013-02-13T00:00:00", "end": "2013-02-14T00:00:00", "grain": "day"}]


def test_the_door_skips_blank_lines_and_says_which_line_it_cannot_read(tmp_path: Path) -> None:
    good = '{"text": "demain", "ref": "2026-03-17T10:30"}'
    status, answers, said = through_the_door(tmp_path, f'{good}\n\n{{"text": "demain"}}\n{good}\n')
    assert status == 1
    assert len(answers) == 1
    assert "ligne 3" in said


def test_the_door_says_that_a_file_is_missing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "assistant.understanding", "dates", "nowhere.jsonl", str(tmp_path / "out.jsonl")]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "nowhere.jsonl : No such file or directory\n"
