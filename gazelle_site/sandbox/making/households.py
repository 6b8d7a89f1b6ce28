"""Clients and their contacts: households without company name, companies, and the institutions of the trade."""

from __future__ import annotations

from datetime import timedelta

from gazelle_site.sandbox.making.staff import technicians
from gazelle_site.sandbox.making.words import (
    COMPANY_KINDS,
    COMPANY_NAMES,
    FIRST_NAMES,
    INSTITUTIONS,
    LAST_NAMES,
    ODD_TEXTS,
    PERSONAL_NOTES,
    PREFERENCE_NOTES,
    REFERRERS,
    STREETS,
    TAGS,
    TOWNS,
    plain_letters,
)
from gazelle_site.sandbox.making.world import Dice, World
from gazelle_site.sandbox.store import Record

DELETED_CLIENTS = 3
"""Clients gone from the lists while old events, invoices and timeline rows still point at them."""


def make_clients(world: World) -> None:
    """Institutions first, then the rest by order of arrival."""
    dice, people = world.dice("clients"), world.dice("contacts")
    booked = technicians(world)
    days = world.spread(dice, world.size.clients, years=10)
    for rank, day in enumerate(days):
        institution = INSTITUTIONS[rank][0] if rank < len(INSTITUTIONS) else None
        client = _client(world, dice, world.moment(dice, day), institution, booked)
        _contacts(world, people, client, few=institution is None)
    for _ in range(DELETED_CLIENTS):
        gone = _client(world, dice, world.moment(dice, world.today - timedelta(days=900)), None, booked, ghost=True)
        gone["companyName"] = "Client supprimé"
    _oddities(world)


def _client(
    world: World, dice: Dice, created: str, institution: str | None, booked: list[str], *, ghost: bool = False
) -> Record:
    company = institution or (f"{dice.pick(COMPANY_KINDS)} {dice.pick(COMPANY_NAMES)}" if dice.chance(0.06) else None)
    status = "ACTIVE" if institution else dice.choices(("ACTIVE", "INACTIVE", "PROSPECT", "NEW"), (78, 14, 5, 3))[0]
    code = f"{int(dice.random() * 9000) + 1000}"
    english = dice.chance(0.12)
    return world.add(
        "PrivateClient",
        dice,
        {
            # null and "" mean the same to the CRM, which sends either.
            "companyName": company or (None if dice.chance(0.5) else ""),
            "clientType": ("institution" if institution else "business") if company else "residential",
            "status": status,
            "createdAt": created,
            "updatedAt": world.later(dice, created, 2500),
            "lifecycleState": "no-lifecycle" if dice.chance(0.7) else "active",
            "personalNotes": dice.pick(PERSONAL_NOTES).format(code=code) if dice.chance(0.3) else dice.pick((None, "")),
            "preferenceNotes": dice.pick(PREFERENCE_NOTES).format(code=code)
            if dice.chance(0.25)
            else dice.pick((None, "")),
            "preferredTechnicianId": dice.pick(booked) if dice.chance(0.4) else None,
            "referredBy": dice.pick(REFERRERS) if dice.chance(0.5) else None,
            "referenceId": f"V4-{int(dice.random() * 9000)}" if dice.chance(0.2) else None,
            "region": "QC",
            "localization": "lcl_enUS000000000002"
            if english
            else ("lcl_frCA000000000001" if dice.chance(0.99) else None),
            "tags": (["institution"] if institution else [])
            + (dice.sample(TAGS, 1 + dice.chance(0.3)) if dice.chance(0.12) else []),
            "noContactUntil": (world.today + timedelta(days=60)).isoformat() if dice.chance(0.02) else None,
            "noContactReason": "En voyage" if dice.chance(0.02) else None,
            "reasonInactiveDetails": dice.pick(("Déménagé", "Piano vendu", "")) if status == "INACTIVE" else None,
            "searchString": company or "",
            "company": "com_SandboxCompany01",
        },
        ghost=ghost,
    )


def _contacts(world: World, dice: Dice, client: Record, *, few: bool) -> None:
    """One to three people; the first is the default one, a later one may be archived. A few clients have none."""
    if few and not client["companyName"] and dice.chance(0.004):
        return
    count = dice.choices((1, 2, 3), (62, 28, 10) if few else (0, 1, 1))[0]
    last = dice.pick(LAST_NAMES)
    for rank in range(count):
        first = dice.pick(FIRST_NAMES)
        family = last if dice.chance(0.7) else dice.pick(LAST_NAMES)
        world.add(
            "PrivateContact",
            dice,
            {
                "client": client["id"],
                "firstName": first,
                "lastName": family,
                "title": dice.pick(("M.", "Mme", "Dr", None, "")) if dice.chance(0.4) else None,
                "role": dice.pick(("Direction", "Régie", "Comptabilité", None)) if client["companyName"] else None,
                "isDefault": rank == 0,
                "isBillingDefault": rank == (count - 1 if client["companyName"] else 0),
                "archived": rank > 0 and dice.chance(0.25),
                "sortOrder": rank,
                "wantsEmail": dice.chance(0.9),
                "wantsPhone": dice.chance(0.6),
                "wantsText": dice.chance(0.7),
                "createdAt": client["createdAt"],
                "updatedAt": world.later(dice, client["createdAt"], 1500),
                "allPhones": _phones(world, dice, client["createdAt"]),
                "allEmails": _emails(world, dice, first, family),
                **_places(world, dice, client["createdAt"], wanted=rank == 0 or dice.chance(0.3)),
            },
        )


def _phones(world: World, dice: Dice, created: str) -> list[Record]:
    kinds = dice.choices(((), ("MOBILE",), ("HOME",), ("MOBILE", "WORK")), (6, 60, 18, 16))[0]
    phones = []
    for rank, kind in enumerate(kinds):
        area = dice.pick(("514", "438", "450", "819"))
        phones.append(
            world.part(
                "PrivateContactPhone",
                dice,
                {
                    "phoneNumber": f"{area} 555-0{int(dice.random() * 900) + 100:03d}",
                    "extension": f"{int(dice.random() * 900) + 100}" if kind == "WORK" else None,
                    "type": kind,
                    "isDefault": rank == 0,
                    "confirmedClass": "MOBILE" if kind == "MOBILE" and dice.chance(0.8) else None,
                    "createdAt": created,
                    "updatedAt": created,
                },
            )
        )
    return phones


def _emails(world: World, dice: Dice, first: str, last: str) -> list[Record]:
    emails = []
    for rank in range(dice.choices((0, 1, 2), (10, 80, 10))[0]):
        name = plain_letters(f"{first}.{last}")
        address = f"{name}{int(dice.random() * 100) or ''}@{dice.pick(('courriel', 'poste', 'musique'))}.example"
        emails.append(world.part("PrivateContactEmail", dice, {"email": address, "isDefault": rank == 0}))
    return emails


def _places(world: World, dice: Dice, created: str, *, wanted: bool) -> Record:
    """The same place in the new model and in the old one, as the CRM still carries both."""
    if not wanted or dice.chance(0.03):
        return {"allLocations": [], "allAddresses": []}
    town, prefix = dice.pick(TOWNS)
    street = f"{int(dice.random() * 9900) + 10} {dice.pick(STREETS)}"
    second = f"app. {int(dice.random() * 40) + 1}" if dice.chance(0.25) else dice.pick((None, ""))
    code = f"{prefix} {int(dice.random() * 10)}{dice.pick('ABCEGHJKLMNPRSTVXY')}{int(dice.random() * 10)}"
    latitude, longitude = 45.4 + dice.random() * 0.4, -73.9 + dice.random() * 0.6
    common = {
        "street1": street,
        "street2": second,
        "municipality": town,
        "region": "QC",
        "postalCode": code,
        "createdAt": created,
        "updatedAt": created,
        "isBadAddress": dice.chance(0.01),
        "geocodeType": "ROOFTOP" if dice.chance(0.8) else "APPROXIMATE",
    }
    location, address = _both_models(common, latitude, longitude)
    locations = [world.part("PrivateContactLocation", dice, location)]
    if dice.chance(0.08):
        locations.append(world.part("PrivateContactLocation", dice, {**location, "usageType": "BILLING"}))
    return {"allLocations": locations, "allAddresses": [world.part("PrivateContactAddress", dice, address)]}


def _both_models(common: Record, latitude: float, longitude: float) -> tuple[Record, Record]:
    location = {
        **common,
        "countryCode": "CA",
        "locationType": "ADDRESS",
        "usageType": "STREET",
        "latitude": f"{latitude:.6f}",
        "longitude": f"{longitude:.6f}",
    }
    address = {
        **common,
        "address1": common["street1"],
        "address2": common["street2"],
        "city": common["municipality"],
        "state": common["region"],
        "zip": common["postalCode"],
        "type": "STREET",
        "lat": round(latitude, 6),
        "lng": round(longitude, 6),
    }
    return location, address


def _oddities(world: World) -> None:
    """Texts and cases that a mirror must survive, at fixed places so that every size has them."""
    clients = world.of("PrivateClient")
    for rank, text in enumerate(ODD_TEXTS):
        clients[10 + rank]["personalNotes"] = text
    clients[20]["referralClient"] = clients[21]["id"]
    clients[22]["tags"] = ["cacher", "école"]
    clients[23]["status"], clients[24]["status"] = "PROSPECT", "INACTIVE"
