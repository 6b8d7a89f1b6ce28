"""The conversation page: a form and a redirect, or a turn with script; nothing typed is lost, nothing is injected."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client as Browser

from assistant.models import Question
from clients.models import Client
from tests.web.test_resuming import fields, sign_in

pytestmark = pytest.mark.django_db
PAGE = "/assistant/"
HTMX = {"HX-Request": "true"}


def read(answer: Any) -> str:
    return str(html.unescape(answer.content.decode())).replace("\u00a0", " ")


def test_without_script_a_question_leads_to_its_answer_in_the_thread(his: Browser) -> None:
    sent = his.post(PAGE, {"q": ".mes rv", "c": ""})
    assert sent.status_code == 302
    line = Question.objects.get()
    assert sent["Location"] == f"/assistant/?c={line.thread}#q{line.pk}"
    page = read(his.get(sent["Location"]))
    assert "Compris" in page
    assert "vos rendez-vous" in page
    assert "Rosalie Tremblay" in page
    assert 'href="tel:+15145550161"' in page
    assert "destination=12%2C+rue+Willibrord%2C+Verdun" in page
    assert "1 sur 1" in page
    assert f'name="c" value="{line.thread}"' in page


def test_with_script_the_same_turn_is_added_and_the_address_follows(his: Browser) -> None:
    sent = his.post(PAGE, {"q": ".mes rv"}, headers=HTMX)
    line = Question.objects.get()
    assert sent["HX-Replace-Url"] == f"/assistant/?c={line.thread}"
    turn = read(sent)
    assert "<html" not in turn
    assert "Rosalie Tremblay" in turn
    assert turn.count('hx-swap-oob="true"') == 3
    whole = read(his.get(sent["HX-Replace-Url"]))
    article = re.compile(r"<article.*?</article>", re.DOTALL)
    without_token = re.compile(r'value="\w{64}"')
    assert [without_token.sub("", one) for one in article.findall(turn)] == [
        without_token.sub("", one) for one in article.findall(whole)
    ]


def test_the_thread_is_in_the_page_and_not_in_the_session(his: Browser) -> None:
    for question in (".mes rv", ".aide"):
        his.post(PAGE, {"q": question})
    one, other = (line.thread for line in Question.objects.order_by("pk"))
    his.post(PAGE, {"q": "merci", "c": str(one)})
    assert [line.text for line in Question.objects.filter(thread=one).order_by("pk")] == [".mes rv", "merci"]
    assert [line.text for line in Question.objects.filter(thread=other)] == [".aide"]


@pytest.mark.parametrize("c", ["x", "-1", "1" * 30, "999999", "²"])
def test_a_thread_that_does_not_exist_is_a_new_one(his: Browser, c: str) -> None:
    assert his.get(PAGE, {"c": c}).status_code == 200
    assert his.post(PAGE, {"q": ".mes rv", "c": c}).status_code == 302


def test_nobody_reads_the_thread_of_another(his: Browser, hers: Browser) -> None:
    his.post(PAGE, {"q": ".mes rv"})
    page = read(hers.get(PAGE, {"c": str(Question.objects.get().thread)}))
    assert "Rosalie Tremblay" not in page


@pytest.mark.parametrize(("typed", "said"), [("", "Posez une question"), ("rv " * 20_000, "dépasse 2000 caractères")])
def test_what_is_refused_stays_in_the_field_with_the_reason(his: Browser, typed: str, said: str) -> None:
    answer = his.post(PAGE, {"q": typed})
    assert answer.status_code == 400
    assert said in read(answer)
    assert f'value="{typed}"' in read(answer)
    fragment = his.post(PAGE, {"q": typed}, headers=HTMX)
    assert fragment.status_code == 400
    assert said in read(fragment)
    assert not Question.objects.exists()


def test_markup_is_shown_as_it_was_typed(his: Browser) -> None:
    Client.objects.filter(pk="cli_0").update(display_name="<script>alert(1)</script> & <b>fils</b>")
    sent = his.post(PAGE, {"q": "<img src=x onerror=alert(2)> mes rv"}, follow=True)
    thread = {"c": str(Question.objects.get().thread)}
    his.post(PAGE, {"q": ".mes rv", **thread})
    page = sent.content.decode() + his.get(PAGE, thread).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;fils&lt;/b&gt;" in page


def test_a_session_that_ended_keeps_the_question(simon: User) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.get("/connexion/")
    token = browser.cookies["csrftoken"].value
    interrupted = browser.post(PAGE, {"q": "pianos de l’école Orée", "c": "", "csrfmiddlewaretoken": token})
    assert interrupted.status_code == 401
    waiting = sign_in(browser, interrupted.content.decode(), "Technicien@exemple.ca").content.decode()
    assert "pianos de l’école Orée" in waiting
    answered = browser.post(PAGE, dict(fields(waiting)))
    assert answered.status_code == 302
    assert Question.objects.get().text == "pianos de l’école Orée"


def test_data_that_cannot_be_read_is_no_empty_day(his: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object, **__: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("appointments.selectors.people", down)
    answer = his.post(PAGE, {"q": ".mes rv"})
    assert answer.status_code == 503
    assert "Je ne peux pas lire les données" in read(answer)
    assert 'value=".mes rv"' in read(answer)
    told = his.post("/api/assistant/ask", {"question": ".mes rv"}, content_type="application/json")
    assert (told.status_code, told.json()["code"]) == (503, "unreadable")
    assert not Question.objects.exists()


def test_a_thumb_down_asks_what_was_missing_and_keeps_it(his: Browser, hers: Browser) -> None:
    his.post(PAGE, {"q": ".mes rv"})
    line = Question.objects.get()
    path = f"/assistant/avis/{line.pk}"
    assert hers.post(path, {"avis": "non"}).status_code == 404
    assert "Que fallait-il répondre ?" in read(his.post(path, {"avis": "non"}, headers=HTMX))
    his.post(path, {"avis": "non", "commentaire": "Il manque la visite de Laval."})
    line.refresh_from_db()
    assert (line.is_useful, line.comment) == (False, "Il manque la visite de Laval.")
    assert "C’est noté." in read(his.get(PAGE, {"c": str(line.thread)}))
    his.post(path, {"avis": "oui"}, headers=HTMX)
    line.refresh_from_db()
    assert line.is_useful is True


def test_a_thread_is_erased_by_its_owner_only(his: Browser, hers: Browser) -> None:
    his.post(PAGE, {"q": ".mes rv"})
    thread = Question.objects.get().thread
    assert hers.post(f"/assistant/{thread}/oublier").status_code == 404
    assert "La conversation est effacée." in read(his.post(f"/assistant/{thread}/oublier", follow=True))
    line = Question.objects.get()
    assert (line.text, line.reply, line.memory, line.thread) == (".mes rv", None, None, None)
    assert his.post(f"/assistant/{thread}/oublier").status_code == 404


def test_each_role_is_offered_what_it_can_have_answered(his: Browser, hers: Browser) -> None:
    own, team = read(his.get(PAGE)), read(hers.get(PAGE))
    assert 'value=".mes rv"' in own
    assert 'value=".mes rv"' not in team
    assert 'value="factures impayées"' not in own
    assert 'value="factures impayées"' in team


def test_names_are_offered_while_a_name_is_typed_and_not_a_sentence(his: Browser) -> None:
    def offered(typed: str) -> str:
        return read(his.get("/assistant/clients", {"q": typed}, headers=HTMX))

    assert 'value="Rosalie Tremblay"' in offered("trembl")
    assert offered("a b c tremblay") == offered("t") == offered("") == "\n"
    assert his.get("/assistant/clients", {"q": "trembl"})["Location"] == PAGE


def test_correcting_brings_the_question_back_into_the_field(his: Browser) -> None:
    his.post(PAGE, {"q": ".mes rv"})
    page = read(his.get(PAGE, {"c": str(Question.objects.get().thread)}))
    link = re.search(r'<a href="([^"]+)#composer"', page)
    assert link is not None
    assert 'id="q" name="q" value=".mes rv"' in read(his.get(link[1]))
