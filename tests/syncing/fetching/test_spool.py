"""A page on disk is whole, durable and found again, whatever it holds and whatever breaks."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncing.fetching.errors import DiskFull, SpoolTorn, SpoolUnwritable
from syncing.fetching.pages import Page
from syncing.fetching.spool import Spool
from tests.syncing.fetching.scripted import API_URL

NOON = datetime(2026, 3, 4, 12, 0, 0, 123456, tzinfo=UTC)
PAGE = Page(
    entity="timeline",
    leg="12",
    number=47,
    cursor="c46",
    end_cursor="c47",
    has_next=True,
    total=9000,
    nodes=[{"id": "tme_1", "comment": "Été"}, None],
    fetched_at=NOON,
    api_url=API_URL,
    requests=3,
    faults=("boom",),
    window={"since": "2026-03-03"},
)

characters = st.characters(codec=None)  # NUL and lone surrogates included
texts = st.text(characters, max_size=20).map(lambda text: json.loads(json.dumps(text)))  # as JSON can say them
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4))
pages = st.builds(
    Page,
    entity=st.just("timeline"),
    leg=st.just("1"),
    number=st.integers(1, 99_999),
    cursor=texts,
    end_cursor=texts,
    has_next=st.booleans(),
    total=st.none() | st.integers(0),
    nodes=st.lists(values, max_size=5),
    fetched_at=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis adds the zone
    api_url=texts,
    requests=st.integers(0),
    faults=st.lists(texts, max_size=3).map(tuple),
    window=st.dictionaries(texts, texts, max_size=2),
)


@settings(max_examples=150, deadline=None)
@given(page=pages)
def test_any_page_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, page: Page) -> None:
    spool = Spool(tmp_path_factory.getbasetemp() / "spool")

    path = spool.write(page)

    assert spool.read(path) == page
    assert path in spool.waiting("timeline")


def test_a_page_has_its_place_and_its_envelope(tmp_path: Path) -> None:
    path = Spool(tmp_path).write(PAGE)

    value = json.loads(path.read_text())
    assert path == tmp_path / "timeline" / "12" / "page-00047.json"
    assert (value["envelope"], value["window"], value["faults"]) == (1, {"since": "2026-03-03"}, ["boom"])
    assert value["fetched_at"] == "2026-03-04T12:00:00.123456+00:00"


@pytest.mark.parametrize(
    "text", ["\x00", "\ud83d", "\udfff\x00é", "é" * 5_000_000], ids=["nul", "high", "low", "10 MB"]
)
def test_hard_texts_survive(tmp_path: Path, text: str) -> None:
    spool, page = Spool(tmp_path), replace(PAGE, nodes=[{"comment": text}])
    assert spool.read(spool.write(page)) == page


def test_writing_the_same_page_again_leaves_one_file(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for total in range(10):
        spool.write(replace(PAGE, total=total))
    (path,) = spool.waiting("timeline")
    assert spool.read(path).total == 9


def test_pages_wait_in_the_order_they_were_asked_for_whatever_their_leg(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    later = spool.write(replace(PAGE, leg="3", number=1, fetched_at=NOON + timedelta(seconds=2)))
    second = spool.write(replace(PAGE, leg="20", number=2, fetched_at=NOON + timedelta(seconds=1)))
    first = spool.write(replace(PAGE, leg="20", number=1, fetched_at=NOON))
    spool.write(replace(PAGE, entity="other"))

    assert spool.waiting("timeline") == [first, second, later]


def test_a_deleted_page_waits_no_more_and_deleting_twice_is_fine(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    path = spool.write(PAGE)
    spool.delete(path)
    spool.delete(path)
    assert spool.waiting("timeline") == []


@pytest.mark.parametrize("keep", [0, 1, 20, 150])
def test_a_page_cut_anywhere_is_torn(tmp_path: Path, keep: int) -> None:
    spool = Spool(tmp_path)
    path = spool.write(PAGE)
    path.write_bytes(path.read_bytes()[:keep])

    with pytest.raises(SpoolTorn, match=r"page-00047\.json"):
        spool.read(path)
    assert spool.waiting("timeline") == [path]


@pytest.mark.parametrize("content", ["{}", "[]", "3", '{"envelope": 2}', '{"envelope": 1}', "\xff"])
def test_a_file_that_is_not_ours_is_torn(tmp_path: Path, content: str) -> None:
    path = tmp_path / "page-00001.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(SpoolTorn):
        Spool(tmp_path).read(path)


def test_a_fault_is_kept_aside_with_its_reason_and_waits_no_more(tmp_path: Path) -> None:
    spool = Spool(tmp_path)

    kept = spool.set_aside(spool.write(PAGE), "cassée \ud800")
    again = spool.set_aside(spool.write(PAGE), "encore")

    assert kept == tmp_path / "faults" / "timeline" / "12" / "page-00047.json"
    assert kept.with_suffix(".txt").read_text() == "cassée \\ud800\n"
    assert again.with_suffix(".txt").read_text() == "encore\n"
    assert spool.read(kept) == spool.read(again) == PAGE
    assert spool.waiting("timeline") == []


def test_undecodable_bytes_are_kept_as_they_are(tmp_path: Path) -> None:
    kept = Spool(tmp_path).keep_body("timeline", "12", 3, b"\xff\x00", "pas de l’UTF-8")

    assert kept.read_bytes() == b"\xff\x00"
    assert kept.with_suffix(".txt").read_text() == "pas de l’UTF-8\n"


def test_the_same_bad_page_asked_again_and_again_keeps_its_last_three_answers(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.keep_body("timeline", "12", 30, b"other page", "autre")
    aside = spool.set_aside(spool.write(replace(PAGE, number=3)), "déchirée")

    for attempt in range(12):
        leg = "12" if attempt < 11 else "13"  # a leg that never got past its first page is begun anew
        kept = spool.keep_body("timeline", leg, 3, f"body {attempt}".encode(), f"raison {attempt}")
        os.utime(kept, ns=(attempt, attempt))

    bodies = {path.read_bytes(): path for path in tmp_path.rglob("page-00003*.body")}
    assert bodies.keys() == {b"body 9", b"body 10", b"body 11"}
    assert {path.with_suffix(".txt").read_text() for path in bodies.values()} == {
        "raison 9\n", "raison 10\n", "raison 11\n",
    }  # fmt: skip
    assert aside.with_suffix(".txt").read_text() == "déchirée\n"
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2 * (3 + 1 + 1)


def test_purging_drops_old_faults_and_what_dead_processes_left_but_never_a_waiting_page(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    young = spool.set_aside(spool.write(PAGE), "jeune")
    old = spool.set_aside(spool.write(PAGE), "vieille")
    waiting = spool.write(replace(PAGE, fetched_at=NOON - timedelta(days=400)))
    left = waiting.with_name("page-00099.json.123.part")
    left.write_text("half")
    long_ago = datetime.now(UTC).timestamp() - 31 * 86_400
    for path in (old, old.with_suffix(".txt"), left):
        os.utime(path, (long_ago, long_ago))

    assert spool.purge() == 3

    assert young.exists()
    assert waiting.exists()
    assert not old.exists()
    assert not left.exists()


def test_purging_drops_empty_folders_of_another_day_only(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.delete(spool.write(PAGE))
    spool.purge()
    assert (tmp_path / "timeline" / "12").exists()
    os.utime(tmp_path / "timeline" / "12", (0, 0))
    spool.purge()
    assert not (tmp_path / "timeline" / "12").exists()


def test_a_spool_over_its_ceiling_says_so_and_still_writes(tmp_path: Path) -> None:
    spool = Spool(tmp_path, ceiling_bytes=100)
    assert spool.overflow() is None

    path = spool.write(PAGE)

    overflow = spool.overflow()
    assert overflow is not None
    assert (overflow.size, overflow.ceiling) == (path.stat().st_size, 100)
    assert "plafond" in str(overflow)


@pytest.mark.parametrize("name", ["", "..", ".", "a/b", "a\\b", "é", "a b"])
def test_a_name_that_would_leave_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="folder name"):
        Spool(tmp_path).write(replace(PAGE, leg=name))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_says_where_and_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(number, "No space left on device")

    spool = Spool(tmp_path)
    spool.write(PAGE)
    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(DiskFull, match=r"Mo libres.*page-00047\.json") as caught:
        spool.write(replace(PAGE, total=1))

    assert "Libérez" in caught.value.action
    assert [path.name for path in tmp_path.rglob("*.*")] == ["page-00047.json"]
    assert spool.read(spool.waiting("timeline")[0]) == PAGE


def test_a_really_full_disk_is_recognised(tmp_path: Path) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path)], capture_output=True)  # noqa: S607  # our own folder
    if mounted.returncode:
        pytest.skip("mounting a tiny disk needs root")
    try:
        with pytest.raises(DiskFull, match="0 Mo libres"):
            Spool(tmp_path).write(replace(PAGE, nodes=["x" * 100_000]))
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)  # noqa: S607  # the same folder


def test_a_folder_that_refuses_to_be_written_is_told_apart_from_a_full_disk(tmp_path: Path) -> None:
    (tmp_path / "timeline").write_text("a file in the way")
    with pytest.raises(SpoolUnwritable, match="ne peut pas être écrit"):
        Spool(tmp_path).write(PAGE)


def test_a_process_killed_while_writing_leaves_no_page(tmp_path: Path) -> None:
    code = (
        "import os, sys; sys.path.insert(0, '.')\n"
        "from syncing.fetching import writing\n"
        "os.fsync = lambda descriptor: os._exit(9)\n"
        f"writing.write_whole(__import__('pathlib').Path({str(tmp_path)!r}) / 'page-00001.json', [b'half'])\n"
    )
    project = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", code], cwd=project).returncode == 9
    assert list(tmp_path.glob("page-*.json")) == []
