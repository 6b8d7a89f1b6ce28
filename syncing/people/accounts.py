"""What is done to an account: each act is checked, done and recorded in one transaction.

Who may do it is judged by the pages; here is what nobody may: lift himself, or leave the house without administration.
"""

from __future__ import annotations

from collections.abc import Iterable

from axes.models import AccessAttempt
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from syncing import french
from syncing.access import ADMINISTRATION, ROLES
from syncing.people import trail
from syncing.people.models import AccessToken, OpenSession
from syncing.vocabulary import SyncError


class NotDone(SyncError):
    """An act that the rules refuse; nothing was changed."""

    code = "not_done"
    action = "Rien n’a été changé."


def invite(*, email: str, first_name: str, last_name: str, roles: Iterable[str], by: User) -> User:
    """An account without a password, which its owner chooses from the link that is mailed to her."""
    email = email.strip().lower()
    with transaction.atomic():
        if User.objects.filter(Q(username__iexact=email) | Q(email__iexact=email)).exists():
            raise NotDone(f"Un compte existe déjà pour {email}.")
        account = User(username=email, email=email, first_name=first_name, last_name=last_name)
        account.set_unusable_password()
        account.save()
        chosen = _groups(roles)
        account.groups.set(chosen)
        trail.record(account, by, f"Invité : {_told(chosen)}.", added=True)
    return account


def renew_invitation(account: User, *, by: User) -> None:
    """Make every link sent before useless; the next one is the only one."""
    with transaction.atomic():
        if account.has_usable_password() or not account.is_active:
            raise NotDone("Cette personne a déjà choisi son mot de passe, ou son accès est fermé.")
        account.set_unusable_password()
        account.save(update_fields=["password"])
        trail.record(account, by, "Invitation renvoyée.")


def close(account: User, *, by: User) -> None:
    """Shut an account at once: its sessions and the tokens that act in its name end with it."""
    with transaction.atomic():
        _not_oneself(account, by, "fermer votre propre accès")
        _somebody_else_administers(account)
        if not User.objects.filter(pk=account.pk, is_active=True).update(is_active=False):
            raise NotDone("Cet accès est déjà fermé.")
        OpenSession.objects.filter(user=account).delete()
        AccessToken.objects.filter(owner=account, revoked_at=None).update(revoked_at=timezone.now())
        trail.record(account, by, changes=[trail.Change("Accès", "ouvert", "fermé")])


def reopen(account: User, *, by: User) -> None:
    """Open it again; tokens stay revoked."""
    with transaction.atomic():
        if not User.objects.filter(pk=account.pk, is_active=False).update(is_active=True):
            raise NotDone("Cet accès est déjà ouvert.")
        trail.record(account, by, changes=[trail.Change("Accès", "fermé", "ouvert")])


def may_give(account: User, roles: Iterable[str], *, by: User) -> None:
    """Refuse what `give_roles` would."""
    chosen = _groups(roles)
    if chosen == list(account.groups.order_by("name")):
        return
    _not_oneself(account, by, "changer vos propres rôles")
    if ADMINISTRATION not in {group.name for group in chosen} and not account.is_superuser:
        with transaction.atomic():
            _somebody_else_administers(account)


def give_roles(account: User, roles: Iterable[str], *, by: User) -> bool:
    """Set the roles of somebody else; False when she has them already."""
    with transaction.atomic():
        may_give(account, roles, by=by)
        chosen, held = _groups(roles), list(account.groups.order_by("name"))
        if chosen == held:
            return False
        account.groups.set(chosen)
        trail.record(account, by, changes=[trail.Change("Rôles", _told(held), _told(chosen))])
    return True


def end_sessions(account: User, *, by: User, but: str | None = None) -> int:
    """Sign somebody out everywhere, or everywhere else than in the session of this key."""
    with transaction.atomic():
        ended = OpenSession.objects.filter(user=account).exclude(session_key=but).delete()[0]
        if ended:
            trail.record(account, by, f"{french.counted(ended, 'session fermée', 'sessions fermées')}.")
    return ended


def end_session(account: User, handle: str, *, by: User) -> bool:
    """End the one session that a page named so."""
    named = [session for session in OpenSession.objects.filter(user=account) if session.handle == handle]
    with transaction.atomic():
        ended = OpenSession.objects.filter(pk__in=[session.pk for session in named]).delete()[0]
        if ended:
            trail.record(account, by, f"Session fermée : {named[0]}.")
    return bool(ended)


def lift_pause(account: User, *, by: User) -> bool:
    """Let somebody who mistyped her password try again now."""
    with transaction.atomic():
        lifted = AccessAttempt.objects.filter(username=account.get_username()).delete()[0]
        if lifted:
            trail.record(account, by, "Attente de connexion levée.")
    return bool(lifted)


def _groups(roles: Iterable[str]) -> list[Group]:
    return list(Group.objects.filter(name__in=set(roles) & set(ROLES)).order_by("name"))


def _told(groups: list[Group]) -> str:
    return french.listed([group.name for group in groups]) if groups else "aucun rôle"


def _not_oneself(account: User, by: User, act: str) -> None:
    if account.pk == by.pk:
        raise NotDone(f"Vous ne pouvez pas {act} : demandez-le à une autre personne de l’administration.")


def _somebody_else_administers(account: User) -> None:
    """Refuse to lose the last administrator; two who demote each other at once wait for this row in turn."""
    list(Group.objects.select_for_update().filter(name=ADMINISTRATION))
    able = User.objects.filter(Q(is_superuser=True) | Q(groups__name=ADMINISTRATION), is_active=True)
    able = able.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)  # invited, and has never come
    if able.filter(pk=account.pk).exists() and not able.exclude(pk=account.pk).exists():
        raise NotDone("C’est la dernière personne de l’administration : nommez-en une autre d’abord.")
