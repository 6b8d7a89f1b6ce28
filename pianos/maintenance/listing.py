"""The alerts as pages show them: which ones, where, in which words, since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from pianos.maintenance.models import AlertMention, MaintenanceAlert
from pianos.models import TimelineEntry
from pianos.readings import note_text
from syncing.folding import fold
from syncing.french import days_between
from syncing.rights import Viewer

STATES = {
    "ouvertes": ("Ouvertes", Q(resolved_at=None, archived_at=None)),
    "resolues": ("Résolues", Q(resolved_at__isnull=False, archived_at=None)),
    "archivees": ("Archivées", Q(archived_at__isnull=False)),
}
OLD = 21
"""Days after which an open alert is no longer only to be watched."""
AROUND = 160
"""Characters of the note shown on each side of the words that proved it."""


@dataclass(frozen=True)
class Quote:
    """The note around the exact words; `before` and `after` are its own words too."""

    before: str
    words: str
    after: str
    by: str
    at: datetime
    is_problem: bool


@dataclass(frozen=True)
class Shown:
    """One alert of a list."""

    alert: MaintenanceAlert
    quotes: tuple[Quote, ...]
    age: int

    @property
    def first(self) -> Quote | None:
        return self.quotes[0] if self.quotes else None

    @property
    def tone(self) -> str:
        if self.alert.state != "ouvertes":
            return "ok" if self.alert.state == "resolues" else "unknown"
        return "fault" if self.age > OLD else "watch"


def alerts(*, viewer: Viewer, state: str, said: str = "", institution: str = "") -> QuerySet[MaintenanceAlert]:
    """The alerts of a state, the oldest open ones first, the last ended ones first; `said` is a place or a make."""
    rows = MaintenanceAlert.objects.visible_to(viewer).filter(STATES[state][1])
    if institution:
        rows = rows.filter(
            Q(piano__client__institution__slug=institution) | Q(client__institution__slug=institution)
        )  # fmt: skip
    for word in fold(said).split():
        rows = rows.filter(
            Q(piano__search_key__contains=word)
            | Q(piano__client__search_key__contains=word)
            | Q(client__search_key__contains=word)
            | Q(Exists(AlertMention.objects.filter(alert=OuterRef("pk"), search_key__contains=word)))
        )
    order = {"ouvertes": "observed_at", "resolues": "-resolved_at", "archivees": "-archived_at"}[state]
    return with_notes(rows, viewer).order_by(order, "pk")


def with_notes(rows: QuerySet[MaintenanceAlert], viewer: Viewer) -> QuerySet[MaintenanceAlert]:
    """Joined to what names them, with their notes oldest first; three queries more, whatever their number."""
    entries = TimelineEntry.objects.visible_to(viewer).lightly("technician")
    told = AlertMention.objects.order_by("occurred_at", "pk").prefetch_related(Prefetch("entry", entries))
    joined = rows.select_related("type", "piano", "piano__client", "client", "assigned_to")
    heavy = ("piano__raw_data", "piano__client__raw_data", "client__raw_data", "assigned_to__raw_data")
    return joined.defer(*heavy).prefetch_related(Prefetch("mentions", told))


def counts(*, viewer: Viewer) -> dict[str, int]:
    """How many there are in each state; one query."""
    totals = {name: Count("pk", filter=where) for name, (_, where) in STATES.items()}
    return MaintenanceAlert.objects.visible_to(viewer).aggregate(**totals)


def shown(alert: MaintenanceAlert, now: datetime) -> Shown:
    quotes = [quote(one) for one in alert.mentions.all()]
    return Shown(alert, tuple(quotes), days_between(alert.observed_at, now))


def quote(mention: AlertMention) -> Quote:
    """The words in their note, when it still holds them."""
    text = note_text(mention.entry)
    at = text.find(mention.words)
    by = str(mention.entry.technician) if mention.entry.technician else ""
    if at < 0:
        return Quote("", mention.words, "", by, mention.occurred_at, mention.is_problem)
    end = at + len(mention.words)
    before, after = text[max(0, at - AROUND) : at], text[end : end + AROUND]
    before = ("…" if at > AROUND else "") + before
    after += "…" if len(text) - end > AROUND else ""
    return Quote(before, mention.words, after, by, mention.occurred_at, mention.is_problem)
