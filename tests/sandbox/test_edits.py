"""What the office does is seen at once, and `updatedAt` tells."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from gazelle_site.sandbox import Sandbox
from tests.sandbox.asking import Client


def read(client: Client, root: str, record_id: str, selection: str) -> Any:
    return client.ask(f'{{ {root}(id: "{record_id}") {{ {selection} }} }}')[root]


def test_an_edit_is_visible_at_once_and_bumps_updated_at(client: Client, sandbox: Sandbox) -> None:
    target = sandbox.ids("clients")[8]
    before = read(client, "client", target, "updatedAt")["updatedAt"]
    sandbox.edit(
        "clients", target, companyName="Maison Œuvre", tags=["neuf"], preferredTechnicianId=sandbox.ids("users")[0]
    )
    after = read(client, "client", target, "companyName tags updatedAt preferredTechnician { firstName }")
    assert after["companyName"] == "Maison Œuvre"
    assert after["tags"] == ["neuf"]
    assert after["preferredTechnician"] == {"firstName": "Simon"}
    assert datetime.fromisoformat(after["updatedAt"]) > datetime.fromisoformat(before)
    found = client.ask('{ allClients(filters: {search: "maison œuvre"}) { nodes { id } } }')
    assert found["allClients"]["nodes"] == [{"id": target}]


def test_type_names_stand_for_entities(sandbox: Sandbox) -> None:
    target = sandbox.ids("PrivatePiano")[0]
    sandbox.edit("PrivatePiano", target, location="Studio B")
    assert sandbox.record("pianos", target)["location"] == "Studio B"


def test_an_event_can_move_with_any_offset(client: Client, sandbox: Sandbox) -> None:
    target = sandbox.ids("appointments")[-1]
    sandbox.edit("appointments", target, start="2026-04-01T23:00:00-04:00", user=None)
    event = client.ask(f'{{ event(eventId: "{target}") {{ start user {{ id }} }} }}')["event"]
    assert event == {"start": "2026-04-02T03:00:00Z", "user": None}
    sandbox.edit("appointments", target, start=datetime(2026, 5, 1, 12, tzinfo=UTC))
    assert sandbox.record("appointments", target)["start"] == "2026-05-01T12:00:00Z"


def test_a_created_record_is_listed_and_counted(client: Client, sandbox: Sandbox) -> None:
    owner = sandbox.create("clients", companyName="École neuve", status="NEW")
    person = sandbox.create(
        "contacts", client=owner, firstName="Aïcha", isDefault=True, allPhones=[{"phoneNumber": "514 555-0111"}]
    )
    piano = sandbox.create("pianos", client={"id": owner}, make="Yamaha")
    data = read(
        client, "client", owner, "defaultContact { id defaultPhone { phoneNumber id } } allPianos { nodes { id } }"
    )
    assert data["defaultContact"]["id"] == person
    assert data["defaultContact"]["defaultPhone"]["phoneNumber"] == "514 555-0111"
    assert data["defaultContact"]["defaultPhone"]["id"]
    assert data["allPianos"]["nodes"] == [{"id": piano}]
    assert client.ask("{ allClients { totalCount } }")["allClients"]["totalCount"] == 41


def test_an_event_created_with_pianos_moves_the_next_tuning(client: Client, sandbox: Sandbox) -> None:
    piano = next(row for row in sandbox.records("pianos") if row["nextTuningScheduled"] is None and row["client"])
    event = sandbox.create(
        "appointments",
        client=piano["client"]["id"],
        start="2026-03-20T14:00:00Z",
        allEventPianos=[{"piano": piano["id"], "isTuning": True}],
    )
    assert read(client, "piano", piano["id"], "nextTuningScheduled { id }") == {"nextTuningScheduled": {"id": event}}
    links = client.ask(f'{{ event(eventId: "{event}") {{ allEventPianos {{ nodes {{ event {{ id }} }} }} }} }}')[
        "event"
    ]
    assert links["allEventPianos"]["nodes"] == [{"event": {"id": event}}]


def test_service_dates_follow_the_fields_they_depend_on(client: Client, sandbox: Sandbox) -> None:
    target = sandbox.ids("pianos")[0]
    sandbox.edit("pianos", target, manualLastService="2026-01-01", eventLastService=None, serviceIntervalMonths=6)
    dates = read(client, "piano", target, "calculatedLastService calculatedNextService")
    assert dates == {"calculatedLastService": "2026-01-01", "calculatedNextService": "2026-07-01"}


def test_a_cancelled_event_leaves_the_default_list(client: Client, sandbox: Sandbox) -> None:
    target = sandbox.ids("appointments")[-1]
    sandbox.cancel_event(target)
    assert target not in {node["id"] for node in client.walk("allEventsBatched")}
    assert target not in sandbox.ids("appointments")
    assert target in sandbox.ids("appointments", hidden=True)


def test_a_deleted_client_is_gone_from_lists_but_not_from_what_refers_to_it(client: Client, sandbox: Sandbox) -> None:
    row = next(row for row in sandbox.records("timeline") if row["client"]["id"] in sandbox.ids("clients"))
    target = row["client"]["id"]
    contacts = {each["id"] for each in sandbox.records("contacts") if each["client"]["id"] == target}
    sandbox.delete("clients", target)
    assert read(client, "client", target, "id") is None
    assert target not in {node["id"] for node in client.walk("allClients")}
    assert not contacts & set(sandbox.ids("contacts"))
    assert target in {node["client"]["id"] for node in client.walk("allTimelineEntries", selection="client { id }")}
    assert all(piano["client"] is None or piano["client"]["id"] != target for piano in sandbox.records("pianos"))


def test_merging_clients_moves_everything_to_the_target(client: Client, sandbox: Sandbox) -> None:
    source, target = sandbox.ids("clients")[0], sandbox.ids("clients")[1]
    entities = ("contacts", "pianos", "appointments", "timeline", "invoices", "estimates")

    def owned(owner: str) -> dict[str, set[str]]:
        return {
            entity: {
                row["id"]
                for row in sandbox.records(entity, hidden=True)
                if row["client"] and row["client"]["id"] == owner
            }
            for entity in entities
        }

    ours, theirs = owned(source), owned(target)
    sandbox.merge_clients(source, target)
    assert owned(target) == {entity: ours[entity] | theirs[entity] for entity in entities}
    assert not any(owned(source).values())
    assert read(client, "client", source, "id") is None
    defaults = [row for row in sandbox.records("contacts") if row["client"]["id"] == target and row["isDefault"]]
    assert len(defaults) == 1


def test_merging_pianos_moves_the_history_to_the_target(sandbox: Sandbox) -> None:
    event = next(row for row in sandbox.records("appointments") if row["allEventPianos"])
    source = event["allEventPianos"][0]["piano"]["id"]
    target = next(each for each in sandbox.ids("pianos") if each != source)
    rows = {row["id"] for row in sandbox.records("timeline") if row["piano"] and row["piano"]["id"] == source}
    sandbox.merge_pianos(source, target)
    assert source not in sandbox.ids("pianos")
    assert {row["piano"]["id"] for row in sandbox.records("timeline") if row["id"] in rows} <= {target}
    links = [link["piano"]["id"] for link in sandbox.record("appointments", event["id"])["allEventPianos"]]
    assert target in links
    assert source not in links


def test_mistakes_of_the_office_are_refused(sandbox: Sandbox) -> None:
    target = sandbox.ids("clients")[0]
    with pytest.raises(KeyError, match="pas de champ"):
        sandbox.edit("clients", target, name="x")
    with pytest.raises(KeyError, match="calculé"):
        sandbox.edit("clients", target, defaultContact="con_x")
    with pytest.raises(KeyError, match="n’existe pas"):
        sandbox.edit("clients", "cli_0000000000000000", companyName="x")
    with pytest.raises(ValueError, match="elle-même"):
        sandbox.merge_clients(target, target)
    with pytest.raises(KeyError, match="entité"):
        sandbox.edit("nothing", target)
    with pytest.raises(KeyError, match="client"):
        sandbox.create("timeline", summary="sans client")


def test_a_reference_to_nothing_shows_null_or_an_error_where_null_is_forbidden(
    client: Client, sandbox: Sandbox
) -> None:
    row = sandbox.ids("timeline")[0]
    sandbox.edit("timeline", row, piano="ins_0000000000000000", client="cli_0000000000000000")
    reply = client.graphql("{ allTimelineEntries(first: 1) { nodes { id client { id } } totalCount } }").json
    assert reply["data"]["allTimelineEntries"]["nodes"] == [None]
    assert reply["errors"][0]["message"] == "Cannot return null for non-nullable field PrivateTimelineEntry.client"
    assert client.ask("{ allTimelineEntries(first: 1) { nodes { piano { id } } } }")["allTimelineEntries"]["nodes"] == [
        {"piano": None}
    ]


def test_a_value_unknown_to_the_enum_goes_out_as_it_is(client: Client, sandbox: Sandbox) -> None:
    target = sandbox.ids("clients")[0]
    sandbox.edit("clients", target, status="ON_HOLD_2027")
    assert read(client, "client", target, "status") == {"status": "ON_HOLD_2027"}


def test_readers_and_the_office_do_not_disturb_each_other(client: Client, sandbox: Sandbox) -> None:
    stop, failures = threading.Event(), []

    def office() -> None:
        try:
            while not stop.is_set():
                made = sandbox.create("clients", companyName="Passage")
                sandbox.edit("clients", made, companyName="Passage 2")
                sandbox.delete("clients", made)
        except Exception as problem:  # noqa: BLE001  # reported below
            failures.append(problem)

    thread = threading.Thread(target=office)
    thread.start()
    known = set(sandbox.ids("clients")[:40])
    for _ in range(10):
        seen = [node["id"] for node in client.walk("allClients", size=9)]
        assert len(seen) == len(set(seen))
        assert known <= set(seen)
    stop.set()
    thread.join()
    assert failures == []
