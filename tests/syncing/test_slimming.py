"""A field that Gazelle lost is cut from the queries where it was asked, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

from syncing.fetching.errors import Problem
from syncing.registry import Nested, Registry
from syncing.slimming import Missing, missing_fields, without
from tests.toyshop.sync import MAKERS, TOYS


def refusal(name: str, type_name: str, path: str) -> Problem:
    return Problem(f"Field '{name}' doesn't exist on type '{type_name}'", "undefinedField", path)


def test_the_fields_of_a_refusal_are_known_by_type_and_place() -> None:
    problems = [
        refusal("name", "Maker", "query toys.allToys.nodes.maker.name"),
        refusal("price", "Toy", "query toys.allToys.nodes.price"),
        refusal("colour", "Part", ""),
        Problem("Something else"),
    ]
    assert missing_fields(problems) == {
        Missing("Maker", "name", "maker"), Missing("Toy", "price", "allToys"), Missing("Part", "colour")
    }  # fmt: skip


def test_an_id_is_never_done_without() -> None:
    assert missing_fields([refusal("id", "Part", "query toys.allToys.nodes.parts.id")]) == set()


def test_a_name_lost_in_one_place_stays_in_the_others() -> None:
    toys = replace(
        TOYS,
        selection="id name maker { id name } box { size { name unit } }",
        nested=(Nested(name="parts", selection="id name maker { name }", plain_list=True),),
    )
    slim = without(Registry([MAKERS, toys]), {Missing("Size", "name", "size"), Missing("Part", "name", "parts")})
    assert slim["toys"].selection == "id name maker { id name } box { size { unit } }"
    assert slim["toys"].nested[0].selection == "id maker { name }"
    assert slim["makers"].selection == MAKERS.selection


def test_a_type_of_its_own_loses_it_at_the_top_and_wherever_it_was_asked() -> None:
    toys = replace(TOYS, selection="id price(in: CAD) { cents } twin { id price { cents } } maker { price }", nested=())
    missing = {Missing("Toy", "price", "allToys"), Missing("Toy", "price", "twin")}
    assert without(Registry([toys]), missing)["toys"].selection == "id twin { id } maker { price }"


def test_a_place_that_gazelle_does_not_name_is_every_place_below() -> None:
    toys = replace(TOYS, selection="id name maker { name } box { size { name } colour }", nested=())
    assert without(Registry([toys]), {Missing("Maker", "name")})["toys"].selection == "id name box { colour }"
