"""The readings of the last day, as people tell them: what was started together, what each one did, how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Count, Q, Sum

from syncing import french
from syncing.models import Leg
from syncing.monitoring.freshness import HEARTBEAT
from syncing.monitoring.metrics import Metrics, metrics
from syncing.registry import Registry, entities
from syncing.vocabulary import INTERRUPTED, Mode, Outcome

REACH = timedelta(hours=24)
SHOWN = 40
TOGETHER = timedelta(minutes=1)
"""Two legs belong to one start when the second begins this soon after the first ends."""
MODES: dict[str, str] = {
    Mode.FULL: "complète",
    Mode.INCREMENTAL: "courante",
    Mode.RECENT: "récente",
    Mode.REPAIR: "de réparation",
}
FAILED, PLACEHOLDERS, DOUBTFUL = "failed", "placeholders", "doubtful"
EFFECTS: dict[str, tuple[str, str]] = {
    Outcome.CREATED: ("créée", "créées"),
    Outcome.UPDATED: ("modifiée", "modifiées"),
    Outcome.REVIVED: ("revenue", "revenues"),
    Outcome.DELETED: ("retirée", "retirées"),
    Outcome.UNCHANGED: ("inchangée", "inchangées"),
    PLACEHOLDERS: ("fiche provisoire", "fiches provisoires"),
    Outcome.REJECTED: ("refusée", "refusées"),
    FAILED: ("en échec", "en échec"),
    DOUBTFUL: ("avec une valeur douteuse", "avec une valeur douteuse"),
}
"""What a reading did to records, in the order in which it is told."""
TRIGGERS = {"manual": "à la main", "scheduler": "par l’horaire", "api": "par l’API"}


@dataclass(frozen=True)
class Line:
    """One leg, ready to be told."""

    label: str
    mode: str
    pages: int
    metrics: Metrics
    outcomes: str
    tone: str
    word: str
    error: str


@dataclass(frozen=True)
class Start:
    """What one person, or the schedule, started at one moment."""

    at: datetime
    trigger: str
    user: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Figures:
    """The last 24 hours in figures."""

    legs: int
    fetched: int
    changed: int
    skipped: int
    failed: int
    broken_legs: int

    @property
    def error_rate(self) -> float:
        judged = max(self.fetched, self.changed + self.failed)
        return 100 * self.failed / judged if judged else 0.0


@dataclass(frozen=True)
class Journal:
    """The last day: its newest starts, how many readings they show, and the figures of all."""

    starts: tuple[Start, ...]
    shown: int
    figures: Figures
    last_reading: datetime | None = None
    """The last sign of life of any reading."""


def journal(now: datetime) -> Journal:
    """Two queries: the newest legs, and the sums over all of them."""
    last_day = Leg.objects.filter(started_at__gte=now - REACH)
    newest = list(last_day.select_related("user")[:SHOWN])
    known = entities()
    starts = tuple(_start(now, known, group) for group in _together(newest))
    signs = [leg.heartbeat_at for leg in newest]
    return Journal(starts, len(newest), figures(now), max(signs, default=None))


def figures(now: datetime) -> Figures:
    changes = ("created", "updated", "revived", "deleted")
    sums = Leg.objects.filter(started_at__gte=now - REACH).aggregate(
        *(Sum(name, default=0) for name in ("fetched", "staged", "unchanged", "rejected", "failed", *changes)),
        legs=Count("pk"),
        broken=Count("pk", filter=~Q(error_code__in=("", INTERRUPTED))),
    )
    return Figures(
        legs=sums["legs"],
        fetched=sums["fetched__sum"],
        changed=sum(sums[f"{name}__sum"] for name in changes),
        skipped=max(sums["fetched__sum"] - sums["staged__sum"], 0) + sums["unchanged__sum"],
        failed=sums["rejected__sum"] + sums["failed__sum"],
        broken_legs=sums["broken"],
    )


def _together(newest: list[Leg]) -> Iterable[list[Leg]]:
    """Newest first; a gap of time, another trigger or another person begins another start."""
    group = newest[:1]
    for later, leg in pairwise(newest):
        gap = french.elapsed(leg.finished_at or leg.heartbeat_at, later.started_at)
        if gap > TOGETHER or (leg.trigger, leg.user_id) != (later.trigger, later.user_id):
            yield group
            group = []
        group.append(leg)
    if group:
        yield group


def _start(now: datetime, known: Registry, legs: list[Leg]) -> Start:
    first = legs[-1]
    user = (first.user.get_full_name() or first.user.get_username()) if first.user else ""
    trigger = TRIGGERS.get(first.trigger, first.trigger)
    return Start(first.started_at, trigger, user, tuple(_line(now, known, leg) for leg in reversed(legs)))


def _line(now: datetime, known: Registry, leg: Leg) -> Line:
    tone, word = ending(now, leg)
    return Line(
        label=known[leg.entity].label if leg.entity in known else leg.entity,
        mode=MODES.get(leg.mode, leg.mode),
        pages=leg.page,
        metrics=metrics(leg, known),
        outcomes=outcomes(leg),
        tone=tone,
        word=word,
        error=leg.error_message,
    )


def ending(now: datetime, leg: Leg) -> tuple[str, str]:
    """How a leg ended, as a tone and a word, from its instants."""
    if leg.finished_at is None:
        beating = french.elapsed(leg.heartbeat_at, now) < HEARTBEAT
        return ("pending", "En cours") if beating else ("watch", "Interrompue")
    if leg.error_code:
        return ("watch", "Interrompue") if leg.error_code == INTERRUPTED else ("fault", "En échec")
    return ("ok", "Terminée") if leg.sealed_at else ("unknown", "Non scellée")


def outcomes(leg: Leg) -> str:
    """« 12 créées, 3 modifiées, 1 refusée »; « rien de changé » when there is nothing to tell."""
    kept = {name: getattr(leg, name) for name in EFFECTS if name not in (Outcome.UNCHANGED, DOUBTFUL)}
    return effects(kept) or "rien de changé"


def effects(counts: Mapping[str, int]) -> str:
    """« 12 créées, 3 modifiées »; what did not happen is not told."""
    return ", ".join(french.counted(counts[name], *words) for name, words in EFFECTS.items() if counts.get(name))


def compared(leg: Leg) -> str:
    """« 120 ici, 120 dans Gazelle ; 20 fiches relues, 1 fiche différente de Gazelle (cli_1) »; "" before any audit."""
    if not leg.audit:
        return ""
    told = leg.audit
    counts = f"{french.number(told.get('here', 0))} ici, {french.number(told.get('in_gazelle', 0))} dans Gazelle"
    if not told.get("sampled"):
        return f"{counts}, sans lecture fiche par fiche"
    differences = [
        f"{french.counted(len(ids), one, several)} ({', '.join(ids)})"
        for ids, one, several in (
            (told.get("differing"), "fiche différente de Gazelle", "fiches différentes de Gazelle"),
            (told.get("unknown"), "fiche inconnue de Gazelle", "fiches inconnues de Gazelle"),
        )
        if ids
    ]
    sample = french.counted(told["sampled"], "fiche relue", "fiches relues")
    return f"{counts}{french.NBSP}; {', '.join([sample, *(differences or ['aucune différence'])])}"
