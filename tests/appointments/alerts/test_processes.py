"""Two processes at once, on a database of their own: one mail for each appointment."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.syncing.notifying.servers import MailServer
from tests.syncing.notifying.test_processes import (  # fixtures, but for two
    Start,
    database,  # noqa: F401
    environment,  # noqa: F401
    finish,
    mail,  # noqa: F401
    manage,  # noqa: F401
    shell,  # noqa: F401
)

VISITS = 12
AGENDA = f"""
from datetime import timedelta
from django.utils import timezone
from appointments.alerts.days import day_of, midnight
from appointments.models import Appointment
from clients.models import Client, Technician
from syncing.models import Leg
now = timezone.now()
Leg.objects.create(entity="appointments", mode="full", sealed_at=now, finished_at=now, started_at=now)
simon = Technician.objects.create(id="usr_1", full_name="Simon Arcand", email="simon@exemple.ca", is_schedulable=True)
rosalie = Client.objects.create(id="cli_1", display_name="Rosalie Tremblay")
noon = midnight(day_of(now) + timedelta(days=1)) + timedelta(hours=12)
for n in range({VISITS}):
    Appointment.objects.create(
        id=f"evt_{{n}}", technician=simon, client=rosalie, status="ACTIVE", type="APPOINTMENT",
        start=noon + timedelta(minutes=n),
    )
"""
SEND = """
from datetime import timedelta
from django.utils import timezone
from appointments.alerts.checking import Check
from appointments.alerts.days import day_of
from appointments.alerts.sending import Order, send
now = timezone.now()
sent = send(Order(day_of(now) + timedelta(days=1)), Check(is_live=True), trigger="manual", user=None, now=now)
print(len(sent.queued), sent.already)
"""
COUNT = """
import json
from appointments.alerts.models import AppointmentAlert
from syncing.models import Message
print(json.dumps([AppointmentAlert.objects.count(), Message.objects.filter(kind="unconfirmed", state="sent").count()]))
"""


def test_two_senders_at_once_write_each_appointment_once(
    manage: Start,  # noqa: F811  # a fixture
    shell: Callable[[str], str],  # noqa: F811  # a fixture
    mail: MailServer,  # noqa: F811  # a fixture
) -> None:
    shell(AGENDA)
    both = [manage("shell", "--no-imports", "-c", SEND) for _ in range(2)]
    outs = [finish(one) for one in both]
    assert [status for status, _, _ in outs] == [0, 0], outs
    told = [tuple(map(int, out.split())) for _, out, _ in outs]
    assert sum(queued for queued, _ in told) == VISITS
    assert sum(already for _, already in told) == VISITS
    finish(manage("notify"))
    assert json.loads(shell(COUNT)) == [VISITS, VISITS]
    assert mail.to.count("simon@exemple.ca") == VISITS


def test_of_two_commands_at_once_one_sends_and_the_other_says_so(
    manage: Start,  # noqa: F811  # a fixture
    shell: Callable[[str], str],  # noqa: F811  # a fixture
    mail: MailServer,  # noqa: F811  # a fixture
) -> None:
    shell(AGENDA)
    outs = [finish(one) for one in [manage("alerts", "send"), manage("alerts", "send")]]
    assert [status for status, _, _ in outs if status not in (0, 2)] == [], outs
    finish(manage("notify"))
    assert json.loads(shell(COUNT)) == [VISITS, VISITS]
    assert mail.to.count("simon@exemple.ca") == VISITS
