"""Who is gone from Gazelle: proven, braked, brought back; merges recognised; fields that empty everywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from syncing.engine import settle, sync_one
from syncing.models import Drift, Leg, Move, Redirect, StagedRecord, Suspension
from syncing.pruning import archive_raw, prune
from syncing.reconciling.reconciling import reconcile
from syncing.registry import Registry
from syncing.vocabulary import Mode, Outcome, RowState
from tests.syncing.conftest import Silence, SyncToys
from tests.toyshop.gazelle import ToyGazelle
from tests.toyshop.models import Maker, Part, Toy
from tests.toyshop.sync import MAKERS, TOYS

pytestmark = pytest.mark.django_db(transaction=True)


def fill(toys: ToyGazelle, count: int = 60) -> None:
    for number in range(20):
        toys.maker(f"mak_{number:02}", name=f"Atelier {number}")
    for number in range(count):
        parts = [{"id": f"part_{number}_{rank}", "name": f"pièce {rank}", "maker": None} for rank in range(2)]
        toys.toy(f"toy_{number:04}", name=f"Toupie {number}", note="bois", maker={"id": "mak_01"}, parts=parts)


def gone(*ids: str) -> list[bool]:
    return [Toy.objects.get(pk=pk).deleted_at is not None for pk in ids]


# -- absences ----------------------------------------------------------------------------------------------------------


def test_a_record_that_gazelle_no_longer_knows_is_marked_gone_never_erased(
    toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    fill(toys)
    sync_toys()
    toys.delete("allToys", "toy_0007")
    tally = sync_toys()["toys"].tallies["toys"]
    assert tally.outcomes[Outcome.DELETED] == 1
    toy = Toy.objects.get(pk="toy_0007")
    assert toy.deleted_at is not None
    assert (toy.name, toy.version) == ("Toupie 7", 2)
    assert Leg.objects.filter(entity="toys").latest("started_at").deleted == 1


def test_an_incremental_reading_of_the_whole_list_marks_nobody(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    toys.delete("allToys", "toy_0007")
    sync_toys(mode=Mode.INCREMENTAL)
    assert gone("toy_0007") == [False]


def test_a_record_that_fell_between_two_pages_is_asked_and_kept(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    toys.hidden.add("toy_0003")
    sync_toys()
    assert gone("toy_0003") == [False]


def test_without_a_single_read_two_complete_readings_are_needed(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    toys.delete("allMakers", "mak_19")
    sync_toys()
    assert Maker.objects.get(pk="mak_19").deleted_at is None
    sync_toys()
    assert Maker.objects.get(pk="mak_19").deleted_at is not None


def test_a_record_deleted_while_a_reading_was_stopped_needs_two_whole_readings_after_it(
    toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    fill(toys)
    sync_toys()
    for number in range(20, 120):
        toys.maker(f"mak_{number:03}", name=f"Atelier {number}")

    def stop(root: str, page: int) -> None:
        if (root, page) == ("allMakers", 2):
            raise KeyboardInterrupt

    toys.before_page = stop
    with pytest.raises(KeyboardInterrupt):
        sync_toys("makers")
    toys.before_page = lambda root, page: None
    toys.delete("allMakers", "mak_00")  # on the first page, which was read
    toys.maker("mak_999", name="Atelier neuf")  # so that as many are seen as were announced
    told = []
    for _ in range(3):
        sync_toys("makers")
        told.append(Maker.objects.get(pk="mak_00").deleted_at is not None)
    assert Leg.objects.filter(entity="makers", resumed__gt=0).count() == 1
    assert told == [False, False, True]


def test_a_mass_disappearance_stops_and_asks_and_nothing_is_marked(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    for number in range(30):
        toys.delete("allToys", f"toy_{number:04}")
    result = sync_toys()["toys"]
    assert Toy.objects.filter(deleted_at=None).count() == 60
    suspension = Suspension.objects.get()
    assert (suspension.kind, suspension.entity, len(suspension.ids)) == ("deletion", "toys", 30)
    assert "Une personne doit confirmer" in " ".join(result.warnings)


def test_many_unproven_absences_stop_and_ask(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    for number in range(200):
        toys.maker(f"mak_{number:03}")
    sync_toys()
    for number in range(11):
        toys.delete("allMakers", f"mak_{number:03}")
    sync_toys()
    sync_toys()
    assert not Maker.objects.exclude(deleted_at=None).exists()
    assert Suspension.objects.get().entity == "makers"


def test_an_empty_list_proves_nothing_seals_nothing_and_is_said(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    kept, toys.lists["allToys"] = toys.lists["allToys"], {}
    result = sync_toys()["toys"]
    assert result.error is not None
    assert result.error.code == "empty_list"
    assert not Toy.objects.exclude(deleted_at=None).exists()
    assert Leg.objects.filter(entity="toys").latest("started_at").sealed_at is None
    toys.lists["allToys"] = kept
    assert sync_toys()["toys"].error is None


def test_a_suspension_withdraws_itself_when_everybody_is_back(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    kept = dict(toys.lists["allToys"])
    for number in range(30):
        toys.delete("allToys", f"toy_{number:04}")
    sync_toys()
    toys.lists["allToys"] = kept
    sync_toys()
    assert Suspension.objects.get().decided_at is not None


def test_a_window_neither_withdraws_nor_shrinks_the_question_of_a_full_reading(
    toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    fill(toys)
    soon = timezone.localdate() + timedelta(days=5)
    for number in range(40):
        toys.toy(f"toy_{number:04}", soldOn=str(soon))
    sync_toys()
    kept = dict(toys.lists["allToys"])
    for number in range(30):
        toys.delete("allToys", f"toy_{number:04}")
    sync_toys()
    toys.lists["allToys"]["toy_0000"] = kept["toy_0000"]
    sync_toys("toys", mode=Mode.RECENT)
    suspension = Suspension.objects.get()
    assert (len(suspension.ids), suspension.decided_at) == (30, None)


def test_a_gone_record_that_comes_back_unchanged_is_revived(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    node = toys.lists["allToys"]["toy_0007"]
    toys.delete("allToys", "toy_0007")
    sync_toys()
    toys.lists["allToys"]["toy_0007"] = node
    tally = sync_toys(mode=Mode.INCREMENTAL)["toys"].tallies["toys"]
    assert tally.outcomes[Outcome.REVIVED] == 1
    assert gone("toy_0007") == [False]


def test_a_row_lost_here_is_written_again_from_what_was_staged(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    Part.objects.filter(toy_id="toy_0007").delete()
    Toy.objects.filter(pk="toy_0007").delete()
    sync_toys(mode=Mode.INCREMENTAL)
    assert Toy.objects.get(pk="toy_0007").name == "Toupie 7"


def test_a_status_that_leaves_the_list_is_read_and_marked(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    toys.toy("toy_0009", state="BROKEN")
    sync_toys()
    toy = Toy.objects.get(pk="toy_0009")
    assert (toy.state, toy.deleted_at is not None) == ("BROKEN", True)
    sync_toys()
    assert Toy.objects.get(pk="toy_0009").version == toy.version
    toys.toy("toy_0009", state="NEW")
    sync_toys()
    assert gone("toy_0009") == [False]


def test_a_sealed_window_proves_who_left_it_and_judges_nobody_outside(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    today = timezone.localdate()
    for number, days in ((1, 3), (2, 5), (3, 90)):
        toys.toy(f"toy_{number:04}", soldOn=str(today + timedelta(days=days)))
    sync_toys()
    for number in (1, 3):
        toys.delete("allToys", f"toy_{number:04}")
    sync_toys("toys", mode=Mode.RECENT)
    assert gone("toy_0001", "toy_0002", "toy_0003") == [True, False, False]


def test_archived_records_are_here_and_out_of_the_default_list(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    toys.archived = {"toy_0003"}
    sync_toys()
    assert Toy.objects.get(pk="toy_0003").name == "Toupie 3"
    assert gone("toy_0003", "toy_0004") == [True, False]
    toys.archived = {"toy_0004"}
    sync_toys()
    assert gone("toy_0003", "toy_0004") == [False, True]


def test_a_replay_shows_nothing_new_so_it_revives_nobody(
    toys: ToyGazelle, sync_toys: SyncToys, registry: Registry
) -> None:
    fill(toys)
    sync_toys()
    toys.delete("allToys", "toy_0007")
    sync_toys()
    reconcile(TOYS, registry, replay=True)
    assert gone("toy_0007") == [True]


def test_those_whose_removal_was_refused_are_not_asked_about_again(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    for number in range(30):
        toys.delete("allToys", f"toy_{number:04}")
    sync_toys()
    Suspension.objects.update(accepted=False, decided_at=timezone.now())
    toys.delete("allToys", "toy_0045")
    sync_toys()
    assert gone("toy_0001", "toy_0045") == [False, True]
    assert Suspension.objects.count() == 1


def test_a_record_that_cannot_be_asked_costs_only_itself(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    for pk in ("toy_0007", "toy_0008"):
        toys.delete("allToys", pk)
    toys.mute = {"toy_0007"}
    result = sync_toys()["toys"]
    assert result.error is None
    assert gone("toy_0007", "toy_0008") == [False, True]
    assert result.legs["toys"].finished_at is not None


def test_a_partial_answer_proves_no_absence(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    toys.delete("allToys", "toy_0007")
    toys.complains = True
    sync_toys()
    assert gone("toy_0007") == [False]
    toys.complains = False
    sync_toys()
    assert gone("toy_0007") == [True]


# -- windows, repair, single records -----------------------------------------------------------------------------------


def test_the_first_reading_is_whole_whatever_is_asked(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys("toys", mode=Mode.RECENT)
    assert Toy.objects.count() == 60
    assert Leg.objects.get(entity="toys").mode == Mode.FULL


def test_an_outage_widens_the_window_by_its_own_length(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    Leg.objects.update(started_at=timezone.now() - timedelta(days=5), sealed_at=timezone.now() - timedelta(days=5))
    sync_toys("toys", mode=Mode.RECENT)
    leg = Leg.objects.get(entity="toys", mode=Mode.RECENT)
    assert leg.since is not None
    assert timezone.now() - leg.since > timedelta(days=5, hours=23)


def test_a_period_is_repaired_without_moving_the_mark_nor_marking_anybody(
    toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    fill(toys)
    today = timezone.now()
    toys.toy("toy_0001", soldOn=str(today.date()))
    sync_toys()
    toys.toy("toy_0001", name="réparée")
    toys.delete("allToys", "toy_0002")
    sync_toys("toys", mode=Mode.REPAIR, period=(today - timedelta(days=1), today + timedelta(days=1)))
    assert Toy.objects.get(pk="toy_0001").name == "réparée"
    assert gone("toy_0002") == [False]
    assert Leg.objects.latest("started_at").mode == Mode.REPAIR


def test_one_record_is_asked_again(toys: ToyGazelle, sync_toys: SyncToys, registry: Registry) -> None:
    fill(toys)
    sync_toys()
    toys.toy("toy_0005", name="redemandée")
    before = toys.requests
    result = sync_one("toys", "toy_0005", registry=registry, transport=toys, reporter=Silence())  # type: ignore[arg-type]  # a stand-in
    assert Toy.objects.get(pk="toy_0005").name == "redemandée"
    assert toys.requests == before + 1
    assert result.error is None
    unknown = sync_one("toys", "toy_nobody", registry=registry, transport=toys, reporter=Silence())  # type: ignore[arg-type]  # a stand-in
    assert unknown.warnings == ["Gazelle ne connaît pas « toy_nobody »."]
    with pytest.raises(LookupError, match="une fiche à la fois"):
        sync_one("makers", "mak_01", registry=registry, transport=toys, reporter=Silence())  # type: ignore[arg-type]  # a stand-in


# -- owned rows, merges ------------------------------------------------------------------------------------------------


def test_owned_rows_follow_their_owner(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 3)
    sync_toys()
    assert Part.objects.count() == 6
    toys.toy("toy_0001", parts=[{"id": "part_1_0", "name": "neuve", "maker": {"id": "mak_77"}}])
    sync_toys()
    kept, dropped = Part.objects.get(pk="part_1_0"), Part.objects.get(pk="part_1_1")
    assert (kept.name, kept.maker_id, kept.deleted_at) == ("neuve", "mak_77", None)
    assert dropped.deleted_at is not None
    assert Maker.objects.get(pk="mak_77").is_placeholder
    del toys.lists["allToys"]["toy_0002"]["parts"]
    sync_toys()
    assert Part.objects.filter(toy_id="toy_0002", deleted_at=None).count() == 2


def test_a_merge_made_in_gazelle_is_recognised_when_everything_moved_to_one_other(
    toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    fill(toys)
    sync_toys()
    for pk in list(toys.lists["allToys"]):
        toys.toy(pk, maker={"id": "mak_02"})
    toys.delete("allMakers", "mak_01")
    sync_toys()
    assert Move.objects.filter(before="mak_01", after="mak_02").count() == 60
    sync_toys()
    redirect = Redirect.objects.get()
    assert (redirect.entity, redirect.old_id, redirect.kept_id) == ("makers", "mak_01", "mak_02")
    toys.toy("toy_late", maker={"id": "mak_01"})
    sync_toys()
    assert Toy.objects.get(pk="toy_late").maker_id == "mak_02"


def test_work_handed_over_to_a_colleague_is_no_merge(
    toys: ToyGazelle, sync_toys: SyncToys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MAKERS.__dict__, "mergeable", False)
    fill(toys)
    sync_toys()
    for pk in list(toys.lists["allToys"]):
        toys.toy(pk, maker={"id": "mak_02"})
    toys.delete("allMakers", "mak_01")
    for _ in range(3):
        sync_toys()
    assert Maker.objects.get(pk="mak_01").deleted_at is not None
    assert not Redirect.objects.exists()


def test_a_sale_before_a_deletion_is_no_merge(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 5)
    sync_toys()
    toys.toy("toy_0000", maker={"id": "mak_02"})
    toys.delete("allToys", "toy_0001")
    toys.delete("allMakers", "mak_01")
    for _ in range(3):
        sync_toys()
    assert not Redirect.objects.exists()


def test_a_record_that_comes_back_undoes_its_redirect(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    maker = toys.lists["allMakers"]["mak_01"]
    for pk in list(toys.lists["allToys"]):
        toys.toy(pk, maker={"id": "mak_02"})
    toys.delete("allMakers", "mak_01")
    for _ in range(3):
        sync_toys()
    assert Redirect.objects.filter(undone_at=None).exists()
    toys.lists["allMakers"]["mak_01"] = maker
    toys.toy("toy_0000", maker={"id": "mak_01"})
    sync_toys()
    assert not Redirect.objects.filter(undone_at=None).exists()
    assert Toy.objects.get(pk="toy_0000").maker_id == "mak_01"


def test_no_merge_is_inferred_when_the_references_went_to_several(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    for rank, pk in enumerate(list(toys.lists["allToys"])):
        toys.toy(pk, maker={"id": "mak_02" if rank % 2 else "mak_03"})
    toys.delete("allMakers", "mak_01")
    for _ in range(3):
        sync_toys()
    assert Maker.objects.get(pk="mak_01").deleted_at is not None
    assert not Redirect.objects.exists()


# -- fields that empty, drift ------------------------------------------------------------------------------------------


def test_a_field_emptied_everywhere_is_held_until_a_person_says_yes(
    toys: ToyGazelle, sync_toys: SyncToys, registry: Registry
) -> None:
    fill(toys)
    sync_toys()
    for number in range(12):
        toys.toy(f"toy_{number:04}", name="")
    toys.toy("toy_0030", name="change quand même")
    sync_toys()
    assert Toy.objects.filter(name="").count() == 0
    assert Toy.objects.get(pk="toy_0030").name == "change quand même"
    suspension = Suspension.objects.get()
    assert (suspension.kind, suspension.column, len(suspension.ids)) == ("emptying", "name", 12)
    assert StagedRecord.objects.filter(state=RowState.HELD).count() == 12
    Suspension.objects.update(accepted=True, decided_at=timezone.now())
    StagedRecord.objects.filter(state=RowState.HELD).update(state=RowState.PENDING)
    list(settle([TOYS], registry=registry))
    assert Toy.objects.filter(name="").count() == 12


def test_a_replay_leaves_held_rows_held(toys: ToyGazelle, sync_toys: SyncToys, registry: Registry) -> None:
    fill(toys)
    sync_toys()
    for number in range(12):
        toys.toy(f"toy_{number:04}", name="")
    sync_toys()
    reconcile(TOYS, registry, replay=True)
    assert Toy.objects.filter(name="").count() == 0


def test_a_question_about_an_emptied_field_withdraws_when_gazelle_fills_it_again(
    toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    fill(toys)
    sync_toys()
    for number in range(12):
        toys.toy(f"toy_{number:04}", name="")
    sync_toys()
    for number in range(12):
        toys.toy(f"toy_{number:04}", name=f"Toupie {number}")
    sync_toys()
    assert Suspension.objects.get().decided_at is not None
    assert not StagedRecord.objects.filter(state=RowState.HELD).exists()


def test_a_list_of_owned_rows_emptied_everywhere_is_held_too(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    for pk in list(toys.lists["allToys"]):
        toys.toy(pk, parts=[])
    sync_toys()
    assert Part.objects.filter(deleted_at=None).count() == 120
    assert Suspension.objects.get().column == "toyshop.Part"


def test_a_null_among_owned_rows_removes_nobody(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 3)
    sync_toys()
    toys.toy("toy_0001", parts=[{"id": "part_1_0", "name": "seule lisible", "maker": None}, None])
    sync_toys()
    assert Part.objects.filter(toy_id="toy_0001", deleted_at=None).count() == 2


def test_a_value_kept_by_hand_is_not_counted_as_emptied(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    for pk in list(toys.lists["allToys"]):
        toys.toy(pk, note="")
    sync_toys()
    Toy.objects.update(note="écrite ici")
    for number in range(15):
        toys.toy(f"toy_{number:04}", name="renommée")
    sync_toys()
    assert Toy.objects.filter(name="renommée", note="écrite ici").count() == 15
    assert not Suspension.objects.exists()


def test_a_few_emptied_fields_pass(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    for number in range(9):
        toys.toy(f"toy_{number:04}", name="")
    sync_toys()
    assert Toy.objects.filter(name="").count() == 9


def test_a_new_value_of_an_enum_is_kept_and_told_with_samples(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 3)
    toys.toy("toy_0001", state="HAUNTED")
    sync_toys()
    assert Toy.objects.get(pk="toy_0001").state == "HAUNTED"
    drift = Drift.objects.get()
    assert (drift.kind, drift.path, drift.value, drift.samples) == ("value", "state", "HAUNTED", ["toy_0001"])


def test_a_value_that_changes_type_is_told(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 3)
    toys.toy("toy_0001", price="12,50")
    sync_toys()
    assert Drift.objects.get().path == "price"


def test_a_field_that_gazelle_lost_is_read_without_and_its_column_keeps_what_it_had(
    toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    fill(toys, 3)
    sync_toys()
    toys.unknown_fields = {"note"}
    toys.toy("toy_0001", name="lue quand même")
    for node in toys.lists["allToys"].values():
        node.pop("note")
    result = sync_toys()["toys"]
    assert result.error is None
    toy = Toy.objects.get(pk="toy_0001")
    assert (toy.name, toy.note) == ("lue quand même", "bois")
    assert Drift.objects.get().path == "Toy.note"
    assert "ne connaît plus le champ « note »" in result.warnings[0]


# -- audit, archive ----------------------------------------------------------------------------------------------------


def test_a_full_reading_compares_counts_and_a_sample_with_the_source(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    audit = Leg.objects.get(entity="toys").audit
    assert audit == {"here": 60, "in_gazelle": 60, "sampled": 20, "differing": [], "unknown": []}


def test_a_raw_text_that_the_table_holds_is_archived_and_replay_reads_the_table(
    toys: ToyGazelle, sync_toys: SyncToys, registry: Registry
) -> None:
    fill(toys, 3)
    sync_toys()
    assert archive_raw(TOYS) == 0
    StagedRecord.objects.update(staged_at=timezone.now() - timedelta(days=31))
    assert archive_raw(TOYS) == 3
    assert reconcile(TOYS, registry, replay=True).outcomes[Outcome.UNCHANGED] == 3
    toys.toy("toy_0001", name="plus neuve")
    sync_toys()
    assert Toy.objects.get(pk="toy_0001").name == "plus neuve"


def test_rows_without_a_name_of_their_own_do_not_pile_up(
    toys: ToyGazelle, sync_toys: SyncToys, registry: Registry
) -> None:
    fill(toys, 3)
    for edit in range(4):
        toys.toy("bad", name=f"version {edit}")
        toys.lists["allToys"]["bad"]["id"] = ""
        sync_toys()
    assert StagedRecord.objects.filter(state=RowState.REJECTED).count() == 4
    prune(registry)
    assert StagedRecord.objects.filter(state=RowState.REJECTED).count() == 1


def test_a_corrected_parser_reaches_shared_columns_too(
    toys: ToyGazelle, sync_toys: SyncToys, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(toys, 3)
    sync_toys()
    Toy.objects.filter(pk="toy_0002").update(note="écrite ici")
    parse = TOYS.parse

    def corrected(node):  # type: ignore[no-untyped-def]  # stands in for a later version of parse_toy
        draft = parse(node)
        draft.columns["note"] = str(draft.columns["note"]).upper()
        return draft

    monkeypatch.setitem(TOYS.__dict__, "parse", corrected)
    reconcile(TOYS, registry, replay=True)
    assert Toy.objects.get(pk="toy_0001").note == "BOIS"
    assert Toy.objects.get(pk="toy_0002").note == "écrite ici"
    assert MAKERS.parse is not corrected
