"""From the stand-in Gazelle to the tables, over real HTTP: complete, once, converging, whatever happens between."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Client, Contact, Technician
from gazelle_site.sandbox import Served
from pianos.models import Piano
from syncing.digests import storable
from syncing.models import Leg, StagedRecord
from syncing.registry import Entity, entities
from syncing.vocabulary import RowState

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> str:
    """The `sync` command, as a person runs it; its status is 0."""
    out = io.StringIO()
    call_command("sync", *arguments, stdout=out)
    return out.getvalue()


def here(entity: Entity) -> dict[str, Any]:
    model = apps.get_model(entity.model)
    return {row.pk: row for row in model.objects.present()}


def listed(served: Served, entity: Entity) -> set[str]:
    """The ids in Gazelle’s own list, asked directly; a carried record is in every list that holds its owner."""
    if not entity.root:
        return set(served.sandbox.ids(entity.type_name, hidden=True))
    fields = "id" if entity.plain_list else "nodes { id }"
    data = served.sandbox.answer(f"{{ {entity.root} {{ {fields} }} }}")["data"][entity.root]
    return {node["id"] for node in (data if entity.plain_list else data["nodes"])}


def assert_equal_to_the_source(served: Served) -> None:
    """Every record, every selected field, once; and nothing that the source does not list."""
    for entity in entities():
        source = {record["id"]: record for record in served.sandbox.records(entity.type_name, hidden=True)}
        mirror = here(entity)
        assert mirror.keys() == listed(served, entity), entity.name
        for pk, row in mirror.items():
            for name, value in row.raw_data.items():
                if name in source[pk] and not isinstance(value, dict):
                    assert value == storable(source[pk][name])[0], (entity.name, pk, name)


def written(queries: CaptureQueriesContext) -> list[str]:
    tables = [apps.get_model(entity.model)._meta.db_table for entity in entities()]
    tables.append(StagedRecord._meta.db_table)
    return [
        query["sql"][:80]
        for query in queries
        if query["sql"].startswith(("INSERT", "UPDATE", "DELETE")) and any(name in query["sql"] for name in tables)
    ]


def test_after_a_sync_every_record_is_here_field_by_field_once(gazelle: Served) -> None:
    run("--full")
    assert_equal_to_the_source(gazelle)
    assert not StagedRecord.objects.exclude(state=RowState.RECONCILED).exists()
    assert not Leg.objects.filter(sealed_at=None).exists()


def test_the_second_sync_writes_nothing(gazelle: Served) -> None:
    run("--full")
    with CaptureQueriesContext(connection) as queries:
        said = run()
    assert written(queries) == []
    assert said.count("rien à changer") == len(list(entities()))


def test_a_sync_after_edits_and_creations_converges(gazelle: Served) -> None:
    run("--full")
    some = sorted(Client.objects.values_list("pk", flat=True))
    gazelle.sandbox.edit("clients", some[0], companyName="École de musique Orée", tags=["école"], personalNotes="")
    gazelle.sandbox.edit("contacts", sorted(Contact.objects.values_list("pk", flat=True))[0], lastName="D’Août")
    new = gazelle.sandbox.create("clients", companyName="Ferme Bécancour", status="NEW")
    piano = gazelle.sandbox.create("pianos", make="Heintzman", client=new, notes="22 °C, 43 %")
    run()
    assert_equal_to_the_source(gazelle)
    assert Piano.objects.get(pk=piano).client_id == new
    assert Client.objects.get(pk=some[0]).company_name == "École de musique Orée"


def test_what_people_set_by_hand_survives(gazelle: Served) -> None:
    run("--full")
    client = Client.objects.order_by("pk")[0]
    Client.objects.filter(pk=client.pk).update(house_tags=["institution"], preference_notes="Sonner deux fois.")
    technician = Technician.objects.order_by("pk")[0]
    gazelle.sandbox.edit("clients", client.pk, tags=[], preferenceNotes="", companyName="Nouveau nom")
    gazelle.sandbox.edit("users", technician.pk, firstName="Zoé")
    run()
    client.refresh_from_db()
    assert client.house_tags == ["institution"]
    assert client.preference_notes == "Sonner deux fois."
    assert (client.company_name, client.tags) == ("Nouveau nom", [])


def test_a_piano_whose_client_is_not_here_yet_waits_for_it_as_a_placeholder(gazelle: Served) -> None:
    run("pianos")
    known = {piano.client_id for piano in Piano.objects.exclude(client=None)}
    assert set(Client.objects.filter(is_placeholder=True).values_list("pk", flat=True)) == known
    run()
    waiting = set(Client.objects.filter(is_placeholder=True).values_list("pk", flat=True))
    assert waiting & listed(gazelle, entities()["clients"]) == set()


def test_nested_lists_longer_than_a_page_are_followed_to_their_end(gazelle: Served) -> None:
    gazelle.sandbox.switches.max_first = 3
    client = sorted(gazelle.sandbox.ids("clients"))[0]
    for number in range(8):
        gazelle.sandbox.create("contacts", client=client, firstName=f"Voix {number}", archived=False)
    run("clients")
    assert Contact.objects.filter(client_id=client, first_name__startswith="Voix").count() == 8


def test_a_token_that_expires_in_mid_run_is_renewed_and_nothing_is_missed(gazelle: Served, settings: Any) -> None:
    settings.GAZELLE_API_KEY = ""
    settings.GAZELLE_CLIENT_ID, settings.GAZELLE_CLIENT_SECRET = gazelle.client_id, gazelle.client_secret
    settings.GAZELLE_ACCESS_TOKEN, settings.GAZELLE_REFRESH_TOKEN = "expired", gazelle.refresh_token
    run("--full")
    assert_equal_to_the_source(gazelle)


FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("status", {"code": 401, "times": None}, "Gazelle refuse"),
    ("html", {"times": None}, "pas du JSON"),
    ("not_utf8", {"times": None}, "UTF-8"),
    ("graphql_error", {"times": None}, "Internal server error"),
    ("repeat_cursor", {"times": None}, "n’avance pas"),
]


@pytest.mark.parametrize(("kind", "data", "said"), FAULTS)
def test_a_fault_on_one_table_says_what_and_where_and_the_others_go_on(
    gazelle: Served, kind: str, data: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("syncing.fetching.transport.Retries.initial", 0.0, raising=False)
    gazelle.faults.add(kind, match="allClients", **data)
    out = io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("sync", "--full", stdout=out)
    assert stopped.value.code == 1
    assert said in out.getvalue()
    assert "Prochain pas :" in out.getvalue()
    assert Technician.objects.present().exists()
    assert Piano.objects.present().count() == len(gazelle.sandbox.ids("pianos"))
    gazelle.faults.clear()
    run("--full")
    assert_equal_to_the_source(gazelle)


@pytest.mark.parametrize("kind", ["reset", "cut", "wrong_length", "html"])
def test_a_passing_fault_is_retried_and_nobody_notices(gazelle: Served, kind: str) -> None:
    gazelle.faults.add(kind, times=1, match="allPianos")
    run("--full")
    assert_equal_to_the_source(gazelle)


def test_a_lying_total_is_said(gazelle: Served) -> None:
    gazelle.faults.add("lying_total", times=None, match="allPianos", by=4)
    assert "Gazelle annonce 34 fiches et en a donné 30." in run("pianos")
