"""A labelled set of clients: a base with the traps of real life. `damaging` makes second records of some of them.

Everything is drawn from a seed.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from clients.likeness import Card, Someone, card
from tests.matching.pools import HELD_OUT, TUNED, TUNED_TOO, Pool

Address = tuple[str, str, str, str]
AREAS = ("514", "438", "450", "819")


@dataclass(frozen=True)
class Recipe:
    """How the set is made; `rough` multiplies how often each kind of damage is met."""

    pool: Pool
    seed: int
    rough: float = 1.0


TUNING = (Recipe(TUNED, seed=1), Recipe(TUNED_TOO, seed=2, rough=1.1))
JUDGED = Recipe(HELD_OUT, seed=4_100, rough=1.1)
"""Other names, streets and towns, other dice, a bit more dirt: nothing was tuned on it."""


@dataclass(frozen=True)
class Household:
    """One record as a source gives it. `who` is the truth: two records of one `who` are the same client."""

    who: int
    company: str = ""
    people: tuple[Someone, ...] = ()
    damage: tuple[str, ...] = ()

    def card(self, pk: str) -> Card:
        return card(pk, self.company, self.people)

    @property
    def first(self) -> Someone:
        return self.people[0]

    def changed(self, **values: object) -> Household:
        """The first person, with other values."""
        return replace(self, people=(replace(self.first, **values), *self.people[1:]))  # type: ignore[arg-type]  # fields of Someone


@dataclass
class Town:
    """The world the records live in."""

    recipe: Recipe
    dice: random.Random = field(init=False)
    base: list[Household] = field(default_factory=list)
    given_out: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.recipe.seed)

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def drawn(self, names: tuple[str, ...]) -> str:
        """Commonest first, as in a telephone book."""
        return self.dice.choices(names, [1 / (rank + 8) for rank in range(len(names))])[0]

    def number(self) -> str:
        """A telephone number nobody had yet."""
        return self.new(
            lambda: f"{self.dice.choice(AREAS)} {self.dice.randint(201, 989)}-{self.dice.randint(0, 9999):04}"
        )

    def new(self, draw: Callable[[], str]) -> str:
        while (drawn := draw()) in self.given_out:
            continue
        self.given_out.add(drawn)
        return drawn

    def address(self) -> Address:
        town, prefix = self.dice.choice(self.recipe.pool.towns)
        unit = self.dice.choice((f"app. {self.dice.randint(1, 40)}", "")) if self.chance(0.4) else ""
        letter = self.dice.choice("ABCEGHJKLMNPRSTVXY")
        postal = f"{prefix} {self.dice.randint(0, 9)}{letter}{self.dice.randint(0, 9)}"
        return (f"{self.dice.randint(1, 9900)} {self.drawn(self.recipe.pool.streets)}", unit, town, postal)

    def person(self, family: str = "", *, given: str = "") -> Someone:
        pool = self.recipe.pool
        given = given or self.drawn(pool.women if self.chance(0.5) else pool.men)
        family = family or self.drawn(pool.families)
        if self.chance(0.05) and "-" not in family:
            family = f"{family}-{self.drawn(pool.families)}"
        return Someone(
            given,
            family,
            phones=() if self.chance(0.05) else tuple(self.number() for _ in range(1 + self.chance(0.3))),
            emails=() if self.chance(0.1) else (self.mail(given, family),),
            addresses=() if self.chance(0.03) else (self.address(),),
        )

    def mail(self, given: str, family: str) -> str:
        """An address nobody had yet: providers see to that."""

        def draw() -> str:
            local = self.dice.choice(
                (f"{given}.{family}", f"{given[:1]}{family}", f"{family}{self.dice.randint(1, 99)}", f"{given}{family}")
            )
            domain = self.dice.choice(("courriel.example", "poste.example", "musique.example"))
            return f"{plain(local)}{self.dice.choice(('', str(self.dice.randint(1, 999))))}@{domain}"

        return self.new(draw)

    def house(self) -> Household:
        pool = self.recipe.pool
        name = f"{self.dice.choice(pool.houses)} {self.dice.choice(pool.saints)}"
        if self.chance(0.5):
            name = f"{name} de {self.drawn(pool.families)}"
        contact = self.person()
        mail = self.new(lambda: f"info@{plain(name)[:24]}{self.dice.choice(('', self.dice.randint(2, 99)))}.example")
        return Household(0, name, (replace(contact, emails=(mail,)),))

    def add(self, household: Household) -> Household:
        household = replace(household, who=len(self.base))
        self.base.append(household)
        return household


def plain(text: str) -> str:
    """As it stands in an e-mail address."""
    bare = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe")).encode("ascii", "ignore").decode()
    return "".join(letter for letter in bare if letter.isalnum() or letter == ".")


# -- the base: strangers, and those who look alike ---------------------------------------------------------------------


def spouse(town: Town, known: Household) -> Household:
    """Its own client at the same door; in Québec they mostly keep their names."""
    one = town.person(known.first.last_name if town.chance(0.4) else "")
    return Household(
        0,
        "",
        (
            replace(
                one,
                addresses=known.first.addresses,
                phones=known.first.phones if town.chance(0.6) else one.phones,
                emails=known.first.emails if town.chance(0.2) else one.emails,
            ),
        ),
    )


def alone(known: Household) -> Household:
    return replace(known, people=known.people[:1])


def spouse_of_nearly_the_same_name(town: Town, known: Household) -> Household:
    """Denis and Denise Tremblay."""
    man, woman = town.dice.choice(town.recipe.pool.pairs)
    him = known.changed(first_name=man)
    town.base[known.who] = him
    return alone(him).changed(first_name=woman, emails=known.first.emails if town.chance(0.5) else ())


def child(town: Town, known: Household) -> Household:
    return alone(known).changed(first_name=town.person().first_name, emails=())


def daughter_with_half_her_mothers_name(town: Town, known: Household) -> Household:
    """Marie and Marie-Ève."""
    mother = known.changed(first_name="Marie")
    town.base[known.who] = mother
    return alone(mother).changed(first_name=town.dice.choice(("Marie-Ève", "Marie-Lou")), emails=())


def son_of_the_same_name(town: Town, known: Household) -> Household:
    """Junior says so in one of the ways people do."""
    family = known.first.last_name
    way = town.dice.randrange(3)
    if way == 0:
        return alone(known).changed(suffix="Jr", emails=())
    return alone(known).changed(last_name=f"{family} (fils)" if way == 1 else f"{family} Jr.", emails=())


def namesake_elsewhere(town: Town, known: Household) -> Household:
    other = town.person()
    return Household(0, "", (replace(other, first_name=known.first.first_name, last_name=known.first.last_name),))


def neighbour(town: Town, known: Household) -> Household:
    """Another door of the same building."""
    other = town.person()
    addresses = tuple(
        (street, f"app. {town.dice.randint(41, 90)}", *rest) for street, _, *rest in known.first.addresses
    )
    return Household(0, "", (replace(other, addresses=addresses),))  # type: ignore[arg-type]  # four texts each


def namesake_next_door(town: Town, known: Household) -> Household:
    """Two Jean Tremblay in one tower."""
    addresses = tuple((street, "app. 1", *rest) for street, _, *rest in known.first.addresses)
    town.base[known.who] = known.changed(addresses=addresses)
    other = neighbour(town, known)
    return other.changed(first_name=known.first.first_name, last_name=known.first.last_name)


def teacher(town: Town, known: Household) -> Household:
    """Has a record of his own with the telephone of his school."""
    return Household(0, "", (replace(town.person(), phones=known.first.phones[:1], emails=known.first.emails),))


def branch(town: Town, known: Household) -> Household:
    """The same house in another town, with the same mail."""
    return known.changed(addresses=(town.address(),), phones=(town.number(),))


def department(town: Town, known: Household) -> Household:
    return replace(known, company=f"{known.company}, {town.dice.choice(('salle B', 'comptabilité', 'pavillon 2'))}")


def foundation(town: Town, known: Household) -> Household:
    """Of the same name, at the same door and telephone."""
    return replace(known, company=f"Fondation {known.company.partition(' ')[2]}")


LOOK_ALIKES: tuple[tuple[float, Callable[[Town, Household], Household]], ...] = (
    # Those that also change the one they look like come first.
    (0.003, namesake_next_door), (0.006, spouse_of_nearly_the_same_name), (0.004, daughter_with_half_her_mothers_name),
    (0.005, son_of_the_same_name), (0.06, spouse), (0.02, child), (0.03, namesake_elsewhere), (0.03, neighbour),
)  # fmt: skip
HOUSE_LOOK_ALIKES: tuple[tuple[float, Callable[[Town, Household], Household]], ...] = (
    (0.1, branch), (0.1, department), (0.06, foundation), (0.25, teacher),
)  # fmt: skip


NAMESAKES = (son_of_the_same_name, namesake_elsewhere, namesake_next_door, branch)


def full_names(one: Household) -> set[tuple[str, str, str]]:
    return {(one.company, person.first_name, person.last_name) for person in one.people}


def populate(town: Town, size: int) -> None:
    """Households, some of two people, and one house in sixteen; each may bring those who look like it."""
    while len(town.base) < size:
        if town.chance(0.06):
            known = town.add(town.house())
            traps = HOUSE_LOOK_ALIKES
        else:
            first = town.person()
            second = (replace(town.person(first.last_name), addresses=()),) if town.chance(0.25) else ()
            known = town.add(Household(0, "", (first, *second)))
            traps = LOOK_ALIKES
        circle = full_names(known)
        for share, trap in traps:
            if town.chance(share):
                other = trap(town, town.base[known.who])
                # Two of one name at one door, with nothing to tell them apart, would be the same to anybody.
                if trap in NAMESAKES or not full_names(other) & circle:
                    circle |= full_names(town.add(other)) | full_names(town.base[known.who])
