"""« Compris : vos rendez-vous, mercredi 25 mars, le matin »: what was understood, in the words of those who asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from assistant.understanding.results import Span
from syncing import french

INTENTS = {
    "my_appointments": "vos rendez-vous",
    "technician_appointments": "rendez-vous",
    "all_appointments": "rendez-vous de l’équipe",
    "unconfirmed_appointments": "rendez-vous à confirmer",
    "client_appointments": "rendez-vous d’un client",
    "appointment_detail": "un rendez-vous",
    "departure_time": "heure de départ",
    "day_distance": "kilomètres",
    "summary": "résumé",
    "stats": "nombres",
    "client_search": "recherche d’un client",
    "client_info": "renseignement sur un client",
    "client_summary": "tout sur un client",
    "client_history": "historique d’un client",
    "client_pianos": "pianos d’un client",
    "client_travel_fee": "frais de déplacement",
    "client_invoices": "factures d’un client",
    "unpaid_invoices": "factures impayées",
    "piano_search": "recherche d’un piano",
    "piano_history": "historique d’un piano",
    "search_notes": "recherche dans les notes",
    "measurements": "mesures",
    "humidity_alerts": "alertes d’humidité",
    "parts_needed": "à apporter",
    "recurring_issues": "défauts qui reviennent",
    "semantic_search": "cas semblables",
    "knowledge_search": "savoir de la maison",
    "open_question": "question ouverte",
    "inventory_stock": "stock",
    "tours": "tournées",
    "action_request": "demande d’écriture",
    "help": "aide",
    "smalltalk": "politesse",
    "reset": "nouvelle recherche",
    "empty": "rien",
    "unknown": "pas compris",
    "out_of_scope": "hors sujet",
}

FIELDS = {
    "address": "adresse",
    "phone": "téléphone",
    "email": "courriel",
    "access_code": "code d’accès",
    "pets": "animaux",
    "language": "langue",
    "technician": "technicien",
    "end_time": "heure de fin",
    "availability": "disponibilité",
}
PARTS_OF_DAY = {"morning": "le matin", "afternoon": "l’après-midi", "evening": "le soir"}
METRICS = {"appointments": "rendez-vous", "pianos": "pianos", "clients": "clients", "kilometres": "kilomètres"}
AGGREGATES = {"count": "nombre", "sum": "total", "avg": "moyenne"}
GROUPS = {"technician": "technicien", "month": "mois", "week": "semaine", "day": "jour", "city": "ville"}
MEASURES = {"humidity": "humidité", "temperature": "température", "pitch": "diapason"}
ACTIONS = {
    "cancel_appointment": "annuler un rendez-vous",
    "move_appointment": "déplacer un rendez-vous",
    "joint_appointment": "rendez-vous à deux",
    "estimate_create": "créer une soumission",
    "estimate_review": "revoir une soumission",
    "estimate_duplicate": "copier une soumission",
    "invoice_duplicate": "copier une facture",
}
PIANO_TYPES = {"grand": "à queue", "upright": "droit"}


class Piece(NamedTuple):
    """Some letters of a question as typed, and the slot they say, if any."""

    text: str
    slot: str


def pieces(typed: str, spans: Sequence[Span]) -> list[Piece]:
    """The question cut where an understood part begins and ends; overlapping parts keep the first."""
    cut: list[Piece] = []
    done = 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.start < done or span.end <= span.start:
            continue
        cut += [Piece(typed[done : span.start], "")] if span.start > done else []
        cut.append(Piece(typed[span.start : span.end], span.slot))
        done = span.end
    return [*cut, Piece(typed[done:], "")] if done < len(typed) else cut


def told(intent: str, slots: Mapping[str, Any], now: datetime) -> list[str]:
    """The intent, then each slot, in French; a slot that has no words of its own is told as it is."""
    return [INTENTS.get(intent, intent), *_slots(slots, now)]


def _slots(slots: Mapping[str, Any], now: datetime) -> Iterator[str]:
    for name, value in slots.items():
        if name == "exclude":
            yield from (f"sauf {words}" for words in _slots(value, now))
        elif name in WORDS:
            yield from filter(None, [WORDS[name](value, now)])
        else:
            yield f"{name}{french.NBSP}: {value}"


def days(told_range: Mapping[str, str], now: datetime) -> str:
    """« mercredi 25 mars », « du lundi 23 mars au dimanche 29 mars », « jusqu’au vendredi 27 mars »."""
    first, last = (_day(told_range.get(edge), now) for edge in ("start", "end"))
    if first == last:
        return first
    if not first or not last:
        return f"jusqu’au {last}" if last else f"à partir du {first}"
    return f"du {first} au {last}"


def _day(iso: str | None, now: datetime) -> str:
    if not iso:
        return ""
    return french.day(datetime.combine(date.fromisoformat(iso), time(12), french.COMPANY_ZONE), now)


def _among(words: Mapping[str, str]) -> Callable[[Any, datetime], str]:
    """A value, or several, by a table of words."""
    return lambda value, _: french.listed(
        [words.get(one, str(one)) for one in (value if isinstance(value, list) else [value])]
    )


def _as(pattern: str) -> Callable[[Any, datetime], str]:
    return lambda value, _: pattern.format(french.listed(list(map(str, value))) if isinstance(value, list) else value)


def _either(yes: str, no: str) -> Callable[[Any, datetime], str]:
    return lambda value, _: yes if value else no


def _hour(pattern: str) -> Callable[[Any, datetime], str]:
    """« avant 14 h 30 »."""

    def words(value: Any, _: datetime) -> str:
        hour, minute = str(value).split(":")
        return pattern.format(f"{int(hour)}{french.NBSP}h{french.NBSP}{minute}")

    return words


def _date(pattern: str) -> Callable[[Any, datetime], str]:
    return lambda value, now: pattern.format(_day(value, now))


WORDS: dict[str, Callable[[Any, datetime], str]] = {
    "date_range": days,
    "date_ranges": lambda value, now: french.listed([days(one, now) for one in value]),
    "scope": _among({"self": "", "all": "toute l’équipe"}),
    "technician": _as("{}"),
    "technicians": _as("{}"),
    "technician_raw": _as("technicien « {} »"),
    "client_name": _as("client « {} »"),
    "client_id": _as("client {}"),
    "phone_suffix": _as("téléphone en {}"),
    "city": _as("{}"),
    "cities": _as("{}"),
    "neighborhood": _as("{}"),
    "part_of_day": _among(PARTS_OF_DAY),
    "after_time": _hour("après {}"),
    "before_time": _hour("avant {}"),
    "time": _hour("à {}"),
    "direction": _among({"next": "prochains", "last": "derniers"}),
    "limit": _as("{} au plus"),
    "select_index": _as("nº {} de la liste"),
    "order": _among({"asc": "du plus ancien", "desc": "du plus récent"}),
    "fields": _among(FIELDS),
    "metric": _among(METRICS),
    "aggregate": _among(AGGREGATES),
    "group_by": lambda value, now: f"par {_among(GROUPS)(value, now)}",
    "piano_make": _as("{}"),
    "piano_model": _as("{}"),
    "piano_type": lambda value, now: f"piano {_among(PIANO_TYPES)(value, now)}",
    "serial": _as("nº {}"),
    "year_lt": _as("d’avant {}"),
    "condition": _as("{}"),
    "measure": _among(MEASURES),
    "op": _as("{}"),
    "value": _as("{}"),
    "keyword": _as("« {} »"),
    "search_terms": _as("{}"),
    "text": _as("« {} »"),
    "confirmed": _either("confirmés", "non confirmés"),
    "resolved": _either("réglés", "non réglés"),
    "paid": _either("payées", "impayées"),
    "full": _either("en entier", "en bref"),
    "confirm": _either("confirmé", "non confirmé"),
    "reprice": _either("aux prix d’aujourd’hui", "aux mêmes prix"),
    "status": _as("statut {}"),
    "priority": _among({"urgent": "urgent"}),
    "appointment_id": _as("rendez-vous {}"),
    "invoice_number": _as("facture {}"),
    "estimate_number": _as("soumission {}"),
    "overdue_days_gt": _as("en retard de plus de {} jours"),
    "not_seen_since": _date("pas vus depuis {}"),
    "not_serviced_since": _date("sans entretien depuis {}"),
    "missing": lambda value, now: f"sans {_among(FIELDS)(value, now)}",
    "product": _as("{}"),
    "action": _among(ACTIONS),
    "companion": _as("avec {}"),
    "bundles": _as("{}"),
    "due_on": _date("pour {}"),
    "default_period": _either("période par défaut", ""),
}
"""How each slot of docs/assistant.md is told."""
