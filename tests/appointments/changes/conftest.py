"""The house, in every test that looks at an agenda."""

from __future__ import annotations

import pytest

from tests.appointments.changes.people import furnish


@pytest.fixture
def house(db: None) -> None:
    furnish()
