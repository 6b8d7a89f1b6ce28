"""`manage.py ask`: one question in a terminal, or a file of them read without any data."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from assistant.models import Question

ROSTER = {"technicians": [{"name": "Simon Arcand", "aliases": ["sim"], "groups": ["Technicien"]}]}


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("ask", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_a_question_is_answered_as_somebody_and_nothing_is_kept(simon: User) -> None:
    assert "Rosalie Tremblay" in run(".mes rv", "--as", "simon arcand")
    assert not Question.objects.exists()


@pytest.mark.django_db
def test_json_gives_intent_slots_outcome_and_items(simon: User) -> None:
    told = json.loads(run(".mes rv", "--as", "Technicien@exemple.ca", "--json", "--now", "2026-03-17T23:30"))
    assert (told["intent"], told["outcome"]) == ("my_appointments", "answered")
    assert told["slots"]["date_range"] == {"start": "2026-03-17", "end": "2026-03-17"}
    assert told["items"] == []


@pytest.mark.django_db
def test_what_cannot_be_asked_is_one_sentence(simon: User) -> None:
    for arguments, said in (
        ((".mes rv", "--as", "Personne"), "Aucun compte"),
        (("🎹", "--as", "Simon Arcand"), "Posez une question"),
        ((".mes rv",), "Donnez une question et --as"),
        (("--batch", "q.jsonl"), "--roster"),
    ):
        with pytest.raises(CommandError, match=said):
            run(*arguments)


def test_a_file_of_questions_is_understood_line_by_line_without_a_database(tmp_path: Path) -> None:
    asked, roster, told = (tmp_path / name for name in ("in.jsonl", "roster.json", "out.jsonl"))
    roster.write_text(json.dumps(ROSTER), "utf-8")
    line = {"id": "1", "q": ".mes rv", "user": "sim", "role": "technician", "now": "2026-03-17T10:30:00-04:00"}
    asked.write_text(f"{json.dumps(line)}\n\n{json.dumps(line | {'id': '2', 'q': ''})}\n", "utf-8")
    run("--batch", str(asked), "--roster", str(roster), "--output", str(told))
    first, second = map(json.loads, told.read_text("utf-8").splitlines())
    assert (first["id"], first["intent"], first["outcome"]) == ("1", "my_appointments", "answered")
    assert first["slots"]["date_range"] == {"start": "2026-03-17", "end": "2026-03-17"}
    assert second == {"id": "2", "intent": "empty", "slots": {}, "outcome": "error"}


@pytest.mark.parametrize("broken", ["{", "[]", '{"id": "1"}', '{"id": "1", "q": 3, "now": "2026-03-17"}'])
def test_a_line_that_is_no_question_is_named(tmp_path: Path, broken: str) -> None:
    asked, roster, told = (tmp_path / name for name in ("in.jsonl", "roster.json", "out.jsonl"))
    roster.write_text(json.dumps(ROSTER), "utf-8")
    asked.write_text(broken, "utf-8")
    with pytest.raises(CommandError, match="ligne 1"):
        run("--batch", str(asked), "--roster", str(roster), "--output", str(told))
