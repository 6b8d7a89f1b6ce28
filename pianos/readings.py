"""What the mirror and the notes know of the climate of one piano, as one series."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from pianos.models import Measurement, Piano, TimelineEntry
from pianos.notes import Source, read_note
from pianos.notes.best import measured_climate
from pianos.series import Point, Series, merged
from syncing.french import COMPANY_ZONE
from syncing.rights import Viewer

TOLD_IN = ("SERVICE_ENTRY_MANUAL", "USER_COMMENT", "PIANO_MEASUREMENT")
"""The entries in which technicians write what they read."""
HUNDREDTHS = 10_000
"""Gazelle gives the pitch in hundredths of a hertz, or in hertz when somebody typed it so."""


def readings_of(piano: Piano, *, viewer: Viewer) -> Series:
    """Every reading of a piano this viewer may see, oldest first; two queries."""
    return merged([*_measured(piano, viewer), *_told(piano, viewer)])


def _measured(piano: Piano, viewer: Viewer) -> Iterator[Point]:
    rows = Measurement.objects.visible_to(viewer).present().filter(piano=piano.pk).exclude(taken_on=None)
    for one in rows.lightly().order_by("taken_on", "id"):
        pitch = float(one.a4_pitch) if one.a4_pitch is not None else None
        if pitch is not None and pitch > HUNDREDTHS:
            pitch /= 100
        if (one.humidity, one.temperature, pitch) != (None, None, None) and one.taken_on:
            yield Point(one.taken_on, Source.MEASURED, one.humidity, one.temperature, pitch)


def _told(piano: Piano, viewer: Viewer) -> Iterator[Point]:
    rows = TimelineEntry.objects.visible_to(viewer).present().filter(piano=piano.pk, entry_type__in=TOLD_IN)
    rows = rows.exclude(occurred_at=None).exclude(Q(summary="") & Q(comment=""))
    for entry in rows.lightly("technician").order_by("occurred_at", "id"):
        day = entry.occurred_at.astimezone(COMPANY_ZONE).date()  # type: ignore[union-attr]  # excluded above
        by = str(entry.technician) if entry.technician else ""
        if entry.entry_type == "PIANO_MEASUREMENT":
            climate = measured_climate(entry.summary or entry.comment)
            if climate:
                yield Point(day, Source.MEASURED, climate.humidity, climate.temperature, None, by)
            continue
        text = note_text(entry)
        reading = read_note(text)
        found = (reading.humidity, reading.temperature, reading.pitch)
        if any(found):
            humidity, temperature, pitch = (one.value if one else None for one in found)
            spans = sorted((one.span for one in found if one), key=lambda span: span.start)
            words = " … ".join(" ".join(span.words.split()) for span in spans)
            yield Point(day, Source.READ, humidity, temperature, pitch, by, words)


def note_text(entry: TimelineEntry) -> str:
    """Title and text: either may hold the note, and Gazelle often repeats one in the other."""
    title, text = entry.summary.strip(), entry.comment.strip()
    if not title or title in text:
        return text
    return f"{title}\n{text}" if text and text not in title else title
