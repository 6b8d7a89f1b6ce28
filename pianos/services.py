"""What people do with maintenance alerts: resolve, put away, open again, give to somebody, write a note."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clients.models import Technician
from pianos.errors import NothingSaid, NotInThatState
from pianos.maintenance.models import AlertAct, MaintenanceAlert, ProblemType
from pianos.maintenance.settling import Place, settle
from pianos.maintenance.telling import tell_assigned

LONGEST = 2_000
"""Characters of a note that are kept."""


def resolve_alert(alert: MaintenanceAlert, *, by: User, words: str = "") -> MaintenanceAlert:
    """Somebody saw to it; a later note that tells of it again opens another one."""
    return _act(alert, AlertAct.Kind.RESOLVED, by, words, among=("ouvertes",))


def archive_alert(alert: MaintenanceAlert, *, by: User, words: str = "") -> MaintenanceAlert:
    """Out of the lists, without saying that it was put right."""
    return _act(alert, AlertAct.Kind.ARCHIVED, by, words, among=("ouvertes", "resolues"))


def reopen_alert(alert: MaintenanceAlert, *, by: User, words: str = "") -> MaintenanceAlert:
    """It is not settled after all; only a later note, or a person, ends it now."""
    return _act(alert, AlertAct.Kind.REOPENED, by, words, among=("resolues", "archivees"))


def note_alert(alert: MaintenanceAlert, *, by: User, words: str) -> MaintenanceAlert:
    """Words of the house under an alert."""
    if not words.strip():
        raise NothingSaid("La note est vide.")
    return _act(alert, AlertAct.Kind.NOTED, by, words, among=("ouvertes", "resolues", "archivees"))


def assign_alert(alert: MaintenanceAlert, *, by: User, to: Technician | None) -> tuple[MaintenanceAlert, bool]:
    """Give it to a technician, or to nobody; and whether he is told by mail."""
    with transaction.atomic():
        held = _held(alert, ("ouvertes",))
        if held.assigned_to_id == (to.pk if to else None):
            return held, False
        held.assigned_to = to
        held.save(update_fields=["assigned_to"])
        _write(held, AlertAct.Kind.ASSIGNED, by, str(to) if to else "personne")
        return held, bool(to and tell_assigned(held, to, timezone.now()))


def _act(
    alert: MaintenanceAlert, kind: AlertAct.Kind, by: User, words: str, *, among: tuple[str, ...]
) -> MaintenanceAlert:
    with transaction.atomic():
        held = _held(alert, among)
        _write(held, kind, by, words)
        if kind is not AlertAct.Kind.NOTED:
            place = Place(held.piano_id or "", "" if held.piano_id else held.client_id or "")
            settle(held.type_id, place)
            held.refresh_from_db()
        return held


def _held(alert: MaintenanceAlert, among: tuple[str, ...]) -> MaintenanceAlert:
    """The alert as it is now; its type is held, so that no scan decides at the same time."""
    ProblemType.objects.select_for_update().get(pk=alert.type_id)
    held = MaintenanceAlert.objects.select_for_update().get(pk=alert.pk)
    if held.state not in among:
        raise NotInThatState(f"Rien n’a été fait : cette alerte est déjà {held.get_state_word()}.")
    return held


def _write(alert: MaintenanceAlert, kind: AlertAct.Kind, by: User, words: str) -> None:
    AlertAct.objects.create(alert=alert, kind=kind, by=by, text=words.strip()[:LONGEST])
