"""Texts folded for search and comparison: no accents, no case, ligatures opened.

The two databases disagree on é, so what is searched is stored folded. Pure core: standard library only.
"""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "’": "'"})


def fold(text: str) -> str:
    """« Hélène  LEBŒUF » → `helene leboeuf`."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


def words(text: str) -> str:
    """« Humidité : 41,5 % (humidité basse) » → `humidite 41 5 basse`: each folded word once, for a search by words."""
    return " ".join(dict.fromkeys(re.findall(r"[^\W_]+", fold(text))))


def digits(text: str) -> str:
    """« (514) 555-0161 » → `5145550161`: telephone numbers are found whatever way they were typed."""
    return re.sub(r"\D", "", text)
