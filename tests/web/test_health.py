"""The health endpoint: its shape never changes, its status tells a watchman whether somebody must act."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from syncing.registry import entities
from tests.web.people import everything_read, failed, reading

pytestmark = pytest.mark.django_db
KEYS = {"last_sync", "freshness", "status", "records_pending"}


def health(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/api/v6/health")
    told: dict[str, Any] = answer.json()
    assert list(told) == [entity.name for entity in entities()]
    assert all(set(one) == KEYS for one in told.values())
    return answer.status_code, told


def test_nothing_read_yet_is_unhealthy(client: Client) -> None:
    status, told = health(client)
    assert status == 503
    assert all(
        one == {"last_sync": None, "freshness": 0.0, "status": "never", "records_pending": 0} for one in told.values()
    )


def test_everything_read_is_healthy(client: Client) -> None:
    everything_read()
    status, told = health(client)
    assert status == 200
    assert {one["status"] for one in told.values()} == {"healthy"}
    assert {one["freshness"] for one in told.values()} == {100.0}


@pytest.mark.parametrize(("scheduled", "expected"), [(False, 200), (True, 503)])
def test_late_matters_only_while_something_is_scheduled(
    client: Client, settings: Any, scheduled: bool, expected: int
) -> None:
    settings.SCHEDULER_ENABLED = scheduled
    everything_read(timedelta(days=2))
    status, told = health(client)
    assert status == expected
    assert {one["status"] for one in told.values()} == {"late"}


def test_one_failing_entity_is_enough(client: Client) -> None:
    everything_read(timedelta(minutes=5))
    first = next(iter(entities()))
    failed(first.name)
    status, told = health(client)
    assert (status, told[first.name]["status"]) == (503, "failing")
    reading(first.name, timedelta(0))
    assert health(client)[0] == 200


def test_it_needs_no_account_and_two_queries(client: Client) -> None:
    everything_read()
    with CaptureQueriesContext(connection) as asked:
        client.get("/api/v6/health")
    assert len(asked) == 2


def test_a_database_that_is_down_keeps_the_shape(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*args: object, **kwargs: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("syncing.api.vital_signs", down)
    status, told = health(client)
    assert status == 503
    assert {one["status"] for one in told.values()} == {"failing"}


def test_an_unknown_address_of_the_api_answers_in_json(client: Client) -> None:
    answer = client.post("/api/v6/health")
    assert answer.status_code == 405
