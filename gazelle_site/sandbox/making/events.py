"""The calendar: visits, personal blocks, memos and synced events, past and to come, and the awkward ones."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from gazelle_site.sandbox.clock import COMPANY_ZONE, local_day, to_utc
from gazelle_site.sandbox.making.households import DELETED_CLIENTS
from gazelle_site.sandbox.making.staff import OFFICE, everyone, technicians
from gazelle_site.sandbox.making.words import ODD_TEXTS
from gazelle_site.sandbox.making.world import COMPANY_BEGINS, Dice, World
from gazelle_site.sandbox.schema import write_instant
from gazelle_site.sandbox.store import Record

EVENT_NOTES = (
    "Confirmé par courriel. Stationnement arrière.",
    "Première visite, piano non accordé depuis 10 ans",
    "Apporter une rallonge pour le PLS.",
    "Demander la clé à la réception.",
    "Client absent l'après-midi.",
    "",
)
PERSONAL_TITLES = ("Dentiste", "Congé", "Vacances", "Formation", "Livraison", "Garage")
MEMO_TITLES = ("Commander des tampons", "Rappeler la régie", "Inventaire du camion", "Facturer Orford")
SOURCES = ("manual_schedule", "tech_schedule", "client_schedule")


def make_events(world: World) -> None:
    """Two thirds of the ordinary ones in the last two years, some five percent to come."""
    dice = world.dice("events")
    maker = _Calendar(world, dice)
    maker.awkward()
    for day in _days(world, dice, world.size.events - len(world.of("PrivateEvent"))):
        maker.ordinary(day)
    world.of("PrivateEvent").sort(key=lambda event: str(event["start"]))
    _last_services(world)


def _days(world: World, dice: Dice, count: int) -> list[date]:
    coming = max(8, count // 18)
    recent = (count - coming) * 2 // 3
    span = max(1, (world.today - COMPANY_BEGINS).days)
    days = [world.today + timedelta(days=int(dice.random() ** 1.6 * 200)) for _ in range(coming)]
    days += [world.today - timedelta(days=int(dice.random() * 730)) for _ in range(recent)]
    days += [world.today - timedelta(days=int(dice.random() * span)) for _ in range(count - coming - recent)]
    return sorted(days)


class _Calendar:
    """Draws events among the clients, pianos and people already made."""

    def __init__(self, world: World, dice: Dice) -> None:
        self.world, self.dice = world, dice
        self.clients = world.of("PrivateClient")
        self.deleted = [client["id"] for client in world.ghosts["PrivateClient"]]
        self.names = {client["id"]: client["companyName"] or "" for client in self.clients}
        for contact in world.of("PrivateContact"):
            if contact["isDefault"] and not self.names.get(contact["client"]):
                self.names[contact["client"]] = f"{contact['firstName']} {contact['lastName']}"
        self.pianos: dict[str, list[str]] = {}
        for piano in world.of("PrivatePiano"):
            if piano["client"]:
                self.pianos.setdefault(piano["client"], []).append(piano["id"])
        self.owners = list(self.pianos)
        self.technicians, self.people = technicians(world), everyone(world)
        self.services = world.of("PrivateMasterServiceItem")
        self.office = next(user["id"] for user in world.of("PrivateUser") if user["firstName"] == OFFICE[0])

    def ordinary(self, day: date) -> None:
        """A day's event, of one of the four types."""
        kind = self.dice.choices(("APPOINTMENT", "PERSONAL", "MEMO", "SYNCED"), (84, 9, 4, 3))[0]
        hour = 8 + int(self.dice.random() * 10)
        start = to_utc(day, time(hour, self.dice.pick((0, 0, 15, 30))))
        if kind == "APPOINTMENT":
            self.visit(start)
        else:
            self.other(kind, start)

    def visit(self, start: datetime, **more: object) -> Record:
        """An appointment, with its pianos and sometimes booked services."""
        dice = self.dice
        client = dice.pick(self.owners) if dice.chance(0.93) else dice.pick(self.clients)["id"]
        pianos = self.pianos.get(client, [])
        few = dice.sample(pianos, min(len(pianos), 1 if len(pianos) < 4 else 1 + int(dice.random() * 4)))
        user = dice.pick(self.technicians) if dice.chance(0.97) else None
        duration = dice.pick((60, 90, 120, 120, 180, 420))
        status = self._status(start)
        confirmed = status != "CANCELED" and dice.chance(0.6)
        values: Record = {
            "client": client,
            "user": user,
            "title": self.names.get(client, "") or "Rendez-vous",
            "notes": dice.pick(EVENT_NOTES) if dice.chance(0.5) else dice.pick((None, "")),
            "duration": duration,
            "buffer": 15,
            "status": status,
            "confirmedByClient": confirmed and dice.chance(0.7),
            "confirmedAt": write_instant(start - timedelta(days=1 + dice.random() * 5)) if confirmed else None,
            "source": dice.choices(SOURCES, (70, 15, 15))[0],
            "travelMode": "DRIVING",
        }
        event = self._add("APPOINTMENT", start, {**values, **more})
        event["allEventPianos"] = [self._link(event, piano) for piano in few]
        if dice.chance(0.4):
            event["allServiceItems"] = [self._service(few) for _ in range(1 + dice.chance(0.3))]
        return event

    def other(self, kind: str, start: datetime, **more: object) -> Record:
        """An event without a client."""
        dice = self.dice
        title = dice.pick({"PERSONAL": PERSONAL_TITLES, "MEMO": MEMO_TITLES}.get(kind, ("Occupé", "Busy")))
        past = start < self.world.store.now
        values: Record = {
            "user": dice.pick(self.technicians) if kind != "MEMO" else dice.pick(self.people),
            "title": title,
            "duration": dice.pick((30, 60, 240, 480)),
            "isAllDay": kind == "PERSONAL" and dice.chance(0.3),
            "status": "COMPLETE" if kind == "MEMO" and past and dice.chance(0.5) else "ACTIVE",
            "source": "manual_schedule",
            "remoteType": "SYNCED" if kind == "SYNCED" else None,
        }
        event = self._add(kind, start, {**values, **more})
        if kind == "SYNCED":
            # Only events that come from another calendar carry a place: ours are at the client's.
            place = {
                "locationType": "SINGLE_LINE_ADDRESS",
                "singleLineAddress": "Café du Coin, 12 rue Fictive, Montréal",
            }
            event["location"] = self.world.part("PrivateEventLocation", dice, place)
        return event

    def awkward(self) -> None:
        """The cases that break calendars; every size has each of them."""
        today = self.world.today
        self.visit(to_utc(today + timedelta(days=2), time(23, 0)), notes="Après le concert, 23 h")
        self.visit(to_utc(today - timedelta(days=3), time(23, 0)), notes=ODD_TEXTS[0], status="COMPLETE")
        for spring, fall in [_clock_changes(year) for year in (today.year - 1, today.year, today.year + 1)]:
            self.visit(to_utc(spring, time(1, 30)), duration=120, notes="Nuit du changement d'heure (printemps)")
            self.visit(to_utc(fall, time(0, 30)), duration=180, notes="Nuit du changement d'heure (automne)")
        self.other("PERSONAL", to_utc(today + timedelta(days=5), time(0)), duration=2880, title="Congé 48 h")
        self.other("PERSONAL", to_utc(today - timedelta(days=9), time(0)), duration=2880, isAllDay=True)
        self.other("MEMO", to_utc(today + timedelta(days=1), time(9)))
        self.other("SYNCED", to_utc(today + timedelta(days=1), time(12)))
        self.visit(to_utc(date(2017, 5, 2), time(10)), status="COMPLETE", notes="Très ancien")
        self.visit(to_utc(today + timedelta(days=400), time(10)), status="ACTIVE", notes="Réservé un an d'avance")
        self.visit(to_utc(today + timedelta(days=4), time(14)), status="CANCELED")
        self.visit(to_utc(today - timedelta(days=4), time(14)), status="NO_SHOW")
        self.visit(to_utc(today + timedelta(days=1), time(10)), user=None, status="ACTIVE")
        self.visit(to_utc(today, time(9)), status="ACTIVE")
        self.visit(to_utc(today, time(13, 30)), status="ACTIVE", confirmedByClient=True)
        self.visit(to_utc(today - timedelta(days=6), time(11)), status="ACTIVE", notes=ODD_TEXTS[3])
        for rank in range(DELETED_CLIENTS):
            orphan = self.visit(to_utc(today - timedelta(days=1000 + rank), time(11)), status="COMPLETE")
            orphan.update(client=self.deleted[rank], title="Client supprimé", allEventPianos=[])

    def _add(self, kind: str, start: datetime, values: Record) -> Record:
        dice, world = self.dice, self.world
        booked = min(
            start - timedelta(days=3 + dice.random() ** 2 * 180), world.store.now - timedelta(hours=dice.random() * 50)
        )
        created = write_instant(booked)
        event: Record = {
            "type": kind,
            "start": write_instant(start),
            "timezone": "America/Toronto" if dice.chance(0.9) else "America/Montreal",
            "isAllDay": False,
            "confirmedByClient": False,
            "createdAt": created,
            "updatedAt": world.later(dice, created, 200),
            "createdBy": self.office if dice.chance(0.7) else dice.pick(self.people),
            "lifecycleState": "no-lifecycle",
            "allEventPianos": [],
            "allServiceItems": [],
        }
        return world.add("PrivateEvent", dice, {**event, **values})

    def _status(self, start: datetime) -> str:
        if start >= self.world.store.now:
            return "CANCELED" if self.dice.chance(0.05) else "ACTIVE"
        return self.dice.choices(("COMPLETE", "CANCELED", "ACTIVE", "NO_SHOW"), (88, 6, 4, 2))[0]

    def _link(self, event: Record, piano: str) -> Record:
        return {"event": event["id"], "piano": piano, "isTuning": self.dice.chance(0.85)}

    def _service(self, pianos: list[str]) -> Record:
        item = self.dice.pick(self.services)
        values = {name: item[name] for name in ("amount", "duration", "type", "isTaxable", "isTuning")}
        return self.world.part(
            "PrivateEventServiceItem",
            self.dice,
            {
                **values,
                "name": item["name"]["fr_CA"],
                "quantity": 100,
                "masterServiceItem": item["id"],
                "piano": pianos[0] if pianos else None,
            },
        )


def _clock_changes(year: int) -> tuple[date, date]:
    """The two Sundays on which the company's clocks move."""
    days = [date(year, 1, 1) + timedelta(days=place) for place in range(364)]
    offsets = [datetime.combine(day, time(12), COMPANY_ZONE).utcoffset() for day in days]
    changes = [days[place + 1] for place in range(363) if offsets[place] != offsets[place + 1]]
    return changes[0], changes[1]


def _last_services(world: World) -> None:
    """A completed tuning moves the date of last service of its piano."""
    last: dict[str, str] = {}
    for event in world.of("PrivateEvent"):
        if event["status"] == "COMPLETE":
            for link in event["allEventPianos"]:
                if link["isTuning"]:
                    last[link["piano"]] = event["start"]
    for piano in world.of("PrivatePiano"):
        start = last.get(piano["id"])
        piano["eventLastService"] = local_day(start).isoformat() if start else None
