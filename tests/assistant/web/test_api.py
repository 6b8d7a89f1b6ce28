"""`POST /api/assistant/ask` and its neighbours: who may ask, what comes back, what is refused and how."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client as Browser
from django.utils import timezone

from assistant.api import ASSISTANT
from assistant.conversations import QUESTIONS_A_MINUTE
from assistant.models import Question
from clients.models import Client
from syncing.bearer import METRICS
from syncing.french import COMPANY_ZONE
from syncing.people import tokens
from tests.web.people import everything_read, person

pytestmark = pytest.mark.django_db
ASK = "/api/assistant/ask"


def ask(browser: Browser, question: object, **more: Any) -> Any:
    return browser.post(ASK, {"question": question, **more}, content_type="application/json")


def secret_of(account: User, *scopes: str) -> str:
    return tokens.create(name="essai", owner=account, scopes=scopes, expires_at=None, by=account)[1]


def with_token(secret: str, question: str) -> Any:
    headers = {"Authorization": f"Bearer {secret}"}
    return Browser(enforce_csrf_checks=True).post(
        ASK, {"question": question}, content_type="application/json", headers=headers
    )


def test_a_question_comes_back_understood_answered_dated_and_logged(his: Browser, simon: User) -> None:
    told = ask(his, ".mes rv").json()
    assert told["intent"] == "my_appointments"
    assert told["outcome"] == "answered"
    assert told["period"]["start"] == told["slots"]["date_range"]["start"]
    assert [item["title"] for item in told["items"]] == ["Rosalie Tremblay"]
    assert told["items"][0]["phone"] == "514 555-0161"
    assert (told["shown"], told["total"]) == (1, 1)
    assert told["answer"]
    assert told["age_text"]
    line = Question.objects.get(pk=told["log"])
    assert (line.account, line.intent, line.outcome, line.total) == (simon, "my_appointments", "answered", 1)
    assert line.thread == told["conversation"]
    assert line.token is None


def test_in_the_evening_today_is_still_today(his: Browser) -> None:
    evening = datetime.combine(timezone.localdate(), time(23, 30), COMPANY_ZONE)
    with time_machine.travel(evening, tick=False):  # already tomorrow in UTC
        everything_read()
        told = ask(his, ".mes rv").json()
    assert told["period"]["start"] == evening.date().isoformat()
    assert [item["title"] for item in told["items"]] == ["Rosalie Tremblay"]


def test_the_second_question_of_a_conversation_knows_the_first(his: Browser) -> None:
    first = ask(his, ".mes rv").json()
    told = ask(his, "et demain ?", conversation=first["conversation"]).json()
    assert told["conversation"] == first["conversation"]
    assert [item["title"] for item in told["items"]] == ["École Orée"]


def test_two_threads_of_one_person_do_not_mix(his: Browser) -> None:
    one, other = ask(his, ".mes rv").json(), ask(his, "merci").json()
    assert one["conversation"] != other["conversation"]
    again = his.get(f"/api/assistant/conversations/{one['conversation']}").json()
    assert [turn["asked"] for turn in again["turns"]] == [".mes rv"]


@pytest.mark.parametrize("question", ["", "   ", "🎹🎹", "…"])
def test_a_question_without_words_is_refused(his: Browser, question: str) -> None:
    refused = ask(his, question)
    assert refused.status_code == 400
    assert refused.json()["code"] == "empty"
    assert refused.json()["message"].startswith("Posez une question")
    assert not Question.objects.exists()


def test_fifty_thousand_characters_are_refused_and_not_kept(his: Browser) -> None:
    refused = ask(his, "mes rv " * 7200)
    assert (refused.status_code, refused.json()["code"]) == (400, "too_long")
    assert not Question.objects.exists()


@pytest.mark.parametrize("question", ["'; DROP TABLE clients_client; --", "client ' OR 1=1 --", "% _ \\ %%"])
def test_what_looks_like_sql_is_only_words(his: Browser, question: str) -> None:
    assert ask(his, question).status_code in (200, 400)
    assert Client.objects.count() == 2


def test_a_form_without_question_or_with_strange_fields_is_refused_in_french(his: Browser) -> None:
    for body in ({}, {"question": 3}, {"question": "x", "role": "admin"}, {"question": "x", "conversation": -1}):
        refused = his.post(ASK, body, content_type="application/json")
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


def test_a_visitor_is_told_to_identify_himself_and_a_forged_page_is_refused(simon: User) -> None:
    assert ask(Browser(), ".mes rv").status_code == 401
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(simon)
    refused = ask(strict, ".mes rv")
    assert (refused.status_code, refused.json()["code"]) == (403, "forged")
    assert not Question.objects.exists()


def test_somebody_without_a_role_is_refused(simon: User) -> None:
    browser = Browser()
    browser.force_login(person())
    refused = ask(browser, ".mes rv")
    assert (refused.status_code, refused.json()["code"]) == (403, "no_role")


def test_a_program_asks_as_its_owner_with_its_own_scope(simon: User) -> None:
    told = with_token(secret_of(simon, ASSISTANT.name), ".mes rv").json()
    assert [item["title"] for item in told["items"]] == ["Rosalie Tremblay"]
    assert Question.objects.get().token is not None
    refused = with_token(secret_of(simon, METRICS.name), ".mes rv")
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_scope")


def test_a_program_whose_owner_receives_no_visit_has_no_agenda_of_its_own(odile: User) -> None:
    told = with_token(secret_of(odile, ASSISTANT.name), ".mes rv").json()
    assert told["outcome"] == "not_a_technician"
    assert told["items"] == []


def test_whoever_asks_too_fast_waits_a_minute_and_nobody_else_does(his: Browser, hers: Browser, simon: User) -> None:
    Question.objects.bulk_create(
        Question(account=simon, text="x", key="x", intent="help", outcome="answered") for _ in range(QUESTIONS_A_MINUTE)
    )
    refused = ask(his, ".mes rv")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many")
    assert ask(hers, ".aide").status_code == 200
    assert with_token(secret_of(simon, ASSISTANT.name), ".aide").status_code == 200


def test_a_conversation_is_its_owner_s_alone(his: Browser, hers: Browser) -> None:
    thread = ask(his, ".mes rv").json()["conversation"]
    path = f"/api/assistant/conversations/{thread}"
    assert hers.get(path).status_code == 404
    assert hers.delete(path).status_code == 404
    assert ask(hers, ".aide", conversation=thread).json()["conversation"] != thread


def test_who_loses_the_rights_of_the_office_no_longer_reads_what_they_showed(hers: Browser, odile: User) -> None:
    thread = ask(hers, ".rv demain").json()["conversation"]
    path = f"/api/assistant/conversations/{thread}"
    assert hers.get(path).status_code == 200
    odile.groups.set(odile.groups.model.objects.filter(name="Technicien"))
    assert hers.get(path).status_code == 404
    assert ask(hers, "et après-demain ?", conversation=thread).json()["conversation"] != thread


def test_a_conversation_that_is_erased_takes_its_answers_with_it(his: Browser) -> None:
    told = ask(his, ".mes rv").json()
    assert his.delete(f"/api/assistant/conversations/{told['conversation']}").status_code == 204
    line = Question.objects.get(pk=told["log"])
    assert (line.text, line.reply, line.memory, line.thread) == (".mes rv", None, None, None)


def test_an_answer_is_judged_by_whoever_asked(his: Browser, hers: Browser) -> None:
    told = {"log": ask(his, ".mes rv").json()["log"], "useful": False, "comment": " Il manque Laval. "}
    path = "/api/assistant/feedback"
    assert hers.post(path, told, content_type="application/json").status_code == 404
    assert his.post(path, told, content_type="application/json").status_code == 204
    line = Question.objects.get()
    assert (line.is_useful, line.comment) == (False, "Il manque Laval.")


def test_clients_are_suggested_after_two_letters_without_accents(his: Browser) -> None:
    def named(typed: str) -> list[str]:
        return [one["name"] for one in his.get("/api/assistant/clients", {"q": typed}).json()]

    assert named("t") == []
    assert named("TREM") == ["Rosalie Tremblay"]
    assert named("ecole or") == named("École Or") == ["École Orée"]
    assert named("%%") == named("__") == []
    Client.objects.bulk_create(Client(id=f"z_{n}", display_name=f"Tran {n}", search_key=f"tran {n}") for n in range(20))
    assert len(named("tr")) == 8
    assert "Rosalie Tremblay" not in named("tr"), "those whose name begins so come first"
    told = his.get("/api/assistant/clients", {"q": "tremblay"}).json()[0]
    assert (told["phone"], told["city"]) == ("514 555-0161", "Verdun")


def test_health_counts_the_words_that_are_known(his: Browser, odile: User) -> None:
    told = his.get("/api/assistant/health").json()
    assert told["technicians"] == 1
    assert told["cities"] == 1
