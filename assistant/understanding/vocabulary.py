"""The names a company's questions are about: its people, institutions and house words, from data, never from code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assistant.understanding.hearing import SHORTEST, sound
from assistant.understanding.lexicon import Lexicon, Meaning, names, ordinary, written
from assistant.understanding.results import Asker
from assistant.understanding.words import Speller, plain

_OFFICE = frozenset({"Bureau", "Administration"})


@dataclass(frozen=True)
class Person:
    """Somebody of the company, with what colleagues call them."""

    name: str
    aliases: Sequence[str] = ()
    groups: frozenset[str] = frozenset()
    is_technician: bool = True


@dataclass(frozen=True)
class Named:
    """An institution, a make or a place, with the ways people write it."""

    name: str
    aliases: Sequence[str] = ()


@dataclass(frozen=True)
class Vocabulary:
    """Everything understanding knows of one company. Build it once, ask it many times."""

    people: Sequence[Person] = ()
    institutions: Sequence[Named] = ()
    makes: Sequence[Named] = ()
    cities: Sequence[Named] = ()
    neighborhoods: Sequence[Named] = ()
    house_words: Mapping[str, Sequence[str]] = ()  # type: ignore[assignment]  # an empty mapping, immutable
    """A cue of docs/assistant.md (`appointment`…), or an alias of the office's, with the phrases that mean it."""

    @classmethod
    def from_roster(cls, roster: Mapping[str, Any]) -> Vocabulary:
        """From the page of people and institutions that the batch door reads."""
        people = [
            Person(row["name"], tuple(row.get("aliases", ())), frozenset(row.get("groups", ())), technician)
            for key, technician_by_default in (("technicians", True), ("office", False))
            for row in roster.get(key, ())
            for technician in (row.get("technician", technician_by_default),)
        ]
        named = {
            key: [Named(row["name"], tuple(row.get("aliases", ()))) for row in roster.get(key, ())]
            for key in ("institutions", "makes", "cities", "neighborhoods")
        }
        terms = {key.casefold(): tuple(phrases) for key, phrases in roster.get("vocabulary", {}).items()}
        return cls(people, **named, house_words=terms)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The phrases of this company."""
        lexicon = Lexicon()
        # A part of a compound first name (« Jean » for Jean-Marc) is not enough to know who is meant.
        for person in self.people:
            kind = "technician" if person.is_technician else "colleague"
            for way in {person.name, person.name.split()[0], *person.aliases}:
                lexicon.add(plain(way), Meaning(kind, person.name))
            first_name = plain(person.name.split()[0])
            for part in first_name if len(first_name) > 1 else ():
                lexicon.add((part,), Meaning("person_part", person.name))
        kinds = (
            ("institution", self.institutions),
            ("make", self.makes),
            ("city", self.cities),
            ("neighborhood", self.neighborhoods),
        )
        for kind, rows in kinds:
            for row in rows:
                for way in (row.name, *row.aliases):
                    for form in written(way):
                        lexicon.add(form, Meaning(kind, row.name))
        for cue, phrases in dict(self.house_words).items():
            for phrase in phrases:
                lexicon.add(plain(phrase), Meaning(cue))
        return lexicon

    @cached_property
    def single_aliases(self) -> tuple[tuple[str, str], ...]:
        """Technicians by the one-word names of four letters and more that colleagues call them."""
        return tuple(
            (words[0], person.name)
            for person in self.people
            if person.is_technician
            for way in dict.fromkeys((person.name.split()[0], *person.aliases))
            if len(words := plain(way)) == 1 and len(words[0]) >= 4
        )

    @cached_property
    def surnames(self) -> dict[str, str]:
        """Technicians by a last name that nobody else here bears."""
        named = [(plain(person.name)[-1], person) for person in self.people]
        counts = Counter(surname for surname, _ in named)
        return {surname: one.name for surname, one in named if counts[surname] == 1 and one.is_technician}

    @cached_property
    def speller(self) -> Speller:
        """Mends the long words of institutions."""
        words = (word for row in self.institutions for way in (row.name, *row.aliases) for word in plain(way))
        return Speller((word for word in words if len(word) > 6), kept=names() | ordinary())

    @cached_property
    def sounds(self) -> dict[str, Meaning]:
        """Institutions and technicians by how their names sound, when no other name sounds so."""
        said: dict[str, set[Meaning]] = {}
        for kind, rows in (
            ("institution", self.institutions),
            ("technician", [one for one in self.people if one.is_technician]),
        ):
            for row in rows:
                for way in (row.name, row.name.split()[0] if kind == "technician" else row.name, *row.aliases):
                    said.setdefault(sound(plain(way)), set()).add(Meaning(kind, row.name))
        return {key: meanings.pop() for key, meanings in said.items() if len(meanings) == 1 and len(key) >= SHORTEST}

    def asker(self, user: str, role: str) -> Asker:
        """Who asks: `user` is a name, an alias or the start of an address; else the first person of that role."""
        office = role == "admin"
        person = self._person(user) or next(
            (one for one in self.people if bool(one.groups & _OFFICE and not one.is_technician) == office), None
        )
        technician = person.name if person is not None and person.is_technician else ""
        return Asker(technician=technician, office=office)

    def _person(self, user: str) -> Person | None:
        wanted = plain(user.partition("@")[0].replace(".", " ").replace("_", " "))
        for person in self.people:
            if wanted in {plain(way) for way in (person.name, person.name.split()[0], *person.aliases)}:
                return person
        return None
