"""Programs and pages check a day without sending anything, and have it sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser

from appointments.alerts.models import AppointmentAlert
from appointments.api import ALERTS
from clients.models import Client, Technician
from syncing.models import Message
from syncing.people import tokens
from syncing.scheduling.models import JobRun
from tests.appointments.alerts.conftest import alert, booked, technician
from tests.syncing.notifying.servers import MailServer
from tests.web.people import everything_read, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_sixteen")]
CHECK, SEND = "/api/alertes-rv/check", "/api/alertes-rv/send"


def program(owner: User, scope: str = ALERTS.name) -> Browser:
    _, secret = tokens.create(name="cron", owner=owner, scopes=[scope], expires_at=None, by=owner)
    return Browser(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def agenda(simon: Technician, rosalie: Client, theatre: Client) -> None:
    everything_read()
    booked("evt_1", "2026-03-11 09:00", simon, rosalie)
    booked("evt_2", "2026-03-11 11:00", technician("Maude Pilote", email=""), rosalie)
    booked("evt_4", "2026-03-11 13:00", simon, theatre)


def post(browser: Browser, path: str, **asked: object) -> tuple[int, dict[str, Any]]:
    answer = browser.post(path, asked, content_type="application/json")
    return answer.status_code, answer.json()


def test_a_check_tells_the_day_and_sends_nothing(agenda: None, mail: MailServer) -> None:
    status, told = post(program(person("Bureau")), CHECK)
    assert (status, told["date"], told["aside"]) == (200, "2026-03-11", {"institution": 1})
    first, second = told["unconfirmed"]
    assert first == {
        "id": "evt_1", "start": "2026-03-11T13:00:00Z", "client": "Rosalie Tremblay", "phone": "514 555-0161",
        "technician": "Simon Arcand", "technician_id": "usr_simon", "unreachable": "", "alert": "",
    }  # fmt: skip
    assert second["unreachable"] == "sans adresse de courriel"
    assert not Message.objects.exists()
    alert()
    _, told = post(program(User.objects.get()), CHECK, date="2026-03-11", technicians=["Simon Arcand"])
    assert [one["alert"] for one in told["unconfirmed"]] == ["pending"]


def test_sending_is_written_down_and_done_by_a_worker(agenda: None) -> None:
    owner = person("Bureau")
    status, told = post(program(owner), SEND, date="2026-03-11", technicians=["usr_simon"])
    run = JobRun.objects.get()
    assert (status, told) == (202, {"run": run.pk, "job": "unconfirmed_by_hand", "date": "2026-03-11"})
    assert (run.trigger, run.user, run.stats["asked"]["technicians"]) == ("api", owner, ["usr_simon"])
    assert not AppointmentAlert.objects.exists()
    status, told = post(program(owner), SEND)
    assert (status, told["code"]) == (409, "already_running")


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"date": "demain matin"}, 422, "invalid"),
        ({"date": "2026-02-30"}, 422, "invalid"),
        ({"date": "1900-01-01"}, 400, "wrong_day"),
        ({"technicians": ["Personne"]}, 400, "unknown_technician"),
        ({"technicians": "usr_simon"}, 422, "invalid"),
        ({"jour": "2026-03-11"}, 422, "invalid"),
    ],
)
@pytest.mark.parametrize("path", [CHECK, SEND])
def test_what_cannot_be_read_is_refused_in_one_sentence(
    agenda: None, path: str, asked: dict[str, object], status: int, code: str
) -> None:
    found, told = post(program(person("Bureau")), path, **asked)
    assert (found, told["code"]) == (status, code)
    assert str(told["message"]).endswith(".")
    assert not JobRun.objects.exists()


def test_a_day_that_is_over_is_checked_and_not_sent(agenda: None) -> None:
    browser = program(person("Bureau"))
    assert post(browser, CHECK, date="2026-03-09")[0] == 200
    assert post(browser, SEND, date="2026-03-09")[1]["code"] == "day_is_over"


def test_a_technician_checks_his_own_and_sends_nothing(agenda: None) -> None:
    account = person("Technicien")
    Technician.objects.filter(pk="usr_simon").update(login=account)
    browser = Browser()
    browser.force_login(account)
    _, told = post(browser, CHECK)
    assert [one["id"] for one in told["unconfirmed"]] == ["evt_1"]
    assert post(browser, SEND)[0] == 403
    assert post(program(account), SEND)[0] == 403
    assert not JobRun.objects.exists()


@pytest.mark.parametrize("path", [CHECK, SEND])
def test_the_doors_are_closed_to_others(agenda: None, path: str) -> None:
    assert post(Browser(), path)[0] == 401
    assert post(program(person("Bureau"), "scheduler"), path)[1]["code"] == "wrong_scope"
    nobody = Browser()
    nobody.force_login(person())
    assert post(nobody, path)[0] == 403
    forged = Browser(enforce_csrf_checks=True)
    forged.force_login(person("Administration"))
    assert post(forged, path)[1]["code"] == "forged"
    assert not JobRun.objects.exists()
