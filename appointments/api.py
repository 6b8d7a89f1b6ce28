"""Alerts for programs: what is not confirmed on a day, without sending anything; and having it sent."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import ConfigDict

from appointments.alerts import composing
from appointments.alerts.asking import Line, UnknownTechnician, WrongDay, look, order_for
from appointments.alerts.sending import DayIsOver, Order
from appointments.alerts.working import request as ask_for
from syncing.access import NOT_YOURS, is_office, viewer_of
from syncing.bearer import Bearer, Scope, Session
from syncing.people.models import AccessToken
from syncing.scheduling.booking import AlreadyAsked
from syncing.scheduling.models import Trigger

ALERTS = Scope("alerts", "Vérifier et envoyer les alertes de rendez-vous")

router = Router(tags=["alertes"], auth=[Bearer(ALERTS), Session()])


class Asked(Schema):
    """A day, tomorrow when it is left out; technicians by id or full name; `every_type` counts personal events too."""

    model_config = ConfigDict(extra="forbid")

    date: datetime.date | None = None
    technicians: list[str] = []
    every_type: bool = False


class Unconfirmed(Schema):
    """An appointment. `alert` is empty, unreachable, or the state of its message: sent only with a receipt."""

    id: str
    start: datetime.datetime
    client: str
    phone: str
    technician: str
    technician_id: str
    unreachable: str
    alert: str


class Checked(Schema):
    """A day, as known at `known_at`; `aside` counts what is not alerted, by reason."""

    date: datetime.date
    known_at: datetime.datetime | None
    unconfirmed: list[Unconfirmed]
    aside: dict[str, int]


class Taken(Schema):
    """The run that will send: `GET /api/scheduler/logs/{job}` tells what became of it."""

    run: int
    job: str
    date: datetime.date


class Refusal(Schema):
    code: str
    message: str


@router.post(
    "/alertes-rv/check", response={200: Checked, 400: Refusal}, summary="Rendez-vous non confirmés, sans rien envoyer"
)
def check(request: HttpRequest, asked: Asked) -> Checked | Status[Refusal]:
    try:
        order = _order(asked)
    except (UnknownTechnician, WrongDay) as error:
        return Status(400, Refusal(code=error.code, message=f"{error} {error.action}"))
    found = look(order, viewer=viewer_of(request.user), now=timezone.now())
    return Checked(
        date=found.day,
        known_at=found.known_at,
        unconfirmed=[_line(one) for one in found.lines],
        aside={verdict.value: count for verdict, count in found.aside.items()},
    )


@router.post(
    "/alertes-rv/send",
    response={202: Taken, 400: Refusal, 403: Refusal, 409: Refusal},
    summary="Envoyer les alertes d’un jour",
)
def send(request: HttpRequest, asked: Asked) -> Status[Taken] | Status[Refusal]:
    if not is_office(request.user):
        raise PermissionDenied(NOT_YOURS)
    trigger = Trigger.API if isinstance(request.auth, AccessToken) else Trigger.MANUAL  # type: ignore[attr-defined]  # left by the door
    assert isinstance(request.user, User)  # noqa: S101  # both doors leave a person
    try:
        order = _order(asked)
        run = ask_for(order, trigger=trigger, user=request.user, now=timezone.now())
    except AlreadyAsked as error:
        return Status(409, Refusal(code=error.code, message=f"{error} {error.action}"))
    except (UnknownTechnician, WrongDay, DayIsOver) as error:
        return Status(400, Refusal(code=error.code, message=f"{error} {error.action}"))
    return Status(202, Taken(run=run.pk, job=run.job, date=order.day))


def _order(asked: Asked) -> Order:
    return order_for(
        day=asked.date.isoformat() if asked.date else "", technicians=asked.technicians,
        every_type=asked.every_type, now=timezone.now(),
    )  # fmt: skip


def _line(one: Line) -> Unconfirmed:
    event = one.appointment
    return Unconfirmed(
        id=event.pk,
        start=composing.started(event),
        client=composing.client_name(event),
        phone=one.phone,
        technician=str(event.technician or ""),
        technician_id=event.technician_id or "",
        unreachable=one.unreachable,
        alert=one.entry.state if one.entry else "",
    )
