"""What Prometheus reads, and who may read it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from syncing.models import Message, StagedRecord
from syncing.people import tokens
from syncing.registry import entities
from tests.web.people import everything_read, failed, person, reading

pytestmark = pytest.mark.django_db
FIRST = next(iter(entities())).name
Labels = tuple[tuple[str, str], ...]


def token(*scopes: str) -> dict[str, str]:
    """The header of a program that may open these doors."""
    chief = person("Administration")
    _, secret = tokens.create(name="Prometheus", owner=chief, scopes=scopes, expires_at=None, by=chief)
    return {"authorization": f"Bearer {secret}"}


def scraped(client: Client) -> dict[tuple[str, Labels], float]:
    answer = client.get("/metrics", headers=token("metrics"))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    return samples(answer.content.decode())


def samples(text: str) -> dict[tuple[str, Labels], float]:
    families = text_string_to_metric_families(text)
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def of(name: str, **labels: str) -> tuple[str, Labels]:
    return name, tuple(sorted(labels.items()))


def test_it_tells_age_promise_status_and_rows_of_each_entity(client: Client) -> None:
    everything_read(timedelta(minutes=1))
    failed(FIRST)
    StagedRecord.objects.create(entity=FIRST, gazelle_id="x", digest="d", fetched_at=timezone.now())
    told = scraped(client)
    for entity in entities():
        assert 59 < told[of("gazelle_data_age_seconds", entity=entity.name)] < 90
        assert told[of("gazelle_data_promise_seconds", entity=entity.name)] >= 300
        assert told[of("gazelle_freshness_ratio", entity=entity.name)] == 1
        status = "failing" if entity.name == FIRST else "healthy"
        assert told[of("gazelle_entity_status", entity=entity.name, status=status)] == 1
    assert told[of("gazelle_rows", entity=FIRST, state="pending")] == 1
    assert told[of("gazelle_findings", level="fault")] == 1


def test_it_tells_the_last_readings_and_their_requests(client: Client) -> None:
    reading(FIRST, timedelta(hours=30), requests=99)
    reading(FIRST, timedelta(minutes=9), requests=7)
    reading(FIRST, timedelta(minutes=3), requests=5)
    failed(FIRST)
    told = scraped(client)
    assert told[of("gazelle_last_sync_duration_seconds", entity=FIRST)] == 5
    assert told[of("gazelle_requests_last_day", entity=FIRST)] == 12
    assert told[of("gazelle_readings_last_day", entity=FIRST, outcome="failed")] == 1
    assert told[of("gazelle_readings_last_day", entity=FIRST, outcome="other")] == 2


def test_an_entity_that_was_never_read_has_no_age(client: Client) -> None:
    told = scraped(client)
    assert of("gazelle_data_age_seconds", entity=FIRST) not in told
    assert told[of("gazelle_entity_status", entity=FIRST, status="never")] == 1


def test_it_tells_messages_and_how_long_they_wait_but_never_to_whom(client: Client) -> None:
    now = timezone.now()
    for number, (state, since) in enumerate([("pending", 10), ("pending", 3), ("sent", 60), ("failed", 5)]):
        Message.objects.create(
            kind="sync_failure", cause="c", channel="mail", address="odile@exemple.ca", number=number, subject="Éloïse",
            state=state, not_before=now - timedelta(minutes=since),
        )  # fmt: skip
    answer = client.get("/metrics", headers=token("metrics"))
    text = answer.content.decode()
    told = samples(text)
    assert told[of("gazelle_messages_last_day", channel="mail", state="pending")] == 2
    assert told[of("gazelle_messages_last_day", channel="mail", state="failed")] == 1
    assert 600 <= told[of("gazelle_messages_waiting_seconds")] < 630
    assert "odile" not in text
    assert "Éloïse" not in text


def test_it_tells_the_memory_of_the_process_that_answers(client: Client) -> None:
    assert scraped(client)[of("process_resident_memory_bytes")] > 10_000_000


def test_it_asks_the_same_number_of_questions_whatever_there_is_to_tell(client: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/metrics", headers=program)
        return len(asked)

    program = token("metrics")
    client.get("/metrics", headers=program)
    empty = cost()
    everything_read()
    for entity in entities():
        failed(entity.name)
    assert cost() <= empty + 1  # the suspensions that were refused, when counts differ
    assert empty <= 20


@pytest.mark.parametrize("role", ["Administration", "Bureau", "Technicien", ""])
def test_it_is_for_programs_whoever_is_signed_in(client: Client, role: str) -> None:
    assert client.get("/metrics").status_code == 401
    client.force_login(person(role))
    refused = client.get("/metrics")
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    assert refused["WWW-Authenticate"] == "Bearer"


def test_a_token_for_another_door_is_told_so(client: Client) -> None:
    refused = client.get("/metrics", headers=token("reports"))
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_scope")


def test_it_is_only_read(client: Client) -> None:
    assert client.post("/metrics", headers=token("metrics")).status_code == 405
