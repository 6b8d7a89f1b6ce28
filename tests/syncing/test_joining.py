"""Merges made here: what gives way, what follows, how it is undone, and what Gazelle may still say about it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from syncing.decisions import AlreadyDecided
from syncing.engine import settle
from syncing.joining import AliveInGazelle, AlreadyMerged, Merged, NotMergeable, NotOurs, WithItself, merge, undo
from syncing.merging import lead_the_late
from syncing.models import Conflict, Redirect, Version
from syncing.reconciling.returning import ELSEWHERE, SAID_OTHERWISE
from syncing.registry import Registry
from tests.syncing.conftest import SyncToys
from tests.toyshop.gazelle import ToyGazelle
from tests.toyshop.models import Maker, Part, Sign, Toy

pytestmark = pytest.mark.django_db(transaction=True)
UNKNOWN, KNOWN = "mak_unknown", "mak_1"
at_once = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="the tests' SQLite is in memory: it lets no second connection wait"
)


@pytest.fixture
def odile() -> User:
    return User.objects.create_user("odile@exemple.ca", first_name="Odile", last_name="Fortier")


@pytest.fixture(autouse=True)
def shop(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    """Two toys and a part of a maker that Gazelle does not give, and one toy of a maker that it gives."""
    toys.maker(KNOWN, name="Ébéniste Morin")
    toys.toy("toy_1", name="Toupie", maker={"id": UNKNOWN})
    toys.toy(
        "toy_2", name="Yoyo", maker={"id": UNKNOWN}, parts=[{"id": "par_1", "name": "fil", "maker": {"id": UNKNOWN}}]
    )
    toys.toy("toy_3", name="Cerceau", maker={"id": KNOWN})
    sync_toys()
    assert Maker.objects.get(pk=UNKNOWN).is_placeholder


@pytest.fixture
def merged(odile: User, registry: Registry) -> Merged:
    return merge(registry["makers"], UNKNOWN, KNOWN, by=odile, registry=registry)


def makers() -> dict[str, str | None]:
    return {**dict(Toy.objects.values_list("pk", "maker_id")), **dict(Part.objects.values_list("pk", "maker_id"))}


ALL_KNOWN = {"toy_1": KNOWN, "toy_2": KNOWN, "toy_3": KNOWN, "par_1": KNOWN}
AS_GIVEN = {"toy_1": UNKNOWN, "toy_2": UNKNOWN, "toy_3": KNOWN, "par_1": UNKNOWN}


# -- merging -----------------------------------------------------------------------------------------------------------


def test_all_that_cited_the_placeholder_cites_the_kept_record(merged: Merged) -> None:
    assert makers() == ALL_KNOWN
    assert merged.count == 3
    assert list(Maker.objects.present().values_list("pk", flat=True)) == [KNOWN]


def test_it_is_written_with_its_author_and_how_many_followed(merged: Merged, odile: User) -> None:
    assert (merged.redirect.old_id, merged.redirect.kept_id, merged.redirect.by) == (UNKNOWN, KNOWN, odile)
    entry = LogEntry.objects.get()
    assert (entry.user, "3 éléments rattachés" in entry.change_message) == (odile, True)


def test_rows_of_the_house_follow_and_return_too(odile: User, registry: Registry) -> None:
    sign = Sign.objects.create(maker_id=UNKNOWN, text="Atelier ouvert")
    merged = merge(registry["makers"], UNKNOWN, KNOWN, by=odile, registry=registry)
    sign.refresh_from_db()
    assert (sign.maker_id, merged.count) == (KNOWN, 4)
    undo(merged.redirect, by=odile, registry=registry)
    sign.refresh_from_db()
    assert sign.maker_id == UNKNOWN


def test_a_row_that_may_exist_only_once_stops_the_merge_with_nothing_half_done(odile: User, registry: Registry) -> None:
    for maker in (UNKNOWN, KNOWN):
        Sign.objects.create(maker_id=maker, text="Atelier ouvert")
    with pytest.raises(NotMergeable, match="qu’une fois"):
        merge(registry["makers"], UNKNOWN, KNOWN, by=odile, registry=registry)
    assert makers() == AS_GIVEN
    assert not Redirect.objects.exists()
    assert not LogEntry.objects.exists()


def test_what_gazelle_says_of_the_old_id_afterwards_leads_to_the_kept_record(
    merged: Merged, toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    toys.toy("toy_1", name="Toupie bleue")
    toys.toy("toy_4", name="Bilboquet", maker={"id": UNKNOWN})
    sync_toys()
    assert makers() == ALL_KNOWN | {"toy_4": KNOWN}
    assert not Conflict.objects.exists()


def test_another_maker_given_by_gazelle_afterwards_is_taken_without_a_question(
    merged: Merged, toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    toys.maker("mak_2", name="Tournerie Roy")
    toys.toy("toy_1", maker={"id": "mak_2"})
    toys.toy("toy_2", maker=None)
    sync_toys()
    assert makers() == ALL_KNOWN | {"toy_1": "mak_2", "toy_2": None}
    assert not Conflict.objects.exists()


def test_a_row_written_during_the_merge_is_led_at_the_end_of_the_next_reading(
    merged: Merged, sync_toys: SyncToys
) -> None:
    Toy.objects.filter(pk="toy_3").update(maker=UNKNOWN)  # as by a reconciler that had not seen the redirect yet
    sync_toys("makers")
    assert makers() == ALL_KNOWN


def test_a_merge_seen_in_gazelle_takes_the_rows_of_the_house_along(
    toys: ToyGazelle, sync_toys: SyncToys, registry: Registry
) -> None:
    toys.maker("mak_2", name="Tournerie Roy")
    sync_toys()
    sign = Sign.objects.create(maker_id=KNOWN, text="Atelier ouvert")
    toys.toy("toy_3", maker={"id": "mak_2"})
    toys.delete("allMakers", KNOWN)
    for _ in range(3):
        sync_toys()
    sign.refresh_from_db()
    assert (Redirect.objects.get().old_id, sign.maker_id) == (KNOWN, "mak_2")


# -- what may not be merged --------------------------------------------------------------------------------------------


def test_a_record_is_not_merged_with_itself(odile: User, registry: Registry) -> None:
    with pytest.raises(WithItself, match="avec elle-même"):
        merge(registry["makers"], UNKNOWN, UNKNOWN, by=odile, registry=registry)


def test_two_records_alive_in_gazelle_are_not_merged_here(
    odile: User, registry: Registry, toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    toys.maker("mak_2", name="Tournerie Roy")
    sync_toys()
    with pytest.raises(AliveInGazelle, match="existent dans Gazelle") as refused:
        merge(registry["makers"], "mak_2", KNOWN, by=odile, registry=registry)
    assert "la même fiche" in refused.value.action


def test_a_merged_record_is_not_merged_again(merged: Merged, odile: User, registry: Registry) -> None:
    with pytest.raises(AlreadyMerged, match=f"{UNKNOWN} » est déjà fusionnée avec « {KNOWN}"):
        merge(registry["makers"], UNKNOWN, KNOWN, by=odile, registry=registry)
    assert Redirect.objects.count() == 1


@pytest.mark.parametrize("old_id", ["mak_nowhere", UNKNOWN])
def test_nothing_is_merged_with_what_is_not_here(odile: User, registry: Registry, old_id: str) -> None:
    with pytest.raises(NotMergeable, match="n’existe pas ici"):
        merge(registry["makers"], old_id, "mak_elsewhere", by=odile, registry=registry)
    assert makers() == AS_GIVEN


def test_nothing_is_merged_into_a_placeholder_nor_into_what_left_gazelle(
    odile: User, registry: Registry, toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    toys.toy("toy_5", maker={"id": "mak_other"})
    sync_toys()
    with pytest.raises(NotMergeable, match="provisoire elle aussi"):
        merge(registry["makers"], UNKNOWN, "mak_other", by=odile, registry=registry)
    Maker.objects.filter(pk=KNOWN).update(deleted_at="2026-11-01T12:00Z")
    with pytest.raises(NotMergeable, match="plus dans Gazelle"):
        merge(registry["makers"], UNKNOWN, KNOWN, by=odile, registry=registry)
    assert not Redirect.objects.exists()


@at_once
def test_two_people_who_merge_it_at_once_make_one_merge(
    odile: User, registry: Registry, toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    toys.maker("mak_2", name="Tournerie Roy")
    sync_toys()

    def merge_into(kept: str) -> str:
        try:
            merge(registry["makers"], UNKNOWN, kept, by=odile, registry=registry)
            return kept
        except AlreadyMerged:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        kept = sorted(pool.map(merge_into, (KNOWN, "mak_2")))
    assert kept[0] == ""
    assert makers() == {"toy_1": kept[1], "toy_2": kept[1], "toy_3": KNOWN, "par_1": kept[1]}


@at_once
def test_two_people_who_undo_it_at_once_undo_it_once(merged: Merged, odile: User, registry: Registry) -> None:
    def undone(_: int) -> int:
        try:
            return undo(merged.redirect, by=odile, registry=registry).count
        except AlreadyDecided:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(undone, range(2))) == [0, 3]
    assert makers() == AS_GIVEN


# -- undoing -----------------------------------------------------------------------------------------------------------


def test_undoing_brings_the_placeholder_back_with_all_that_cited_it(
    merged: Merged, odile: User, registry: Registry
) -> None:
    returned = undo(merged.redirect, by=odile, registry=registry)
    assert makers() == AS_GIVEN
    assert (returned.count, returned.staying) == (3, [])
    assert Maker.objects.get(pk=UNKNOWN).deleted_at is None
    assert "3 éléments rendus" in LogEntry.objects.first().change_message  # type: ignore[union-attr]


def test_what_arrived_since_returns_too(
    merged: Merged, odile: User, registry: Registry, toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    toys.toy("toy_4", maker={"id": UNKNOWN}, parts=[{"id": "par_4", "name": "clou", "maker": {"id": UNKNOWN}}])
    sync_toys()
    undo(merged.redirect, by=odile, registry=registry)
    assert makers() == AS_GIVEN | {"toy_4": UNKNOWN, "par_4": UNKNOWN}


def test_what_was_changed_since_stays_and_is_told(
    merged: Merged, odile: User, registry: Registry, toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    toys.maker("mak_2", name="Tournerie Roy")
    toys.toy("toy_1", maker={"id": KNOWN})
    sync_toys()
    Toy.objects.filter(pk="toy_2").update(maker="mak_2")
    returned = undo(merged.redirect, by=odile, registry=registry)
    assert makers() == AS_GIVEN | {"toy_1": KNOWN, "toy_2": "mak_2"}
    assert {(each.pk, each.because) for each in returned.staying} == {("toy_1", SAID_OTHERWISE), ("toy_2", ELSEWHERE)}
    assert returned.count == 1


def test_after_undoing_gazelle_is_the_base_again(
    merged: Merged, odile: User, registry: Registry, toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    undo(merged.redirect, by=odile, registry=registry)
    toys.toy("toy_1", name="Toupie bleue")
    toys.toy("toy_2", maker=None)
    sync_toys()
    assert makers() == AS_GIVEN | {"toy_2": None}
    assert not Conflict.objects.exists()


def test_a_row_whose_answer_can_no_longer_be_read_returns_with_what_was_moved(
    merged: Merged, odile: User, registry: Registry
) -> None:
    Toy.objects.filter(pk="toy_1").update(raw_data=None)
    undo(merged.redirect, by=odile, registry=registry)
    assert makers() == AS_GIVEN


def test_it_is_not_undone_twice(merged: Merged, odile: User, registry: Registry) -> None:
    undo(merged.redirect, by=odile, registry=registry)
    with pytest.raises(AlreadyDecided, match="déjà défaite"):
        undo(merged.redirect, by=odile, registry=registry)


def test_a_merge_made_in_gazelle_is_undone_there(odile: User, registry: Registry) -> None:
    redirect = Redirect.objects.create(
        entity="makers", old_id="mak_old", kept_id=KNOWN, why="fusion faite dans Gazelle"
    )
    with pytest.raises(NotOurs, match="faite dans Gazelle"):
        undo(redirect, by=odile, registry=registry)
    redirect.refresh_from_db()
    assert redirect.undone_at is None


def test_merged_undone_and_merged_again(merged: Merged, odile: User, registry: Registry) -> None:
    undo(merged.redirect, by=odile, registry=registry)
    merge(registry["makers"], UNKNOWN, KNOWN, by=odile, registry=registry)
    assert makers() == ALL_KNOWN
    assert Redirect.objects.filter(undone_at=None).count() == 1


# -- when Gazelle gives the merged record after all --------------------------------------------------------------------


def test_all_that_cited_it_returns_to_the_record_gazelle_gives(
    merged: Merged, toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    toys.maker(UNKNOWN, name="Retrouvé")
    sync_toys("makers")
    assert makers() == AS_GIVEN
    found = Maker.objects.get(pk=UNKNOWN)
    assert (found.name, found.is_placeholder, found.deleted_at) == ("Retrouvé", False, None)
    assert not Redirect.objects.filter(undone_at=None).exists()


def test_replaying_everything_changes_nothing_of_a_merge(merged: Merged, registry: Registry) -> None:
    list(settle(list(registry), replay=True, registry=registry))
    assert makers() == ALL_KNOWN
    assert lead_the_late(registry) == 0


# -- what the records were ---------------------------------------------------------------------------------------------


def told(gazelle_id: str) -> list[tuple[int, object, User | None]]:
    found = Version.objects.filter(gazelle_id=gazelle_id).order_by("version")
    return [(one.version, one.changes, one.by) for one in found]


def test_a_merge_and_its_way_back_are_versions_of_what_follows_with_who_made_them(
    merged: Merged, odile: User, registry: Registry
) -> None:
    there = (2, {"maker_id": [UNKNOWN, KNOWN]}, odile)
    assert told("toy_1") == [there]
    undo(merged.redirect, by=odile, registry=registry)
    assert told("toy_1") == [there, (3, {"maker_id": [KNOWN, UNKNOWN]}, odile)]
    assert Toy.objects.get(pk="toy_1").version == 3
    assert told("toy_3") == told("par_1") == []  # it did not move; what a record owns has no versions


def test_a_merge_that_gazelle_takes_back_is_a_version_of_nobody(
    merged: Merged, toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    toys.maker(UNKNOWN, name="Tournerie Roy")
    sync_toys()
    assert makers() == AS_GIVEN
    assert told("toy_1")[1:] == [(3, {"maker_id": [KNOWN, UNKNOWN]}, None)]


def test_the_versions_of_a_merge_cost_as_many_questions_whatever_the_number_of_rows(
    odile: User, registry: Registry
) -> None:
    asked = []
    for rank, count in enumerate((3, 300)):
        Maker.objects.create(id=f"mak_p{rank}", is_placeholder=True)
        Toy.objects.bulk_create(Toy(id=f"toy_{rank}_{n}", maker_id=f"mak_p{rank}") for n in range(count))
        with CaptureQueriesContext(connection) as queries:
            merge(registry["makers"], f"mak_p{rank}", KNOWN, by=odile, registry=registry)
        assert Version.objects.filter(gazelle_id__startswith=f"toy_{rank}_").count() == count
        asked.append(len(queries))
    assert asked[1] <= asked[0]  # the first merge also learns the content types
