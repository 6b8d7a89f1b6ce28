"""What a client or a contact looks like to the matcher, and what each agreement is worth.

No query here: `matching` reads the tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from syncing.matching.model import Decision, Findings, Level, Model, Rule, on
from syncing.matching.names import Names, Naming, company, people
from syncing.matching.places import Place, Places, place
from syncing.matching.reaching import Email, Emails, Phone, Phones, email, phone


@dataclass(frozen=True, slots=True)
class Card:
    """A client with its people, or one contact."""

    id: str
    names: tuple[Names, ...] = ()
    phones: tuple[Phone, ...] = ()
    emails: tuple[Email, ...] = ()
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Someone:
    """A person as any source gives them: a mirrored contact, or a row of an imported file."""

    first_name: str = ""
    last_name: str = ""
    suffix: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    addresses: tuple[tuple[str, str, str, str], ...] = ()
    """Street, its second line, town, postal code."""


def card(pk: str, company_name: str = "", persons: Iterable[Someone] = ()) -> Card:
    """The card of a client; a company that only repeats the name of its contact is a person."""
    persons = list(persons)
    named = tuple(
        person for one in persons for person in people(one.first_name, one.last_name, one.suffix)
    )  # fmt: skip
    house = company(company_name)
    if house and any(house.key == " ".join(person.words) for person in named):
        house = None
    names = (Names(named, house),) if named or house else ()
    phones = dict.fromkeys(phone(text) for one in persons for text in one.phones)
    emails = dict.fromkeys(email(text) for one in persons for text in one.emails)
    places = dict.fromkeys(place(*address) for one in persons for address in one.addresses)
    return Card(
        pk, names, tuple(filter(None, phones)), tuple(filter(None, emails)), tuple(filter(None, places))
    )  # fmt: skip


# -- what each finding is worth ----------------------------------------------------------------------------------------
# (same, related, stranger, words, agrees, by rarity): docs/decisions/0010-matching.md tells where they come from.

LEVELS = {
    ("family", "equal"): Level(0.88, 0.75, 5e-4, "même nom de famille ({left})", True, True),
    ("family", "close"): Level(0.05, 0.01, 0.004, "nom de famille presque pareil ({left} / {right})", True),
    ("family", "part"): Level(0.05, 0.05, 0.004, "nom de famille double ou simple ({left} / {right})", True),
    ("family", "different"): Level(0.02, 0.19, 0.98, "le nom de famille diffère\u00a0: {left} / {right}"),
    ("given", "equal"): Level(0.87, 0.001, 1e-3, "même prénom ({left})", True, True),
    ("given", "close"): Level(0.05, 0.001, 0.002, "prénom presque pareil ({left} / {right})", True),
    ("given", "part"): Level(0.02, 0.02, 0.004, "le prénom n’est pas le même en entier\u00a0: {left} / {right}"),
    ("given", "initial"): Level(0.02, 0.06, 0.04, "le prénom n’est qu’une initiale\u00a0: {left} / {right}"),
    ("given", "neighbour"): Level(0.005, 0.02, 0.006, "le prénom diffère d’une lettre\u00a0: {left} / {right}"),
    ("given", "different"): Level(0.05, 0.9, 0.95, "le prénom diffère\u00a0: {left} / {right}"),
    ("whole", "equal"): Level(0.8, 0.003, 0.00003, "même nom complet ({left})", True),
    ("whole", "close"): Level(0.05, 0.0003, 0.00003, "nom complet presque pareil ({left} / {right})", True),
    ("whole", "inverted"): Level(0.03, 0.00001, 0.00001, "prénom et nom inversés ({left} / {right})", True),
    ("generation", "equal"): Level(0.9, 0.01, 0.02, "", True),
    ("generation", "one"): Level(0.01, 0.5, 0.02, "l’un porte « Jr » ou « fils », l’autre non\u00a0: {left} / {right}"),
    ("generation", "different"): Level(0.002, 0.45, 0.001, "la génération diffère\u00a0: {left} / {right}"),
    ("company", "equal"): Level(0.8, 0.005, 2e-4, "même raison sociale ({left})", True, True),
    ("company", "close"): Level(0.1, 0.005, 0.0005, "raison sociale presque pareille ({left} / {right})", True),
    ("company", "part"): Level(0.07, 0.3, 0.003, "une raison sociale contient l’autre\u00a0: {left} / {right}"),
    ("company", "different"): Level(0.03, 0.6, 0.99, "la raison sociale diffère\u00a0: {left} / {right}"),
    ("company", "one"): Level(
        0.03, 0.3, 0.12, "l’un est un établissement, l’autre une personne\u00a0: {left} / {right}"
    ),
    ("phone", "equal"): Level(0.75, 0.5, 2e-6, "même téléphone ({left})", True, True),
    ("phone", "line"): Level(0.08, 0.2, 5e-5, "même ligne, avec ou sans poste ({left} / {right})", True, True),
    ("phone", "desk"): Level(0.005, 0.2, 5e-5, "même ligne, autre poste\u00a0: {left} / {right}", False, True),
    ("phone", "close"): Level(0.03, 0.005, 0.0002, "téléphone à un chiffre près ({left} / {right})", True),
    ("phone", "different"): Level(0.2, 0.45, 1.0, "le téléphone diffère\u00a0: {left} / {right}"),
    ("email", "equal"): Level(0.7, 0.15, 2e-6, "même courriel ({left})", True, True),
    ("email", "close"): Level(0.05, 0.002, 0.001, "courriel presque pareil ({left} / {right})", True),
    ("email", "different"): Level(0.25, 0.85, 1.0, "le courriel diffère\u00a0: {left} / {right}"),
    ("address", "equal"): Level(0.72, 0.8, 5e-6, "même adresse ({left})", True, True),
    ("address", "building"): Level(0.06, 0.08, 2e-5, "même immeuble ({left} / {right})", True, True),
    ("address", "unit"): Level(0.004, 0.05, 0.0005, "la porte diffère\u00a0: {left} / {right}"),
    ("address", "street"): Level(0.01, 0.02, 0.0005, "même rue, autre numéro\u00a0: {left} / {right}"),
    ("address", "postal"): Level(0.7, 0.8, 2e-4, "même code postal ({left})", True, True),
    ("address", "town"): Level(0.95, 0.97, 1e-3, "même ville ({left})", True, True),
    ("address", "different"): Level(0.2, 0.05, 1.0, "l’adresse diffère\u00a0: {left} / {right}"),
    ("address", "elsewhere"): Level(0.06, 0.03, 0.85, "la ville diffère\u00a0: {left} / {right}"),
    ("together", "one"): Level(0.7, 0.2, 1e-4, "{left}", True, True),
    ("together", "several"): Level(0.5, 0.05, 0.00005, "{left}", True),
    ("moved", "some"): Level(0.6, 0.02, 5e-5, "{left}", True),
}


def _is(findings: Findings, aspect: str, *levels: str) -> bool:
    return aspect in findings and findings[aspect].level in levels


def _reached_alike(findings: Findings) -> bool:
    """The same telephone, e-mail or door."""
    return any(_is(findings, aspect, "equal") for aspect in ("phone", "email", "address"))


def _same_person(findings: Findings) -> bool:
    """Both names, as far as spelling goes."""
    split = _is(findings, "family", "equal", "close", "part") and _is(findings, "given", "equal", "close")
    return split or "whole" in findings


def _spouses(findings: Findings) -> bool:
    given = _is(findings, "given", "different", "neighbour")
    return given and _is(findings, "family", "equal", "close", "part") and _reached_alike(findings)


RULES = (
    Rule(lambda found: _is(found, "generation", "one", "different"), Decision.PERHAPS, "peut-être père et fils"),
    Rule(_spouses, Decision.PERHAPS, "peut-être des conjoints"),
    Rule(
        lambda found: _is(found, "family", "different") and _is(found, "given", "equal", "close"),
        Decision.PERHAPS,
        "peut-être un nom d’épouse",
    ),
    # Marie is found, and Marie-Ève of the same house too: which of the two is the new « Marie » only people know.
    Rule(
        lambda found: _is(found, "given", "part"),
        Decision.PERHAPS,
        "peut-être deux personnes d’une famille",
        rivals=lambda found: len(found["given"].left) < len(found["given"].right),
    ),
    Rule(lambda found: _is(found, "company", "one"), Decision.PERHAPS, "peut-être quelqu’un de cet établissement"),
    Rule(
        lambda found: _is(found, "company", "part", "different"),
        Decision.PERHAPS,
        "peut-être deux services d’un même établissement",
    ),
    Rule(
        lambda found: "company" in found and _is(found, "address", "different", "elsewhere", "unit", "street"),
        Decision.PERHAPS,
        "peut-être deux succursales",
    ),
    Rule(lambda found: _is(found, "address", "unit"), Decision.PERHAPS, "peut-être deux voisins"),
    Rule(
        lambda found: not _reached_alike(found) and not {"together", "moved"} & found.keys(),
        Decision.PERHAPS,
        "un nom ne suffit pas sans le même téléphone, courriel ou adresse",
    ),
    # What is met together, or what one household shares, tells of a link and not of an identity.
    Rule(lambda found: not _reached_alike(found), Decision.PERHAPS),
    Rule(
        lambda found: "family" in found and "given" not in found,
        Decision.PERHAPS,
        "sans le prénom, peut-être une autre personne de la famille",
    ),
    Rule(lambda found: "company" not in found and not _same_person(found), Decision.PERHAPS),
)

MODEL: Model[Card] = Model(
    fields=(
        on(lambda held: held.names, Naming()),
        on(lambda held: held.phones, Phones()),
        on(lambda held: held.emails, Emails()),
        on(lambda held: held.places, Places()),
    ),
    levels=LEVELS,
    rules=RULES,
    order=("whole", "company", "family", "given", "generation", "phone", "email", "address", "together", "moved"),
    absent={"phone": "téléphone inconnu", "email": "courriel inconnu", "address": "adresse inconnue"},
)
