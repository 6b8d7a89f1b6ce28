"""Notes are found by what they mean and by their words, by those who may read them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from assistant.semantic import indexing, opened, refresh, search
from assistant.semantic.documents import SOURCES
from assistant.semantic.searching import Hits
from clients.models import Client
from pianos.models import Piano, TimelineEntry
from syncing.rights import Viewer
from tests.assistant.semantic.conftest import NOTES, note

People = Mapping[str, Viewer]


@pytest.fixture
def indexed(people: People) -> People:
    indexing.rebuild()
    return people


def ids(hits: Hits) -> list[str]:
    return [hit.id for hit in hits]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("broken string on the treble", "tme_string"),
        ("la pedalle forte fait un couinement", "tme_pedal"),
        ("bac du dampp-chaser à sec", "tme_tank"),
        ("demander les clés au gardien ou au concierge", "tme_key"),
        ("soundboard crack", "ins_yamaha"),
    ],
)
def test_a_note_is_found_in_other_words(indexed: People, asked: str, expected: str) -> None:
    assert ids(search(asked, viewer=indexed["simon"]))[0] == expected


def test_a_serial_number_is_found_whatever_else_is_asked(indexed: People) -> None:
    (hit, *_) = search("de quel piano parlait-on avec la série Z90417 ?", viewer=indexed["simon"])
    assert (hit.id, hit.keyword_hit) == ("tme_lid", True)


def test_the_piano_of_a_serial_number_is_found_without_a_note(indexed: People) -> None:
    Piano.objects.create(pk="ins_serial", serial_number="J3377181", search_key="yamaha u1 j3377181")
    assert "ins_serial" in ids(search("J3377181", viewer=indexed["simon"]))


def test_mails_bills_and_access_notes_are_for_the_office(indexed: People) -> None:
    for asked in ("facture prête", "payée comptant", "code de la porte", "chien nerveux"):
        office, technician = (set(ids(search(asked, viewer=indexed[who]))) for who in ("odile", "simon"))
        private = {"tme_mail", "inv_1", "cli_tremblay"}
        assert office & private
        assert not technician & private


def test_the_notes_of_a_visit_are_for_its_technician_and_the_office(indexed: People) -> None:
    found = {
        who for who, viewer in indexed.items() if "evt_simon" in ids(search("apporter des buvards", viewer=viewer))
    }
    assert found == {"odile", "simon"}


def test_somebody_without_a_role_finds_nothing(indexed: People) -> None:
    assert search("corde cassée", viewer=indexed["nobody"]) == []


def test_what_the_viewer_may_not_read_takes_no_place_among_the_best(people: People) -> None:
    for number in range(40):
        note(f"tme_mail_{number}", f"Corde cassée au fa 6, remplacée. {number}", "CONTACT_EMAIL_MANUAL")
    indexing.rebuild()
    assert "tme_string" in ids(search("corde brisée, changée", viewer=people["simon"], limit=3))


def test_a_row_taken_out_of_somebodys_rights_since_is_not_shown(indexed: People) -> None:
    TimelineEntry.objects.filter(pk="tme_string").update(entry_type="CONTACT_EMAIL_MANUAL")
    assert "tme_string" not in ids(search("corde cassée au fa 6", viewer=indexed["simon"]))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"client": "cli_roy"}, {"tme_roy"}),
        ({"piano": "ins_yamaha"}, {"tme_pedal"}),
        ({"since": datetime(2026, 1, 1, tzinfo=UTC)}, {"tme_pedal"}),
        ({"until": datetime(2026, 1, 1, tzinfo=UTC)}, {"tme_roy"}),
        ({"kinds": {"SERVICE_ENTRY_MANUAL"}}, {"tme_pedal", "tme_roy"}),
        ({"kinds": {"timeline"}}, {"tme_pedal", "tme_roy"}),
        ({"kinds": {"pianos"}}, set()),
    ],
)
@pytest.mark.parametrize("with_index", [True, False])
def test_filters_hold_by_meaning_and_by_words(
    people: People, filters: dict[str, object], expected: set[str], with_index: bool
) -> None:
    if with_index:
        indexing.rebuild()
    found = ids(search("pédale qui grince", viewer=people["simon"], **filters))  # type: ignore[arg-type]  # one of each
    assert set(found) & {"tme_pedal", "tme_roy"} == expected


@pytest.mark.usefixtures("no_index")
def test_without_an_index_words_are_searched_and_the_reason_is_told(people: People) -> None:
    hits = search("corde cassée", viewer=people["simon"])
    assert ids(hits) == ["tme_string"]
    assert hits.reason == "La recherche par le sens n’est pas encore prête : seuls les mots ont été cherchés."


@pytest.fixture
def no_index(people: People, settings: Settings) -> None:
    shutil.rmtree(settings.INDEX_DIR)


def test_a_damaged_index_is_not_believed(indexed: People, settings: Settings) -> None:
    (vectors,) = Path(settings.INDEX_DIR).glob("main-*/vectors.f32")
    vectors.write_bytes(bytes(vectors.stat().st_size))
    Path(settings.INDEX_DIR, "manifest.json").touch()
    opened._open.clear()  # as in a process that begins
    hits = search("corde cassée", viewer=indexed["simon"])
    assert ids(hits) == ["tme_string"]
    assert "abîmé" in hits.reason


@pytest.mark.parametrize("asked", ["", "🙂", "?!", "le la les", "'; DROP TABLE pianos; --", "zzzzqqq"])
def test_a_question_that_says_nothing_finds_nothing_and_breaks_nothing(indexed: People, asked: str) -> None:
    assert search(asked, viewer=indexed["simon"]) == [] or asked.startswith("'")


def test_the_same_text_is_shown_once_with_how_many_are_alike(people: People) -> None:
    for day in (3, 4, 5):
        note(f"tme_same_{day}", "Visite de courtoisie chez Untel.", occurred_at=datetime(2026, 5, day, tzinfo=UTC))
    indexing.rebuild()
    for asked in ("courtoisie chez untel, une visite amicale", "visite de courtoisie chez Untel"):
        hits = search(asked, viewer=people["simon"], kinds={"timeline"})
        assert (hits[0].id, hits[0].alike) == ("tme_same_5", 2)
        assert len({hit.excerpt for hit in hits}) == len(hits)


def test_a_table_is_asked_twice_at_most_however_many_rows_answer(indexed: People) -> None:
    for number in range(30):
        note(f"tme_more_{number}", f"Pédale qui grince, visite {number}.")
    refresh()
    with CaptureQueriesContext(connection) as asked:
        assert len(search("grince au fa", viewer=indexed["odile"], limit=30)) == 30
    assert len(asked) <= 2 * len(SOURCES)


def test_an_excerpt_is_cut_around_what_was_asked(indexed: People) -> None:
    note("tme_long", f"{'Accord complet au diapason. ' * 30}Fusible brûlé du xénon. {'Rien à signaler. ' * 30}")
    refresh()
    hit = next(hit for hit in search("fusible brule", viewer=indexed["simon"]) if hit.id == "tme_long")
    assert "Fusible brûlé" in hit.excerpt
    assert hit.excerpt.startswith("…")
    assert len(hit.excerpt) <= 202


def test_what_changed_is_found_after_a_refresh_and_what_went_is_not(indexed: People) -> None:
    simon = indexed["simon"]
    note("tme_new", "Souris dans le piano, nid sous les touches.")
    TimelineEntry.objects.filter(pk="tme_pedal").update(comment="Banc brisé.", words="banc brise")
    refresh()
    assert "tme_new" in ids(search("rongeurs, mouse nest", viewer=simon))
    assert "tme_pedal" not in ids(search("pedal squeaks", viewer=simon))
    assert "tme_pedal" in ids(search("tabouret cassé", viewer=simon))
    TimelineEntry.objects.filter(pk="tme_new").update(deleted_at=datetime.now(UTC))
    assert "tme_new" not in ids(search("rongeurs, mouse nest", viewer=simon))
    refresh()
    assert "tme_new" not in ids(search("rongeurs, mouse nest", viewer=simon))


def test_every_note_of_the_company_finds_itself(indexed: People) -> None:
    for pk, text in NOTES.items():
        assert ids(search(text, viewer=indexed["simon"]))[0] == pk
    assert Client.objects.count() == 2
