"""Whose visits one is shown, which, and with what."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments.models import Appointment
from assistant.understanding.results import Outcome
from syncing.french import NBSP
from tests.assistant.answering.conftest import Ask, days, lines
from tests.assistant.answering.house import House, at, booked, client, entry, piano, visit

pytestmark = pytest.mark.django_db


def test_a_visit_is_told_with_everything_one_needs_on_the_road(ask: Ask) -> None:
    home = client(
        "1234", "Rosalie Vaillancourt", personal_notes="Code 4471#.\nChien Biscotte.", preference_notes="Le matin."
    )
    upright = piano("77", home, dampp_chaser_installed=True)
    entry("old", home, upright, at(12, 9, month=11, year=2025), "Accord.", who="maude")
    told = visit("1", "simon", at(25, 9), home, upright, notes="Sonner deux fois.", confirmed_by_client=True)
    booked(told, "Accord", 19500)
    found = ask("simon", "my_appointments", date_range=days("25"))
    (item,) = found.items
    assert str(found.text) == f"1 rendez-vous le mercredi 25{NBSP}mars 2026, à 9{NBSP}h{NBSP}00."
    assert (found.scope, found.total, found.shown) == ("vous", 1, 1)
    assert [str(line) for line in item.lines] == [
        f"mercredi 25{NBSP}mars 2026 · 9{NBSP}h{NBSP}00 à 10{NBSP}h{NBSP}30",
        "Rosemont · 40 rue des Érables, Montréal, H1Y 2K8",
        "Sur place : Rosalie Vaillancourt, 514 555-1234",
        f"Piano : Yamaha U1 (1987), nº{NBSP}S77, salon, système d’humidité",
        "Prévu : Accord",
        f"Dernière visite : mercredi 12{NBSP}novembre 2025, Maude Pilote",
        "Notes sur le client : Code 4471#. Chien Biscotte.",
        "Accès et préférences : Le matin.",
        "Notes : Sonner deux fois.",
    ]
    assert item.badges == ("Confirmé", "Système d’humidité")
    assert (item.phone, item.address) == ("514 555-1234", "40 rue des Érables, Montréal, H1Y 2K8")
    assert item.url == ""
    assert found.age_text == f"Données de 7{NBSP}h{NBSP}40"


@pytest.mark.parametrize("visits", [0, 1, 12])
def test_the_agenda_takes_six_queries_whatever_the_number_of_visits(ask: Ask, visits: int) -> None:
    for rank in range(visits):
        home = client(f"{rank + 1000}", f"Famille Numéro{rank}")
        visit(str(rank), "simon", at(24, 8, rank), home, piano(f"{rank}a", home), piano(f"{rank}b", home))
    with CaptureQueriesContext(connection) as queries:
        found = ask("simon", "my_appointments", date_range=days("24"))
    assert found.total == visits
    assert len(queries) <= 6


def test_an_appointment_with_its_own_address_is_not_at_the_client_s(ask: Ask) -> None:
    home = client("1", "Théâtre Aubépine", company=True)
    visit("1", "simon", at(24, 9), home, street1="9 rue du Parc", municipality="Laval", postal_code="H7N 1A1")
    (item,) = ask("simon", "my_appointments", date_range=days("24")).items
    assert "Laval-des-Rapides · 9 rue du Parc, Laval, H7N 1A1" in map(str, item.lines)


def test_a_day_ends_at_midnight_of_the_company_also_when_clocks_change(ask: Ask) -> None:
    for key, start in {"eve": at(7, 23, 30), "night": at(8, 1, 30), "late": at(8, 23, 30), "next": at(9, 0)}.items():
        visit(key, "simon", start, None, title=key)
    found = ask("simon", "my_appointments", date_range=days("08"))
    assert [str(item.title) for item in found.items] == ["night", "late"]


def test_two_separate_days_leave_out_what_lies_between(ask: Ask) -> None:
    for day in (24, 25, 26):
        visit(str(day), "simon", at(day, 9), None, title=f"jour{day}")
    found = ask("simon", "my_appointments", date_ranges=[days("24"), days("26")])
    assert [item.id for item in found.items] == ["evt_24", "evt_26"]


def test_canceled_and_deleted_visits_are_left_out_unless_asked(ask: Ask) -> None:
    visit("kept", "simon", at(24, 9), None)
    visit("canceled", "simon", at(24, 10), None, status="CANCELED", deleted_at=at(23, 9))
    visit("deleted", "simon", at(24, 11), None, deleted_at=at(23, 9))
    assert [item.id for item in ask("simon", "my_appointments", date_range=days("24")).items] == ["evt_kept"]
    canceled = ask("simon", "my_appointments", date_range=days("24"), status="CANCELED")
    assert [(item.id, item.badges) for item in canceled.items] == [("evt_canceled", ("Annulé",))]


def test_one_s_personal_events_are_shown_and_nobody_else_s_even_to_the_office(ask: Ask) -> None:
    visit("mine", "simon", at(24, 12), None, type="PERSONAL", title="Dentiste")
    visit("hers", "maude", at(24, 12), None, type="PERSONAL", title="Notaire")
    visit("work", "maude", at(24, 14), client("1", "Chorale Bémol", company=True))
    assert "Dentiste" in lines(ask("simon", "my_appointments", date_range=days("24")))
    team = ask("odile", "all_appointments", date_range=days("24"))
    assert [item.id for item in team.items] == ["evt_work"]


def test_days_off_that_began_before_are_still_told(ask: Ask) -> None:
    visit("off", "simon", at(23, 0), None, type="PERSONAL", title="Congé", duration=2880)
    visit("over", "simon", at(21, 0), None, type="PERSONAL", title="Fini", duration=2880)
    assert [item.id for item in ask("simon", "my_appointments", date_range=days("24")).items] == ["evt_off"]


def test_an_empty_day_names_the_next_visit(ask: Ask) -> None:
    home = client("1", "Anne Boisclair")
    visit("before", "simon", at(25, 9), home)
    visit("after", "simon", at(30, 9), home)
    found = ask("simon", "my_appointments", date_range=days("28"))
    assert str(found.text) == (
        f"Aucun rendez-vous le samedi 28{NBSP}mars 2026. "
        f"Prochain rendez-vous : lundi 30{NBSP}mars 2026 à 9{NBSP}h{NBSP}00, Rosemont."
    )
    assert (found.outcome, found.total) == (Outcome.ANSWERED, 0)


@pytest.mark.parametrize("intent", ["technician_appointments", "all_appointments"])
def test_a_colleague_s_agenda_is_refused_with_what_one_may_ask(ask: Ask, intent: str) -> None:
    visit("hers", "maude", at(24, 9), client("1", "Anne Boisclair"))
    found = ask("simon", intent, technician="Maude Pilote", date_range=days("24"))
    assert found.outcome is Outcome.DENIED
    assert found.items == ()
    assert "Mes rendez-vous demain" in found.suggestions


def test_one_s_own_name_is_not_a_colleague(ask: Ask) -> None:
    visit("1", "simon", at(24, 9), None)
    found = ask("simon", "technician_appointments", technician="Simon Arcand", date_range=days("24"))
    assert (found.outcome, found.total, found.scope) == (Outcome.ANSWERED, 1, "vous")


def test_the_office_reads_one_technician_two_and_all(ask: Ask) -> None:
    for who in ("simon", "maude", "bruno"):
        visit(who, who, at(24, 9), client(who, f"Chez {who.title()}"))
    when = days("24")
    one = ask("odile", "technician_appointments", technician="Maude Pilote", date_range=when)
    two = ask("odile", "technician_appointments", technicians=["Maude Pilote", "Simon Arcand"], date_range=when)
    everyone = ask("odile", "all_appointments", date_range=when)
    assert (one.total, two.total, everyone.total) == (1, 2, 3)
    assert one.scope == "Maude Pilote"
    assert "Technicien : Maude Pilote" in lines(two)
    assert everyone.items[0].url.startswith("/admin/appointments/appointment/evt_")


def test_somebody_without_visits_of_their_own_is_told_what_to_ask_instead(ask: Ask) -> None:
    found = ask("odile", "my_appointments", date_range=days("24"))
    assert found.outcome is Outcome.NOT_A_TECHNICIAN
    assert found.suggestions == ("L’agenda complet aujourd’hui", "L’agenda complet demain")


def test_an_account_linked_to_no_technician_never_gets_the_visits_of_nobody(ask: Ask) -> None:
    visit("orphan", None, at(24, 9), None, title="À désigner")
    found = ask("unlinked", "my_appointments", date_range=days("24"))
    assert (found.outcome, found.items) == (Outcome.NOT_A_TECHNICIAN, ())


def test_hours_places_and_exclusions_are_applied_together(ask: Ask) -> None:
    laval = client("1", "Anne Boisclair", town="Laval", code="H7N 1A1")
    home = client("2", "Luc Boisclair")
    for key, hour, owner in (("a", 8, laval), ("b", 9, home), ("c", 14, laval), ("d", 18, laval)):
        visit(key, "simon", at(24, hour), owner)

    def keys(**slots: object) -> list[str]:
        return [item.id for item in ask("simon", "my_appointments", date_range=days("24"), **slots).items]

    assert keys(part_of_day="morning") == ["evt_a", "evt_b"]
    assert keys(after_time="14:00") == ["evt_c", "evt_d"]
    assert keys(before_time="09:00") == ["evt_a"]
    assert keys(time="14:30") == ["evt_c"]
    assert keys(city="laval", part_of_day="afternoon") == ["evt_c"]
    assert keys(neighborhood="Laval-des-Rapides") == ["evt_a", "evt_c", "evt_d"]
    assert keys(exclude={"city": "Laval"}) == ["evt_b"]
    part = ask("simon", "my_appointments", date_range=days("24"), part_of_day="evening", city="laval")
    assert str(part.text).startswith(f"1 rendez-vous le mardi 24{NBSP}mars 2026, en soirée, à laval,")
    assert keys(exclude={"part_of_day": "morning"}) == ["evt_c", "evt_d"]


def test_the_next_and_the_last_are_counted_from_now(ask: Ask) -> None:
    for key, start in {"done": at(24, 7), "last": at(20, 9), "next": at(24, 9), "later": at(26, 9)}.items():
        visit(key, "simon", start, None)
    assert [item.id for item in ask("simon", "my_appointments", direction="next", limit=1).items] == ["evt_next"]
    assert [item.id for item in ask("simon", "my_appointments", direction="last", limit=2).items] == [
        "evt_done",
        "evt_last",
    ]


def test_only_visits_to_come_that_nobody_confirmed_wait_for_a_confirmation(ask: Ask) -> None:
    visit("past", "simon", at(20, 9), None)
    visit("yes", "simon", at(25, 9), None, confirmed_by_client=True)
    visit("no", "simon", at(25, 10), None, confirmed_by_client=False)
    visit("unknown", "maude", at(26, 10), None)
    visit("off", "simon", at(25, 12), None, type="PERSONAL")
    assert [item.id for item in ask("simon", "unconfirmed_appointments").items] == ["evt_no"]
    assert [item.id for item in ask("odile", "unconfirmed_appointments").items] == ["evt_no", "evt_unknown"]


def test_a_client_s_visits_by_colleagues_are_not_told_to_a_technician(ask: Ask) -> None:
    home = client("1", "Anne Boisclair")
    visit("hers", "maude", at(25, 9), home)
    visit("mine", "simon", at(26, 9), home)
    assert [item.id for item in ask("simon", "client_appointments", client_name="boisclair").items] == ["evt_mine"]
    assert [item.id for item in ask("odile", "client_appointments", client_name="boisclair").items] == [
        "evt_hers",
        "evt_mine",
    ]


def test_the_detail_of_a_colleague_s_visit_is_not_found(ask: Ask) -> None:
    visit("hers", "maude", at(25, 9), client("1", "Anne Boisclair"))
    assert ask("simon", "appointment_detail", appointment_id="evt_hers").outcome is Outcome.NO_MATCH
    assert ask("odile", "appointment_detail", appointment_id="evt_hers").total == 1


def test_the_detail_of_an_hour_is_that_of_the_technician_named(ask: Ask) -> None:
    visit("his", "simon", at(25, 14), client("1", "Anne Boisclair"))
    visit("hers", "maude", at(25, 14), client("2", "Rose Lamarre"))
    asked = {"date_range": days("25"), "time": "14:00", "technician": "Maude Pilote"}
    assert [item.id for item in ask("odile", "appointment_detail", **asked).items] == ["evt_hers"]
    assert ask("simon", "appointment_detail", **asked).outcome is Outcome.DENIED


def test_when_to_leave_says_the_first_visit_and_invents_no_road(ask: Ask) -> None:
    visit("1", "simon", at(25, 9), client("1", "Anne Boisclair"))
    found = ask("simon", "departure_time", date_range=days("25"))
    assert f"9{NBSP}h{NBSP}00" in str(found.text)
    assert "km" not in lines(found)
    assert found.notes


def test_the_end_of_a_day_is_that_of_its_last_visit(ask: Ask) -> None:
    visit("1", "simon", at(24, 9), None)
    visit("2", "simon", at(24, 15), None)
    found = ask("simon", "my_appointments", date_range=days("24"), fields=["end_time"])
    assert str(found.text).endswith(f" Fin : 16{NBSP}h{NBSP}30.")


def test_a_list_longer_than_a_page_says_how_many_there_are(ask: Ask, house: House) -> None:
    Appointment.objects.bulk_create(
        Appointment(id=f"evt_{rank}", technician_id="usr_simon", start=at(24, 8), type="APPOINTMENT", title=f"n{rank}")
        for rank in range(45)
    )
    found = ask("simon", "my_appointments", date_range=days("24"))
    assert (found.shown, found.total) == (20, 45)
    assert ask("simon", "my_appointments", date_range=days("24"), limit=3).shown == 3
