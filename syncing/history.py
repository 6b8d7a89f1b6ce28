"""The versions of a record: what each change of meaning changed, written with it and in its transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.serializers.json import DjangoJSONEncoder

from syncing.bulk import Json, append
from syncing.deciding import VOLATILE
from syncing.drafts import snake_case
from syncing.models import Version
from syncing.vocabulary import Node

NOT_MEANING = frozenset({"updatedAt"})
ENCODE = DjangoJSONEncoder(ensure_ascii=False).encode  # once: dates are written as Django reads them back
LONGEST = 2000  # characters of a raw value kept: enough to see what changed in the lines of a bill

Changes = Mapping[str, Sequence[object]]
"""Column, then its value before and after."""


def changed(before: Mapping[str, Any], after: Mapping[str, object]) -> dict[str, Sequence[object]]:
    """The columns of `after` whose value is another one; those that only follow others are left out."""
    return {
        name: (before[name], value) for name, value in after.items() if name not in VOLATILE and before[name] != value
    }


def unread(before: Node, after: Node) -> Iterator[tuple[str, Sequence[object]]]:
    """Gazelle's own fields that changed, for a change that no column shows: a line of a bill, a field nobody reads."""
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old != new and name not in NOT_MEANING:
            yield snake_case(name), (_short(old), _short(new))


def _short(value: object) -> object:
    if isinstance(value, list | dict | str) and len(text := ENCODE(value)) > LONGEST:
        return f"{text[:LONGEST]}…"
    return value


def entry(
    entity: str, gazelle_id: str, version: int, changes: Changes, *, at: datetime, by: User | None = None
) -> dict[str, object]:
    """One row of the journal, ready to be written in bulk."""
    return {
        "entity": entity, "gazelle_id": gazelle_id, "version": version, "at": at, "changes": Json(ENCODE(changes)),
        "cause": Version.PERSON if by else Version.SYNC, "by_id": by.pk if by else None,
    }  # fmt: skip


def record(entries: Iterable[dict[str, object]]) -> None:
    """Write them, inside the caller's transaction."""
    append(Version, list(entries))
