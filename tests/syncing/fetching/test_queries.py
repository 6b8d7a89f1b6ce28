"""The query text, checked against Gazelle's own schema."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from syncing.fetching.queries import Follow, follow_ups, list_query, single_query
from syncing.registry import Entity, Nested, Read
from syncing.vocabulary import Mode
from tests.syncing.fetching.declared import CLIENTS, CONTACTS, REGISTRY, TIMELINE, USERS

SDL = Path(__file__).parents[3] / "gazelle_site" / "sandbox" / "schema.graphql"


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(SDL.read_text("utf-8"))


@pytest.mark.parametrize("entity", [USERS, CLIENTS, TIMELINE], ids=lambda entity: entity.name)
def test_every_list_query_is_valid(schema: GraphQLSchema, entity: Entity) -> None:
    for mode in entity.reads:
        text = list_query(entity, entity.read(mode), REGISTRY, page_size=100)
        assert validate(schema, parse(text)) == []


@pytest.mark.parametrize("entity", [CLIENTS, CONTACTS], ids=lambda entity: entity.name)
def test_every_single_query_is_valid(schema: GraphQLSchema, entity: Entity) -> None:
    assert validate(schema, parse(single_query(entity, REGISTRY))) == []


def test_every_follow_up_is_valid_at_every_depth(schema: GraphQLSchema) -> None:
    def all_of(follows: tuple[Follow, ...]) -> list[Follow]:
        return [found for follow in follows for found in (follow, *all_of(follow.within))]

    found = all_of(follow_ups(CLIENTS, REGISTRY))

    assert [(follow.owner, follow.name, follow.root) for follow in found] == [
        ("clients", "allContacts", "client"),
        ("contacts", "allPhones", "contact"),
    ]
    for follow in found:
        assert validate(schema, parse(follow.query)) == []


def test_only_the_variables_that_are_used_are_declared() -> None:
    assert list_query(USERS, USERS.read(Mode.FULL), REGISTRY, page_size=9) == (
        "query users { allUsers { id firstName lastName } }"
    )
    assert list_query(TIMELINE, TIMELINE.read(Mode.FULL), REGISTRY, page_size=9).startswith(
        "query timeline($after: String) { allTimelineEntries(first: 9, after: $after) { totalCount pageInfo"
    )
    assert list_query(TIMELINE, TIMELINE.read(Mode.INCREMENTAL), REGISTRY, page_size=9).startswith(
        "query timeline($after: String, $since: CoreDateTime) "
        "{ allTimelineEntries(first: 9, after: $after, occurredAtGet: $since) {"
    )


def test_nested_fields_carry_their_own_arguments_and_pages() -> None:
    text = list_query(CLIENTS, CLIENTS.read(Mode.FULL), REGISTRY, page_size=9)

    assert (
        "allContacts(first: 2, includeArchived: true) { totalCount pageInfo { hasNextPage endCursor } nodes {" in text
    )
    assert "allPhones(first: 1) { totalCount" in text


def test_a_plain_list_with_arguments_has_neither_pages_nor_cursor() -> None:
    entity = Entity(
        name="x", label="X", model="x.X", type_name="X", root="allX", plain_list=True, selection="id",
        parse=CLIENTS.parse, promise=CLIENTS.promise, reads={Mode.FULL: Read(arguments="includeArchived: true")},
        nested=(Nested(name="allParts", plain_list=True, selection="id", arguments="a: 1"),),
    )  # fmt: skip

    assert list_query(entity, entity.read(Mode.FULL), REGISTRY, page_size=9) == (
        "query x { allX(includeArchived: true) { id allParts(a: 1) { id } } }"
    )
    (follow,) = follow_ups(entity, REGISTRY)
    assert (follow.query, follow.plain_list) == ("", True)


def test_no_alias_ever_renames_a_field_of_gazelle() -> None:
    document = parse(list_query(CLIENTS, CLIENTS.read(Mode.FULL), REGISTRY, page_size=9))
    assert "alias=" not in repr(document).replace("alias=None", "")
