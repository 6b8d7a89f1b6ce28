"""What an instrument looks like to the matcher, and what each agreement is worth.

No query here: `matching` reads the tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from syncing.folding import fold
from syncing.matching.model import Census, Decision, Field, Finding, Findings, Level, Model, Rule, on
from syncing.matching.plain import Exact, Mark, Plain, Year
from syncing.matching.serials import Serial, Serials, serial
from syncing.matching.spelling import sound


@dataclass(frozen=True, slots=True)
class Card:
    """An instrument: what is written on it, and where it stands."""

    id: str
    make: tuple[Plain, ...] = ()
    model: tuple[Plain, ...] = ()
    serial: tuple[Serial, ...] = ()
    year: tuple[Plain, ...] = ()
    kind: tuple[Plain, ...] = ()
    owner: tuple[Plain, ...] = ()
    room: tuple[Plain, ...] = ()


_EMPTY_MAKE_WORDS = re.compile(r"\b(?:and|et|sons|fils|co|cie|company|pianos?|ltd|inc)\b|&")
_ROOM_WORDS = re.compile(r"\b(?:local|salle|studio|piece|porte|no)\b")
_ALL_IN_ONE = re.compile(
    r"""(?P<make>\D*?[a-z]{3}[^\d(]*?)\s+
        (?:(?P<model>[a-z]{0,3}-?\d{1,3}[a-z]?|[a-z](?=\s+[a-z]?\d{4}))(?=\s|$))?\s*
        (?P<serial>[a-z]?\d{4,})?\s*
        (?:\((?P<year>\d{4})\))?\s*
        (?:"[^"]*")?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
FACTORIES_OPENED = 1780
HOUSEHOLD = 3
"""Pianos of one owner above which numbers get copied from one to the other."""


def card(
    pk: str,
    *,
    make: str = "",
    model: str = "",
    serial_number: str = "",
    year: int | None = None,
    kind: str = "",
    owner: str = "",
    owner_name: str = "",
    room: str = "",
) -> Card:
    """The card of an instrument; « Yamaha C2 6100739 » in one box is read as three."""
    if not model and (found := _ALL_IN_ONE.fullmatch(make)) and (found["model"] or found["serial"]):
        make, model, serial_number = found["make"], found["model"] or "", serial_number or found["serial"] or ""
        year = year or int(found["year"] or 0)
    number = serial(serial_number)
    if number and number.written == re.sub(r"[^a-z0-9]", "", fold(room)):
        number = None  # the room in the wrong box
    place = re.sub(r"[^a-z0-9]", "", _ROOM_WORDS.sub("", fold(room)))
    return Card(
        pk,
        make=_plain(re.sub(r"[^a-z0-9]", "", _EMPTY_MAKE_WORDS.sub("", fold(make))), make),
        model=_plain(re.sub(r"[^a-z0-9]", "", fold(model)), model),
        serial=(number,) if number else (),
        year=_plain(str(year), str(year)) if year and year > FACTORIES_OPENED else (),
        kind=_plain(kind.lower() if kind.upper() != "UNKNOWN" else "", kind),
        owner=_plain(owner, owner_name or owner),
        room=_plain(f"{owner} {place}" if owner and place else "", room),
    )


def _plain(value: str, shown: str) -> tuple[Plain, ...]:
    return (Plain(value, " ".join(shown.split())),) if value else ()


class Room(Exact):
    """Two rooms are compared within one owner: « Salon » is in every house."""

    def compare(self, left: tuple[Plain, ...], right: tuple[Plain, ...], census: Census) -> Iterable[Finding]:
        if left[0].value.split()[0] == right[0].value.split()[0]:
            yield from super().compare(left, right, census)


class Owner(Exact):
    """Whose it is: in a house with one piano or two, two records of one instrument are likelier than in a school."""

    def level(self, mine: str, theirs: str, census: Census) -> str:
        if mine != theirs:
            return "different"
        return "equal" if census.count(self.aspect, mine) <= HOUSEHOLD else "crowd"

    def compare(self, left: tuple[Plain, ...], right: tuple[Plain, ...], census: Census) -> Iterable[Finding]:
        for found in super().compare(left, right, census):
            yield replace(found, shared=left[0].value if found.level != "different" else "")


def _home(held: Card) -> Iterator[str]:
    """Instruments without a number are looked for among those of their owner that bear the same name."""
    for owner in held.owner:
        for make in held.make:
            yield f"home {owner.value} {sound(make.value)}"


# -- what each finding is worth ----------------------------------------------------------------------------------------
# (same, related, stranger, words, agrees, by rarity): docs/decisions/0010-matching.md tells where they come from.
# Related: two instruments of one owner.

LEVELS = {
    ("serial", "equal"): Level(0.78, 1e-5, 3e-7, "même numéro de série ({left})", True, True),
    ("serial", "few"): Level(0.78, 2e-5, 5e-6, "même numéro de série, court ({left})", True, True),
    ("serial", "alike"): Level(0.1, 3e-6, 1e-6, "même numéro de série, écrit autrement ({left} / {right})", True, True),
    ("serial", "short"): Level(0.5, 0.01, 0.005, "même numéro, trop court pour être sûr ({left})", True, True),
    ("serial", "zeros"): Level(0.03, 1e-5, 1e-5, "même numéro de série aux zéros près ({left} / {right})", True),
    ("serial", "swapped"): Level(
        0.03, 5e-5, 1e-5, "deux chiffres inversés au numéro de série ({left} / {right})", True
    ),
    ("serial", "close"): Level(0.04, 2e-3, 1e-4, "numéro de série à un signe près ({left} / {right})", True),
    ("serial", "batch"): Level(0.003, 0.1, 5e-4, "les numéros de série se suivent presque\u00a0: {left} / {right}"),
    ("serial", "twin"): Level(0.0005, 0.05, 1e-5, "les numéros de série se suivent\u00a0: {left} / {right}"),
    ("serial", "different"): Level(0.015, 0.85, 0.999, "le numéro de série diffère\u00a0: {left} / {right}"),
    ("make", "equal"): Level(0.93, 0.45, 1e-4, "même marque ({left})", True, True),
    ("make", "part"): Level(0.03, 0.01, 0.005, "marque presque pareille ({left} / {right})", True),
    ("make", "close"): Level(0.03, 0.005, 0.002, "marque presque pareille ({left} / {right})", True),
    ("make", "different"): Level(0.01, 0.53, 0.85, "la marque diffère\u00a0: {left} / {right}"),
    ("model", "equal"): Level(0.85, 0.35, 1e-3, "même modèle ({left})", True, True),
    ("model", "part"): Level(0.08, 0.03, 0.01, "modèle presque pareil ({left} / {right})", True),
    ("model", "close"): Level(0.03, 0.03, 0.02, "modèle presque pareil ({left} / {right})", True),
    ("model", "different"): Level(0.04, 0.59, 0.95, "le modèle diffère\u00a0: {left} / {right}"),
    ("year", "equal"): Level(0.8, 0.15, 2e-3, "même année ({left})", True, True),
    ("year", "close"): Level(0.13, 0.15, 0.06, "année voisine ({left} / {right})", True),
    ("year", "different"): Level(0.07, 0.7, 0.93, "l’année diffère\u00a0: {left} / {right}"),
    ("kind", "equal"): Level(0.97, 0.75, 0.7),
    ("kind", "different"): Level(0.03, 0.25, 0.3, "le genre diffère\u00a0: {left} / {right}"),
    ("owner", "equal"): Level(0.85, None, 1e-6, "même client ({left})", True),
    ("owner", "crowd"): Level(0.85, None, 1e-6, "même client ({left})", True),
    ("owner", "different"): Level(0.15, 1e-4, 1.0, "le client diffère\u00a0: {left} / {right}"),
    ("room", "equal"): Level(0.75, 0.06, 1.0, "même local ({left})", True),
    ("room", "different"): Level(0.25, 0.94, 1.0, "le local diffère\u00a0: {left} / {right}"),
    ("together", "one"): Level(0.5, 0.3, 1e-4, "{left}", True, True),
    ("together", "several"): Level(0.4, 0.2, 5e-5, "{left}", True),
    ("moved", "some"): Level(0.6, 0.02, 5e-5, "{left}", True),
}


def _is(findings: Findings, aspect: str, *levels: str) -> bool:
    return aspect in findings and findings[aspect].level in levels


def _same_number(findings: Findings) -> bool:
    return _is(findings, "serial", "equal", "few", "alike", "zeros", "swapped")


RULES = (
    Rule(lambda found: _is(found, "serial", "twin"), Decision.DIFFERENT),
    Rule(lambda found: _is(found, "serial", "batch"), Decision.PERHAPS, "peut-être deux pianos d’une même série"),
    Rule(
        lambda found: _same_number(found) and any(_is(found, one, "different") for one in ("make", "model", "kind")),
        Decision.PERHAPS,
        "peut-être un numéro recopié",
    ),
    Rule(
        lambda found: _is(found, "owner", "crowd") and _is(found, "room", "different"),
        Decision.PERHAPS,
        "peut-être un piano déplacé, ou un numéro recopié",
    ),
    Rule(
        lambda found: (
            not _is(found, "owner", "equal", "crowd")
            and (
                _is(found, "serial", "zeros", "swapped")
                or (_is(found, "serial", "few") and not _is(found, "year", "equal"))
            )
        ),
        Decision.PERHAPS,
        "peut-être un hasard",
    ),
    Rule(
        lambda found: "serial" not in found and "make" in found,
        Decision.PERHAPS,
        "sans numéro de série, rien ne les distingue d’un second piano pareil",
    ),
    Rule(lambda found: not (_same_number(found) and "make" in found), Decision.PERHAPS),
    Rule(lambda found: _is(found, "owner", "different"), Decision.SAME, "peut-être un piano vendu"),
)

MODEL: Model[Card] = Model(
    fields=(
        on(lambda held: held.serial, Serials()),
        on(lambda held: held.make, Mark("make")),
        on(lambda held: held.model, Mark("model")),
        on(lambda held: held.year, Year("year")),
        on(lambda held: held.kind, Exact("kind")),
        on(lambda held: held.owner, Owner("owner")),
        on(lambda held: held.room, Room("room")),
        Field(keys=_home, looked_up=_home, counted=lambda held: (), compare=lambda left, right, census: ()),
    ),
    levels=LEVELS,
    rules=RULES,
    expected_related=1.0,
    order=("serial", "make", "model", "kind", "year", "owner", "room", "together", "moved"),
    absent={"serial": "numéro de série inconnu", "make": "marque inconnue", "model": "modèle inconnu"},
)
