"""`manage.py compare_answers FILE`: our answers beside the old ones, a status that says whether all was as expected."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from assistant.models import Question

pytestmark = pytest.mark.django_db


def run(file: Path, *arguments: str) -> str:
    out = io.StringIO()
    call_command("compare_answers", str(file), "--as", "Simon Arcand", *arguments, stdout=out)
    return out.getvalue()


def jsonl(folder: Path, *rows: object) -> Path:
    file = folder / "questions.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return file


def test_both_answers_are_laid_side_by_side_and_nothing_is_written(simon: User, tmp_path: Path) -> None:
    file = jsonl(
        tmp_path,
        {"q": ".mes rv", "v4": "12h00 Rosalie Tremblay\n15h30 Zénon Ouellet", "intent": "my_appointments"},
        {"q": "et demain ?", "history": [{"role": "user", "content": ".mes rv"}], "intent": "my_appointments"},
    )
    page = tmp_path / "page.html"
    said = run(file, "--html", str(page))
    assert "V4    | 15h30 Zénon Ouellet" in said
    assert "École Orée" in said
    assert "seulement dans V4 : 12h00, 15h30, Zénon, Ouellet" in said
    assert "2 questions, 0 comprise autrement" in said
    assert "<td>12h00 Rosalie Tremblay<br>" in page.read_text("utf-8")
    assert not Question.objects.exists()


def test_what_is_understood_otherwise_ends_in_a_status(simon: User, tmp_path: Path) -> None:
    file = jsonl(tmp_path, {"q": ".mes rv", "intent": "stats", "slots": {"metric": "pianos"}})
    with pytest.raises(SystemExit) as stopped:
        run(file)
    assert stopped.value.code == 1


def test_another_reading_that_the_file_allows_is_right(simon: User, tmp_path: Path) -> None:
    line = {"q": ".mes rv", "intent": "stats", "alt": [{"intent": "help"}]}
    with pytest.raises(SystemExit):
        run(jsonl(tmp_path, line))
    line["alt"] = [{"intent": "help"}, {"intent": "my_appointments"}]
    assert "0 comprise autrement" in run(jsonl(tmp_path, line))


def test_a_refusal_may_be_what_was_expected(simon: User, tmp_path: Path) -> None:
    assert "0 comprise autrement" in run(jsonl(tmp_path, {"q": "", "intent": "empty", "outcome": "error"}))


def test_a_line_may_say_who_asks(simon: User, odile: User, tmp_path: Path) -> None:
    file = jsonl(tmp_path, {"q": ".mes rv", "user": "Odile Fortier", "outcome": "not_a_technician"})
    assert "0 comprise autrement" in run(file)
    with pytest.raises(SystemExit):
        run(jsonl(tmp_path, {"q": ".mes rv", "user": "Personne d’ici"}))


def test_a_spreadsheet_is_read_with_its_semicolons_and_its_lines_in_cells(simon: User, tmp_path: Path) -> None:
    file = tmp_path / "v4.csv"
    file.write_text('\ufeffQuestion;V4\n.mes rv;"12:00 Rosalie\nTremblay"\n.aide;\n', "utf-8")
    said = run(file)
    assert "V4    | 12:00 Rosalie" in said
    assert "V4    | Tremblay" in said
    assert "2 questions" in said


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("q.jsonl", "{}", "colonne « question »"),
        ("q.jsonl", "[1]", "ligne 1"),
        ("q.jsonl", '{"q": "x", "now": "hier"}', "« now »"),
        ("q.csv", "autre;chose\n1;2\n", "colonne « question »"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(simon: User, tmp_path: Path, name: str, text: str, said: str) -> None:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    with pytest.raises(CommandError, match=said) as refused:
        run(file)
    assert refused.value.returncode == 2


def test_an_unknown_asker_or_file_is_one_sentence(simon: User, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ne se lit pas"):
        run(tmp_path / "absent.jsonl")
    with pytest.raises(CommandError, match="Aucun compte"):
        call_command("compare_answers", str(tmp_path / "absent.jsonl"), "--as", "Personne")
