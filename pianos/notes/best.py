"""The one reading of a service that the timeline report shows: from its own text, and what was measured that day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from pianos.notes.reading import read_note
from pianos.notes.results import Reading

_HEADINGS = ("piano measurement taken", "mesure du piano prise")


class Source(Enum):
    MEASURED = "measured"
    READ = "read"


@dataclass(frozen=True)
class Climate:
    """A temperature (Celsius), a humidity, or both; measured in Gazelle or read in a technician’s text."""

    temperature: float | None
    humidity: float | None
    source: Source

    @property
    def is_complete(self) -> bool:
        return self.temperature is not None and self.humidity is not None

    def __str__(self) -> str:
        """« 20°C, 42% » when measured, « 20°, 42% » when read: the spelling the report has always had."""
        degrees = "°C" if self.source is Source.MEASURED else "°"
        shown = []
        if self.temperature is not None:
            shown.append(f"{_figure(self.temperature)}{degrees}")
        if self.humidity is not None:
            shown.append(f"{_figure(self.humidity)}%")
        return ", ".join(shown)


def best_reading(text: str, measurements: Iterable[str] = ()) -> Climate | None:
    """The best reading of a service and of the `PIANO_MEASUREMENT` entries of its piano and day, in read order.

    `text` is the report’s column 3 (empty for a day without service), `measurements` the text of each measurement entry
    (title, else description). Complete before partial; a complete one in the service’s own words stands, being that
    service’s; then measured before read. `str()` of the answer is column 12, and None an empty cell:

        best_reading("Accord 442, 21C, 40%", ["Piano measurement taken: 20°C, 41%"])  → 21°, 40%
        best_reading("Accord, 22°", ["Piano measurement taken: 20°C, 42%"])           → 20°C, 42%
    """
    read = climate_of(text)
    measured = [found for one in measurements if (found := measured_climate(one))]
    candidates = [*([read] if read and read.is_complete else []), *measured, *([read] if read else [])]
    return next((one for one in candidates if one.is_complete), candidates[0] if candidates else None)


def climate_of(text: str) -> Climate | None:
    """What a technician’s text says of the climate."""
    return _climate(read_note(text), Source.READ)


def measured_climate(text: str) -> Climate | None:
    """What a measurement entry says: after Gazelle’s own heading, else a text with both a « ° » and a « % »."""
    heading, colon, values = text.partition(":")
    if colon and heading.strip().casefold() in _HEADINGS:
        return _climate(read_note(values), Source.MEASURED)
    return _climate(read_note(text), Source.MEASURED) if "°" in text and "%" in text else None


def _climate(reading: Reading, source: Source) -> Climate | None:
    warm, humid = reading.temperature, reading.humidity
    if warm is None and humid is None:
        return None
    return Climate(warm.value if warm else None, humid.value if humid else None, source)


def _figure(value: float) -> str:
    return f"{value:.0f}" if value == round(value) else f"{value:.1f}".replace(".", ",")
