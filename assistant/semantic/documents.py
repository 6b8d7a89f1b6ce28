"""What is indexed: which texts of which tables, and who may read them.

The index holds no text: only where it is, about whom, when, and for whom. Whoever reads a hit reads the row itself,
through its rights; what stands here only spares the reading of rows that would be refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import blake2b

from django.db.models import DateTimeField, F, Q, Value

from appointments.models import Appointment
from clients.models import Client, Technician
from invoicing.models import Estimate, Invoice
from pianos.models import SERVICE_HISTORY, Piano, TimelineEntry
from syncing.french import COMPANY_ZONE
from syncing.models import MirroredModel
from syncing.rights import Audience, Viewer

OFFICE, EVERYBODY = "office", "members"
BATCH = 2000


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which rows are looked for; None does not narrow."""

    client: str | None = None
    piano: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Excluded."""
    kinds: frozenset[str] | None = None
    """Entities, or entry types of the timeline."""


@dataclass(frozen=True)
class Source:
    """A table with texts. `reader` tells who reads a row: the office, everybody, or one technician by his id."""

    entity: str
    model: type[MirroredModel]
    texts: tuple[str, ...]
    at: str
    client: str
    piano: str = ""
    kind: str = ""
    """The column that tells kinds apart; without one, the entity is the kind."""
    reader: Callable[[str], str] = lambda _: OFFICE
    read_by: str = "pk"
    """The column `reader` judges by."""
    folded: str = ""
    """A column of folded words to search besides, such as the one that holds serial numbers."""

    def is_closed_to(self, viewer: Viewer) -> bool:
        """Whether the texts are columns this viewer may not read, of rows he may."""
        return not viewer.is_among(Audience.OFFICE) and not self.model.office_only().isdisjoint(self.texts)

    def text_of(self, row: MirroredModel) -> str:
        return "\n".join(text.strip() for name in self.texts if (text := getattr(row, name)).strip())

    def narrowed(self, wanted: Wanted) -> Q | None:
        """The condition on its rows; None when none of them is wanted."""
        condition = Q()
        if wanted.kinds is not None and self.entity not in wanted.kinds:
            if not self.kind:
                return None
            condition &= Q(**{f"{self.kind}__in": wanted.kinds})
        if wanted.client is not None:
            condition &= Q(**{self.client: wanted.client})
        if wanted.piano is not None:
            if not self.piano:
                return None
            condition &= Q(**{self.piano: wanted.piano})
        if wanted.since is not None:
            condition &= Q(**{f"{self.at}__gte": self._edge(wanted.since)})
        if wanted.until is not None:
            condition &= Q(**{f"{self.at}__lt": self._edge(wanted.until)})
        return condition

    def _edge(self, instant: datetime) -> datetime | date:
        """For a column of days, the first one that begins at this instant or after."""
        if isinstance(self.model._meta.get_field(self.at), DateTimeField):
            return instant
        local = instant.astimezone(COMPANY_ZONE)
        return local.date() if local.time() == time() else local.date() + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Document:
    """One text of one row. `at` is in seconds since 1970, zero when nobody knows."""

    entity: str
    id: str
    text: str = ""
    client: str = ""
    piano: str = ""
    at: int = 0
    kind: str = ""
    reader: str = OFFICE

    @property
    def key(self) -> int:
        return mark(f"{self.entity}:{self.id}")

    @property
    def digest(self) -> int:
        """Of everything the index knows of it."""
        return mark("\n".join((self.text, self.client, self.piano, str(self.at), self.kind, self.reader)))


SOURCES = {
    source.entity: source
    for source in (
        Source(
            "timeline", TimelineEntry, ("summary", "comment"), "occurred_at", "client_id", "piano_id", "entry_type",
            lambda entry_type: EVERYBODY if entry_type in SERVICE_HISTORY else OFFICE, "entry_type",
        ),
        Source(
            "appointments", Appointment, ("title", "notes"), "start", "client_id",
            reader=lambda technician: technician or OFFICE, read_by="technician_id",
        ),
        Source(
            "pianos", Piano, ("notes",), "gazelle_updated_at", "client_id", "id",
            reader=lambda _: EVERYBODY, folded="search_key",
        ),
        Source("clients", Client, ("personal_notes", "preference_notes"), "gazelle_updated_at", "id"),
        Source("invoices", Invoice, ("top_notes", "notes"), "gazelle_created_at", "client_id"),
        Source("estimates", Estimate, ("notes",), "estimated_on", "client_id", "piano_id"),
    )
}  # fmt: skip


def mark(text: str) -> int:
    """64 bits that stand for a text: comparing numbers is fast, and among a million texts two meet once in 10⁷."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)


def documents(*, since: datetime | None = None) -> Iterator[Document]:
    """Every text of the tables; with `since`, every row written from then on, its text empty when it is gone."""
    for source in SOURCES.values():
        rows = source.model._base_manager.all()
        if since is None:
            rows = rows.filter(deleted_at=None, is_placeholder=False).exclude(_blank(source))
        else:
            rows = rows.filter(updated_at__gte=since)
        found = rows.values_list(
            "pk", "deleted_at", "is_placeholder", source.at, source.client, _column(source.piano), source.read_by,
            _column(source.kind, source.entity), *source.texts,
        )  # fmt: skip
        for pk, deleted, placeholder, at, client, piano, read_by, kind, *texts in found.iterator(BATCH):
            text = "\n".join(filter(None, map(str.strip, texts)))
            if deleted or placeholder or not any(map(str.isalnum, text)):
                text = ""  # nothing can be said of it
            yield Document(
                source.entity, pk, text, client or "", piano or "", seconds(at), kind, source.reader(read_by or "")
            )


def readers(viewer: Viewer) -> frozenset[str] | None:
    """Whose rows a viewer reads; None for those of everybody, the office's included."""
    if viewer.is_among(Audience.OFFICE):
        return None
    if not viewer.is_among(Audience.MEMBERS):
        return frozenset()
    own = Technician.objects.filter(login=viewer.user_id) if viewer.user_id else Technician.objects.none()
    return frozenset({EVERYBODY, *own.values_list("pk", flat=True)})


def _blank(source: Source) -> Q:
    return Q(**dict.fromkeys(source.texts, ""))


def _column(name: str, otherwise: str = "") -> F | Value:
    return F(name) if name else Value(otherwise)


def seconds(at: datetime | date | None) -> int:
    """Since 1970; a day begins at the company’s midnight, and what has no date is at zero."""
    if at is None:
        return 0
    if not isinstance(at, datetime):
        at = datetime.combine(at, time(), COMPANY_ZONE)
    return int(at.timestamp())
