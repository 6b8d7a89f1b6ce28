"""Findings about what was read: steps that wait for a yes, novelties, rows nobody can store, counts that differ."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from syncing import french
from syncing.models import AcceptedGap, Drift, Suspension
from syncing.monitoring.awaiting import field_name
from syncing.monitoring.counts import Drifts
from syncing.monitoring.finding import Finding, Level, command, decide_at
from syncing.monitoring.freshness import Audit, EntityStatus
from syncing.monitoring.gaps import Gap, gap_of, unanswered
from syncing.registry import entities

ONE = dict(Drift.KINDS)
UNWRITTEN = "Des fiches de Gazelle n’ont pas pu être écrites."
FLOOD, FLOOD_SHARE = 10, 0.05
"""Placeholders that are no longer a few late records: as many, and as large a share, as trips the other brakes."""
SEVERAL = {
    Drift.FIELD: "champs nouveaux",
    Drift.MISSING: "champs disparus",
    Drift.VALUE: "valeurs nouvelles",
    Drift.TYPE: "valeurs douteuses",
}


LOST = (Drift.MISSING, Drift.TYPE)
"""What Gazelle used to give and does not any more, or not as it did: a column here keeps what is no longer true."""


def findings(now: datetime, states: list[EntityStatus]) -> Iterator[Finding]:
    """One query, and two more when a count differs."""
    known = {state.name: state for state in states}
    open_ones = [one for one in Suspension.objects.filter(decided_at=None).order_by("opened_at") if one.entity in known]
    emptying = {one.entity for one in open_ones if one.kind == Suspension.EMPTYING}
    for suspension in open_ones:
        yield _suspended(suspension, known[suspension.entity])
    yield from _compared(now, states)
    for state in states:
        yield from _rows(state, held_for_a_reason=state.name in emptying)
        yield from _told_by_gazelle(state)


def _suspended(suspension: Suspension, state: EntityStatus) -> Finding:
    records = french.counted(len(suspension.ids), "fiche", "fiches")
    of_all = french.number(suspension.scanned)
    if suspension.kind == Suspension.DELETION:
        cause = f"{state.label} : Gazelle ne donne plus {records} sur {of_all}. Rien n’a été retiré."
    else:
        field = field_name(entities()[state.name], suspension.column)
        cause = f"{state.label} : Gazelle vide « {field} » sur {records} des {of_all} lues. Rien n’a été vidé."
    return Finding(
        f"suspended:{suspension.kind}", Level.FAULT, cause, "Décider", decide_at(f"etape-{suspension.pk}"),
        count=1, entities=(state.name,), title="Une mise à jour massive attend votre décision.",
    )  # fmt: skip


def _compared(now: datetime, states: list[EntityStatus]) -> Iterator[Finding]:
    """What the counts and the sample of the last full reading say, but for what a person accepted."""
    gaps = [gap for state in states if (gap := gap_of(state.name, state)) is not None]
    told = {gap.name: gap for gap in unanswered(gaps)}
    for state in states:
        if state.name in told:
            yield _gap(now, told[state.name], state)
        if state.audit and not state.audit.sample_agrees:
            when = french.weekday_and_clock(state.audit.at, now)
            yield Finding(
                "audit:sample",
                Level.WATCH,
                f"{state.label} : {_differences(state.audit)}, sur {french.number(state.audit.sampled)} relues {when}.",
                "Relisez la table entière : ce qui différait ailleurs aussi sera corrigé.",
                command=f"{command([state])} --full",
                entities=(state.name,),
            )


def _gap(now: datetime, gap: Gap, state: EntityStatus) -> Finding:
    if gap.kind == AcceptedGap.TOTALS or state.audit is None:
        cause = f"Gazelle en annonce {french.number(gap.theirs)}, la lecture en a vu {french.number(gap.ours)}."
        code, level, title = "totals", Level.FAULT, "Il manque des fiches de Gazelle."
    else:
        when = french.weekday_and_clock(state.audit.at, now)
        cause = f"{french.number(gap.ours)} ici, {french.number(gap.theirs)} dans Gazelle, comptées {when}."
        code, level, title = "audit:counts", Level.WATCH, ""
    return Finding(
        code,
        level,
        f"{state.label} : {cause}",
        "Relire ou accepter",
        decide_at(f"compte-{gap.name}"),
        count=1,
        title=title,
        entities=(gap.name,),
    )


def _differences(audit: Audit) -> str:
    told = [
        french.counted(audit.differing, "fiche différente de Gazelle", "fiches différentes de Gazelle"),
        french.counted(audit.unknown, "fiche inconnue de Gazelle", "fiches inconnues de Gazelle"),
    ]
    return french.listed([words for words, count in zip(told, (audit.differing, audit.unknown), strict=True) if count])


def _rows(state: EntityStatus, *, held_for_a_reason: bool) -> Iterator[Finding]:
    name = (state.name,)
    url = f"{reverse('lignes')}?table={state.name}"
    if state.failed:
        cause = f"{state.label} : {french.counted(state.failed, 'ligne', 'lignes')} en échec imprévu."
        yield Finding(
            "rows_failed", Level.FAULT, cause, "Lire la cause", url, count=state.failed, entities=name, title=UNWRITTEN,
        )  # fmt: skip
    if state.stuck:
        rows = french.counted(state.stuck, "ligne attend", "lignes attendent")
        cause = f"{state.label} : {rows} depuis plus d’une heure que la base de données les accepte."
        yield Finding(
            "rows_stuck", Level.FAULT, cause, "Lire la cause", url, count=state.stuck, entities=name, title=UNWRITTEN,
        )  # fmt: skip
    if state.held and not held_for_a_reason:
        rows = french.counted(state.held, "ligne retenue", "lignes retenues")
        yield Finding(
            "rows_held", Level.WATCH, f"{state.label} : {rows}, sans décision à prendre.",
            "Rapprochez-les : elles seront écrites telles que Gazelle les a données.",
            command=f"python manage.py reconcile {state.name} --replay", count=state.held, entities=name,
        )  # fmt: skip
    if state.rejected:
        cause = f"{state.label} : {french.counted(state.rejected, 'ligne refusée', 'lignes refusées')}."
        yield Finding(
            "rows_rejected", Level.FAULT, cause, "Lire le motif", url, count=state.rejected, entities=name,
            title=UNWRITTEN,
        )  # fmt: skip


def _told_by_gazelle(state: EntityStatus) -> Iterator[Finding]:
    name = (state.name,)
    if state.conflicts:
        changed = french.counted(state.conflicts, "valeur changée", "valeurs changées")
        cause = f"{state.label} : {changed} des deux côtés."
        url = decide_at("conflits")
        yield Finding("conflicts", Level.DECISION, cause, "Comparer", url, count=state.conflicts, entities=name)
    if state.drifts:
        told = french.listed([
            f"{_novelties(one)} (« {one.path} »{'…' if one.count > 1 else ''})"
            for one in state.drifts
        ])  # fmt: skip
        total = sum(one.count for one in state.drifts)
        cause = f"{state.label} : {told}."
        url = decide_at("nouveautes")
        lost = any(one.kind in LOST for one in state.drifts)
        yield Finding(
            "drift", Level.FAULT if lost else Level.DECISION, cause, "Voir des exemples", url, count=total,
            entities=name, title="Gazelle a changé sans prévenir." if lost else "",
        )  # fmt: skip
    if _is_flooded(state):
        missing = french.counted(state.placeholders, "fiche citée", "fiches citées")
        yield Finding(
            "flood", Level.FAULT,
            f"{state.label} : {missing} ailleurs ne sont pas dans la liste de Gazelle, qui en a donné "
            f"{french.number(state.in_gazelle or 0)}.",
            "Relisez la liste complète.", command=f"{command([state])} --full", count=state.placeholders,
            entities=name, title="Il manque des fiches de Gazelle.",
        )  # fmt: skip
    elif state.placeholders:
        cause = f"{state.label} : {french.counted(state.placeholders, 'fiche provisoire', 'fiches provisoires')}."
        url = f"{reverse('placeholders')}?table={state.name}"
        yield Finding(
            "placeholders", Level.DECISION, cause, "Voir qui les cite", url, count=state.placeholders, entities=name,
            told_at_once=entities()[state.name].unknown_is_told,
        )  # fmt: skip
    if state.orphans:
        cause = f"{state.label} : {french.counted(state.orphans, 'fiche', 'fiches')} sans propriétaire."
        url = f"{reverse('orphans')}?table={state.name}"
        yield Finding("orphans", Level.DECISION, cause, "Dire à qui", url, count=state.orphans, entities=name)
    if state.alike:
        cause = f"{state.label} : {french.counted(state.alike, 'paire se ressemble', 'paires se ressemblent')}."
        url = f"{reverse('duplicates')}?table={state.name}"
        yield Finding("alike", Level.DECISION, cause, "Comparer", url, count=state.alike, entities=name)
    if state.cited:
        records = french.counted(state.cited, "fiche retirée est encore citée", "fiches retirées sont encore citées")
        cause = f"{state.label} : {records}, et aucune fusion ne l’explique."
        url = decide_at("citees")
        yield Finding("gone_cited", Level.DECISION, cause, "Voir lesquelles", url, count=state.cited, entities=name)


def _is_flooded(state: EntityStatus) -> bool:
    """Once the table was read whole: before that, what is cited is simply not here yet."""
    many = state.placeholders >= FLOOD and state.placeholders > FLOOD_SHARE * state.here
    return many and state.in_gazelle is not None


def _novelties(drifts: Drifts) -> str:
    return french.counted(drifts.count, ONE[drifts.kind], SEVERAL[drifts.kind])
