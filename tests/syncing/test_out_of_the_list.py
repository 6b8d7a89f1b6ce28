"""What is out of Gazelle's default list: archived, cancelled yet listed, gone with the whole list, judged late."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from syncing import decisions
from syncing.engine import sync_one
from syncing.fetching.errors import ServerFault
from syncing.models import Leg, StagedRecord, Suspension
from syncing.pruning import archive_raw
from syncing.reconciling.reconciling import reconcile
from syncing.registry import Registry
from syncing.results import Result
from syncing.vocabulary import Mode, Outcome, RowState
from tests.syncing.conftest import Silence, SyncToys
from tests.toyshop.gazelle import ToyGazelle
from tests.toyshop.models import Maker, Toy
from tests.toyshop.sync import MAKERS, TOYS

pytestmark = pytest.mark.django_db(transaction=True)


def fill(toys: ToyGazelle, count: int = 20) -> None:
    toys.maker("mak_01", name="Atelier Beauchêne")
    for number in range(count):
        toys.toy(f"toy_{number:04}", name=f"Toupie {number}", maker={"id": "mak_01"})


def is_gone(pk: str) -> bool:
    return Toy.objects.get(pk=pk).deleted_at is not None


def ask_one(toys: ToyGazelle, registry: Registry, gazelle_id: str) -> Result:
    return sync_one("toys", gazelle_id, registry=registry, transport=toys, reporter=Silence())  # type: ignore[arg-type]  # a stand-in


# -- one record asked again --------------------------------------------------------------------------------------------


def test_an_archived_record_asked_alone_is_brought_up_to_date_and_stays_out_of_the_list(
    toys: ToyGazelle, sync_toys: SyncToys, registry: Registry
) -> None:
    fill(toys)
    toys.archived = {"toy_0003"}
    sync_toys()
    toys.toy("toy_0003", name="corrigée aux archives")
    result = ask_one(toys, registry, "toy_0003")
    assert Toy.objects.get(pk="toy_0003").name == "corrigée aux archives"
    assert is_gone("toy_0003")
    assert result.tallies["toys"].outcomes == {Outcome.UPDATED: 1}


def test_an_archived_record_that_changed_is_not_said_to_have_come_back(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    toys.archived = {"toy_0003"}
    sync_toys()
    version = Toy.objects.get(pk="toy_0003").version
    toys.toy("toy_0003", name="corrigée aux archives")
    result = sync_toys()["toys"]
    assert result.tallies["toys"].outcomes == {Outcome.UPDATED: 1}
    toy = Toy.objects.get(pk="toy_0003")
    assert (toy.name, toy.version, is_gone("toy_0003")) == ("corrigée aux archives", version + 1, True)


def test_an_archived_record_comes_back_when_the_default_list_shows_it(
    toys: ToyGazelle, sync_toys: SyncToys, registry: Registry
) -> None:
    fill(toys)
    toys.archived = {"toy_0003"}
    sync_toys()
    toys.archived = set()
    toys.toy("toy_0003", name="sortie des archives")
    ask_one(toys, registry, "toy_0003")
    assert is_gone("toy_0003")
    sync_toys(mode=Mode.INCREMENTAL)
    assert not is_gone("toy_0003")


def test_a_record_that_left_by_its_own_word_comes_back_by_it(
    toys: ToyGazelle, sync_toys: SyncToys, registry: Registry
) -> None:
    fill(toys)
    toys.toy("toy_0009", state="BROKEN")
    sync_toys()
    ask_one(toys, registry, "toy_0009")
    assert is_gone("toy_0009")
    toys.toy("toy_0009", state="NEW")
    ask_one(toys, registry, "toy_0009")
    assert not is_gone("toy_0009")


def test_a_new_record_asked_alone_is_present_and_what_is_not_known_is_said(
    toys: ToyGazelle, sync_toys: SyncToys, registry: Registry
) -> None:
    fill(toys)
    sync_toys()
    toys.toy("toy_new", name="Bilboquet")
    toys.archived = {"toy_new"}
    result = ask_one(toys, registry, "toy_new")
    assert not is_gone("toy_new")
    assert "Gazelle ne dit pas si cette fiche est archivée" in result.warnings[0]
    sync_toys()
    assert is_gone("toy_new")


# -- the lists outside the default one ---------------------------------------------------------------------------------


def test_a_partial_answer_about_the_archived_proves_no_absence_and_is_counted(
    toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    fill(toys)
    sync_toys()
    toys.delete("allToys", "toy_0007")
    toys.complains_besides = True
    result = sync_toys()["toys"]
    assert not is_gone("toy_0007")
    assert Leg.objects.filter(entity="toys").latest("started_at").faults == 1
    assert any("Something went wrong" in warning for warning in result.warnings)
    toys.complains_besides = False
    sync_toys()
    assert is_gone("toy_0007")


def test_a_page_of_the_archived_that_could_not_be_staged_waits_in_the_spool(
    toys: ToyGazelle, sync_toys: SyncToys, own_spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(toys)
    toys.archived = {"toy_0003"}
    sync_toys()
    toys.toy("toy_0003", name="corrigée aux archives")

    def dies(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("syncing.running.absences.keep_out", dies)
    with pytest.raises(KeyboardInterrupt):
        sync_toys("toys")
    assert list(own_spool.glob("toys/*-besides/page-*.json"))
    monkeypatch.undo()
    sync_toys("toys", mode=Mode.INCREMENTAL)
    assert not list(own_spool.rglob("page-*.json"))
    assert Toy.objects.get(pk="toy_0003").name == "corrigée aux archives"
    assert is_gone("toy_0003")


# -- cancelled yet listed ----------------------------------------------------------------------------------------------


def test_a_record_that_says_it_left_and_is_listed_all_the_same_is_written_once(
    toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    fill(toys)
    toys.lists_broken = True
    toys.toy("toy_0009", state="BROKEN")
    sync_toys()
    assert is_gone("toy_0009")
    before = list(StagedRecord.objects.order_by("pk").values()), list(Toy.objects.order_by("pk").values())
    result = sync_toys()["toys"]
    after = list(StagedRecord.objects.order_by("pk").values()), list(Toy.objects.order_by("pk").values())
    assert after == before
    assert not result.tallies["toys"].outcomes


# -- rows lost here ----------------------------------------------------------------------------------------------------


def test_a_lost_row_whose_raw_text_was_archived_heals_even_after_a_replay_failed_on_it(
    toys: ToyGazelle, sync_toys: SyncToys, registry: Registry
) -> None:
    fill(toys, 3)
    sync_toys()
    StagedRecord.objects.update(staged_at=timezone.now() - timedelta(days=31))
    archive_raw(TOYS)
    Toy.objects.filter(pk="toy_0001").delete()
    reconcile(TOYS, registry, replay=True)
    assert StagedRecord.objects.get(gazelle_id="toy_0001").state == RowState.FAILED
    sync_toys("toys")
    sync_toys("toys")
    assert Toy.objects.get(pk="toy_0001").name == "Toupie 1"


def test_a_lost_row_that_others_cite_is_a_placeholder_until_it_heals(
    toys: ToyGazelle, sync_toys: SyncToys, registry: Registry
) -> None:
    fill(toys, 3)
    sync_toys()
    StagedRecord.objects.update(staged_at=timezone.now() - timedelta(days=31))
    archive_raw(MAKERS)
    Toy.objects.update(maker=None)
    Maker.objects.all().delete()
    reconcile(TOYS, registry, replay=True)
    assert Maker.objects.get().is_placeholder
    reconcile(MAKERS, registry, replay=True)
    sync_toys()
    sync_toys()
    maker = Maker.objects.get()
    assert (maker.is_placeholder, maker.name) == (False, "Atelier Beauchêne")


# -- an empty list -----------------------------------------------------------------------------------------------------


def error_code(result: Result) -> str:
    return result.error.code if result.error else ""


def test_the_last_record_of_a_table_is_gone_once_gazelle_says_so_of_it(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 1)
    sync_toys()
    toys.delete("allToys", "toy_0000")
    assert error_code(sync_toys(mode=Mode.INCREMENTAL)["toys"]) == "empty_list"
    result = sync_toys()["toys"]
    assert result.error is None
    assert is_gone("toy_0000")
    assert result.tallies["toys"].outcomes == {Outcome.DELETED: 1}
    assert sync_toys(mode=Mode.INCREMENTAL)["toys"].error is None


def test_the_last_record_of_a_table_that_still_answers_stays(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 1)
    sync_toys()
    toys.hidden = {"toy_0000"}
    toys.toy("toy_0000", name="cachée")
    result = sync_toys()["toys"]
    assert error_code(result) == "empty_list"
    assert Toy.objects.get().name == "cachée"
    assert not is_gone("toy_0000")


@pytest.mark.parametrize("answer", [decisions.accept, decisions.refuse])
def test_a_table_that_became_empty_waits_for_a_person_and_settles_either_way(
    answer: object, toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    fill(toys, 8)
    sync_toys()
    toys.lists["allToys"] = {}
    assert error_code(sync_toys()["toys"]) == "empty_list"
    suspension = Suspension.objects.get()
    assert (suspension.entity, len(suspension.ids), suspension.scanned) == ("toys", 8, 8)
    assert not Toy.objects.exclude(deleted_at=None).exists()
    assert error_code(sync_toys()["toys"]) == "empty_list"
    answer(Suspension.objects.get(), by=User.objects.create(username="odile"), **_registry(answer))  # type: ignore[operator]
    result = sync_toys()["toys"]
    assert result.error is None
    assert Leg.objects.filter(entity="toys").latest("started_at").sealed_at is not None
    assert Toy.objects.exclude(deleted_at=None).count() == (8 if answer is decisions.accept else 0)
    assert not Suspension.objects.filter(decided_at=None).exists()


def _registry(answer: object) -> dict[str, Registry]:
    return {"registry": Registry((MAKERS, TOYS))} if answer is decisions.accept else {}


def test_without_a_single_read_even_one_record_waits_for_a_person(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    toys.maker("mak_01")
    sync_toys()
    toys.delete("allMakers", "mak_01")
    for _ in range(3):
        assert error_code(sync_toys()["makers"]) == "empty_list"
    assert Maker.objects.get().deleted_at is None
    assert Suspension.objects.get().ids == ["mak_01"]


def test_an_empty_list_that_announces_records_is_not_even_asked_about(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 1)
    sync_toys()
    toys.delete("allToys", "toy_0000")
    toys.lie = 4
    assert error_code(sync_toys()["toys"]) == "empty_list"
    assert not is_gone("toy_0000")
    assert not Suspension.objects.exists()


# -- judged late -------------------------------------------------------------------------------------------------------


def test_a_full_reading_that_died_before_it_was_judged_is_judged_by_the_next_sync(
    toys: ToyGazelle, sync_toys: SyncToys, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(toys)
    sync_toys()
    toys.delete("allToys", "toy_0007")

    def dies(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("syncing.running.absences.look", dies)
    with pytest.raises(KeyboardInterrupt):
        sync_toys("toys")
    monkeypatch.undo()
    full = Leg.objects.get(entity="toys", audit__isnull=True)
    assert full.sealed_at is not None
    toys.toy("toy_later", name="arrivée depuis")
    sync_toys("toys", mode=Mode.INCREMENTAL)
    assert is_gone("toy_0007")
    assert not is_gone("toy_later")
    full.refresh_from_db()
    assert (full.deleted, full.error_code) == (1, "")
    assert full.audit == {"here": 19, "in_gazelle": 19, "sampled": 19, "differing": [], "unknown": []}
    requests = toys.requests
    sync_toys("toys", mode=Mode.INCREMENTAL)
    assert toys.requests == requests + 1


def test_a_judgement_that_fails_again_does_not_keep_people_from_fresh_data(
    toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    fill(toys)
    sync_toys()

    def fails(page: int) -> None:
        raise ServerFault("gazelle est en panne (HTTP 500).")

    toys.before_besides = fails
    assert error_code(sync_toys()["toys"]) == "server_fault"
    toys.toy("toy_0001", name="fraîche")
    result = sync_toys("toys", mode=Mode.INCREMENTAL)["toys"]
    assert result.error is None
    assert "n’a pas pu être vérifiée" in result.warnings[0]
    assert Toy.objects.get(pk="toy_0001").name == "fraîche"
    toys.before_besides = lambda page: None
    sync_toys("toys", mode=Mode.INCREMENTAL)
    assert not Leg.objects.filter(entity="toys", mode=Mode.FULL, audit__isnull=True).exists()


def test_a_repair_judges_nobody_not_even_late(
    toys: ToyGazelle, sync_toys: SyncToys, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(toys)
    sync_toys()
    toys.delete("allToys", "toy_0007")
    Leg.objects.filter(entity="toys").update(audit=None)
    today = timezone.now()
    sync_toys("toys", mode=Mode.REPAIR, period=(today - timedelta(days=1), today + timedelta(days=1)))
    assert Leg.objects.filter(entity="toys", mode=Mode.FULL, audit__isnull=True).exists()
