"""The life of a leg: opened or taken up again, sealed, finished with what it learnt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from syncing.digests import storable
from syncing.fetching.pacing import is_loopback
from syncing.models import Leg, LegPage
from syncing.reconciling.tallying import Tally
from syncing.registry import Entity
from syncing.vocabulary import WIDTHS, Mode, Outcome, SyncError

RESUMABLE = timedelta(hours=6)  # older than this, a cursor is not worth trusting: the list is read again


class OtherSource(SyncError):
    """The database mirrors another Gazelle; mixing two would be past mending."""

    code = "other_source"
    action = "Donnez une autre DATABASE_URL à cette source, ou remettez l’adresse d’avant."


def source_of(api_url: str) -> str:
    """The host a leg reads; every name of this machine is one host."""
    return "localhost" if is_loopback(api_url) else urlsplit(api_url).hostname or ""


def refuse_other_source(source: str) -> None:
    """Invented data and real data never share a database. Raises OtherSource."""
    other = Leg.objects.exclude(source=source).values_list("source", flat=True).first()
    if other is not None:
        raise OtherSource(f"Cette base reflète « {other} » ; « {source} » ne peut pas y être lu.")


def unfinished(root: Entity, mode: Mode) -> Leg | None:
    """The leg of this entity and mode that stopped before its last page, if it may be taken up again.

    Whoever takes it up checks that the question is still the same: a declaration may have changed meanwhile.
    """
    last = Leg.objects.filter(entity=root.name, mode=mode).order_by("-pk").first()
    if last is None or last.sealed_at is not None or not last.page or not last.cursor:
        return None
    now = timezone.now()
    return last if now - RESUMABLE < last.started_at <= now else None


def is_stale(leg: Leg, entity: Entity) -> bool:
    """Whether the first pages of a resumed leg are older than what is promised to people."""
    return bool(leg.resumed) and timezone.now() - leg.started_at > entity.promise


def open_legs(
    entities: Sequence[Entity],
    mode: Mode,
    *,
    since: datetime | None,
    until: datetime | None,
    query: str,
    source: str,
    trigger: str,
    user: AbstractBaseUser | None,
) -> dict[str, Leg]:
    """A new leg for the root and one for each entity it carries; their start is the upper edge of the window."""
    root, *carried = entities
    now = timezone.now()
    fields = {"mode": mode, "since": since, "until": until, "source": source, "trigger": trigger, "user": user}
    fields |= {"query": query, "started_at": now, "heartbeat_at": now}
    leg = Leg.objects.create(entity=root.name, **fields)
    return {root.name: leg} | {e.name: Leg.objects.create(entity=e.name, carried_by=leg, **fields) for e in carried}


def take_up(leg: Leg, entities: Sequence[Entity]) -> dict[str, Leg]:
    """Go on with a leg that stopped: its error is past, its pages count."""
    _family(leg).update(
        resumed=F("resumed") + 1, finished_at=None, heartbeat_at=timezone.now(), error_code="", error_message="",
        error_action="",
    )  # fmt: skip
    return family_of(leg, entities)


def family_of(leg: Leg, entities: Sequence[Entity]) -> dict[str, Leg]:
    """A root's leg and those it carries, by entity; one that was not declared then is not there."""
    legs = {each.entity: each for each in _family(leg)}
    return {entity.name: legs[entity.name] for entity in entities if entity.name in legs}


def _family(leg: Leg) -> QuerySet[Leg]:
    return Leg.objects.filter(Q(pk=leg.pk) | Q(carried_by=leg))


def unjudged(root: Entity) -> Leg | None:
    """The last sealed full leg, when its process died before absences were judged: the comparison comes last."""
    full = Leg.objects.filter(entity=root.name, mode=Mode.FULL, sealed_at__isnull=False)
    last = full.order_by("-started_at", "-pk").first()
    return last if last is not None and _family(last).filter(audit__isnull=True).exists() else None


def seal(legs: Mapping[str, Leg]) -> None:
    """The last page is staged: count who was seen, and move the mark."""
    now = timezone.now()
    for leg in legs.values():
        Leg.objects.filter(pk=leg.pk).update(distinct=len(seen_in(leg)), sealed_at=now, heartbeat_at=now)
        leg.refresh_from_db()


def count_faults(leg: Leg, faults: int) -> None:
    """What the pages beside the list lacked: an absence that this leg would have proven is not."""
    if faults:
        Leg.objects.filter(pk=leg.pk).update(faults=F("faults") + faults)
        leg.refresh_from_db(fields=("faults",))


def seen_in(leg: Leg) -> set[str]:
    """The ids a leg saw, page after page."""
    pages = LegPage.objects.filter(leg=leg).values_list("seen", flat=True)
    return {key for page in pages for key in page.split("\n") if key}


def mark(entity: Entity, mode: Mode) -> datetime | None:
    """Up to when everything that this mode reads is known to be here; None when it was never read."""
    wide_enough = WIDTHS[WIDTHS.index(mode) :]
    sealed = Leg.objects.filter(entity=entity.name, mode__in=wide_enough, sealed_at__isnull=False)
    return sealed.order_by("-pk").values_list("started_at", flat=True).first()


def window(entity: Entity, mode: Mode) -> tuple[datetime | None, datetime | None]:
    """The edges of a read, by the clock and the mark: after an outage it begins as much earlier."""
    read, now = entity.read(mode), timezone.now()
    since = None if read.reach is None else min(now, mark(entity, mode) or now) - read.reach
    return since, None if read.ahead is None else now + read.ahead


def shortfall(leg: Leg) -> int:
    """How many records Gazelle announced and did not give; 0 when the count is right."""
    return 0 if leg.total is None else max(0, leg.total - leg.distinct - leg.null_nodes)


def usual_shortfall(leg: Leg) -> int:
    """The shortfall of the whole reading before this one: the same again is a total that lies, not pages that moved."""
    before = Leg.objects.filter(entity=leg.entity, mode=leg.mode, sealed_at__isnull=False).exclude(pk=leg.pk)
    last = before.order_by("-pk").first()
    return shortfall(last) if last else 0


def record(leg: Leg, tally: Tally) -> None:
    """Add a batch to the journal, in its transaction."""
    Leg.objects.filter(pk=leg.pk).update(
        **{outcome: F(outcome) + tally.outcomes[outcome] for outcome in Outcome},
        failed=F("failed") + tally.failed + tally.retried,
        placeholders=F("placeholders") + sum(tally.placeholders.values()),
    )


def finish(
    legs: Mapping[str, Leg],
    error: SyncError | None,
    *,
    requests: int,
    warnings: Sequence[str],
    seconds: Mapping[str, float],
) -> None:
    """Close the legs, with what stopped them if anything did; requests, warnings and seconds go to the root's."""
    now = timezone.now()
    ending: dict[str, object] = {
        "finished_at": now,
        "heartbeat_at": now,
        "error_code": error.code if error else "",
        "error_message": str(error) if error else "",
        "error_action": error.action if error else "",
    }
    for leg in legs.values():
        leg.refresh_from_db()
        of_root = {
            "requests": leg.requests + requests,
            "warnings": [storable(text)[0] for text in dict.fromkeys([*leg.warnings, *warnings])],
            "seconds": {phase: round(spent, 3) for phase, spent in seconds.items()},
        }
        Leg.objects.filter(pk=leg.pk).update(**ending, **(of_root if leg.carried_by_id is None else {}))
        leg.refresh_from_db()


def superseded(entity: Entity, fetched_at: datetime) -> bool:
    """Whether something newer of this entity was staged since: an older page has nothing left to say."""
    return LegPage.objects.filter(leg__entity=entity.name, fetched_at__gt=fetched_at).exists()
