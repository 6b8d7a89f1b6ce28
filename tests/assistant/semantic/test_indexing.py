"""What is in the index: every text, for whom it is, and what changed since, no sooner learned than searched."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from assistant import following
from assistant.semantic import indexing, refresh, search, storing
from assistant.semantic.documents import SOURCES, Wanted, documents, readers
from assistant.semantic.indexing import Done
from assistant.semantic.opened import Index, open_index
from assistant.vectors.embedding import Unavailable
from assistant.vectors.openai import OpenAI
from assistant.vectors.ranking import Floats
from pianos.models import TimelineEntry
from syncing.models import MirroredModel
from syncing.rights import Viewer
from tests.assistant.semantic.conftest import NOTES, note

People = Mapping[str, Viewer]


@pytest.fixture
def directory(people: People, settings: Settings) -> Path:
    indexing.rebuild()
    return Path(settings.INDEX_DIR)


def rows(index: Index) -> set[str]:
    """The ids a search may give."""
    ids = {pk.decode() for pk in index.main.ids[~np.isin(index.main.columns["key"], index.gone)]}
    return ids | ({pk.decode() for pk in index.recent.ids} if index.recent else set())


def same_as_rebuilt(directory: Path) -> bool:
    refreshed = rows(open_index(directory))
    indexing.rebuild()
    return refreshed == rows(open_index(directory))


def test_every_text_of_every_table_is_indexed_but_those_that_say_nothing(directory: Path) -> None:
    note("tme_blank", " \n")
    note("tme_mark", "?!")
    note("tme_gone", "Corde cassée.", deleted_at=timezone.now())
    note("tme_unknown", "Corde cassée.", is_placeholder=True)
    indexing.rebuild()
    expected = {f"tme_{name}" for name in ("string", "pedal", "tank", "key", "lid", "mail", "roy")}
    assert rows(open_index(directory)) == {*expected, "cli_tremblay", "ins_yamaha", "evt_simon", "inv_1"}


def test_the_index_gives_each_reader_what_the_rights_give_him(people: People) -> None:
    for entry_type in ("USER_COMMENT", "APPOINTMENT", "PIANO_MEASUREMENT", "INVENTED_TOMORROW"):
        note(f"tme_{entry_type}", f"Texte de genre {entry_type}", entry_type)
    found = list(documents())
    for viewer in people.values():
        allowed = readers(viewer)
        for source in SOURCES.values():
            model: type[MirroredModel] = source.model
            visible = {row.pk for row in model._default_manager.visible_to(viewer)}
            if source.is_closed_to(viewer):
                visible = set()
            mine = [one for one in found if one.entity == source.entity]
            assert {one.id for one in mine if allowed is None or one.reader in allowed} == visible & {
                one.id for one in mine
            }


def test_a_refresh_without_news_writes_nothing(directory: Path) -> None:
    before = (directory / "manifest.json").stat().st_mtime_ns
    assert refresh() == Done()
    note("tme_new", "Banc brisé.")
    assert refresh() == Done(1, 1)
    after = (directory / "manifest.json").stat().st_mtime_ns
    assert after > before
    assert refresh() == Done()
    assert (directory / "manifest.json").stat().st_mtime_ns == after


def test_a_refresh_gives_what_a_rebuild_would(directory: Path) -> None:
    now = timezone.now()
    note("tme_new", "Banc brisé.")
    TimelineEntry.objects.filter(pk="tme_string").update(comment="Corde remplacée hier.", updated_at=now)
    TimelineEntry.objects.filter(pk="tme_pedal").update(deleted_at=now, updated_at=now)
    TimelineEntry.objects.filter(pk="tme_tank").update(comment="", updated_at=now)
    refresh()
    assert same_as_rebuilt(directory)


def test_what_was_new_and_goes_again_is_gone(directory: Path) -> None:
    note("tme_new", "Banc brisé.")
    refresh()
    TimelineEntry.objects.filter(pk="tme_new").update(deleted_at=timezone.now())
    refresh()
    assert "tme_new" not in rows(open_index(directory))
    TimelineEntry.objects.filter(pk="tme_new").update(deleted_at=None)
    refresh()
    assert "tme_new" in rows(open_index(directory))
    assert same_as_rebuilt(directory)


def test_a_row_that_was_being_written_during_the_rebuild_is_not_missed(people: People, settings: Settings) -> None:
    now = timezone.now()
    indexing.rebuild(now=now)
    note("tme_slow", "Banc brisé.", updated_at=now - timedelta(minutes=5))
    refresh()
    assert "tme_slow" in rows(open_index(Path(settings.INDEX_DIR)))


def test_a_refresh_does_not_wait_for_a_rebuild(directory: Path) -> None:
    note("tme_new", "Banc brisé.")
    with storing.writing(directory):
        assert refresh() is None
    assert refresh() == Done(1, 1)


def test_too_many_changes_are_a_rebuild(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "RECENT_AT_MOST", 3)
    for number in range(4):
        note(f"tme_{number}", f"Banc brisé {number}.")
    refresh()
    assert open_index(directory).recent is None
    assert {f"tme_{number}" for number in range(4)} <= rows(open_index(directory))


def test_a_sync_refreshes_the_index_and_does_without_one(directory: Path, settings: Settings, tmp_path: Path) -> None:
    note("tme_new", "Banc brisé.")
    following.after_sync()
    assert "tme_new" in rows(open_index(directory))
    settings.INDEX_DIR = tmp_path / "nowhere"
    following.after_sync()
    assert not settings.INDEX_DIR.exists()


def test_a_damaged_index_stops_no_sync_and_is_told(
    directory: Path, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    (directory / "manifest.json").write_text("{")
    following.after_sync()
    assert [record.message for record in caplog.records] == ["index_not_refreshed"]


def test_the_command_learns_when_nothing_was_learned(people: People, settings: Settings, tmp_path: Path) -> None:
    settings.INDEX_DIR = tmp_path / "new"
    said = StringIO()
    call_command("reindex", stdout=said)
    assert said.getvalue() == "11 lignes, 11 textes distincts.\n"
    first = open_index(settings.INDEX_DIR).manifest
    call_command("reindex", "--train", stdout=said)
    assert open_index(settings.INDEX_DIR).manifest.model != first.model
    assert len(open_index(settings.INDEX_DIR).main) == 11


def test_a_dry_run_writes_nothing(people: People, settings: Settings, tmp_path: Path) -> None:
    settings.INDEX_DIR = tmp_path / "new"
    said = StringIO()
    call_command("reindex", "--dry-run", stdout=said)
    assert said.getvalue() == "11 lignes, 11 textes distincts.\n"
    assert not settings.INDEX_DIR.exists()


def test_v4_vectors_are_kept_and_not_asked_of_openai_again(
    people: People, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def embed(self: OpenAI, texts: Sequence[str]) -> Floats:
        asked.extend(texts)
        return np.eye(1, 4, dtype=np.float32).repeat(len(texts), axis=0)

    monkeypatch.setattr(OpenAI, "embed", embed)
    settings.OPENAI_API_KEY = "sk-invented"
    texts = [NOTES["tme_string"], "Un texte que nous n’avons pas."]
    file = tmp_path / "v4.pkl"
    vectors = [np.array([0.0, 3.0, 4.0, 0.0]), np.zeros(4)]
    file.write_bytes(pickle.dumps({"texts": texts, "vectors": vectors, "sources": ["", ""], "metadata": [{}, {}]}))
    said = StringIO()
    call_command("reindex", "--import-v4", str(file), stdout=said)
    assert said.getvalue() == "V4 : 2 vecteurs.\n11 lignes, 11 textes distincts.\n"
    index = open_index(settings.INDEX_DIR)
    assert index.manifest.embedder == "openai:text-embedding-ada-002"
    assert len(asked) == 11  # ten notes, and one word to know how long a vector is
    assert NOTES["tme_string"] not in asked
    (nearest, *_) = index.nearest(np.array([0, 0.6, 0.8, 0], np.float32), 1, Wanted())
    assert nearest.id == "tme_string"
    assert nearest.score == pytest.approx(1.0)


def test_another_embedder_than_the_index_was_made_with_is_told(people: People, settings: Settings) -> None:
    indexing.rebuild()
    settings.OPENAI_API_KEY = "sk-invented"
    note("tme_new", "Corde cassée.")
    with pytest.raises(Unavailable, match="autre modèle"):
        refresh()
    hits = search("corde cassée", viewer=people["simon"])
    assert "autre modèle" in hits.reason
    assert {hit.id for hit in hits} == {"tme_string", "tme_new"}


@pytest.mark.django_db
def test_the_command_refuses_a_hostile_pickle(tmp_path: Path) -> None:
    file = tmp_path / "v4.pkl"
    file.write_bytes(pickle.dumps(Path("somewhere")))
    with pytest.raises(CommandError, match="autre chose que des tableaux"):
        call_command("reindex", "--import-v4", str(file))


@pytest.mark.django_db
def test_the_command_says_when_there_is_nothing_to_learn_from() -> None:
    with pytest.raises(CommandError, match="aucun texte"):
        call_command("reindex")


def test_dates_are_those_of_the_company(people: People) -> None:
    found = {one.id: one.at for one in documents()}
    assert found["evt_simon"] == int(datetime(2026, 3, 9, 14, tzinfo=UTC).timestamp())
    assert found["inv_1"] == 0
