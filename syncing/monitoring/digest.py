"""The system page in five lines: the daily mail and `syncstatus` say the same thing as the page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from syncing import french
from syncing.monitoring.overview import Overview, overview

DECISIONS_TOLD = 4


def digest(now: datetime | None = None) -> str:
    """How it stands, which promises are broken, the last day, what waits for somebody, what to do next."""
    return "\n".join(lines(overview(now)))


def lines(seen: Overview) -> Iterator[str]:
    yield f"{seen.verdict.title} {seen.verdict.lede}"
    yield _promises(seen)
    yield _last_day(seen)
    yield _decisions(seen)
    yield f"{_next(seen)} Veilleur : {seen.watcher.word.lower()}, {seen.watcher.told}."


def _promises(seen: Overview) -> str:
    if not seen.broken:
        return f"Promesses : {french.counted(len(seen.states), 'tenue', 'toutes tenues')}."
    return f"Promesses rompues. {' '.join(one.told(seen.at) for one in seen.broken)}"


def _last_day(seen: Overview) -> str:
    figures = seen.journal.figures
    told = [
        french.counted(figures.fetched, "ligne lue", "lignes lues"),
        french.counted(figures.changed, "changée", "changées"),
        french.counted(figures.skipped, "inchangée", "inchangées"),
        f"{french.number(figures.failed)} en échec ({french.percent(figures.error_rate)})",
        french.counted(figures.broken_legs, "lecture en échec", "lectures en échec"),
        *(one.told for one in seen.newcomers),
    ]
    return f"24 dernières heures : {', '.join(told)}, en {french.counted(figures.legs, 'lecture', 'lectures')}."


def _decisions(seen: Overview) -> str:
    waiting = sum(one.count for one in seen.decisions)
    if not waiting:
        return "À décider : rien."
    causes = " ".join(one.cause for one in seen.decisions[:DECISIONS_TOLD])
    rest = len(seen.decisions) - DECISIONS_TOLD
    more = f" Et {french.counted(rest, 'autre sujet', 'autres sujets')}." if rest > 0 else ""
    return f"À décider : {french.number(waiting)}. {causes}{more}"


def _next(seen: Overview) -> str:
    one = seen.verdict.next
    if one is None:
        return "À faire maintenant : rien."
    told = f"À faire maintenant : {one.cause} {one.action.rstrip('.')}"
    return f"{told} : {one.command}." if one.command else f"{told}."
