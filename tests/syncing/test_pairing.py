"""What people say of two records that both live, and of one that is accepted as it is."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from syncing.decisions import AlreadyDecided
from syncing.models import Acceptance, Pairing
from syncing.pairing import NotAPair, accept_as_is, judge, reconsider, withdraw
from syncing.registry import Registry
from tests.toyshop.models import Maker

pytestmark = pytest.mark.django_db


@pytest.fixture
def odile() -> User:
    return User.objects.create_user("odile@exemple.ca")


@pytest.fixture(autouse=True)
def makers() -> None:
    Maker.objects.bulk_create([Maker(id="mak_1"), Maker(id="mak_2"), Maker(id="mak_3", is_placeholder=True)])


def in_force() -> list[tuple[str, str, str]]:
    return list(Pairing.objects.filter(withdrawn_at=None).values_list("left_id", "right_id", "verdict"))


def test_a_verdict_is_kept_once_whatever_the_order(odile: User, registry: Registry) -> None:
    judge(registry["makers"], "mak_2", "mak_1", verdict="different", by=odile)
    assert in_force() == [("mak_1", "mak_2", "different")]
    with pytest.raises(AlreadyDecided):
        judge(registry["makers"], "mak_1", "mak_2", verdict="different", by=odile)
    assert LogEntry.objects.get().change_message == "Jamais ces deux-là."


def test_a_new_verdict_replaces_the_former(odile: User, registry: Registry) -> None:
    judge(registry["makers"], "mak_1", "mak_2", verdict="different", by=odile)
    judge(registry["makers"], "mak_1", "mak_2", verdict="same", by=odile)
    assert in_force() == [("mak_1", "mak_2", "same")]
    assert Pairing.objects.count() == 2


def test_a_verdict_is_withdrawn_once(odile: User, registry: Registry) -> None:
    pairing = judge(registry["makers"], "mak_1", "mak_2", verdict="same", by=odile)
    withdraw(pairing, by=odile)
    assert in_force() == []
    with pytest.raises(AlreadyDecided, match="déjà repris"):
        withdraw(pairing, by=odile)


def test_nothing_is_said_of_one_record_twice_nor_of_an_unknown_one(odile: User, registry: Registry) -> None:
    with pytest.raises(NotAPair, match="deux fois la même"):
        judge(registry["makers"], "mak_1", "mak_1", verdict="same", by=odile)
    with pytest.raises(NotAPair, match="n’existe pas ici"):
        judge(registry["makers"], "mak_1", "mak_9", verdict="different", by=odile)


def test_a_placeholder_is_merged_rather_than_called_the_same(odile: User, registry: Registry) -> None:
    with pytest.raises(NotAPair, match="provisoire") as refused:
        judge(registry["makers"], "mak_1", "mak_3", verdict="same", by=odile)
    assert "Fusionnez" in refused.value.action
    judge(registry["makers"], "mak_1", "mak_3", verdict="different", by=odile)


def test_an_acceptance_says_who_and_why_and_is_taken_back(odile: User, registry: Registry) -> None:
    acceptance = accept_as_is(registry["makers"], "mak_3", by=odile, why="Fermé depuis 2019.")
    assert (acceptance.by, acceptance.why) == (odile, "Fermé depuis 2019.")
    with pytest.raises(AlreadyDecided):
        accept_as_is(registry["makers"], "mak_3", by=odile)
    reconsider(registry["makers"], "mak_3", by=odile)
    assert not Acceptance.objects.filter(withdrawn_at=None).exists()
    with pytest.raises(AlreadyDecided):
        reconsider(registry["makers"], "mak_3", by=odile)


def test_what_is_not_here_is_not_accepted(odile: User, registry: Registry) -> None:
    with pytest.raises(AlreadyDecided, match="n’existe pas ici"):
        accept_as_is(registry["makers"], "mak_9", by=odile)
