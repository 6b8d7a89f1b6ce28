"""Findings about what was read: steps that wait for a yes, novelties, rows nobody can store, counts that differ."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from syncing import french
from syncing.models import Drift, Suspension
from syncing.monitoring.awaiting import field_name
from syncing.monitoring.counts import Drifts
from syncing.monitoring.finding import Finding, Level, admin_list, command, decide_at
from syncing.monitoring.freshness import Audit, EntityStatus
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
    """Two queries at most: the suspensions, and those refused when a count differs."""
    known = {state.name: state for state in states}
    open_ones = [one for one in Suspension.objects.filter(decided_at=None).order_by("opened_at") if one.entity in known]
    deleting = {one.entity for one in open_ones if one.kind == Suspension.DELETION}
    emptying = {one.entity for one in open_ones if one.kind == Suspension.EMPTYING}
    for suspension in open_ones:
        yield _suspended(suspension, known[suspension.entity])
    yield from _compared(now, states, deleting)
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


def _compared(now: datetime, states: list[EntityStatus], deleting: set[str]) -> Iterator[Finding]:
    """What the counts and the sample of the last full reading say; a step that waits for a yes explains a count."""
    lying = {s.name for s in states if s.announced is not None and s.announced != s.distinct}
    unequal = [s for s in states if s.audit and not s.audit.counts_agree and s.name not in deleting | lying]
    kept = _refused([state.name for state in unequal]) if unequal else set()
    for state in states:
        whole = f"{command([state])} --full"
        if state.name in lying:
            yield Finding(
                "totals",
                Level.FAULT,
                f"{state.label} : Gazelle en annonce {french.number(state.announced or 0)}, "
                f"la lecture en a vu {french.number(state.distinct or 0)}.",
                "Relisez la liste complète.",
                command=whole,
                title="Il manque des fiches de Gazelle.",
                entities=(state.name,),
            )
        if state.audit is None:
            continue
        when = french.weekday_and_clock(state.audit.at, now)
        if state in unequal and state.name not in kept:
            yield Finding(
                "audit:counts",
                Level.WATCH,
                f"{state.label} : {french.number(state.audit.here)} ici, "
                f"{french.number(state.audit.in_gazelle)} dans Gazelle, comptées {when}.",
                "La prochaine lecture complète le confirmera ou le corrigera ; elle se lance aussi à la main.",
                command=whole,
                entities=(state.name,),
            )
        if not state.audit.sample_agrees:
            yield Finding(
                "audit:sample",
                Level.WATCH,
                f"{state.label} : {_differences(state.audit)}, sur {french.number(state.audit.sampled)} relues {when}.",
                "Relisez la table entière : ce qui différait ailleurs aussi sera corrigé.",
                command=whole,
                entities=(state.name,),
            )


def _refused(names: list[str]) -> set[str]:
    """Entities some records of which were kept by a person's no, although Gazelle does not give them any more."""
    refused = Suspension.objects.filter(kind=Suspension.DELETION, accepted=False, entity__in=names)
    return set(refused.values_list("entity", flat=True))


def _differences(audit: Audit) -> str:
    told = [
        french.counted(audit.differing, "fiche différente de Gazelle", "fiches différentes de Gazelle"),
        french.counted(audit.unknown, "fiche inconnue de Gazelle", "fiches inconnues de Gazelle"),
    ]
    return french.listed([words for words, count in zip(told, (audit.differing, audit.unknown), strict=True) if count])


def _rows(state: EntityStatus, *, held_for_a_reason: bool) -> Iterator[Finding]:
    staged, name = "syncing.StagedRecord", (state.name,)
    if state.failed:
        cause = f"{state.label} : {french.counted(state.failed, 'ligne', 'lignes')} en échec imprévu."
        url = admin_list(staged, f"table={state.name}&etat=failed")
        yield Finding(
            "rows_failed", Level.FAULT, cause, "Lire la cause", url, count=state.failed, entities=name, title=UNWRITTEN,
        )  # fmt: skip
    if state.stuck:
        rows = french.counted(state.stuck, "ligne attend", "lignes attendent")
        cause = f"{state.label} : {rows} depuis plus d’une heure que la base de données les accepte."
        url = admin_list(staged, f"table={state.name}&etat=retry")
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
        url = admin_list(staged, f"table={state.name}&etat=rejected")
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
            "orphans", Level.FAULT,
            f"{state.label} : {missing} ailleurs ne sont pas dans la liste de Gazelle, qui en a donné "
            f"{french.number(state.in_gazelle or 0)}.",
            "Relisez la liste complète.", command=f"{command([state])} --full", count=state.placeholders,
            entities=name, title="Il manque des fiches de Gazelle.",
        )  # fmt: skip
    elif state.placeholders:
        cause = f"{state.label} : {french.counted(state.placeholders, 'fiche provisoire', 'fiches provisoires')}."
        url = admin_list(state.model, "fiche=provisoire")
        yield Finding(
            "placeholders", Level.DECISION, cause, "Voir qui les cite", url, count=state.placeholders, entities=name,
            told_at_once=entities()[state.name].unknown_is_told,
        )  # fmt: skip
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
