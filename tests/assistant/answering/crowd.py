"""A crowd of random questions over a random house: what each may not be shown, and whether each word has a source.

The rules are told here a second time, from the words planted in every closed value; nothing of the product judges.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from appointments.models import Appointment
from assistant.answering import Answer, Memory, answer
from assistant.answering.memory import Listed
from assistant.answering.routing import ROUTES
from assistant.understanding.results import Outcome, Understood
from clients.models import Client
from pianos.models import Piano
from tests.assistant.answering.house import (
    EVERYBODY,
    NOW,
    OFFICE,
    House,
    all_people,
    bill,
    booked,
    client,
    entry,
    measure,
    piano,
    sealed,
    visit,
)

NAMES = ("Anne Roy", "Luc Gagnon", "Rosalie Tremblay", "Jean Tremblay", "Hélène Lebœuf", "Paul Øster", "Zoé D’Août")
COMPANIES = ("Orford", "Théâtre Aubépine", "Place des Arts")
TOWNS = (("Montréal", "H1Y 2K8"), ("Laval", "H7N 1A1"), ("Saint-Jérôme", "J7Y 1A1"), ("Orford", "J1X 6E2"))
MAKES = (("Yamaha", "U1"), ("Steinway & Sons", "B"), ("Heintzman", ""), ("Kawai", "K-300"))
OPEN_TYPES = ("SERVICE_ENTRY_MANUAL", "SERVICE_ENTRY_AUTOMATED", "PIANO_MEASUREMENT", "USER_COMMENT")
CLOSED_TYPES = ("CONTACT_EMAIL_MANUAL", "INVOICE", "INVOICE_PAYMENT", "APPOINTMENT", "ESTIMATE", "NEW_ONE", "")
WORDS = ("Accord 440 Hz.", "Apporter une rallonge.", "Pédale qui grince.", "Corde cassée au fa 6.", "Trop sec : 28 %.")


def random_house(dice: random.Random) -> House:
    """Thirty clients with everything that may be closed to somebody, each closed value bearing its own word."""
    sealed()
    house = House(all_people())
    for rank in range(30):
        _client(house, dice, rank)
    for who in ("simon", "maude", "bruno"):
        word = house.secret(open_to={who})
        visit(f"own{who}", who, NOW + timedelta(hours=dice.randrange(48)), None, type="PERSONAL", title=f"Perso {word}")
    return house


def _client(house: House, dice: random.Random, rank: int) -> None:
    company = rank < len(COMPANIES)
    name = COMPANIES[rank] if company else f"{dice.choice(NAMES)} {rank}"
    town, code = dice.choice(TOWNS)
    visits = [(dice.choice(("simon", "maude", "bruno", None)), _when(dice), dice.random() < 0.15) for _ in range(3)]
    inside = {who for who, when, gone in visits if who and not gone and when >= NOW - timedelta(days=30)}
    notes, access = house.secret(open_to=OFFICE | inside), house.secret(open_to=OFFICE | inside)
    owner = client(
        str(rank),
        name,
        company=company,
        town=town,
        code=code,
        phone=f"514 555-0{rank:03d}",
        personal_notes=f"Gros chien. {notes}",
        preference_notes=f"Code {access}.",
        locale="fr_CA",
    )
    make, model = dice.choice(MAKES)
    one = piano(f"{rank}a", owner, make, model, dampp_chaser_installed=dice.random() < 0.3, year=1950 + rank)
    for turn, (who, when, canceled) in enumerate(visits):
        readers = (OFFICE | {who}) if who else OFFICE
        word = house.secret(open_to=set() if canceled and turn == 0 else readers)
        row = visit(
            f"{rank}v{turn}",
            who,
            when,
            owner,
            one,
            notes=f"{dice.choice(WORDS)} {word}",
            status="CANCELED" if canceled else "ACTIVE",
            deleted_at=NOW if canceled else None,
            confirmed_by_client=dice.random() < 0.5,
        )
        if canceled and turn == 0:
            Appointment.objects.filter(pk=row.pk).update(status="ACTIVE")  # deleted without being canceled
        booked(row, f"Accord {word}", 100 + rank)
    for turn in range(4):
        kind = dice.choice(OPEN_TYPES + CLOSED_TYPES)
        word = house.secret(open_to=EVERYBODY if kind in OPEN_TYPES else OFFICE)
        who = dice.choice(("simon", "maude", "bruno"))
        text = f"{dice.choice(WORDS)} {word}"
        entry(f"{rank}e{turn}", dice.choice((owner, None)), one, _when(dice, past=True), text, who, entry_type=kind)
    gone = house.secret()
    entry(f"{rank}gone", owner, one, _when(dice, past=True), f"Retirée {gone}", deleted_at=NOW)
    day = NOW.date() - timedelta(days=dice.randrange(400))
    measure(f"{rank}m", one, day, dice.randrange(20, 70), a4_pitch=dice.choice((None, 44000, 44150)))
    number = 900_000 + rank
    for name in house.people:
        if name not in OFFICE:
            house.closed[name].add(str(number))
    bill(number, owner, dice.choice((None, 12345, 700)), dice.choice(("OPEN", "OVERDUE", "PAID")), day)


def _when(dice: random.Random, *, past: bool = False) -> Any:
    days = dice.randrange(-400, 0) if past else dice.randrange(-60, 30)
    return NOW + timedelta(days=days, minutes=15 * dice.randrange(40))


def questions(dice: random.Random, house: House, count: int) -> Iterator[tuple[str, Understood, Memory]]:
    """Random intents and slots by random people; some hold words, ids or lists that the asker should not know."""
    secrets = sorted(set().union(*house.closed.values()))
    visits = list(Appointment.objects.order_by("pk").values_list("pk", flat=True))
    clients, pianos = (list(model.objects.order_by("pk").values_list("pk", flat=True)) for model in (Client, Piano))
    names = list(Client.objects.order_by("pk").values_list("display_name", flat=True))
    intents = sorted(set(ROUTES) - {"smalltalk", "help", "reset"})
    slots: dict[str, Any] = {
        "date_range": lambda: _range(dice),
        "client_name": lambda: dice.choice(
            [*names, "Tremblay", "trembley", "orford", "rue des Érables", dice.choice(secrets)]
        ),
        "client_id": lambda: dice.choice([*clients, "cli_none"]),
        "appointment_id": lambda: dice.choice([*visits, "evt_none"]),
        "technician": lambda: dice.choice(("Simon Arcand", "Maude Pilote", "Bruno Lachance", "Personne Inconnue")),
        "city": lambda: dice.choice(("Laval", "montreal", "st-jérôme", "Rosemont")),
        "keyword": lambda: dice.choice(("corde", "chien", "code", "accord", "pls", dice.choice(secrets))),
        "search_terms": lambda: dice.sample(("chien", "code", "pedal", "yamaha", "accord", dice.choice(secrets)), 2),
        "text": lambda: dice.choice(("corde cassée", "code", dice.choice(secrets))),
        "serial": lambda: f"S{dice.randrange(30)}a",
        "piano_make": lambda: dice.choice(("Yamaha", "Heintzman")),
        "fields": lambda: dice.sample(
            ("access_code", "pets", "phone", "email", "address", "language", "availability"), 2
        ),
        "direction": lambda: dice.choice(("next", "last")),
        "scope": lambda: dice.choice(("self", "all")),
        "group_by": lambda: dice.choice(("technician", "month", "city", "client", "week")),
        "metric": lambda: dice.choice(("appointments", "pianos", "clients")),
        "measure": lambda: dice.choice(("humidity", "pitch", "temperature")),
        "aggregate": lambda: dice.choice(("avg", "count", "sum")),
        "status": lambda: "CANCELED",
        "full": lambda: True,
        "limit": lambda: dice.randrange(1, 50),
        "select_index": lambda: dice.randrange(1, 5),
        "part_of_day": lambda: dice.choice(("morning", "afternoon")),
        "exclude": lambda: {"city": "Laval"},
        "missing": lambda: ["email"],
        "invoice_number": lambda: 900_000 + dice.randrange(30),
    }
    for _ in range(count):
        intent = dice.choice(intents)
        chosen = {*dice.sample(sorted(slots), dice.randrange(0, 4)), *_useful(dice, intent)}
        who = dice.choice(sorted(house.people) + sorted(EVERYBODY) * 3)
        outcome = dice.choice((Outcome.ANSWERED,) * 19 + (Outcome.DENIED,))
        memory = _memory(dice, clients, pianos, visits) if dice.random() < 0.3 else Memory()
        yield who, Understood(intent, {name: slots[name]() for name in sorted(chosen)}, outcome), memory


def _useful(dice: random.Random, intent: str) -> list[str]:
    """The slots without which an intent is answered nothing."""
    if "appointments" in intent or intent in ("summary", "stats", "parts_needed"):
        return dice.choice((["date_range"], ["date_range", "technician"], []))
    if intent.startswith(("client", "measure", "recurring", "piano_history")):
        return [dice.choice(("client_id", "client_name"))]
    return {
        "appointment_detail": ["appointment_id"],
        "piano_search": ["piano_make"],
        "search_notes": [dice.choice(("keyword", "search_terms"))],
        "semantic_search": ["text"],
    }.get(intent, [])


def _memory(dice: random.Random, clients: list[str], pianos: list[str], visits: list[str]) -> Memory:
    """A conversation about records that the asker may never have been shown."""
    kinds = (("visit", visits), ("client", clients), ("piano", pianos))
    listed = tuple(Listed(kind, dice.choice(keys), "x", client=dice.choice(clients)) for kind, keys in kinds)
    return Memory(dice.choice(clients), dice.choice(pianos), listed)


def _range(dice: random.Random) -> dict[str, str]:
    first: date = NOW.date() + timedelta(days=dice.randrange(-90, 30))
    return {"start": first.isoformat(), "end": (first + timedelta(days=dice.choice((0, 6, 60)))).isoformat()}


def asked(house: House, who: str, understood: Understood, memory: Memory) -> Answer:
    somebody = house.people[who]
    return answer(understood, viewer=somebody.viewer, asker=somebody.asker, now=NOW, memory=memory)


def leaked(house: House, who: str, found: Answer) -> set[str]:
    """The closed words that an answer shows; what the asker said himself is not shown to him by us."""
    shown: list[object] = [
        *(part for part in found.text.parts if getattr(part, "entity", "") != "question"),
        *found.notes,
    ]
    shown += [found.scope, found.focus, *found.choices, *found.suggestions, *(link.url for link in found.links)]
    for item in found.items:
        shown += [item.id, item.title, *item.lines, item.url, item.phone, item.address, *item.badges]
    text = "\n".join(map(str, shown))
    return {word for word in house.closed[who] if word in text}
