"""The alerts of one type at one place, made equal to what its notes and people tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from pianos.maintenance.episodes import Episode, Event, Kind, episodes
from pianos.maintenance.models import AlertAct, AlertMention, MaintenanceAlert

WITHDRAWN = "La note a été corrigée ou retirée dans Gazelle."
SAME = "Le même problème qu’une autre alerte, d’après une note arrivée depuis."
ACTS = {
    AlertAct.Kind.RESOLVED: Kind.CLOSED,
    AlertAct.Kind.ARCHIVED: Kind.CLOSED,
    AlertAct.Kind.REOPENED: Kind.REOPENED,
}


class Place(NamedTuple):
    """An instrument; or a client, when the note names no instrument."""

    piano: str = ""
    client: str = ""


@dataclass
class Settled:
    opened: list[MaintenanceAlert] = field(default_factory=list)
    """New alerts that are open."""
    closed: int = 0


def settle(type_: str, place: Place) -> Settled:
    """Bring the alerts up to date; called inside a transaction that holds the types."""
    told = AlertMention.objects.filter(
        type=type_, piano_gazelle_id=place.piano, client_gazelle_id=place.client
    ).order_by("occurred_at", "pk")  # fmt: skip
    mentions = {one.entry_id: one for one in told}
    alerts = list(
        MaintenanceAlert.objects.filter(
            type=type_, piano=place.piano or None, client=place.client or None
        ).order_by("pk")
    )  # fmt: skip
    acts = {f"act:{one.pk}": one for one in AlertAct.objects.filter(alert__in=alerts, kind__in=list(ACTS))}
    events = [Event(one.occurred_at, _kind(one), one.entry_id) for one in mentions.values()]
    events += [Event(one.at, ACTS[AlertAct.Kind(one.kind)], key) for key, one in acts.items()]
    settled = Settled()
    free = list(alerts)
    for episode in episodes(events):
        known = {mentions[key].alert_id for key in episode.keys if key in mentions}
        mine = [one for one in free if one.opened_by in episode.keys or one.pk in known]
        free = [one for one in free if one not in mine]
        alert = mine[0] if mine else MaintenanceAlert(type_id=type_, piano_id=place.piano or None)
        if not mine:
            alert.client_id = place.client or None
        _follow(alert, episode, mentions, acts, settled)
        for other in mine[1:]:
            _put_away(other, SAME)
    for alert in free:
        if alert.resolved_at is None and alert.archived_at is None:
            _put_away(alert, WITHDRAWN)
    return settled


def _kind(mention: AlertMention) -> Kind:
    if mention.is_open:
        return Kind.OPEN
    return Kind.BRIEF if mention.is_problem else Kind.RIGHT


def _follow(
    alert: MaintenanceAlert,
    episode: Episode,
    mentions: dict[str, AlertMention],
    acts: dict[str, AlertAct],
    settled: Settled,
) -> None:
    is_new = alert._state.adding
    was_open = not is_new and alert.state == "ouvertes"
    alert.opened_by = episode.opened.key
    alert.observed_at = episode.opened.at
    alert.last_told_at = episode.last_told.at
    alert.resolved_at = alert.archived_at = None
    alert.closing = ""
    if episode.closed is not None:
        act = acts.get(episode.closed.key)
        if act is None:
            alert.resolved_at = episode.closed.at
            alert.closing = mentions[episode.closed.key].words
        else:
            _closed_by(alert, act, episode.closed.at)
    alert.save()
    ids = [key for key in episode.keys if key in mentions]
    AlertMention.objects.filter(type=alert.type_id, entry__in=ids).update(alert=alert)
    if is_new and alert.state == "ouvertes":
        settled.opened.append(alert)
    settled.closed += was_open and alert.state != "ouvertes"


def _closed_by(alert: MaintenanceAlert, act: AlertAct, at: datetime) -> None:
    if act.kind == AlertAct.Kind.ARCHIVED:
        alert.archived_at = at
    else:
        alert.resolved_at = at
    alert.closing = act.text


def _put_away(alert: MaintenanceAlert, why: str) -> None:
    alert.archived_at = alert.last_told_at
    alert.closing = why
    alert.save(update_fields=["archived_at", "closing"])
