"""Rows that did not become records: tried again, replayed, or set aside with a reason."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from syncing import leases
from syncing.decisions import AlreadyDecided, Postponed
from syncing.models import StagedRecord
from syncing.registry import Entity, Registry
from syncing.retrying import TooMany, replay, retry, set_aside
from syncing.vocabulary import RowState
from tests.syncing.conftest import SyncToys
from tests.toyshop.gazelle import ToyGazelle
from tests.toyshop.models import Toy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def odile() -> User:
    return User.objects.create_user("odile@exemple.ca", first_name="Odile", last_name="Fortier")


@pytest.fixture
def entity(registry: Registry) -> Entity:
    return registry["toys"]


@pytest.fixture
def refused(toys: ToyGazelle, sync_toys: SyncToys) -> list[int]:
    """Three toys whose ids nobody can store, and one that is well."""
    toys.toy("toy_1", name="Ours")
    for number in range(3):
        toys.toy(f"t{number}{'o' * 100}", name=f"Toupie {number}")
    sync_toys("toys")
    rows = StagedRecord.objects.filter(state=RowState.REJECTED).order_by("pk")
    assert rows.count() == 3
    return list(rows.values_list("pk", flat=True))


def states(keys: list[int]) -> set[str]:
    return set(StagedRecord.objects.filter(pk__in=keys).values_list("state", flat=True))


def test_a_row_still_refused_says_today_s_reason(
    refused: list[int], entity: Entity, registry: Registry, odile: User
) -> None:
    StagedRecord.objects.filter(pk__in=refused).update(last_error="d’hier")
    done = retry(entity, refused[:1], by=odile, registry=registry)
    assert (done.tried, done.settled, done.left) == (1, 0, 1)
    row = StagedRecord.objects.get(pk=refused[0])
    assert (row.state, row.attempts) == (RowState.REJECTED, 2)
    assert "102 caractères" in row.last_error
    assert StagedRecord.objects.get(pk=refused[1]).last_error == "d’hier"
    assert LogEntry.objects.get().user == odile


def test_a_group_becomes_records_once_the_reader_is_corrected(
    refused: list[int], entity: Entity, registry: Registry, odile: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("syncing.drafts.ID_LIMIT", 10)
    toy = StagedRecord.objects.get(gazelle_id="toy_1")
    StagedRecord.objects.filter(pk=toy.pk).update(state=RowState.FAILED, reconciled_at=None)
    Toy.objects.all().delete()
    done = retry(entity, [*refused, toy.pk], by=odile, registry=registry)
    assert (done.tried, done.settled) == (4, 1)
    assert Toy.objects.get().name == "Ours"
    assert LogEntry.objects.count() == 4


def test_rows_somebody_else_took_up_are_left_alone(
    refused: list[int], entity: Entity, registry: Registry, odile: User
) -> None:
    StagedRecord.objects.filter(pk__in=refused).update(state=RowState.PENDING)
    with pytest.raises(AlreadyDecided, match="reprises entre-temps"):
        retry(entity, refused, by=odile, registry=registry)
    with pytest.raises(AlreadyDecided, match="reprises entre-temps"):
        set_aside(entity, refused, reason="doublons", by=odile)
    assert not LogEntry.objects.exists()


def test_a_table_being_read_takes_the_rows_with_it(
    refused: list[int], entity: Entity, registry: Registry, odile: User
) -> None:
    with leases.held([leases.name_for(entity)], leases.new_owner()):
        with pytest.raises(Postponed, match="remises à l’essai"):
            retry(entity, refused, by=odile, registry=registry)
        with pytest.raises(Postponed, match="Rien n’a été rejoué"):
            replay(entity, by=odile, registry=registry)
    assert states(refused) == {RowState.PENDING}


def test_too_many_rows_for_a_page_are_left_to_the_command(
    refused: list[int], entity: Entity, registry: Registry, odile: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("syncing.retrying.AT_ONCE", 2)
    monkeypatch.setattr("syncing.retrying.REPLAYED_AT_ONCE", 3)
    with pytest.raises(TooMany) as told:
        retry(entity, refused, by=odile, registry=registry)
    assert "python manage.py reconcile toys" in told.value.action
    assert states(refused) == {RowState.PENDING}
    with pytest.raises(TooMany, match="4 lignes"):
        replay(entity, by=odile, registry=registry)


def test_a_row_set_aside_is_neither_retried_nor_replayed_and_keeps_who_and_why(
    refused: list[int], entity: Entity, registry: Registry, sync_toys: SyncToys, odile: User
) -> None:
    assert set_aside(entity, refused, reason="  essais du bureau ", by=odile) == 3
    with pytest.raises(AlreadyDecided):
        set_aside(entity, refused, reason="encore", by=odile)
    sync_toys("toys")
    replay(entity, by=odile, registry=registry)
    row = StagedRecord.objects.get(pk=refused[0])
    assert (row.state, row.last_error) == (RowState.REFUSED, "Ignorée par Odile Fortier\u00a0: essais du bureau")
    messages = set(LogEntry.objects.values_list("change_message", flat=True))
    assert {"Ignorée par Odile Fortier\u00a0: essais du bureau", "Table rejouée, 4 lignes."} == messages


def test_a_row_set_aside_comes_back_when_gazelle_changes_it(
    refused: list[int], entity: Entity, toys: ToyGazelle, sync_toys: SyncToys, odile: User
) -> None:
    set_aside(entity, refused, reason="doublons", by=odile)
    toys.toy(StagedRecord.objects.get(pk=refused[0]).gazelle_id, name="Toupie corrigée")
    sync_toys("toys")
    assert StagedRecord.objects.get(pk=refused[0]).state == RowState.REJECTED
    assert states(refused[1:]) == {RowState.REFUSED}


def test_a_row_set_aside_may_be_tried_again(
    refused: list[int], entity: Entity, registry: Registry, odile: User
) -> None:
    set_aside(entity, refused, reason="doublons", by=odile)
    assert retry(entity, refused, by=odile, registry=registry).left == 3
    assert states(refused) == {RowState.REJECTED}


def test_a_replay_brings_back_what_is_missing(
    refused: list[int], entity: Entity, registry: Registry, odile: User
) -> None:
    Toy.objects.all().delete()
    replay(entity, by=odile, registry=registry)
    assert Toy.objects.get().name == "Ours"
