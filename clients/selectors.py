"""Finding clients and technicians as people name them, and reading how a client is reached."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from rapidfuzz.distance import OSA

from clients.mailboxes import mailbox as mailbox  # part of what other rooms may read
from clients.mailboxes import why_unreachable as why_unreachable  # as above
from clients.models import Client, Contact, Technician
from clients.neighbourhoods import neighbourhood as neighbourhood  # as above
from syncing.folding import digits, fold
from syncing.rights import Viewer

PHONE_DIGITS = 4
"""Fewer digits are a house number or a rank rather than the end of a telephone number."""


class Found(NamedTuple):
    """A client that was looked for, and whether it was found by what was typed or only by what resembles it."""

    client: Client
    approximate: bool = False


def find_clients(*, viewer: Viewer, typed: str, within: Collection[str] | None = None) -> list[Found]:
    """The clients that fit all the words typed, the best kind of fit only: name, words, letters, address, likeness.

    Words are looked for in the names, telephones, e-mails and towns of the client and of its contacts. `within` keeps
    to these ids. Two queries for a name, four when nothing but an address or a slip of the finger can explain it.
    """
    asked = _words(typed)
    if not asked:
        return []
    clients = Client.objects.visible_to(viewer).present().lightly()
    if within is not None:
        clients = clients.filter(pk__among=list(within))
    narrowed = clients
    for word in asked:
        reached = people(viewer).filter(client=OuterRef("pk"), search_key__contains=word)
        narrowed = narrowed.filter(Q(search_key__contains=word) | Exists(reached))
    if found := list(narrowed):
        return [Found(client) for client in _best(found, asked, _texts(viewer, found))]
    return _by_place_or_likeness(viewer, clients, asked)


def clients_in(*, viewer: Viewer, places: Iterable[str]) -> set[str]:
    """The ids of the clients of these towns or neighbourhoods, whatever their accents, hyphens and « St »."""
    wanted = {place_key(place) for place in places}
    where = people(viewer).exclude(municipality="", postal_code="")
    return {
        client
        for client, town, code in where.values_list("client", "municipality", "postal_code")
        if client and ({place_key(town), place_key(neighbourhood(code, town))} & wanted)
    }


def contacts_of(*, viewer: Viewer, clients: Iterable[str]) -> Mapping[str, list[Contact]]:
    """The contacts of each client that are still in use, the main one first; one query."""
    found: dict[str, list[Contact]] = defaultdict(list)
    for contact in in_order(people(viewer).filter(client__among=list(clients))):
        found[str(contact.client_id)].append(contact)
    return found


def people(viewer: Viewer) -> QuerySet[Contact]:
    """The contacts that are still in use."""
    return Contact.objects.visible_to(viewer).present().lightly().exclude(archived=True)


def in_order(contacts: Iterable[Contact]) -> list[Contact]:
    """The main one first, then in Gazelle's order; those it does not rank come last."""

    def rank(one: Contact) -> tuple[bool, bool, int, str]:
        return not one.is_default, one.sort_order is None, one.sort_order or 0, one.pk

    return sorted(contacts, key=rank)


def main_contact(contacts: Iterable[Contact]) -> Contact | None:
    """Who is met on site: the default contact, which `contacts_of` puts first."""
    return next(iter(contacts), None)


def technician_named(*, viewer: Viewer, name: str) -> Technician | None:
    """The technician of that full name; None when nobody, or more than one, bears it."""
    wanted = fold(name)
    known = Technician.objects.visible_to(viewer).present().lightly()
    found = [person for person in known if fold(str(person)) == wanted]
    return found[0] if len(found) == 1 else None


def place_key(name: str) -> str:
    """« St-Jérôme », « Saint Jérôme » → one key."""
    text = re.sub(r"[^a-z0-9]+", " ", fold(name))
    return re.sub(r"\bst(e?)\b", r"saint\1", text).strip()


def same_place(one: str, other: str) -> bool:
    """Whether two names are one town or neighbourhood, however they are written."""
    return bool(one) and place_key(one) == place_key(other)


def _words(typed: str) -> list[str]:
    """The folded words; a telephone number is one word of digits, however it was typed."""
    folded = fold(typed)
    if not re.search(r"[^\W\d_]", folded):
        number = digits(folded)
        return [number] if len(number) >= PHONE_DIGITS else folded.split()
    return re.findall(r"[\w@.+'-]+", folded)


def _texts(viewer: Viewer, clients: Iterable[Client]) -> dict[str, list[str]]:
    """What each client may be called: its own name and that of each contact, folded."""
    texts = {client.pk: [fold(client.display_name), fold(client.company_name)] for client in clients}
    for client, first, last in (
        people(viewer).filter(client__among=list(texts)).values_list("client", "first_name", "last_name")
    ):
        texts[str(client)].append(fold(f"{first} {last}"))
    return texts


def _best(found: list[Client], asked: list[str], texts: Mapping[str, list[str]]) -> list[Client]:
    whole = " ".join(asked)

    def fit(client: Client) -> int:
        names = texts[client.pk]
        if whole in names:
            return 0
        worded = set(re.findall(r"\w+", " ".join([*names, client.search_key])))
        return 1 if all(set(re.findall(r"\w+", word)) <= worded for word in asked) else 2

    fits = {client.pk: fit(client) for client in found}
    best = min(fits.values())
    return sorted(
        (client for client in found if fits[client.pk] == best),
        key=lambda client: (client.status == "INACTIVE", client.search_key, client.pk),
    )


def _by_place_or_likeness(viewer: Viewer, clients: QuerySet[Client], asked: list[str]) -> list[Found]:
    """What no key holds: an address, a postal code; else names written otherwise, or one slip of the finger away."""
    whole, glued = " ".join(asked), "".join(asked)
    spelt = place_key(whole).split()
    at_place: set[str] = set()
    alike: dict[str, int] = {}
    known = clients.values_list("pk", "display_name")
    reached = people(viewer).values_list("client", "first_name", "last_name", "street1", "postal_code")
    named = [(str(pk), name, "", "") for pk, name in known]
    named += [(str(pk), f"{first} {last}", fold(street), fold(code)) for pk, first, last, street, code in reached]
    for pk, name, street, code in named:
        if (street and whole in street) or (len(glued) >= 3 and code.replace(" ", "").startswith(glued)):
            at_place.add(pk)
        elif (slips := _slips(spelt, place_key(name).split())) is not None:
            alike[pk] = min(slips, alike.get(pk, slips))
    fewest = min(alike.values(), default=0)
    kept = at_place or {pk for pk, slips in alike.items() if slips == fewest}
    found = clients.filter(pk__among=sorted(kept)).order_by("search_key", "pk") if kept else ()
    return [Found(client, approximate=not at_place and fewest > 0) for client in found]


def _slips(asked: list[str], name: list[str]) -> int | None:
    """How many slips of the finger lead from the words asked to words of the name; None when they are too many.

    One is forgiven from four letters on, two from eight on: « roi » is not « Roy ».
    """
    total = 0
    if not asked:
        return None
    for word in asked:
        forgiven = min(len(word) // 4, 2)
        fewest = min((OSA.distance(word, other, score_cutoff=forgiven) for other in name), default=forgiven + 1)
        if fewest > forgiven:
            return None
        total += fewest
    return total
