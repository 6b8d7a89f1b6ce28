"""The sentences about the readings of a piano."""

from __future__ import annotations

from datetime import date

from pianos.notes import Source
from pianos.series import TARGET, Series
from syncing.french import MONTHS, NBSP, counted, listed


def figure(value: float) -> str:
    """« 41 », « 40,5 »."""
    return f"{value:.1f}".removesuffix(".0").replace(".", ",")


def month(day: date) -> str:
    """« mars 2026 »."""
    return f"{MONTHS[day.month - 1]}{NBSP}{day.year}"


def told(series: Series) -> dict[str, str]:
    """`lede`, the sentence of the page; `drawing`, what the curve shows; `counts`, where the readings come from."""
    return {"lede": _lede(series), "drawing": _drawing(series), "counts": _counts(series)}


def _lede(series: Series) -> str:
    if not series.points:
        return "Aucune lecture : ni mesure dans Gazelle, ni valeur dans les notes."
    if not series.kept:
        return "Aucune lecture d’humidité à retenir."
    last = series.kept[-1]
    value = last.humidity or 0.0
    low, high = TARGET
    place = "sous la cible" if value < low else "au-dessus de la cible" if value > high else "dans la cible"
    target = f"{figure(low)} à {figure(high)}{NBSP}%"
    return f"Dernière lecture : {figure(value)}{NBSP}%, {place} de {target} ({month(last.day)})."


def _drawing(series: Series) -> str:
    if len(series.kept) < 2:
        return ""
    values = [value for one in series.kept if (value := one.humidity) is not None]
    sentence = (
        f"Humidité de {figure(min(values))} à {figure(max(values))}{NBSP}% entre {month(series.kept[0].day)} "
        f"et {month(series.kept[-1].day)} ; {figure(values[-1])}{NBSP}% à la dernière lecture"
    )
    if series.discarded:
        sentence += f" ; {counted(series.discarded, 'valeur écartée', 'valeurs écartées')}"
    silences = [f"{gap.months}{NBSP}mois" for gap in series.gaps]
    if silences:
        sentence += f" ; aucune lecture pendant {listed(silences)}"
    return f"{sentence}."


def _counts(series: Series) -> str:
    parts = [
        counted(count, *forms)
        for count, forms in (
            (series.count(Source.MEASURED), ("mesurée", "mesurées")),
            (series.count(Source.READ), ("lue dans une note", "lues dans des notes")),
            (series.discarded, ("écartée", "écartées")),
        )
        if count
    ]
    return f"{counted(len(series.points), 'lecture', 'lectures')} : {listed(parts)}."
