"""`syncstatus` says what the page says, and its exit status what the watchman needs."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from syncing.registry import entities
from tests.web.people import everything_read, failed, reading

pytestmark = pytest.mark.django_db


def told(expected_exit: int) -> str:
    out = StringIO()
    if expected_exit:
        with pytest.raises(SystemExit) as stop:
            call_command("syncstatus", stdout=out)
        assert stop.value.code == expected_exit
    else:
        call_command("syncstatus", stdout=out)
    return out.getvalue()


def test_it_is_content_when_everything_is_fresh() -> None:
    everything_read()
    text = told(0)
    assert text.startswith("Tout va bien.")
    for entity in entities():
        assert entity.label in text


def test_it_fails_before_the_first_reading_and_says_how_to_begin() -> None:
    text = told(1)
    assert "Rien n’a encore été lu de Gazelle." in text
    assert "python manage.py sync" in text


def test_it_fails_when_an_entity_fails() -> None:
    everything_read()
    failed(next(iter(entities())).name)
    assert "en panne" in told(1)


def test_each_reading_is_told_with_its_figures() -> None:
    everything_read()
    first = next(iter(entities()))
    reading(first.name, fetched=1200, staged=30, updated=25, rejected=6, requests=12, seconds={"fetching": 2.0})
    line = next(line for line in told(0).splitlines() if "1\u202f200" in line and first.label in line)
    for figure in ("25", "1\u202f170", "6", "0,5\u00a0%", "12", "600", "lecture 2,0\u00a0s"):
        assert figure in line


def test_columns_are_aligned() -> None:
    everything_read()
    table = told(0).split("\n\n")[1].splitlines()
    starts = {line.index(word) for line, word in zip(table[1:], ["à jour"] * len(table), strict=False)}
    assert starts == {table[0].index("État")}
