"""The disasters that fit in a suite: each one once, in its short form, on the database of the suite."""

from __future__ import annotations

import os

import pytest
from django.db import connection

from tests.disasters.scenario import SCENARIOS, NotPlayed, Scenario, played
from tests.disasters.scenarios import KEPT_SEEDS

SEED = 1
# The suite's own database is only a name until a test asks for it: what speaks to the server goes through another one.
SERVER = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/postgres" if os.environ.get("DATABASE_URL") else ""
SHORT = [each for each in SCENARIOS.values() if connection.vendor in each.short]


@pytest.mark.parametrize("disaster", SHORT, ids=[each.name for each in SHORT])
def test_a_short_disaster_leaves_nothing_lost_doubled_or_stuck(disaster: Scenario) -> None:
    try:
        played(disaster, seed=SEED, database=connection.vendor, server=SERVER, percent=0)
    except NotPlayed as reason:
        pytest.skip(str(reason))


def test_every_seed_kept_belongs_to_a_scenario() -> None:
    assert KEPT_SEEDS.keys() <= SCENARIOS.keys()
