"""The actors of the page tests: one account per role, and the readings they look at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from syncing.models import Leg
from syncing.registry import entities

ROLES = ("Administration", "Bureau", "Technicien")
PASSWORD = "un-piano-bien-accordé"


def all_roles() -> None:
    """As the migration makes them; a test that empties the tables takes them away."""
    for role in ROLES:
        Group.objects.get_or_create(name=role)


def person(role: str = "", *, first_name: str = "Odile") -> User:
    """An account with one role, or none."""
    account = User.objects.create_user(f"{role or 'sans-role'}@exemple.ca", password=PASSWORD, first_name=first_name)
    if role:
        account.groups.add(Group.objects.get_or_create(name=role)[0])
    return account


def reading(entity: str, ago: timedelta = timedelta(minutes=1), **overrides: Any) -> Leg:
    """A complete reading of one entity, sealed a while ago."""
    at = timezone.now() - ago
    told = {
        "mode": "full",
        "started_at": at - timedelta(seconds=5),
        "heartbeat_at": at,
        "sealed_at": at,
        "finished_at": at,
        "page": 1,
        "fetched": 3,
        "distinct": 3,
        "total": 3,
    }
    return Leg.objects.create(entity=entity, **{**told, **overrides})


def everything_read(ago: timedelta = timedelta(minutes=1)) -> None:
    for entity in entities():
        reading(entity.name, ago)


def failed(entity: str, ago: timedelta = timedelta(0), code: str = "server_fault") -> Leg:
    return reading(
        entity, ago, sealed_at=None, error_code=code, error_message="Gazelle répond 502.", error_action="Relancez."
    )
