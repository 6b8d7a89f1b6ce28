"""What is done here to people and places, beside what Gazelle says of them."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from clients.models import Technician
from syncing.people import trail
from syncing.people.accounts import NotDone


def linkable(account: User | None) -> QuerySet[Technician]:
    """The users of Gazelle that this account may be: those that no other account is."""
    free = Q(login=None) if account is None or account.pk is None else Q(login=None) | Q(login=account)
    return Technician.objects.present().filter(free)


def link_login(*, technician: Technician | None, account: User, by: User) -> bool:
    """Say which user of Gazelle an account is, or that it is none; False when it was so already."""
    with transaction.atomic():
        former = Technician.objects.select_for_update().filter(login=account).first()
        if former == technician:
            return False
        now = timezone.now()
        Technician.objects.filter(login=account).update(login=None, updated_at=now)
        if technician is not None:
            taken = Technician.objects.filter(pk=technician.pk, login=None).update(login=account, updated_at=now)
            if not taken:
                raise NotDone(f"{technician} est déjà relié à un autre compte.")
        before, after = str(former or "personne"), str(technician or "personne")
        trail.record(account, by, changes=[trail.Change("Dans Gazelle", before, after)])
    return True
