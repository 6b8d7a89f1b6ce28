"""A labelled set of clients: a base with the traps of real life, and second records of some of them, as people make.

Everything is drawn from a seed. What a second record lost or changed is remembered, so that what was missed can be told
by cause.
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


# -- second records of the same clients --------------------------------------------------------------------------------


def mistyped(town: Town, text: str) -> str:
    """One letter dropped, doubled, changed or swapped with the next; never the first."""
    if len(text) < 5:
        return text
    at = town.dice.randrange(1, len(text) - 1)
    way = town.dice.randrange(4)
    if way == 0:
        return text[:at] + text[at + 1 :]
    if way == 1:
        return text[:at] + text[at] + text[at:]
    if way == 2:
        return text[:at] + town.dice.choice("aeinrst") + text[at + 1 :]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def no_accents(town: Town, one: Household) -> Household:
    def bare(text: str) -> str:
        text = unicodedata.normalize("NFKD", text.replace("œ", "oe"))
        return "".join(char for char in text if not unicodedata.combining(char))

    return replace(one, company=bare(one.company)).changed(
        first_name=bare(one.first.first_name),
        last_name=bare(one.first.last_name),
        addresses=tuple(tuple(map(bare, place)) for place in one.first.addresses),
    )


def capitals(town: Town, one: Household) -> Household:
    return replace(one, company=one.company.upper()).changed(
        first_name=one.first.first_name.upper(), last_name=f"{one.first.last_name.upper()} "
    )


def saints(town: Town, one: Household) -> Household:
    def short(text: str) -> str:
        for long, brief in (("Sainte-", "Ste-"), ("Saint-", "St-"), ("Ste-", "Sainte "), ("St-", "St. ")):
            if long in text:
                return text.replace(long, brief)
        return text

    return replace(one, company=short(one.company)).changed(
        last_name=short(one.first.last_name),
        addresses=tuple(tuple(map(short, place)) for place in one.first.addresses),
    )


def inverted(town: Town, one: Household) -> Household:
    return one if one.company else one.changed(first_name=one.first.last_name, last_name=one.first.first_name)


def half_a_double_name(town: Town, one: Household) -> Household:
    return (
        one.changed(last_name=one.first.last_name.split("-")[0]) if len(one.first.last_name.split("-")[0]) > 3 else one
    )


def a_second_name_added(town: Town, one: Household) -> Household:
    return (
        one
        if "-" in one.first.last_name
        else one.changed(last_name=f"{one.first.last_name}-{town.drawn(town.recipe.pool.families)}")
    )


def family_mistyped(town: Town, one: Household) -> Household:
    return one.changed(last_name=mistyped(town, one.first.last_name))


def given_mistyped(town: Town, one: Household) -> Household:
    return one.changed(first_name=mistyped(town, one.first.first_name))


def half_a_given_name(town: Town, one: Household) -> Household:
    return one.changed(first_name=one.first.first_name.split("-")[0])


def an_initial(town: Town, one: Household) -> Household:
    return one.changed(first_name=f"{one.first.first_name[:1]}.")


def married(town: Town, one: Household) -> Household:
    return one.changed(last_name=town.drawn(town.recipe.pool.families))


def moved(town: Town, one: Household) -> Household:
    return one.changed(addresses=(town.address(),))


def no_phone(town: Town, one: Household) -> Household:
    return one.changed(phones=())


def another_phone(town: Town, one: Household) -> Household:
    return one.changed(phones=(town.number(),))


def phone_mistyped(town: Town, one: Household) -> Household:
    digit = str(town.dice.randint(0, 9))
    return one.changed(phones=tuple(text[:-3] + digit + text[-2:] for text in one.first.phones))


def phone_formats(town: Town, one: Household) -> Household:
    def other(text: str) -> str:
        area, rest = text.split(" ", 1)
        return town.dice.choice((f"({area}) {rest}", f"+1 {area} {rest}", f"{area}.{rest}".replace("-", "."), rest))

    return one.changed(phones=tuple(map(other, one.first.phones)))


def an_extension(town: Town, one: Household) -> Household:
    return one.changed(phones=tuple(f"{text} poste {town.dice.randint(2, 99)}" for text in one.first.phones))


def no_email(town: Town, one: Household) -> Household:
    return one.changed(emails=())


def another_email(town: Town, one: Household) -> Household:
    return one.changed(emails=(town.mail(one.first.first_name, one.first.last_name),))


def email_mistyped(town: Town, one: Household) -> Household:
    def slipped(text: str) -> str:
        local, _, domain = text.partition("@")
        return (
            f"{local}@{domain.replace('courriel', 'couriel')}"
            if town.chance(0.4)
            else f"{mistyped(town, local)}@{domain}"
        )

    return one.changed(emails=tuple(map(slipped, one.first.emails)))


def no_address(town: Town, one: Household) -> Household:
    return one.changed(addresses=())


def address_formats(town: Town, one: Household) -> Household:
    def other(place: Address) -> Address:
        street, unit, where, postal = place
        for long, brief in (
            ("avenue ", "av. "),
            ("boulevard ", "boul. "),
            ("chemin ", "ch. "),
            ("rue ", ""),
            (" Est", " E."),
        ):
            street = street.replace(long, brief)
        number, _, rest = street.partition(" ")
        if unit and town.chance(0.5):
            return (f"{unit.removeprefix('app. ')}-{number}, {rest}", "", where, postal.replace(" ", "").lower())
        return (f"{number}, {rest}", unit.replace("app. ", "#"), where, postal.replace(" ", ""))

    return one.changed(addresses=tuple(map(other, one.first.addresses)))


def no_unit(town: Town, one: Household) -> Household:
    return one.changed(addresses=tuple((street, "", where, postal) for street, _, where, postal in one.first.addresses))


def street_mistyped(town: Town, one: Household) -> Household:
    return one.changed(addresses=tuple((mistyped(town, place[0][:4]) + place[0][4:] if place[0][:4].isalpha() else
                                        place[0][:8] + mistyped(town, place[0][8:]), *place[1:])
                                       for place in one.first.addresses))  # fmt: skip


def postal_mistyped(town: Town, one: Household) -> Household:
    return one.changed(addresses=tuple((*place[:3], place[3][:4] + "9Z9") for place in one.first.addresses))


def town_only(town: Town, one: Household) -> Household:
    return one.changed(addresses=tuple(("", "", place[2], "") for place in one.first.addresses))


def only_a_name(town: Town, one: Household) -> Household:
    return one.changed(phones=(), emails=(), addresses=())


def no_given_name(town: Town, one: Household) -> Household:
    return one.changed(first_name="")


def person_as_company(town: Town, one: Household) -> Household:
    if one.company:
        return one
    full = f"{one.first.first_name} {one.first.last_name}"
    return replace(one.changed(first_name="", last_name=""), company=full)


def both_in_one_box(town: Town, one: Household) -> Household:
    return one.changed(first_name="", last_name=f"{one.first.first_name} {one.first.last_name}")


def as_a_couple(town: Town, one: Household) -> Household:
    if one.company or len(one.people) > 1:
        return one
    return one.changed(first_name=f"{one.first.first_name} et {town.person().first_name}")


def company_mistyped(town: Town, one: Household) -> Household:
    return replace(one, company=mistyped(town, one.company)) if one.company else one


def another_contact(town: Town, one: Household) -> Household:
    """The house has somebody else at the desk."""
    other = town.person()
    return one.changed(first_name=other.first_name, last_name=other.last_name) if one.company else one


DAMAGE: tuple[tuple[float, Callable[[Town, Household], Household]], ...] = (
    (0.1, another_contact), (0.3, no_accents), (0.15, capitals), (0.4, saints), (0.3, phone_formats),
    (0.3, address_formats),
    (0.03, inverted), (0.05, half_a_double_name), (0.01, a_second_name_added), (0.04, family_mistyped),
    (0.03, given_mistyped), (0.015, half_a_given_name), (0.01, an_initial), (0.006, married), (0.05, moved),
    (0.07, no_phone), (0.06, another_phone), (0.02, phone_mistyped), (0.015, an_extension),
    (0.1, no_email), (0.08, another_email), (0.03, email_mistyped), (0.05, no_address), (0.05, no_unit),
    (0.03, street_mistyped), (0.02, postal_mistyped), (0.02, town_only), (0.01, only_a_name), (0.006, no_given_name),
    (0.02, person_as_company), (0.01, both_in_one_box), (0.02, as_a_couple), (0.1, company_mistyped),
)  # fmt: skip


def second_record(town: Town, known: Household) -> Household:
    """The same client, entered again by somebody else, from another source, some years later."""
    one = known
    damage = []
    for share, change in DAMAGE:
        if town.chance(share * town.recipe.rough):
            changed = change(town, one)
            if changed != one:
                damage.append(change.__name__)
            one = changed
    return replace(one, damage=tuple(damage))
