"""« Ce qui n’a pas été compris »: grouped, and mended by one word; old answers are forgotten before old questions."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assistant.models import HouseWord, Question
from assistant.nearness import near_words
from assistant.vocabularies import aliases, read, vocabulary
from syncing.folding import fold
from syncing.people.models import ChangeRecord
from syncing.pruning import prune

pytestmark = pytest.mark.django_db
PAGE = "/assistant/incompris/"


def asked(account: User, text: str, outcome: str = "no_match", **more: Any) -> Question:
    intent = "my_appointments" if outcome == "answered" else "unknown"
    return Question.objects.create(account=account, text=text, key=fold(text), intent=intent, outcome=outcome, **more)


def shown(browser: Browser) -> str:
    return html.unescape(browser.get(PAGE).content.decode()).replace("\u00a0", " ")


def test_the_same_question_is_one_group_whatever_its_accents(hers: Browser, simon: User) -> None:
    for text in ("Où est Smon ?", "ou est smon ?", "OÙ EST SMON ?"):
        asked(simon, text)
    asked(simon, "mes rv", "answered")
    asked(simon, "ma semaine", "answered", is_useful=False, comment="Il manque lundi.")
    page = shown(hers)
    assert "OÙ EST SMON ?" in page
    assert "3 fois" in page
    assert "Il manque lundi." in page
    assert "mes rv</h3>" not in page, "it was understood, and nobody complained"


def test_one_click_teaches_the_word_and_the_next_question_knows_it(hers: Browser, simon: User, odile: User) -> None:
    asked(simon, "rv de simmon demain")
    page = shown(hers)
    assert "« simmon » est Simon Arcand" in page
    told = {"word": "simmon", "kind": "technician", "means": "Simon Arcand", "key": fold("rv de simmon demain")}
    assert "C’est compris dès la prochaine question." in html.unescape(
        hers.post("/assistant/incompris/mot", told, follow=True).content.decode()
    )
    word = HouseWord.objects.get()
    assert (word.folded, word.added_by) == ("simmon", odile)
    assert ChangeRecord.objects.filter(object_id=str(word.pk)).exists()
    person = next(one for one in vocabulary(timezone.now()).people if one.name == "Simon Arcand")
    assert "simmon" in person.aliases
    assert "Tout a été compris." in shown(hers), "what it mends is settled with it"


@pytest.mark.parametrize(
    "told", [{"word": "", "kind": "city", "means": "Laval"}, {"word": "x", "kind": "planète", "means": "Mars"}, {}]
)
def test_a_word_that_says_nothing_is_refused(hers: Browser, told: dict[str, str]) -> None:
    page = html.unescape(hers.post("/assistant/incompris/mot", told, follow=True).content.decode())
    assert "Rien n’a été changé." in page
    assert not HouseWord.objects.exists()


def test_the_same_word_is_not_taught_twice(hers: Browser) -> None:
    told = {"word": "La Place", "kind": "institution", "means": "Place des Arts"}
    for word in ("La Place", "la place"):
        page = hers.post("/assistant/incompris/mot", told | {"word": word}, follow=True).content.decode()
    assert "Ce mot est déjà là." in html.unescape(page)
    assert HouseWord.objects.count() == 1


def test_a_group_is_settled_until_it_displeases_again(hers: Browser, simon: User) -> None:
    line = asked(simon, "Zèbre ?")
    hers.post("/assistant/incompris/classer", {"key": line.key})
    assert "Tout a été compris." in shown(hers)
    asked(simon, "zebre ?")
    assert "1 fois" in shown(hers)


def test_the_page_is_for_the_office(his: Browser) -> None:
    assert his.get(PAGE).status_code == 403
    assert his.post("/assistant/incompris/mot", {"word": "x", "kind": "city", "means": "Laval"}).status_code == 403
    assert not HouseWord.objects.exists()


def test_what_a_word_resembles_is_guessed_and_what_is_known_is_not(simon: User) -> None:
    words = read()
    assert [guess.means for guess in near_words("rv de Simmon à Verdum", words)] == ["Simon Arcand", "Verdun"]
    assert near_words("rv de Simon à Verdun", words) == []
    assert near_words("xy", words) == []


def test_a_first_name_is_written_in_many_ways() -> None:
    assert aliases("Jean-Marc") == ("jean-marc", "jean marc", "jeanmarc", "jm", "j-m")
    assert aliases("Maude") == ("maude",)
    assert aliases("") == ()


def test_the_vocabulary_is_kept_until_a_word_changes_and_read_again_later(simon: User) -> None:
    now = timezone.now()
    first = vocabulary(now)
    with CaptureQueriesContext(connection) as asked_for:
        assert vocabulary(now) is first
    assert len(asked_for) == 1
    HouseWord.objects.create(word="sim", folded="sim", kind="technician", means="Simon Arcand")
    second = vocabulary(now)
    assert second is not first
    HouseWord.objects.all().delete()
    assert vocabulary(now) is not second
    third = vocabulary(now)
    assert vocabulary(now + timedelta(minutes=11)) is not third


def test_who_works_here_and_who_receives_visits_is_read_from_the_tables(odile: User) -> None:
    people = {person.name: person for person in read().people}
    assert people["Simon Arcand"].is_technician
    assert not people["Odile Fortier"].is_technician
    assert people["Odile Fortier"].groups == {"Bureau"}


def test_answers_are_forgotten_first_with_their_memory_then_questions(simon: User) -> None:
    now = timezone.now()

    def aged(days: int) -> Question:
        kept: dict[str, Any] = {"reply": {"answer": "x"}, "memory": {"client": "cli_1"}, "thread": days}
        return asked(simon, "x", **kept, asked_at=now - timedelta(days=days))

    young, old, ancient = aged(29), aged(31), aged(401)
    told = prune()
    assert told["réponses de l’assistant oubliées"] == 2
    assert told["questions oubliées"] == 1
    for line in (young, old):
        line.refresh_from_db()
    assert None not in (young.reply, young.memory, young.thread)
    assert (old.reply, old.memory, old.thread) == (None, None, None)
    assert not Question.objects.filter(pk=ancient.pk).exists()
