"""Whom a question is about: institutions, ids, and the name that stands where a name stands."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.understanding.lexicon import names, ordinary
from assistant.understanding.sentence import Sentence
from assistant.understanding.slots import instruments, people, places
from assistant.understanding.slots.found import Found
from assistant.understanding.words import word_set

_ORDINARY_ENDINGS = (
    *("tion", "tions", "sion", "sions", "ements", "ique", "iques", "able", "ables", "ible", "ibles", "euse", "euses"),
    *("elles", "ite", "ites", "ees", "ante", "antes", "ants", "ents", "aires", "isme", "eurs", "ages", "iser"),
)
_PRONOUNS = word_set("t il elle on tu")
TITLES = word_set("m mme madame monsieur mr mrs ms dr docteur mlle maitre")
_ARTICLES = word_set("le la les l")
_PARTICLES = word_set("de du des la le les l d et y van von der den el al")
_CLIENT_WORDS = word_set("client cliente clients clientes famille")
# How surely a name follows this word.
_LEADS = {
    "chez": 5, "pour": 4, "pr": 4, "concernant": 4, "de": 3, "du": 3, "d": 3, "sur": 3, "avec": 3, "for": 3, "of": 3,
    "a": 2, "au": 2, "des": 1,
}  # fmt: skip
# Marks of words that are also people's names, and how one knows.
_SOFT = {"city": places.is_a_name, "neighborhood": places.is_a_name, "make": instruments.is_a_name}
_NEVER = frozenset(
    {"when", "quote", "client_id", "appointment_id", "email", "phone", "institution", "model_name", "serial_number"}
)


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
        _drop_inside(found, best)


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
        if _starts_a_name(sentence, place):
            last = _end_of_name(sentence, place)
            found.append(_name(sentence, place, last))
            place = last
        else:
            place += 1
    return found


def _name(sentence: Sentence, first: int, last: int) -> Name:
    lead, titled = _lead(sentence, first)
    first = _past_adjectives(sentence, _with_particles(sentence, first), last)
    said = sentence.words[first:last]
    capital = any(word.capital for word in said) and (first > 0 or any(word.capital for word in said[1:]))
    known = any(word.text in names() for word in said)
    surety = (
        (6 if titled else _surety(sentence, lead, first))
        + capital
        + known
        + _is_organisation(sentence, first)
    )
    text = sentence.typed(first, last).strip(" ,;:.!?")
    return Name(text, first, last, surety, is_proper=titled or capital or known or lead == "chez")


def _with_particles(sentence: Sentence, first: int) -> int:
    """« Mme de la Durantaye », « chez Le Blanc »: a particle behind a title or « chez » begins the name."""
    place = first
    if first and sentence.words[first - 1].capital and sentence.word(first - 1) in ("d", "l", "o") and first > 1:
        return first - 1  # « D'Amours »
    while sentence.word(place - 1) in _PARTICLES - {"et", "y"}:
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
    if before in TITLES or (before == "chez" and noble) or (before == "" and noble):
        return place if noble or sentence.words[place].capital else first
    return first


def _surety(sentence: Sentence, lead: str, first: int) -> int:
    """How surely a name stands behind this word; « combien de X » counts things, not somebody."""
    if "how_many" in sentence.kinds_at(first - 1):
        return 0
    return _LEADS.get(lead, _after_a_noun(sentence, first))


def _after_a_noun(sentence: Sentence, first: int) -> int:
    """« rv gauvreau », « tel gauvreau »: the name follows what is asked of it."""
    return 2 if sentence.kinds_at(first - 1) - {"filler", "greeting", "polite", "i", "everyone", "you"} else 1


def _past_adjectives(sentence: Sentence, first: int, last: int) -> int:
    """« client difficile Hervé Lalumière »: with capitals behind, a small first word is no name."""
    capitals = [place for place in range(first, last) if sentence.words[place].capital]
    if not capitals or sentence.words[first].text in names() or sentence.kinds_at(first):
        return first
    return capitals[0] if all(sentence.word(place) not in names() for place in range(first, capitals[0])) else first


def _lead(sentence: Sentence, first: int) -> tuple[str, bool]:
    """The word before the name, past titles and articles; and whether a title or « client » is among them."""
    titled, place = False, first - 1
    while place >= 0:
        word = sentence.word(place)
        if word in TITLES or word in _CLIENT_WORDS or (word == "." and sentence.word(place - 1) in TITLES):
            titled = True
        elif word not in _ARTICLES and word != ".":
            return word, titled
        place -= 1
    return "", titled


def _starts_a_name(sentence: Sentence, place: int) -> bool:
    word = sentence.words[place]
    if not word.text.isalpha() or word.text in TITLES | _CLIENT_WORDS:
        return False
    kinds = sentence.kinds_at(place)
    if not kinds and _is_ordinary(sentence, place):
        return False
    known = word.capital and place > 0 and word.text in names()
    if kinds == {"filler"} and known and _lead(sentence, place)[0] in _LEADS:
        return True
    if not kinds:
        return len(word.text) > 1 or (
            word.capital and (sentence.word(place + 1) == "." or _is_glued(sentence, place + 1))
        )
    if kinds & _NEVER:
        return False
    if kinds == {"organisation"}:
        return _is_organisation(sentence, place)
    for mark in sentence.marks:
        if mark.first <= place < mark.last:
            if mark.kind in ("technician", "colleague", "person_part"):
                return people.is_of_a_client(sentence, mark)
            if (soft := _SOFT.get(mark.kind)) and mark.first == place:
                return soft(sentence, mark)
    # « Mme Grand », « M. Toutou »: after a title a capital is a name whatever it means elsewhere.
    return word.capital and _is_titled(sentence, place)


def _is_ordinary(sentence: Sentence, place: int) -> bool:
    """« annuelles », « réparation »: a small word of every day, where no title makes it a name."""
    word = sentence.words[place]
    if word.capital or word.text in names() or _is_titled(sentence, place) or sentence.word(place - 1) == "chez":
        return False
    if sentence.word(place - 1) in ("a", "pour", "de", "d", "sans") and word.text.endswith(("er", "ir")):
        return True  # « clients à relancer »
    return word.text in ordinary() or (len(word.text) > 6 and word.text.endswith(_ORDINARY_ENDINGS))


def _is_titled(sentence: Sentence, place: int) -> bool:
    before = sentence.word(place - 1)
    return before in TITLES or (before == "." and sentence.word(place - 2) in TITLES)


def _is_organisation(sentence: Sentence, place: int) -> bool:
    """« conservatoire de Saint-Lambert », « école de musique »; not « les églises », « une école »."""
    if sentence.kinds_at(place) != {"organisation"}:
        return False
    of_many = sentence.word(place).endswith("s")
    if of_many and not (sentence.text(place - 2, place) == "chez les" and sentence.word(place + 1) in ("de", "du")):
        return False
    if sentence.word(place - 1) in ("un", "une", "quel", "quelle", "derniere", "dernier"):
        return False
    after = place + 1
    if sentence.word(after) in ("de", "du", "des", "d", "st", "ste", "saint", "sainte"):
        return True
    if after < len(sentence.words) and sentence.word(after).isalpha():
        kinds = sentence.kinds_at(after)
        if not kinds or sentence.words[after].capital or kinds & {"city", "neighborhood"}:
            return True
    return sentence.word(place - 1) in ("l", "le", "la", "au", "du", "chez")


def _end_of_name(sentence: Sentence, first: int) -> int:
    """Where the name stops: at a mark, a comma, a date, or a particle with nothing of a name behind it."""
    organisation = _is_organisation(sentence, first)
    place = first + 1
    while place < len(sentence.words):
        word = sentence.words[place]
        if _continues(sentence, place, organisation=organisation):
            place += 1
        elif word.text in _PARTICLES or word.text in ("&", ".", "st", "ste", "saint", "sainte"):
            after = place + 1
            while after < len(sentence.words) and sentence.word(after) in _PARTICLES:
                after += 1
            if word.text == "." and (len(sentence.word(place - 1)) > 2 or after != place + 1):
                break
            if word.text in ("et", "y") and not (after < len(sentence.words) and sentence.words[after].capital):
                break
            if after >= len(sentence.words) or not _continues(sentence, after, organisation=organisation):
                break
            place = after + 1
        else:
            break
    return place


def _is_glued(sentence: Sentence, place: int) -> bool:
    """A hyphen or an apostrophe joins the word to the one before."""
    if not 0 < place < len(sentence.words):
        return False
    return sentence.question.folded[sentence.words[place].start - 1] in "-'"


def _continues(sentence: Sentence, place: int, *, organisation: bool) -> bool:
    word, before = sentence.words[place], sentence.words[place - 1]
    if not word.text.isalpha() or word.text in TITLES | _PRONOUNS or sentence.word(place + 1) == "t":
        return False  # « Mme Roy préfère-t-elle »
    kinds = sentence.kinds_at(place)
    glued = _is_glued(sentence, place)
    if not kinds:
        # « Roy veut »: behind a capital, a small word that nothing joins is no name.
        return organisation or glued or word.capital or not (before.capital or _is_ordinary(sentence, place))
    if kinds & _NEVER:
        return False
    if kinds & {"technician", "person_part"} or (organisation and word.capital):
        return True
    if kinds & {"city", "neighborhood", "make", "organisation"}:
        return organisation or glued or word.text in names()
    return glued and word.start - before.end == 1 and before.text not in _PARTICLES
