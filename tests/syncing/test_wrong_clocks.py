"""A machine whose clock was ahead for a while: what it wrote then must not hide what is true now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from syncing.legs import unfinished
from syncing.models import Leg
from syncing.vocabulary import Mode
from tests.syncing.conftest import SyncToys
from tests.toyshop.gazelle import ToyGazelle
from tests.toyshop.models import Toy
from tests.toyshop.sync import TOYS

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
AHEAD = NOW + timedelta(days=8)


def test_what_was_read_in_the_future_is_replaced_by_what_is_read_today(
    toys: ToyGazelle, sync_toys: SyncToys, time_machine: Any
) -> None:
    time_machine.move_to(AHEAD)
    toys.toy("toy_1", name="Toupie")
    sync_toys("toys")
    time_machine.move_to(NOW)
    toys.toy("toy_1", name="Toupie à ressort")
    sync_toys("toys")
    assert Toy.objects.get().name == "Toupie à ressort"


def test_a_record_marked_gone_in_the_future_comes_back_today(
    toys: ToyGazelle, sync_toys: SyncToys, time_machine: Any
) -> None:
    for number in range(4):
        toys.toy(f"toy_{number}", name="Toupie")
    sync_toys("toys")
    time_machine.move_to(AHEAD)
    left = toys.lists["allToys"].pop("toy_3")
    sync_toys("toys")
    assert Toy.objects.get(pk="toy_3").deleted_at is not None
    time_machine.move_to(NOW)
    toys.lists["allToys"]["toy_3"] = left
    sync_toys("toys")
    assert Toy.objects.get(pk="toy_3").deleted_at is None


def test_two_readings_in_a_row_prove_an_absence_whatever_the_clock_said_before(
    toys: ToyGazelle, sync_toys: SyncToys, time_machine: Any
) -> None:
    toys.maker("mak_1", name="Atelier Beauchêne")
    toys.maker("mak_2", name="Atelier Carignan")
    time_machine.move_to(AHEAD)
    sync_toys("makers")
    time_machine.move_to(NOW)
    toys.delete("allMakers", "mak_2")
    for _ in range(2):
        time_machine.shift(60)
        sync_toys("makers")
    assert list(Leg.objects.filter(entity="makers").order_by("pk").values_list("deleted", flat=True)) == [0, 0, 1]


def test_a_reading_that_stopped_in_the_future_is_not_taken_up_days_later(db: None, time_machine: Any) -> None:
    time_machine.move_to(AHEAD)
    Leg.objects.create(entity=TOYS.name, mode=Mode.FULL, page=3, cursor="300")
    time_machine.move_to(NOW)
    assert unfinished(TOYS, Mode.FULL) is None
    time_machine.move_to(AHEAD + timedelta(hours=1))
    assert unfinished(TOYS, Mode.FULL) is not None
