"""A mirrored record in the back-office: what is edited, what is not, what it was, what cites it, how it is found."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import ForeignKey, JSONField, Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from syncing.mirrored_admin import MirroredAdmin
from syncing.mirrored_links import columns_citing
from syncing.models import MirroredModel, Version
from syncing.registry import PROJECT, Entity, entities
from tests.web.people import person
from tests.web.test_admin import MODELS, make

pytestmark = pytest.mark.django_db
MIRRORED = [entity for entity in entities() if apps.get_model(entity.model) in admin.site._registry]
SHARED = [entity for entity in MIRRORED if entity.shared]
SMALL = {"clients.Technician"}
"""Tables of a few rows, whose choice in a filter stays a short list."""
LONG = 120


def model_of(entity: Entity) -> type[MirroredModel]:
    found: type[MirroredModel] = apps.get_model(entity.model)
    return found


def admin_of(entity: Entity) -> MirroredAdmin:
    found: Any = admin.site._registry[model_of(entity)]
    return found  # type: ignore[no-any-return]  # every mirrored table has one


def page_of(record: Model) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


def shown(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return html.unescape(answer.content.decode()).replace("\u00a0", " ")


def posted(page: str, **changes: str) -> dict[str, str]:
    """What a browser sends: every field of the page as it was shown, and what the person typed."""
    found = dict(re.findall(r'<input type="(?:text|hidden)" name="([^"]+)"(?: value="([^"]*)")?', page))
    found |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.S))
    return {name: value.replace("\n", "\r\n") for name, value in (found | changes).items()}


@pytest.fixture(params=SHARED, ids=lambda entity: entity.name)
def record(request: pytest.FixtureRequest) -> MirroredModel:
    """One whose shared column Gazelle last gave as it is."""
    entity: Entity = request.param
    column = min(entity.shared)
    value = "Deux lignes\nde Gazelle"
    made: MirroredModel = model_of(entity)._base_manager.create(
        id="x_1", raw_data={"id": "x_1"}, given={column: value}, **{column: value}
    )
    return made


def column_of(record: MirroredModel) -> str:
    entity = next(entity for entity in SHARED if model_of(entity) is type(record))
    return min(entity.shared)


# -- editing -----------------------------------------------------------------------------------------------------------


def test_only_ours_and_the_shared_columns_are_fields(client: Client, record: MirroredModel) -> None:
    client.force_login(person("Bureau"))
    page = shown(client, page_of(record))
    fields = set(re.findall(r'<(?:input type="text"|textarea|select) name="([^"]+)"', page)) - {"csrfmiddlewaretoken"}
    found = next(one for one in SHARED if model_of(one) is type(record))
    assert fields == {*found.shared, *admin_of(found).ours}


def test_a_shared_value_is_changed_with_a_version_and_a_name(client: Client, record: MirroredModel) -> None:
    odile = person("Bureau")
    client.force_login(odile)
    column = column_of(record)
    page = shown(client, page_of(record))
    answer = client.post(page_of(record), posted(page, **{column: "d’ici\nsur deux lignes"}))
    assert answer.status_code == 302
    again = type(record)._base_manager.get()
    assert (getattr(again, column), again.version) == ("d’ici\nsur deux lignes", 2)
    assert again.given == {column: "Deux lignes\nde Gazelle"}
    one = Version.objects.get()
    assert (one.by, one.cause) == (odile, Version.PERSON)
    assert one.changes == {column: ["Deux lignes\nde Gazelle", "d’ici\nsur deux lignes"]}
    assert LogEntry.objects.get().user == odile
    page = shown(client, page_of(record))
    assert "<ins>d’ici\nsur deux lignes</ins>" in page


def test_saving_without_a_change_writes_nothing(client: Client, record: MirroredModel) -> None:
    client.force_login(person("Bureau"))
    client.post(page_of(record), posted(shown(client, page_of(record))))
    assert (type(record)._base_manager.get().version, Version.objects.count()) == (1, 0)


def test_what_gazelle_changed_meanwhile_is_not_written_over(client: Client, record: MirroredModel) -> None:
    client.force_login(person("Bureau"))
    column = column_of(record)
    told = posted(shown(client, page_of(record)), **{column: "d’ici"})
    type(record)._base_manager.update(**{column: "arrivé de Gazelle"})
    answer = html.unescape(client.post(page_of(record), told).content.decode())
    assert "a changé depuis que vous l’avez lue" in answer
    assert "« arrivé de Gazelle »" in answer.replace("\u00a0", " ")
    assert ">\nd’ici</textarea>" in answer
    assert getattr(type(record)._base_manager.get(), column) == "arrivé de Gazelle"


def test_a_house_tag_is_added_while_a_note_arrives(client: Client) -> None:
    """Only what the person touched is written: the rest of the page may be old."""
    client.force_login(person("Bureau"))
    entity = next(entity for entity in SHARED if admin_of(entity).ours)
    column, model = min(entity.shared), model_of(entity)
    tags = next(name for name in admin_of(entity).ours if isinstance(model._meta.get_field(name), JSONField))
    one = model._base_manager.create(id="x_1", **{tags: ["fidèle"], column: "avant"})
    told = posted(shown(client, page_of(one)), **{tags: " fidèle, à  rappeler ,, fidèle"})
    model._base_manager.update(**{column: "arrivé entre-temps"})
    assert client.post(page_of(one), told).status_code == 302
    again = model._base_manager.get()
    assert (getattr(again, tags), getattr(again, column)) == (["fidèle", "à rappeler"], "arrivé entre-temps")


def test_a_column_of_gazelle_cannot_be_posted(client: Client, record: MirroredModel) -> None:
    client.force_login(person("Administration"))
    column = column_of(record)
    told = posted(shown(client, page_of(record)), **{column: "d’ici", "status": "FORGED", "id": "x_2", "version": "9"})
    client.post(page_of(record), told)
    again = type(record)._base_manager.get()
    assert (again.pk, again.version, getattr(again, "status", "")) == ("x_1", 2, "")


@pytest.mark.parametrize("role", ["Technicien", ""])
def test_nobody_outside_the_office_edits(client: Client, record: MirroredModel, role: str) -> None:
    client.force_login(person(role))
    assert client.post(page_of(record), {column_of(record): "forcé"}).status_code in (302, 403)
    assert getattr(type(record)._base_manager.get(), column_of(record)) == "Deux lignes\nde Gazelle"


def test_a_provisional_record_is_not_edited(client: Client, record: MirroredModel) -> None:
    client.force_login(person("Administration"))
    type(record)._base_manager.update(is_placeholder=True)
    assert "<textarea" not in shown(client, page_of(record))
    assert client.post(page_of(record), {column_of(record): "forcé"}).status_code == 403


def test_the_words_it_is_found_by_follow_what_people_set(client: Client) -> None:
    client.force_login(person("Bureau"))
    entity = next(entity for entity in SHARED if _searched_and_shared(entity))
    [column], model = _searched_and_shared(entity), model_of(entity)
    node = _sample(entity) | {column: "Sous-sol"}
    draft = entity.parse(node)
    told = {"search_key": draft.columns["search_key"], column: "Sous-sol"}
    one = model._base_manager.create(id="x_1", raw_data=node, given={column: "Sous-sol"}, **told)
    client.post(page_of(one), posted(shown(client, page_of(one)), **{column: "Été, salle 204"}))
    found = shown(client, reverse(f"admin:{one._meta.app_label}_{one._meta.model_name}_changelist") + "?q=ete+204")
    assert "x_1" in found


def _sample(entity: Entity) -> dict[str, Any]:
    [path] = PROJECT.glob(f"*/samples/{entity.name}.json")
    node: dict[str, Any] = json.loads(path.read_text("utf-8"))["nodes"][0]
    return node


def _searched_and_shared(entity: Entity) -> list[str]:
    """Shared columns, named as in Gazelle, that are among the words of the search key."""
    nodes = {column: _sample(entity) | {column: "zzxy"} for column in entity.shared if column in _sample(entity)}
    return [c for c, node in nodes.items() if "zzxy" in str(entity.parse(node).columns.get("search_key", ""))]


# -- around it ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entity", MIRRORED, ids=lambda entity: entity.name)
def test_the_records_that_cite_one_are_counted_and_lead_to_their_list(client: Client, entity: Entity) -> None:
    client.force_login(person("Bureau"))
    one = model_of(entity)._base_manager.create(id="x_1")
    citing = list(columns_citing(model_of(entity)))
    expected = 0
    for model, field in citing:
        if field.related_model is not model_of(entity) or model is not model_of(entity):
            model._base_manager.create(id=f"y_{field.name}_{model._meta.model_name}"[:60], **{field.attname: "x_1"})
            expected += 1
    with CaptureQueriesContext(connection) as asked:
        page = shown(client, page_of(one))
    assert len(asked) <= 15  # three lists of owned rows, and one union for all that cites it
    [linked] = re.findall(r'<ul class="linked">(.*?)</ul>', page, re.S) or [""]
    links = re.findall(r'<li><a href="([^"]+)">', linked)
    assert len(links) == expected
    for link in links:
        assert client.get(link).context["cl"].result_count == 1, link


def test_the_record_in_gazelle_is_linked_once_somebody_said_how(client: Client, settings: Settings) -> None:
    client.force_login(person("Bureau"))
    entity = MIRRORED[0]
    one = model_of(entity)._base_manager.create(id="x_1")
    assert "Ouvrir dans Gazelle" not in shown(client, page_of(one))
    settings.GAZELLE_RECORD_URL = "https://crm.exemple.ca/{table}/{id}"
    assert f'href="https://crm.exemple.ca/{entity.name}/x_1"' in shown(client, page_of(one))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_no_page_offers_a_list_of_thousands_to_choose_from(client: Client, model: type[Model]) -> None:
    client.force_login(person("Administration"))
    for entity in MIRRORED:
        if entity.model not in SMALL:
            model_of(entity)._base_manager.bulk_create(model_of(entity)(id=f"many_{n}") for n in range(LONG))
    User.objects.bulk_create(User(username=f"many{n}@exemple.ca") for n in range(LONG))
    row, name = make(model), f"admin:{model._meta.app_label}_{model._meta.model_name}"
    for url in (reverse(f"{name}_change", args=[row.pk]), reverse(f"{name}_changelist")):
        for choices in re.findall(r"<select.*?</select>", shown(client, url), re.S):
            assert choices.count("<option") < LONG, url
    listed = client.get(reverse(f"{name}_changelist")).context["cl"]
    for spec in listed.filter_specs:
        assert len(list(spec.choices(listed))) < LONG, spec.title


@pytest.mark.parametrize("entity", MIRRORED, ids=lambda entity: entity.name)
def test_a_list_asks_as_many_questions_for_one_row_as_for_fifty(client: Client, entity: Entity) -> None:
    client.force_login(person("Bureau"))
    model = model_of(entity)
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    keys = [f for f in model._meta.concrete_fields if isinstance(f, ForeignKey) and f.related_model is not model]
    asked = []
    for size in (1, 50):
        for number in range(size):
            cited = {}
            for key in keys:
                if issubclass(key.related_model, MirroredModel):
                    cited[key.attname] = key.related_model._base_manager.get_or_create(id=f"c{size}_{number}")[0].pk
            model._base_manager.create(id=f"x{size}_{number}", **cited)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("key", "words", "found"),
    [
        ("heintzman d a-0123456 salon", "1234", True),
        ("heintzman d a-0123456 salon", "A-0123", True),
        ("heintzman d a-0123456 salon", "0123456", True),
        ("heintzman d a-0123456 salon", "heintz 3456", True),
        ("helene leboeuf 514 555-0161 5145550161", "Hélène Lebœuf", True),
        ("helene leboeuf 514 555-0161 5145550161", "(514) 555-0161", True),
        ("helene leboeuf 514 555-0161 5145550161", "+1 514 555 0161", True),
        ("helene leboeuf 514 555-0161 5145550161", "555.0161", True),
        ("helene leboeuf 514 555-0161 5145550161", "514 555-0162", False),
    ],
)
def test_a_record_is_found_by_a_piece_of_what_is_known_of_it(client: Client, key: str, words: str, found: bool) -> None:
    client.force_login(person("Bureau"))
    for entity in MIRRORED:
        model = model_of(entity)
        if "search_key" not in admin_of(entity).search_fields:
            continue
        told: dict[str, Any] = {"search_key": key}
        model._base_manager.create(id="x_1", **told)
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert client.get(url, {"q": words}).context["cl"].result_count == int(found), (entity.name, words)
