"""« Changements »: what became of each notice, one's own for a technician, and the answer to a flood."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from appointments.changes.models import ChangeNotice
from appointments.jobs import change_notices
from appointments.pruning import prune
from clients.models import Technician
from syncing.models import Message
from syncing.scheduling.models import JobRun
from tests.appointments.changes.people import TUESDAY, at, visit
from tests.web.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
PAGE = "/alertes/changements/"


def notice(pk: str, technician: str = "usr_T3", state: str = "pending", **given: Any) -> ChangeNotice:
    one = visit(pk, "2026-03-13 10:00", technician)
    told = {"kind": "new", "start": one.start, "day": at("2026-03-13 10:00").date(), "created_at": TUESDAY}
    return ChangeNotice.objects.create(
        appointment=one, technician_id=technician, state=state, **{**told, "not_before": TUESDAY, **given}
    )


def message(of: ChangeNotice, state: str, number: int = 1, **given: Any) -> None:
    ChangeNotice.objects.filter(pk=of.pk).update(state="composed", cause=f"change:{of.pk}")
    Message.objects.create(
        kind=f"change_{of.kind}", cause=f"change:{of.pk}", channel="mail", address="x@exemple.ca", number=number,
        subject="x", body="x", digest="x", state=state, **given,
    )  # fmt: skip


def as_role(role: str) -> tuple[Client, User]:
    browser, account = Client(), person(role)
    browser.force_login(account)
    browser.get("/compte/")
    return browser, account


def text(browser: Client, query: str = "") -> str:
    answer = browser.get(PAGE + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_each_notice_stands_with_what_became_of_it() -> None:
    browser, _ = as_role("Bureau")
    notice("evt_1")
    message(notice("evt_2"), "sent", sent_at=TUESDAY)
    message(notice("evt_3"), "failed", last_error="550 No such user")
    message(notice("evt_4"), "uncertain")
    notice("evt_5", state="skipped", reason="Le rendez-vous est passé.")
    notice("evt_6", state="unsendable", reason="Aucune adresse.")
    page = text(browser)
    for words in ("En attente", "Envoyé", "En échec", "Incertain", "Ignoré", "Sans adresse", "550 No such user"):
        assert words in page
    assert "3 avis n’ont pas été remis" in page
    shown = {
        end: text(browser, f"?etat={end}").count('class="line"') for end in ("pending", "sent", "skipped", "failed")
    }
    assert shown == {"pending": 1, "sent": 1, "skipped": 1, "failed": 3}


def test_a_message_sent_again_is_what_counts() -> None:
    browser, _ = as_role("Bureau")
    one = notice("evt_1")
    message(one, "failed")
    message(one, "sent", number=2, sent_at=TUESDAY)
    assert text(browser, "?etat=sent").count('class="line"') == 1


def test_a_technician_sees_his_own_and_the_office_everybodys() -> None:
    browser, account = as_role("Technicien")
    Technician.objects.filter(pk="usr_T3").update(login=account)
    notice("evt_1")
    notice("evt_2", "usr_T4")
    assert text(browser).count('class="line"') == 1
    assert "Maude" not in text(browser)
    office, _ = as_role("Bureau")
    page = text(office)
    assert page.count('class="line"') == 2
    assert "Maude Perron" in page


def test_a_technician_without_a_link_to_gazelle_sees_nothing() -> None:
    browser, _ = as_role("Technicien")
    notice("evt_1")
    assert "Aucun changement annoncé" in text(browser)


@pytest.mark.parametrize("asked", ["?etat=n’importe", "?etat=", "?etat=0"])
def test_an_unknown_state_shows_all(asked: str) -> None:
    browser, _ = as_role("Bureau")
    notice("evt_1")
    assert text(browser, asked).count('class="line"') == 1


def test_it_costs_the_same_whatever_the_number_of_notices() -> None:
    browser, _ = as_role("Bureau")

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            text(browser)
        return len(asked)

    notice("evt_0")
    few = cost()
    for number in range(1, 30):
        message(notice(f"evt_{number}"), "sent", sent_at=TUESDAY)
    assert cost() == few


def test_a_long_list_says_how_much_of_it_is_shown() -> None:
    browser, _ = as_role("Bureau")
    for number in range(103):
        notice(f"evt_{number}")
    page = text(browser)
    assert "100 sur 103" in page
    assert page.count('class="line"') == 100


# -- the answer to a flood ---------------------------------------------------------------------------------------------


def held(count: int = 11) -> None:
    for number in range(count):
        notice(f"evt_{number}", state="held", kind="cancelled")


def answered(browser: Client, what: str, count: str = "11") -> list[str]:
    answer = browser.post(f"{PAGE}retenus/{what}", {"count": count}, follow=True)
    return [str(one) for one in answer.context["messages"]]


def test_the_office_sends_what_is_held() -> None:
    browser, account = as_role("Bureau")
    held()
    page = text(browser)
    assert "11 annulations attendent votre accord" in page
    assert "Envoyer 11 avis" in page
    assert answered(browser, "envoyer") == ["11 avis partiront après une dernière vérification dans Gazelle."]
    assert set(ChangeNotice.objects.values_list("state", "decided_by")) == {("pending", account.pk)}
    assert "attendent votre accord" not in text(browser)


def test_the_office_sets_aside_what_is_held() -> None:
    browser, _ = as_role("Bureau")
    held()
    assert answered(browser, "ecarter") == ["11 avis ne partiront pas."]
    assert {one.state for one in ChangeNotice.objects.all()} == {"skipped"}


@pytest.mark.parametrize("count", ["", "10", "-1", "onze", "²"])
def test_an_answer_to_something_else_does_nothing(count: str) -> None:
    browser, _ = as_role("Bureau")
    held()
    (said,) = answered(browser, "envoyer", count)
    assert "rien n’a été fait" in said
    assert {one.state for one in ChangeNotice.objects.all()} == {"held"}


def test_a_technician_answers_nothing() -> None:
    browser, account = as_role("Technicien")
    Technician.objects.filter(pk="usr_T3").update(login=account)
    held()
    page = text(browser)
    assert "Envoyer 11 avis" not in page
    assert 'class="line"' not in page  # he would believe a cancellation that may be none
    assert browser.post(f"{PAGE}retenus/envoyer", {"count": "11"}).status_code == 403
    assert {one.state for one in ChangeNotice.objects.all()} == {"held"}


# -- what is let go ----------------------------------------------------------------------------------------------------


def test_old_notices_and_runs_without_a_story_are_forgotten() -> None:
    now = timezone.now()
    notice("evt_1", state="skipped", created_at=now - timedelta(days=301))
    notice("evt_2", state="held", created_at=now - timedelta(days=301))
    notice("evt_3", state="skipped", created_at=now - timedelta(days=299))
    for outcome, days in (("success", 3), ("success", 1), ("error", 3)):
        slot = now - timedelta(days=days, hours=len(outcome))
        JobRun.objects.create(
            job=change_notices.name, slot=slot, trigger="scheduler", finished_at=slot, outcome=outcome
        )
    prune(now)
    assert set(ChangeNotice.objects.values_list("appointment", flat=True)) == {"evt_2", "evt_3"}
    assert sorted(JobRun.objects.values_list("outcome", flat=True)) == ["error", "success"]
