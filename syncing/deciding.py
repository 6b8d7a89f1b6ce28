"""What to do with one record: a pure function of what is here and what arrived.

No query, no clock, no HTTP. Pure core: standard library only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from syncing.vocabulary import Outcome

Columns = Mapping[str, object]

VOLATILE = frozenset({"gazelle_updated_at", "search_key", "words"})  # move without a change of meaning, or follow one


@dataclass(frozen=True, slots=True)
class Local:
    """What the domain table holds for this id.

    `columns` are the present values of the columns that the draft has; `base` is what Gazelle last gave for the
    shared ones, as it was read then (empty when it never gave any).
    """

    columns: Columns
    base: Columns = field(default_factory=dict)
    is_placeholder: bool = False
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """A value changed both here and in Gazelle: a person decides."""

    column: str
    base: object
    ours: object
    theirs: object


@dataclass(frozen=True, slots=True)
class Decision:
    """What to write, and why.

    `changes` are the columns to write; `meaning_changed` moves the version; `agreed` names the shared columns about
    which nothing is left to decide, so that an open conflict about them is over.
    """

    outcome: Outcome
    changes: dict[str, object] = field(default_factory=dict)
    meaning_changed: bool = False
    conflicts: tuple[Conflict, ...] = ()
    agreed: tuple[str, ...] = ()


def decide(
    *,
    local: Local | None,
    arrived: Columns,
    shared: Collection[str] = (),
    same_node: bool,
    same_meaning: bool,
    gone: bool = False,
) -> Decision:
    """Decide about one record that Gazelle just answered.

    `arrived` holds only the columns that were selected and present; `same_node` says that the raw node is exactly the
    one already kept, `same_meaning` that it is, its update instant aside, `gone` that the record itself says it has
    left Gazelle's default list.
    """
    if local is None:
        return Decision(Outcome.CREATED, dict(arrived), meaning_changed=True)
    changes: dict[str, object] = {}
    conflicts: list[Conflict] = []
    agreed: list[str] = []
    for column, theirs in arrived.items():
        ours = local.columns[column]
        if ours == theirs:
            if column in shared:
                agreed.append(column)
        elif column not in shared or not _set_by_hand(local, column):
            changes[column] = theirs
        elif not theirs:
            agreed.append(column)  # Gazelle has nothing to say against ours
        elif theirs != local.base.get(column):
            conflicts.append(Conflict(column, local.base.get(column), ours, theirs))
    outcome = _outcome(local, moved=bool(changes) or not same_node, gone=gone)
    meaning_changed = outcome is not Outcome.UNCHANGED and (
        outcome is not Outcome.UPDATED or not same_meaning or bool(changes.keys() - VOLATILE)
    )
    return Decision(outcome, changes, meaning_changed, tuple(conflicts), tuple(agreed))


def _set_by_hand(local: Local, column: str) -> bool:
    """Three-way rule: a shared value that is not what Gazelle last gave was set by a person here."""
    ours = local.columns[column]
    return ours != local.base[column] if column in local.base else bool(ours)


def _outcome(local: Local, *, moved: bool, gone: bool) -> Outcome:
    if local.is_placeholder:
        return Outcome.CREATED
    if gone and not local.is_deleted:
        return Outcome.DELETED
    if local.is_deleted and not gone:
        return Outcome.REVIVED
    return Outcome.UPDATED if moved else Outcome.UNCHANGED


class Absence(StrEnum):
    """What to do with records that a complete reading did not show."""

    ASK_EACH = "ask_each"
    """Ask Gazelle for each: its answer is the proof."""
    BELIEVE = "believe"
    """Two complete readings in a row did not show them."""
    SUSPEND = "suspend"
    """Too many at once: a person decides."""


UNPROVEN, UNPROVEN_SHARE, LARGEST_SHARE = 10, 0.02, 0.25  # the brake: above these, nothing is marked without asking


def weigh_absences(*, missing: int, present: int, has_single_read: bool) -> Absence:
    """How far a complete reading may be believed when it does not show `missing` of the `present` records.

    Gazelle has no tombstones. Never more than a quarter of an entity; without a single read to prove each one, never
    more than 10 or 2 %, whichever is larger.
    """
    if missing > present * LARGEST_SHARE and missing > 1:
        return Absence.SUSPEND
    if has_single_read:
        return Absence.ASK_EACH
    return Absence.SUSPEND if missing > max(UNPROVEN, present * UNPROVEN_SHARE) else Absence.BELIEVE


EMPTIED, EMPTIED_SHARE = 10, 0.05


def is_mass_emptying(*, emptied: int, scanned: int) -> bool:
    """Whether a field is being emptied on more rows than people plausibly empty: 10, and 5 % of those scanned."""
    return emptied >= EMPTIED and emptied > scanned * EMPTIED_SHARE
