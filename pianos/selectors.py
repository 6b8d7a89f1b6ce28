"""Reads of instruments and of their service: which ones, what was done, what was measured, who was spoken of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import Max, Q, QuerySet

from pianos.models import Measurement, Piano, TimelineEntry
from syncing.folding import fold, words
from syncing.rights import Viewer

SERVICED = ("SERVICE_ENTRY_MANUAL", "SERVICE_ENTRY_AUTOMATED")
"""The entries that say a technician worked on the instrument."""
NOT_SAID = ("CONTACT_EMAIL_AUTOMATED", "CONTACT_SMS_AUTOMATED", "SYSTEM_MESSAGE", "SYSTEM_NOTIFICATION", "INVOICE_SYNC")
"""Machine-written: nobody wrote them down to be found again."""
KINDS = {
    "queue": ("GRAND", "SQUARE_GRAND"),
    "grand": ("GRAND", "SQUARE_GRAND"),
    "droit": ("UPRIGHT", "STUDIO", "CONSOLE", "SPINET"),
    "upright": ("UPRIGHT", "STUDIO", "CONSOLE", "SPINET"),
    "console": ("CONSOLE",),
    "studio": ("STUDIO",),
    "epinette": ("SPINET",),
    "numerique": ("DIGITAL",),
    "digital": ("DIGITAL",),
    "orgue": ("ORGAN",),
    "clavecin": ("HARPSICHORD",),
    "hybride": ("HYBRID",),
}


HUMIDITY_SYSTEM = {"pls", "piano life saver", "dampp chaser", "systeme d humidite", "humidificateur"}


class Wanted(NamedTuple):
    """What is looked for among the instruments; what is empty was not asked."""

    make: str = ""
    model: str = ""
    kind: str = ""
    serial: str = ""
    year_before: int | None = None
    condition: str = ""
    keyword: str = ""
    """A word of its notes, or the name of the humidity system it has."""
    without_serial: bool = False


def find_pianos(*, viewer: Viewer, wanted: Wanted, clients: Collection[str] | None = None) -> list[Piano]:
    """The instruments that fit everything asked, by client's name, those out of use last; one query, or two."""
    rows = Piano.objects.visible_to(viewer).present().lightly("client").order_by("client__search_key", "id")
    if clients is not None:
        rows = rows.filter(client__among=list(clients))
    for text in (wanted.make, wanted.model):
        for word in fold(text).split():
            rows = rows.filter(search_key__contains=word)
    if wanted.kind:
        rows = rows.filter(type__in=kinds(wanted.kind))
    if wanted.year_before is not None:
        rows = rows.filter(year__lt=wanted.year_before)
    if serial := _plain(wanted.serial):
        numbers = rows.values_list("pk", "serial_number")
        rows = rows.filter(pk__among=[pk for pk, number in numbers if serial in _plain(number)])
    found = [
        piano
        for piano in rows
        if _is_of(piano, wanted)
        and (not wanted.condition or _is_in(piano, wanted.condition))
        and (not wanted.keyword or _has(piano, wanted.keyword))
        and not (wanted.without_serial and piano.serial_number)
    ]
    return sorted(found, key=lambda piano: piano.status == "INACTIVE")


def is_humidity_system(said: str) -> bool:
    """Whether a word names the system that keeps the humidity of a piano."""
    return words(said.replace("-", " ")) in HUMIDITY_SYSTEM


def kinds(said: str) -> tuple[str, ...]:
    """Gazelle's types for « piano à queue », « droit »; the word itself when it is none of those."""
    found = [types for word, types in KINDS.items() if word in fold(said).split()]
    return found[0] if found else (said.upper(),)


def pianos_of(*, viewer: Viewer, clients: Iterable[str]) -> list[Piano]:
    """Every instrument of these clients, those out of use after the others; one query."""
    rows = Piano.objects.visible_to(viewer).present().lightly().filter(client__among=list(clients))
    return sorted(rows, key=lambda piano: (piano.status == "INACTIVE", piano.location, piano.search_key, piano.pk))


def entries(
    *,
    viewer: Viewer,
    now: datetime,
    clients: Collection[str] | None = None,
    pianos: Collection[str] | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    technician: str = "",
    types: Collection[str] = (),
    asked_words: str = "",
) -> QuerySet[TimelineEntry]:
    """What happened until now to these clients and their instruments, or to these instruments, newest first.

    With client, piano and technician. `types` keeps to these; without it machine-written ones are left out.
    `asked_words` are words to find, as `words__worded` takes them.
    """
    rows = TimelineEntry.objects.visible_to(viewer).present().filter(occurred_at__lte=now)
    rows = rows.filter(entry_type__in=types) if types else rows.exclude(entry_type__in=NOT_SAID)
    if clients is not None:
        # The ids are read first: with a subquery PostgreSQL walks the whole table by date in search of a small history.
        owned = list(Piano.objects.filter(client__among=list(clients)).values_list("pk", flat=True))
        rows = rows.filter(Q(client__among=list(clients)) | Q(piano__among=owned))
    if pianos is not None:
        rows = rows.filter(piano__among=list(pianos))
    if start is not None:
        rows = rows.filter(occurred_at__gte=start)
    if end is not None:
        rows = rows.filter(occurred_at__lt=end)
    if technician:
        rows = rows.filter(technician=technician)
    if asked_words:
        rows = rows.filter(words__worded=asked_words)
    return rows.lightly("client", "piano", "piano__client", "technician").order_by("-occurred_at", "-id")


def last_services(*, viewer: Viewer, clients: Iterable[str], now: datetime) -> Mapping[str, datetime]:
    """When each client was last served; one that never was is absent; one query."""
    rows = TimelineEntry.objects.visible_to(viewer).present()
    served = rows.filter(client__among=list(clients), entry_type__in=SERVICED, occurred_at__lte=now)
    return dict(served.order_by().values("client").annotate(at=Max("occurred_at")).values_list("client", "at"))


def measurements(
    *,
    viewer: Viewer,
    client: str = "",
    piano: str = "",
    start: datetime | None = None,
    end: datetime | None = None,
    where: Q | None = None,
) -> QuerySet[Measurement]:
    """What was measured between two instants, newest first, with piano and client; `where` is about the values."""
    rows = Measurement.objects.visible_to(viewer).present().exclude(taken_on=None).filter(where or Q())
    if client:
        rows = rows.filter(piano__client=client)
    if piano:
        rows = rows.filter(piano=piano)
    if start is not None:
        rows = rows.filter(taken_on__gte=start.date())
    if end is not None:
        rows = rows.filter(taken_on__lt=end.date())
    return rows.lightly("piano", "piano__client").order_by("-taken_on", "-id")


def spoken_of(*, viewer: Viewer, terms: Iterable[str]) -> Mapping[str, set[str]]:
    """For each term, the ids of the clients in whose history, or about whose instruments, a word beginning so stands.

    Two queries a term and one for the instruments.
    """
    pianos = Piano.objects.visible_to(viewer).present().exclude(client=None)
    written = [
        (str(client), words(f"{key} {notes}").split())
        for client, key, notes in pianos.values_list("client", "search_key", "notes")
    ]
    history = TimelineEntry.objects.visible_to(viewer).present().exclude(entry_type__in=NOT_SAID).order_by()
    found = {}
    for term in terms:
        said = history.filter(words__worded=f"{term}*")
        told = set(said.exclude(client=None).values_list("client", flat=True).distinct())
        told |= set(said.filter(client=None).exclude(piano=None).values_list("piano__client", flat=True).distinct())
        found[term] = {str(client) for client in told if client}
        found[term] |= {client for client, read in written if any(word.startswith(term) for word in read)}
    return found


def _is_of(piano: Piano, wanted: Wanted) -> bool:
    """The key holds the serial number and the room too: a make is looked for in the make."""
    return fold(wanted.make) in fold(piano.make) and fold(wanted.model) in fold(piano.model)


def _is_in(piano: Piano, condition: str) -> bool:
    asked = words(condition).split()
    if any(word.startswith(("repar", "restaur", "reconstr")) for word in asked):
        return bool(piano.needs_repair_or_rebuilding) or piano.status == "UNDER_RESTORATION"
    return _has(piano, condition)


def _has(piano: Piano, keyword: str) -> bool:
    if is_humidity_system(keyword) and piano.dampp_chaser_installed:
        return True
    written = words(piano.notes).split()
    return all(any(one.startswith(word) for one in written) for word in words(keyword).split())


def _plain(serial: str) -> str:
    """« H-12 345 » → `h12345`."""
    return re.sub(r"[^a-z0-9]", "", fold(serial))
