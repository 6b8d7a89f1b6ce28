"""The engine from request to row, on a toy domain: what a sync promises, and what it survives."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from syncing.digests import unreadable
from syncing.fetching.errors import CursorRefused, ServerFault, TooDeep, Unreachable
from syncing.leases import DURATION, acquire
from syncing.models import Conflict, Leg, LegPage, MirroredModel, StagedRecord
from syncing.reconciling.reconciling import reconcile
from syncing.registry import Registry
from syncing.staging.accepting import stage_page
from syncing.vocabulary import Mode, Outcome, RowState
from tests.syncing.conftest import SyncToys
from tests.toyshop.gazelle import ToyGazelle
from tests.toyshop.models import Maker, Toy
from tests.toyshop.sync import TOYS

pytestmark = pytest.mark.django_db(transaction=True)


def fill(toys: ToyGazelle, count: int = 250) -> None:
    toys.maker("mak_1", name="Atelier Beauchêne")
    for number in range(count):
        toys.toy(
            f"toy_{number:04}", name=f"Toupie {number}", note=f"note {number}", maker={"id": "mak_1"}, tags=["bois"]
        )


def rows(model: type[Model]) -> list[dict[str, object]]:
    return list(model._default_manager.order_by("pk").values())


def test_every_record_of_the_source_is_here_once_field_by_field(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    here = {toy.pk: toy for toy in Toy.objects.all()}
    assert here.keys() == toys.lists["allToys"].keys()
    for pk, node in toys.lists["allToys"].items():
        assert here[pk].raw_data == node
        assert (here[pk].name, here[pk].note, here[pk].tags) == (node["name"], node["note"], node["tags"])
        assert here[pk].maker_id == "mak_1"
        assert here[pk].version == 1


def test_the_second_sync_writes_nothing_in_staging_nor_domain(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    before = rows(Toy), rows(Maker), rows(StagedRecord)
    with CaptureQueriesContext(connection) as queries:
        sync_toys()
    assert (rows(Toy), rows(Maker), rows(StagedRecord)) == before
    written = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert not [sql for sql in written if "toyshop_" in sql or "syncing_stagedrecord" in sql]


def test_edits_and_creations_converge(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys)
    sync_toys()
    toys.toy("toy_0007", name="Toupie d’érable")
    toys.toy("toy_new", name="Bilboquet", maker={"id": "mak_2"})
    toys.maker("mak_2", name="Chez Noémie")
    tallies = sync_toys()["toys"].tallies["toys"]
    assert tallies.outcomes[Outcome.UPDATED] == 1
    assert tallies.outcomes[Outcome.CREATED] == 1
    assert Toy.objects.get(pk="toy_0007").version == 2
    assert Toy.objects.get(pk="toy_new", maker__name="Chez Noémie").maker_id == "mak_2"


def test_what_is_ours_and_what_a_person_changed_survive_every_sync(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 3)
    sync_toys()
    Toy.objects.filter(pk="toy_0000").update(sticker="à nous", note="corrigée à la main")
    toys.toy("toy_0000", name="Toupie rouge", note="")
    sync_toys()
    toy = Toy.objects.get(pk="toy_0000")
    assert (toy.sticker, toy.note, toy.name) == ("à nous", "corrigée à la main", "Toupie rouge")
    assert not Conflict.objects.exists()


def test_a_shared_value_changed_on_both_sides_waits_for_a_person_then_settles(
    toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    fill(toys, 1)
    sync_toys()
    Toy.objects.update(note="ici")
    toys.toy("toy_0000", note="là-bas")
    sync_toys()
    conflict = Conflict.objects.get()
    assert (conflict.base, conflict.ours, conflict.theirs) == ("note 0", "ici", "là-bas")
    assert conflict.settled_at is None
    toys.toy("toy_0000", note="ici")
    sync_toys()
    conflict.refresh_from_db()
    assert conflict.settled_at is not None


def test_an_absent_field_is_not_an_empty_field(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 1)
    sync_toys()
    del toys.lists["allToys"]["toy_0000"]["note"]
    del toys.lists["allToys"]["toy_0000"]["tags"]
    sync_toys()
    toy = Toy.objects.get()
    assert (toy.note, toy.tags) == ("note 0", ["bois"])
    toys.toy("toy_0000", note="", tags=[])
    sync_toys()
    toy.refresh_from_db()
    assert (toy.note, toy.tags) == ("", [])


def test_a_reference_to_an_unknown_record_makes_a_placeholder_that_heals(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    toys.toy("toy_1", name="Cerf-volant", maker={"id": "mak_9"})
    result = sync_toys()["toys"]
    maker = Maker.objects.get(pk="mak_9")
    assert maker.is_placeholder
    assert maker.unknown_name == "Inconnu (mak_9)"
    assert result.tallies["toys"].placeholders == {"makers": 1}
    toys.maker("mak_9", name="Le Volant d’or")
    tally = sync_toys()["makers"].tallies["makers"]
    maker.refresh_from_db()
    assert (maker.is_placeholder, maker.name) == (False, "Le Volant d’or")
    assert tally.outcomes[Outcome.CREATED] == 1


def test_a_reference_that_becomes_null_stays_null(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 1)
    sync_toys()
    toys.toy("toy_0000", maker=None)
    sync_toys()
    assert Toy.objects.get().maker is None


def test_a_revived_record_is_present_again(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 1)
    sync_toys()
    Toy.objects.update(deleted_at=timezone.now())
    toys.toy("toy_0000", name="revenue")
    assert sync_toys()["toys"].tallies["toys"].outcomes[Outcome.REVIVED] == 1
    assert Toy.objects.get().deleted_at is None


BAD_NODES: list[tuple[dict[str, object], str]] = [
    ({"id": None}, "identifiant absent ou vide"),
    ({"id": "t" * 300}, "identifiant de 300 caractères"),
    ({"id": 12}, "identifiant absent ou vide"),
]


@pytest.mark.parametrize(("fields", "reason"), BAD_NODES)
def test_a_record_without_a_usable_id_is_kept_with_its_reason_and_costs_nobody_else(
    fields: dict[str, object], reason: str, toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    fill(toys, 20)
    toys.toy("bad", name="perdue ?")
    toys.lists["allToys"]["bad"] |= fields
    result = sync_toys()["toys"]
    assert result.tallies["toys"].outcomes[Outcome.REJECTED] == 1
    assert Toy.objects.count() == 20
    kept = StagedRecord.objects.get(state=RowState.REJECTED)
    assert reason in kept.last_error
    assert "perdue ?" in bytes(kept.raw or b"").decode()


def test_a_value_of_the_wrong_type_costs_that_value_only(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 2)
    toys.toy("toy_0000", price="cher", tags={"not": "a list"})
    toys.toy("toy_0001", price=2**40)
    sync_toys()
    toy = Toy.objects.get(pk="toy_0000")
    assert (toy.name, toy.price) == ("Toupie 0", None)
    assert toy.raw_data is not None
    assert toy.raw_data["price"] == "cher"
    assert "price : entier attendu, reçu 'cher'" in StagedRecord.objects.get(gazelle_id="toy_0000").last_error
    assert "price" in StagedRecord.objects.get(gazelle_id="toy_0001").last_error


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf"), unreadable("1" * 5_000)])
def test_a_number_nobody_can_hold_is_a_fault_and_its_column_keeps_what_it_had(
    number: object, toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    fill(toys, 2)
    toys.toy("toy_0000", price=12)
    sync_toys()
    toys.toy("toy_0000", price=number, name=number, tags=[number], maker={"id": number}, state="SOLD")
    sync_toys()
    toy = Toy.objects.get(pk="toy_0000")
    assert (toy.price, toy.name, toy.tags, toy.maker_id, toy.state) == (12, "Toupie 0", ["bois"], "mak_1", "SOLD")
    reasons = StagedRecord.objects.get(gazelle_id="toy_0000").last_error
    assert all(f"{name} : " in reasons for name in ("price", "name", "tags", "maker"))


def test_an_answer_too_deep_to_be_read_is_kept_and_said(toys: ToyGazelle, sync_toys: SyncToys, own_spool: Path) -> None:
    fill(toys, 2)

    def too_deep(root: str, page: int) -> None:
        if root == "allToys":
            raise TooDeep("La réponse de Gazelle est emboîtée trop profondément pour être lue.", b"[[[[")

    toys.before_page = too_deep
    results = sync_toys()
    assert results["makers"].error is None
    assert results["toys"].error is not None
    assert results["toys"].error.code == "too_deep"
    (body,) = own_spool.rglob("*.body")
    assert body.read_bytes() == b"[[[["
    assert str(body) in results["toys"].warnings[0]


def test_texts_no_database_can_hold_are_mended_and_kept_raw(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    toys.toy("toy_1", name="nul\x00 et \ud83d seul", note="é" * 5_000_000)
    sync_toys()
    toy = Toy.objects.get()
    assert toy.name == "nul\ufffd et \ufffd seul"
    assert len(toy.note) == 5_000_000
    assert b"\\u0000" in bytes(StagedRecord.objects.get().raw or b"")


def test_one_record_the_database_refuses_costs_one_record(
    toys: ToyGazelle, sync_toys: SyncToys, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(toys, 50)
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX one_name ON toyshop_toy (name)")
    try:
        toys.toy("toy_0049", name="Toupie 7")
        result = sync_toys()["toys"]
        assert result.tallies["toys"].failed == 1
        assert Toy.objects.count() == 49
        row = StagedRecord.objects.get(entity="toys", state=RowState.FAILED)
        assert row.gazelle_id == "toy_0049"
        assert "a refusé la fiche" in row.last_error
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX one_name")


def test_a_parser_that_breaks_on_one_record_costs_one_record(
    toys: ToyGazelle, sync_toys: SyncToys, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(toys, 5)
    parse = TOYS.parse
    monkeypatch.setitem(TOYS.__dict__, "parse", lambda node: 1 / 0 if node["id"] == "toy_0002" else parse(node))
    assert sync_toys()["toys"].tallies["toys"].failed == 1
    assert Toy.objects.count() == 4
    monkeypatch.undo()
    tally = reconcile(TOYS, registry, replay=True)
    assert tally.outcomes[Outcome.CREATED] == 1
    assert Toy.objects.count() == 5


def test_a_corrected_parser_is_applied_by_replay_without_asking_gazelle(
    toys: ToyGazelle, sync_toys: SyncToys, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(toys, 3)
    sync_toys()
    asked = toys.requests
    parse = TOYS.parse

    def corrected(node):  # type: ignore[no-untyped-def]  # stands in for a later version of parse_toy
        draft = parse(node)
        draft.columns["name"] = str(draft.columns["name"]).upper()
        return draft

    monkeypatch.setitem(TOYS.__dict__, "parse", corrected)
    assert reconcile(TOYS, registry, replay=True).outcomes[Outcome.UPDATED] == 3
    assert Toy.objects.get(pk="toy_0001").name == "TOUPIE 1"
    assert toys.requests == asked


# -- resume, leases, isolation -----------------------------------------------------------------------------------------


def test_a_leg_that_died_resumes_at_the_next_page(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 450)

    def dies(root: str, page: int) -> None:
        if root == "allToys" and page == 3:
            raise KeyboardInterrupt

    toys.before_page = dies
    with pytest.raises(KeyboardInterrupt):
        sync_toys("toys")
    leg = Leg.objects.get(entity="toys")
    assert (leg.page, leg.error_code, leg.sealed_at) == (2, "interrupted", None)
    asked: list[int] = []
    toys.before_page = lambda root, page: asked.append(page)
    sync_toys("toys")
    assert asked == [3, 4, 5]
    leg.refresh_from_db()
    assert (leg.resumed, leg.distinct, leg.total) == (1, 450, 450)
    assert leg.sealed_at is not None
    assert Toy.objects.count() == 450


def test_a_page_left_in_the_spool_by_a_crash_is_staged_before_anything_is_asked(
    toys: ToyGazelle, sync_toys: SyncToys, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(toys, 250)

    def crash(**page):  # type: ignore[no-untyped-def]  # the real signature is the engine's business
        if page["number"] == 2:
            raise KeyboardInterrupt
        return stage_page(**page)

    monkeypatch.setattr("syncing.running.stage_page", crash)
    with pytest.raises(KeyboardInterrupt):
        sync_toys("toys")
    monkeypatch.undo()
    asked: list[int] = []
    toys.before_page = lambda root, page: asked.append(page)
    sync_toys("toys")
    assert asked == [3]
    assert Toy.objects.count() == 250


def test_a_spool_file_cut_in_half_is_set_aside_with_its_reason_and_the_page_is_read_again(
    toys: ToyGazelle, sync_toys: SyncToys, own_spool: Path
) -> None:
    fill(toys, 10)
    torn = own_spool / "toys" / "77" / "page-00001.json"
    torn.parent.mkdir(parents=True)
    torn.write_text('{"envelope": 1, "entity": "toys", "nod')
    result = sync_toys()["toys"]
    assert "page-00001.json" in result.warnings[0]
    assert not torn.exists()
    assert list((own_spool / "faults").rglob("*.txt"))
    assert Toy.objects.count() == 10


def test_a_refused_cursor_starts_the_list_again(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 250)
    state = {"refuse": False}

    def interrupt(root: str, page: int) -> None:
        if root == "allToys" and page == 2:
            if state["refuse"]:
                state["refuse"] = False
                raise CursorRefused("vieux curseur")
            state["refuse"] = True
            raise KeyboardInterrupt

    toys.before_page = interrupt
    with pytest.raises(KeyboardInterrupt):
        sync_toys("toys")
    toys.before_page = lambda root, page: interrupt(root, page) if state["refuse"] else None
    result = sync_toys("toys")["toys"]
    assert result.error is None
    assert "relue du début" in result.warnings[0]
    assert Toy.objects.count() == 250


def test_an_entity_that_fails_says_so_and_the_others_go_on(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 10)

    def fails(root: str, page: int) -> None:
        if root == "allMakers":
            raise ServerFault("gazelle est en panne (HTTP 500).")

    toys.before_page = fails
    results = sync_toys()
    assert str(results["makers"].error) == "gazelle est en panne (HTTP 500)."
    assert results["toys"].error is None
    assert Toy.objects.count() == 10
    leg = Leg.objects.get(entity="makers")
    assert (leg.error_code, leg.sealed_at) == ("server_fault", None)
    assert leg.error_action


def test_a_surprise_in_one_entity_stays_in_that_entity(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 10)

    def breaks(root: str, page: int) -> None:
        if root == "allMakers":
            raise ZeroDivisionError("division by zero")

    toys.before_page = breaks
    results = sync_toys()
    assert results["makers"].error is not None
    assert results["makers"].error.code == "surprise"
    assert Toy.objects.count() == 10


def test_a_second_run_beside_the_first_says_so_and_leaves_the_entity_alone(
    toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    fill(toys, 10)
    assert acquire("sync:toys", "elsewhere:1:x")
    results = sync_toys()
    assert results["toys"].skipped
    assert "Une autre lecture est en cours" in str(results["toys"].error)
    assert results["makers"].error is None
    assert not Toy.objects.exists()


def test_the_lease_of_a_dead_process_of_this_machine_is_taken_over_at_once(
    toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    import socket
    import subprocess
    import sys

    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    fill(toys, 3)
    assert acquire("sync:toys", f"{socket.gethostname()}:{dead.pid}:x", DURATION)
    assert sync_toys()["toys"].error is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's connection is a file: nobody cuts it")
def test_a_connection_that_the_server_cut_between_two_syncs_costs_nothing(
    toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    fill(toys, 3)
    sync_toys()
    connection.connection.close()  # as after a restart of the server; Django has not noticed
    assert all(result.error is None for result in sync_toys().values())


def test_a_total_that_lies_is_said_and_nothing_is_lost(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 30)
    toys.lie = 5
    result = sync_toys("toys")["toys"]
    assert result.error is None
    assert "Gazelle annonce 35 fiches et en a donné 30." in result.warnings[-1]
    assert Leg.objects.filter(entity="toys").count() == 2
    assert Toy.objects.count() == 30


def test_pages_that_shifted_while_reading_are_read_again_and_nothing_is_missed(
    toys: ToyGazelle, sync_toys: SyncToys
) -> None:
    fill(toys, 250)
    shifted: list[int] = []

    def shift(root: str, page: int) -> None:
        if root == "allToys" and page == 2 and not shifted:
            shifted.append(page)
            toys.delete("allToys", "toy_0000")  # everything after moves one place up: one record falls in the gap

    toys.before_page = shift
    sync_toys("toys")
    assert set(toys.lists["allToys"]) <= set(Toy.objects.values_list("pk", flat=True))


def test_a_late_page_never_overwrites_a_newer_one(toys: ToyGazelle, sync_toys: SyncToys, own_spool: Path) -> None:
    from dataclasses import replace
    from datetime import timedelta

    from syncing.fetching.pages import Page
    from syncing.fetching.spool import Spool

    fill(toys, 1)
    sync_toys()
    old = dict(toys.lists["allToys"]["toy_0000"], name="vieux nom")
    page = Page(
        entity="toys", leg="999", number=1, cursor="", end_cursor="", has_next=False, total=1, nodes=[old],
        fetched_at=timezone.now() - timedelta(days=2), api_url=toys.api_url,
    )  # fmt: skip
    Spool(own_spool).write(replace(page))
    sync_toys()
    assert Toy.objects.get().name == "Toupie 0"


def test_null_nodes_are_counted(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 3)
    toys.lists["allToys"]["hole"] = None  # type: ignore[assignment]  # what Gazelle's schema allows
    sync_toys("toys")
    leg = Leg.objects.get(entity="toys")
    assert (leg.null_nodes, leg.distinct) == (1, 3)


def test_who_was_seen_is_kept_per_page(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 150)
    sync_toys("toys")
    pages = LegPage.objects.order_by("number")
    assert [len(page.seen.split()) for page in pages] == [100, 50]


def test_a_database_that_mirrors_another_gazelle_is_refused(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 1)
    sync_toys()
    toys.api_url = "https://gazelleapp.io/graphql/private/"
    with pytest.raises(Exception, match="Cette base reflète « localhost »"):
        sync_toys()


def test_an_unreachable_gazelle_leaves_the_data_and_says_what_to_do(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 5)
    sync_toys()

    def gone(root: str, page: int) -> None:
        raise Unreachable("127.0.0.1 ne répond pas.")

    toys.before_page = gone
    results = sync_toys(mode=Mode.INCREMENTAL)
    assert {result.error.code for result in results.values() if result.error} == {"unreachable"}
    assert Toy.objects.count() == 5


def test_every_mirrored_row_keeps_its_audit(toys: ToyGazelle, sync_toys: SyncToys) -> None:
    fill(toys, 1)
    sync_toys()
    toy: MirroredModel = Toy.objects.get()
    first = toy.synced_at
    assert first is not None
    assert toy.gazelle_created_at is not None
    toys.toy("toy_0000", price=5)
    sync_toys()
    toy.refresh_from_db()
    assert toy.synced_at is not None
    assert toy.synced_at > first
    assert (toy.version, toy.updated_at) == (2, toy.synced_at)
