"""Which client, or which piano, a question is about; when several fit, the question goes back."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.asked import Asked, Settled
from assistant.answering.contract import Fact, Focus, Item, Line, joined, line
from assistant.answering.telling import (
    address,
    admin_page,
    client_name,
    contact_name,
    counted,
    day_of,
    district,
    local_day,
    of,
    phone_of,
    piano_name,
    quoted,
    said,
    written_day,
)
from clients.models import Client
from clients.selectors import Found, clients_in, contacts_of, find_clients, main_contact
from pianos.models import Piano
from pianos.selectors import Wanted, find_pianos, last_services

CHOICES = 8
"""Of a question asked back: what fits on a telephone."""
KIND_WORDS = {
    "GRAND": "à queue",
    "SQUARE_GRAND": "carré",
    "UPRIGHT": "droit",
    "STUDIO": "droit, studio",
    "CONSOLE": "droit, console",
    "SPINET": "épinette",
    "DIGITAL": "numérique",
    "ORGAN": "orgue",
    "HARPSICHORD": "clavecin",
    "FORTEPIANO": "pianoforte",
    "CLAVICHORD": "clavicorde",
    "HYBRID": "hybride",
}


def the_client(asked: Asked) -> Client:
    """The one client of the question, or of the conversation; Settled when there is none, or several."""
    client = a_client(asked)
    if client is None:
        raise Settled(asked.ask_back(line("De quel client parlez-vous ?")))
    return client


def a_client(asked: Asked) -> Client | None:
    """The client named, else the one the conversation is about; None when there is neither."""
    if asked.slots.get("client_id"):
        return _known(asked, str(asked.slots["client_id"]))
    if not asked.slots.get("client_name") and not asked.slots.get("phone_suffix"):
        return _known(asked, asked.memory.client) if asked.memory.client else None
    found = clients_named(asked)
    if not found:
        raise Settled(asked.not_found(line("Aucun client ne répond à ", quoted(_as_said(asked)), ".")))
    if asked.understood.source == "context" and asked.memory.client in {one.client.pk for one in found}:
        found = [one for one in found if one.client.pk == asked.memory.client]  # chosen earlier among these
    if len(found) == 1 and not found[0].approximate:
        return found[0].client
    question = line("Quel client ", quoted(_as_said(asked)), " ? ", counted(len(found), "fiche", "fiches"), ".")
    if found[0].approximate:
        # A door code is not given for a name that only resembles.
        question = line("Personne n’a exactement le nom ", quoted(_as_said(asked)), ". Vouliez-vous dire :")
    shown = client_items(asked, [one.client for one in found[:CHOICES]])
    raise Settled(asked.ask_back(question, shown, total=len(found)))


def named_client(asked: Asked) -> Client | None:
    """The client that the question itself names; the conversation's is not taken for it."""
    named = any(asked.slots.get(slot) for slot in ("client_id", "client_name", "phone_suffix"))
    return a_client(asked) if named else None


def clients_named(asked: Asked) -> list[Found]:
    """The clients that fit the name, or the end of the telephone number, and the town of the question."""
    typed = str(asked.slots.get("client_name") or asked.slots.get("phone_suffix") or "")
    return find_clients(viewer=asked.viewer, typed=typed, within=clients_in_places(asked))


def places(asked: Asked) -> list[str]:
    """The towns and neighbourhoods of the question."""
    alone = (asked.slots.get("city"), asked.slots.get("neighborhood"))
    return [*asked.slots.get("cities", ()), *filter(None, alone)]


def clients_in_places(asked: Asked) -> set[str] | None:
    """The ids of the clients that live there; None when no place is asked."""
    wanted = places(asked)
    return clients_in(viewer=asked.viewer, places=wanted) if wanted else None


def client_items(asked: Asked, clients: Sequence[Client]) -> tuple[Item, ...]:
    """A list of clients, each with its town, its last visit and how to reach it; two queries."""
    keys = [client.pk for client in clients]
    contacts = contacts_of(viewer=asked.viewer, clients=keys)
    served = last_services(viewer=asked.viewer, clients=keys, now=asked.now)
    items = []
    for client in clients:
        people = contacts.get(client.pk, [])
        at = served.get(client.pk)
        place = main_contact(people)
        seen = Fact(written_day(local_day(at)), "clients", client.pk, "last_service") if at else None
        items.append(
            Item(
                kind="client",
                id=client.pk,
                title=client_name(client),
                lines=tuple(
                    one
                    for one in (
                        joined(" · ", [district(place), address(place)]),
                        line("Dernière visite : ", seen) if seen else line("Jamais visité, selon l’historique"),
                        joined(", ", [contact_name(place) if place else None, phone_of(people)]),
                    )
                    if str(one)
                ),
                url=admin_page(client) if asked.office else "",
                phone=str(phone_of(people)),
                address=str(address(place)),
                badges=("Inactif",) if client.status == "INACTIVE" else (),
                client=client.pk,
                city=place.municipality if place else "",
            )
        )
    return tuple(items)


def the_piano(asked: Asked) -> Piano:
    """The one piano of the question: by its number, else the conversation's, else the client's only one."""
    serial = str(asked.slots.get("serial") or "")
    if serial:
        found = find_pianos(viewer=asked.viewer, wanted=Wanted(serial=serial))
        if not found:
            raise Settled(asked.not_found(line("Aucun piano ne porte le numéro ", said(serial, "serial"), ".")))
    elif asked.slots.get("piano_id") or (asked.memory.piano and not asked.slots.get("client_name")):
        key = asked.slots.get("piano_id") or asked.memory.piano
        found = list(Piano.objects.visible_to(asked.viewer).present().lightly("client").filter(pk=key))
    else:
        owner = {the_client(asked).pk}
        make, model = (str(asked.slots.get(name) or "") for name in ("piano_make", "piano_model"))
        found = find_pianos(viewer=asked.viewer, wanted=Wanted(make=make, model=model), clients=owner)
        found = [one for one in found if one.status != "INACTIVE"] or found
    if not found:
        raise Settled(asked.not_found(line("Aucun piano n’est connu pour cette question.")))
    if len(found) > 1:
        raise Settled(asked.ask_back(line("Quel piano ?"), piano_items(asked, found[:CHOICES]), total=len(found)))
    return found[0]


def piano_items(asked: Asked, pianos: Sequence[Piano]) -> tuple[Item, ...]:
    """A list of instruments."""
    return tuple(
        Item(
            kind="piano",
            id=piano.pk,
            title=piano_name(piano),
            lines=tuple(one for one in _about(piano) if str(one)),
            url=admin_page(piano) if asked.office else "",
            badges=_piano_badges(piano),
            client=piano.client_id or "",
        )
        for piano in pianos
    )


def on_client(client: Client) -> Focus:
    """What a conversation is about once this client was answered about."""
    return Focus("client", client.pk, str(client))


def on_piano(piano: Piano) -> Focus:
    return Focus("piano", piano.pk, str(piano))


def _known(asked: Asked, key: str) -> Client:
    known = Client.objects.visible_to(asked.viewer).present().filter(pk=key).first()
    if known is None:
        raise Settled(asked.not_found(line("Cette fiche de client n’est pas, ou n’est plus, dans Gazelle.")))
    return known


def _as_said(asked: Asked) -> Fact:
    slot = "client_name" if asked.slots.get("client_name") else "phone_suffix"
    return said(str(asked.slots[slot]), slot)


def _about(piano: Piano) -> list[Line]:
    size = joined(", ", [line(KIND_WORDS.get(piano.type, "")), of(piano, "size")])
    served = line("Dernier entretien : ", day_of(piano, "calculated_last_service"))
    owner = line("Client : ", client_name(piano.client)) if piano.client_id else line("Sans client")
    return [owner, size, served if piano.calculated_last_service else line()]


def _piano_badges(piano: Piano) -> tuple[str, ...]:
    told = {
        "Système d’humidité": piano.dampp_chaser_installed,
        "À réparer": piano.needs_repair_or_rebuilding,
        "Inactif": piano.status == "INACTIVE",
        "En location": piano.rental,
    }
    return tuple(words for words, true in told.items() if true)
