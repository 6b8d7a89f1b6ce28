"""The index as the schedule makes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from assistant.jobs import learn
from assistant.semantic import search
from pianos.models import TimelineEntry
from syncing.rights import Audience, Viewer
from syncing.scheduling.declaring import JobFailed

pytestmark = pytest.mark.django_db(transaction=True)
OFFICE = Viewer(user_id=1, groups=frozenset({Audience.ANYONE, Audience.MEMBERS, Audience.OFFICE}))


def test_the_job_of_the_night_makes_notes_searchable_by_meaning() -> None:
    TimelineEntry.objects.create(id="tme_1", entry_type="SERVICE_ENTRY_MANUAL", comment="Corde cassée dans les aigus.")
    TimelineEntry.objects.create(id="tme_2", entry_type="SERVICE_ENTRY_MANUAL", comment="Pédale qui grince.")
    assert learn.work().message == "2 lignes, 2 textes distincts."
    hits = search("corde cassee", viewer=OFFICE)
    assert hits.reason == ""
    assert hits[0].id == "tme_1"


def test_a_folder_that_cannot_be_written_is_a_failure_that_says_where(settings: Settings, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file, not a folder", "utf-8")
    settings.INDEX_DIR = taken
    with pytest.raises(JobFailed) as failed:
        learn.work()
    assert "INDEX_DIR" in failed.value.action
