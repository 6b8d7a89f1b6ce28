"""What a person says of whose a record is: never erased by an empty answer, a question when Gazelle says otherwise."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from syncing.assigning import Gift, NotAssignable, assign, take_back
from syncing.decisions import AlreadyDecided, resolve_conflict
from syncing.engine import settle
from syncing.joining import merge
from syncing.models import Conflict
from syncing.registry import Registry
from tests.syncing.conftest import SyncToys
from tests.toyshop.gazelle import ToyGazelle
from tests.toyshop.models import Maker, Toy

pytestmark = pytest.mark.django_db(transaction=True)
GIFT = Gift("toy_1", "maker", "mak_1")


@pytest.fixture
def odile() -> User:
    return User.objects.create_user("odile@exemple.ca", first_name="Odile", last_name="Fortier")


@pytest.fixture(autouse=True)
def shop(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    """Two toys of nobody, one toy of somebody, two makers."""
    toys.maker("mak_1", name="Ébéniste Morin")
    toys.maker("mak_2", name="Tournerie Roy")
    toys.toy("toy_1", name="Toupie")
    toys.toy("toy_2", name="Yoyo")
    toys.toy("toy_3", name="Cerceau", maker={"id": "mak_2"})
    sync_toys()


@pytest.fixture
def given(odile: User, registry: Registry) -> None:
    assign(registry["toys"], [GIFT], by=odile)


def maker_of(toy: str) -> str | None:
    return Toy.objects.get(pk=toy).maker_id


def test_an_orphan_is_given_to_somebody_and_it_is_written_down(given: None, odile: User) -> None:
    toy = Toy.objects.get(pk="toy_1")
    assert (toy.maker_id, toy.version) == ("mak_1", 2)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, "mak_1" in entry.change_message) == (odile, "toy_1", True)


def test_an_empty_answer_does_not_erase_it(given: None, toys: ToyGazelle, sync_toys: SyncToys) -> None:
    toys.toy("toy_1", name="Toupie bleue", maker=None)
    sync_toys()
    assert (Toy.objects.get(pk="toy_1").name, maker_of("toy_1")) == ("Toupie bleue", "mak_1")
    assert not Conflict.objects.exists()


def test_replaying_everything_does_not_erase_it(given: None, registry: Registry) -> None:
    list(settle(list(registry), replay=True, registry=registry))
    assert maker_of("toy_1") == "mak_1"


def test_the_same_answer_agrees_and_gazelle_leads_from_then_on(
    given: None, toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    toys.toy("toy_1", maker={"id": "mak_1"})
    sync_toys()
    toys.toy("toy_1", maker={"id": "mak_2"})
    sync_toys()
    assert maker_of("toy_1") == "mak_2"
    assert not Conflict.objects.exists()


@pytest.mark.parametrize(("take", "kept"), [("ours", "mak_1"), ("theirs", "mak_2")])
def test_another_answer_is_a_conflict_to_decide(
    given: None, toys: ToyGazelle, sync_toys: SyncToys, odile: User, registry: Registry, take: str, kept: str
) -> None:
    toys.toy("toy_1", maker={"id": "mak_2"})
    sync_toys()
    conflict = Conflict.objects.get(settled_at=None)
    assert (conflict.column, conflict.ours, conflict.theirs) == ("maker_id", "mak_1", "mak_2")
    assert maker_of("toy_1") == "mak_1"
    resolve_conflict(conflict, take=take, by=odile, registry=registry)  # type: ignore[arg-type]  # one of the two words
    assert maker_of("toy_1") == kept
    toys.toy("toy_1", name="Toupie bleue")
    sync_toys()
    assert (maker_of("toy_1"), Conflict.objects.filter(settled_at=None).count()) == (kept, 0)


def test_taking_gazelles_answer_takes_the_record_it_was_merged_with_meanwhile(
    given: None, toys: ToyGazelle, sync_toys: SyncToys, odile: User, registry: Registry
) -> None:
    toys.toy("toy_1", maker={"id": "mak_unknown"})
    sync_toys()
    merge(registry["makers"], "mak_unknown", "mak_2", by=odile, registry=registry)
    resolve_conflict(Conflict.objects.get(), take="theirs", by=odile, registry=registry)
    assert maker_of("toy_1") == "mak_2"


def test_a_row_from_before_is_gazelles_whatever_it_cites(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    Toy.objects.update(given={})  # as written before references had a base
    toys.toy("toy_3", maker=None)
    sync_toys()
    assert maker_of("toy_3") is None
    assert not Conflict.objects.exists()


def test_it_is_taken_back(given: None, odile: User, registry: Registry, toys: ToyGazelle, sync_toys: SyncToys) -> None:
    assert take_back(registry["toys"], [GIFT], by=odile) == [GIFT]
    assert maker_of("toy_1") is None
    toys.toy("toy_1", maker={"id": "mak_2"})
    sync_toys()
    assert maker_of("toy_1") == "mak_2"


def test_it_is_not_taken_back_twice_nor_once_gazelle_agreed(
    given: None, odile: User, registry: Registry, toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    toys.toy("toy_1", maker={"id": "mak_1"})
    sync_toys()
    with pytest.raises(AlreadyDecided, match="ont changé depuis"):
        take_back(registry["toys"], [GIFT], by=odile)
    assert maker_of("toy_1") == "mak_1"


def test_several_at_once_leave_alone_whoever_found_an_owner_meanwhile(odile: User, registry: Registry) -> None:
    gifts = [GIFT, Gift("toy_2", "maker", "mak_2"), Gift("toy_3", "maker", "mak_1"), Gift("toy_9", "maker", "mak_1")]
    assert assign(registry["toys"], gifts, by=odile) == gifts[:2]
    assert [maker_of(toy) for toy in ("toy_1", "toy_2", "toy_3")] == ["mak_1", "mak_2", "mak_2"]
    with pytest.raises(AlreadyDecided, match="n’est orpheline"):
        assign(registry["toys"], gifts, by=odile)


@pytest.mark.parametrize("owner", ["mak_nowhere", "mak_unknown", "mak_gone"])
def test_nothing_is_given_to_what_is_not_in_gazelle(odile: User, registry: Registry, owner: str) -> None:
    Maker.objects.create(id="mak_unknown", is_placeholder=True)
    Maker.objects.create(id="mak_gone", deleted_at="2026-11-01T12:00Z")
    with pytest.raises(NotAssignable, match=owner):
        assign(registry["toys"], [Gift("toy_2", "maker", "mak_1"), Gift("toy_1", "maker", owner)], by=odile)
    assert (maker_of("toy_1"), maker_of("toy_2")) == (None, None)


def test_only_a_declared_owner_is_chosen_here(odile: User, registry: Registry) -> None:
    with pytest.raises(NotAssignable, match="ne se choisit pas ici"):
        assign(registry["toys"], [Gift("toy_1", "sticker", "mak_1")], by=odile)
