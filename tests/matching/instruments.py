"""A labelled set of pianos: households, an institution with 121 of one make, twins, copied numbers, second records."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pianos.likeness import Card, card
from syncing.matching.serials import serial

MAKES = {
    "tuned": (
        ("Yamaha", ("U1", "U3", "C3", "C7", "P22", "b3"), 24), ("Kawai", ("K-300", "K-500", "GL-30", "RX-3"), 14),
        ("Steinway & Sons", ("D", "B", "M", "O"), 10), ("Heintzman", ("Droit", "Grand", ""), 14),
        ("Lesage", ("Droit", "Studio", ""), 9), ("Willis", ("", "Apartment"), 8), ("Mason & Hamlin", ("A", "BB"), 3),
        ("Young Chang", ("G-175", "U-121"), 4),
    ),
    "tuned too": (
        ("Yamaha", ("U1", "U3", "YUS5", "GB1K", "M500"), 20), ("Petrof", ("P 118", "P 125", "IV"), 10),
        ("Bösendorfer", ("200", "225"), 2), ("Samick", ("SG-172", "JS-115"), 8),
        ("Baldwin", ("Acrosonic", "Hamilton"), 12),
        ("Sherlock-Manning", ("", "Vertical"), 9), ("Mason & Risch", ("", "Studio"), 9),
        ("Wm. Knabe & Co.", ("WKV-118", ""), 5),
    ),
    "held out": (
        ("Yamaha", ("U1", "U2", "B2", "GC1", "C5"), 22), ("Nordheimer", ("", "Upright"), 12),
        ("Bell", ("", "Cabinet"), 9), ("Pleyel", ("P118", "P124"), 3), ("Schimmel", ("C 116", "K 195"), 4),
        ("Gulbransen", ("", "Spinet"), 8), ("Weber", ("W121", "W157"), 6), ("Pratte", ("", "Droit"), 10),
        ("Grotrian-Steinweg", ("Concertino", "Cabinet"), 2), ("Pearl River", ("UP-118M", "GP-150"), 6),
        ("Chas. Stieff", ("",), 3),
    ),
}  # fmt: skip
ROOMS = ("Salon", "Sous-sol", "", "Bureau", "Salle à manger")


@dataclass(frozen=True)
class Instrument:
    """One record as a source gives it; `who` is the truth."""

    who: int
    make: str = ""
    model: str = ""
    serial: str = ""
    year: int | None = None
    kind: str = ""
    owner: str = ""
    room: str = ""
    damage: tuple[str, ...] = ()

    def card(self, pk: str) -> Card:
        return card(
            pk, make=self.make, model=self.model, serial_number=self.serial, year=self.year, kind=self.kind,
            owner=self.owner, room=self.room,
        )  # fmt: skip


@dataclass
class Park:
    """All the instruments of the world."""

    makes: str
    seed: int
    rough: float = 1.0
    base: list[Instrument] = field(default_factory=list)
    owners: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def owner(self) -> str:
        self.owners += 1
        return f"cli_{self.owners:06}"

    def draw(self, owner: str, room: str, make: str = "") -> Instrument:
        makes = MAKES[self.makes]
        name, models, _ = (
            next(one for one in makes if one[0] == make)
            if make
            else self.dice.choices(makes, [weight for _, _, weight in makes])[0]
        )
        size = self.dice.choice((5, 5, 6, 6, 6, 7))
        number = f"{self.dice.choice(('', '', '', 'J', 'A'))}{self.dice.randint(10 ** (size - 1), 10**size - 1)}"
        model = self.dice.choice(models)
        kind = "GRAND" if model in ("C3", "C7", "D", "B", "GL-30", "RX-3", "GB1K", "SG-172", "Grand") else "UPRIGHT"
        year = self.dice.randint(1905, 2024) if self.chance(0.7) else None
        return Instrument(0, name, model, "" if self.chance(0.13) else number, year, kind, owner, room)

    def add(self, one: Instrument) -> Instrument:
        one = replace(one, who=len(self.base))
        self.base.append(one)
        return one


def numbered(one: Instrument, step: int) -> Instrument:
    """The instrument made `step` places later."""
    letters = one.serial.rstrip("0123456789")
    return replace(one, serial=f"{letters}{int(one.serial[len(letters) :]) + step}")


def populate(park: Park, size: int) -> None:
    """Institutions are one piano in five, as in the company's books."""
    while len(park.base) < size:
        if park.chance(0.002):
            institution(park, 121)
        elif park.chance(0.01):
            institution(park, park.dice.randint(4, 16))
        else:
            household(park)


def household(park: Park) -> None:
    owner = park.owner()
    one = park.add(park.draw(owner, park.dice.choice(ROOMS)))
    if one.serial and park.chance(0.03):  # the two uprights of a teacher, bought together
        park.add(numbered(one, 1))
    elif park.chance(0.08):
        park.add(park.draw(owner, park.dice.choice(ROOMS)))
    if one.serial and park.chance(0.004):  # another maker came to the same number
        park.add(replace(park.draw(park.owner(), "Salon"), serial=one.serial))


def institution(park: Park, count: int) -> None:
    """One make for most of them, bought in batches whose numbers follow each other; some numbers copied twice."""
    owner = park.owner()
    make = park.dice.choice(MAKES[park.makes])[0]
    rooms = [f"Local {park.dice.randint(100, 480)}" for _ in range(count * 2 // 3 + 1)]
    made = 0
    while made < count:
        one = park.draw(owner, park.dice.choice(rooms), make if park.chance(0.97) else "")
        batch = park.dice.randint(2, 12) if one.serial and park.chance(0.3) else 1
        for step in range(min(batch, count - made)):
            park.add(replace(numbered(one, step) if step else one, room=park.dice.choice(rooms)))
            made += 1
        if one.serial and park.chance(0.01):
            other = park.draw(owner, "", make)
            park.add(replace(other, serial=one.serial, room=park.dice.choice([r for r in rooms if r != one.room])))
            made += 1


# -- second records ----------------------------------------------------------------------------------------------------


def letter_for_zero(park: Park, one: Instrument) -> Instrument:
    return replace(one, serial=one.serial.replace("0", "O"))


def letter_for_one(park: Park, one: Instrument) -> Instrument:
    return replace(one, serial=one.serial.replace("1", park.dice.choice("Il")))


def a_zero_lost(park: Park, one: Instrument) -> Instrument:
    return replace(one, serial=one.serial.replace("0", "", 1))


def zeros_in_front(park: Park, one: Instrument) -> Instrument:
    return replace(one, serial=f"00{one.serial}" if one.serial.isdigit() else one.serial)


def swapped_digits(park: Park, one: Instrument) -> Instrument:
    if len(one.serial) < 5:
        return one
    at = park.dice.randrange(1, len(one.serial) - 1)
    return replace(one, serial=one.serial[:at] + one.serial[at + 1] + one.serial[at] + one.serial[at + 2 :])


def one_digit_wrong(park: Park, one: Instrument) -> Instrument:
    if len(one.serial) < 5:
        return one
    at = park.dice.randrange(1, len(one.serial))
    return replace(one, serial=one.serial[:at] + str(park.dice.randint(0, 9)) + one.serial[at + 1 :])


def number_spaced(park: Park, one: Instrument) -> Instrument:
    return replace(
        one,
        serial=park.dice.choice((f"No {one.serial}", f" {one.serial[:3]} {one.serial[3:]}", f"#{one.serial}"))
        if one.serial
        else "",
    )


def letter_dropped(park: Park, one: Instrument) -> Instrument:
    return replace(one, serial=one.serial.lstrip("JA"))


def no_number(park: Park, one: Instrument) -> Instrument:
    return replace(one, serial="")


def make_otherwise(park: Park, one: Instrument) -> Instrument:
    short = one.make.removesuffix(" & Sons").removesuffix(" & Co.").removeprefix("Wm. ")
    return replace(one, make=park.dice.choice((one.make.upper(), short, one.make.replace("ö", "o"), f"{one.make} ")))


def make_mistyped(park: Park, one: Instrument) -> Instrument:
    return replace(one, make=one.make[:3] + one.make[4:])


def model_otherwise(park: Park, one: Instrument) -> Instrument:
    return replace(
        one,
        model=one.model.replace("-", "").replace(" ", "")
        if "-" in one.model or " " in one.model
        else one.model.lower(),
    )


def no_model(park: Park, one: Instrument) -> Instrument:
    return replace(one, model="")


def another_model(park: Park, one: Instrument) -> Instrument:
    return replace(one, model=park.draw("", "", park.base[one.who].make).model)


def no_year(park: Park, one: Instrument) -> Instrument:
    return replace(one, year=None)


def year_nearby(park: Park, one: Instrument) -> Instrument:
    return replace(one, year=one.year + park.dice.choice((-1, 1)) if one.year else None)


def another_year(park: Park, one: Instrument) -> Instrument:
    return replace(one, year=park.dice.randint(1905, 2024))


def kind_unknown(park: Park, one: Instrument) -> Instrument:
    return replace(one, kind="UNKNOWN")


def room_otherwise(park: Park, one: Instrument) -> Instrument:
    return replace(one, room=f"{one.room.removeprefix('Local ').lower()} ")


def another_room(park: Park, one: Instrument) -> Instrument:
    return replace(one, room=f"Local {park.dice.randint(100, 480)}" if one.room.startswith("Local") else "Entrée")


def no_room(park: Park, one: Instrument) -> Instrument:
    return replace(one, room=park.dice.choice(("", "?")))


def sold(park: Park, one: Instrument) -> Instrument:
    """The same instrument at another client's."""
    return replace(one, owner=park.dice.choice(park.base).owner, room=park.dice.choice(ROOMS))


def all_in_one_box(park: Park, one: Instrument) -> Instrument:
    """« Yamaha C2 6100739 », as in the lists of the institutions."""
    if not any(char.isdigit() for char in one.model):
        return one
    return replace(one, make=f"{one.make} {one.model} {one.serial}".strip(), model="")


DAMAGE: tuple[tuple[float, Callable[[Park, Instrument], Instrument]], ...] = (
    (0.04, letter_for_zero), (0.04, letter_for_one), (0.02, a_zero_lost),
    (0.05, zeros_in_front), (0.02, swapped_digits),
    (0.015, one_digit_wrong), (0.1, number_spaced), (0.05, letter_dropped), (0.03, no_number), (0.3, make_otherwise),
    (0.02, make_mistyped), (0.2, model_otherwise), (0.1, no_model), (0.01, another_model), (0.15, no_year),
    (0.05, year_nearby), (0.01, another_year), (0.1, kind_unknown), (0.2, room_otherwise), (0.03, another_room),
    (0.2, no_room), (0.04, sold), (0.03, all_in_one_box),
)  # fmt: skip


def read(number: str) -> str:
    """As the eye reads it, whatever the hand wrote."""
    found = serial(number)
    return found.looks if found else ""


def second_record(park: Park, known: Instrument, numbers: set[str]) -> Instrument:
    """The same instrument, entered again. A slip that spells another instrument's number would deceive anybody."""
    one, damage = known, []
    for share, change in DAMAGE:
        if park.chance(share * park.rough):
            changed = change(park, one)
            if changed.serial != one.serial and read(changed.serial) in numbers - {read(known.serial)}:
                continue
            if changed != one:
                damage.append(change.__name__)
            one = changed
    return replace(one, damage=tuple(damage))
