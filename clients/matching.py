"""Clients that may be one client, contacts that may be one person: read from the tables, never written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import cast

from django.db.models import QuerySet

from clients.likeness import MODEL, Card, Someone, card
from clients.models import Client, Contact
from syncing.matching.scoring import Suggestion
from syncing.resembling import Resemblance

_PERSON = (
    "id", "client_id", "first_name", "last_name", "suffix", "phone", "mobile", "email", "street1", "street2",
    "municipality", "postal_code", "raw_data__allPhones__nodes", "raw_data__allEmails__nodes",
    "raw_data__allLocations__nodes",
)  # fmt: skip


def suggestions_for(client: Client) -> list[Suggestion]:
    """Clients that this one may be, most likely first; a placeholder is known by what cites it."""
    return CLIENTS.suggestions_for(client)


def recognise(row: Card) -> list[Suggestion]:
    """Clients that a row of another source may be; `likeness.card` makes it one."""
    return CLIENTS.recognise(row)


def duplicates() -> Iterator[Suggestion]:
    """All pairs of present clients that may be one."""
    return CLIENTS.duplicates()


def contact_suggestions_for(contact: Contact) -> list[Suggestion]:
    """Contacts that may be this person, of any client."""
    return CONTACTS.suggestions_for(contact)


def duplicate_contacts() -> Iterator[Suggestion]:
    """All pairs of present contacts that may be one person."""
    return CONTACTS.duplicates()


# -- from rows to cards ------------------------------------------------------------------------------------------------


def client_cards() -> Iterator[Card]:
    """Every present client with its people, from plain rows."""
    return _client_cards(Client.objects.present(), Contact.objects.present())


def contact_cards() -> Iterator[Card]:
    """Every present contact."""
    return (card(pk, "", (someone,)) for pk, _, someone in _people(Contact.objects.present()))


def client_card(pk: str) -> Card:
    """One client, whatever its state."""
    return next(_client_cards(Client.objects.filter(pk=pk), Contact.objects.filter(client=pk)), Card(pk))


def contact_card(pk: str) -> Card:
    return next((card(pk, "", (someone,)) for pk, _, someone in _people(Contact.objects.filter(pk=pk))), Card(pk))


def _client_cards(clients: QuerySet[Client], contacts: QuerySet[Contact]) -> Iterator[Card]:
    people: dict[str, list[Someone]] = defaultdict(list)
    for _, client, someone in _people(contacts.filter(client__isnull=False)):
        people[client].append(someone)
    for pk, company_name in clients.order_by("pk").values_list("pk", "company_name").iterator():
        yield card(pk, company_name, people.get(pk, ()))


def _people(contacts: QuerySet[Contact]) -> Iterator[tuple[str, str, Someone]]:
    """(contact, client, person): the columns, and in Gazelle's answer the numbers and addresses that are no default."""
    for row in contacts.order_by("pk").values_list(*_PERSON).iterator():
        pk, client, first, last, suffix, phone, mobile, email, street1, street2, town, postal, *lists = row
        phones, emails, places = (_nodes(value) for value in lists)
        yield (
            pk,
            client or "",
            Someone(
                first, last, suffix,
                phones=_distinct(phone, mobile, *(_with_extension(node) for node in phones)),
                emails=_distinct(email, *(_text(node, "email") for node in emails)),
                addresses=tuple(
                    dict.fromkeys(
                        (
                            (street1, street2, town, postal),
                            *(
                                (
                                    _text(node, "street1"), _text(node, "street2"), _text(node, "municipality"),
                                    _text(node, "postalCode"),
                                )
                                for node in places
                            ),
                        )
                    )
                ),
            ),
        )  # fmt: skip


def _nodes(value: object) -> list[Mapping[str, object]]:
    """The nodes of a connection as received; an answer may lack it."""
    return (
        [cast(Mapping[str, object], node) for node in value if isinstance(node, dict)]
        if isinstance(value, list)
        else []
    )


def _text(node: Mapping[str, object], name: str) -> str:
    value = node.get(name)
    return value if isinstance(value, str) else ""


def _with_extension(node: Mapping[str, object]) -> str:
    number, extension = _text(node, "phoneNumber"), _text(node, "extension")
    return f"{number} poste {extension}" if number and extension else number


def _distinct(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


CLIENTS: Resemblance[Card] = Resemblance(
    "clients", MODEL, cards=client_cards, card_of=client_card, watched=("clients.Client", "clients.Contact")
)
CONTACTS: Resemblance[Card] = Resemblance(
    "contacts", MODEL, cards=contact_cards, card_of=contact_card, watched=("clients.Contact",)
)
RESEMBLANCES = (CLIENTS, CONTACTS)
