"""Who receives a kind of message, and by which road: roles, what each person chose, the owner, the team's room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet

from syncing.models import Channel, Preference
from syncing.notifying.kinds import Kind, kinds


@dataclass(frozen=True)
class Recipient:
    """One address, and the person behind it when there is an account; no address is the team's Slack room."""

    channel: Channel
    address: str = ""
    user_id: int | None = None


LONGEST = 254  # characters of an address that SMTP carries
ROOM = Recipient(Channel.SLACK)


def audience(kind: str, *, among: Iterable[User] | None = None) -> list[Recipient]:
    """Everybody who receives this kind: `among` these people, or all of its roles, the owner and the team's room.

    Three queries at most. Who does not want it, or has no address that can be written to, is left out.
    """
    told = kinds()[kind]
    people = list(_with_a_role(told) if among is None else among)
    said = dict(Preference.objects.filter(kind=kind, user__in=people).values_list("user", "wanted"))
    found = {
        address.casefold(): Recipient(Channel.MAIL, address, person.pk)
        for person in people
        if person.is_active and said.get(person.pk, told.by_default) and (address := address_of(person))
    }
    if among is None:
        silenced = {address_of(person).casefold() for person in people if said.get(person.pk) is False}
        if told.to_owner and (owner := writable(settings.OWNER_EMAIL)) and owner.casefold() not in silenced:
            found.setdefault(owner.casefold(), Recipient(Channel.MAIL, owner))
        if room_receives(told):
            found[""] = ROOM
    return list(found.values())


def address_of(person: User) -> str:
    """Where this person is written to; an account is named by its address unless another one is given."""
    return writable(person.email) or writable(person.get_username())


def writable(address: str) -> str:
    """The bare address when a mail can be sent there; "" otherwise."""
    bare = parseaddr(address)[1]
    try:
        validate_email(bare)
    except ValidationError:
        return ""
    return bare if len(bare) <= LONGEST else ""


def offered(person: User) -> list[Kind]:
    """The kinds this person may receive; an owner has every role."""
    groups = set(person.groups.values_list("name", flat=True))
    return [kind for kind in kinds() if person.is_superuser or kind.roles & groups]


def choices(person: User | None) -> dict[str, bool]:
    """What a person, or the team for its room, said of each kind; kinds nobody spoke about are absent."""
    return dict(Preference.objects.filter(user=person).values_list("kind", "wanted"))


def choose(person: User | None, wanted: Mapping[str, bool]) -> None:
    """Keep what a person, or the team for its room, wants."""
    channel = Channel.SLACK if person is None else Channel.MAIL
    with transaction.atomic():
        for name, yes in wanted.items():
            Preference.objects.update_or_create(
                user=person, kind=kinds()[name].name, channel=channel, defaults={"wanted": yes}
            )


def room_receives(kind: Kind) -> bool:
    """Whether there is a room, and the team wants this kind there."""
    return bool(settings.SLACK_WEBHOOK_URL) and choices(None).get(kind.name, kind.room)


def _with_a_role(kind: Kind) -> QuerySet[User]:
    holders = User.objects.filter(Q(is_superuser=True) | Q(groups__name__in=kind.roles), is_active=True)
    return holders.distinct().order_by("pk")
