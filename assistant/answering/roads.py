"""What would need roads: when to leave, what a visit costs in travel. What is known is told, and what is missing."""

from __future__ import annotations

from assistant.answering.agenda import YOURS, refuse_without_agenda
from assistant.answering.asked import Asked
from assistant.answering.choosing import client_items, on_client, the_client
from assistant.answering.contract import Answer, line
from assistant.answering.finding import today, visits_of
from assistant.answering.telling import address, client_name, clock_of, day_of
from assistant.answering.visits import visit_item
from clients.selectors import contacts_of, main_contact

NO_HOME = "Le domicile des techniciens et les trajets ne sont pas dans la base : je n’estime ni distance ni durée."


def departure_time(asked: Asked) -> Answer:
    """The first visit of the day; when to leave for it is not known here."""
    refuse_without_agenda(asked)
    period = asked.period or today(asked)
    visits = [one for one in visits_of(asked, period, own=True, visits_only=True) if not one.appointment.is_all_day]
    if not visits:
        return asked.nothing(line("Aucun rendez-vous ", period.words, "."), scope=YOURS, period=period)
    event = visits[0].appointment
    where = address(visits[0].place)
    text = line("Premier rendez-vous : ", day_of(event, "start"), " à ", clock_of(event, "start"), ", ", where)
    text = line(text, ". Je ne sais pas encore dire quand partir.")
    items = (visit_item(visits[0], office=asked.office),)
    return asked.answered(text, items=items, total=1, scope=YOURS, period=period, notes=(NO_HOME,))


def client_travel_fee(asked: Asked) -> Answer:
    """Where the client is; the fee is not known here."""
    client = the_client(asked)
    place = address(main_contact(contacts_of(viewer=asked.viewer, clients=[client.pk]).get(client.pk, [])))
    known = line(" L’adresse : ", place, ".") if str(place) else line(" Aucune adresse n’est connue.")
    text = line("Je ne sais pas encore calculer les frais de déplacement pour ", client_name(client), ".", known)
    return asked.answered(text, items=client_items(asked, [client]), total=1, focus=on_client(client), notes=(NO_HOME,))
