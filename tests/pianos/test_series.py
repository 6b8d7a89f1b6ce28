"""The readings of a piano as one series: provenance, outliers, gaps, and the page that shows them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, Technician
from pianos.curve import draw
from pianos.models import Measurement, Piano, TimelineEntry
from pianos.notes import Source
from pianos.readings import readings_of
from pianos.series import Point, merged
from syncing.access import viewer_of
from syncing.models import Redirect
from tests.web.people import person

DAY = date(2025, 1, 15)


def measured(days: int, humidity: float | None, source: Source = Source.MEASURED) -> Point:
    return Point(DAY + timedelta(days=days), source, humidity)


def test_a_note_of_a_measured_day_adds_nothing_and_one_of_another_day_does() -> None:
    series = merged([measured(0, 41), measured(0, 40, Source.READ), measured(30, 39, Source.READ)])
    assert [(one.source, one.humidity) for one in series.points] == [(Source.MEASURED, 41), (Source.READ, 39)]


def test_two_entries_that_tell_the_same_reading_are_one_point() -> None:
    assert len(merged([measured(3, 40, Source.READ), measured(3, 40, Source.READ)]).points) == 1


def test_a_value_far_from_its_neighbours_is_set_aside_and_still_shown() -> None:
    series = merged([measured(days, value) for days, value in ((0, 40), (30, 42), (60, 71), (90, 41), (120, 43))])
    assert [one.humidity for one in series.points if one.is_discarded] == [71]
    assert len(series.points) == 5
    assert 71 not in [one.humidity for one in series.kept]


def test_a_season_is_no_outlier() -> None:
    """From 28 % in winter to 58 % in summer, month after month."""
    values = (28, 30, 33, 38, 45, 52, 58, 57, 50, 43, 36, 30)
    assert merged([measured(30 * at, value) for at, value in enumerate(values)]).discarded == 0


def test_with_three_readings_nobody_can_say_which_is_wrong() -> None:
    assert merged([measured(0, 40), measured(30, 80), measured(60, 41)]).discarded == 0


def test_a_long_silence_is_a_gap_and_no_line_is_drawn_through_it() -> None:
    series = merged([measured(0, 40), measured(30, 42), measured(330, 41)])
    assert [gap.months for gap in series.gaps] == [10]
    drawing = draw(series, is_wide=True)
    assert drawing is not None
    assert (len(drawing.lines), len(drawing.gaps)) == (1, 1)
    assert "10" in drawing.silences[0].text


@pytest.mark.parametrize("is_wide", [True, False])
@pytest.mark.parametrize("values", [(40, 40), (5, 100), (44, 43, 42), (18, 71, 40, 41, 42, 40)])
def test_everything_drawn_stays_inside_the_drawing(is_wide: bool, values: tuple[int, ...]) -> None:
    drawing = draw(merged([measured(40 * at, value) for at, value in enumerate(values)]), is_wide=is_wide)
    assert drawing is not None
    for mark in drawing.marks:
        assert drawing.left <= mark.x <= drawing.right
        assert 0 <= mark.y <= drawing.bottom
    assert 0 <= drawing.band[0] < drawing.band[1] <= drawing.bottom


def test_one_reading_is_no_curve() -> None:
    assert draw(merged([measured(0, 40)]), is_wide=True) is None
    assert draw(merged([]), is_wide=False) is None
    assert draw(merged([measured(0, 40), measured(0, 44, Source.READ)]), is_wide=False) is None


@pytest.fixture
def piano(db: None) -> Piano:
    client = Client.objects.create(id="cli_1", company_name="Théâtre du Lac")
    piano = Piano.objects.create(id="ins_1", make="Yamaha", model="C7", location="Scène", client=client)
    maude = Technician.objects.create(id="usr_1", first_name="Maude", last_name="Pilote")
    for number, (day, humidity) in enumerate(((date(2025, 9, 2), 45), (date(2026, 1, 12), 38))):
        Measurement.objects.create(
            id=f"pms_{number}", piano=piano, taken_on=day, humidity=humidity, temperature=21, a4_pitch=44150
        )
    TimelineEntry.objects.create(
        id="tme_1", piano=piano, technician=maude, entry_type="SERVICE_ENTRY_MANUAL",
        occurred_at=datetime(2025, 11, 4, 3, 30, tzinfo=UTC), summary="Accord", comment="Accord 442. 20,5C, 36 %.",
    )  # fmt: skip
    TimelineEntry.objects.create(
        id="tme_2", piano=piano, entry_type="PIANO_MEASUREMENT",
        occurred_at=datetime(2026, 1, 12, 16, 0, tzinfo=UTC), summary="Piano measurement taken: 21°C, 38%",
    )  # fmt: skip
    TimelineEntry.objects.create(
        id="tme_3", piano=piano, entry_type="INVOICE",
        occurred_at=datetime(2026, 2, 1, 16, 0, tzinfo=UTC), summary="Facture, rabais : humidité 12 %",
    )  # fmt: skip
    return piano


def test_measures_and_notes_make_one_series_with_who_told_it_and_in_which_words(
    piano: Piano, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    viewer = viewer_of(person("Technicien"))
    with django_assert_num_queries(2):
        series = readings_of(piano, viewer=viewer)
    assert [(one.day, one.humidity, one.source) for one in series.points] == [
        (date(2025, 9, 2), 45, Source.MEASURED),
        (date(2025, 11, 3), 36, Source.READ),  # 22:30 in Montréal
        (date(2026, 1, 12), 38, Source.MEASURED),
    ]
    told = series.points[1]
    assert (told.temperature, told.pitch, told.by) == (20.5, 442, "Maude Pilote")
    assert told.words == "442 … 20,5C … 36 %"
    assert series.points[0].pitch == 441.5


def test_the_page_draws_the_curve_and_tells_it_as_a_table(client: Browser, piano: Piano) -> None:
    client.force_login(person("Technicien"))
    shown = client.get(f"/pianos/{piano.pk}/mesures/").content.decode()
    assert shown.count("<svg class=") >= 2
    assert "sous la cible de 42 à 45" in shown.replace("\u00a0", " ")
    assert "lue dans une note" in shown
    assert "« 442 … 20,5C … 36 % »" in shown
    assert "Humidité de 36 à 45" in shown
    assert 'style="' not in shown


def test_a_piano_without_any_reading_says_so(client: Browser, piano: Piano) -> None:
    Piano.objects.create(id="ins_2")
    client.force_login(person("Bureau"))
    shown = client.get("/pianos/ins_2/mesures/").content.decode()
    assert "Aucune lecture pour ce piano." in shown
    assert "<figure" not in shown


def test_an_unknown_piano_is_not_found_and_a_merged_one_leads_to_the_one_kept(client: Browser, piano: Piano) -> None:
    client.force_login(person("Technicien"))
    assert client.get("/pianos/ins_nobody/mesures/").status_code == 404
    Redirect.objects.create(entity="pianos", old_id="ins_old", kept_id=piano.pk, why="test")
    answer = client.get("/pianos/ins_old/mesures/")
    assert (answer.status_code, answer["Location"]) == (302, f"/pianos/{piano.pk}/mesures/")


def test_the_page_of_the_piano_in_the_back_office_leads_to_its_readings(client: Browser, piano: Piano) -> None:
    client.force_login(person("Bureau"))
    assert f"/pianos/{piano.pk}/mesures/" in client.get(f"/admin/pianos/piano/{piano.pk}/change/").content.decode()
