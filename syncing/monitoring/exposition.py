"""The mirror's figures as Prometheus reads them: read from the database at each scrape, whichever process answers.

No personal data: entities, states and levels are the only labels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, Sum
from django.utils import timezone
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.registry import Collector

from syncing.models import Leg, Message, MessageState
from syncing.monitoring import freshness
from syncing.monitoring.finding import Level
from syncing.monitoring.findings import findings
from syncing.monitoring.freshness import EntityStatus, Health
from syncing.monitoring.readings import readings
from syncing.registry import entities
from syncing.vocabulary import INTERRUPTED

DAY = timedelta(hours=24)
ROW_COUNTS = {
    "here": "here", "placeholder": "placeholders", "pending": "pending", "held": "held", "stuck": "stuck",
    "rejected": "rejected", "failed": "failed", "conflict": "conflicts",
}  # fmt: skip


def exposition() -> bytes:
    """The whole page; a constant number of queries, whatever the entities."""
    registry = CollectorRegistry()
    registry.register(Figures(timezone.now()))
    ProcessCollector(registry=registry)  # resident memory among others, of the process that answers
    return generate_latest(registry)


class Figures(Collector):
    """Everything that is read from the database."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterable[Gauge]:
        states = freshness.statuses(self.now)
        yield from _entities(states)
        yield from _last_readings(self.now)
        yield from _last_day(self.now)
        yield _findings(self.now, states)
        yield from _messages(self.now)


def _entities(states: list[EntityStatus]) -> Iterator[Gauge]:
    age = Gauge("gazelle_data_age_seconds", "Age of the data, of the promise that is worst kept.", labels=["entity"])
    promise = Gauge("gazelle_data_promise_seconds", "Age the data may have.", labels=["entity"])
    score = Gauge(
        "gazelle_freshness_ratio", "1 while the promise is kept, then its share of the age.", labels=["entity"]
    )
    health = Gauge("gazelle_entity_status", "1 for the status of the entity.", labels=["entity", "status"])
    rows = Gauge("gazelle_rows", "Rows of the table, and rows waiting for it, by state.", labels=["entity", "state"])
    for state in states:
        if state.age is not None:  # never read: no age is truer than zero
            age.add_metric([state.name], state.age.total_seconds())
        promise.add_metric([state.name], state.promise.total_seconds())
        score.add_metric([state.name], state.freshness / 100)
        for word in Health:
            health.add_metric([state.name, word.value], float(state.status is word))
        for label, name in ROW_COUNTS.items():
            rows.add_metric([state.name, label], getattr(state, name))
    yield from (age, promise, score, health, rows)


def _last_readings(now: datetime) -> Iterator[Gauge]:
    """One query: how long the last reading of each entity lasted."""
    known = list(entities())
    lasted = Gauge("gazelle_last_sync_duration_seconds", "From start to end of the last reading.", labels=["entity"])
    for name, read in readings(now, known, at_a_glance=True).items():
        ends = [(leg.finished_at, leg.started_at) for kept in read.kept if (leg := kept.last_end) and leg.finished_at]
        if ends:
            end, start = max(ends)
            lasted.add_metric([name], (end - start).total_seconds())
    yield lasted


def _last_day(now: datetime) -> Iterator[Gauge]:
    """One query, through the index of legs by entity and start."""
    requests = Gauge("gazelle_requests_last_day", "Requests to Gazelle in 24 hours.", labels=["entity"])
    legs = Gauge("gazelle_readings_last_day", "Readings in 24 hours, by outcome.", labels=["entity", "outcome"])
    of_the_day = Leg.objects.filter(entity__in=[e.name for e in entities()], started_at__gte=now - DAY)
    counted = of_the_day.order_by().values("entity").annotate(
        asked=Sum("requests"), all=Count("pk"), failed=Count("pk", filter=~Q(error_code__in=("", INTERRUPTED)))
    )  # fmt: skip
    for row in counted:
        requests.add_metric([row["entity"]], row["asked"])
        legs.add_metric([row["entity"], "failed"], row["failed"])
        legs.add_metric([row["entity"], "other"], row["all"] - row["failed"])
    yield from (requests, legs)


def _findings(now: datetime, states: list[EntityStatus]) -> Gauge:
    told = Gauge("gazelle_findings", "What needs somebody, by level.", labels=["level"])
    by_level = Counter(finding.level for finding in findings(now, states))
    for level in Level:
        told.add_metric([level.value], by_level[level])
    return told


def _messages(now: datetime) -> Iterator[Gauge]:
    """One query: those of the last day by state, the unsettled ones, and since when one waits."""
    told = Gauge(
        "gazelle_messages_last_day", "Messages in 24 hours, by channel and state.", labels=["channel", "state"]
    )
    oldest = Gauge("gazelle_messages_waiting_seconds", "For how long the oldest message that is due has waited.")
    due = Q(state=MessageState.PENDING, not_before__lte=now)
    rows = Message.objects.filter(Q(created_at__gte=now - DAY) | due).order_by().values("channel", "state")
    waited = 0.0
    for row in rows.annotate(count=Count("pk"), since=Min("not_before", filter=due)):
        told.add_metric([row["channel"], row["state"]], row["count"])
        if row["since"]:
            waited = max(waited, (now - row["since"]).total_seconds())
    oldest.add_metric([], waited)
    yield from (told, oldest)
