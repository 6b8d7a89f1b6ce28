"""The words of time, folded, with their tags: what the grammar knows before any rule."""

from __future__ import annotations

from collections.abc import Mapping

from syncing.folding import fold
from syncing.french import DAYS, MONTHS

_ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ENGLISH_MONTHS = (
    *("january", "february", "march", "april", "", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_SHORT_DAYS = {"lun": 0, "mar": 1, "mer": 2, "merc": 2, "jeu": 3, "ven": 4, "vend": 4, "sam": 5, "dim": 6}
_SHORT_MONTHS = (
    *(("jan", "janv"), ("fev", "fevr", "feb"), ("mrs",), ("avr", "apr"), (), ("jun",)),
    *(("juil", "juill", "jul"), ("aou", "aug"), ("sep", "sept"), ("oct",), ("nov",), ("dec",)),
)
_UNITS = {
    "second": ("seconde", "secondes", "sec", "second", "seconds"),
    "minute": ("minute", "minutes", "min", "mn", "mins"),
    "hour": ("heure", "heures", "h", "hr", "hrs", "hour", "hours"),
    "day": ("jour", "jours", "j", "jrs", "day", "days", "journee", "journees"),
    "week": ("semaine", "semaines", "sem", "week", "weeks"),
    "month": ("mois", "month", "months"),
    "quarter": ("trimestre", "trimestres", "quarter"),
    "year": ("an", "ans", "annee", "annees", "year", "years"),
}
_SMALL = (
    *("zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"),
    *("onze", "douze", "treize", "quatorze", "quinze", "seize"),
)
_TENS = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
_ABOUT = {"huitaine": 8, "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30}
_ORDINALS = (
    *("premier", "deuxieme", "troisieme", "quatrieme", "cinquieme", "sixieme"),
    *("septieme", "huitieme", "neuvieme", "dixieme"),
)
_NEXT = ("prochain", "prochaine", "prochains", "prochaines", "suivant", "suivante", "suivants", "suivantes")
_LAST = (
    *("dernier", "derniere", "derniers", "dernieres", "passe", "passee", "passes", "passees"),
    *("precedent", "precedente", "precedents", "precedentes"),
)
_PARTS = {
    "morning": ("matin", "matinee", "mat", "morning"),
    "afternoon": ("aprem", "aprm", "apm", "afternoon"),
    "evening": ("soir", "soiree", "evening"),
    "night": ("nuit",),
}
_EDGES = {"start": ("debut", "commencement"), "middle": ("mi", "milieu"), "end": ("fin",)}
_SEASONS = {"printemps": 0, "ete": 1, "automne": 2, "hiver": 3, "summer": 1, "winter": 3, "spring": 0}


def _tags() -> dict[str, Mapping[str, object]]:
    tags: dict[str, dict[str, object]] = {}

    def tag(category: str, values: Mapping[str, object]) -> None:
        for word, value in values.items():
            if word:
                tags.setdefault(word, {})[category] = value

    def tag_groups(category: str, groups: Mapping[str, tuple[str, ...]]) -> None:
        tag(category, {word: name for name, words in groups.items() for word in words})

    for days in (DAYS, _ENGLISH_DAYS):
        tag("WEEKDAY", {fold(day): place for place, day in enumerate(days)})
    tag("WEEKDAYS", {f"{fold(day)}s": place for place, day in enumerate(DAYS)})
    for months in (MONTHS, _ENGLISH_MONTHS):
        tag("MONTH", {fold(month): place + 1 for place, month in enumerate(months)})
    tag("SHORTDAY", _SHORT_DAYS)
    tag("SHORTMONTH", {word: place + 1 for place, words in enumerate(_SHORT_MONTHS) for word in words})
    tag_groups("UNIT", _UNITS)
    tag_groups("SINGULAR", {grain: words[:1] for grain, words in _UNITS.items()} | {"year": ("an", "annee")})
    tag("SMALL", {word: place for place, word in enumerate(_SMALL)} | {"une": 1, "one": 1, "two": 2, "three": 3})
    tag("TENS", _TENS)
    tag("ABOUT", _ABOUT)
    tag("ORDINAL", {word: place + 1 for place, word in enumerate(_ORDINALS)})
    tag("ORDINAL", {"premiere": 1, "second": 2, "seconde": 2, "first": 1, "dernier": -1, "derniere": -1, "last": -1})
    tag("NEXT", dict.fromkeys(_NEXT, 1) | {"proch": 1, "pro": 1, "next": 1})
    tag("LAST", dict.fromkeys(_LAST, -1) | {"der": -1, "dern": -1, "last": -1, "past": -1})
    tag_groups("PARTWORD", _PARTS)
    tag_groups("EDGE", _EDGES)
    tag("SEASON", _SEASONS)
    return dict(tags)


TAGS: Mapping[str, Mapping[str, object]] = _tags()

GLUED = frozenset(
    (
        *("h", "hr", "hrs", "heure", "heures", "m", "mn", "min", "s", "am", "pm", "a", "p", "t"),
        *("j", "jours", "sem", "ans", "er", "ere", "re", "e", "eme", "ieme", "nd", "nde", "st", "rd", "th"),
    )
)
"""Letters that may touch a number and still be read apart from it."""

FORGIVING = (
    *("mercredi", "vendredi", "samedi", "dimanche"),
    *(fold(month) for month in MONTHS if len(month) >= 6),
    *("demain", "semaine", "prochain", "prochaine", "derniere", "aujourdhui", "weekend", "trimestre"),
)
"""Words put right at one letter's distance."""

CAREFUL = ("lundi", "mardi", "jeudi", "avril", "matin", "dernier", "minuit", "journee", "apres")
"""Words put right only when two letters are swapped or one is doubled."""

ORDINARY = frozenset({"semaines", "semainier", "remain", "prochains", "prochaines", "dernieres", "demains", "levrier"})
"""Real words that stand one letter away from a date word."""
