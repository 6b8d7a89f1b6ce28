"""The words of the notices. Pure: the facts of one change give its subject and its text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appointments.changes.models import ChangeKind
from syncing.french import COMPANY_ZONE, MONTHS, NBSP, clock, days_between

K = ChangeKind
SUBJECTS = {
    K.NEW: "Nouveau rendez-vous",
    K.REASSIGNED: "Un rendez-vous passe à vous",
    K.FREED: "Plage libérée",
    K.RESCHEDULED: "Rendez-vous déplacé",
    K.CANCELLED: "Rendez-vous annulé",
    K.RESTORED: "Rendez-vous rétabli",
    K.UNDOCUMENTED: "Annulation sans raison notée",
}
OPENINGS = {
    K.NEW: "Un rendez-vous s’ajoute à votre horaire.",
    K.REASSIGNED: "Un rendez-vous vous est maintenant attribué.",
    K.FREED: "Ce rendez-vous n’est plus à votre horaire : la plage est libre.",
    K.RESCHEDULED: "Un rendez-vous de votre horaire a été déplacé.",
    K.CANCELLED: "Ce rendez-vous est annulé.",
    K.RESTORED: "Ce rendez-vous, annoncé comme annulé, a lieu.",
    K.UNDOCUMENTED: "Vous avez annulé ce rendez-vous, et aucune raison n’est notée dans Gazelle.",
}


@dataclass(frozen=True)
class Facts:
    """What is known of a change when its mail is written."""

    kind: ChangeKind
    first_name: str
    client: str
    place: str
    title: str
    start: datetime
    is_all_day: bool = False
    before_start: datetime | None = None
    author: str = ""
    """Empty when it is not established, or is the person written to."""
    reason: str = ""
    was_checked: bool = True

    @property
    def who(self) -> str:
        """« Anne Roy, 12, rue Fabre, Laval »; the title when nothing is known of the client."""
        return ", ".join(filter(None, (self.client, self.place))) or self.title or "Rendez-vous sans titre"


def subject(facts: Facts, now: datetime) -> str:
    when = _when(facts.start, now, is_all_day=facts.is_all_day, brief=True)
    return f"{SUBJECTS[facts.kind]} : {facts.client or facts.title or 'sans titre'}, {when}"


def body(facts: Facts, now: datetime, *, my_day: str) -> str:
    """`my_day` is the address of « Ma journée »."""
    name = f" {facts.first_name}" if facts.first_name else ""
    when = _when(facts.start, now, is_all_day=facts.is_all_day)
    lines = [f"Bonjour{name},", "", OPENINGS[facts.kind], "", facts.who]
    if facts.kind is K.RESCHEDULED and facts.before_start:
        before = _when(facts.before_start, now, is_all_day=facts.is_all_day)
        lines += [f"Avant : {before}", f"Maintenant : {when}"]
    else:
        lines += [when[0].upper() + when[1:]]
    if said := _why(facts):
        lines += ["", said]
    if not facts.was_checked:
        lines += ["", "Gazelle n’a pas pu être relu juste avant cet envoi : vérifiez-y si vous en doutez."]
    return "\n".join([*lines, "", f"Ma journée : {my_day}", "Avis automatique d’Assistant Gazelle."])


def _why(facts: Facts) -> str:
    match facts.kind:
        case K.RESCHEDULED:
            return f"Déplacé par {facts.author}." if facts.author else ""
        case K.CANCELLED if facts.reason:
            return f"Annulé par {facts.author}. Raison : {facts.reason}" if facts.author else f"Raison : {facts.reason}"
        case K.CANCELLED if facts.author:
            return f"Annulé par {facts.author}, sans raison notée."
        case K.CANCELLED:
            return "Aucune raison n’a été trouvée dans l’historique du client."
        case K.UNDOCUMENTED:
            return "Notez-la dans l’historique du client : la personne qui devait s’y rendre la cherchera."
    return ""


def date_words(when: datetime, now: datetime) -> str:
    """« aujourd’hui », « demain », « le 5 mars 2026 »."""
    days = days_between(now, when)
    return ("aujourd’hui", "demain")[days] if days in (0, 1) else full_date(when)


def full_date(when: datetime) -> str:
    """« le 5 mars 2026 », « le 1er mars 2026 »."""
    local = when.astimezone(COMPANY_ZONE)
    first = "1er" if local.day == 1 else str(local.day)
    return f"le {first}{NBSP}{MONTHS[local.month - 1]}{NBSP}{local.year}"


def _when(start: datetime, now: datetime, *, is_all_day: bool, brief: bool = False) -> str:
    """A mail that leaves or is read a day late must stay right: its text tells the date in full too."""
    words, full = date_words(start, now), full_date(start)
    if is_all_day:
        return f"{words} (toute la journée)" if brief or words == full else f"{words}, {full} (toute la journée)"
    return f"{words} à {clock(start)}" if brief or words == full else f"{words}, {full}, à {clock(start)}"
