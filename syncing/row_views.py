"""The pages of staged rows that did not become records: by cause, one by one, and what may be done about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from syncing import french, retrying
from syncing.access import administration_required, office_required
from syncing.examining import examine
from syncing.models import StagedRecord
from syncing.monitoring import causes
from syncing.monitoring.awaiting import record_url
from syncing.monitoring.causes import Group
from syncing.progress import outcomes
from syncing.registry import Entity, entities
from syncing.templatetags.words import ROW_STATES
from syncing.vocabulary import RowState, SyncError

SHOWN = 100
"""Rows of one group on its page; the others are counted."""


@never_cache
@require_safe
@office_required
def rows_page(request: HttpRequest) -> HttpResponse:
    """Every cause with its count; `?table=` keeps those of one table."""
    found = causes.groups(entities())
    chosen = request.GET.get("table", "")
    shown = [group for group in found if not chosen or group.entity.name == chosen]
    told = {
        "groups": [group for group in shown if not group.is_set_aside],
        "set_aside": [group for group in shown if group.is_set_aside],
        "tables": _tables(found, chosen),
        "chosen": chosen,
        "total": sum(group.count for group in shown if not group.is_set_aside),
    }
    return render(request, "syncing/lignes.html", told)


@never_cache
@require_safe
@office_required
def group_page(request: HttpRequest, key: str) -> HttpResponse:
    """One cause: its rows, and what may be done about them all."""
    group = _group(key)
    if group is None:
        messages.info(request, "Ce groupe n’existe plus : ses lignes ont été reprises ou ont changé de motif.")
        return redirect("lignes")
    keys = causes.rows_of(group)
    rows = StagedRecord.objects.filter(pk__in=keys[:SHOWN]).defer("raw").order_by("staged_at", "pk")
    told = {"group": group, "rows": rows, "is_replayable": _is_replayable(group.entity)}
    return render(request, "syncing/lignes_groupe.html", told)


@never_cache
@require_safe
@office_required
def row_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What was received beside what today's reader makes of it; an archived answer is read from the record."""
    row = _row(pk)
    entity = entities()[row.entity]
    told = {
        "row": row,
        "entity": entity,
        "seen": examine(row, entity),
        "state": ROW_STATES[RowState(row.state)],
        "url": record_url(entity, row.gazelle_id),
        "waits": row.reconciled_at is None and row.state in (*causes.TROUBLED, causes.SET_ASIDE),
        "is_set_aside": row.state == causes.SET_ASIDE,
        "group": Group(entity, RowState(row.state), causes.normalised(row.last_error), 1, row.staged_at, ()),
    }
    return render(request, "syncing/ligne.html", told)


@administration_required
@require_POST
def retry_row(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = _row(pk)
    return _done(request, lambda: _tried(retrying.retry(*_one(row), by=_person(request))), reverse("ligne", args=[pk]))


@administration_required
@require_POST
def set_row_aside(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, back = _row(pk), reverse("ligne", args=[pk])
    reason = request.POST.get("reason", "").strip()
    if not reason:
        return _without_reason(request, back)
    return _done(request, lambda: _ignored(retrying.set_aside(*_one(row), reason=reason, by=_person(request))), back)


@administration_required
@require_POST
def retry_group(request: HttpRequest, key: str) -> HttpResponseBase:
    found = _group_as_shown(request, key)
    if found is None:
        return redirect("lignes")
    group, keys = found
    return _done(request, lambda: _tried(retrying.retry(group.entity, keys, by=_person(request))), reverse("lignes"))


@administration_required
@require_POST
def set_group_aside(request: HttpRequest, key: str) -> HttpResponseBase:
    found, reason = _group_as_shown(request, key), request.POST.get("reason", "").strip()
    if found is None:
        return redirect("lignes")
    if not reason:
        return _without_reason(request, reverse("lignes-groupe", args=[key]))
    group, keys = found
    person = _person(request)
    return _done(
        request, lambda: _ignored(retrying.set_aside(group.entity, keys, reason=reason, by=person)), reverse("lignes")
    )


@administration_required
@require_POST
def replay_table(request: HttpRequest, name: str) -> HttpResponseBase:
    if name not in entities():
        raise Http404
    entity = entities()[name]

    def replayed() -> str:
        return f"{entity.label} : {outcomes(retrying.replay(entity, by=_person(request)))}."

    return _done(request, replayed, f"{reverse('lignes')}?table={name}")


def _row(pk: int) -> StagedRecord:
    return get_object_or_404(StagedRecord.objects.defer("raw"), pk=pk, entity__in=[e.name for e in entities()])


def _one(row: StagedRecord) -> tuple[Entity, list[int]]:
    return entities()[row.entity], [row.pk]


def _group(key: str) -> Group | None:
    return next((group for group in causes.groups(entities()) if group.key == key), None)


def _group_as_shown(request: HttpRequest, key: str) -> tuple[Group, Sequence[int]] | None:
    """The group and the keys of its rows, when it is still what the person saw."""
    group = _group(key)
    if group is None:
        messages.error(request, "Rien n’a été fait : ces lignes ont déjà été reprises, ou leur motif a changé.")
        return None
    if request.POST.get("seen") != group.seen:
        messages.error(request, "Rien n’a été fait : le groupe a changé depuis que vous l’avez lu.")
        return None
    return group, causes.rows_of(group)


def _tables(found: Sequence[Group], chosen: str) -> list[tuple[Entity, int]]:
    """Tables with rows that wait, and the one that was asked for."""
    counts = {
        entity: sum(group.count for group in found if group.entity is entity and not group.is_set_aside)
        for entity in entities()
    }
    return [(entity, count) for entity, count in counts.items() if count or entity.name == chosen]


def _is_replayable(entity: Entity) -> bool:
    """Whether a request may do it: counted no further than the bound."""
    kept = StagedRecord.objects.filter(entity=entity.name).order_by()
    return kept[: retrying.REPLAYED_AT_ONCE + 1].count() <= retrying.REPLAYED_AT_ONCE


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the gate let nobody else in
    return request.user


def _without_reason(request: HttpRequest, back: str) -> HttpResponseBase:
    messages.error(request, "Rien n’a été fait : dites pourquoi, en quelques mots. La raison reste avec les lignes.")
    return redirect(back)


def _tried(retried: retrying.Retried) -> str:
    if not retried.left:
        return f"{french.counted(retried.settled, 'ligne rapprochée', 'lignes rapprochées')}."
    if not retried.settled:
        same = french.counted(retried.left, "ligne essayée, toujours refusée", "lignes essayées, toujours refusées")
        return f"{same} : le motif d’aujourd’hui est écrit."
    left = french.counted(retried.left, "toujours refusée", "toujours refusées")
    return f"{french.counted(retried.settled, 'ligne rapprochée', 'lignes rapprochées')}, {left}."


def _ignored(count: int) -> str:
    told = french.counted(count, "ligne écartée", "lignes écartées")
    return f"{told}. Elles reviendront d’elles-mêmes si Gazelle change ces fiches."


def _done(request: HttpRequest, work: Callable[[], str], back: str) -> HttpResponseBase:
    """Tell what was done, or why nothing was."""
    try:
        messages.success(request, work())
    except SyncError as error:
        messages.error(request, f"{error} {error.action}")
    return redirect(back)
