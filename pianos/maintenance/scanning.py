"""Notes of watched institutions are read, and the alerts they tell of brought up to date.

A note is read once, and again when its text, its place or the words looked for change. Everything is derived from what
notes say and people did, so that two scans, a killed one or a late note end on the same alerts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q

from clients.models import Client
from pianos.maintenance.lexicons import lexicon
from pianos.maintenance.models import AlertMention, MaintenanceAlert, NoteScan, ProblemType
from pianos.maintenance.settling import Place, settle
from pianos.maintenance.telling import tell
from pianos.models import Piano, TimelineEntry
from pianos.notes import Lexicon, read_note
from pianos.readings import note_text
from syncing.folding import fold

WRITTEN_IN = ("SERVICE_ENTRY_MANUAL", "USER_COMMENT")
"""What technicians write; the rest is written by machines."""
HORIZON = timedelta(days=365)
"""An older note says nothing of today."""
RECENT = timedelta(days=45)
"""How far back each sync looks; a note that arrives later still is found by the daily scan."""
BATCH = 200
"""Notes of one transaction."""


@dataclass
class Scanned:
    """What a scan did."""

    notes: int = 0
    mentions: int = 0
    opened: list[MaintenanceAlert] = field(default_factory=list)
    closed: int = 0


def scan(*, now: datetime, reach: timedelta = HORIZON) -> Scanned:
    """Read what was not read yet of the last `reach`; six queries when there is nothing new."""
    done = Scanned()
    entries = list(notes_of_watched(now - reach))
    if not entries:
        return done
    words, version = lexicon()
    rows = _unread(entries, now - reach, version)
    for start in range(0, len(rows), BATCH):
        _read(rows[start : start + BATCH], words, now, done)
    return done


@dataclass(frozen=True)
class _Note:
    entry: TimelineEntry
    text: str
    digest: str
    place: Place


def notes_of_watched(since: datetime) -> Iterator[TimelineEntry]:
    """The notes of the institutions that are watched and of their instruments, those withdrawn from Gazelle too."""
    clients = list(Client.objects.present().filter(institution__is_watched=True).values_list("pk", flat=True))
    if not clients:
        return
    pianos = list(Piano.objects.filter(client__among=clients).values_list("pk", flat=True))
    rows = TimelineEntry.objects.filter(Q(client__among=clients) | Q(piano__among=pianos), occurred_at__gte=since)
    rows = rows.filter(entry_type__in=WRITTEN_IN, is_placeholder=False).order_by("occurred_at", "pk")
    yield from rows.only("summary", "comment", "occurred_at", "piano", "client", "deleted_at", "technician")


def _unread(entries: Sequence[TimelineEntry], since: datetime, version: str) -> list[_Note]:
    known = dict(NoteScan.objects.filter(entry__occurred_at__gte=since).values_list("pk", "digest"))
    found = []
    for entry in entries:
        text = "" if entry.deleted_at else note_text(entry)
        place = Place(entry.piano_id or "", "" if entry.piano_id else entry.client_id or "")
        told = repr((version, text, place, entry.occurred_at))
        digest = sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
        if known.get(entry.pk) != digest:
            found.append(_Note(entry, text, digest, place))
    return found


def _read(notes: Sequence[_Note], words: Lexicon, now: datetime, done: Scanned) -> None:
    mentions = [mention for note in notes for mention in _mentions(note, words)]
    ids = [note.entry.pk for note in notes]
    with transaction.atomic():
        # One scan at a time decides: two would each open an alert for the same note.
        followed = set(ProblemType.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
        mentions = [one for one in mentions if one.type_id in followed]
        before = AlertMention.objects.filter(entry__in=ids)
        touched = {
            (type_, Place(piano, client))
            for type_, piano, client in before.values_list("type", "piano_gazelle_id", "client_gazelle_id")
        }
        before.delete()
        AlertMention.objects.bulk_create(mentions)
        touched |= {(one.type_id, Place(one.piano_gazelle_id, one.client_gazelle_id)) for one in mentions}
        _remember(notes, {one.entry_id for one in mentions}, now)
        settled = [settle(type_, place) for type_, place in sorted(touched)]
        opened = [alert for one in settled for alert in one.opened]
        tell(opened, now)
    done.opened += opened
    done.closed += sum(one.closed for one in settled)
    done.notes += len(notes)
    done.mentions += len(mentions)


def _mentions(note: _Note, words: Lexicon) -> Iterator[AlertMention]:
    for outcome in read_note(note.text, lexicon=words).outcomes:
        said = outcome.problem if outcome.is_open or outcome.resolution is None else outcome.resolution
        if said is None or note.entry.occurred_at is None:
            continue
        yield AlertMention(
            entry_id=note.entry.pk,
            type_id=outcome.type,
            piano_gazelle_id=note.place.piano,
            client_gazelle_id=note.place.client,
            occurred_at=note.entry.occurred_at,
            is_problem=outcome.problem is not None,
            is_open=outcome.is_open,
            words=said.span.words,
            search_key=fold(said.span.words),
        )


def _remember(notes: Sequence[_Note], told: set[str], now: datetime) -> None:
    NoteScan.objects.bulk_create(
        [
            NoteScan(entry_id=note.entry.pk, digest=note.digest, scanned_at=now, has_found=note.entry.pk in told)
            for note in notes
        ],
        update_conflicts=True,
        unique_fields=["entry"],
        update_fields=["digest", "scanned_at", "has_found"],
    )
