"""Names of people and of companies: double, inverted, abbreviated, mistyped; and who is whose child."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from syncing.folding import fold
from syncing.matching.model import Census, Finding
from syncing.matching.spelling import slip, sound, words

_GENERATIONS = {
    **dict.fromkeys(("jr", "junior", "fils"), "junior"),
    **dict.fromkeys(("sr", "senior", "pere"), "senior"),
    **dict.fromkeys(("ii", "iii", "iv"), "junior"),
}
_TITLES = frozenset({"mme", "mr", "mrs", "mlle", "dr", "dre"})
_COUPLE = re.compile(r"\s+(?:et|and)\s+|\s*[&/+]\s*")
_EMPTY_WORDS = frozenset(
    {
        *("a", "and", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "of", "the"),
        *("enr", "inc", "ltd", "ltee", "senc"),
    }
)
KNOWN = 2
"""Two spellings that this many records bear each are two names, not one and its misspelling."""
RANKS = {"equal": 5, "inverted": 5, "close": 4, "part": 3, "initial": 2, "neighbour": 1, "different": 0, "one": 0}


@dataclass(frozen=True, slots=True)
class Person:
    """One person's name, in words."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    generation: str = ""
    shown_given: str = ""
    shown_family: str = ""
    shown_suffix: str = ""
    words: tuple[str, ...] = ()
    """All of them, in alphabetical order."""

    @property
    def is_split(self) -> bool:
        return bool(self.given and self.family)

    def __str__(self) -> str:
        return " ".join(part for part in (self.shown_given, self.shown_family, self.shown_suffix) if part)


def people(given: str, family: str, suffix: str = "") -> tuple[Person, ...]:
    """« Marie et Marc », « Tremblay » are two people."""
    firsts = [first for first in _COUPLE.split(given) if first.strip()] or [""]
    return tuple(found for first in firsts if (found := _person(first, family, suffix)))


def _person(given: str, family: str, suffix: str) -> Person | None:
    generation = next((_GENERATIONS[word] for word in words(f"{suffix} {family} {given}") if word in _GENERATIONS), "")
    first, last = _plain(given), _plain(family)
    if len(first) > 1 and any(len(word) > 1 for word in first):
        first = tuple(word for word in first if len(word) > 1)  # a middle initial is written or not
    if not first and not last:
        return None
    shown_given, shown_family, shown_suffix = (" ".join(text.split()) for text in (given, family, suffix))
    return Person(first, last, generation, shown_given, shown_family, shown_suffix, tuple(sorted(first + last)))


def _plain(text: str) -> tuple[str, ...]:
    return tuple(word for word in words(text) if word not in _TITLES and word not in _GENERATIONS)


@dataclass(frozen=True, slots=True)
class Company:
    """The name of a house, without the small words."""

    words: tuple[str, ...]
    shown: str
    key: str
    """The words in alphabetical order."""


def company(text: str) -> Company | None:
    """« Coopérative l’Érable inc. » → (cooperative, erable)."""
    elided = re.sub(r"\b[dl]['’]", " ", fold(text))
    kept = tuple(word for word in words(elided) if word not in _EMPTY_WORDS)
    return Company(kept, " ".join(text.split()), " ".join(sorted(kept))) if kept else None


@dataclass(frozen=True, slots=True)
class Names:
    """All the names of one record: those of its people, and that of the house they are met at."""

    people: tuple[Person, ...] = ()
    company: Company | None = None


class Naming:
    """Compares houses with houses and people with people, also when a person was typed as a house."""

    def keys(self, values: tuple[Names, ...]) -> Iterator[str]:
        for names in values:
            for person in (*names.people, *_as_person(names)):
                # Which words are the family's is not known of a name in one box.
                yield from _name_keys(person.family or person.words, person.given or person.words)
            if names.company:
                yield f"house {sound(''.join(names.company.words))}"
                for word in names.company.words:
                    if len(word) > 2:
                        yield f"word {sound(word)}"

    def looked_up(self, values: tuple[Names, ...]) -> Iterator[str]:
        """Inverted names are found from either side."""
        yield from self.keys(values)
        for names in values:
            for person in names.people:
                if person.is_split:
                    yield from _name_keys(person.given, person.family)

    def counted(self, values: tuple[Names, ...]) -> Iterator[tuple[str, str]]:
        for names in values:
            for person in names.people:
                if person.family:
                    yield "family", "".join(person.family)
                if person.given:
                    yield "given", "".join(person.given)
            if names.company:
                yield "company", names.company.key
                for word in names.company.words:
                    yield "word", word

    def compare(self, left: tuple[Names, ...], right: tuple[Names, ...], census: Census) -> Iterable[Finding]:
        mine, theirs = left[0], right[0]
        if mine.company and theirs.company:
            return [_compare_companies(mine.company, theirs.company, census)]
        if mine.company or theirs.company:
            return _house_and_person(mine, theirs, census)
        return _compare_people(mine.people, theirs.people, census)


def _name_keys(family: tuple[str, ...], given: tuple[str, ...]) -> Iterator[str]:
    """Each word of the family with the beginning of the first given name."""
    for word in family:
        for first in given[:1] if given != family else given:
            if word != first:
                yield f"name {sound(word)} {first[:2]}"


def _as_person(names: Names) -> tuple[Person, ...]:
    """A house of two to four words may be a person's name in the wrong box."""
    if names.company and 2 <= len(names.company.words) <= 4:
        person = _person("", names.company.shown, "")
        return (person,) if person else ()
    return ()


# -- people ------------------------------------------------------------------------------------------------------------


def _compare_people(mine: tuple[Person, ...], theirs: tuple[Person, ...], census: Census) -> list[Finding]:
    """The two people who agree best speak for their records."""
    if len(mine) == len(theirs) == 1:
        return _compare_two(mine[0], theirs[0], census)
    return max((_compare_two(one, other, census) for one in mine for other in theirs), key=_agreement, default=[])


def _agreement(findings: list[Finding]) -> tuple[int, list[list[str]]]:
    """How well two names agree; then anything that does not depend on which side one comes from."""
    weight = {"family": 1, "given": 1, "whole": 2}
    rank = sum(weight.get(finding.aspect, 0) * RANKS[finding.level] for finding in findings)
    return rank, [[finding.level, finding.shared, *sorted((finding.left, finding.right))] for finding in findings]


def _compare_two(mine: Person, theirs: Person, census: Census) -> list[Finding]:
    found = _whole_names(mine, theirs)
    if not found:
        if mine.family and theirs.family:
            level = _family_level(mine.family, theirs.family, census)
            found.append(_named("family", level, mine.family, mine.shown_family, theirs.shown_family))
        if mine.given and theirs.given:
            level = _given_level(mine.given, theirs.given, census)
            found.append(_named("given", level, mine.given, mine.shown_given, theirs.shown_given))
    if mine.generation or theirs.generation:
        both = mine.generation and theirs.generation
        level = "equal" if mine.generation == theirs.generation else "different" if both else "one"
        found.append(Finding("generation", level, str(mine), str(theirs)))
    return found


def _named(aspect: str, level: str, value: tuple[str, ...], left: str, right: str) -> Finding:
    return Finding(aspect, level, left, right, "".join(value) if level == "equal" else "")


def _whole_names(mine: Person, theirs: Person) -> list[Finding]:
    """Names that lie in other boxes: inverted, or both in one."""
    level = ""
    if mine.is_split and theirs.is_split:
        if mine.given != theirs.given and _alike(mine.given, theirs.family) and _alike(mine.family, theirs.given):
            level = "inverted"
    elif len(mine.words) == len(theirs.words) > 1:
        left, right = "".join(mine.given + mine.family), "".join(theirs.given + theirs.family)
        if mine.words == theirs.words:
            level = "equal"
        elif slip(left, right) and left[-2:] == right[-2:]:
            level = "close"
    return [Finding("whole", level, str(mine), str(theirs))] if level else []


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    left, right = "".join(one), "".join(other)
    return left == right or slip(left, right)


def _family_level(mine: tuple[str, ...], theirs: tuple[str, ...], census: Census) -> str:
    one, other = "".join(mine), "".join(theirs)
    if one == other:
        return "equal"
    if set(mine) < set(theirs) or set(theirs) < set(mine):
        return "part"
    if sound(one) == sound(other):
        return "close"
    known = census.count("family", one) >= KNOWN and census.count("family", other) >= KNOWN
    return "close" if not known and slip(one, other) else "different"


def _given_level(mine: tuple[str, ...], theirs: tuple[str, ...], census: Census) -> str:
    one, other = "".join(mine), "".join(theirs)
    shorter, longer = sorted((mine, theirs), key=lambda name: (len("".join(name)), name))
    letters, initials = "".join(shorter), "".join(word[0] for word in longer)
    if all(len(word) == 1 for word in shorter) or (len(shorter) == 1 and 1 < len(letters) == len(longer)):
        return "initial" if initials.startswith(letters) else "different"
    if one == other:
        return "equal"
    if set(mine) < set(theirs) or set(theirs) < set(mine):
        return "part"
    if not slip(one, other):
        return "different"
    if sorted(one) == sorted(other):  # two letters swapped: no two names are written with the same ones
        return "close"
    # Denis and Denise, Yvan and Yvon, Julie and Julien: in French the end of a name makes another person.
    known = census.count("given", one) >= KNOWN and census.count("given", other) >= KNOWN
    return "neighbour" if known or one[-2:] != other[-2:] else "close"


# -- houses ------------------------------------------------------------------------------------------------------------


def _house_and_person(mine: Names, theirs: Names, census: Census) -> list[Finding]:
    """A house and a person: two records, unless the house is the person's name."""
    for one in mine.people or _as_person(mine):
        for other in theirs.people or _as_person(theirs):
            if not (one.is_split and other.is_split) and _whole_names(one, other):
                return _compare_two(one, other, census)
    left, right = (names.company.shown if names.company else "" for names in (mine, theirs))
    return [Finding("company", "one", left or _all(mine), right or _all(theirs))] + (
        _compare_people(mine.people, theirs.people, census) if mine.people and theirs.people else []
    )


def _all(names: Names) -> str:
    return str(names.people[0]) if names.people else ""


def _compare_companies(mine: Company, theirs: Company, census: Census) -> Finding:
    level = _company_level(mine, theirs, census)
    return Finding("company", level, mine.shown, theirs.shown, mine.key if level == "equal" else "")


def _company_level(mine: Company, theirs: Company, census: Census) -> str:
    if mine.key == theirs.key:
        return "equal"
    if _numbers(mine) != _numbers(theirs):  # the second branch is not the third
        return "part" if _numbers(mine) < _numbers(theirs) or _numbers(theirs) < _numbers(mine) else "different"
    one, other = set(mine.words), set(theirs.words)
    if one < other or other < one:
        return "part"
    if "".join(mine.words) == "".join(theirs.words):
        return "close"
    left, right = sorted(one - other), sorted(other - one)
    if len(left) == len(right) == 1 and _same_word(left[0], right[0], census):
        return "close"
    whole = OSA.distance("".join(mine.words), "".join(theirs.words), score_cutoff=1)
    return "close" if whole <= 1 and len(left) != len(right) else "different"


def _same_word(mine: str, theirs: str, census: Census) -> bool:
    known = census.count("word", mine) >= KNOWN and census.count("word", theirs) >= KNOWN
    return not known and (slip(mine, theirs) or sound(mine) == sound(theirs))


def _numbers(house: Company) -> frozenset[str]:
    return frozenset(word for word in house.words if any(letter.isdigit() for letter in word))
