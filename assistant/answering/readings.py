"""What was measured: humidity, temperature, pitch, with a verdict; and the instruments that need watching."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q

from assistant.answering.asked import Asked
from assistant.answering.choosing import clients_in_places, named_client, on_client, on_piano, the_piano
from assistant.answering.contract import Answer, Fact, Item, Line, joined, line
from assistant.answering.periods import Period, days
from assistant.answering.telling import admin_page, client_name, counted, day_of, of, piano_name
from clients.models import Client
from pianos.models import Measurement
from pianos.selectors import measurements as measured
from syncing.french import NBSP

DRY, HUMID = 35, 55
"""Percent of humidity between which a piano is well."""
MEAN_OF = 3
"""The last measurements whose mean is told."""
RECENT = timedelta(days=365)
"""A measurement older than a year says nothing of today."""
COLUMNS = {"humidity": "humidity", "temperature": "temperature", "pitch": "a4_pitch"}
HUNDREDTHS = 10_000
UNITS = {"humidity": "%", "temperature": "°C", "a4_pitch": "Hz"}
LOOKUPS = {"<": "lt", ">": "gt", "=": "exact", "<=": "lte", ">=": "gte"}


def measurements(asked: Asked) -> Answer:
    """The measurements that fit, newest first; their mean when it is asked."""
    column = COLUMNS.get(str(asked.slots.get("measure") or ""), "")
    client, within, piano = _whose(asked)
    owner = client.pk if client else ""
    rows = measured(viewer=asked.viewer, client=owner, piano=piano, where=_values_asked(asked), **asked.window)
    found = [one for one in rows if within is None or (one.piano and one.piano.client_id in within)]
    focus = on_client(client) if client else None
    if piano and found and found[0].piano:
        focus = on_piano(found[0].piano)
    where = line(" chez ", client_name(client)) if client else line()
    when = line(" ", asked.period.words) if asked.period else line()
    if not found:
        return asked.nothing(line("Aucune mesure", where, when, "."), focus=focus)
    text = line(counted(len(found), "mesure", "mesures"), where, when, ". ")
    values = [_value(one, column or "humidity") for one in found]
    measure = column or "humidity"
    known = [value for value in values if value is not None]
    if asked.slots.get("aggregate") == "avg" and known:
        text = line(text, "Moyenne : ", _mean(measure, known), ".")
    else:
        text = line(text, "La plus récente : ", _values(found[0]), ", ", day_of(found[0], "taken_on"), ".")
        one_piano = {one.piano_id for one in found}
        if len(one_piano) == 1 and len(known) >= MEAN_OF:
            text = line(text, " Moyenne des dernières : ", _mean(measure, known[:MEAN_OF]), ".")
    shown = found[:1] if asked.slots.get("direction") == "last" and not asked.slots.get("limit") else found
    return asked.answered(text, items=_items(asked, shown), total=len(found), focus=focus)


def humidity_alerts(asked: Asked) -> Answer:
    """The instruments whose last measurement is out of the range, the driest and the most humid told apart."""
    period: Period = asked.period or days(asked.today - RECENT, asked.today)
    client, within, piano = _whose(asked)
    latest: dict[str, Measurement] = {}
    rows = measured(
        viewer=asked.viewer, client=client.pk if client else "", piano=piano, start=period.start, end=period.end
    )
    for one in rows:
        if one.humidity is not None and one.piano and (within is None or one.piano.client_id in within):
            latest.setdefault(one.piano.pk, one)
    found = [one for one in latest.values() if verdict(one) != "normal"]
    notes = ("Lu dans les mesures ; les problèmes que disent les notes sont sous « Alertes », « Entretien ».",)
    if not found:
        return asked.nothing(line("Aucun piano n’est hors de la plage ", period.words, "."), notes=notes, period=period)
    text = line(counted(len(found), "piano à surveiller", "pianos à surveiller"), " ", period.words, ".")
    return asked.answered(text, items=_items(asked, found), total=len(found), notes=notes, period=period)


def verdict(one: Measurement) -> str:
    """« sec », « humide » or « normal »; empty without humidity."""
    if one.humidity is None:
        return ""
    return "sec" if one.humidity < DRY else "humide" if one.humidity > HUMID else "normal"


def _whose(asked: Asked) -> tuple[Client | None, set[str] | None, str]:
    """The client, the clients of the places, the piano the question is about."""
    if asked.slots.get("serial") or asked.slots.get("piano_id"):
        return None, None, the_piano(asked).pk
    client = named_client(asked)
    within = None if client else clients_in_places(asked)
    if client is None and within is None and not asked.slots.get("value") and asked.understood.intent == "measurements":
        if asked.memory.piano:
            return None, None, asked.memory.piano
        if asked.memory.client and not asked.period:
            return Client.objects.visible_to(asked.viewer).present().filter(pk=asked.memory.client).first(), None, ""
    return client, within, ""


def _values_asked(asked: Asked) -> Q:
    """The condition of « sous 35 % », « accordés à 442 Hz »; that the value is known when it is only named."""
    column = COLUMNS.get(str(asked.slots.get("measure") or ""), "")
    value = asked.slots.get("value")
    if not column or value is None:
        return Q(**{f"{column}__isnull": False}) if column else Q()
    lookup = f"{column}__{LOOKUPS[str(asked.slots.get('op') or '=')]}"
    if column != "a4_pitch":
        return Q(**{lookup: value})
    in_hundredths = Q(a4_pitch__gt=HUNDREDTHS) & Q(**{lookup: float(value) * 100})
    return in_hundredths | Q(a4_pitch__lte=HUNDREDTHS) & Q(**{lookup: value})


def _value(one: Measurement, column: str) -> int | float | None:
    """The value in its unit: the pitch comes in hundredths of a hertz, or in hertz when typed so."""
    value: int | None = getattr(one, column)
    return value / 100 if column == "a4_pitch" and value is not None and value > HUNDREDTHS else value


def _written(value: float) -> str:
    """« 441,5 », « 41 »."""
    return f"{value:.1f}".removesuffix(".0").replace(".", ",")


def _values(one: Measurement) -> Line:
    """« 41 %, 20 °C (normal) »."""
    known = [(column, value) for column in UNITS if (value := _value(one, column)) is not None]
    told = joined(", ", [line(of(one, name, _written(value)), f"{NBSP}{UNITS[name]}") for name, value in known])
    found = verdict(one)
    return line(told, f" ({found})" if found else "")


def _mean(column: str, values: Sequence[float]) -> Line:
    return line(
        Fact(_written(sum(values) / len(values)), "answer", "", f"mean:{column}:{len(values)}"),
        f"{NBSP}{UNITS[column]}",
    )


def _items(asked: Asked, found: list[Measurement]) -> tuple[Item, ...]:
    def about(one: Measurement) -> tuple[Any, ...]:
        owner = one.piano.client if one.piano else None
        told = (
            line("Piano : ", piano_name(one.piano)) if one.piano else line(),
            line("Client : ", client_name(owner)) if owner else line(),
        )
        return tuple(piece for piece in told if str(piece))

    return tuple(
        Item(
            kind="measurement",
            id=one.pk,
            title=line(day_of(one, "taken_on"), " : ", _values(one)),
            lines=about(one),
            url=admin_page(one) if asked.office else "",
            client=(one.piano.client_id if one.piano else None) or "",
            badges=({"sec": "Trop sec", "humide": "Trop humide"}.get(verdict(one), ""),)
            if verdict(one) != "normal"
            else (),
        )
        for one in found[: asked.shown]
    )
