"""Whom a question is about: institutions, ids, and the name that stands where a name stands."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.understanding.lexicon import names
from assistant.understanding.sentence import Mark, Sentence
from assistant.understanding.slots import naming, repairs
from assistant.understanding.slots.found import Found


@dataclass(frozen=True)
class Name:
    """A run of words that may name a client, and how surely."""

    text: str
    first: int
    last: int
    surety: int
    is_proper: bool = False
    """It has a capital, a known first or last name, or a title."""


def find(found: Found) -> None:
    """Fills `client_id` or `client_name`; an institution goes before a name in words."""
    sentence = found.sentence
    for kind in ("client_id", "appointment_id"):
        if mark := sentence.first(kind):
            found.put(kind, mark.value, mark.first, mark.last)
    for mark in sentence.all("institution"):
        found.put("client_name", mark.value, mark.first, mark.last, negated=found.is_negated(mark.first))
        found.surety = 6
    if found.values.keys() & {"client_id", "client_name"}:
        return
    candidates = runs(sentence)
    if all("organisation" in sentence.kinds_at(place) for place in range(len(sentence.words))):
        candidates = [_name(sentence, 0, len(sentence.words))]  # « université », alone
    gone, meant = repairs.opposed(sentence, [Mark("name", name.first, name.last) for name in candidates])
    candidates = [name for name in candidates if name.first not in gone]
    if meant:
        found.put("client_name", candidates[0].text, candidates[0].first, candidates[0].last)
        found.surety, found.is_proper = candidates[0].surety, candidates[0].is_proper
        return
    for name in candidates:
        if found.is_negated(name.first) and "client_name" not in found.excluded and name.surety >= 3:
            found.put("client_name", name.text, name.first, name.last, negated=True)
    if "client_name" in found.excluded and "cities" in found.values and sentence.has("that_one"):
        _take_the_other(found)
        return
    kept = [name for name in candidates if not found.is_negated(name.first) or name.surety < 3]
    if kept:
        best = max(kept, key=lambda name: (name.surety, -name.first))
        found.put("client_name", best.text, best.first, best.last)
        found.surety, found.is_proper = best.surety, best.is_proper
        _introduce(sentence, best.first)
        _drop_inside(found, best)


def _introduce(sentence: Sentence, first: int) -> None:
    """« le client Cloutier » names one; « le client » alone is the one spoken of."""
    mark = next((mark for mark in sentence.all("there") if mark.last == first), None)
    if mark is not None and sentence.word(first - 1) in ("client", "cliente"):
        sentence.mark(replace(mark, kind="client"))


def _take_the_other(found: Found) -> None:
    """« pas le Tremblay de Laval, celui de Longueuil »: another of that name."""
    *others, city = found.values.pop("cities")
    found.values |= {"client_name": found.excluded.pop("client_name"), "city": city}
    found.excluded["city"] = others[0]
    found.surety = 4


def _drop_inside(found: Found, name: Name) -> None:
    """« conservatoire de Saint-Lambert »: the town is a part of the name."""
    for slot, first, last in found.places:
        if slot in ("city", "neighborhood", "piano_make", "technician") and name.first <= first and last <= name.last:
            found.values.pop(slot, None)


def runs(sentence: Sentence) -> list[Name]:
    """Every run of words that nothing else explains, with the words that hold a name together."""
    found: list[Name] = []
    place = 0
    while place < len(sentence.words):
        if naming.starts_a_name(sentence, place):
            last = naming.end_of_name(sentence, place)
            found.append(_name(sentence, place, last))
            place = last
        else:
            place += 1
    return found


def _name(sentence: Sentence, first: int, last: int) -> Name:
    lead, titled = naming.lead(sentence, first)
    first = _past_adjectives(sentence, _with_particles(sentence, first), last)
    said = sentence.words[first:last]
    capital = any(word.capital for word in said) and (first > 0 or any(word.capital for word in said[1:]))
    known = any(word.text in names() for word in said)
    surety = (
        (6 if titled else _surety(sentence, lead, first)) + capital + known + naming.is_organisation(sentence, first)
    )
    text = sentence.typed(first, last).strip(" ,;:.!?").removesuffix("'s").removesuffix("’s")
    return Name(text, first, last, surety, is_proper=titled or capital or known or lead == "chez")


def _with_particles(sentence: Sentence, first: int) -> int:
    """« Mme de la Durantaye », « chez Le Blanc »: a particle behind a title or « chez » begins the name."""
    place = first
    if first and sentence.words[first - 1].capital and sentence.word(first - 1) in ("d", "l", "o") and first > 1:
        return first - 1  # « D'Amours »
    while sentence.word(place - 1) in naming.PARTICLES - {"et", "y"}:
        place -= 1
    before = sentence.word(place - 1)
    if before == ".":
        before = sentence.word(place - 2)
    noble = sentence.word(place) in ("de", "du", "d", "des") and sentence.word(place + 1) in (
        "la",
        "le",
        "l",
        sentence.word(first),
    )
    if before in naming.TITLES or (before == "chez" and noble) or (before == "" and noble):
        return place if noble or sentence.words[place].capital else first
    return first


def _surety(sentence: Sentence, lead: str, first: int) -> int:
    """How surely a name stands behind this word; « combien de X » counts things, not somebody."""
    if "how_many" in sentence.kinds_at(first - 1):
        return 0
    return naming.LEADS.get(lead, _after_a_noun(sentence, first))


def _after_a_noun(sentence: Sentence, first: int) -> int:
    """« rv gauvreau », « tel gauvreau »: the name follows what is asked of it."""
    return 2 if sentence.kinds_at(first - 1) - {"filler", "greeting", "polite", "i", "everyone", "you"} else 1


def _past_adjectives(sentence: Sentence, first: int, last: int) -> int:
    """« client difficile Hervé Lalumière »: with capitals behind, a small first word is no name."""
    capitals = [place for place in range(first, last) if sentence.words[place].capital]
    if not capitals or sentence.words[first].text in names() or sentence.kinds_at(first):
        return first
    return capitals[0] if all(sentence.word(place) not in names() for place in range(first, capitals[0])) else first
