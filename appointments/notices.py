"""What the agenda tells people without being asked."""

from __future__ import annotations

from appointments.changes.kinds import KINDS as CHANGES

KINDS = (*CHANGES,)
