"""Clients found as people type them, told field by field, and asked about when several fit."""

from __future__ import annotations

import json

import pytest

from assistant.answering import Memory, answer
from assistant.understanding.results import Outcome, Understood
from syncing.french import NBSP
from tests.assistant.answering.conftest import Ask, days, lines
from tests.assistant.answering.house import NOW, House, at, bill, client, entry, piano, visit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "typed",
    [
        *("hélène leboeuf", "LEBŒUF Hélène", "leboeuf", "(514) 555-0161", "5550161", "helene@courriel.example"),
        *("lebeouf", "helenne leboeuf", "60 rue des érables", "h2v 1w3"),
    ],
)
def test_a_client_is_found_however_it_is_typed(ask: Ask, typed: str) -> None:
    client("helene", "Hélène Lebœuf", phone="514 555-0161", code="H2V 1W3")
    client("luc", "Luc Tremblay")
    found = ask("simon", "client_search", client_name=typed)
    assert [item.id for item in found.items] == ["cli_helene"]
    assert found.focus is not None
    assert found.focus.id == "cli_helene"


@pytest.mark.parametrize("typed", ["école saint jean", "ecole st jean", "école Saint-Jean", "ecole st. jean"])
def test_saint_is_found_however_it_is_shortened(ask: Ask, typed: str) -> None:
    client("1", "École St-Jean", company=True)
    client("2", "École Sainte-Anne", company=True)
    found = ask("simon", "client_search", client_name=typed)
    assert [item.id for item in found.items] == ["cli_1"]
    assert "exactement" not in str(found.text)


def test_every_word_counts(ask: Ask) -> None:
    client("1", "Luc Tremblay")
    client("2", "Luc Gagnon")
    assert [item.id for item in ask("simon", "client_search", client_name="luc gagnon").items] == ["cli_2"]
    assert ask("simon", "client_search", client_name="luc bertrand").total == 0


def test_the_exact_name_comes_before_what_only_holds_it(ask: Ask) -> None:
    client("1", "Orford", company=True)
    client("2", "Ferme Orford Nord", company=True)
    assert [item.id for item in ask("simon", "client_search", client_name="orford").items] == ["cli_1"]


def test_a_slip_is_forgiven_and_said_but_a_short_name_is_not_guessed(ask: Ask) -> None:
    client("1", "Anne Roy")
    client("2", "Anne Tremblay")
    slipped = ask("simon", "client_search", client_name="anne trembley")
    assert [item.id for item in slipped.items] == ["cli_2"]
    assert str(slipped.text).startswith("Personne n’a exactement ce nom.")
    assert ask("simon", "client_search", client_name="roi").total == 0


def test_what_is_asked_of_a_name_that_only_resembles_is_confirmed_first(ask: Ask) -> None:
    client("1", "Anne Tremblay", personal_notes="Code 4471#")
    asked = Understood("client_info", {"client_name": "anne trembley", "fields": ["access_code"]}, Outcome.ANSWERED)
    back = ask("odile", "client_info", client_name="anne trembley", fields=["access_code"])
    assert (back.outcome, back.choices) == (Outcome.CLARIFY, ("Anne Tremblay",))
    assert "4471" not in lines(back)
    memory = Memory().after(asked, back)
    assert "4471" in lines(ask("odile", "unknown", memory=memory, confirm=True))


def test_wildcards_and_sql_are_only_letters(ask: Ask) -> None:
    client("1", "Anne Roy")
    for typed in ("%", "_", "'; DROP TABLE clients_client; --", "\\"):
        assert ask("simon", "client_search", client_name=typed).items == ()
    assert ask("simon", "client_search", client_name="anne roy").total == 1


def test_several_clients_are_asked_about_with_town_and_last_visit_and_any_choice_is_understood(ask: Ask) -> None:
    laval = client("1", "Jean Tremblay", town="Laval", code="H7N 1A1")
    client("2", "Rosalie Tremblay")
    upright = piano("9", laval)
    entry("1", laval, upright, at(9, 9, month=2), "Accord.")
    asked = Understood("client_pianos", {"client_name": "tremblay"}, Outcome.ANSWERED)
    back = ask("simon", "client_pianos", client_name="tremblay")
    assert back.outcome is Outcome.CLARIFY
    assert back.choices == ("Jean Tremblay", "Rosalie Tremblay")
    assert f"Dernière visite : lundi 9{NBSP}février 2026" in lines(back)
    assert "Laval-des-Rapides" in lines(back)
    memory = Memory.from_json(json.loads(json.dumps(Memory().after(asked, back).to_json())))
    for chosen in ({"select_index": 1}, {"city": "laval"}, {"client_name": "jean"}):
        answered = ask("simon", "client_search", memory=memory, **chosen)
        assert (answered.intent, [item.id for item in answered.items]) == ("client_pianos", ["ins_9"]), chosen


def test_a_new_complete_question_forgets_the_choice_and_reset_forgets_all(ask: Ask) -> None:
    client("1", "Jean Tremblay")
    client("2", "Rosalie Tremblay")
    client("3", "Anne Roy")
    asked = Understood("client_pianos", {"client_name": "tremblay"}, Outcome.ANSWERED)
    memory = Memory().after(asked, ask("simon", "client_pianos", client_name="tremblay"))
    answered = ask("simon", "client_info", memory=memory, client_name="roy", fields=["phone"])
    assert [item.id for item in answered.items] == ["cli_3"]
    over = Understood("reset", {}, Outcome.ANSWERED)
    assert memory.after(over, ask("simon", "reset", memory=memory)) == Memory()


def test_its_pianos_are_those_of_the_client_spoken_of(ask: Ask) -> None:
    home = client("1", "Anne Roy")
    piano("9", home)
    asked = Understood("client_search", {"client_name": "anne roy"}, Outcome.ANSWERED)
    memory = Memory().after(asked, ask("simon", "client_search", client_name="anne roy"))
    assert [item.id for item in ask("simon", "client_pianos", memory=memory).items] == ["ins_9"]
    lacking = ask("simon", "client_pianos", memory=memory, outcome=Outcome.CLARIFY, lacks=("client_name",))
    assert [item.id for item in lacking.items] == ["ins_9"]
    alone = ask("simon", "client_pianos")
    assert (alone.outcome, str(alone.text)) == (Outcome.CLARIFY, "De quel client parlez-vous ?")


def test_a_name_taken_from_the_conversation_is_the_client_chosen_in_it(ask: Ask, house: House) -> None:
    for key, name in (("1", "Jean Tremblay"), ("2", "Rosalie Tremblay")):
        piano(key, client(key, name))
    somebody = house.people["simon"]
    taken = Understood("client_pianos", {"client_name": "tremblay"}, Outcome.ANSWERED, source="context")
    memory = Memory(client="cli_2")
    found = answer(taken, viewer=somebody.viewer, asker=somebody.asker, now=NOW, memory=memory)
    assert [item.id for item in found.items] == ["ins_2"]
    assert ask("simon", "client_pianos", memory=memory, client_name="tremblay").outcome is Outcome.CLARIFY


def test_what_a_choice_was_made_of_is_the_last_question(ask: Ask) -> None:
    for key, name in (("1", "Jean Tremblay"), ("2", "Rosalie Tremblay")):
        client(key, name)
    asked = Understood("client_history", {"client_name": "tremblay"}, Outcome.ANSWERED)
    memory = Memory().after(asked, ask("simon", "client_history", client_name="tremblay"))
    chosen = Understood("client_search", {"select_index": 2}, Outcome.ANSWERED)
    after = memory.after(chosen, ask("simon", "client_search", memory=memory, select_index=2))
    assert after.last is not None
    assert (after.last.intent, after.last.slots["client_id"], after.client) == ("client_history", "cli_2", "cli_2")
    assert after.pending is None


def test_door_codes_open_by_an_appointment_of_one_s_own_only(ask: Ask) -> None:
    home = client("1", "Anne Roy", personal_notes="Code de la porte : 4471#. Gros chien gentil.")
    closed = ask("simon", "client_info", client_name="roy", fields=["access_code"])
    assert closed.outcome is Outcome.DENIED
    assert "4471" not in lines(closed)
    visit("1", "simon", at(26, 9), home)
    told = lines(ask("simon", "client_info", client_name="roy", fields=["access_code"]))
    assert f"Accès : «{NBSP}Code de la porte : 4471#.{NBSP}»" in told
    assert "4471" in lines(ask("odile", "client_info", client_name="roy", fields=["access_code"]))
    assert "4471" not in lines(ask("maude", "client_summary", client_name="roy"))


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("Chien très gentil", "Chien très gentil"),
        ("Pas de chien ici", "Pas de chien ici"),
        ("Achat récent d’un banc", ""),
        ("Serial # 44719", ""),
    ],
)
def test_pets_are_quoted_and_never_named(ask: Ask, note: str, told: str) -> None:
    client("1", "Anne Roy", personal_notes=note)
    found = ask("odile", "client_info", client_name="roy", fields=["pets"])
    if told:
        assert f"«{NBSP}{told}{NBSP}»" in str(found.text)
    else:
        assert "rien n’est noté : animaux" in str(found.text)


def test_what_is_not_known_of_a_client_is_said_field_by_field(ask: Ask) -> None:
    client("1", "Anne Roy", phone="")
    found = ask("odile", "client_info", client_name="roy", fields=["phone", "email"])
    assert "anne@courriel.example" in str(found.text)
    assert "rien n’est noté : téléphone" in str(found.text)


def test_clients_of_a_town_and_clients_who_lack_something(ask: Ask) -> None:
    client("1", "Anne Roy", town="Saint-Jérôme", code="J7Y 1A1")
    client("2", "Luc Roy", town="Laval", code="H7N 1A1", phone="")
    assert [item.id for item in ask("odile", "client_search", city="st jerome").items] == ["cli_1"]
    assert [item.id for item in ask("odile", "client_search", missing=["phone"]).items] == ["cli_2"]


def test_a_client_not_seen_for_long_is_one_without_a_service_since(ask: Ask) -> None:
    for key, day in {"1": at(1, 9), "2": at(1, 9, year=2024)}.items():
        home = client(key, f"Famille Numéro{key}")
        entry(key, home, piano(key, home), day, "Accord.")
    found = ask("odile", "client_search", not_seen_since="2025-03-24")
    assert [item.id for item in found.items] == ["cli_2"]


def test_the_summary_tells_the_office_more_than_a_technician(ask: Ask) -> None:
    home = client("1", "Anne Roy", personal_notes="Paie comptant.", locale="fr_CA")
    upright = piano("9", home)
    entry("1", home, upright, at(2, 9), "Accord 440 Hz.")
    entry("mail", home, None, at(3, 9), "Courriel de rappel", entry_type="CONTACT_EMAIL_MANUAL")
    bill(70, home, 21000)
    visit("hers", "maude", at(30, 9), home, upright)
    office, simon = (
        lines(ask("odile", "client_summary", client_name="roy")),
        lines(ask("simon", "client_summary", client_name="roy")),
    )
    for told in ("Paie comptant.", f"210,00{NBSP}$", f"lundi 30{NBSP}mars 2026"):
        assert told in office
        assert told not in simon
    for told in ("Accord 440 Hz.", "Langue : français", f"lundi 2{NBSP}mars 2026"):
        assert told in office
        assert told in simon


def test_a_line_of_the_last_list_is_opened_by_its_rank(ask: Ask) -> None:
    home = client("1", "Anne Roy")
    visit("a", "simon", at(24, 9), home)
    visit("b", "simon", at(24, 11), home)
    asked = Understood("my_appointments", {"date_range": days("24")}, Outcome.ANSWERED)
    memory = Memory().after(asked, ask("simon", "my_appointments", date_range=days("24")))
    second = ask("simon", "my_appointments", memory=memory, select_index=2)
    assert (second.intent, [item.id for item in second.items]) == ("appointment_detail", ["evt_b"])
    cancelled = {"action": "cancel_appointment", "select_index": 1}
    refused = ask("simon", "action_request", memory=memory, outcome=Outcome.REFUSE_ACTION, **cancelled)
    assert refused.outcome is Outcome.REFUSE_ACTION


def test_a_list_that_came_out_empty_is_the_last_list(ask: Ask) -> None:
    client("1", "Anne Roy")
    client("2", "Luc Roy")
    memory = Memory()
    for name in ("roy", "xylophone"):
        asked = Understood("client_search", {"client_name": name}, Outcome.ANSWERED)
        memory = memory.after(asked, ask("simon", "client_search", client_name=name))
    assert memory.listed == ()


def test_travel_fees_are_not_invented(ask: Ask) -> None:
    client("1", "Anne Roy")
    found = ask("simon", "client_travel_fee", client_name="roy")
    assert "$" not in lines(found)
    assert "10 rue des Érables" in str(found.text)
    assert found.notes
