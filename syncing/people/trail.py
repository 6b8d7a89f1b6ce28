"""Who changed what: every change a person makes is a line of Django's own journal, which no page can erase."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db.models import Model

LENGTH = 300  # characters kept of a value: enough to read what changed, never a whole note twice


class Change(NamedTuple):
    """One field of one record."""

    field: str
    before: str
    after: str


def record(subject: Model, by: User, words: str = "", *, changes: Iterable[Change] = (), added: bool = False) -> None:
    """One line: who, when, on what, in words or as values before and after."""
    LogEntry.objects.log_actions(
        by.pk, [subject], ADDITION if added else CHANGE, words or message(changes), single_object=True
    )


def message(changes: Iterable[Change]) -> str:
    """As Django's own forms write it, so that its pages read it, with the values besides."""
    told = [Change(one.field, one.before[:LENGTH], one.after[:LENGTH]) for one in changes]
    return json.dumps([{"changed": {"fields": [one.field for one in told], "values": told}}], ensure_ascii=False)


def changes(entry: LogEntry) -> list[Change]:
    """The values that a line holds; none when it is in words."""
    try:
        parts = json.loads(entry.change_message)
        return [Change(*value) for part in parts for value in part.get("changed", {}).get("values", ())]
    except (ValueError, TypeError, AttributeError):
        return []


def name(account: User) -> str:
    return account.get_full_name() or account.get_username()
