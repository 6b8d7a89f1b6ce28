"""The agendas: one's own, a colleague's, the team's, what waits for a confirmation; and one visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from appointments.selectors import CANCELED, Visit, described, events
from assistant.answering.asked import Asked, Settled
from assistant.answering.choosing import named_client, on_client, the_client
from assistant.answering.contract import Answer, Fact, Line, line
from assistant.answering.finding import kept_to, last_visits, next_visits, technicians_named, today, visits_of
from assistant.answering.periods import Period
from assistant.answering.telling import client_name, clock_of, counted, day_of, district, of
from assistant.answering.visits import visit_item
from assistant.understanding.results import Outcome
from syncing.french import clock

TEAM = "toute l’équipe"
YOURS = "vous"
NEAREST = 5
"""« Mes prochains rendez-vous », when nobody says how many."""


def my_appointments(asked: Asked) -> Answer:
    """One's own agenda, whatever else one may see."""
    refuse_without_agenda(asked)
    return _agenda(asked, YOURS, own=True)


def technician_appointments(asked: Asked) -> Answer:
    """A colleague's agenda: the office's to see."""
    names = {*asked.slots.get("technicians", ()), *filter(None, (asked.slots.get("technician"),))}
    if names == {asked.asker.technician} or (not names and asked.slots.get("scope") == "self"):
        return my_appointments(asked)
    if not asked.office:
        raise Settled(colleagues_are_closed(asked))
    people = technicians_named(asked)
    if not people:
        return asked.ask_back(line("L’agenda de quel technicien ?"))
    return _agenda(
        asked, " et ".join(map(str, people)), technicians=[person.pk for person in people], whose=len(people) > 1
    )


def all_appointments(asked: Asked) -> Answer:
    """The team's agenda: the office's to see."""
    if not asked.office:
        raise Settled(colleagues_are_closed(asked))
    return _agenda(asked, TEAM, whose=True)


def unconfirmed_appointments(asked: Asked) -> Answer:
    """Visits to come that the client has not confirmed: one's own, or for the office the team's."""
    chosen, scope = whose_agenda(asked)
    found = [
        visit for visit in next_visits(asked, visits_only=True, **chosen) if not visit.appointment.confirmed_by_client
    ]
    when = line(*_space(kept_to(asked, asked.period)), "" if asked.period else " à partir de maintenant")
    if not found:
        return asked.nothing(line("Aucun rendez-vous à confirmer", when, "."), scope=scope)
    text = line(counted(len(found), "rendez-vous à confirmer", "rendez-vous à confirmer"), when, ".")
    return _listed(asked, text, found, scope, whose=scope != YOURS)


def client_appointments(asked: Asked) -> Answer:
    """The next or last visits to one client, among those the asker may see."""
    client = the_client(asked)
    back = asked.slots.get("direction") == "last"
    find = last_visits if back else next_visits
    if asked.period and not asked.slots.get("direction"):
        found = visits_of(asked, asked.period, client_id=client.pk)
    else:
        found = find(asked, client_id=client.pk)
    more: dict[str, Any] = {"focus": on_client(client), "slots": {"client_id": client.pk}}
    if not asked.office:
        more["notes"] = ("Seuls vos propres rendez-vous sont lus : ceux de vos collègues sont au bureau.",)
    scope = TEAM if asked.office else YOURS
    when = line(" ", asked.period.words) if asked.period else line()
    if not found:
        told = "passé" if back else "à venir"
        return asked.nothing(
            line(f"Aucun rendez-vous {told} pour ", client_name(client), when, "."), scope=scope, **more
        )
    first = found[0].appointment
    told = "Dernier rendez-vous" if back else "Prochain rendez-vous"
    text = line(
        f"{told} pour ", client_name(client), " : ", day_of(first, "start"), " à ", clock_of(first, "start"), "."
    )
    return _listed(asked, text, found, scope, whose=asked.office, **more)


def appointment_detail(asked: Asked) -> Answer:
    """Everything on one visit: the one whose id is given, else the next one, of the client or technician named."""
    key = asked.slots.get("appointment_id")
    own = not asked.office or bool(asked.asker.technician)
    theirs = whose_agenda(asked)[0] if "technician" in asked.slots else {"own": own and not named_client(asked)}
    if key:
        rows = events(viewer=asked.viewer).filter(pk=key)
        found = described(viewer=asked.viewer, rows=rows, start=None, now=asked.now)
    else:
        whose = {"visits_only": True, **theirs}
        found = visits_of(asked, asked.period, **whose) if asked.period else next_visits(asked, **whose)
    if not found:
        return asked.not_found(line("Ce rendez-vous n’est pas, ou n’est plus, parmi ceux que vous pouvez voir."))
    event = found[0].appointment
    who = client_name(event.client) if event.client else line(of(event, "title"))
    text = line(who, " : ", day_of(event, "start"), " à ", clock_of(event, "start"), ".")
    item = visit_item(found[0], office=asked.office, whose=asked.office)
    focus = on_client(event.client) if event.client else None
    return asked.answered(
        text, items=(item,), total=1, scope=YOURS if own and "technicians" not in theirs else TEAM, focus=focus
    )


def refuse_without_agenda(asked: Asked) -> None:
    """Settled for somebody who receives no appointment: there is nothing of theirs to read."""
    if asked.asker.technician and asked.viewer.user_id is not None:
        return
    if asked.office:
        text = line(
            "Vous n’êtes pas technicien : aucun rendez-vous ne vous est confié. Vous pouvez voir l’agenda complet."
        )
        then: tuple[str, ...] = ("L’agenda complet aujourd’hui", "L’agenda complet demain")
    else:
        text = line("Votre compte n’est relié à aucun technicien de Gazelle : le bureau peut le faire.")
        then = ()
    raise Settled(Answer(asked.understood.intent, Outcome.NOT_A_TECHNICIAN, text, slots=asked.slots, suggestions=then))


def colleagues_are_closed(asked: Asked) -> Answer:
    """What a technician is told who asks for somebody else's agenda."""
    text = line("L’agenda de vos collègues est au bureau. Je peux vous montrer le vôtre.")
    return asked.denied(text, scope=YOURS, suggestions=("Mes rendez-vous aujourd’hui", "Mes rendez-vous demain"))


def whose_agenda(asked: Asked) -> tuple[dict[str, Any], str]:
    """Whose visits a question is about, for a selector and in words; Settled when that is closed to the asker."""
    people = technicians_named(asked)
    if not asked.office and (asked.slots.get("scope") == "all" or asked.understood.outcome is Outcome.DENIED):
        raise Settled(colleagues_are_closed(asked))
    if people and {str(person) for person in people} != {asked.asker.technician}:
        if not asked.office:
            raise Settled(colleagues_are_closed(asked))
        return {"technicians": [person.pk for person in people]}, " et ".join(map(str, people))
    if people or not asked.office or asked.slots.get("scope") == "self":
        refuse_without_agenda(asked)
        return {"own": True}, YOURS
    return {}, TEAM


def _agenda(asked: Asked, scope: str, *, whose: bool = False, **chosen: Any) -> Answer:
    direction = asked.slots.get("direction")
    if direction in ("next", "last"):
        found = (next_visits if direction == "next" else last_visits)(asked, visits_only=True, **chosen)
        found = found[: asked.slots.get("limit") or NEAREST]
        period = asked.period
        when = line(" à venir" if direction == "next" else " passés", *_space(kept_to(asked, period)))
    else:
        period = asked.period or today(asked)
        found = visits_of(asked, period, **chosen)
        when = line(" ", kept_to(asked, period))
    if not found:
        return _empty(asked, scope, period, when, **chosen)
    visits = [one for one in found if one.appointment.type == "APPOINTMENT"]
    if len(visits) == len(found):
        what = counted(len(visits), "rendez-vous", "rendez-vous")
    else:
        what = line(
            counted(len(visits), "rendez-vous", "rendez-vous", "visits"),
            " et ",
            counted(len(found) - len(visits), "autre événement", "autres événements", "others"),
        )
    canceled = " annulés" if found[0].appointment.status == CANCELED else ""
    text = line(what, canceled, when, _first(found, day=not period or not period.is_one_day), ".")
    last = found[-1]
    if "end_time" in asked.slots.get("fields", ()) and last.end:
        text = line(text, " Fin : ", of(last.appointment, "duration", clock(last.end)), ".")
    return _listed(asked, text, found, scope, whose=whose, period=period)


def _space(told: Line) -> tuple[Line | str, ...]:
    """The line after a space; nothing when it says nothing."""
    return (" ", told) if str(told) else ()


def _first(found: Sequence[Visit], *, day: bool) -> Line:
    """« , le premier à 9 h 00 », with its day when there are several."""
    event = found[0].appointment
    opening = line(", le premier" if len(found) > 1 else ",", *((" ", day_of(event, "start")) if day else ()))
    return opening if event.is_all_day else line(opening, " à ", clock_of(event, "start"))


def _empty(asked: Asked, scope: str, period: Period | None, when: Line, **chosen: Any) -> Answer:
    """« Aucun rendez-vous », and the next one there is from then on, or from now when that is past."""
    for_whom = "" if scope == YOURS else f" pour {TEAM}" if scope == TEAM else ""
    whom = (
        line(" pour ", Fact(scope, "question", "", "technician")) if not for_whom and scope != YOURS else line(for_whom)
    )
    text = line("Aucun rendez-vous", whom, when, ".")
    start = max(period.start, asked.now) if period else asked.now
    rows = events(viewer=asked.viewer, start=start, visits_only=True, **chosen)[:1]
    for visit in described(viewer=asked.viewer, rows=rows, start=None, now=asked.now, brief=True):
        event, place = visit.appointment, district(visit.place)
        text = line(
            text,
            " Prochain rendez-vous : ",
            day_of(event, "start"),
            " à ",
            clock_of(event, "start"),
            ", " if str(place) else "",
            place,
            ".",
        )
    return asked.nothing(text, scope=scope, period=period)


def _when(visit: Visit) -> datetime:
    return visit.appointment.start  # type: ignore[return-value]  # events without a beginning are not read


def _listed(asked: Asked, text: Line, found: Sequence[Visit], scope: str, *, whose: bool, **more: Any) -> Answer:
    ordered = sorted(found, key=_when, reverse=True) if asked.slots.get("order") == "desc" else found
    items = tuple(visit_item(one, office=asked.office, whose=whose) for one in ordered[: asked.shown])
    return asked.answered(text, items=items, total=len(found), scope=scope, **more)
