"""Words of time that mean something else, and dates that are refused: names, numbers of houses, « sauf lundi »."""

from __future__ import annotations

from assistant.understanding.text import Question
from assistant.understanding.times.tokens import Token

_NAMES = frozenset(("avril", "noel", "mars", "mai", "juin", "dimanche", "sam"))
"""Words of time that are also people's names."""
_TITLES = frozenset(("chez", "mme", "madame", "m", "mr", "monsieur", "mlle", "client", "cliente", "docteur", "famille"))
_STREETS = ("rue", "avenue", "av", "ave", "boulevard", "boul", "bd", "chemin", "ch", "rang", "place", "route", "app")
_COUNTED = frozenset(
    (
        *(*_STREETS, "piano", "pianos", "rv", "rdv", "rendez", "client", "clients", "accord", "accords"),
        *("$", "%", "°", "hz", "km", "cm", "pouces", "dollars", "e", "eme", "ieme", "nd", "nde"),
    )
)
"""What a number before it counts or orders."""
_SHORT = frozenset(("lun", "mar", "mer", "merc", "jeu", "ven", "vend", "sam", "dim"))
_ARTICLES = frozenset(
    (
        *("le", "la", "l'", "les", "un", "une", "du", "au", "de", "d'", "des", "ce", "mon", "ma", "son", "sa", "notre"),
        *("a", "en", "par", "avec", "chez", "et", "pour"),
    )
)
"""Before a short weekday without its dot, they announce another word (« le jeu », « la mer »)."""
_NEGATIONS = frozenset(("pas", "sauf", "excepte", "hormis", "hors", "outre", "non", "ni"))
_SMALL_WORDS = frozenset(("le", "la", "l'", "les", "en", "au", "a", "pour", "de", "du", "d'", "ceux", "celui"))
_LENGTHS = frozenset(
    (
        *("pendant", "durant", "dure", "durent", "duree", "prend", "faut"),
        *("de", "en", "les", "des", "chaque", "par", "moins", "plus", "combien", "environ"),
    )
)
"""After them, hours are a length of time."""
_VERBS = frozenset(("travaille", "travaillent", "suis", "es", "est", "ai", "as", "a", "vais", "va", "viens", "vient"))


def is_negated(tokens: tuple[Token, ...], at: int) -> bool:
    """« pas demain », « sauf le lundi »; not « je ne travaille pas demain », where the verb is denied."""
    place = at - 1
    while place >= 0 and tokens[place].text in _SMALL_WORDS:
        place -= 1
    if place < 0:
        return False
    if tokens[place].text == "part" and place and tokens[place - 1].text == "a":
        return True
    if tokens[place].text == "que" and place and tokens[place - 1].text == "autre":
        return True
    if tokens[place].text not in _NEGATIONS:
        return False
    before = [token.text for token in tokens[max(place - 4, 0) : place]]
    return tokens[place].text != "pas" or not ({"ne", "n'"} & set(before) or (before and before[-1] in _VERBS))


def is_cautious(question: Question, tokens: tuple[Token, ...], at: int, end: int) -> bool:
    """The words from `at` to `end` read as time, but more likely mean something else."""
    before = tokens[at - 1].text if at else ""
    after = tokens[end].text if end < len(tokens) else ""
    words = tokens[at:end]
    if (at or end < len(tokens)) and all("INT" in word.tags for word in words):
        return True
    if len(words) == 1:
        word = words[0].text
        if word in _NAMES and (before in _TITLES or _is_named(question, tokens, at)):
            return True
        abbreviated = words[0].last - words[0].first > len(word)
        if "SHORTMONTH" in words[0].tags and not abbreviated and len(tokens) > 1:
            return True
        if word in _SHORT and before in _ARTICLES and not abbreviated:
            return True
        if word in ("jeu", "mer", "sam") and after and after not in ",.?!;" and not abbreviated:
            return True
    if words[-1].text.isdigit() and after in _COUNTED:
        return True
    length = len(words) == 2 and words[-1].text in ("heure", "heures")
    return length and (before in _LENGTHS or after in ("de", "pour"))


def _is_named(question: Question, tokens: tuple[Token, ...], at: int) -> bool:
    """« Avril Lavoie »: a capital, and a capital after it that begins no word of time."""
    if at + 1 >= len(tokens) or tokens[at + 1].tags or not tokens[at + 1].text.isalpha():
        return False
    return all(question.as_typed(token.first, token.last)[:1].isupper() for token in tokens[at : at + 2])
