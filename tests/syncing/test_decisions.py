"""Decisions: taken once, about what was shown, in the name of somebody, and carried out to the end."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, TypeAlias

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.utils import timezone

from syncing import leases
from syncing.decisions import AlreadyDecided, Moved, Postponed, accept, refuse, resolve_conflict, settle_drift
from syncing.models import Conflict, Drift, Leg, LegPage, StagedRecord, Suspension
from syncing.registry import Registry
from syncing.vocabulary import Mode
from tests.syncing.conftest import SyncToys
from tests.toyshop.gazelle import ToyGazelle
from tests.toyshop.models import Toy

pytestmark = pytest.mark.django_db(transaction=True)
Kept: TypeAlias = dict[str, dict[str, object]]
GONE = [f"toy_{number:04}" for number in range(30)]


@pytest.fixture
def odile() -> User:
    return User.objects.create_user("odile@exemple.ca", first_name="Odile", last_name="Fortier")


@pytest.fixture
def kept() -> Kept:
    """What Gazelle stops giving, so that it may give it again."""
    return {}


@pytest.fixture
def missing(toys: ToyGazelle, sync_toys: SyncToys, kept: Kept) -> Suspension:
    """Sixty toys, half of which Gazelle stops giving."""
    for number in range(60):
        toys.toy(f"toy_{number:04}", name=f"Toy {number}", price=100)
    sync_toys()
    for gazelle_id in GONE:
        kept[gazelle_id] = toys.lists["allToys"].pop(gazelle_id)
    sync_toys()
    return Suspension.objects.get(kind="deletion")


@pytest.fixture
def emptied(toys: ToyGazelle, sync_toys: SyncToys) -> Suspension:
    """Sixty toys, the price of half of which Gazelle empties, and renames on the way."""
    for number in range(60):
        toys.toy(f"toy_{number:04}", name=f"Toy {number}", price=100)
    sync_toys()
    for gazelle_id in GONE:
        toys.toy(gazelle_id, name="renommé", price=None)
    sync_toys()
    return Suspension.objects.get(kind="emptying")


@pytest.fixture
def conflict(toys: ToyGazelle, sync_toys: SyncToys) -> Conflict:
    """A note changed here and in Gazelle since they last agreed."""
    toys.toy("toy_1", note="avant")
    sync_toys()
    Toy.objects.update(note="d’ici")
    toys.toy("toy_1", note="de Gazelle")
    sync_toys()
    return Conflict.objects.get(settled_at=None)


def states() -> set[str]:
    return set(StagedRecord.objects.filter(entity="toys", gazelle_id__in=GONE).values_list("state", flat=True))


# -- records that Gazelle does not give any more -----------------------------------------------------------------------


def test_accepting_marks_the_listed_records_and_says_who_when_and_how_many(
    missing: Suspension, odile: User, registry: Registry
) -> None:
    assert accept(missing, by=odile, registry=registry) == 30
    assert sorted(Toy.objects.exclude(deleted_at=None).values_list("pk", flat=True)) == GONE
    missing.refresh_from_db()
    assert (missing.accepted, missing.decided_by) == (True, odile)
    assert missing.decided_at is not None
    entry = LogEntry.objects.get()
    assert (entry.user, "30 fiches retirées sur 30" in entry.change_message) == (odile, True)


def test_a_record_seen_again_since_the_question_was_asked_is_spared(
    missing: Suspension, odile: User, registry: Registry
) -> None:
    back = GONE[0]
    leg = Leg.objects.create(entity="toys", mode=Mode.REPAIR)  # unchanged, it was seen and nothing was staged
    LegPage.objects.create(leg=leg, number=1, fetched_at=timezone.now(), seen=f"{back}\ntoy_0040")
    assert accept(missing, by=odile, registry=registry) == 29
    assert Toy.objects.get(pk=back).deleted_at is None


def test_a_record_staged_anew_since_is_spared(missing: Suspension, odile: User, registry: Registry) -> None:
    later = timezone.now() + timedelta(seconds=1)
    StagedRecord.objects.filter(entity="toys", gazelle_id=GONE[3]).update(fetched_at=later)
    assert accept(missing, by=odile, registry=registry) == 29


def test_what_was_marked_comes_back_by_itself_when_gazelle_gives_it_again(
    missing: Suspension, odile: User, toys: ToyGazelle, sync_toys: SyncToys, registry: Registry, kept: Kept
) -> None:
    accept(missing, by=odile, registry=registry)
    toys.lists["allToys"] |= kept
    sync_toys()
    assert not Toy.objects.exclude(deleted_at=None).exists()


def test_refusing_keeps_everything_and_is_remembered(missing: Suspension, odile: User, sync_toys: SyncToys) -> None:
    assert refuse(missing, by=odile) == 30
    sync_toys()
    assert not Toy.objects.exclude(deleted_at=None).exists()
    assert not Suspension.objects.filter(decided_at=None).exists()


@pytest.mark.parametrize("again", ["accept", "refuse"])
def test_a_decision_is_taken_once(missing: Suspension, odile: User, registry: Registry, again: str) -> None:
    same = Suspension.objects.get(pk=missing.pk)  # what a second person has on the screen
    refuse(missing, by=odile)
    with pytest.raises(AlreadyDecided):
        accept(same, by=odile, registry=registry) if again == "accept" else refuse(same, by=odile)
    assert not Toy.objects.exclude(deleted_at=None).exists()
    assert LogEntry.objects.count() == 1


def test_nobody_decides_about_something_else_than_what_was_shown(
    missing: Suspension, odile: User, registry: Registry
) -> None:
    Suspension.objects.update(ids=[*GONE, "toy_0050"])
    with pytest.raises(Moved):
        accept(missing, by=odile, registry=registry)
    with pytest.raises(Moved):
        refuse(missing, by=odile)
    assert Suspension.objects.get().decided_at is None
    assert not Toy.objects.exclude(deleted_at=None).exists()


# -- a field that is emptied everywhere --------------------------------------------------------------------------------


def test_accepting_an_emptying_reconciles_what_was_held(emptied: Suspension, odile: User, registry: Registry) -> None:
    assert states() == {"held"}
    assert accept(emptied, by=odile, registry=registry) == 30
    assert states() == {"reconciled"}
    assert Toy.objects.filter(price=None, name="renommé").count() == 30


def test_refusing_an_emptying_leaves_the_table_alone_and_says_who(
    emptied: Suspension, odile: User, sync_toys: SyncToys
) -> None:
    assert refuse(emptied, by=odile) == 30
    assert states() == {"refused"}
    assert StagedRecord.objects.filter(last_error__startswith="Refusé par Odile Fortier.").count() == 30
    sync_toys()
    assert Toy.objects.filter(price=100).count() == 60
    assert not Suspension.objects.filter(decided_at=None).exists()


def test_a_yes_while_a_reading_is_at_work_is_kept_and_carried_out_by_the_next(
    emptied: Suspension, odile: User, sync_toys: SyncToys, registry: Registry
) -> None:
    with leases.held(["sync:toys"], leases.new_owner()), pytest.raises(Postponed):
        accept(emptied, by=odile, registry=registry)
    assert Suspension.objects.get().accepted is True
    assert states() == {"pending"}
    sync_toys()
    assert Toy.objects.filter(price=None).count() == 30


def test_two_columns_emptied_at_once_need_two_yeses(
    toys: ToyGazelle, sync_toys: SyncToys, odile: User, registry: Registry
) -> None:
    for number in range(60):
        toys.toy(f"toy_{number:04}", name=f"Toy {number}", price=100)
    sync_toys()
    for gazelle_id in GONE:
        toys.toy(gazelle_id, name="", price=None)
    sync_toys()
    first, second = Suspension.objects.order_by("column")
    accept(first, by=odile, registry=registry)
    assert states() == {"held"}
    second.refresh_from_db()
    accept(second, by=odile, registry=registry)
    assert Toy.objects.filter(price=None, name="").count() == 30


# -- values changed on both sides --------------------------------------------------------------------------------------


def test_keeping_ours_lasts_until_gazelle_says_something_new(
    conflict: Conflict, odile: User, toys: ToyGazelle, sync_toys: SyncToys, registry: Registry
) -> None:
    version = Toy.objects.get().version
    resolve_conflict(conflict, take="ours", by=odile, registry=registry)
    toys.toy("toy_1", name="autre chose")
    sync_toys()
    assert Toy.objects.get().note == "d’ici"
    assert Toy.objects.get().version == version + 1, "the name, not the decision"
    assert not Conflict.objects.filter(settled_at=None).exists()
    toys.toy("toy_1", note="encore")
    sync_toys()
    again = Conflict.objects.get(settled_at=None)
    assert (again.base, again.ours, again.theirs) == ("de Gazelle", "d’ici", "encore")


def test_taking_theirs_writes_it_and_gazelle_leads_again(
    conflict: Conflict, odile: User, toys: ToyGazelle, sync_toys: SyncToys, registry: Registry
) -> None:
    version = Toy.objects.get().version
    resolve_conflict(conflict, take="theirs", by=odile, registry=registry)
    toy = Toy.objects.get()
    assert (toy.note, toy.version, toy.given["note"]) == ("de Gazelle", version + 1, "de Gazelle")
    assert "d’ici" in LogEntry.objects.get().change_message, "what was left can still be read"
    toys.toy("toy_1", note="")
    sync_toys()
    assert Toy.objects.get().note == "", "the value is Gazelle’s again, empty included"
    assert not Conflict.objects.filter(settled_at=None).exists()


def test_what_both_sides_come_to_agree_on_was_settled_by_nobody(
    conflict: Conflict, toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    toys.toy("toy_1", note="d’ici")
    sync_toys()
    conflict.refresh_from_db()
    assert conflict.settled_at is not None
    assert conflict.settled_by is None


@pytest.mark.parametrize("take", ["ours", "theirs"])
def test_a_conflict_is_settled_once(
    conflict: Conflict, odile: User, registry: Registry, take: Literal["ours", "theirs"]
) -> None:
    same = Conflict.objects.get(pk=conflict.pk)
    resolve_conflict(conflict, take="ours", by=odile, registry=registry)
    with pytest.raises(AlreadyDecided):
        resolve_conflict(same, take=take, by=odile, registry=registry)
    assert Conflict.objects.get().settled_by == odile
    assert Toy.objects.get().note == "d’ici"


def test_a_value_edited_since_it_was_shown_is_shown_again_before_it_is_lost(
    conflict: Conflict, odile: User, registry: Registry
) -> None:
    Toy.objects.update(note="corrigé entre-temps")
    with pytest.raises(Moved):
        resolve_conflict(conflict, take="theirs", by=odile, registry=registry)
    conflict.refresh_from_db()
    assert (conflict.ours, conflict.settled_at) == ("corrigé entre-temps", None)
    resolve_conflict(conflict, take="theirs", by=odile, registry=registry)
    assert Toy.objects.get().note == "de Gazelle"


def test_gazelle_speaking_again_meanwhile_is_shown_again_too(
    conflict: Conflict, odile: User, toys: ToyGazelle, sync_toys: SyncToys, registry: Registry
) -> None:
    toys.toy("toy_1", note="encore autre chose")
    sync_toys()
    with pytest.raises(Moved):
        resolve_conflict(conflict, take="theirs", by=odile, registry=registry)
    assert Toy.objects.get().note == "d’ici"


# -- novelties ---------------------------------------------------------------------------------------------------------


def test_a_novelty_is_settled_once(odile: User) -> None:
    drift = Drift.objects.create(kind="value", entity="toys", path="state", value="SOLD")
    settle_drift(drift, by=odile)
    settled = Drift.objects.get()
    assert settled.settled_at is not None
    assert settled.settled_by == odile
    with pytest.raises(AlreadyDecided):
        settle_drift(drift, by=odile)
    assert LogEntry.objects.get().user == odile
