"""The company, its languages and taxes, and the people who work there (those of the invented roster)."""

from __future__ import annotations

from typing import Any

from gazelle_site.sandbox.making.words import plain_letters
from gazelle_site.sandbox.making.world import Dice, World
from gazelle_site.sandbox.store import Record

TECHNICIANS = (("Simon", "Arcand"), ("Jean-Marc", "Doiron"), ("Maude", "Pilote"), ("Karim", "Haddad"))
OWNER = ("Bruno", "Lachance")
OFFICE = ("Odile", "Fortier")
FORMER = ("Ghislaine", "Vadnais")
UNKNOWN = (("Remplaçant", "Été"), ("", "Import 2016"))
"""Authors of old timeline rows whom allUsers does not list."""

COLORS = ("#3b82f6", "#ef4444", "#10b981", "#f59e0b", "#8b5cf6", "#64748b", "#94a3b8")


def make_company(world: World) -> None:
    """One company, two languages, its two taxes and a past one."""
    dice = world.dice("company")
    french: dict[str, Any] = {
        "id": "lcl_frCA000000000001",
        "locale": "fr_CA",
        "isClientDefault": True,
        "isUserDefault": True,
    }
    english = {"id": "lcl_enUS000000000002", "locale": "en_US", "isClientDefault": False, "isUserDefault": False}
    for localization in (french, english):
        world.add("CoreLocalization", dice, {**localization, "createdAt": "2016-01-04T14:00:00Z"})
    currency: dict[str, Any] = {
        "id": "cur_CAD0000000000001",
        "code": "CAD",
        "decimalDigits": 2,
        "divisor": 100,
        "label": "Dollar canadien",
    }
    world.add("CoreCurrency", dice, {**currency, "symbol": "$"})
    for name, rate, state in (("TPS", 5000, "ACTIVE"), ("TVQ", 9975, "ACTIVE"), ("TVH (ON)", 13000, "HISTORICAL")):
        active = state == "ACTIVE"
        world.add("PrivateTax", dice, {"name": name, "rate": rate, "activeOrHistorical": state, "default": active})
    _company(world, dice, french["id"], currency["id"])


def _company(world: World, dice: Dice, locale_id: str, currency_id: str) -> None:
    settings = {
        "general": {"capitalizeNames": False, "hourlyRate": 12500, "timezone": "America/Toronto"},
        "localization": {
            "defaultClientLocalization": locale_id,
            "defaultCurrency": currency_id,
            "defaultUserLocalization": locale_id,
        },
        "pianos": {"defaultServiceIntervalMonths": 6},
    }
    world.add(
        "PrivateCompany",
        dice,
        {
            "id": "com_SandboxCompany01",
            "name": "Pianos du Bac à sable",
            "countryCode": "CA",
            "email": "bureau@courriel.example",
            "phoneNumber": "514 555-0100",
            "urlToken": "bac-a-sable",
            "billablePianoLimit": 1000,
            "createdAt": "2016-01-04T14:00:00Z",
            "settings": settings,
        },
    )


def make_users(world: World) -> None:
    """Technicians, the owner, the office, someone who left, and two whom nobody lists."""
    dice = world.dice("staff")
    for first, last in TECHNICIANS:
        _user(world, dice, first, last, accessLevel="TECHNICIAN", isSchedulable=True)
    world.identity = _user(world, dice, *OWNER, accessLevel="ADMIN", isSchedulable=True)["id"]
    _user(world, dice, *OFFICE, accessLevel="ASSISTANT", isSchedulable=False)
    _user(world, dice, *FORMER, accessLevel="TECHNICIAN", isSchedulable=False, status="INACTIVE")
    for first, last in UNKNOWN:
        _user(world, dice, first, last, ghost=True, status="INACTIVE", isSchedulable=False)


def _user(world: World, dice: Dice, first: str, last: str, *, ghost: bool = False, **more: object) -> Record:
    rank = len(world.of("PrivateUser"))
    address = plain_letters(f"{first}.{last}")
    values: Record = {
        "firstName": first,
        "lastName": last,
        "fullName": f"{first} {last}".strip(),
        "email": f"{address}@courriel.example",
        "color": COLORS[rank % len(COLORS)],
        "status": "ACTIVE",
        "timezone": "America/Toronto",
        "defaultBuffer": 15,
        "hasLimitedAccess": False,
        "createdAt": "2016-01-04T15:00:00Z",
        "updatedAt": "2024-02-01T15:00:00Z",
    }
    return world.add("PrivateUser", dice, {**values, **more}, ghost=ghost)


def technicians(world: World) -> list[str]:
    """Ids of those who can be booked, the owner included."""
    return [user["id"] for user in world.of("PrivateUser") if user["isSchedulable"]]


def everyone(world: World) -> list[str]:
    """Ids of all listed users."""
    return [user["id"] for user in world.of("PrivateUser")]


def unknown_users(world: World) -> list[str]:
    """Ids of the authors whom no list shows."""
    return [user["id"] for user in world.ghosts["PrivateUser"]]
