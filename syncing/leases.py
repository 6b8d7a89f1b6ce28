"""Who works on what, as rows that lapse: two syncs side by side never touch the same entity.

Claimed by a conditional UPDATE whose count tells who won. A lease whose owner is a dead process of this machine, or
past work of this very process, is taken over at once; any other lapses.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from syncing.french import clock
from syncing.models import Lease
from syncing.registry import Entity
from syncing.vocabulary import SyncError

DURATION = timedelta(minutes=10)  # longer than the longest wait between two pages, retries included

_ours: set[tuple[str, str]] = set()
"""Names and owners of what this process holds. A lease it could not give back, the database being gone, is not among
them: the worker that outlives an outage does not wait for its own past."""


class Taken(SyncError):
    """Somebody else holds the lease."""

    code = "taken"
    action = "Attendez la fin de l’autre lecture, ou relancez la commande plus tard."
    retryable = True


class Lost(SyncError):
    """The lease lapsed and somebody else took it: this process must stop writing."""

    code = "lease_lost"
    action = "Relancez la lecture : elle reprendra à la dernière page à l’abri."
    retryable = True


def new_owner() -> str:
    """This process and this piece of work: `host:pid:birth:token`; a pid is used again one day, its birth is not."""
    pid = os.getpid()
    return f"{socket.gethostname()}:{pid}:{_birth(pid)}:{secrets.token_hex(4)}"


def name_for(entity: Entity) -> str:
    """The lease that protects an entity: per entity, not per command."""
    return f"sync:{entity.name}"


def acquire(name: str, owner: str, duration: timedelta = DURATION) -> bool:
    """Take the lease if it is free, lapsed, already ours, or left behind on this machine."""
    _ours.add((name, owner))  # before others can see it
    won = False
    try:
        won = _claim(name, owner, duration)
    finally:
        if not won:
            _ours.discard((name, owner))
    return won


def _claim(name: str, owner: str, duration: timedelta) -> bool:
    now = timezone.now()
    try:
        with transaction.atomic():
            Lease.objects.create(name=name, owner=owner, acquired_at=now, expires_at=now + duration)
        return True
    except IntegrityError:
        pass
    held = Lease.objects.filter(name=name).first()
    free = Q(expires_at__lte=now) | Q(owner=owner)
    if held is not None and is_left_behind(name, held.owner):
        free |= Q(owner=held.owner)
    return bool(Lease.objects.filter(free, name=name).update(owner=owner, acquired_at=now, expires_at=now + duration))


def renew(name: str, owner: str, duration: timedelta = DURATION) -> None:
    """Prolong a lease; raises Lost when it is no longer ours."""
    if not Lease.objects.filter(name=name, owner=owner).update(expires_at=timezone.now() + duration):
        raise Lost(f"Le verrou « {name} » est passé à un autre processus.")


def release(name: str, owner: str) -> None:
    _ours.discard((name, owner))
    Lease.objects.filter(name=name, owner=owner).delete()


@contextmanager
def held(names: list[str], owner: str) -> Iterator[None]:
    """Hold every lease of `names`, taken in one order by everybody; raises Taken, holding none, when one is not."""
    taken: list[str] = []
    try:
        for name in sorted(names):
            if not acquire(name, owner):
                raise Taken(_who_has(name))
            taken.append(name)
        yield
    finally:
        _ours.difference_update((name, owner) for name in taken)  # all of them, even if the database hears of none
        for name in taken:
            release(name, owner)


def _who_has(name: str) -> str:
    lease = Lease.objects.filter(name=name).first()
    since = f" depuis {clock(lease.acquired_at)}" if lease else ""
    return f"Une autre lecture est en cours{since}."


def is_left_behind(name: str, owner: str) -> bool:
    """Whether nobody works under it any more: a process of this machine that is no more, or past work of this one."""
    host, pid, birth, _ = (owner.split(":") + [""] * 4)[:4]
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    if int(pid) == os.getpid() and birth == _birth(int(pid)):
        return (name, owner) not in _ours
    return bool(birth) and birth != _birth(int(pid))


def _birth(pid: int) -> str:
    """When a process of this machine began, in ticks since the machine did; "" where the system does not tell, or when
    the process is dead and only its parent has not been told yet."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2]
    except OSError:
        return ""
    state, *fields = after_name.split()
    return "" if state == "Z" else fields[18]  # field 22 of proc(5); two come before the closing parenthesis
