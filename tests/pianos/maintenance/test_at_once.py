"""Two scans at once, and one that dies half way: every problem is one alert, told once."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError, connection, connections

from pianos.maintenance import scanning
from pianos.maintenance.scanning import scan
from pianos.models import AlertMention, MaintenanceAlert, NoteScan, Piano
from syncing.models import Message
from tests.pianos.maintenance.conftest import NOW, Write
from tests.web.people import person

pytestmark = pytest.mark.django_db(transaction=True)
PIANOS = 4


@pytest.fixture
def notes(write: Write) -> None:
    person("Bureau")
    for number in range(PIANOS):
        Piano.objects.create(id=f"ins_x{number}", client_id="cli_t")
        write("PLS débranché", piano=f"ins_x{number}")


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="the tests' SQLite is in memory: it lets no second connection wait"
)
def test_two_scans_at_once_open_each_alert_once_and_tell_it_once(notes: None, settings: object) -> None:
    settings.OWNER_EMAIL = ""  # type: ignore[attr-defined]  # the fixture of pytest-django
    together, faults = threading.Barrier(3), list[Exception]()

    def work() -> None:
        together.wait()
        try:
            scan(now=NOW)
        except Exception as error:  # noqa: BLE001  # told by the assertion below
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert MaintenanceAlert.objects.count() == PIANOS
    assert AlertMention.objects.filter(alert__isnull=False).count() == PIANOS
    assert Message.objects.filter(kind="maintenance_alert", channel="mail").count() == PIANOS


def test_a_scan_that_dies_leaves_whole_batches_and_the_next_one_ends_the_work(
    notes: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []

    def dying(*args: object) -> None:
        told.append(args)
        if len(told) == 3:
            raise OperationalError("the base went away")

    with monkeypatch.context() as patch:
        patch.setattr(scanning, "BATCH", 1)
        patch.setattr(scanning, "tell", dying)
        with pytest.raises(OperationalError):
            scan(now=NOW)
    assert (MaintenanceAlert.objects.count(), NoteScan.objects.count()) == (2, 2)
    scan(now=NOW)
    assert (MaintenanceAlert.objects.count(), NoteScan.objects.count()) == (PIANOS, PIANOS)
