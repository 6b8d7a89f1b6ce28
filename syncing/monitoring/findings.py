"""What needs a human: each finding has a code, a level, its cause in one French sentence, and the next action."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from syncing import french
from syncing.models import GazelleConnection
from syncing.monitoring.freshness import EntityStatus, Health
from syncing.registry import entities

ACCESS_CODES = {"token_refused", "refresh_refused", "missing_credentials"}
"""Errors of a reading that a new connection to Gazelle mends."""


class Level(StrEnum):
    """How serious, by the tokens of the interface."""

    FAULT = "fault"
    WATCH = "watch"
    DECISION = "decision"
    """Waits for a person, in no hurry."""

    @property
    def word(self) -> str:
        return "En panne" if self is Level.FAULT else "À voir"


@dataclass(frozen=True)
class Finding:
    code: str
    level: Level
    cause: str
    action: str
    url: str = ""
    command: str = ""
    count: int = 0
    entities: tuple[str, ...] = ()
    administration_only: bool = False
    """Whether the page behind `url` is for the administration; the office is told whom to ask."""


def findings(now: datetime, states: Iterable[EntityStatus]) -> list[Finding]:
    """Everything that needs somebody, the most serious first."""
    states = list(states)
    access = list(_access(now))
    failing = [one for one in _failing(now, states) if not (access and one.administration_only)]  # one cause, said once
    found = [*access, *failing, *_silent(now, states), *_ages(now, states), *_decisions(states)]
    return sorted(found, key=lambda finding: list(Level).index(finding.level))


def labels(states: Iterable[EntityStatus]) -> str:
    """Several entities in one breath: « A, b et c »."""
    words = french.listed([state.label[:1].lower() + state.label[1:] for state in states])
    return words[:1].upper() + words[1:]


def admin_list(model: str, query: str = "") -> str:
    """The back-office list of a model, `app.Model`; empty when it has none, so that no link leads nowhere."""
    try:
        url = reverse(f"admin:{model.lower().replace('.', '_')}_changelist")
    except NoReverseMatch:
        return ""
    return f"{url}?{query}" if query else url


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


def _failing(now: datetime, states: list[EntityStatus]) -> Iterator[Finding]:
    """One finding per cause: ten tables that fail for one reason are one thing to do."""
    causes: dict[tuple[str, str], list[EntityStatus]] = {}
    for state in states:
        if state.last_error:
            causes.setdefault((state.last_error.code, state.last_error.message), []).append(state)
    for (code, message), together in causes.items():
        faults = [state.last_error for state in together if state.last_error]
        moment = french.since(min(fault.at for fault in faults), now)
        yield Finding(
            f"failing:{code}",
            Level.FAULT,
            f"{labels(together)} : lecture en échec {moment}. {message}",
            "Reconnecter Gazelle" if code in ACCESS_CODES else faults[0].action,
            url=reverse("gazelle") if code in ACCESS_CODES else "",
            command="" if code in ACCESS_CODES else command(together),
            administration_only=code in ACCESS_CODES,
            count=len(together),
            entities=tuple(state.name for state in together),
        )


def _silent(now: datetime, states: list[EntityStatus]) -> Iterator[Finding]:
    for state in states:
        if state.interrupted and not state.last_error:
            page, at = state.interrupted.page, state.interrupted.at
            yield Finding(
                "interrupted",
                Level.WATCH,
                f"{state.label} : lecture interrompue {french.day_and_clock(at, now)}, après la page {page}. "
                "Rien n’est perdu, elle reprendra à la page suivante.",
                "Relancez la lecture.",
                command=command([state]),
                entities=(state.name,),
            )
        if state.announced is not None and state.announced != state.distinct:
            yield Finding(
                "totals",
                Level.WATCH,
                f"{state.label} : Gazelle en annonce {french.number(state.announced)}, "
                f"la lecture en a vu {french.number(state.distinct or 0)}.",
                "Relisez la liste complète.",
                command=f"{command([state])} --full",
                entities=(state.name,),
            )


def _ages(now: datetime, states: list[EntityStatus]) -> Iterator[Finding]:
    never = [state for state in states if state.status is Health.NEVER and not state.running]
    late = [state for state in states if state.status is Health.LATE and not state.running]
    if never:
        cause = "Rien n’a encore été lu de Gazelle." if len(never) == len(states) else f"{labels(never)} : jamais lus."
        names = tuple(state.name for state in never)
        yield Finding("never", Level.WATCH, cause, "Première synchronisation", command=command(never), entities=names)
    if late:
        oldest = min(state.last_sync for state in late if state.last_sync)
        yield Finding(
            "late",
            Level.WATCH,
            f"{labels(late)} : dernière lecture {french.ago(oldest, now)}, au-delà de la promesse.",
            "Vérifiez que les travaux tournent." if settings.SCHEDULER_ENABLED else "Relancez la lecture.",
            command=command(late),
            count=len(late),
            entities=tuple(state.name for state in late),
        )


def _decisions(states: list[EntityStatus]) -> Iterator[Finding]:
    for state in states:
        staged, name = "syncing.StagedRecord", (state.name,)
        if state.failed:
            cause = f"{state.label} : {french.counted(state.failed, 'ligne', 'lignes')} en échec imprévu."
            url = admin_list(staged, f"table={state.name}&etat=failed")
            yield Finding("rows_failed", Level.WATCH, cause, "Lire la cause", url, count=state.failed, entities=name)
        if state.rejected:
            cause = f"{state.label} : {french.counted(state.rejected, 'ligne refusée', 'lignes refusées')}."
            url = admin_list(staged, f"table={state.name}&etat=rejected")
            yield Finding(
                "rows_rejected", Level.DECISION, cause, "Lire le motif", url, count=state.rejected, entities=name
            )
        if state.placeholders:
            cause = f"{state.label} : {french.counted(state.placeholders, 'fiche provisoire', 'fiches provisoires')}."
            url = admin_list(state.model, "fiche=provisoire")
            yield Finding(
                "placeholders", Level.DECISION, cause, "Voir qui les cite", url, count=state.placeholders, entities=name
            )
        if state.conflicts:
            changed = french.counted(state.conflicts, "valeur changée", "valeurs changées")
            cause = f"{state.label} : {changed} des deux côtés."
            url = admin_list("syncing.Conflict", f"table={state.name}&regle=non")
            yield Finding("conflicts", Level.DECISION, cause, "Comparer", url, count=state.conflicts, entities=name)


def command(states: Iterable[EntityStatus]) -> str:
    """How to read these entities again; all of them need no naming."""
    names = [state.name for state in states]
    return (
        "python manage.py sync" if len(names) == len(list(entities())) else f"python manage.py sync {' '.join(names)}"
    )
