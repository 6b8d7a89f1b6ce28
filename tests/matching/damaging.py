"""Second records of the same clients, entered again by somebody else, from another source, some years later.

What a record lost or changed is remembered, so that what was missed can be told by cause.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace

from tests.matching.generating import Address, Household, Town


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
