"""Words found in what was written, and clients found by what is remembered of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from assistant.answering import resembling
from assistant.understanding.results import Outcome
from syncing.french import NBSP
from tests.assistant.answering.conftest import Ask, days, lines
from tests.assistant.answering.house import at, client, entry, piano, visit

pytestmark = pytest.mark.django_db


def test_words_are_found_in_each_kind_of_note_with_the_text_around(ask: Ask) -> None:
    home = client("1", "Anne Roy", personal_notes="Demander la chapelle.")
    upright = piano("up", home, notes="Vient de la chapelle.")
    entry("1", home, upright, at(2, 9), f"{'Accord fait. ' * 20}Retrouvé dans la chapelle {'au fond ' * 20}")
    visit("mine", "simon", at(20, 9), home, notes="Entrée par la chapelle.")
    visit("hers", "maude", at(21, 9), home, notes="Sonner à la chapelle.")
    office, simon = ask("odile", "search_notes", keyword="chapelle"), ask("simon", "search_notes", keyword="chapelle")
    assert (office.total, simon.total) == (5, 3)
    assert "Demander la chapelle." not in lines(simon)
    assert "Sonner à la chapelle." not in lines(simon)
    (excerpt,) = [str(one) for one in simon.items[0].lines if "chapelle" in str(one)]
    assert excerpt.startswith("…")
    assert excerpt.endswith("…")
    assert len(excerpt) < 130


def test_words_side_by_side_come_before_words_apart(ask: Ask) -> None:
    home = client("1", "Anne Roy")
    entry("near", home, None, at(1, 9), "Corde cassée au fa.")
    entry("far", home, None, at(2, 9), "Corde changée, une autre était cassée.")
    assert [item.id for item in ask("simon", "search_notes", keyword="corde cassee").items] == ["tme_near"]
    assert [item.id for item in ask("simon", "search_notes", keyword="cassée corde").items] == ["tme_far", "tme_near"]


def test_a_period_and_a_client_narrow_the_notes(ask: Ask) -> None:
    home, other = client("1", "Anne Roy"), client("2", "Luc Gagnon")
    entry("old", home, None, at(2, 9, year=2023), "Mites dans les feutres.")
    entry("new", home, None, at(2, 9), "Encore des mites.")
    entry("other", other, None, at(2, 9), "Mites.")
    found = ask(
        "simon", "search_notes", keyword="mites", client_name="roy", date_range=days("2025-01-01", "2026-03-24")
    )
    assert [item.id for item in found.items] == ["tme_new"]


def test_no_note_is_not_a_failure(ask: Ask) -> None:
    found = ask("simon", "search_notes", keyword="xylophone")
    assert (found.outcome, found.total, found.code) == (Outcome.ANSWERED, 0, "")
    assert str(found.text) == f"Aucune note pour «{NBSP}xylophone{NBSP}»."


def test_a_client_is_found_by_clues_with_the_proof_of_each(ask: Ask) -> None:
    home = client("1", "Anne Roy")
    piano("up", home, "Heintzman", "")
    entry("1", home, None, at(2, 9), "Sa fille étudie en Belgique.")
    for rank in range(2, 6):
        other = client(str(rank), f"Famille Numéro{rank}")
        entry(f"o{rank}", other, None, at(3, 9), "Sa fille joue aussi.")
    found = ask("simon", "search_notes", search_terms=["fille", "belgi", "heintzman"])
    assert [item.id for item in found.items] == ["cli_1", "cli_2", "cli_3", "cli_4", "cli_5"]
    assert "Le plus probable : Anne Roy." in str(found.text)
    first = lines(found).split("Famille")[0]
    assert f"Historique, lundi 2{NBSP}mars 2026 : Sa fille étudie en Belgique." in first
    assert "Piano : Heintzman" in first


def test_the_notes_of_a_client_are_a_clue_for_the_office_only(ask: Ask) -> None:
    client("1", "Anne Roy", personal_notes="Perroquet bavard.")
    assert ask("odile", "search_notes", search_terms=["perroquet"]).total == 1
    closed = ask("simon", "search_notes", search_terms=["perroquet"])
    assert closed.total == 0


def test_without_an_index_words_are_looked_for_and_that_is_said(ask: Ask) -> None:
    entry("1", client("1", "Anne Roy"), None, at(2, 9), "Touche enfoncée par temps humide.")
    found = ask("simon", "semantic_search", text="touche enfoncée")
    assert (found.total, found.source) == (1, "keyword")
    assert found.notes


class Hits(list[Any]):
    """What the index answers."""

    reason = ""


def test_what_the_index_finds_is_read_again_under_the_rights_of_the_asker(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = client("1", "Anne Roy", personal_notes="Table fendue au déménagement.")
    upright = piano("up", home, notes="Table fendue.")
    entry("1", home, upright, at(2, 9), "Table fendue, à surveiller.")
    entry("mail", home, upright, at(2, 9), "Table fendue", entry_type="CONTACT_EMAIL_MANUAL")
    visit("hers", "maude", at(20, 9), home, notes="Voir la table fendue.")
    visit("private", "maude", at(20, 9), None, notes="Table fendue chez moi.", type="PERSONAL")
    rows = [("pianos", "ins_up"), ("timeline", "tme_1"), ("timeline", "tme_mail"), ("appointments", "evt_hers")]
    rows += [("appointments", "evt_private"), ("clients", "cli_1"), ("timeline", "tme_gone")]
    found = Hits(SimpleNamespace(entity=entity, id=key) for entity, key in rows)
    monkeypatch.setattr(resembling, "search", lambda text, **narrowed: found)
    simon = ask("simon", "semantic_search", text="table fendue")
    assert [item.id for item in simon.items] == ["pianos:ins_up:notes", "tme_1"]
    office = ask("odile", "semantic_search", text="table fendue")
    assert [item.id for item in office.items] == [
        *("pianos:ins_up:notes", "tme_1", "tme_mail", "appointments:evt_hers:notes", "clients:cli_1:personal_notes"),
    ]
    assert (office.source, office.total) == ("semantic", 5)
