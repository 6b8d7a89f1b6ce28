"""Entries found by the words of their text, on either database, as soon as they are read."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from pianos.models import TimelineEntry
from syncing import wording
from syncing.reconciling.reconciling import reconcile
from syncing.registry import PROJECT, entities
from syncing.staging.accepting import stage_page
from tests.web.people import person

pytestmark = pytest.mark.django_db
TIMELINE = entities()["timeline"]


def read(*texts: str, first: int = 0) -> None:
    """Entries as Gazelle gives them, read and reconciled."""
    [path] = PROJECT.glob("*/samples/timeline.json")
    node: dict[str, Any] = json.loads(path.read_text("utf-8"))["nodes"][0]
    nodes = [node | {"id": f"tme_{n}", "summary": "", "comment": text} for n, text in enumerate(texts, first)]
    stage_page(
        entities=[TIMELINE], nodes=nodes, number=1, end_cursor="", total=None, fetched_at=timezone.now(), legs={}
    )
    reconcile(TIMELINE, entities())


def found(asked: str) -> list[str]:
    return sorted(TimelineEntry.objects.filter(words__worded=asked).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ("humidité", ["tme_0", "tme_1"]),
        ("HUMIDITE 41", ["tme_0"]),
        ("humid* basse", ["tme_1"]),
        ("humid basse", []),
        ("hous* ôt*", ["tme_1"]),
        ("leboeuf", ["tme_2"]),
        ("l’œuf", []),
        ("41,5", ["tme_0"]),
        ("P22", ["tme_2"]),
        ("midité", []),
        ("' OR 1=1 --", []),
        ('humidite" *', ["tme_0", "tme_1"]),
        ("a & b | !c :*", []),
        ("* **", []),
        ("  ?!  ", []),
    ],
)
def test_an_entry_is_found_by_its_words_or_by_their_beginning_with_a_star(asked: str, ids: list[str]) -> None:
    read("Humidité : 41,5 % au salon", "humidité basse (housse ôtée)", "Mme Lebœuf, Yamaha P22")
    assert found(asked) == ids


def test_an_entry_that_changes_is_found_by_its_new_words_only() -> None:
    read("humidité basse")
    read("cordes neuves")
    assert (found("humidité"), found("cordes")) == ([], ["tme_0"])
    assert TimelineEntry.objects.get().version == 2


def test_a_replay_that_only_adds_words_changes_no_meaning() -> None:
    read("humidité basse")
    TimelineEntry.objects.update(words="")
    reconcile(TIMELINE, entities(), replay=True)
    assert TimelineEntry.objects.get().version == 1
    assert found("humidite") == ["tme_0"]


def test_rows_written_by_another_way_are_found_after_a_rebuild() -> None:
    TimelineEntry.objects.create(id="tme_9", words="humidite basse")
    assert wording.rebuild(TimelineEntry) == 1
    assert found("humidité") == ["tme_9"]


@pytest.mark.parametrize("asked", ["humidité", "humid*", "basse humidité", "HUMIDITE basse*"])
def test_a_word_that_most_entries_hold_is_found_by_walking_and_finds_the_same(
    asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read("Humidité basse", "humidité haute", "basse, humidité", "cordes", "humidificateur bas", "trop humidité basses")
    rows = TimelineEntry.objects.filter(words__worded=asked).order_by("-occurred_at", "-id")
    by_index, way = [entry.pk for entry in rows.all()], str(rows[:9].query)
    monkeypatch.setattr("syncing.lookups.WALKED", 0)
    assert [entry.pk for entry in rows[:9]] == by_index
    assert rows[:9].count() == len(by_index) > 1
    if connection.vendor == "sqlite":
        assert "MATCH" in way
        assert "MATCH" not in str(rows[:9].query)


def test_the_list_of_entries_is_sorted_by_date_alone(client: Browser) -> None:
    client.force_login(person("Bureau"))
    read("cordes neuves")
    page = client.get("/admin/pianos/timelineentry/").content.decode()
    assert re.findall(r'class="sortable column-(\w+)', page) == ["occurred_at"]


def test_the_list_finds_words_beside_clients_and_pianos(client: Browser) -> None:
    client.force_login(person("Bureau"))
    read("Humidité basse", "cordes neuves")
    listed = client.get("/admin/pianos/timelineentry/?q=humidité").context["cl"]
    assert [entry.pk for entry in listed.result_list] == ["tme_0"]


@pytest.mark.parametrize(("asked", "more"), [("humidité", True), ("humid*", True), ("cordes", False), ("…", False)])
def test_a_frequent_word_is_not_counted_beyond_what_people_read(
    asked: str, more: bool, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("syncing.light_lists.COUNTED_UP_TO", 60)
    client.force_login(person("Bureau"))
    TimelineEntry.objects.bulk_create(TimelineEntry(id=f"tme_{n}", words="humidite basse") for n in range(140))
    TimelineEntry.objects.create(id="tme_cordes", words="cordes neuves")
    wording.rebuild(TimelineEntry)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE pianos_timelineentry")
    shown = client.get("/admin/pianos/timelineentry/", {"q": asked})
    assert ("plus de 60" in html.unescape(shown.content.decode()).replace("\u00a0", " ")) is more
    assert len(shown.context["cl"].result_list) == (50 if more else min(len(found(asked)), 1))
