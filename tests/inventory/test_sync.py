"""The catalogue, from what Gazelle answers to columns."""

from __future__ import annotations

import pytest

from inventory.models import ServiceItem
from syncing.registry import entities
from syncing.vocabulary import Node

SERVICE: Node = {
    "id": "mit_1",
    "name": {"en_US": "Tuning", "fr_CA": "Accord à l’école"},
    "description": {"en_US": "One hour"},
    "educationDescription": {},
    "amount": 300,
    "order": 4,
    "masterServiceGroup": {"id": "mig_1", "name": {"fr_CA": "Accords"}},
}


def test_a_service_is_named_in_french_and_found_without_accents() -> None:
    draft = entities()["service_items"].parse(SERVICE)
    assert (draft.columns["name"], draft.columns["group_name"]) == ("Accord à l’école", "Accords")
    assert (draft.columns["description"], draft.columns["education_description"]) == ("One hour", "")
    assert draft.columns["group_gazelle_id"] == "mig_1"
    assert draft.columns["search_key"] == "accord a l'ecole accords one hour"


def test_its_price_stays_in_cents() -> None:
    assert entities()["service_items"].parse(SERVICE).columns["amount"] == 300


@pytest.mark.parametrize(
    ("texts", "chosen"),
    [
        ({"en_US": "Tuning", "fr_FR": "Accordage", "fr_CA": "Accord"}, "Accord"),
        ({"en_US": "Tuning", "fr_FR": "Accordage", "fr_CA": ""}, "Accordage"),
        ({"es": "Afinación", "en_US": "Tuning"}, "Tuning"),
        ({"en_US": "Tuning", "es": "Afinación"}, "Tuning"),
        ({"fr_CA": None, "en_US": 3}, ""),
        (None, ""),
    ],
)
def test_the_french_of_quebec_is_preferred_then_another_french_then_any_language(texts: object, chosen: str) -> None:
    assert entities()["service_items"].parse({**SERVICE, "name": texts}).columns["name"] == chosen


@pytest.mark.parametrize("texts", ["Accord", 3, ["Accord"]])
def test_a_text_without_languages_is_told_and_leaves_its_column_alone(texts: object) -> None:
    draft = entities()["service_items"].parse({**SERVICE, "name": texts})
    assert "name" not in draft.columns
    assert [fault.path for fault in draft.faults] == ["name"]


def test_a_service_without_a_group_has_none() -> None:
    draft = entities()["service_items"].parse({**SERVICE, "masterServiceGroup": None})
    assert (draft.columns["group_name"], draft.columns["group_gazelle_id"]) == ("", "")


def test_a_placeholder_says_it_is_one() -> None:
    assert str(ServiceItem(id="mit_1", is_placeholder=True)) == "Inconnu (mit_1)"
