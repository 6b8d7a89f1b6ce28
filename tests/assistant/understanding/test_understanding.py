"""What questions are understood as: the known set, the old system's defects, roles, spans and bad input."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.understanding import Refused, Vocabulary, understand
from assistant.understanding.results import Asker, Outcome, Turn, Understood
from tests.assistant.questions import vary
from tests.assistant.score import load, roster, score
from tests.assistant.understanding.conftest import NOW, Ask

pytestmark = pytest.mark.no_database
QUESTIONS = Path(vary.__file__).parent
KNOWN = load(QUESTIONS / "known.jsonl")
TODAY = {"start": "2026-03-17", "end": "2026-03-17"}
TOMORROW = {"start": "2026-03-18", "end": "2026-03-18"}
OFFICE = {"user": "odile", "role": "admin"}


@pytest.mark.parametrize("question", [
    "ma fille est malade, annule mon rv de demain matin", "on annonce une tempête, reporte mes rv de jeudi à vendredi",
    "je suis coincé dans le trafic, avertis Mme Roy", "efface tout l'historique de Rivard",
    "merci, efface mes rv de demain", "bonne journée, supprime la facture 5512", "confirme tous mes rv de demain",
])  # fmt: skip
def test_an_order_is_refused_wherever_it_stands(ask: Ask, question: str) -> None:
    assert ask(question).outcome is Outcome.REFUSE_ACTION


@pytest.mark.parametrize("question", [
    "la couleur du piano de Mme Roy", "date de naissance de Mme Roy", "la job la plus plate de la semaine",
    "combien pèse un piano à queue", "ses factures", "les problèmes connus du piano",
])  # fmt: skip
def test_what_was_only_half_understood_is_asked_back(ask: Ask, question: str) -> None:
    assert ask(question, user="odile", role="admin").outcome is Outcome.CLARIFY


def test_the_known_questions_are_understood_as_written_down(vocabulary: Vocabulary) -> None:
    result = score(KNOWN, vocabulary)
    assert result.right / result.total >= 0.99, "\n".join(result.failures)
    assert result.confident / result.total <= 0.01, "\n".join(result.failures)


@pytest.mark.parametrize("name", ["apart", "wordings", "otherwise", "spoken"])
def test_questions_in_other_words_are_understood_and_hardly_ever_guessed(vocabulary: Vocabulary, name: str) -> None:
    result = score(load(QUESTIONS / f"{name}.jsonl"), vocabulary)
    assert result.right / result.total >= 0.985, "\n".join(result.failures)
    assert result.confident / result.total <= 0.005, "\n".join(result.failures)


@pytest.mark.parametrize("name", ["fresh", "everyday", "unseen"])
def test_everyday_wordings_are_understood_and_seldom_guessed(vocabulary: Vocabulary, name: str) -> None:
    result = score(load(QUESTIONS / f"{name}.jsonl"), vocabulary)
    assert result.right / result.total >= 0.985, "\n".join(result.failures)
    assert result.confident / result.total <= 0.012, "\n".join(result.failures)


@pytest.mark.parametrize("name", ["exam_one", "exam_two_a", "exam_two_b", "exam_three"])
def test_questions_that_were_an_exam_are_understood_and_seldom_guessed(vocabulary: Vocabulary, name: str) -> None:
    result = score(load(QUESTIONS / f"{name}.jsonl"), vocabulary)
    assert result.right / result.total >= 0.97, "\n".join(result.failures)
    assert result.confident / result.total <= 0.014, "\n".join(result.failures)


def test_the_exam_nobody_learned_from_is_passed_as_often_as_the_first_time(vocabulary: Vocabulary) -> None:
    result = score(load(QUESTIONS / "exam_four.jsonl"), vocabulary)
    assert result.right / result.total >= 0.966, "\n".join(result.failures)
    assert result.confident / result.total <= 0.024, "\n".join(result.failures)


@pytest.mark.parametrize("name", ["apart", "wordings", "otherwise"])
def test_slips_in_those_questions_change_little(vocabulary: Vocabulary, name: str) -> None:
    result = score([vary.vary(question, 0) for question in load(QUESTIONS / f"{name}.jsonl")], vocabulary)
    assert result.right / result.total >= 0.97, "\n".join(result.failures)
    assert result.confident / result.total <= 0.01, "\n".join(result.failures)


@pytest.mark.parametrize("seed", range(2))
def test_typing_slips_politeness_and_phone_spelling_change_nothing(vocabulary: Vocabulary, seed: int) -> None:
    result = score([vary.vary(question, seed) for question in KNOWN], vocabulary)
    assert result.right / result.total >= 0.97, "\n".join(result.failures)


@pytest.mark.parametrize(("question", "day"), [
    ("mes rv jeudi, euh non, vendredi", "2026-03-20"), ("mes rv demain non attends lundi", "2026-03-23"),
    ("demain, scuse, après-demain j'ai quoi", "2026-03-19"),
])  # fmt: skip
def test_what_is_put_right_in_the_same_breath_is_what_counts(ask: Ask, question: str, day: str) -> None:
    assert ask(question).slots["date_range"] == {"start": day, "end": day}


def test_two_days_joined_are_both_asked_about(ask: Ask) -> None:
    assert len(ask("mes rv lundi ou mardi").slots["date_ranges"]) == 2


@pytest.mark.parametrize("question", [
    "baisse le prix de la soumission 20417", "accepte la soumission 20417", "ferme mon rv", "fusionne les fiches Roy",
    "peut-on repousser la visite chez Roy", "envoie-moi mes rv par courriel", "tous mes rv de demain à la poubelle",
    "note: le chien de Roy mord", "supprime le client Roy", "mon 8h devrait être à 9h", "commande des cordes",
])  # fmt: skip
def test_an_order_is_refused_whatever_its_verb(ask: Ask, question: str) -> None:
    assert ask(question).outcome is Outcome.REFUSE_ACTION
    assert ask(question, **OFFICE).outcome is Outcome.REFUSE_ACTION


@pytest.mark.parametrize("question", [
    "factures impayées de Maude", "le piano de lundi est-il un droit", "rv avec le pape", "factures de plus de 500 $",
    "mes rv à 5 minutes d'ici", "j'ai-tu assez de cordes pour vendredi", "les pianos rouges", "rv des gros pianos",
])  # fmt: skip
def test_what_would_narrow_the_answer_and_is_not_understood_is_asked_back(ask: Ask, question: str) -> None:
    understood = ask(question, user="bruno", role="admin")
    assert understood.outcome is Outcome.CLARIFY
    assert understood.ask_back


def test_the_word_that_was_not_understood_is_shown(ask: Ask) -> None:
    assert "« rouges »" in ask("les pianos rouges").ask_back


# --- the defects of the old system


def test_my_day_of_tomorrow_is_tomorrow(ask: Ask) -> None:
    assert ask("ma journée de demain").slots["date_range"] == TOMORROW


@pytest.mark.parametrize("question", ["intervention chez Tremblay", "observation sur le piano", "client nerveux"])
def test_letters_inside_a_word_do_not_open_the_agenda(ask: Ask, question: str) -> None:
    assert "appointments" not in ask(question).intent


@pytest.mark.parametrize("question", ["bonjour", "merci", "salut ça va", "oui", "Merci beaucoup !"])
def test_politeness_searches_for_nobody(ask: Ask, question: str) -> None:
    assert ask(question).intent == "smalltalk"


@pytest.mark.parametrize(("question", "intent"), [
    ("qu'est-ce que j'ai demain", "my_appointments"), ("que peux-tu faire", "help"), ("stats mois", "stats"),
    ("combien de rv demain", "stats"), ("combien de clients", "stats"), ("cherche Steinway à Laval", "piano_search"),
    ("client Roy", "client_search"), ("l’historique de Mme Roy", "client_history"),
])  # fmt: skip
def test_the_verb_and_the_head_noun_decide(ask: Ask, question: str, intent: str) -> None:
    assert ask(question).intent == intent


def test_an_alias_inside_a_word_is_nobody(ask: Ask) -> None:
    assert "technician" not in ask("rv à Montréal demain", **OFFICE).slots
    assert ask("rv de Simone demain", **OFFICE).slots["client_name"] == "Simone"


@pytest.mark.parametrize("question", ["rv de Jean demain", "agenda de marc demain", "rv de Maud demain"])
def test_a_part_of_a_name_or_nearly_a_name_is_asked_about(ask: Ask, question: str) -> None:
    understood = ask(question, user="bruno", role="admin")
    assert understood.outcome is Outcome.CLARIFY
    assert "technician_raw" in understood.slots
    assert understood.ask_back


def test_an_alias_of_two_people_is_asked_about() -> None:
    people = [{"name": "Alex Roy", "aliases": ["al"]}, {"name": "Albert Cyr", "aliases": ["al"]}]
    vocabulary = Vocabulary.from_roster({"technicians": people})
    understood = understand("rv de Al demain", vocabulary=vocabulary, now=NOW, asker=Asker(office=True))
    assert (understood.slots["technician_raw"], understood.outcome) == ("Al", Outcome.CLARIFY)


@pytest.mark.parametrize("question", ["mes rv le 31 février", "rv du 32 mars"])
def test_an_impossible_date_is_never_replaced_by_today(ask: Ask, question: str) -> None:
    understood = ask(question)
    assert understood.outcome is Outcome.CLARIFY
    assert "date_range" not in understood.slots


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("mes rv avant 9h cette semaine", {"start": "2026-03-16", "end": "2026-03-22"}),
        ("mes rv d'après-midi en avril", {"start": "2026-04-01", "end": "2026-04-30"}),
        ("pas demain, après-demain", {"start": "2026-03-19", "end": "2026-03-19"}),
        ("bilan de l'année 2025", {"start": "2025-01-01", "end": "2025-12-31"}),
    ],
)
def test_an_hour_or_a_correction_leaves_the_period_whole(ask: Ask, question: str, said: dict[str, str]) -> None:
    slots = ask(question).slots
    assert slots["date_range"] == said
    assert "exclude" not in slots


def test_a_word_not_understood_is_asked_about_rather_than_dropped(ask: Ask) -> None:
    assert ask("mes rv zgloups").outcome is Outcome.CLARIFY


@pytest.mark.parametrize(
    "question", ["les pianos blancs à Laval", "clients fatigants de Laval", "factures bizarres de mars"]
)
def test_a_filter_that_no_list_has_is_asked_about_rather_than_left_out(ask: Ask, question: str) -> None:
    understood = ask(question, user="bruno", role="admin")
    assert understood.outcome is Outcome.CLARIFY
    assert "client_name" not in understood.slots


def test_a_day_that_is_only_taken_away_is_asked_about(ask: Ask) -> None:
    understood = ask("mes rv pas demain")
    assert (understood.outcome, understood.ask_back) == (Outcome.CLARIFY, "Quel jour voulez-vous ?")
    assert "date_range" not in understood.slots


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("la semaine passée j'étais chez qui mardi", [{"start": "2026-03-10", "end": "2026-03-10"}]),
        ("mes rv lundi et la semaine prochaine", None),
    ],
)
def test_a_weekday_beside_a_week_is_of_that_week(ask: Ask, question: str, days: list[dict[str, str]] | None) -> None:
    slots = ask(question).slots
    assert ([slots["date_range"]] if "date_range" in slots else None) == days


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("qui doit retourner chez Mme Roy", "client_appointments"),
        ("qui a de la place mardi", "all_appointments"),
        ("mets-moi la liste des rv de demain", "all_appointments"),
        ("c'est qui le technicien de Mme Roy", "client_info"),
        ("à qui le tour demain", "all_appointments"),
        ("génial, à lundi", "smalltalk"),
        ("place Karim chez Mme Gagnon mardi à 10 h", "action_request"),
    ],
)
def test_a_small_word_does_not_decide_before_the_others(ask: Ask, question: str, intent: str) -> None:
    assert ask(question, **OFFICE).intent == intent


def test_both_bounds_of_a_reading_keep_the_lower_one(ask: Ask) -> None:
    slots = ask("pianos entre 30 et 40 % d'humidité").slots
    assert (slots["op"], slots["value"]) == (">=", 30)


@pytest.mark.parametrize("question", ["combien de glorpix la semaine passée", "mes glorpix vendredi"])
def test_a_strange_word_is_nobody_s_name_and_no_answer_is_guessed(ask: Ask, question: str) -> None:
    understood = ask(question, **OFFICE)
    assert understood.outcome in (Outcome.CLARIFY, Outcome.NOT_A_TECHNICIAN)
    assert "client_name" not in understood.slots


@pytest.mark.parametrize(("question", "slots"), [
    ("jsuis tu libre dici vendredi",
     {"scope": "self", "fields": ["availability"], "date_range": {"start": "2026-03-17", "end": "2026-03-20"}}),
    ("mes rdv dla semaine prochaine", {"scope": "self", "date_range": {"start": "2026-03-23", "end": "2026-03-29"}}),
    ("A KELLE HEURE FO JPARTE DMAIN", {"date_range": TOMORROW}),
])  # fmt: skip
def test_what_is_typed_as_it_is_spoken_is_read_as_it_is_meant(
    ask: Ask, question: str, slots: dict[str, object]
) -> None:
    assert ask(question).slots == slots


def test_a_day_taken_from_a_week_leaves_the_week(ask: Ask) -> None:
    slots = ask("mes rv de la semaine prochaine sauf mercredi").slots
    assert slots["date_range"] == {"start": "2026-03-23", "end": "2026-03-29"}
    assert slots["exclude"] == {"date_range": {"start": "2026-03-25", "end": "2026-03-25"}}


def test_a_count_of_a_month_gone_by_is_of_this_year(ask: Ask) -> None:
    said = ask("combien de rv en janvier", **OFFICE).slots["date_range"]
    assert said == {"start": "2026-01-01", "end": "2026-01-31"}


# --- names


@pytest.mark.parametrize(("question", "name"), [
    ("téléphone pour Mme Roy demain", "Roy"), ("Mme de la Durantaye", "de la Durantaye"),
    ("tel de st-pierre", "st-pierre"),
    ("adresse de l'église Saint-Jean", "église Saint-Jean"), ("historique de Noël Gagnon", "Noël Gagnon"),
    ("téléphone de Maude Tremblay", "Maude Tremblay"), ("code chez Labelle", "Labelle"), ("tel PDA", "Place des Arts"),
    ("Mme Roy préfère-t-elle l'anglais", "Roy"),
])  # fmt: skip
def test_a_name_stops_where_it_ends(ask: Ask, question: str, name: str) -> None:
    assert ask(question).slots["client_name"] == name


# --- roles


def test_somebody_of_the_office_has_no_agenda(ask: Ask) -> None:
    assert ask("rv d'Odile demain", user="bruno", role="admin").outcome is Outcome.NOT_A_TECHNICIAN


def test_a_last_name_behind_an_agenda_is_the_technician_s(ask: Ask) -> None:
    assert ask("agenda de Haddad demain", **OFFICE).slots["technician"] == "Karim Haddad"
    assert ask("téléphone de Mme Haddad", **OFFICE).slots["client_name"] == "Haddad"


@pytest.mark.parametrize("question", [
    "rv de Maude demain", "tous les rv demain", "factures impayées", "factures de Mme Roy", "stats de Karim",
    "km de Karim hier", "qui nous doit de l'argent", "combien de rv par technicien", "dernières églises accordées",
])  # fmt: skip
def test_a_technician_is_told_what_is_beyond_him(ask: Ask, question: str) -> None:
    assert ask(question, user="simon").outcome is Outcome.DENIED
    assert ask(question, **OFFICE).outcome is Outcome.ANSWERED


def test_the_office_has_no_visits_of_its_own_but_the_owner_has(ask: Ask) -> None:
    assert ask("mes rv", **OFFICE).outcome is Outcome.NOT_A_TECHNICIAN
    assert ask("mes rv", user="bruno", role="admin").outcome is Outcome.ANSWERED
    assert ask("rv demain", **OFFICE).intent == "all_appointments"


@pytest.mark.parametrize("question", [
    "annule le rv de Roy demain", "peux-tu déplacer mon rv de 14h", "fais une soumission pour Mme Roy",
    "duplique la facture 4455", "envoie un courriel à Mme Roy", "ajoute Maude au rv de Karim demain",
])  # fmt: skip
def test_a_request_to_write_is_recognised_and_refused(ask: Ask, question: str) -> None:
    understood = ask(question, **OFFICE)
    assert (understood.intent, understood.outcome) == ("action_request", Outcome.REFUSE_ACTION)


def test_what_is_already_cancelled_is_no_request_to_cancel(ask: Ask) -> None:
    assert ask("mes rv annulés").slots["status"] == "CANCELED"


# --- the conversation


@pytest.mark.parametrize(("earlier", "question", "intent", "slots"), [
    ("client Roy", "ses pianos", "client_pianos", {"client_name": "Roy"}),
    ("mes rv demain", "et la semaine prochaine ?", "my_appointments",
     {"scope": "self", "date_range": {"start": "2026-03-23", "end": "2026-03-29"}}),
    ("mes rv demain", "le deuxième", "appointment_detail", {"select_index": 2}),
    ("adresse", "Roy", "client_info", {"fields": ["address"], "client_name": "Roy"}),
    ("client Roy", "mes rv demain", "my_appointments", {"scope": "self", "date_range": TOMORROW}),
    ("mes rv la semaine prochaine", "juste ceux à Brossard", "my_appointments",
     {"scope": "self", "city": "Brossard", "date_range": {"start": "2026-03-23", "end": "2026-03-29"}}),
    ("mes rv demain", "ça en fait combien ?", "stats",
     {"scope": "self", "metric": "appointments", "date_range": TOMORROW}),
    ("historique de Roy", "juste 2025", "client_history",
     {"client_name": "Roy", "date_range": {"start": "2025-01-01", "end": "2025-12-31"}}),
    ("client Roy", "l'historique du deuxième", "client_history", {"select_index": 2}),
    ("téléphone de Roy", "et celui de Côté", "client_info", {"fields": ["phone"], "client_name": "Côté"}),
    ("humidité chez Roy", "même chose pour Mme Côté", "measurements", {"measure": "humidity", "client_name": "Côté"}),
    (".stock buvards", "et les chevilles ?", "inventory_stock", {"product": "chevilles"}),
    ("mes rv demain", "annule le premier", "action_request",
     {"action": "cancel_appointment", "select_index": 1, "date_range": TOMORROW}),
    ("historique de Roy", "trouve-moi les Yamaha à Laval", "piano_search", {"piano_make": "Yamaha", "city": "Laval"}),
    ("mes rv demain", "et le lendemain", "my_appointments",
     {"scope": "self", "date_range": {"start": "2026-03-19", "end": "2026-03-19"}}),
])  # fmt: skip
def test_a_follow_up_takes_only_what_it_leaves_out(
    ask: Ask, earlier: str, question: str, intent: str, slots: dict[str, object]
) -> None:
    understood = ask(question, earlier=(earlier,))
    assert (understood.intent, understood.slots) == (intent, slots)


def _after(vocabulary: Vocabulary, asked: str, answered: str, then: str) -> Understood:
    history = [Turn("user", asked), Turn("assistant", answered)]
    asker = vocabulary.asker("odile", "admin")
    return understand(then, vocabulary=vocabulary, now=NOW, asker=asker, history=history)


def test_the_client_that_was_found_is_called_as_the_assistant_called_him(vocabulary: Vocabulary) -> None:
    understood = _after(vocabulary, "cherche bedard", "Une cliente : Lucie Bédard (Laval).", "son adresse ?")
    assert understood.slots == {"client_name": "Lucie Bédard", "fields": ["address"]}


def test_yes_accepts_the_person_who_was_proposed(vocabulary: Vocabulary) -> None:
    understood = _after(vocabulary, "rv de marc demain", "Voulez-vous dire Jean-Marc Doiron ?", "oui")
    assert understood.slots == {"technician": "Jean-Marc Doiron", "date_range": TOMORROW}


def test_a_date_that_does_not_exist_is_set_right(vocabulary: Vocabulary) -> None:
    answered = "Le 31 avril n’existe pas. Quelle date voulez-vous ?"
    understood = _after(vocabulary, "tous les rv le 31 avril", answered, "le 30")
    assert understood.slots == {"scope": "all", "date_range": {"start": "2026-03-30", "end": "2026-03-30"}}


def test_a_new_search_forgets_the_client(ask: Ask) -> None:
    assert ask("ses pianos", earlier=("client Roy", "nouvelle recherche")).outcome is Outcome.CLARIFY


def test_the_last_understanding_may_stand_for_the_history(ask: Ask, vocabulary: Vocabulary) -> None:
    previous = ask("client Roy")
    asker = vocabulary.asker("simon", "technician")
    followed = understand("son adresse", vocabulary=vocabulary, now=NOW, asker=asker, previous=previous)
    assert (followed.slots["client_name"], followed.source) == ("Roy", "context")


# --- the rim


def test_late_in_the_evening_tomorrow_is_the_next_day(vocabulary: Vocabulary) -> None:
    asker = vocabulary.asker("simon", "technician")
    late = NOW + timedelta(hours=13)
    assert understand("mes rv demain", vocabulary=vocabulary, now=late, asker=asker).slots["date_range"] == TOMORROW


def test_spans_show_the_words_that_were_understood(ask: Ask) -> None:
    question = "Mes rv à  Longueuil, demain"
    said = {span.slot: question[span.start : span.end] for span in ask(question).spans}
    assert said == {"city": "Longueuil", "date_range": "demain"}


@pytest.mark.parametrize(
    ("question", "code"), [("", "empty"), ("  ", "empty"), ("🎹", "empty"), ("a" * 50_000, "too_long")]
)
def test_nothing_to_read_and_too_much_to_read_are_refused(ask: Ask, question: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        ask(question)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "question", ["'; DROP TABLE clients; --", "SELECT * FROM clients", "<script>alert(1)</script>"]
)
def test_a_program_is_not_understood(ask: Ask, question: str) -> None:
    assert (ask(question).intent, ask(question).outcome) == ("unknown", Outcome.CLARIFY)


def test_markup_around_a_question_is_no_part_of_it(ask: Ask) -> None:
    assert ask("<b>mes rv</b> demain").slots == {"scope": "self", "date_range": TOMORROW}


_VOCABULARY = roster()
_WORDS = ("mes", "rv", "de", "demain", "et", "12", "chez", "Roy", "le", ",", "«", "»", "piano", "31", "sauf", "série")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120) | st.lists(st.sampled_from(_WORDS), max_size=12).map(" ".join))
def test_any_text_is_understood_or_refused(text: str) -> None:
    asker = _VOCABULARY.asker("odile", "admin")
    try:
        understood = understand(text, vocabulary=_VOCABULARY, now=NOW, asker=asker)
    except Refused:
        return
    assert all(0 <= span.start < span.end <= len(text) for span in understood.spans)


def test_what_follows_an_exception_is_left_out(ask: Ask) -> None:
    said = ask("L'agenda de Simon cette semaine, sans les rendez-vous à Laval", **OFFICE)
    assert said.slots["exclude"] == {"city": "Laval"}
    assert "city" not in said.slots


def test_what_is_owed_is_asked_by_town(ask: Ask) -> None:
    said = ask("Quels clients de Laval ne nous ont pas payés ?", **OFFICE)
    assert (said.intent, said.slots) == ("unpaid_invoices", {"city": "Laval"})


def test_how_far_one_drives_is_a_distance(ask: Ask) -> None:
    assert ask("jroule combien lundi").intent == "day_distance"
