"""What people are told about instruments."""

from __future__ import annotations

from syncing.access import ADMINISTRATION, OFFICE, TECHNICIAN
from syncing.notifying.kinds import Kind

MAINTENANCE, ASSIGNED = "maintenance_alert", "maintenance_assigned"

KINDS = (
    Kind(
        name=MAINTENANCE,
        label="Alerte d’entretien",
        about="Une note dit qu’un piano d’une institution est débranché, sans housse, à sec ou mal logé.",
        roles=frozenset({ADMINISTRATION, OFFICE}),
        room=True,
        to_owner=True,
    ),
    Kind(
        name=ASSIGNED,
        label="Alerte d’entretien qui vous est confiée",
        about="Quelqu’un vous confie une alerte d’entretien.",
        roles=frozenset({TECHNICIAN}),
    ),
)
