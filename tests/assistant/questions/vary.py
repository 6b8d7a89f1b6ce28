"""Variations of a written question that mean the same: accents, typing slips, phone spelling, politeness, case, signs.

A variation is a pure function of the question, the words it may not touch and a seeded random source.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

Row = dict[str, Any]

_WORD = re.compile(r"[^\W_]+")
_AS_TYPED = {"client_name", "keyword", "product", "technician_raw", "condition", "search_terms", "bundles", "client_id"}
_AS_TYPED |= {"appointment_id", "serial", "piano_model"}
_WITHOUT_WRAPPING = {"smalltalk", "empty", "unknown", "out_of_scope", "reset", "help"}

_NEIGHBOURS = {
    "a": "sq",
    "e": "rz",
    "i": "uo",
    "o": "ip",
    "u": "yi",
    "n": "bm",
    "r": "et",
    "s": "ad",
    "t": "ry",
    "d": "sf",
}
_PHONE = {
    "rendez-vous": ("rv", "rdv", "rendez vous"),
    "rdv": ("rv", "rendez-vous"),
    "rv": ("rdv", "rendez-vous"),
    "aujourd'hui": ("ajd", "aujourdhui"),
    "demain": ("dem",),
    "pour": ("pr",),
    "dans": ("ds",),
    "c'est quoi": ("c koi", "c quoi"),
    "j'ai": ("jai",),
    "semaine": ("sem",),
}
_BEFORE = ("salut, ", "Bonjour ! ", "hey ", "s'il te plaît, ", "allo ")
_AFTER = (" stp", " svp", ", merci", " s'il vous plaît", " merci d'avance")
_MOVABLE = ("après-demain", "demain", "aujourd'hui", "cette semaine", "la semaine prochaine", "ce mois-ci")
_TIED = {
    "de",
    "du",
    "le",
    "la",
    "et",
    "ou",
    "sauf",
    "pas",
    "avant",
    "après",
    "depuis",
    "jusqu'à",
    "d'ici",
    "pour",
    "est",
}


@dataclass(frozen=True)
class Protected:
    """Folded words that a variation leaves alone."""

    names: frozenset[str]
    """No typing slip: people, places, makes."""
    as_typed: frozenset[str]
    """No change at all: the expected slots repeat them letter for letter."""


Variation = Callable[[str, Protected, Random], str]


def fold(word: str) -> str:
    """Lower case, without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


def protected(row: Row, names: frozenset[str] = frozenset()) -> Protected:
    """What the expected slots of `row`, and of its other readings, forbid to touch; `names` are more folded names."""
    readings = [row["slots"], *(other["slots"] for other in row.get("alt", ()))]
    texts = [pair for slots in readings for pair in _texts(slots)]
    said = {fold(word) for key, text in texts if key in _AS_TYPED for word in _WORD.findall(text)}
    named = {fold(word) for _, text in texts for word in _WORD.findall(text)}
    return Protected(names | named | said, frozenset(said))


def _texts(slots: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in slots.items():
        if isinstance(value, dict):
            yield from _texts(value)
        else:
            yield from (
                (key, text) for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)
            )


def _each_word(text: str, kept: frozenset[str], change: Callable[[str], str]) -> str:
    return _WORD.sub(lambda found: found[0] if fold(found[0]) in kept else change(found[0]), text)


def drop_accents(text: str, safe: Protected, random: Random) -> str:
    """« après-midi » → « apres-midi »."""
    return _each_word(
        text,
        safe.as_typed,
        lambda word: "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c)),
    )


def slip(text: str, safe: Protected, random: Random) -> str:
    """One typing slip past the first letter of one word of six letters or more, never in a name or a number."""
    words = [w for w in _WORD.finditer(text) if len(w[0]) >= 6 and w[0].isalpha() and fold(w[0]) not in safe.names]
    if not words:
        return text
    found = random.choice(words)
    word, place = found[0], random.randrange(1, len(found[0]) - 1)
    letter, after = word[place], word[place + 1]
    slipped = random.choice(
        (
            word[:place] + random.choice(_NEIGHBOURS.get(fold(letter), letter)) + word[place + 1 :],
            word[:place] + after + letter + word[place + 2 :],
            word[:place] + letter + word[place:],
            word[:place] + word[place + 1 :],
        )
    )
    return text[: found.start()] + slipped + text[found.end() :]


def phone_spelling(text: str, safe: Protected, random: Random) -> str:
    """« c'est quoi mes rendez-vous aujourd'hui » → « c koi mes rdv ajd »."""
    for written, short in _PHONE.items():
        if safe.as_typed.isdisjoint(map(fold, _WORD.findall(written))) and random.random() < 0.6:
            changed = re.sub(rf"(?<![\w'’-]){written}(?![\w'’-])", random.choice(short), text, flags=re.IGNORECASE)
            if changed != text:
                return changed
    return text


def be_polite(text: str, safe: Protected, random: Random) -> str:
    """A greeting before, or a thank-you after; a shortcut keeps its dot in front."""
    if text.startswith(".") or random.random() < 0.5:
        stem, sign = (text[:-1].rstrip(), " ?") if text.endswith("?") else (text, "")
        return stem + random.choice(_AFTER) + sign
    return random.choice(_BEFORE) + text


def move_period(text: str, safe: Protected, random: Random) -> str:
    """« mes rv demain » → « demain mes rv », when nothing ties the period to the word before it."""
    for period in _MOVABLE:
        stem = text.removesuffix(" " + period)
        words = stem.split()
        if stem != text and len(words) > 1 and words[-1].lower() not in _TIED and not stem.startswith("."):
            return f"{period} {stem}"
    return text


def change_case(text: str, safe: Protected, random: Random) -> str:
    """All capitals, all small, or a capital in front."""
    return _each_word(text, safe.as_typed, random.choice((str.upper, str.lower, str.capitalize)))


def change_end(text: str, safe: Protected, random: Random) -> str:
    """Other signs at the end."""
    return text.rstrip(" ?!.…") + random.choice((" ?", "?", "??", " !", "...", ""))


def change_signs(text: str, safe: Protected, random: Random) -> str:
    """Curly apostrophes, non-breaking spaces and hyphens, an emoji: what phones put in by themselves."""
    kept = bool(safe.as_typed)
    return random.choice(
        (
            text if kept else text.replace("'", "’"),
            text if kept else text.replace(" ", "\u00a0"),
            text if kept else text.replace("-", "\u2011"),
            text + " " + random.choice("🎹🙂👍"),
        )
    )


MODEST: tuple[Variation, ...] = (drop_accents, slip, phone_spelling, change_case, change_end, change_signs)


def vary(row: Row, seed: int, names: frozenset[str] = frozenset()) -> Row:
    """`row` with its question said otherwise and the same expected values; unchanged where `text` repeats it whole."""
    readings = [row["slots"], *(other["slots"] for other in row.get("alt", ()))]
    if row["intent"] == "empty" or any("text" in slots for slots in readings):
        return row
    random = Random(f"{row['id']}/{seed}")
    choices = [*MODEST]
    if row["intent"] not in _WITHOUT_WRAPPING:
        choices.append(be_polite)
    if "date_range" in row["slots"] and "history" not in row:
        choices.append(move_period)
    safe = protected(row, names)
    text: str = row["q"]
    wanted = random.choice((1, 1, 2, 3))
    for change in random.sample(choices, len(choices)):
        changed = change(text, safe, random)
        wanted -= changed != text
        text = changed
        if not wanted:
            break
    return {**row, "id": f"{row['id']}~{seed}", "q": text}
