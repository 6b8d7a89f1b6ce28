"""The sentence before the table: one verdict, one next action, and what stands behind them.

The page and `syncstatus` render this and decide nothing; the health endpoint answers from
`freshness.vital_signs`, which reads the same states without what only people need.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from syncing import french
from syncing.monitoring import freshness, keeping
from syncing.monitoring.broken import Broken, broken
from syncing.monitoring.finding import Finding, Level, labels
from syncing.monitoring.findings import findings
from syncing.monitoring.freshness import DataAge, EntityStatus, Health, is_unhealthy
from syncing.monitoring.journal import Journal, journal
from syncing.monitoring.newcomers import Newcomers, newcomers
from syncing.monitoring.timetable import last_sign
from syncing.monitoring.watcher import Watcher, watcher

FIRST_TIME = "Le site est prêt ; la première lecture se lance à la main et peut s’interrompre sans dommage."


@dataclass(frozen=True)
class Verdict:
    """The sentence itself, its tone, and the finding that is the next thing to do."""

    tone: str
    title: str
    lede: str
    next: Finding | None = None


@dataclass(frozen=True)
class Overview:
    """All there is to say, read at one instant."""

    at: datetime
    verdict: Verdict
    states: tuple[EntityStatus, ...]
    decisions: tuple[Finding, ...]
    others: tuple[Finding, ...]
    journal: Journal
    freshness: float
    data_age: DataAge
    broken: tuple[Broken, ...]
    newcomers: tuple[Newcomers, ...]
    watcher: Watcher
    backup: keeping.Standing

    @property
    def running(self) -> tuple[EntityStatus, ...]:
        return tuple(state for state in self.states if state.running)

    @property
    def audited(self) -> bool:
        """Whether anything was ever compared with the source."""
        return any(state.audit for state in self.states)

    @property
    def awaiting(self) -> int:
        """How many decisions the page of decisions shows."""
        asked = filter(None, (*self.decisions, *self.others, self.verdict.next))
        return sum(one.count for one in asked if one.url.startswith(reverse("decisions")))

    @property
    def refresh_seconds(self) -> int:
        """How often the page asks again: what moves is followed closely."""
        return 3 if self.running else 20

    @property
    def healthy(self) -> bool:
        return not any(is_unhealthy(state) for state in self.states)


def overview(now: datetime | None = None) -> Overview:
    now = now or timezone.now()
    states = tuple(freshness.statuses(now))
    found = findings(now, states)
    decisions = tuple(one for one in found if one.level is Level.DECISION)
    pressing = [one for one in found if one.level is not Level.DECISION]
    said, told = verdict(now, states, pressing, decisions), journal(now)
    return Overview(
        at=now,
        verdict=said,
        states=states,
        decisions=decisions,
        others=tuple(one for one in pressing if one is not said.next),
        journal=told,
        freshness=sum(state.freshness for state in states) / len(states) if states else 100.0,
        data_age=freshness.data_age(states, now),
        broken=broken(states),
        newcomers=newcomers(now),
        watcher=watcher(now, last_sign(now) if settings.SCHEDULER_ENABLED else None, told.last_reading),
        backup=keeping.standing(now),
    )


def verdict(
    now: datetime, states: tuple[EntityStatus, ...], pressing: list[Finding], decisions: tuple[Finding, ...]
) -> Verdict:
    """What the most serious finding means for people; the finding itself is the next action."""
    first = pressing[0] if pressing else None
    if first is None:
        return _calm(states, decisions)
    if first.level is Level.FAULT and first.title:
        return Verdict("fault", first.title, first.cause, first)
    if first.level is Level.FAULT:
        return Verdict("fault", _what_stopped(now, states, first), _what_people_see(now, states), first)
    if first.code == "never" and all(state.status is Health.NEVER for state in states):
        return Verdict("watch", first.cause, FIRST_TIME, first)
    if first.code in ("late", "late:recent"):
        return Verdict("watch", _how_old(now, states), _why_late(), first)
    return Verdict("watch", "À voir.", first.cause, first)


def _calm(states: tuple[EntityStatus, ...], decisions: tuple[Finding, ...]) -> Verdict:
    running = [state for state in states if state.running]
    if any(state.status is not Health.HEALTHY for state in states):  # late or never, but being read right now
        return Verdict("ok", "Lecture en cours.", "Gazelle est lu en ce moment ; les tables se remplissent ci-dessous.")
    waiting = sum(one.count for one in decisions)
    kept = f"Les {french.number(len(states))} tables tiennent leur promesse."
    lede = f"{kept} Rien n’attend de décision." if not waiting else f"{kept} {_waiting(waiting)}"
    return Verdict("ok", "Tout va bien." if not running else "Tout va bien, une lecture est en cours.", lede)


def _waiting(count: int) -> str:
    if count == 1:
        return "1 élément attend une décision, sans urgence."
    return f"{french.number(count)} éléments attendent une décision, aucun n’est urgent."


def _what_stopped(now: datetime, states: tuple[EntityStatus, ...], first: Finding) -> str:
    stopped = [state for state in states if state.last_error]
    read = [state.last_sync for state in stopped if state.last_sync]
    if not stopped:
        return "Gazelle refuse notre accès."
    if not read:
        return "La première lecture de Gazelle a échoué."
    moment = french.since(min(read), now)
    if len(stopped) == len(states):
        return f"Rien ne se met plus à jour {moment}."
    return f"{_few(stopped)} : plus de mise à jour {moment}."


def _few(states: list[EntityStatus]) -> str:
    return labels(states) if len(states) <= 3 else f"{french.number(len(states))} tables"


def _what_people_see(now: datetime, states: tuple[EntityStatus, ...]) -> str:
    read = [state.last_sync for state in states if state.last_sync and state.last_error]
    if not read:
        return "Rien n’est perdu : ce qui a été lu est gardé, la lecture reprendra là où elle s’est arrêtée."
    return (
        f"Les pages montrent les données telles qu’elles étaient {french.ago(min(read), now)}. "
        "Rien n’est perdu : la lecture reprendra là où elle s’est arrêtée."
    )


def _how_old(now: datetime, states: tuple[EntityStatus, ...]) -> str:
    oldest = min(state.last_sync for state in states if state.status is Health.LATE and state.last_sync)
    return f"{french.data_of(oldest, now)}."


def _why_late() -> str:
    if settings.SCHEDULER_ENABLED:
        return "Des lectures prévues n’ont pas eu lieu."
    return "Aucun horaire n’est en marche : les lectures se lancent à la main, quand vous en avez besoin."
