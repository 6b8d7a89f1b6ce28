"""`manage.py ask --batch`: a file in, a file out, and a clear sentence when a file is no such thing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.assistant.score import ROSTER

pytestmark = pytest.mark.no_database
QUESTIONS = [
    {"id": "1", "q": "mes rv demain", "user": "simon", "role": "technician", "now": "2026-03-17T23:50:00-04:00"},
    {"id": "2", "q": "mes rv", "role": "admin", "now": "2026-03-17T10:30:00-04:00"},
    {"id": "3", "q": "", "role": "technician", "now": "2026-03-17T10:30:00-04:00"},
    {
        "id": "4",
        "q": "ses pianos",
        "role": "technician",
        "now": "2026-03-17T14:30:00+00:00",
        "history": [{"role": "user", "content": "client Roy"}, {"role": "assistant", "content": "Roy, Laval"}],
    },
]


def _ask(folder: Path, text: str) -> list[dict[str, object]]:
    (folder / "in.jsonl").write_text(text, "utf-8")
    call_command("ask", batch=folder / "in.jsonl", roster=ROSTER, output=folder / "out.jsonl")
    return [json.loads(line) for line in (folder / "out.jsonl").read_text("utf-8").splitlines()]


def test_each_question_gets_its_line(tmp_path: Path) -> None:
    day = {"start": "2026-03-18", "end": "2026-03-18"}
    today = {"start": "2026-03-17", "end": "2026-03-17"}
    assert _ask(tmp_path, "\n".join(map(json.dumps, QUESTIONS))) == [
        {"id": "1", "intent": "my_appointments", "slots": {"scope": "self", "date_range": day}, "outcome": "answered"},
        {
            "id": "2",
            "intent": "my_appointments",
            "slots": {"scope": "self", "date_range": today, "default_period": True},
            "outcome": "not_a_technician",
        },
        {"id": "3", "intent": "empty", "slots": {}, "outcome": "error"},
        {"id": "4", "intent": "client_pianos", "slots": {"client_name": "Roy"}, "outcome": "answered"},
    ]


@pytest.mark.parametrize("line", ["pas du JSON", '{"id": "1"}', '["q"]', '{"id": "1", "q": "rv", "now": "hier"}'])
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(CommandError, match="ligne 2"):
        _ask(tmp_path, json.dumps(QUESTIONS[0]) + "\n" + line)


def test_a_roster_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("", "utf-8")
    (tmp_path / "roster.json").write_text('["personne"]', "utf-8")
    with pytest.raises(CommandError, match=r"roster\.json"):
        call_command("ask", batch=tmp_path / "in.jsonl", roster=tmp_path / "roster.json", output=tmp_path / "out.jsonl")
