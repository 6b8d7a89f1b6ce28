"""The entries of the report, read from our tables: those of the institutions, whenever they were dated or read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q, QuerySet

from clients.models import Institution
from pianos.models import TimelineEntry
from pianos.report.entries import KINDS, Entry
from syncing.models import Redirect

AT_ONCE = 2000
# The owner of the instrument tells whose entry it is; without one, the client that the entry itself names does.
SHOWN = Q(piano__client__institution__tab__gt="") | Q(piano__client=None, client__institution__tab__gt="")
COLUMNS = (
    *("id", "entry_type", "occurred_at", "summary", "comment", "piano_id", "piano__make", "piano__model"),
    *("piano__serial_number", "piano__type", "piano__year", "piano__location", "piano__client_id"),
    *("piano__client__company_name", "piano__client__display_name", "piano__client__institution__tab"),
    *("client_id", "client__company_name", "client__display_name", "client__institution__tab"),
    *("technician__first_name", "technician__last_name", "technician__full_name"),
)


def tabs() -> list[str]:
    """The tabs of the institutions, in the order the office gave them."""
    found = Institution.objects.exclude(tab="").order_by("rank", "name").values_list("tab", flat=True)
    return list(dict.fromkeys(found))


def entries() -> Iterator[Entry]:
    """Those of the institutions that have a tab. Two queries."""
    known_as = _former_ids()
    rows = _of_the_report().filter(SHOWN).order_by("occurred_at", "id")
    for row in rows.values(*COLUMNS).iterator(chunk_size=AT_ONCE):
        yield _entry(row, known_as.get(row["id"], ()))


def left_in_the_house() -> dict[str, int]:
    """How many entries of the kinds of the report belong to no tab, by reason; one query."""
    client = Q(piano__client__isnull=False) | Q(client__isnull=False)
    counted: dict[str, int] = _of_the_report().aggregate(
        nobody=Count("pk", filter=~client),
        private=Count("pk", filter=client & ~SHOWN),
    )
    return counted


def _of_the_report() -> QuerySet[TimelineEntry]:
    return TimelineEntry.objects.present().filter(entry_type__in=KINDS).order_by()


def _former_ids() -> dict[str, tuple[str, ...]]:
    """What each entry was called before: who was merged into it is not written under its new name again."""
    found = defaultdict[str, list[str]](list)
    for kept, old in Redirect.objects.filter(entity="timeline", undone_at=None).values_list("kept_id", "old_id"):
        found[kept].append(old)
    return {kept: tuple(old) for kept, old in found.items()}


def _entry(row: dict[str, Any], also: tuple[str, ...]) -> Entry:
    """The client is the owner of the instrument; without one, whom the entry itself names."""
    owner = "piano__client" if row["piano__client_id"] else "client"
    return Entry(
        id=row["id"],
        kind=row["entry_type"],
        tab=row[f"{owner}__institution__tab"] or "",
        at=row["occurred_at"],
        title=row["summary"].strip(),
        text=row["comment"].strip(),
        piano=row["piano_id"] or "",
        make=row["piano__make"] or "",
        model=row["piano__model"] or "",
        serial_number=row["piano__serial_number"] or "",
        type=row["piano__type"] or "",
        year=row["piano__year"],
        location=row["piano__location"] or "",
        client=row[f"{owner}__company_name"] or row[f"{owner}__display_name"] or "",
        technician=_technician(row),
        also=also,
    )


def _technician(row: dict[str, Any]) -> str:
    """« First Last », as the report always had it."""
    named = f"{row['technician__first_name'] or ''} {row['technician__last_name'] or ''}".strip()
    return named or row["technician__full_name"] or ""
