"""What needs a human: each finding has a code, a level, its cause in one French sentence, and the next action."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from syncing import french, marks
from syncing.models import GazelleConnection
from syncing.monitoring import database, keeping, matters, messages, unattended
from syncing.monitoring.finding import Finding, Level, command, labels
from syncing.monitoring.freshness import EntityStatus, Health, Stopped
from syncing.vocabulary import Mode

ACCESS_CODES = {"token_refused", "refresh_refused", "missing_credentials"}
"""Errors of a reading that a new connection to Gazelle mends."""
AHEAD = timedelta(minutes=2)
"""Two machines whose clocks are kept differ by milliseconds; a page and the worker are most often one machine."""
MODE_WORDS = {Mode.RECENT: "dernière lecture récente", Mode.INCREMENTAL: "dernière lecture courante"}
__all__ = ["Finding", "Level", "findings", "labels"]


def findings(now: datetime, states: Iterable[EntityStatus]) -> list[Finding]:
    """Everything that needs somebody, the most serious first; one cause is one finding."""
    states = list(states)
    access = list(_access(now))
    said = {f"failing:{code}" for code in ACCESS_CODES} if access else set()  # one cause, said once
    failing = [one for one in _failing(now, states) if one.code not in said]
    found = [
        *access,
        *_locked(now),
        *failing,
        *_clock(now, states),
        *database.findings(),
        *_silent(now, states),
        *_ages(now, states),
    ]
    found += matters.findings(now, states)
    found += messages.findings(now)
    about_jobs = unattended.findings(now, readings_stopped=any(one.stops_readings for one in found))
    about_backups = keeping.findings(now)
    said_here = {keeping.JOB} if about_backups else set()  # what its job says of it, said once
    found += [one for one in about_jobs if one.code not in said_here] + about_backups
    return sorted(found, key=lambda finding: list(Level).index(finding.level))


def _access(now: datetime) -> Iterator[Finding]:
    connection = GazelleConnection.objects.only("refused_at", "refused_reason").first()
    if connection and connection.refused_at:
        at, reason = connection.refused_at, connection.refused_reason
        why = f" Réponse : {reason}" if reason else ""
        yield Finding(
            "token_refused",
            Level.FAULT,
            f"Gazelle refuse notre accès {french.since(at, now)}.{why}",
            "Reconnecter Gazelle",
            url=reverse("gazelle"),
            administration_only=True,
        )


def _locked(now: datetime) -> Iterator[Finding]:
    """What could not be put in the journal, because nothing can be written: see `marks`."""
    told = marks.standing()
    if told is not None and told.trouble == marks.LOCKED:
        yield Finding(
            "database:locked",
            Level.FAULT,
            f"Un autre programme tient la base de données {french.since(told.since, now)} : rien ne s’y écrit.",
            "Fermez le programme qui la tient (sauvegarde, console, autre copie du site), puis relancez la lecture.",
            command="python manage.py sync",
            title="La base de données est verrouillée.",
        )


def _clock(now: datetime, states: list[EntityStatus]) -> Iterator[Finding]:
    """Readings dated from the future: the clock went back, and every age shown is wrong."""
    dated = [standing.last_sync for state in states for standing in state.standings if standing.last_sync]
    latest = max(dated, default=now, key=lambda instant: instant.timestamp())
    ahead = french.elapsed(now, latest)
    if ahead > AHEAD:
        yield Finding(
            "clock",
            Level.FAULT,
            f"La dernière lecture est datée dans le futur, de {french.duration(ahead)} : "
            "l’horloge de ce serveur a sauté, et l’âge des données est faux.",
            "Mettez ce serveur à l’heure (timedatectl set-ntp true), puis relancez la lecture.",
            command="python manage.py sync",
            title="L’horloge de ce serveur n’est pas juste.",
        )


def _failing(now: datetime, states: list[EntityStatus]) -> Iterator[Finding]:
    """One finding per cause: ten tables that fail for one reason are one thing to do."""
    causes: dict[tuple[str, str], list[EntityStatus]] = {}
    for state in states:
        if state.last_error:
            causes.setdefault((state.last_error.code, state.last_error.message), []).append(state)
    for (code, message), together in causes.items():
        reconnects = code in ACCESS_CODES and not settings.GAZELLE_API_KEY  # a key wins: it is what must be mended
        faults = [state.last_error for state in together if state.last_error]
        moment = french.since(min(fault.at for fault in faults), now)
        yield Finding(
            f"failing:{code}",
            Level.FAULT,
            f"{labels(together)} : lecture en échec {moment}. {message}",
            "Reconnecter Gazelle" if reconnects else faults[0].action,
            url=reverse("gazelle") if reconnects else "",
            command="" if reconnects else command(together),
            administration_only=reconnects,
            count=len(together),
            entities=tuple(state.name for state in together),
            reason=message,
        )


def _silent(now: datetime, states: list[EntityStatus]) -> Iterator[Finding]:
    """Legs that stopped without an end: those of one reading are one thing to do."""
    legs: dict[int, list[tuple[EntityStatus, Stopped]]] = {}
    for state in states:
        if state.interrupted and not state.last_error:
            legs.setdefault(state.interrupted.root, []).append((state, state.interrupted))
    for together in legs.values():
        stopped, leg = [state for state, _ in together], together[0][1]
        yield Finding(
            "interrupted",
            Level.WATCH,
            f"{labels(stopped)} : lecture interrompue {french.day_and_clock(leg.at, now)}, après la page {leg.page}. "
            "Rien n’est perdu, elle reprendra à la page suivante.",
            "Relancez la lecture.",
            command=command(stopped),
            entities=tuple(state.name for state in stopped),
        )


def _ages(now: datetime, states: list[EntityStatus]) -> Iterator[Finding]:
    # Being read right now, or interrupted: the cause is known, and said.
    silent = [state for state in states if not state.running and not state.interrupted]
    never = [state for state in silent if state.status is Health.NEVER]
    late = [state for state in silent if state.status is Health.LATE]
    if never:
        cause = "Rien n’a encore été lu de Gazelle." if len(never) == len(states) else f"{labels(never)} : jamais lus."
        names = tuple(state.name for state in never)
        yield Finding("never", Level.WATCH, cause, "Première synchronisation", command=command(never), entities=names)
    recent = [state for state in late if {standing.mode for standing in state.broken} == {Mode.RECENT}]
    if current := [state for state in late if state not in recent]:
        yield _late(now, "late", current, Mode.INCREMENTAL)
    if recent:  # the rest of these tables is on time: another cause, another command
        yield _late(now, "late:recent", recent, Mode.RECENT)


def _late(now: datetime, code: str, states: list[EntityStatus], mode: Mode) -> Finding:
    """Names the promise that is broken; two of one table broken by one silence are told by the wider one."""
    standings = [
        next((standing for standing in state.broken if standing.mode is mode), state.broken[0]) for state in states
    ]
    limits = sorted({standing.limit for standing in standings})
    promised = " à ".join(french.duration(limit) for limit in dict.fromkeys((limits[0], limits[-1])))
    oldest = french.ago(min(standing.last_sync for standing in standings if standing.last_sync), now)
    windowed = any(len(state.standings) > 1 for state in states)
    which = MODE_WORDS[mode] if windowed else "dernière lecture"
    return Finding(
        code,
        Level.WATCH,
        f"{labels(states)} : {which} {oldest}, au-delà de la promesse ({promised}).",
        "Vérifiez que les travaux tournent." if settings.SCHEDULER_ENABLED else "Relancez la lecture.",
        command=command(states) + (" --recent" if mode is Mode.RECENT else ""),
        count=len(states),
        entities=tuple(state.name for state in states),
    )
