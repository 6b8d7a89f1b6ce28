"""What to try, by role: questions offered beside an empty field."""

from __future__ import annotations

from assistant.understanding.results import Asker

OWN = (".mes rv", "mes rv demain", "ma semaine", "à apporter demain")
TEAM = (".rv demain", "rv non confirmés cette semaine", "factures impayées", ".stats mois")
ALL = (".aide",)


def chips(asker: Asker) -> tuple[str, ...]:
    """The questions that this person can have answered."""
    return (*(OWN if asker.technician else ()), *(TEAM if asker.office else ()), *ALL)
