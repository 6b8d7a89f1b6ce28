"""The index is always the one that was published last, whole, whoever writes and whoever dies."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from assistant.semantic import opened, storing
from assistant.semantic.opened import open_index
from assistant.semantic.storing import Damaged, Missing
from syncing.registry import PROJECT
from tests.assistant.semantic.writer import ROWS, write_next

pytestmark = pytest.mark.no_database
KILLS = 10
WRITE = """
import sys, django
django.setup()
from tests.assistant.semantic.writer import write_for_ever
write_for_ever(sys.argv[1])
"""


def start(directory: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITE, str(directory)]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    return subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True)


def first_line(child: subprocess.Popen[str]) -> int:
    assert child.stdout is not None
    return int(child.stdout.readline())


def read_as_a_new_process(directory: Path) -> int:
    opened._open.clear()
    return read(directory)


def read(directory: Path) -> int:
    """The number of the index, once every row of it was seen to say it."""
    index = open_index(directory)
    number = int(index.manifest.mark)
    assert len(index.main) == ROWS
    assert set(index.main.columns["at"].tolist()) == {number}
    assert index.main.vectors.shape[0] == ROWS
    return number


def test_a_writer_killed_at_any_instant_leaves_a_whole_index(tmp_path: Path) -> None:
    dice, published = random.Random(), 0
    for _ in range(KILLS):
        with start(tmp_path) as child:
            told = first_line(child)
            time.sleep(dice.random() * 0.05)
            child.kill()
        found = read_as_a_new_process(tmp_path)
        assert found >= told > published
        published = found
        with storing.writing(tmp_path):
            assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1  # nothing is left behind


def test_two_writers_take_turns_and_readers_always_find_one_whole_index(tmp_path: Path) -> None:
    with start(tmp_path) as one, start(tmp_path) as other:
        told = [first_line(one), first_line(other)]
        until = time.monotonic() + 2
        seen = [read(tmp_path)]
        while time.monotonic() < until:
            seen.append(read(tmp_path))
        one.kill()
        other.kill()
        assert one.stdout is not None
        assert other.stdout is not None
        told += [int(line) for child in (one, other) for line in (child.stdout or ()) if line.strip()]
    assert seen == sorted(seen)
    assert len(set(seen)) > 1
    assert len(told) == len(set(told))  # no number was published twice


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    for name in ("photos", "main-street", "recent"):
        (tmp_path / name).mkdir()
    (tmp_path / "main-0123456789abcdef").mkdir()
    write_next(tmp_path)
    left = {path.name for path in tmp_path.iterdir() if path.is_dir()}
    assert {"photos", "main-street", "recent"} < left
    assert "main-0123456789abcdef" not in left


def test_several_threads_of_one_process_open_it_once(tmp_path: Path) -> None:
    write_next(tmp_path)
    found = []
    threads = [threading.Thread(target=lambda: found.append(open_index(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(index) for index in found}) == 1


def test_another_index_is_seen_as_soon_as_it_is_published(tmp_path: Path) -> None:
    for number in range(1, 6):
        assert write_next(tmp_path) == read(tmp_path) == number


@pytest.mark.parametrize("name", ["vectors.f32", "guide.f32", "ids.npy", "at.npy", "rotation.npy"])
def test_a_file_that_changed_on_the_disk_is_refused(tmp_path: Path, name: str) -> None:
    write_next(tmp_path)
    (file,) = tmp_path.glob(f"main-*/{name}")
    held = bytearray(file.read_bytes())
    held[-1] ^= 1
    file.write_bytes(held)
    with pytest.raises(Damaged, match=name):
        read_as_a_new_process(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 1, "main": {"folder": 3}}'])
def test_a_manifest_that_cannot_be_read_is_damage_and_not_a_crash(tmp_path: Path, text: str) -> None:
    (tmp_path / storing.MANIFEST).write_text(text)
    with pytest.raises(Damaged):
        read_as_a_new_process(tmp_path)


def test_an_index_of_another_version_is_not_read(tmp_path: Path) -> None:
    write_next(tmp_path)
    manifest = tmp_path / storing.MANIFEST
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 99}))
    with pytest.raises(Missing, match="autre version"):
        read_as_a_new_process(tmp_path)


def test_a_folder_that_is_gone_for_good_is_damage(tmp_path: Path) -> None:
    write_next(tmp_path)
    (folder,) = tmp_path.glob("main-*")
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(Missing):
        read_as_a_new_process(tmp_path)
