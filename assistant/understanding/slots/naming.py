"""Where a name begins and where it ends, among words that nothing else explains."""

from __future__ import annotations

from assistant.understanding.lexicon import names, ordinary
from assistant.understanding.sentence import Sentence
from assistant.understanding.slots import instruments, people, places
from assistant.understanding.words import word_set

_ORDINARY_ENDINGS = (
    *("tion", "tions", "sion", "sions", "ements", "ique", "iques", "able", "ables", "ible", "ibles", "euse", "euses"),
    *("elles", "ite", "ites", "ees", "ante", "antes", "ants", "ents", "aires", "isme", "eurs", "ages", "iser"),
)
_PRONOUNS = word_set("t il elle on tu")
TITLES = word_set("m mme madame monsieur mr mrs ms dr docteur mlle maitre")
_ARTICLES = word_set("le la les l")
_ORDERS = word_set("soeurs freres peres ursulines religieuses augustines carmelites")
PARTICLES = word_set("de du des la le les l d et y van von der den el al")
_CLIENT_WORDS = word_set("client cliente clients clientes famille")
# How surely a name follows this word.
LEADS = {
    "chez": 5, "pour": 4, "pr": 4, "concernant": 4, "de": 3, "du": 3, "d": 3, "sur": 3, "avec": 3, "for": 3, "of": 3,
    "a": 2, "au": 2, "des": 1,
}  # fmt: skip
# Marks of words that are also people's names, and how one knows.
_SOFT = {"city": places.is_a_name, "neighborhood": places.is_a_name, "make": instruments.is_a_name}
_IN_A_NAME = frozenset({"filler", "organisation", "city", "neighborhood", "make"})
_NEVER = frozenset(
    {"when", "quote", "client_id", "appointment_id", "email", "phone", "institution", "model_name", "serial_number"}
)


def lead(sentence: Sentence, first: int) -> tuple[str, bool]:
    """The word before the name, past titles and articles; and whether a title or « client » is among them."""
    titled, place = False, first - 1
    while place >= 0:
        word = sentence.word(place)
        if word == "m" and _is_elided(sentence, place):
            return word, titled
        if word in TITLES or word in _CLIENT_WORDS or (word == "." and sentence.word(place - 1) in TITLES):
            titled = True
        elif word not in _ARTICLES and word != ".":
            return word, titled
        place -= 1
    return "", titled


def starts_a_name(sentence: Sentence, place: int) -> bool:
    """This word is somebody's, or stands where a name does."""
    word = sentence.words[place]
    if not word.text.isalpha() or word.text in TITLES | _CLIENT_WORDS:
        return False
    kinds = sentence.kinds_at(place)
    if not kinds and _is_ordinary(sentence, place):
        return False
    known = word.capital and place > 0 and word.text in names()
    if word.text == "ti" and _is_glued(sentence, place + 1) and sentence.word(place + 1) in names():
        return True  # « Ti-Guy »
    if kinds == {"filler"} and known and lead(sentence, place)[0] in LEADS:
        return True
    if not kinds:
        return len(word.text) > 1 or (
            word.capital and (sentence.word(place + 1) == "." or _is_glued(sentence, place + 1))
        )
    if kinds & _NEVER:
        return False
    if kinds == {"organisation"}:
        return is_organisation(sentence, place)
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
    if _is_plural_adjective(sentence, place):
        return True
    if word.capital or word.text in names() or _is_titled(sentence, place) or sentence.word(place - 1) == "chez":
        return False
    if sentence.word(place - 1) in ("a", "pour", "de", "d", "sans") and word.text.endswith(("er", "ir")):
        return True  # « clients à relancer »
    return word.text in ordinary() or (len(word.text) > 6 and word.text.endswith(_ORDINARY_ENDINGS))


def _is_plural_adjective(sentence: Sentence, place: int) -> bool:
    """« clients gentils », « pianos blancs »."""
    word = sentence.words[place]
    of_many = sentence.word(place - 1) in ("clients", "clientes", "pianos")
    return of_many and word.text[-1] in "sx" and not word.capital and word.text not in names()


def _is_titled(sentence: Sentence, place: int) -> bool:
    before = sentence.word(place - 1)
    if before == "m" and _is_elided(sentence, place - 1):
        return False
    return before in TITLES or (before == "." and sentence.word(place - 2) in TITLES)


def _is_elided(sentence: Sentence, place: int) -> bool:
    """« m'expliquer »: no « M. »."""
    end = sentence.words[place].end
    return sentence.question.folded[end : end + 1] == "'"


def is_organisation(sentence: Sentence, place: int) -> bool:
    """« conservatoire de Saint-Lambert », « école de musique »; not « les églises », « une école »."""
    if sentence.kinds_at(place) != {"organisation"}:
        return False
    of_many = sentence.word(place).endswith("s")
    if of_many:
        of_an_order = sentence.word(place) in _ORDERS and sentence.word(place - 1) == "les"
        at_theirs = sentence.text(place - 2, place) == "chez les"
        return of_an_order or (at_theirs and sentence.word(place + 1) in ("de", "du"))
    if sentence.word(place - 1) in ("un", "une", "quel", "quelle", "derniere", "dernier"):
        return False
    after = place + 1
    if sentence.word(after) in ("de", "du", "des", "d", "st", "ste", "saint", "sainte"):
        return True
    if place == 0 and after < len(sentence.words) and _is_all_a_name(sentence):
        return True
    if after < len(sentence.words) and sentence.word(after).isalpha():
        kinds = sentence.kinds_at(after)
        if not kinds or sentence.words[after].capital or kinds & {"city", "neighborhood"}:
            return True
    return sentence.word(place - 1) in ("l", "le", "la", "au", "du", "chez")


def _is_all_a_name(sentence: Sentence) -> bool:
    """« CPE Les Petits Loups »: nothing in it is a cue."""
    return all(sentence.kinds_at(place) <= _IN_A_NAME for place in range(len(sentence.words)))


def end_of_name(sentence: Sentence, first: int) -> int:
    """Where the name stops: at a mark, a comma, a date, or a particle with nothing of a name behind it."""
    organisation = is_organisation(sentence, first)
    place = first + 1
    while place < len(sentence.words):
        word = sentence.words[place]
        if _continues(sentence, place, organisation=organisation):
            place += 1
        elif word.text in PARTICLES or word.text in ("&", ".", "st", "ste", "saint", "sainte"):
            after = place + 1
            while after < len(sentence.words) and sentence.word(after) in PARTICLES:
                after += 1
            if word.text == "." and (len(sentence.word(place - 1)) > 2 or after != place + 1):
                break
            if word.text in ("et", "y") and not (after < len(sentence.words) and sentence.words[after].capital):
                break
            if word.text == "de" and "technician" in sentence.kinds_at(after) and after + 1 == len(sentence.words):
                break  # « lubrifiant Protek de Karim »
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
    return glued and word.start - before.end == 1 and before.text not in PARTICLES
