"""Small doors: health, for a watchman outside who has no account; « who am I » for a program; the schedule's beside."""

from __future__ import annotations

from datetime import datetime

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from ninja import Router, Schema, Status

from syncing import scheduler_api
from syncing.bearer import Bearer
from syncing.monitoring.freshness import Health, is_unhealthy, vital_signs
from syncing.people import trail
from syncing.people.models import AccessToken
from syncing.registry import entities

router = Router(tags=["santé"])
router.add_router("", scheduler_api.router)


class EntityHealth(Schema):
    """One entity: when it was last sealed, how that compares with its promise, what waits to be stored."""

    last_sync: datetime | None
    freshness: float
    status: Health
    records_pending: int


UNREACHABLE = EntityHealth(last_sync=None, freshness=0.0, status=Health.FAILING, records_pending=0)


@router.get(
    "/v6/health",
    response={200: dict[str, EntityHealth], 503: dict[str, EntityHealth]},
    auth=None,
    summary="Fraîcheur de chaque table",
)
def health(request: HttpRequest) -> Status[dict[str, EntityHealth]]:
    try:
        states = vital_signs()
    except (OperationalError, InterfaceError):  # the shape stays: a watchman reads the same answer in an outage
        return Status(503, {entity.name: UNREACHABLE for entity in entities()})
    told = {
        state.name: EntityHealth(
            last_sync=state.last_sync, freshness=state.freshness, status=state.status, records_pending=state.pending
        )
        for state in states
    }
    return Status(503 if any(map(is_unhealthy, states)) else 200, told)


class Program(Schema):
    """What a token opens, and in whose name."""

    name: str
    owner: str
    scopes: list[str]
    expires_at: datetime | None


@router.get("/v6/me", response=Program, auth=Bearer(), summary="Ce que mon jeton ouvre", tags=["jetons"])
def me(request: HttpRequest) -> Program:
    token: AccessToken = request.auth  # type: ignore[attr-defined]  # left by Bearer
    return Program(name=token.name, owner=trail.name(token.owner), scopes=token.scopes, expires_at=token.expires_at)
