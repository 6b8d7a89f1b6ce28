"""What a question costs the database: every statement of the request is counted, not those of the answer alone."""

from __future__ import annotations

from datetime import datetime, time

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from appointments.models import Appointment, AppointmentItem, AppointmentPiano
from assistant.models import Question
from assistant.vocabularies import vocabulary
from clients.models import Client, Contact
from pianos.models import Piano
from syncing.french import COMPANY_ZONE
from tests.assistant.web.test_page import HTMX, PAGE, read

pytestmark = pytest.mark.django_db

MES_RV = 6
"""Every statement of the request, whoever asked for it: the session, the person, her rights, the log."""


@pytest.mark.parametrize("visits", [0, 1, 12])
def test_mes_rv_takes_six_queries_in_the_whole_request_whatever_the_number_of_visits(
    simon: User, his: Browser, visits: int
) -> None:
    Appointment.objects.all().delete()
    noon = datetime.combine(timezone.localdate(), time(12), COMPANY_ZONE)
    for rank in range(visits):
        home = Client.objects.create(id=f"cli_m{rank}", display_name=f"Famille {rank}")
        Contact.objects.create(id=f"con_m{rank}", client=home, is_default=True, phone="514 555-0161")
        told = {"type": "APPOINTMENT", "status": "ACTIVE", "start": noon, "duration": 60}
        row = Appointment.objects.create(id=f"evt_m{rank}", technician_id="usr_simon", client=home, **told)
        piano = Piano.objects.create(id=f"ins_m{rank}", client=home, make="Yamaha", model="U1")
        AppointmentPiano.objects.create(id=f"ap_m{rank}", appointment=row, piano=piano)
        AppointmentItem.objects.create(id=f"item_m{rank}", appointment=row, name="Accord")
    his.post(PAGE, {"q": ".mes rv"})  # a process reads the words of the house once, and what its SQLite knows of JSON
    with CaptureQueriesContext(connection) as asked:
        first = his.post(PAGE, {"q": ".mes rv"}, headers=HTMX)
    assert len(asked) <= MES_RV, [query["sql"][:110] for query in asked]
    assert read(first).count("Piano : Yamaha U1") == visits
    thread = str(Question.objects.latest("pk").thread)
    with CaptureQueriesContext(connection) as asked:
        his.post(PAGE, {"q": ".mes rv", "c": thread}, headers=HTMX)
    assert len(asked) <= MES_RV, [query["sql"][:110] for query in asked]


def test_a_new_session_asks_within_the_same_six_queries(simon: User, his: Browser) -> None:
    vocabulary(timezone.now())  # once in a process, as whether its SQLite knows JSON
    assert connection.features.supports_json_field
    with CaptureQueriesContext(connection) as asked:
        his.post(PAGE, {"q": ".mes rv"}, headers=HTMX)  # which also writes who is there
    assert len(asked) <= MES_RV, [query["sql"][:110] for query in asked]


def test_the_day_page_takes_three(his: Browser) -> None:
    his.get("/")  # which also writes who is there
    with CaptureQueriesContext(connection) as asked:
        page = read(his.get("/"))
    assert "Rosalie Tremblay" in page
    assert len(asked) <= 3, [query["sql"][:110] for query in asked]


def test_a_role_that_is_taken_away_is_gone_at_the_next_question(simon: User, his: Browser) -> None:
    assert his.post(PAGE, {"q": ".mes rv"}, headers=HTMX).status_code == 200
    simon.groups.remove(Group.objects.get(name="Technicien"))
    assert his.post(PAGE, {"q": ".mes rv"}, headers=HTMX).status_code == 403


def test_an_account_that_is_closed_is_out_at_the_next_question(simon: User, his: Browser) -> None:
    assert his.post(PAGE, {"q": ".mes rv"}, headers=HTMX).status_code == 200
    User.objects.filter(pk=simon.pk).update(is_active=False)
    assert his.post(PAGE, {"q": ".mes rv"}, headers=HTMX)["HX-Refresh"] == "true"
    assert Question.objects.count() == 1


def test_a_client_named_since_the_last_question_is_known_at_once(his: Browser) -> None:
    his.post(PAGE, {"q": ".mes rv"})
    Client.objects.create(id="cli_new", display_name="Fanfare Boréale", search_key="fanfare boreale")
    assert "Fanfare Boréale" in read(his.post(PAGE, {"q": "client Fanfare Boréale"}, headers=HTMX))
