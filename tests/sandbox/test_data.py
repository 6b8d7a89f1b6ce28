"""The invented company: deterministic, of the right size, coherent, and as odd as the real one."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from datetime import date
from typing import Any

import pytest

from gazelle_site.sandbox import Sandbox
from gazelle_site.sandbox.entities import ENTITIES
from gazelle_site.sandbox.outgoing import encode
from tests.sandbox.asking import Client
from tests.sandbox.conftest import TODAY

ID = re.compile(r"[a-z]{3}_[A-Za-z0-9]{16}\Z")
TIMELINE_ID = re.compile(r"tme_[0-9a-f]{20}\Z")


def fingerprint(seed: int, today: date = TODAY) -> str:
    sandbox = Sandbox("small", seed=seed, today=today)
    everything = [sandbox.records(entity, hidden=True) for entity in ENTITIES]
    return hashlib.sha256(encode(everything)).hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not() -> None:
    assert fingerprint(1) == fingerprint(1)
    assert fingerprint(1) != fingerprint(2)
    assert fingerprint(1) != fingerprint(1, date(2026, 3, 11))


def test_the_bytes_do_not_depend_on_the_process() -> None:
    code = "from tests.sandbox.test_data import fingerprint; print(fingerprint(1))"
    environment = {**os.environ, "PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo"}
    done = subprocess.run(  # our own interpreter and code
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == fingerprint(1)


def test_small_is_small(sandbox: Sandbox) -> None:
    counts = sandbox.counts()
    assert {
        name: counts[name] for name in ("clients", "pianos", "appointments", "timeline", "invoices", "estimates")
    } == {
        "clients": 40,
        "pianos": 30,
        "appointments": 120,
        "timeline": 400,
        "invoices": 40,
        "estimates": 20,
    }
    assert 50 <= counts["contacts"] <= 80
    assert counts["service_items"] == 127


def test_ids_are_unique_and_shaped_like_the_real_ones(sandbox: Sandbox) -> None:
    seen: set[str] = set()
    for entity in ENTITIES:
        ids = sandbox.ids(entity, hidden=True)
        assert all((TIMELINE_ID if entity == "timeline" else ID).match(each) for each in ids)
        assert not seen & set(ids)
        seen |= set(ids)


def test_tiny_references_lead_somewhere(sandbox: Sandbox) -> None:
    for row in sandbox.records("timeline"):
        assert row["client"] is not None
    for row in sandbox.records("appointments", hidden=True):
        assert all(link["piano"] for link in row["allEventPianos"])


def test_some_references_lead_to_what_no_list_shows(sandbox: Sandbox) -> None:
    clients, users = set(sandbox.ids("clients")), set(sandbox.ids("users"))
    events, rows = sandbox.records("appointments", hidden=True), sandbox.records("timeline")
    assert {row["client"]["id"] for row in events if row["client"]} - clients
    assert {row["user"]["id"] for row in rows if row["user"]} - users
    assert {row["client"]["id"] for row in rows} - clients


def test_every_type_of_the_timeline_is_there_and_most_rows_have_no_piano(sandbox: Sandbox) -> None:
    rows = sandbox.records("timeline")
    assert len({row["type"] for row in rows}) == 28
    assert 0.6 < sum(row["piano"] is None for row in rows) / len(rows) < 0.9
    assert 0.3 < sum(row["user"] is None for row in rows) / len(rows) < 0.6


def test_odd_characters_arrive_whole(client: Client) -> None:
    rows = list(client.walk("allTimelineEntries", size=100, selection="comment"))
    text = "".join(row["comment"] or "" for row in rows)
    for odd in ("œ", "🎹", "\u200f", "e\u0301", "\u0000", "\ud83d"):
        assert odd in text
    assert max(len((row["comment"] or "").encode("utf-8", "surrogatepass")) for row in rows) >= 60_000


def test_nul_and_lone_surrogates_travel_as_json_escapes(client: Client) -> None:
    body = client.graphql("{ allTimelineEntries { nodes { comment } } }").body
    assert b"\\u0000" in body
    assert b"\\ud83d" in body
    assert "🎹".encode() in body
    body.decode("utf-8")


def test_null_and_empty_texts_are_both_there(sandbox: Sandbox) -> None:
    names = {row["companyName"] for row in sandbox.records("clients")}
    assert None in names
    assert "" in names


def test_the_calendar_has_its_awkward_cases(sandbox: Sandbox) -> None:
    rows = sandbox.records("appointments", hidden=True)
    assert {row["type"] for row in rows} == {"APPOINTMENT", "PERSONAL", "MEMO", "SYNCED"}
    assert {row["status"] for row in rows} == {"ACTIVE", "COMPLETE", "CANCELED", "NO_SHOW"}
    assert all(row["client"] is None for row in rows if row["type"] == "MEMO")
    assert all((row["location"] is None) == (row["type"] != "SYNCED") for row in rows)
    assert any(row["duration"] == 2880 and row["type"] == "PERSONAL" for row in rows)
    assert any(row["user"] is None for row in rows)
    assert any(row["start"] < "2017-06" for row in rows)
    assert any(row["start"] > "2027" for row in rows)
    nights = {row["start"] for row in rows if "changement d'heure" in (row["notes"] or "")}
    assert {"2026-03-08T06:30:00Z", "2026-11-01T04:30:00Z"} <= nights


def test_pianos_have_their_awkward_cases(sandbox: Sandbox) -> None:
    rows = sandbox.records("pianos")
    assert {row["damppChaserInstalled"] for row in rows} == {True, False, None}
    assert any(row["client"] is None for row in rows)
    assert "INACTIVE" in {row["status"] for row in rows}
    serials = [row["serialNumber"] for row in rows]
    assert "0012" in serials
    assert serials.count("123456") == 2


def test_users_are_the_invented_roster_with_one_who_left(sandbox: Sandbox) -> None:
    rows = sandbox.records("users")
    assert {row["fullName"] for row in rows} >= {"Simon Arcand", "Maude Pilote", "Bruno Lachance", "Odile Fortier"}
    assert {row["status"] for row in rows} == {"ACTIVE", "INACTIVE"}
    assert not next(row for row in rows if row["firstName"] == "Odile")["isSchedulable"]


def test_who_am_i_and_where(client: Client) -> None:
    data = client.ask("{ user { fullName } company { settings { general { timezone } } } }")
    assert data == {
        "user": {"fullName": "Bruno Lachance"},
        "company": {"settings": {"general": {"timezone": "America/Toronto"}}},
    }


def test_invoices_add_up_to_the_cent(sandbox: Sandbox) -> None:
    rows = sandbox.records("invoices")
    assert {row["status"] for row in rows} >= {"PAID", "DELETED"}
    for row in rows:
        for item in row["allInvoiceItems"]:
            assert item["subTotal"] == round(item["amount"] * item["quantity"] / 100)
            assert item["taxTotal"] == sum(tax["total"] for tax in item["taxes"])
            assert all(tax["total"] == round(item["subTotal"] * tax["rate"] / 100_000) for tax in item["taxes"])
            assert item["total"] == item["subTotal"] + item["taxTotal"]
        for name in ("subTotal", "taxTotal", "total"):
            assert row[name] == sum(item[name] for item in row["allInvoiceItems"])
        paid = sum(payment["amount"] for payment in row["allInvoicePayments"])
        assert row["paidTotal"] == paid
        if row["status"] == "PAID":
            assert row["dueTotal"] == 0


def test_estimates_add_up_to_the_cent(sandbox: Sandbox) -> None:
    for row in sandbox.records("estimates"):
        for tier in row["allEstimateTiers"]:
            items = [*tier["allUngroupedEstimateTierItems"]]
            items += [item for group in tier["allEstimateTierGroups"] for item in group["allEstimateTierItems"]]
            for name in ("subtotal", "taxTotal", "total"):
                assert tier[name] == sum(item[name] for item in items)
        assert row["recommendedTierTotal"] in [tier["total"] for tier in row["allEstimateTiers"]]


def test_catalogue_names_are_locale_maps(client: Client) -> None:
    items = client.ask("{ allMasterServiceItems { name isArchived masterServiceGroup { name } } }")[
        "allMasterServiceItems"
    ]
    assert items[0]["name"]["fr_CA"].startswith("Accord")
    assert any(item["isArchived"] for item in items)


def test_a_measurement_belongs_to_its_piano_and_to_a_row_of_the_timeline(client: Client, sandbox: Sandbox) -> None:
    rows = [row for row in sandbox.records("timeline") if row["relatedType"] == "PianoMeasurement"]
    measured: dict[str, Any] = {row["id"]: row for row in sandbox.records("measurements")}
    for row in rows:
        assert measured[row["relatedId"]]["pianoId"] == row["piano"]["id"]
    pianos = client.ask("{ allPianos { nodes { id allPianoMeasurements { id pianoId takenOn } } } }")["allPianos"][
        "nodes"
    ]
    listed = [each for piano in pianos for each in piano["allPianoMeasurements"]]
    assert {each["id"] for each in listed} == set(measured)


def test_records_say_what_http_says(client: Client, sandbox: Sandbox) -> None:
    nodes = list(
        client.walk("allClients", size=40, selection="id companyName tags personalNotes defaultContact { id }")
    )
    truth = {row["id"]: row for row in sandbox.records("clients")}
    assert nodes == [{name: truth[node["id"]][name] for name in node} for node in nodes]


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(ValueError, match="taille"):
        Sandbox("huge")
