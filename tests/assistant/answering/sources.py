"""Whether every number, date and name of an answer is in the row it says it was read from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Max

from assistant.answering import Answer, Fact, Line
from clients.models import Client, Contact, Technician
from clients.neighbourhoods import BY_AREA
from pianos.models import TimelineEntry
from syncing.french import COMPANY_ZONE, MONTHS
from syncing.registry import entities
from tests.assistant.answering.house import NOW

SERVICED = ("SERVICE_ENTRY_MANUAL", "SERVICE_ENTRY_AUTOMATED")
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def untraced(found: Answer) -> list[str]:
    """What an answer says that no row says; nothing when each of its words has a source."""
    lines: list[Line] = [found.text, *(one for item in found.items for one in (item.title, *item.lines))]
    return [*_ours_alone(found, lines), *_not_in_their_rows(found, lines), *_miscounted(found)]


def _ours_alone(found: Answer, lines: list[Line]) -> Iterator[str]:
    """Pieces of ours hold no number and no name; whose agenda it is is a technician of the house."""
    names = {str(one) for model in (Client, Contact, Technician) for one in model.objects.all()}
    for one in lines:
        for part in one.parts:
            if isinstance(part, str) and (re.search(r"\d", part) or any(name in part for name in names)):
                yield f"no source: {part!r}"
    for note in found.notes:
        if re.search(r"\d", note):
            yield f"no source: {note!r}"
    technicians = {str(one) for one in Technician.objects.all()}
    if found.scope not in ("", "vous", "toute l’équipe") and not set(found.scope.split(" et ")) <= technicians:
        yield f"nobody: {found.scope}"


def _not_in_their_rows(found: Answer, lines: list[Line]) -> Iterator[str]:
    for one in lines:
        for fact in one.facts:
            if fact.entity == "question":
                if not _was_said(found, fact):
                    yield f"never said: {fact}"
            elif fact.entity != "answer" and not _is_in_its_row(fact):
                yield f"not in its row: {fact!r}"


def _was_said(found: Answer, fact: Fact) -> bool:
    if fact.field == "date_range":
        told = [
            day
            for one in (*found.slots.get("date_ranges", ()), found.slots.get("date_range", {}))
            for day in one.values()
        ]
        days = [date.fromisoformat(day) for day in told] + list(found.period or ())
        return fact.text in {written(day) for day in days}
    if fact.field in ("time", "after_time", "before_time"):
        return fact.text.replace("\u00a0h\u00a0", ":") == str(found.slots[fact.field])
    return fact.text in _flat(found.slots) or fact.text == found.scope


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(map(_flat, value.values()))
    return " ".join(map(_flat, value)) if isinstance(value, list | tuple) else str(value)


def _is_in_its_row(fact: Fact) -> bool:
    models = {entity.name: entity.model for entity in entities()}
    row = apps.get_model(models.get(fact.entity, fact.entity)).objects.filter(pk=fact.id).first()
    if row is None:
        return False
    if fact.field == "last_service":
        served = TimelineEntry.objects.filter(
            client=row, entry_type__in=SERVICED, deleted_at=None, occurred_at__lte=NOW
        )
        last = served.aggregate(at=Max("occurred_at"))["at"]
        return last is not None and fact.text == written(last.astimezone(COMPANY_ZONE).date())
    return fact.text in _ways(row, fact.field)


def _ways(row: Any, field: str) -> Any:
    """Every way a value may be written."""
    value = getattr(row, field)
    if isinstance(value, datetime):
        local = value.astimezone(COMPANY_ZONE)
        return {written(local.date()), f"{local.hour}\u00a0h\u00a0{local.minute:02}"}
    if isinstance(value, date):
        late = (NOW.date() - value).days
        return {written(value), f"{late} jour{'s' if late > 1 else ''}"}
    if field == "duration":
        end = (row.start + timedelta(minutes=value)).astimezone(COMPANY_ZONE)
        return {f"{end.hour}\u00a0h\u00a0{end.minute:02}"}
    if isinstance(value, int):
        dollars = f"{value // 100:,}".replace(",", "\u202f") + f",{value % 100:02}\u00a0$"
        return {str(value), dollars, f"{value / 100:g}".replace(".", ",")}
    if value is None:
        return {"montant inconnu", ""}
    if field == "locale":
        return {{"fr": "français", "en": "anglais"}.get(value[:2])}
    if field == "postal_code":
        return {value, BY_AREA.get(value.replace(" ", "")[:3], value[:3])}
    return " ".join(str(value).split())


def _miscounted(found: Answer) -> Iterator[str]:
    """A total is that of the list when all of it is shown; a sum is that of its rows."""
    if found.total is not None and found.items and found.shown > found.total:
        yield f"{found.shown} shown of {found.total}"
    for fact in found.text.facts:
        if fact.entity == "answer" and fact.field.startswith("sum:") and found.shown == found.total:
            column = fact.field.removeprefix("sum:")
            rows = apps.get_model("invoicing.Invoice").objects.filter(pk__in=[item.id for item in found.items])
            total = sum(getattr(row, column) or 0 for row in rows)
            if fact.text != f"{total // 100:,}".replace(",", "\u202f") + f",{total % 100:02}\u00a0$":
                yield f"{fact.text} is not the sum of its rows, {total}"
        elif fact.entity == "answer" and fact.field == "total" and fact.text.replace("\u202f", "") != str(found.total):
            yield f"{fact.text} is not the total {found.total}"


def written(day: date) -> str:
    """« mardi 24 mars 2026 », told here a second time."""
    return f"{WEEKDAYS[day.weekday()]} {'1er' if day.day == 1 else day.day}\u00a0{MONTHS[day.month - 1]} {day.year}"
