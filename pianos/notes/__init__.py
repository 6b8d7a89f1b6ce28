"""The one reader of notes: readings, problems and resolutions, each with its words. Pure: standard library only."""

from pianos.notes.best import Climate, Source, best_reading
from pianos.notes.lexicon import DEFAULT, Keyword, Lexicon
from pianos.notes.reading import read_note
from pianos.notes.results import Finding, Kind, Outcome, Polarity, Quantity, Reading, Span

__all__ = [
    "DEFAULT",
    "Climate",
    "Finding",
    "Keyword",
    "Kind",
    "Lexicon",
    "Outcome",
    "Polarity",
    "Quantity",
    "Reading",
    "Source",
    "Span",
    "best_reading",
    "read_note",
]
