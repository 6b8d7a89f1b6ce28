"""Every scenario, found by being imported; and the seeds that once broke a promise, played for ever after."""

from __future__ import annotations

from tests.disasters import clocks, crowds, gazelle_faults, hostile, kills, outages

__all__ = ["KEPT_SEEDS", "clocks", "crowds", "gazelle_faults", "hostile", "kills", "outages"]

KEPT_SEEDS: dict[str, tuple[int, ...]] = {
    "clock-jumps-between-readings": (1,),
    "gone-for-seconds": (1, 3),
    "hostile-ids": (21,),
}
"""Scenario → seeds."""
