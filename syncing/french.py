"""How instants, ages and numbers are written for people, in the French of Québec.

Pure: an instant, and the instant it is read at, give the words. Calendar words (« hier ») are those of the company's
zone; ages are real elapsed time, also in the nights when the clocks change.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

COMPANY_ZONE = ZoneInfo("America/Toronto")
NBSP = "\u00a0"
THIN = "\u202f"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
SHORT_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc.")


def number(value: int) -> str:
    """« 168 204 »: narrow no-break spaces between thousands."""
    return f"{value:,}".replace(",", THIN)


def percent(value: float) -> str:
    """« 99,6 % », « 100 % »: one decimal only when it says something, and never rounded up to perfection."""
    tenths = min(round(value * 10), 999) if value < 100 else round(value * 10)
    whole, tenth = divmod(tenths, 10)
    return f"{whole},{tenth}{NBSP}%" if tenth else f"{whole}{NBSP}%"


def counted(value: int, singular: str, plural: str) -> str:
    """« 0 ligne », « 1 ligne », « 2 lignes »: in French zero and one are singular."""
    return f"{number(value)} {singular if abs(value) < 2 else plural}"


def listed(words: list[str]) -> str:
    """« a, b et c »."""
    return " et ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def elapsed(since: datetime, until: datetime) -> timedelta:
    """Real time between two instants; two datetimes of one zone would otherwise be subtracted as wall clocks."""
    return until.astimezone(UTC) - since.astimezone(UTC)


def days_between(when: datetime, now: datetime) -> int:
    """How many midnights of the company lie between two instants."""
    return (now.astimezone(COMPANY_ZONE).date() - when.astimezone(COMPANY_ZONE).date()).days


def duration(length: timedelta) -> str:
    """« moins d’une seconde », « 20 s », « 12 min », « 1 h 08 », « 2 h », « 7 jours »."""
    seconds = max(int(length.total_seconds()), 0)
    if timedelta() < length < timedelta(seconds=1):
        return f"moins d’une{NBSP}seconde"
    if seconds < 60:
        return f"{seconds}{NBSP}s"
    if seconds < 3600:
        return f"{seconds // 60}{NBSP}min"
    if seconds >= 48 * 3600:
        return f"{seconds // 86400}{NBSP}jours"
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    return f"{hours}{NBSP}h{NBSP}{minutes:02}" if minutes else f"{hours}{NBSP}h"


def seconds(spent: float) -> str:
    """« < 0,1 s », « 0,4 s », « 12 s », « 3 min »: how long a step took, tenths while they say something."""
    if 0 < spent < 0.05:
        return f"<{NBSP}0,1{NBSP}s"
    if spent >= 10:
        return duration(timedelta(seconds=spent))
    return f"{spent:.1f}".replace(".", ",") + f"{NBSP}s"


def ago(when: datetime, now: datetime) -> str:
    """« il y a 20 s », « il y a 12 min », « il y a 1 h 08 », « hier », « il y a 5 jours », « il y a 5 mois »."""
    age, days = elapsed(when, now), days_between(when, now)
    if age < timedelta(seconds=1):
        return "à l’instant"
    # Late in the evening, « hier » for what is three hours old would hide how fresh it is.
    if days < 1 or age < timedelta(hours=12):
        exact_hours = timedelta(hours=1) <= age and not age.seconds % 3600 // 60
        return f"il y a {duration(age)}{NBSP}00" if exact_hours else f"il y a {duration(age)}"
    if days == 1:
        return "hier"
    if days < 60:
        return f"il y a {days}{NBSP}jours"
    return f"il y a {days // 30}{NBSP}mois" if days < 730 else f"il y a {days // 365}{NBSP}ans"


def clock(when: datetime) -> str:
    """« 14 h 25 », in the company's zone."""
    local = when.astimezone(COMPANY_ZONE)
    return f"{local.hour}{NBSP}h{NBSP}{local.minute:02}"


def day(when: datetime, now: datetime) -> str:
    """« mardi 24 mars » within the year, « 12 nov. 2025 » beyond."""
    local, today = when.astimezone(COMPANY_ZONE), now.astimezone(COMPANY_ZONE)
    first = "1er" if local.day == 1 else str(local.day)
    if local.year != today.year:
        return f"{first}{NBSP}{SHORT_MONTHS[local.month - 1]}{NBSP}{local.year}"
    return f"{DAYS[local.weekday()]} {first}{NBSP}{MONTHS[local.month - 1]}"


def day_and_clock(when: datetime, now: datetime) -> str:
    """« aujourd’hui 14 h 30 », « hier à 21 h 10 », « mardi 24 mars »."""
    days = days_between(when, now)
    if days == 0:
        return f"aujourd’hui {clock(when)}"
    return f"hier à {clock(when)}" if days == 1 else day(when, now)


def weekday_and_clock(when: datetime, now: datetime) -> str:
    """« aujourd’hui 14 h 30 », « hier à 21 h 10 », « dimanche 4 h 12 » within the week, « mardi 24 mars » beyond."""
    if 1 < days_between(when, now) < 7:
        return f"{DAYS[when.astimezone(COMPANY_ZONE).weekday()]} {clock(when)}"
    return day_and_clock(when, now)


def data_of(when: datetime, now: datetime) -> str:
    """« Données de 14 h 25 », « Données d’hier, 21 h 10 », « Données du mardi 24 mars »."""
    days = days_between(when, now)
    if days == 0:
        return f"Données de {clock(when)}"
    return f"Données d’hier, {clock(when)}" if days == 1 else f"Données du {day(when, now)}"


def since(when: datetime, now: datetime) -> str:
    """« depuis 14 h 02 », « depuis hier, 21 h 10 », « depuis le mardi 24 mars »."""
    days = days_between(when, now)
    if days == 0:
        return f"depuis {clock(when)}"
    return f"depuis hier, {clock(when)}" if days == 1 else f"depuis le {day(when, now)}"


def octets(size: int) -> str:
    """« 812 o », « 4,3 Mo », « 1,2 Go »: three figures at most before the unit, tenths while they say something."""
    value, unit = float(size), "o"
    for larger in ("ko", "Mo", "Go", "To"):
        if value < 999.5:
            break
        value, unit = value / 1000, larger
    text = f"{value:.0f}" if unit == "o" or value >= 99.95 else f"{value:.1f}".replace(".", ",").removesuffix(",0")
    return f"{text}{NBSP}{unit}"


def dollars(cents: int | None) -> str:
    """« 1 234,56 $ »; nothing when Gazelle gives nothing."""
    if cents is None:
        return ""
    return f"{'-' if cents < 0 else ''}{number(abs(cents) // 100)},{abs(cents) % 100:02}{NBSP}$"
