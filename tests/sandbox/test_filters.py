"""Filters and sorts mean what the contract says; those nobody wrote are refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gazelle_site.sandbox import Sandbox
from gazelle_site.sandbox.filtering import FILTERS
from gazelle_site.sandbox.schema import load_schema
from gazelle_site.sandbox.sorting import SORTS
from tests.sandbox.asking import Client
from tests.sandbox.conftest import TODAY

MONTREAL = ZoneInfo("America/Toronto")


def ids(client: Client, root: str, filters: str) -> set[str]:
    nodes = client.ask(f"{{ {root}(filters: {{{filters}}}) {{ nodes {{ id }} }} }}")[root]["nodes"]
    return {node["id"] for node in nodes}


def local_day(instant: str) -> date:
    return datetime.fromisoformat(instant).astimezone(MONTREAL).date()


@pytest.mark.parametrize("status", ["ACTIVE", "INACTIVE", "PROSPECT"])
def test_clients_by_status(client: Client, sandbox: Sandbox, status: str) -> None:
    expected = {row["id"] for row in sandbox.records("clients") if row["status"] == status}
    assert expected
    assert ids(client, "allClients", f"status: [{status}]") == expected


def test_creation_days_are_inclusive_at_both_ends(client: Client, sandbox: Sandbox) -> None:
    rows = sandbox.records("clients")
    day = local_day(rows[9]["createdAt"]).isoformat()
    expected = {row["id"] for row in rows if local_day(row["createdAt"]).isoformat() == day}
    assert ids(client, "allClients", f'createdGet: "{day}", createdLet: "{day}"') == expected


def test_search_finds_names_numbers_and_pieces_of_ids(client: Client, sandbox: Sandbox) -> None:
    row = sandbox.records("contacts")[3]
    assert row["client"]["id"] in ids(client, "allClients", f'search: "{row["lastName"].upper()}"')
    piece = sandbox.ids("clients")[5][6:12]
    assert ids(client, "allClients", f'search: "{piece}"') == {sandbox.ids("clients")[5]}
    invoice = sandbox.records("invoices")[0]
    assert invoice["id"] in ids(client, "allInvoices", f'search: "{invoice["number"]}"')


def test_tags_any_all_and_excluded(client: Client, sandbox: Sandbox) -> None:
    tagged = next(row for row in sandbox.records("clients") if row["tags"] == ["cacher", "école"])["id"]
    assert tagged in ids(client, "allClients", 'anyTags: ["école", "autre"]')
    assert ids(client, "allClients", 'allTags: ["cacher", "école"]') == {tagged}
    assert tagged not in ids(client, "allClients", 'excludeTags: ["école"]')
    assert "école" in client.ask("{ allClientTags }")["allClientTags"]


def test_pianos_of_a_client_through_the_filter_and_the_hidden_argument(client: Client, sandbox: Sandbox) -> None:
    owner = sandbox.ids("clients")[0]
    expected = {row["id"] for row in sandbox.records("pianos") if row["client"] and row["client"]["id"] == owner}
    assert len(expected) == 6
    assert ids(client, "allPianos", f'clientId: "{owner}"') == expected
    hidden = client.ask("query($c: String) { allPianos(clientId: $c) { nodes { id } } }", {"c": owner})
    assert {node["id"] for node in hidden["allPianos"]["nodes"]} == expected


@pytest.mark.parametrize("bounds", ["startOn: {0}, endOn: {0}", "dateGet: {0}, dateLet: {0}"])
def test_a_day_of_events_is_a_company_day(client: Client, sandbox: Sandbox, bounds: str) -> None:
    evening = TODAY + timedelta(days=2)
    found = ids(client, "allEventsBatched", bounds.format(f'"{evening.isoformat()}"').replace("{0}", ""))
    expected = {row["id"] for row in sandbox.records("appointments") if local_day(row["start"]) == evening}
    late = [row for row in sandbox.records("appointments") if row["notes"] == "Après le concert, 23 h"]
    assert late[0]["start"].startswith((evening + timedelta(days=1)).isoformat())
    assert late[0]["id"] in found
    assert found == expected


def test_cancelled_events_show_only_when_asked_for(client: Client, sandbox: Sandbox) -> None:
    cancelled = {row["id"] for row in sandbox.records("appointments", hidden=True) if row["status"] == "CANCELED"}
    assert cancelled
    default = {node["id"] for node in client.walk("allEventsBatched")}
    assert not cancelled & default
    assert ids(client, "allEventsBatched", "status: [CANCELED]") == cancelled
    plain = {event["id"] for event in client.ask("{ allEvents { id } }")["allEvents"]}
    assert plain == default


def test_a_bare_value_stands_for_a_list(client: Client, sandbox: Sandbox) -> None:
    event = next(row for row in sandbox.records("appointments") if row["allEventPianos"])
    assert event["id"] in ids(client, "allEventsBatched", f'clientId: "{event["client"]["id"]}"')
    piano = event["allEventPianos"][0]["piano"]["id"]
    assert event["id"] in ids(client, "allEventsBatched", f'pianoId: "{piano}", type: APPOINTMENT')


def timeline(client: Client, **arguments: Any) -> list[dict[str, Any]]:
    query = """query($a: CoreDateTime, $c: String, $p: String, $t: [TimelineEntryType!], $s: String, $i: String) {
      allTimelineEntries(occurredAtGet: $a, clientId: $c, pianoId: $p, types: $t, search: $s, invoiceId: $i) {
        nodes { id occurredAt type client { id } piano { id } invoice { id } summary comment } } }"""
    nodes: list[dict[str, Any]] = client.ask(query, arguments)["allTimelineEntries"]["nodes"]
    return nodes


def test_the_timeline_is_newest_first_and_begins_in_the_future(client: Client) -> None:
    dates = [row["occurredAt"] for row in timeline(client)]
    assert dates == sorted(dates, reverse=True)
    assert datetime.fromisoformat(dates[0]) > datetime(2026, 3, 11, tzinfo=UTC)


def test_the_lower_bound_of_the_timeline_is_inclusive(client: Client, sandbox: Sandbox) -> None:
    everything = sandbox.records("timeline")
    bound = everything[150]["occurredAt"]
    expected = {row["id"] for row in everything if row["occurredAt"] >= bound}
    assert {row["id"] for row in timeline(client, a=bound)} == expected
    offset = datetime.fromisoformat(bound).astimezone(MONTREAL).isoformat()
    assert {row["id"] for row in timeline(client, a=offset)} == expected


def test_the_timeline_ignores_its_piano_argument_until_switched_on(client: Client, sandbox: Sandbox) -> None:
    row = next(row for row in timeline(client) if row["piano"])
    assert len(timeline(client, p=row["piano"]["id"])) == len(timeline(client))
    sandbox.switches.timeline_piano_filter = True
    assert {each["piano"]["id"] for each in timeline(client, p=row["piano"]["id"])} == {row["piano"]["id"]}


def test_the_timeline_by_client_type_text_and_invoice(client: Client) -> None:
    everything = timeline(client)
    row = next(each for each in everything if each["invoice"])
    assert {each["invoice"]["id"] for each in timeline(client, i=row["invoice"]["id"])} == {row["invoice"]["id"]}
    owned = timeline(client, c=row["client"]["id"])
    assert owned == [each for each in everything if each["client"]["id"] == row["client"]["id"]]
    typed = timeline(client, t=["SERVICE_ENTRY_MANUAL", "PIANO_MEASUREMENT"])
    assert {each["type"] for each in typed} == {"SERVICE_ENTRY_MANUAL", "PIANO_MEASUREMENT"}
    assert all("accord" in f"{each['summary']} {each['comment']}".lower() for each in timeline(client, s="ACCORD"))


def test_invoices_by_payment_day_and_method(client: Client, sandbox: Sandbox) -> None:
    invoice = next(row for row in sandbox.records("invoices") if row["allInvoicePayments"])
    payment = invoice["allInvoicePayments"][0]
    day = local_day(payment["paidAt"]).isoformat()
    filters = (
        f'paymentDateGet: "{day}", paymentDateLet: "{day}", paymentMethods: {{invoicePaymentType: [{payment["type"]}]}}'
    )
    assert invoice["id"] in ids(client, "allInvoices", filters)
    assert invoice["id"] not in ids(client, "allInvoices", f'paymentDateLet: "{invoice["createdAt"][:4]}-01-01"')
    assert ids(client, "allInvoices", f'invoiceIds: ["{invoice["id"]}"]') == {invoice["id"]}


def test_a_filter_nobody_wrote_is_refused_and_never_ignored(client: Client) -> None:
    error = client.error('{ allClients(filters: {lifecycleIds: [{value: "x"}]}) { totalCount } }')
    assert "lifecycleIds" in error["message"]
    assert "pris en charge" in error["message"]


@pytest.mark.parametrize("root", FILTERS)
def test_every_written_filter_exists_in_the_schema_and_runs(sandbox: Sandbox, root: str) -> None:
    """With a value of its type; nothing may raise."""
    values = {"CoreDate": '"2025-06-15"', "Boolean": "true", "Int": "3", "String": '"Montréal"'}
    fields = load_schema().query_type.fields[root].args["filters"].type.fields  # type: ignore[union-attr]  # an input type
    assert set(FILTERS[root]) <= set(fields)
    for name in FILTERS[root]:
        kind = str(fields[name].type).strip("[]!")
        value = values.get(kind) or {"PaymentMethodFilterInput": "{invoicePaymentType: CASH}"}.get(kind)
        if value is None:
            named = load_schema().type_map[kind]
            value = next(iter(named.values)) if hasattr(named, "values") else '{value: "usr_x"}'
        selection = "{ id }" if root == "allEvents" else "{ totalCount }"
        answer = sandbox.answer(f"{{ {root}(filters: {{{name}: {value}}}) {selection} }}")
        assert "errors" not in answer, (name, answer)


@pytest.mark.parametrize(
    ("root", "kind"), [("allClients", "Client"), ("allPianos", "Piano"), ("allInvoices", "Invoice")]
)
def test_every_sort_of_the_schema_orders_the_list(client: Client, root: str, kind: str) -> None:
    assert {f"{name}_{way}" for name in SORTS[f"Private{kind}"] for way in ("ASC", "DESC")} == set(
        load_schema().type_map[f"{kind}Sort"].values  # type: ignore[attr-defined]  # an enum
    )
    for name in load_schema().type_map[f"{kind}Sort"].values:  # type: ignore[attr-defined]  # an enum
        assert len(list(client.walk(root, size=11, given=f", sortBy: [{name}]"))) > 20


def test_events_and_estimates_sort_too(client: Client) -> None:
    starts = [
        row["start"] for row in client.walk("allEventsBatched", selection="start", given=", sortBy: [START_DESC]")
    ]
    assert starts == sorted(starts, reverse=True)
    for name in ("EVENT_NEAR_TODAY_ASC", "USER_LAST_NAME_DESC"):
        assert list(client.walk("allEventsBatched", given=f", sortBy: [{name}]"))
    numbers = [row["number"] for row in client.walk("allEstimates", selection="number", given=", sortBy: [NUMBER_ASC]")]
    assert numbers == sorted(numbers)
    for name in load_schema().type_map["EstimateSort"].values:  # type: ignore[attr-defined]  # an enum
        assert len(list(client.walk("allEstimates", given=f", sortBy: [{name}]"))) == 20


def test_invoices_come_newest_first_by_default(client: Client) -> None:
    dates = [row["createdAt"] for row in client.walk("allInvoices", selection="createdAt")]
    assert dates == sorted(dates, reverse=True)


SINGLES = {
    "client(id:": "clients",
    "client(clientId:": "clients",
    "piano(id:": "pianos",
    "piano(pianoId:": "pianos",
    "event(eventId:": "appointments",
    "contact(id:": "contacts",
    "invoice(id:": "invoices",
    "invoicePayment(id:": "payments",
    "estimate(id:": "estimates",
    "pianoMeasurement(id:": "measurements",
}


@pytest.mark.parametrize("root", SINGLES)
def test_single_reads_find_their_record_and_answer_null_for_another(
    client: Client, sandbox: Sandbox, root: str
) -> None:
    name, known = root.partition("(")[0], sandbox.ids(SINGLES[root])[2]
    assert client.ask(f'{{ {root} "{known}") {{ id }} }}')[name] == {"id": known}
    assert client.ask(f'{{ {root} "xxx_0000000000000000") {{ id }} }}')[name] is None
    sandbox.switches.not_found_errors = True
    assert client.error(f'{{ {root} "xxx_0000000000000000") {{ id }} }}')["extensions"]["code"] == "NOT_FOUND"


def test_an_event_cancelled_is_still_read_alone_and_a_deleted_one_is_not(client: Client, sandbox: Sandbox) -> None:
    first, second = sandbox.ids("appointments")[:2]
    sandbox.cancel_event(first)
    sandbox.delete("appointments", second)
    assert client.ask(f'{{ event(eventId: "{first}") {{ status }} }}')["event"] == {"status": "CANCELED"}
    assert client.ask(f'{{ event(eventId: "{second}") {{ id }} }}')["event"] is None


def test_archived_contacts_hide_unless_asked_for(client: Client, sandbox: Sandbox) -> None:
    archived = {row["id"] for row in sandbox.records("contacts", hidden=True) if row["archived"]}
    assert archived

    def found(args: str) -> set[str]:
        nodes = client.ask(f"{{ allClients {{ nodes {{ allContacts{args} {{ nodes {{ id }} }} }} }} }}")["allClients"][
            "nodes"
        ]
        return {contact["id"] for node in nodes for contact in node["allContacts"]["nodes"]}

    assert found("") == set(sandbox.ids("contacts"))
    assert found("(includeArchived: true)") == set(sandbox.ids("contacts", hidden=True))


def test_phone_numbers_come_in_the_format_asked_for(client: Client, sandbox: Sandbox) -> None:
    phone = next(row for row in sandbox.records("contacts") if row["allPhones"])
    query = f'{{ contact(id: "{phone["id"]}") {{ defaultPhone {{ n: phoneNumber e: phoneNumber(format: E164) }} }} }}'
    numbers = client.ask(query)["contact"]["defaultPhone"]
    assert numbers["e"] == "+1" + "".join(character for character in numbers["n"] if character.isdigit())
