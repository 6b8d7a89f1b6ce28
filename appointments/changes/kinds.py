"""The messages that tell of changes, each a kind that people choose on « Mes avis »."""

from __future__ import annotations

from appointments.changes.models import ChangeKind
from syncing.access import ADMINISTRATION, OFFICE, TECHNICIAN
from syncing.notifying.kinds import Kind

PREFIX, FLOOD = "change_", "change_flood"
EVERYBODY = frozenset({ADMINISTRATION, OFFICE, TECHNICIAN})
TECHNICIANS = frozenset({ADMINISTRATION, TECHNICIAN})


def kind_name(kind: ChangeKind) -> str:
    """The kind of message that tells of a kind of change."""
    return f"{PREFIX}{kind.value}"


ABOUT = {
    ChangeKind.NEW: ("Nouveau rendez-vous", "Un rendez-vous pris pour vous dans les sept jours.", TECHNICIANS),
    ChangeKind.REASSIGNED: ("Rendez-vous attribué", "Un rendez-vous de la semaine passe à vous.", TECHNICIANS),
    ChangeKind.FREED: ("Plage libérée", "Un rendez-vous de la semaine n’est plus à vous.", TECHNICIANS),
    ChangeKind.RESCHEDULED: (
        "Rendez-vous déplacé", "Un rendez-vous de la semaine change d’heure ou de jour.", TECHNICIANS
    ),
    ChangeKind.CANCELLED: ("Rendez-vous annulé", "Un rendez-vous de la semaine n’aura pas lieu.", TECHNICIANS),
    ChangeKind.RESTORED: ("Rendez-vous rétabli", "Un rendez-vous annoncé comme annulé a lieu quand même.", TECHNICIANS),
    ChangeKind.UNDOCUMENTED: (
        "Annulation à documenter", "Vous avez annulé un rendez-vous sans en noter la raison.", EVERYBODY
    ),
}  # fmt: skip

KINDS = (
    *(
        Kind(name=kind_name(kind), label=label, about=about, roles=roles)
        for kind, (label, about, roles) in ABOUT.items()
    ),
    Kind(
        name=FLOOD,
        label="Annulations à vérifier",
        about="Plus de dix annulations d’un coup : aucun avis ne part sans votre accord.",
        roles=frozenset({ADMINISTRATION, OFFICE}),
        to_owner=True,
    ),
)
