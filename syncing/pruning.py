"""What is kept for a while and then let go: raw texts that the tables hold too, old journals, spent faults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from syncing.digests import storable
from syncing.fetching.spool import Spool
from syncing.legs import seen_in
from syncing.models import Leg, LegPage, Message, MessageState, Move, StagedRecord, Version
from syncing.people.models import OpenSession
from syncing.reconciling.tables import table
from syncing.registry import Entity, Registry, entities, packages
from syncing.scheduling.declaring import BEATS
from syncing.scheduling.models import JobRun
from syncing.vocabulary import Mode, RowState

RAW_KEPT = timedelta(days=30)
PAGES_KEPT = timedelta(days=30)
JOURNAL_KEPT = timedelta(days=400)  # a year can be compared with the one before
MOVES_KEPT = timedelta(days=60)
MESSAGES_KEPT = timedelta(days=365)
BEATS_KEPT = timedelta(days=2)
BATCH = 500  # rows in one transaction: under 2 s on SQLite, where it blocks every other writer


def prune(registry: Registry | None = None, *, spool: bool = True) -> dict[str, int]:
    """Let go of what has had its time; how many of each, by what they are in French. `spool` false spares the disk."""
    now = timezone.now()
    return {
        "textes bruts archivés": sum(archive_raw(entity) for entity in registry or entities()),
        "lignes sans identifiant oubliées": sum(forget_nameless(entity) for entity in registry or entities()),
        "pages de lectures oubliées": _forget_pages(),
        "lectures oubliées": Leg.objects.filter(started_at__lt=now - JOURNAL_KEPT).delete()[0],
        "changements de référence oubliés": Move.objects.filter(moved_at__lt=now - MOVES_KEPT).delete()[0],
        "versions oubliées": _forget_versions(),
        "sessions éteintes effacées": OpenSession.objects.filter(expire_date__lt=now).delete()[0],
        "avis oubliés": _forget_messages(),
        "exécutions oubliées": _forget_runs(),
        "fautes du dossier d’attente effacées": Spool(settings.RAW_DATA_DIR).purge() if spool else 0,
    } | _of_the_apps(now)


def _of_the_apps(now: datetime) -> dict[str, int]:
    """What each app lets go of by itself: the `prune` of its `pruning.py`."""
    counts: dict[str, int] = {}
    for package in packages("pruning"):
        if package != __package__:
            counts |= import_module(f"{package}.pruning").prune(now)
    return counts


def archive_raw(entity: Entity) -> int:
    """Drop the raw text of settled rows that the domain row holds entirely; a replay then reads it from there."""
    settled = StagedRecord.objects.filter(
        entity=entity.name, state=RowState.RECONCILED, raw__isnull=False, staged_at__lt=timezone.now() - RAW_KEPT
    )
    archived = 0
    for rows in _batches(settled):
        kept = table(entity).model._base_manager.in_bulk([row.gazelle_id for row in rows])
        same = [
            row.pk
            for row in rows
            if row.gazelle_id in kept
            and storable(json.loads(bytes(row.raw or b"null")))[0] == kept[row.gazelle_id].raw_data
        ]
        archived += StagedRecord.objects.filter(pk__in=same).update(raw=None)
    return archived


def forget_nameless(entity: Entity) -> int:
    """Rows without an id change name at each edit: those that the last full reading did not show are leftovers."""
    full = (
        Leg.objects.filter(entity=entity.name, mode=Mode.FULL, sealed_at__isnull=False).order_by("-started_at").first()
    )
    if full is None:
        return 0
    rows = StagedRecord.objects.filter(
        entity=entity.name, gazelle_id__startswith="sha256:", fetched_at__lt=full.started_at
    )
    seen = seen_in(full)
    return rows.filter(pk__in=[row.pk for row in rows.only("gazelle_id") if row.gazelle_id not in seen]).delete()[0]


def _forget_pages() -> int:
    """Who was seen on which page, save for the last two full readings of each entity: they prove absences."""
    kept: list[int] = []
    for name in Leg.objects.order_by().values_list("entity", flat=True).distinct():
        full = Leg.objects.filter(entity=name, mode=Mode.FULL, sealed_at__isnull=False).order_by("-started_at")
        kept += full.values_list("pk", flat=True)[:2]
    old = LegPage.objects.filter(leg__started_at__lt=timezone.now() - PAGES_KEPT).exclude(leg_id__in=kept)
    return old.delete()[0]


def _forget_versions() -> int:
    """In the order of their keys, which is that of time: no index is kept for it."""
    forgotten, before = 0, timezone.now() - JOURNAL_KEPT
    while True:
        oldest = list(Version.objects.order_by("pk").values_list("pk", "at")[:BATCH])
        old = [pk for pk, at in oldest if at < before]
        forgotten += Version.objects.filter(pk__in=old).delete()[0]
        if len(old) < BATCH:
            return forgotten


def _forget_messages() -> int:
    """Messages that nobody waits for; they name people, a year of them proves enough."""
    old = Message.objects.filter(created_at__lt=timezone.now() - MESSAGES_KEPT)
    return old.exclude(state__in=(MessageState.PENDING, MessageState.SENDING)).delete()[0]


def _forget_runs() -> int:
    """Signs of life say nothing after two days; the rest stays as long as the journal of readings."""
    now, over = timezone.now(), JobRun.objects.filter(finished_at__isnull=False)
    old = over.filter(slot__lt=now - JOURNAL_KEPT) | over.filter(slot__lt=now - BEATS_KEPT, job__in=BEATS)
    return old.delete()[0]


def _batches(rows: QuerySet[StagedRecord]) -> Iterator[list[StagedRecord]]:
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        with transaction.atomic():
            yield batch
        last = batch[-1].pk
