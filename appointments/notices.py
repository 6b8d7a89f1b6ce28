"""What the agenda tells people without being asked."""

from __future__ import annotations

from appointments.changes.kinds import KINDS as CHANGES
from syncing.access import ADMINISTRATION, OFFICE, TECHNICIAN
from syncing.notifying.kinds import Kind

UNCONFIRMED, WEEK, LONG_BOOKED, UNROUTABLE = "unconfirmed", "unconfirmed_week", "long_booked", "alert_unroutable"

KINDS = (
    Kind(
        name=UNCONFIRMED,
        label="Rendez-vous de demain non confirmé",
        about="À 16 h, un courriel par rendez-vous de demain que le client n’a pas confirmé, à son technicien.",
        roles=frozenset({ADMINISTRATION, TECHNICIAN}),
    ),
    Kind(
        name=WEEK,
        label="Semaine à venir, non confirmés",
        about="À 9 h, vos rendez-vous des 7 prochains jours qui ne sont pas confirmés ; rien s’il n’y en a pas.",
        roles=frozenset({ADMINISTRATION, TECHNICIAN}),
        by_default=False,
    ),
    Kind(
        name=LONG_BOOKED,
        label="Rendez-vous pris depuis longtemps",
        about="À 9 h, les rendez-vous dans 7 jours qui ont été pris il y a 3 mois ou plus ; rien s’il n’y en a pas.",
        roles=frozenset({OFFICE}),
    ),
    Kind(
        name=UNROUTABLE,
        label="Technicien qui n’a pas pu être averti",
        about="Un rendez-vous n’est pas confirmé, et son technicien n’a pas d’adresse où l’écrire.",
        roles=frozenset({ADMINISTRATION, OFFICE}),
        to_owner=True,
    ),
    *CHANGES,
)
