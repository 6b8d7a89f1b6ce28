"""Estimates: tiers made of groups and loose items, with totals that add up."""

from __future__ import annotations

from datetime import timedelta

from gazelle_site.sandbox.clock import local_day
from gazelle_site.sandbox.making.billing import tax_lines
from gazelle_site.sandbox.making.staff import everyone, technicians
from gazelle_site.sandbox.making.words import ODD_TEXTS
from gazelle_site.sandbox.making.world import Dice, World
from gazelle_site.sandbox.store import Record

LAST_NUMBER = 11987
TIER_NOTES = ("Option de base", "Option recommandée : remise à neuf de la mécanique", "Option complète")
GROUP_NAMES = ("Mécanique", "Clavier", "Accord et harmonisation", "PLS")


def make_estimates(world: World) -> None:
    """On pianos that have an owner: an estimate has both."""
    dice = world.dice("estimates")
    count = world.size.estimates
    pianos = [piano for piano in world.of("PrivatePiano") if piano["client"]]
    numbers = sorted(dice.sample(range(LAST_NUMBER - count * 3, LAST_NUMBER + 1), count))
    for day, number in zip(world.spread(dice, count, years=6), numbers, strict=True):
        _estimate(world, dice, world.moment(dice, day), number, dice.pick(pianos))
    first, second = world.of("PrivateEstimate")[:2]
    first["notes"], second["tags"] = ODD_TEXTS[0], ["urgent"]


def _estimate(world: World, dice: Dice, created: str, number: int, piano: Record) -> None:
    day = local_day(created)
    estimate = world.add(
        "PrivateEstimate",
        dice,
        {
            "number": number,
            "client": piano["client"],
            "piano": piano["id"],
            "assignedTo": dice.pick(technicians(world)) if dice.chance(0.8) else None,
            "createdBy": dice.pick(everyone(world)),
            "estimatedOn": day.isoformat(),
            "expiresOn": (day + timedelta(days=90)).isoformat(),
            "isArchived": dice.chance(0.2),
            "locale": "fr_CA" if dice.chance(0.9) else "en_US",
            "notes": dice.pick(("Valide 90 jours.", "Suite à la visite.", "")) if dice.chance(0.5) else None,
            "currentPerformanceLevel": dice.pick((None, 3, 5, 7)),
            "tags": ["urgent"] if dice.chance(0.05) else [],
            "clientUrl": f"https://soumissions.example/{number}",
            "createdAt": created,
            "updatedAt": world.later(dice, created, 120),
        },
    )
    count = dice.choices((1, 2, 3), (60, 25, 15))[0]
    tiers = [_tier(world, dice, estimate, rank, primary=rank == count - 1) for rank in range(count)]
    estimate["recommendedTierTotal"] = tiers[-1]["total"]


def _tier(world: World, dice: Dice, estimate: Record, rank: int, *, primary: bool) -> Record:
    made = {"createdAt": estimate["createdAt"], "updatedAt": estimate["updatedAt"]}
    tier = world.add(
        "PrivateEstimateTier",
        dice,
        {
            "estimate": estimate["id"],
            "sequenceNumber": rank,
            "isPrimary": primary,
            "allowSelfSchedule": False,
            "notes": TIER_NOTES[rank] if dice.chance(0.8) else dice.pick((None, "")),
            "targetPerformanceLevel": 6 + rank,
            **made,
        },
    )
    items = [_item(world, dice, tier, None, place, made) for place in range(int(dice.random() * 3))]
    for place in range(1 + dice.chance(0.5)):
        name = GROUP_NAMES[(rank + place) % len(GROUP_NAMES)]
        values = {"estimateTier": tier["id"], "name": name, "sequenceNumber": place, **made}
        group = world.add("PrivateEstimateTierGroup", dice, values)
        items += [_item(world, dice, tier, group["id"], each, made) for each in range(1 + int(dice.random() * 3))]
    for name in ("subtotal", "taxTotal", "total"):
        tier[name] = sum(item[name] for item in items)
    return tier


def _item(world: World, dice: Dice, tier: Record, group: str | None, rank: int, made: dict[str, str]) -> Record:
    service = dice.pick(world.of("PrivateMasterServiceItem"))
    amount, quantity = service["amount"] or 8000, dice.pick((100, 100, 100, 200))
    subtotal = round(amount * quantity / 100)
    taxes = tax_lines(world, dice, "PrivateEstimateTierItemTax", subtotal) if service["isTaxable"] else []
    tax_total = sum(line["total"] for line in taxes)
    return world.add(
        "PrivateEstimateTierItem",
        dice,
        {
            "estimateTier": tier["id"],
            "estimateTierGroup": group,
            "masterServiceItem": service["id"],
            "name": service["name"]["fr_CA"],
            "description": service["description"].get("fr_CA"),
            "educationDescription": service["educationDescription"].get("fr_CA"),
            "amount": amount,
            "quantity": quantity,
            "duration": service["duration"],
            "type": service["type"],
            "isTaxable": service["isTaxable"],
            "isTuning": service["isTuning"],
            "sequenceNumber": rank,
            "subtotal": subtotal,
            "taxTotal": tax_total,
            "total": subtotal + tax_total,
            "taxes": taxes,
            **made,
        },
    )
