"""Filters of the calendar. Days are the company's, both ends included."""

from __future__ import annotations

from gazelle_site.sandbox.filtering.criteria import Filters, Test, days, field, from_day, one_of, truthy, until_day
from gazelle_site.sandbox.filtering.searching import owner_words, search_in
from gazelle_site.sandbox.store import Record, Store

START = field("start")


def _on_piano(store: Store, wanted: list[str]) -> Test:
    return lambda event: any(link["piano"] in wanted for link in event["allEventPianos"])


def _is_tuning(store: Store, event: Record) -> bool:
    return any(link["isTuning"] for link in event["allEventPianos"])


def _is_complete(store: Store, event: Record) -> bool:
    return bool(event["status"] == "COMPLETE")


SEARCH = search_in(
    "PrivateEvent", lambda store, event: [event["id"], event["title"], event["notes"], *owner_words(store, event)]
)

EVENT_FILTERS: Filters = {
    "startOn": from_day(START),
    "endOn": until_day(START),
    **days("date", START),
    "clientId": one_of(field("client")),
    "pianoId": _on_piano,
    "userId": one_of(field("user")),
    "search": SEARCH,
    "type": one_of(field("type")),
    "status": one_of(field("status")),
    "appointmentIsTuning": truthy(_is_tuning),
    "appointmentHasPiano": truthy(field("allEventPianos")),
    "appointmentIsCompleted": truthy(_is_complete),
    "appointmentIsConfirmed": truthy(field("confirmedAt")),
}

UNCOMPLETED_FILTERS: Filters = {
    "userId": one_of(field("user")),
    "search": SEARCH,
    **days("start", START),
    **days("date", START),
}
