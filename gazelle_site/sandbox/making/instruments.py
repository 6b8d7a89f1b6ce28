"""Pianos, their photos, and the measurements that are not part of a visit."""

from __future__ import annotations

from datetime import timedelta

from gazelle_site.sandbox.making.words import INSTITUTIONS, MAKES, ODD_TEXTS, PIANO_TAGS
from gazelle_site.sandbox.making.world import Dice, World
from gazelle_site.sandbox.store import Record

GRANDS = ("C3", "C7", "CFX", "b3", "GL-30", "RX-3", "D", "B", "M", "O", "L", "Grand", "SF10", "200", "225", "280VC")
WEIGHTS = [weight for _, _, weight in MAKES]
PIANO_NOTES = (
    "Table d'harmonie fendue, surveiller.",
    "Chevilles lâches dans le médium.",
    "PLS installé, remplir le réservoir à chaque visite.",
    "Mécanique à régler un jour.",
    "À réparer : pédale una corda.",
    "Housse fournie par le client.",
)


def make_pianos(world: World) -> None:
    """Those of the institutions, then one or two a household, then a few that belong to nobody."""
    dice = world.dice("pianos")
    clients = world.of("PrivateClient")
    owners: list[tuple[str | None, str]] = []
    for rank, count in enumerate(world.size.institution_pianos):
        room = INSTITUTIONS[rank][1]
        owners += [(clients[rank]["id"], f"{room} {100 + place}") for place in range(count)]
    orphans = max(1, world.size.pianos // 300)
    homes = clients[len(INSTITUTIONS) :]
    dice.shuffle(homes := list(homes))
    place = 0
    while len(owners) < world.size.pianos - orphans:
        home = homes[place % len(homes)]["id"]
        owners += [(home, dice.pick(("Salon", "Sous-sol", "", "Bureau")))] * (1 + dice.chance(0.08))
        place += 1
    owners = owners[: world.size.pianos - orphans] + [(None, "")] * orphans
    for owner, room in owners:
        _piano(world, dice, owner, room)
    world.of("PrivatePiano").sort(key=lambda piano: str(piano["createdAt"]))
    _details(world)


def _piano(world: World, dice: Dice, owner: str | None, room: str) -> None:
    values = _make_and_model(dice) | {"client": owner, "location": room, "lifecycleState": "no-lifecycle"}
    values |= _case_and_service(world, dice) | _options(dice, room)
    created = world.moment(dice, world.today - timedelta(days=int(dice.random() * 3400) + 10))
    dates = {"createdAt": created, "updatedAt": world.later(dice, created, 2000)}
    world.add("PrivatePiano", dice, {**values, **dates, "company": "com_SandboxCompany01"})


def _make_and_model(dice: Dice) -> Record:
    make, models, _ = dice.choices(MAKES, WEIGHTS)[0]
    model = dice.pick(models)
    kind = dice.choices(("UPRIGHT", "STUDIO", "CONSOLE", "DIGITAL"), (80, 8, 8, 4))[0]
    serial = f"{int(dice.random() * 900_000) + 1000:06d}"
    return {
        "make": make,
        "model": model or dice.pick((None, "")),
        "serialNumber": serial if dice.chance(0.87) else dice.pick((None, "")),
        "type": "GRAND" if model in GRANDS else kind,
        "year": 1900 + int(dice.random() ** 0.5 * 124) if dice.chance(0.7) else dice.pick((None, 0)),
        "searchString": f"{make} {model}".strip(),
    }


def _case_and_service(world: World, dice: Dice) -> Record:
    last = (world.today - timedelta(days=int(dice.random() * 1500))).isoformat()
    return {
        "status": dice.choices(("ACTIVE", "INACTIVE", "TEMPORARY_STORAGE"), (72, 26, 2))[0],
        "caseColor": dice.pick(("Noir", "Acajou", "Noyer", None, "")),
        "caseFinish": dice.pick(("Poli", "Satin", None)),
        "size": dice.pick((None, "6'1\"", '48"', "")),
        "serviceIntervalMonths": dice.pick((6, 6, 12, 12, None)),
        "manualLastService": last if dice.chance(0.5) else None,
        "nextServiceOverride": (world.today + timedelta(days=90)).isoformat() if dice.chance(0.02) else None,
        "notes": dice.pick(PIANO_NOTES) if dice.chance(0.15) else dice.pick((None, "")),
        "tags": dice.sample(PIANO_TAGS, 1) if dice.chance(0.1) else [],
    }


def _options(dice: Dice, room: str) -> Record:
    """The humidity system is tri-state: null is the most common answer."""
    humidity = dice.choices((None, True, False), (65, 22, 13))[0]
    return {
        "damppChaserInstalled": humidity,
        "damppChaserHumidistatModel": "H-4" if humidity and dice.chance(0.5) else None,
        "damppChaserMfgDate": "2019-06-01" if humidity and dice.chance(0.3) else None,
        "hasIvory": dice.chance(0.05) if dice.chance(0.5) else None,
        "consignment": False,
        "rental": dice.chance(0.01),
        "playerInstalled": dice.chance(0.02),
        "totalLoss": dice.chance(0.01),
        "needsRepairOrRebuilding": dice.chance(0.05),
        "useType": dice.pick((None, "Enseignement", "Concert")) if room else None,
    }


def _details(world: World) -> None:
    dice = world.dice("piano details")
    pianos = world.of("PrivatePiano")
    pianos[0]["notes"], pianos[1]["serialNumber"] = ODD_TEXTS[0], "0012"
    pianos[2]["serialNumber"] = pianos[3]["serialNumber"] = "123456"
    for piano in pianos:
        if dice.chance(0.12):
            for _ in range(1 + dice.chance(0.4)):
                _photo(world, dice, piano)
        if dice.chance(0.15):
            day = world.today - timedelta(days=int(dice.random() * 900))
            add_measurement(world, dice, piano["id"], day.isoformat(), world.moment(dice, day))


def _photo(world: World, dice: Dice, piano: Record) -> None:
    created = world.later(dice, piano["createdAt"], 900)
    name = f"{int(dice.random() * 10**9):09d}"

    def image(size: str, width: int, height: int) -> Record:
        dimensions = {"width": width, "height": height}
        url = f"https://photos.example/{name}-{size}.jpg"
        return {"url": url, "mimeType": "image/jpeg", "size": width * height // 9, "dimensions": dimensions}

    world.add(
        "PrivatePianoPhoto",
        dice,
        {
            "pianoId": piano["id"],
            "notes": dice.pick(("Numéro de série", "Table d'harmonie", None, "")),
            "createdAt": created,
            "takenAt": created,
            "isUsedByEstimates": False,
            "original": image("original", 3024, 4032),
            "thumbnail": image("thumbnail", 240, 320),
        },
    )


def add_measurement(world: World, dice: Dice, piano_id: str, taken_on: str, created: str) -> Record:
    """One reading; the pitch is given now and then, in hundredths of a hertz."""
    pitch = dice.pick((44000, 44100, 44200)) if dice.chance(0.2) else None
    return world.add(
        "PrivatePianoMeasurement",
        dice,
        {
            "pianoId": piano_id,
            "takenOn": taken_on,
            "temperature": 17 + int(dice.random() * 9),
            "humidity": 22 + int(dice.random() * 40),
            "a4Pitch": pitch,
            "createdAt": created,
            "updatedAt": created,
        },
    )
