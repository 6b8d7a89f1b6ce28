"""Bills to the cent, counts of what one may see, digests of a period."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.understanding.results import Outcome
from syncing.french import NBSP, THIN
from tests.assistant.answering.conftest import Ask, days, lines
from tests.assistant.answering.house import at, bill, client, piano, visit

pytestmark = pytest.mark.django_db


def test_what_is_owed_is_listed_from_the_oldest_and_added_to_the_cent(ask: Ask) -> None:
    home, other = client("1", "Anne Roy"), client("2", "Théâtre Aubépine", company=True)
    bill(3, home, 10, due_on=date(2026, 3, 1))
    bill(1, home, 123456, due_on=date(2026, 1, 23), status="OVERDUE")
    bill(2, other, 1999, due_on=None)
    bill(4, home, 5000, status="PAID")
    bill(5, home, 5000, status="DRAFT")
    bill(6, home, 0)
    found = ask("odile", "unpaid_invoices")
    assert [item.id for item in found.items] == ["inv_1", "inv_3", "inv_2"]
    assert str(found.text) == f"3 factures impayées : 1{THIN}254,65{NBSP}$ à recevoir."
    assert "60 jours de retard" in lines(found)
    assert found.items[0].badges == ("En retard",)
    assert [item.id for item in ask("odile", "unpaid_invoices", overdue_days_gt=23).items] == ["inv_1"]
    assert ask("odile", "unpaid_invoices", exclude={"client_name": "Théâtre Aubépine"}).total == 2
    assert f"19,99{NBSP}$" in str(ask("odile", "unpaid_invoices", client_name="aubépine").text)


def test_what_is_owed_in_a_town_is_that_of_its_clients(ask: Ask) -> None:
    bill(1, client("1", "Anne Roy", town="Laval"), 1000)
    bill(2, client("2", "Léo Caron", town="Longueuil"), 2000)
    found = ask("odile", "unpaid_invoices", city="Laval")
    assert [item.id for item in found.items] == ["inv_1"]
    assert str(found.text) == f"1 facture impayée à Laval : 10,00{NBSP}$ à recevoir."


def test_a_balance_that_gazelle_does_not_give_is_said_not_counted_as_zero(ask: Ask) -> None:
    bill(1, client("1", "Anne Roy"), None)
    found = ask("odile", "unpaid_invoices")
    assert found.total == 1
    assert "montant inconnu" in lines(found)
    assert found.notes


@pytest.mark.parametrize("intent", ["unpaid_invoices", "client_invoices"])
def test_bills_are_the_office_s(ask: Ask, intent: str) -> None:
    bill(1, client("1", "Anne Roy"), 5000)
    found = ask("simon", intent, client_name="roy")
    assert found.outcome is Outcome.DENIED
    assert "50" not in lines(found)


def test_the_bills_of_a_client_and_a_bill_by_its_number(ask: Ask) -> None:
    home = client("1", "Anne Roy")
    bill(7, home, 0, status="PAID", total=20000)
    bill(8, home, 10000)
    bill(9, home, 10000, status="DRAFT")
    assert [item.id for item in ask("odile", "client_invoices", client_name="roy").items] == ["inv_8", "inv_7"]
    assert [item.id for item in ask("odile", "client_invoices", client_name="roy", paid=True).items] == ["inv_7"]
    assert [item.id for item in ask("odile", "client_invoices", client_name="roy", direction="last").items] == ["inv_8"]
    assert [item.id for item in ask("odile", "client_invoices", invoice_number=9).items] == ["inv_9"]
    assert ask("odile", "client_invoices", invoice_number=4242).outcome is Outcome.NO_MATCH


def a_month(ask: Ask) -> None:
    home, other = client("1", "Anne Roy"), client("2", "Luc Gagnon", town="Laval", code="H7N 1A1")
    upright, grand = piano("up", home), piano("gr", other)
    visit("1", "simon", at(2, 9), home, upright)
    visit("2", "simon", at(9, 9), home, upright)
    visit("3", "simon", at(9, 14), other, grand, confirmed_by_client=True)
    visit("4", "maude", at(9, 9), other, grand)
    visit("5", "simon", at(10, 9), home, upright, status="CANCELED", deleted_at=at(9, 9))
    visit("6", "simon", at(11, 9), None, type="PERSONAL")


def test_a_technician_counts_his_own_and_the_office_everybody_s(ask: Ask) -> None:
    a_month(ask)
    when = days("01", "31")
    assert ask("simon", "stats", date_range=when).total == 3
    assert ask("simon", "stats", date_range=when, metric="pianos").total == 2
    assert ask("odile", "stats", date_range=when).total == 4
    assert ask("odile", "stats", date_range=when, metric="clients").total == 2
    assert ask("odile", "stats", date_range=when, city="Laval").total == 2
    assert ask("odile", "stats", date_range=when, technician="Maude Pilote").total == 1
    assert ask("simon", "stats", date_range=when, technician="Maude Pilote").outcome is Outcome.DENIED


def test_counts_are_grouped(ask: Ask) -> None:
    a_month(ask)
    by_person = ask("odile", "stats", date_range=days("01", "31"), group_by="technician")
    assert [str(item.title) for item in by_person.items] == [
        "Simon Arcand : 3 rendez-vous",
        "Maude Pilote : 1 rendez-vous",
    ]
    by_week = ask("simon", "stats", date_range=days("01", "31"), group_by="week")
    assert [str(item.title) for item in by_week.items] == [
        f"semaine du lundi 2{NBSP}mars 2026 : 1 rendez-vous",
        f"semaine du lundi 9{NBSP}mars 2026 : 2 rendez-vous",
    ]


def test_without_a_period_the_last_thirty_days_are_counted_and_written_out(ask: Ask) -> None:
    a_month(ask)
    found = ask("simon", "stats")
    assert found.period_text == f"du dimanche 22{NBSP}février 2026 au mardi 24{NBSP}mars 2026"
    assert found.total == 3


def test_kilometres_are_not_invented(ask: Ask) -> None:
    found = ask("simon", "stats", metric="kilometres")
    assert (found.items, found.total) == ((), None)
    assert "pas encore" in str(found.text)
    assert not any(char.isdigit() for char in lines(found))


def test_a_week_is_summed_up(ask: Ask) -> None:
    a_month(ask)
    found = ask("simon", "summary", date_range=days("09", "15"))
    assert str(found.text) == (
        f"2 rendez-vous, 2 pianos, 3{NBSP}h de travail prévu, 1 non confirmé "
        f"du lundi 9{NBSP}mars 2026 au dimanche 15{NBSP}mars 2026. "
        f"Quartiers : Rosemont, Laval-des-Rapides. Jour le plus chargé : lundi 9{NBSP}mars 2026 (2)."
    )
    assert found.total == 3
