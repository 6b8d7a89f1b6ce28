"""A small sandbox at a fixed day, fresh for each test that wants one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from gazelle_site.sandbox import Sandbox, Served, serve
from tests.sandbox.asking import Client

TODAY = date(2026, 3, 10)


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox("small", seed=1, today=TODAY)


@pytest.fixture
def served(sandbox: Sandbox) -> Iterator[Served]:
    with serve(sandbox) as served:
        yield served


@pytest.fixture
def client(served: Served) -> Iterator[Client]:
    client = Client(served)
    yield client
    client.close()
