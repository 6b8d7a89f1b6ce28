"""Looped over every declared entity: an entity added tomorrow is judged here without a line being written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey
from graphql import GraphQLEnumType, GraphQLObjectType, build_schema, get_named_type, is_leaf_type, parse, validate
from graphql.language import FieldNode, OperationDefinitionNode, SelectionSetNode

from syncing.drafts import Draft
from syncing.fetching.queries import list_query, single_query
from syncing.models import MirroredModel
from syncing.reconciling.tables import table
from syncing.registry import PROJECT, Entity, entities
from syncing.vocabulary import Mode

SCHEMA = build_schema((PROJECT / "gazelle_site" / "sandbox" / "schema.graphql").read_text("utf-8"))
EVERY = [pytest.param(entity, id=entity.name) for entity in entities()]
ROOTS = [pytest.param(entity, id=entity.name) for entity in entities() if entity.root]
SINGLES = [pytest.param(entity, id=entity.name) for entity in entities() if entity.single]


def samples(entity: Entity) -> list[dict[str, object]]:
    """The nodes of the entity's recorded page."""
    package = entity.parse.__module__.split(".")[0]
    page = json.loads((PROJECT / package / "samples" / f"{entity.name}.json").read_text("utf-8"))
    nodes: list[dict[str, object]] = page["nodes"]
    return nodes


def selected(entity: Entity) -> set[str]:
    """Gazelle's field names at the first level of the selection."""
    operation = parse(f"{{ node {{ {entity.selection} }} }}").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    node = operation.selection_set.selections[0]
    assert isinstance(node, FieldNode)
    assert isinstance(node.selection_set, SelectionSetNode)
    return {field.name.value for field in node.selection_set.selections if isinstance(field, FieldNode)}


@pytest.mark.parametrize("entity", EVERY)
def test_every_scalar_of_the_contract_is_selected_or_left_out_with_a_reason(entity: Entity) -> None:
    gazelle_type = SCHEMA.type_map[entity.type_name]
    assert isinstance(gazelle_type, GraphQLObjectType)
    scalars = {name for name, field in gazelle_type.fields.items() if is_leaf_type(get_named_type(field.type))}
    assert scalars - selected(entity) - entity.omitted.keys() == set()
    assert entity.omitted.keys() <= scalars
    assert all(entity.omitted.values())


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("entity", ROOTS)
def test_its_list_query_is_valid_against_the_contract(entity: Entity, mode: Mode) -> None:
    if mode is Mode.RECENT and mode not in entity.reads:
        return
    read = entity.read(mode)
    for arguments in (read.arguments, *read.also):
        query = list_query(entity, replace(read, arguments=arguments), entities(), page_size=entity.page_size)
        assert validate(SCHEMA, parse(query)) == []


@pytest.mark.parametrize("entity", EVERY)
def test_the_values_it_knows_are_those_of_the_contract(entity: Entity) -> None:
    gazelle_type = SCHEMA.type_map[entity.type_name]
    assert isinstance(gazelle_type, GraphQLObjectType)
    for name, known in entity.known_values.items():
        enum = get_named_type(gazelle_type.fields[name].type)
        assert isinstance(enum, GraphQLEnumType)
        assert known == set(enum.values)
    for name, values in entity.left_list.items():
        assert values <= entity.known_values[name]


@pytest.mark.parametrize("entity", EVERY)
def test_its_windows_are_judged_by_a_field_that_exists(entity: Entity) -> None:
    model = apps.get_model(entity.model)
    for read in entity.reads.values():
        assert ("$since" in read.arguments) >= (read.reach is not None)
        assert not read.within or model._meta.get_field(read.within)


@pytest.mark.parametrize("entity", EVERY)
def test_what_it_owns_points_to_it_and_protects(entity: Entity) -> None:
    for owned in entity.owned:
        owner = apps.get_model(owned.model)._meta.get_field(owned.owner)
        assert owner.related_model is apps.get_model(entity.model)


@pytest.mark.parametrize("entity", SINGLES)
def test_its_single_read_is_valid_against_the_contract(entity: Entity) -> None:
    assert validate(SCHEMA, parse(single_query(entity, entities()))) == []


@pytest.mark.parametrize("entity", EVERY)
def test_it_is_read_by_a_list_of_its_own_or_carried_by_another(entity: Entity) -> None:
    assert bool(entity.root) != (entities().carrier(entity.name) is not None)


@pytest.mark.parametrize("entity", EVERY)
def test_its_model_is_a_mirrored_table_where_a_row_with_only_an_id_is_valid(entity: Entity) -> None:
    model = apps.get_model(entity.model)
    assert issubclass(model, MirroredModel)
    demanding = [
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.null and not field.has_default() and not field.empty_strings_allowed
    ]
    assert demanding == []


@pytest.mark.parametrize("entity", EVERY)
def test_its_foreign_keys_protect_what_they_point_to(entity: Entity) -> None:
    from django.db.models import PROTECT

    model = apps.get_model(entity.model)
    mirrored = [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and issubclass(field.related_model, MirroredModel)
    ]
    assert [field.name for field in mirrored if field.remote_field.on_delete is not PROTECT] == []


@pytest.mark.parametrize("entity", EVERY)
def test_its_parser_reads_the_recorded_page_without_a_fault_into_columns_that_exist(entity: Entity) -> None:
    here = table(entity)
    known = {field.attname for field in here.model._meta.concrete_fields}
    for node in samples(entity):
        draft = entity.parse(node)
        assert draft.id == node["id"]
        assert draft.faults == []
        assert here.values(draft).keys() <= known


@pytest.mark.parametrize("entity", EVERY)
def test_its_parser_leaves_no_trace_of_what_is_absent(entity: Entity) -> None:
    draft = entity.parse({"id": "x_1"})
    assert (draft.columns, draft.references, draft.faults) == ({}, {}, [])


@pytest.mark.parametrize("entity", EVERY)
def test_its_parser_never_raises_whatever_the_types(entity: Entity) -> None:
    for value in (0, 1.5, True, "", "texte", [], [None], {}, {"id": 3}, None, 2**80):
        draft: Draft = entity.parse(dict.fromkeys(selected(entity), value) | {"id": "x_1"})
        table(entity).values(draft)


@pytest.mark.parametrize("entity", EVERY)
def test_its_shared_columns_exist_and_come_from_gazelle(entity: Entity) -> None:
    columns = {name for node in samples(entity) for name in entity.parse(node).columns}
    assert entity.shared <= columns


@pytest.mark.parametrize("entity", EVERY)
def test_those_it_belongs_to_are_references_that_may_be_empty_and_lead_to_another_entity(entity: Entity) -> None:
    references = {name for node in samples(entity) for name in entity.parse(node).references}
    assert references >= set(entity.belongs_to)
    for name in entity.belongs_to:
        field = table(entity).model._meta.get_field(name)
        assert isinstance(field, ForeignKey)
        assert field.null
        assert field.related_model in {table(other).model for other in entities()} - {table(entity).model}


@pytest.mark.parametrize("entity", EVERY)
def test_it_is_named_in_french_and_promises_a_delay(entity: Entity) -> None:
    assert entity.label[0].isupper()
    assert entity.promise.total_seconds() > 0


def test_the_recorded_pages_belong_to_declared_entities() -> None:
    names = {path.stem for path in PROJECT.glob("*/samples/*.json")}
    assert names <= {entity.name for entity in entities()}


def test_the_project_root_is_where_the_house_is() -> None:
    assert (Path(PROJECT) / "manage.py").exists()
