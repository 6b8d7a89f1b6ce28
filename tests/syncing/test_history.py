"""The versions of a record: one row for each change of meaning, whoever made it, and none for the rest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from syncing import absences
from syncing.decisions import Moved, resolve_conflict
from syncing.editing import edit
from syncing.models import Conflict, Version
from syncing.pruning import JOURNAL_KEPT, prune
from syncing.registry import Entity, Registry
from syncing.vocabulary import Mode
from tests.syncing.conftest import SyncToys
from tests.toyshop.gazelle import ToyGazelle
from tests.toyshop.models import Toy

pytestmark = pytest.mark.django_db(transaction=True)  # a reading closes the connections it does not know


@pytest.fixture
def odile() -> User:
    return User.objects.create_user("odile@exemple.ca", first_name="Odile", last_name="Fortier")


@pytest.fixture
def entity(registry: Registry) -> Entity:
    return registry["toys"]


@pytest.fixture
def bear(toys: ToyGazelle, sync_toys: SyncToys) -> Toy:
    toys.toy("toy_1", name="Ours", price=12, tags=["brun"])
    sync_toys("toys")
    return Toy.objects.get()


def told() -> list[tuple[int, dict[str, list[object]]]]:
    return [(one.version, one.changes) for one in Version.objects.order_by("version")]


def test_a_first_version_has_no_history(bear: Toy) -> None:
    assert (bear.version, told()) == (1, [])


def test_each_change_of_meaning_says_what_it_changed(bear: Toy, toys: ToyGazelle, sync_toys: SyncToys) -> None:
    toys.toy("toy_1", name="Ours polaire", soldOn="2026-11-19")
    sync_toys("toys")
    toys.toy("toy_1", tags=["brun", "doux"])
    sync_toys("toys")
    assert told() == [
        (2, {"name": ["Ours", "Ours polaire"], "sold_on": [None, "2026-11-19"]}),
        (3, {"tags": [["brun"], ["brun", "doux"]]}),
    ]
    one = Version.objects.get(version=2)
    assert (one.entity, one.gazelle_id, one.cause, one.by) == ("toys", "toy_1", Version.SYNC, None)
    assert Toy.objects.get().version == 3


def test_what_changes_no_meaning_leaves_no_version(bear: Toy, toys: ToyGazelle, sync_toys: SyncToys) -> None:
    toys.toy("toy_1")  # only its update instant moves
    sync_toys("toys")
    sync_toys("toys")
    assert told() == []


def test_a_change_of_what_it_owns_is_told_by_gazelle_s_own_field(
    bear: Toy, toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    toys.toy("toy_1", parts=[{"id": "p1", "name": "patte", "maker": None}])
    sync_toys("toys")
    assert told() == [(2, {"parts": [[], [{"id": "p1", "name": "patte", "maker": None}]]})]


def test_an_endless_list_is_cut(bear: Toy, toys: ToyGazelle, sync_toys: SyncToys) -> None:
    toys.toy("toy_1", parts=[{"id": f"p{n}", "name": "patte" * 20, "maker": None} for n in range(100)])
    sync_toys("toys")
    [(_, changes)] = told()
    assert len(str(changes["parts"][1])) < 2100


def test_a_reference_that_moves_and_a_record_that_leaves_and_returns_are_versions(
    bear: Toy, toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    toys.maker("mak_1", name="Vermont")
    toys.toy("toy_1", maker={"id": "mak_1"})
    sync_toys()
    toys.toy("toy_1", state="BROKEN")
    toys.archived.add("toy_1")
    sync_toys("toys")
    changes = [changes for _, changes in told()]
    assert changes[0] == {"maker_id": [None, "mak_1"]}
    assert changes[1]["state"] == ["NEW", "BROKEN"]
    assert changes[1]["deleted_at"][0] is None
    toys.archived.clear()
    toys.toy("toy_1", state="NEW")
    sync_toys("toys")
    assert told()[2][1]["deleted_at"][1] is None


def test_a_placeholder_that_is_healed_begins_there(toys: ToyGazelle, sync_toys: SyncToys, bear: Toy) -> None:
    toys.toy("toy_1", maker={"id": "mak_1"})
    sync_toys("toys")
    Version.objects.all().delete()
    toys.maker("mak_1", name="Vermont")
    sync_toys("makers")
    assert told() == []


def test_absent_records_are_marked_with_a_version_and_with_who_said_so(bear: Toy, entity: Entity, odile: User) -> None:
    assert absences.mark_gone(entity, ["toy_1", "toy_9"], by=odile) == 1
    one = Version.objects.get()
    assert (one.version, one.cause, one.by) == (2, Version.PERSON, odile)
    assert Toy.objects.get().version == 2


def test_a_person_s_edit_is_a_version_with_a_name(bear: Toy, entity: Entity, odile: User) -> None:
    edit(bear, entity, {"note": "", "sticker": ""}, {"note": "à réparer", "sticker": "rouge"}, by=odile)
    toy, one = Toy.objects.get(), Version.objects.get()
    assert (toy.note, toy.sticker, toy.version) == ("à réparer", "rouge", 2)
    assert (one.changes, one.by) == ({"note": ["", "à réparer"], "sticker": ["", "rouge"]}, odile)
    assert toy.updated_at > bear.updated_at
    edit(bear, entity, {"note": "à réparer"}, {"note": "à réparer"}, by=odile)
    assert Version.objects.count() == 1


def test_an_edit_never_writes_over_what_changed_meanwhile(bear: Toy, entity: Entity, odile: User) -> None:
    Toy.objects.update(note="arrivée de Gazelle")
    with pytest.raises(Moved, match="a changé depuis"):
        edit(bear, entity, {"note": ""}, {"note": "d’ici"}, by=odile)
    assert (Toy.objects.get().note, Version.objects.count()) == ("arrivée de Gazelle", 0)


def test_an_edit_survives_the_next_readings(
    bear: Toy, entity: Entity, toys: ToyGazelle, sync_toys: SyncToys, odile: User
) -> None:
    edit(bear, entity, {"note": ""}, {"note": "d’ici"}, by=odile)
    toys.toy("toy_1", price=13)
    sync_toys("toys")
    assert Toy.objects.get().note == "d’ici"
    toys.toy("toy_1", note="de Gazelle")
    sync_toys("toys")
    resolve_conflict(Conflict.objects.get(), take="theirs", by=odile, registry=Registry([entity]))
    assert Toy.objects.get().note == "de Gazelle"
    last = Version.objects.order_by("version").last()
    assert last is not None
    assert (last.version, last.changes, last.by) == (
        Toy.objects.get().version,
        {"note": ["d’ici", "de Gazelle"]},
        odile,
    )


def test_versions_follow_each_other_without_a_hole(
    bear: Toy, entity: Entity, toys: ToyGazelle, sync_toys: SyncToys, odile: User
) -> None:
    for number in range(5):
        toys.toy("toy_1", name=f"Ours {number}")
        sync_toys("toys", mode=Mode.FULL)
        edit(Toy.objects.get(), entity, {}, {"sticker": str(number)}, by=odile)
    assert [version for version, _ in told()] == list(range(2, 12))
    assert Toy.objects.get().version == 11


def test_old_versions_are_let_go_with_the_journals(bear: Toy, registry: Registry) -> None:
    now = timezone.now()
    for number, age in enumerate((JOURNAL_KEPT + timedelta(days=1), JOURNAL_KEPT - timedelta(days=1))):
        Version.objects.create(entity="toys", gazelle_id="toy_1", version=number, at=now - age)
    assert prune(registry, spool=False)["versions oubliées"] == 1
    assert Version.objects.get().version == 1
