"""Words of time that mean something else, and dates that are refused: names, numbers of houses, « sauf lundi »."""

from __future__ import annotations

from assistant.understanding.text import Question
from assistant.understanding.times.neighbours import (
    AFTER_HOURS,
    ARTICLES,
    CABLES,
    CODES,
    COUNTED,
    EARLIEST,
    ENDED_LIKE_PLURALS,
    HONORIFICS,
    HOURS,
    LENGTHS,
    MADE,
    NAMES,
    NEGATIONS,
    OF,
    PLACES,
    SAINTS,
    SHORT,
    SMALL_WORDS,
    TITLES,
    TO,
    TOWNS,
    VERBS,
    WISHES,
    WORKED,
)
from assistant.understanding.times.tokens import Token

_DIGITS = tuple("0123456789")


def is_negated(tokens: tuple[Token, ...], at: int) -> bool:
    """« pas demain », « sauf le lundi »; not « je ne travaille pas demain », where the verb is denied."""
    place = at - 1
    while place >= 0 and tokens[place].text in SMALL_WORDS:
        place -= 1
    if place < 0:
        return False
    if tokens[place].text == "part" and place and tokens[place - 1].text == "a":
        return True
    if tokens[place].text == "que" and place and tokens[place - 1].text == "autre":
        return True
    if tokens[place].text not in NEGATIONS:
        return False
    before = [token.text for token in tokens[max(place - 4, 0) : place]]
    return tokens[place].text != "pas" or not ({"ne", "n'"} & set(before) or (before and before[-1] in VERBS))


def is_cautious(question: Question, tokens: tuple[Token, ...], at: int, end: int) -> bool:
    """The words from `at` to `end` read as time, but more likely mean something else."""
    before = tokens[at - 1].text if at else ""
    after = tokens[end].text if end < len(tokens) else ""
    words = tokens[at:end]
    if (at or end < len(tokens)) and all("INT" in word.tags for word in words):
        return True
    if len(words) == 1:
        word = words[0].text
        if word in NAMES and (before in TITLES or _is_named(question, tokens, at)):
            return True
        if "SHORTDAY" in words[0].tags and _is_paired(tokens, at):
            return False
        abbreviated = words[0].last - words[0].first > len(word)
        if "SHORTMONTH" in words[0].tags and not abbreviated and len(tokens) > 1:
            return True
        if word in SHORT and before in ARTICLES and not abbreviated:
            return True
        if word in ("jeu", "mer", "sam") and after and after not in ",.?!;" and not abbreviated:
            return True
        if word == "midi" and (before in CABLES or question.as_typed(words[0].first, words[0].last) == "MIDI"):
            return True
    return _is_count(tokens, at, end)


def _is_paired(tokens: tuple[Token, ...], at: int) -> bool:
    """« sam et dim »: of two short weekdays, neither is another word."""
    return any(
        0 <= place < len(tokens) and "SHORTDAY" in tokens[place].tags and tokens[(place + at) // 2].text in ("et", "ou")
        for place in (at - 2, at + 2)
    )


def elsewhere(tokens: tuple[Token, ...], at: int, end: int) -> int:
    """Where words that belong to something else end, so that no shorter reading counts; 0 when they do not."""
    before = tokens[at - 1].text if at else ""
    words = tokens[at:end]
    if before in WISHES or (before in MADE and any("INT" in token.tags for token in words)):
        return end
    if words[-1].text == "relache" and end < len(tokens) and tokens[end].text in OF | {"les", "le"}:
        return end
    if _is_code(tokens, at, end) or _is_length(tokens, at, end):
        return end
    return _place(tokens, at, end)


def length_from(tokens: tuple[Token, ...], at: int) -> int:
    """How many tokens from one on say a length (« 2 h 30 » in « un rv de 2 h 30 demain »); 0 when none do."""
    if at + 1 >= len(tokens) or tokens[at + 1].text not in HOURS or not at:
        return 0
    before = tokens[at - 1].text
    short = tokens[at].tags.get("INT", tokens[at].tags.get("SMALL", EARLIEST)) in range(EARLIEST)
    if not (before in LENGTHS and short) and not (before in WORKED and short):
        return 0
    return 3 if at + 2 < len(tokens) and "PAIR" in tokens[at + 2].tags else 2


def _place(tokens: tuple[Token, ...], at: int, end: int) -> int:
    """Where « rue du 24 juin », « M. Samedi », « Saint-Jean-sur-Richelieu » end; an hour after them is one."""
    words = tokens[at:end]
    place = at - 1
    while place >= 0 and (tokens[place].text in OF or tokens[place].text == "."):
        place -= 1
    before, linked = tokens[place].text if place >= 0 else "", place < at - 1
    saint = next((number for number, word in enumerate(words) if word.text in SAINTS), -1)
    if before in PLACES and (linked or words[0].text in OF | SAINTS | NAMES):
        named = (at + number for number, word in enumerate(words, 1) if "MONTH" in word.tags or word.text in NAMES)
        return at + saint + 2 if saint >= 0 else next(named, end)
    if len(words) == 1 and before in HONORIFICS and (linked or before != "m"):
        return end
    if (at == 0 and end == len(tokens)) or "INT" in words[-1].tags:
        return 0
    # « à la Saint-Jean » is a day, « à Saint-Jean » a town.
    if saint == 0 or (saint > 0 and words[saint - 1].text in TO):
        return at + saint + 2
    return end if _is_town(words) else 0


def _is_town(words: tuple[Token, ...]) -> bool:
    return words[-1].text in TOWNS and all(word.text in TO | OF for word in words[:-1])


def _is_code(tokens: tuple[Token, ...], at: int, end: int) -> bool:
    """« F-2026-03 », « facture 2026-03 », « 7 1/4 »."""
    if not at or "INT" not in tokens[at].tags:
        return False
    sign = tokens[at - 1]
    figures = all("INT" in token.tags or not token.text.isalpha() or token.text in HOURS for token in tokens[at:end])
    if (figures and sign.text in CODES) or (
        "INT" in sign.tags and tokens[at + 1 : at + 2] and tokens[at + 1].text == "/"
    ):
        return True
    glued = sign.last == tokens[at].first and at > 1 and tokens[at - 2].last == sign.first
    return glued and (sign.text in ("-", "/", ".", "_") or (sign.text == "," and "INT" in tokens[at - 2].tags))


def _is_count(tokens: tuple[Token, ...], at: int, end: int) -> bool:
    """« 14 pianos », « touches 15 au 20 », « 15 h 5 clients »."""
    after = tokens[end].text if end < len(tokens) else ""
    before = tokens[at - 1].text if at else ""
    words = tokens[at:end]
    if (words[-1].text.isdigit() or words[-1].text == "er") and after in COUNTED:
        return True
    if words[0].text == "au" and at and "INT" in tokens[at - 1].tags:
        return True
    numbered = "INT" in words[0].tags and len(words) > 1 and words[1].text == "au"
    if numbered and before.endswith("s") and before not in ENDED_LIKE_PLURALS:
        return True
    few_minutes = len(words) > 1 and words[-1].text in _DIGITS and words[-2].text in HOURS
    bare_hour = len(words) > 2 and words[-1].text.isdigit() and words[-2].text in ("a", "vers")
    return (few_minutes or bare_hour) and after.isalpha() and not tokens[end].tags and after not in AFTER_HOURS


def _is_length(tokens: tuple[Token, ...], at: int, end: int) -> bool:
    """« 2 heures de route », « 1 h 30 de travail »."""
    words = tokens[at:end]
    hours = len(words) == 2 or (len(words) == 3 and "PAIR" in words[2].tags)
    if not hours or words[1].text not in HOURS or end == len(tokens):
        return False
    short = words[0].tags.get("INT", EARLIEST) in range(EARLIEST)
    return tokens[end].text in ("de", "d'", "pour", "libre", "libres") and (
        short or words[1].text in ("heure", "heures")
    )


def _is_named(question: Question, tokens: tuple[Token, ...], at: int) -> bool:
    """« Avril Lavoie »: a capital, and a capital after it that begins no word of time."""
    if at + 1 >= len(tokens) or tokens[at + 1].tags or not tokens[at + 1].text.isalpha():
        return False
    return all(question.as_typed(token.first, token.last)[:1].isupper() for token in tokens[at : at + 2])
