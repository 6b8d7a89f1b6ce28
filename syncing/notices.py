"""What the engine itself tells people without being asked."""

from __future__ import annotations

from syncing.access import ADMINISTRATION, OFFICE
from syncing.notifying.kinds import Kind

FAILURE, WATCH, DIGEST = "sync_failure", "sync_watch", "digest"

KINDS = (
    Kind(
        name=FAILURE,
        label="Panne de la synchronisation",
        about="Gazelle ou la base ne répond plus, une lecture ou un travail échoue ; puis quand c’est rétabli.",
        roles=frozenset({ADMINISTRATION}),
        room=True,
        to_owner=True,
        lasting=True,
        family="sync",
    ),
    Kind(
        name=WATCH,
        label="À voir dans la synchronisation",
        about="Des lectures prévues n’ont pas eu lieu, des lignes ou des avis sont en échec, des comptes diffèrent.",
        roles=frozenset({ADMINISTRATION}),
        to_owner=True,
        lasting=True,
        family="sync",
    ),
    Kind(
        name=DIGEST,
        label="Point du matin",
        about="À 7 h, en cinq lignes, ce qui attend quelqu’un ; rien quand rien n’attend.",
        roles=frozenset({ADMINISTRATION, OFFICE}),
        to_owner=True,
    ),
)
