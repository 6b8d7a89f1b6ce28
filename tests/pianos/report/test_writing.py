"""The spreadsheet brought up to date through gspread, against a Google that forgets, refuses and answers too late."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from clients.models import Client
from pianos.models import Piano, TimelineEntry
from pianos.report import book as google
from pianos.report.faults import (
    AccessRefused,
    CredentialsUnreadable,
    GoogleDown,
    QuotaReached,
    SpreadsheetMissing,
    TooOld,
)
from pianos.report.google import Door
from pianos.report.memory import begin
from pianos.report.models import ReportBatch, ReportRow, ReportSheet, TimelineReport
from pianos.report.producing import Order, produce
from pianos.report.rows import ALERTS, HEADER
from pianos.report.writing import WRITING
from syncing.scheduling.declaring import Later
from tests.pianos.report import house
from tests.pianos.report.house import MEASUREMENT, TABS, VINCENT, at, client, entry, piano
from tests.sheets import server
from tests.sheets.server import READS, Sheets
from tests.web.people import everything_read

pytestmark = pytest.mark.django_db
ALL = [*TABS, ALERTS]


@pytest.fixture
def park() -> None:
    house.park()
    everything_read()


def append(**told: Any) -> TimelineReport:
    return produce(Order(**told), timezone.now())


def refresh() -> TimelineReport:
    return append(full_refresh=True)


def written(report: TimelineReport) -> dict[str, int]:
    return {one["tab"]: one["written"] for one in report.tabs}


def said(report: TimelineReport) -> list[str]:
    return [told for one in report.tabs for told in one["told"]]


def seen(sheets: Sheets) -> dict[str, list[str]]:
    """The texts of each tab, as somebody reads them from top to bottom."""
    return {tab: [row[2] if len(row) > 2 else "" for row in sheets.book.rows(tab)] for tab in ALL}


def whole(sheets: Sheets) -> None:
    """Each tab has each of its rows once, under its titles, and the memory is that of the spreadsheet."""
    assert sheets.book.titles[:4] == ALL
    assert not [title for title in sheets.book.titles if WRITING in title]
    for tab in ALL:
        assert sheets.book[tab].row(0) == list(HEADER)
        texts = [tuple(row) for row in sheets.book.rows(tab)]
        assert len(texts) == len(set(texts)) == 3, tab
    assert not ReportBatch.objects.filter(accepted_at=None).exists()
    assert not ReportSheet.objects.exclude(state=ReportSheet.LIVE).exists()
    assert ReportRow.objects.count() == 12


def test_the_first_report_makes_the_tabs_in_order_and_writes_the_whole_history(sheets: Sheets, park: None) -> None:
    report = append()
    assert written(report) == {"UQAM": 3, "Vincent": 3, "Place des Arts": 3, ALERTS: 3}
    assert sheets.book.titles == [*ALL, "Feuille 1"]
    assert seen(sheets)["Vincent"] == [
        "Accord 440, 21C, 40%, visite 2", "Accord 440, 21C, 40%, visite 1", "PLS débranché, visite 0",
    ]  # fmt: skip
    assert sheets.book["Vincent"].columns == len(HEADER)
    assert (report.target, report.place) == ("sheet", "Rapport Timeline")
    whole(sheets)


def test_without_anything_to_write_the_tabs_have_their_titles(sheets: Sheets) -> None:
    house.institutions()
    everything_read()
    report = append()
    assert sheets.book.titles == [*ALL, "Feuille 1"]
    assert {tab: sheets.book[tab].row(0) for tab in ALL} == {tab: list(HEADER) for tab in ALL}
    assert report.told == ["Aucune visite d’une institution : rattachez les clients à la leur, dans l’administration."]


def test_a_second_append_writes_nothing(sheets: Sheets, park: None) -> None:
    append()
    before, writes = seen(sheets), sheets.writes
    assert sum(written(append()).values()) == 0
    assert (seen(sheets), sheets.writes) == (before, writes)
    whole(sheets)


def test_a_note_dated_ten_days_ago_that_arrived_today_is_in_tonights_append(sheets: Sheets, park: None) -> None:
    append()
    entry(Piano.objects.get(client__institution__slug=VINCENT), "Réglage oublié", timezone.now() - timedelta(days=10))
    assert written(append()) == {"UQAM": 0, "Vincent": 1, "Place des Arts": 0, ALERTS: 0}
    assert seen(sheets)["Vincent"][-1] == "Réglage oublié", "below what was there"


def test_every_cell_is_text_as_it_was_written(sheets: Sheets) -> None:
    house.institutions()
    everything_read()
    own = piano(client(VINCENT), serial_number="0012", make="", model="")
    for text in ("=1+1", "+33", "'a", "12/05/2026", "😀🎹", "deux\nlignes"):
        entry(own, text, at(1, 19))
    append()
    assert set(seen(sheets)["Vincent"]) == {"=1+1", "+33", "'a", "12/05/2026", "😀🎹", "deux\nlignes"}
    assert {row[6] for row in sheets.book.rows("Vincent")} == {"0012"}
    assert sheets.book["Vincent"].formulas == 0


def test_a_note_of_sixty_kilobytes_is_cut_and_told(sheets: Sheets, park: None) -> None:
    long = entry(Piano.objects.get(client__institution__slug=VINCENT), "é" * 61_440, at(2, 3))
    report = append()
    assert seen(sheets)["Vincent"][0].endswith("[texte coupé : 61\u202f440 caractères]")
    assert {"why": "Texte trop long pour une cellule : le début est écrit", "count": 1, "examples": [long.pk]} in (
        report.left_out
    )


# -- what was written is never written again ---------------------------------------------------------------------------


def test_a_copy_that_takes_its_real_id_is_not_written_again(sheets: Sheets, park: None) -> None:
    own = Piano.objects.get(client__institution__slug=VINCENT)
    entry(own, "Accord de concert", at(2, 3), id="tle_77")
    append()
    entry(own, "Accord de concert", at(2, 3), id="tme_77")
    assert sum(written(append()).values()) == 0


def test_a_measurement_after_its_row_adds_none_and_a_service_after_a_measurement_adds_one(
    sheets: Sheets, park: None
) -> None:
    own = Piano.objects.get(client__institution__slug=VINCENT)
    entry(own, "20°C, 42%", at(2, 3, 14), kind=MEASUREMENT)
    append()
    entry(own, "21°C, 43%", at(2, 3, 9), kind=MEASUREMENT)
    assert sum(written(append()).values()) == 0, "the row of that day is there, whoever is first"
    entry(own, "Accord", at(2, 3, 16))
    assert written(append())["Vincent"] == 1
    rows = sheets.book.rows("Vincent")
    assert [(row[1], row[11]) for row in rows if row[0] == "2026-02-03"] == [
        ("Mesure", "20°C, 42%"),
        ("Service", "21°C, 43%"),
    ]


def test_an_edited_note_is_not_appended_again_and_a_full_refresh_tells_its_new_words(
    sheets: Sheets, park: None
) -> None:
    append()
    TimelineEntry.objects.filter(summary__startswith="PLS").update(summary="Tout est beau")
    assert sum(written(append()).values()) == 0
    refresh()
    assert seen(sheets)["Vincent"][-1] == "Tout est beau"


def test_a_client_given_to_another_institution_goes_on_in_its_tab(sheets: Sheets, park: None) -> None:
    append()
    moved = Client.objects.get(institution__slug=VINCENT)
    moved.institution = Client.objects.get(institution__slug="uqam").institution
    moved.save()
    assert written(append()) == {"UQAM": 3, "Vincent": 0, "Place des Arts": 0, ALERTS: 0}


# -- full refresh ------------------------------------------------------------------------------------------------------


def test_a_full_refresh_takes_the_place_of_each_tab_newest_first(sheets: Sheets, park: None) -> None:
    append()
    entry(Piano.objects.get(client__institution__slug=VINCENT), "Plus ancien", at(1, 1, 9))
    append()
    numbers = [sheet.number for sheet in sheets.book.sheets]
    report = refresh()
    assert written(report) == {"UQAM": 3, "Vincent": 4, "Place des Arts": 3, ALERTS: 3}
    assert seen(sheets)["Vincent"][-1] == "Plus ancien"
    assert sheets.book.titles == [*ALL, "Feuille 1"]
    assert not {sheet.number for sheet in sheets.book.sheets[:4]} & set(numbers), "recreated, not cleared"
    assert sum(written(append()).values()) == 0


def test_a_full_refresh_with_nothing_to_write_keeps_what_the_tab_has(sheets: Sheets, park: None) -> None:
    append()
    before = seen(sheets)
    TimelineEntry.objects.filter(piano__client__institution__slug=VINCENT).delete()
    report = refresh()
    assert written(report) == {"UQAM": 3, "Vincent": 0, "Place des Arts": 3, ALERTS: 2}
    assert seen(sheets)["Vincent"] == before["Vincent"]
    assert said(report) == ["Aucune ligne à écrire : l’ancien contenu est gardé."]


def test_a_full_refresh_that_fails_leaves_the_tab_as_it_was(sheets: Sheets, park: None) -> None:
    append()
    before = seen(sheets)
    TimelineEntry.objects.update(summary="Autre chose")
    sheets.fail(server.QUOTA, times=None, after=2)
    with pytest.raises(QuotaReached):
        refresh()
    assert seen(sheets) == before
    sheets.faults.clear()
    refresh()
    assert set(seen(sheets)["Vincent"]) == {"Autre chose"}
    assert not [title for title in sheets.book.titles if WRITING in title]


def test_another_try_of_a_full_refresh_leaves_the_tabs_that_are_done(sheets: Sheets, park: None) -> None:
    append()
    sheets.fail(server.QUOTA, times=None, after=4)
    refreshed: list[str] = []
    with pytest.raises(QuotaReached):
        append(full_refresh=True, refreshed=refreshed)
    assert refreshed == ["UQAM"]
    sheets.faults.clear()
    assert written(append(full_refresh=True, refreshed=refreshed))["UQAM"] == 0
    assert refreshed == ALL
    whole(sheets)


def test_a_report_out_of_time_goes_on_at_the_next_tab(sheets: Sheets, park: None) -> None:
    with pytest.raises(Later):
        append(is_out_of_time=lambda: True)
    assert list(seen_titles(sheets)) == ["UQAM"]
    append()
    whole(sheets)


def seen_titles(sheets: Sheets) -> list[str]:
    return [title for title in sheets.book.titles if title in ALL]


# -- what people do to a spreadsheet -----------------------------------------------------------------------------------


def test_a_renamed_spreadsheet_changes_nothing(sheets: Sheets, park: None) -> None:
    append()
    sheets.book.title = "Autre nom"
    assert append().place == "Autre nom"


def test_a_deleted_tab_is_written_whole_again_and_the_others_go_on(sheets: Sheets, park: None) -> None:
    append()
    sheets.book.sheets.remove(sheets.book["Vincent"])
    report = append()
    assert written(report) == {"UQAM": 0, "Vincent": 3, "Place des Arts": 0, ALERTS: 0}
    assert said(report) == ["L’onglet avait été supprimé : il est récrit en entier."]
    whole(sheets)


def test_a_renamed_tab_gets_its_name_back(sheets: Sheets, park: None) -> None:
    append()
    sheets.book["Vincent"].title = "Vincent (vieux)"
    entry(Piano.objects.get(client__institution__slug=VINCENT), "Nouveau", at(2, 3))
    report = append()
    assert said(report) == ["L’onglet avait été renommé « Vincent (vieux) » : son nom lui est rendu."]
    assert seen(sheets)["Vincent"][-1] == "Nouveau"


def test_titles_changed_by_hand_stop_that_tab_only_and_a_full_refresh_mends_it(sheets: Sheets, park: None) -> None:
    append()
    sheets.book["Vincent"].cells[0].insert(0, "Vu")
    for own in Piano.objects.all():
        entry(own, "Nouveau", at(2, 3))
    report = append()
    assert written(report) == {"UQAM": 1, "Vincent": 0, "Place des Arts": 1, ALERTS: 0}
    [fault] = [one["fault"] for one in report.tabs if one["fault"]]
    assert fault["message"] == "L’onglet « Vincent » a été modifié à la main : ses titres ne sont plus ceux du rapport."
    assert "réécriture complète" in fault["action"]
    refresh()
    assert len(seen(sheets)["Vincent"]) == 4
    assert not append().is_troubled


def test_columns_that_people_added_at_the_end_are_left_to_them(sheets: Sheets, park: None) -> None:
    append()
    sheets.book["Vincent"].columns = 14
    sheets.book["Vincent"].cells[0] += ["Vu par le bureau"]
    entry(Piano.objects.get(client__institution__slug=VINCENT), "Nouveau", at(2, 3))
    assert written(append())["Vincent"] == 1


def test_rows_that_people_removed_stay_removed_and_their_order_is_theirs(sheets: Sheets, park: None) -> None:
    append()
    cells = sheets.book["Vincent"].cells
    cells[1:] = list(reversed(cells[1:]))[:-1]
    assert sum(written(append()).values()) == 0
    assert len(seen(sheets)["Vincent"]) == 2


def test_a_protected_tab_is_told_and_the_others_go_on(sheets: Sheets, park: None) -> None:
    append()
    sheets.book["Vincent"].is_protected = True
    for own in Piano.objects.all():
        entry(own, "Nouveau", at(2, 3))
    report = append()
    assert written(report) == {"UQAM": 1, "Vincent": 0, "Place des Arts": 1, ALERTS: 0}
    [fault] = [one["fault"] for one in report.tabs if one["fault"]]
    assert fault["message"].startswith("L’onglet est protégé")
    sheets.book["Vincent"].is_protected = False
    assert written(append())["Vincent"] == 1


def test_a_tab_of_the_same_name_that_is_not_ours_is_set_aside_with_all_it_holds(sheets: Sheets, park: None) -> None:
    """An older version of the report, with seven columns."""
    old = sheets.book.sheets[0]
    old.title, old.cells = "vincent", [["DateEvenement", "Piano"], ["2025-12-01", "Yamaha C3"]]
    report = append()
    [told] = said(report)
    assert told.startswith("Un onglet du même nom, qui n’est pas du rapport, s’appelle maintenant « Vincent (avant le ")
    assert old.cells[1] == ["2025-12-01", "Yamaha C3"]
    whole(sheets)
    assert said(append()) == []


def test_another_spreadsheet_is_written_whole(sheets: Sheets, park: None, settings: Settings) -> None:
    append()
    sheets.book = type(sheets.book)("classeur-2")
    sheets.book.editors.add(server.EMAIL)
    settings.TIMELINE_SHEET_ID = "https://docs.google.com/spreadsheets/d/classeur-2/edit#gid=0"
    assert sum(written(append()).values()) == 12


# -- refusals and bad days ---------------------------------------------------------------------------------------------


def test_a_quota_that_passes_is_waited_for(sheets: Sheets, park: None) -> None:
    sheets.fail(server.QUOTA, times=3)
    sheets.fail(server.QUOTA, on=READS, times=2)
    append()
    whole(sheets)


def test_a_quota_that_does_not_pass_is_told_and_what_was_accepted_is_remembered(sheets: Sheets, park: None) -> None:
    sheets.fail(server.QUOTA, times=None, after=5)
    with pytest.raises(QuotaReached) as told:
        append()
    assert "le quota est atteint (HTTP 429)" in str(told.value)
    report = TimelineReport.objects.get()
    assert [one["written"] for one in report.tabs] == [3, 0, 0, 0]
    assert report.tabs[1]["fault"]["message"] == str(told.value)
    assert report.is_troubled
    sheets.faults.clear()
    assert written(append()) == {"UQAM": 0, "Vincent": 3, "Place des Arts": 3, ALERTS: 3}
    whole(sheets)


@pytest.mark.parametrize("kind", [server.DOWN, server.DONE_THEN_DOWN, server.CUT, server.LOST, server.LATE])
@pytest.mark.parametrize("after", [0, 1, 2, 3, 12])  # of a tab: made, filled, put in place; the next; their order
def test_an_answer_that_is_lost_neither_loses_nor_doubles_a_row(
    sheets: Sheets, park: None, kind: str, after: int
) -> None:
    """Whichever of the writes it happens to; done or not, the mark tells."""
    sheets.fail(kind, after=after)
    append()
    whole(sheets)
    sheets.fail(kind, after=0)
    for own in Piano.objects.all():
        entry(own, f"Nouveau {own.pk}", at(2, 3))
    append()
    for tab in TABS:
        assert len(seen(sheets)[tab]) == len(set(seen(sheets)[tab])) == 4


def test_google_silent_for_good_is_told_and_the_next_report_goes_on(sheets: Sheets, park: None) -> None:
    append()
    for own in Piano.objects.all():
        entry(own, "Nouveau", at(2, 3))
    sheets.fail(server.LOST, times=None)
    sheets.fail(server.DOWN, on=READS, times=None, after=5)
    with pytest.raises(GoogleDown):
        append()
    sheets.faults.clear()
    append()
    assert [len(seen(sheets)[tab]) for tab in TABS] == [4, 4, 4]


class Killed(BaseException):
    """The process is gone: nothing after this line is ever done."""


def killed_at(monkeypatch: pytest.MonkeyPatch, request: int, *, done: bool) -> list[int]:
    """The `request`th request of this process is its last, before it leaves or after it was done."""
    ask, counted = Door.request, [0]

    def dying(self: Door, *args: Any, **kwargs: Any) -> Any:
        counted[0] += 1
        if counted[0] == request and not done:
            raise Killed
        try:
            return ask(self, *args, **kwargs)
        finally:
            if counted[0] == request:
                raise Killed

    monkeypatch.setattr(Door, "request", dying)
    return counted


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("full_refresh", [False, True])
def test_killed_at_any_request_and_run_again_every_row_is_there_once(
    sheets: Sheets, park: None, monkeypatch: pytest.MonkeyPatch, full_refresh: bool, done: bool
) -> None:
    """The first report and a full refresh both go through every kind of request."""
    if full_refresh:
        append()
    request = 0
    while True:
        request += 1
        with monkeypatch.context() as patch:
            killed_at(patch, request, done=done)
            try:
                append(full_refresh=full_refresh)
            except Killed:
                pass
            else:
                break
        append()
        whole(sheets)
        if not full_refresh:
            sheets.book = type(sheets.book)(server.KEY)
            sheets.book.editors.add(server.EMAIL)
            ReportSheet.objects.all().delete()
    assert request > 15
    whole(sheets)


@pytest.mark.parametrize("late", ["", "before", "after"])
@pytest.mark.parametrize("done", [False, True])
def test_an_append_killed_at_any_request_and_run_again_adds_its_rows_once(
    sheets: Sheets, park: None, monkeypatch: pytest.MonkeyPatch, done: bool, late: str
) -> None:
    """`late`: what the dead process had sent is done by Google only when the next one writes, before or after that."""
    append()
    sheets.late_first = late == "before"
    own, killed = Piano.objects.get(client__institution__slug=VINCENT), 0
    for request in range(1, 12):
        entry(own, f"Nouveau {request}", at(2, 3))
        if late:
            sheets.fail(server.LATE)
        with monkeypatch.context() as patch:
            killed_at(patch, request, done=done)
            try:
                append()
            except Killed:
                killed += 1
        sheets.faults.clear()
        append()
        texts = seen(sheets)["Vincent"]
        assert len(texts) == len(set(texts)) == 3 + request
    assert killed >= 8


def test_our_tables_restored_from_an_older_copy_double_nothing(sheets: Sheets, park: None) -> None:
    append()
    entry(Piano.objects.get(client__institution__slug=VINCENT), "Nouveau", at(2, 3))
    append()
    latest = ReportBatch.objects.latest("pk")
    latest.delete()  # as the copy of the day before had it
    report = append()
    assert said(report) == ["L’onglet a reçu des lignes dont nos tables ne savent rien : il est à récrire en entier."]
    assert len(seen(sheets)["Vincent"]) == len(set(seen(sheets)["Vincent"])) == 4


def test_a_spreadsheet_that_is_full_is_told_before_anything_is_written(
    sheets: Sheets, park: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    append()
    sheets.book.sheets[-1].rows = 400_000
    sheets.book.sheets[-1].columns = 25
    for own in Piano.objects.all():
        entry(own, "Nouveau", at(2, 3))
    report = append()
    [one, *_] = [one["fault"] for one in report.tabs if one["fault"]]
    assert "cellules" in one["message"]
    assert "10\u202f000\u202f000" in one["message"]
    assert one["action"].startswith("Supprimez du classeur les onglets qui ne servent plus")


def test_only_the_last_marks_are_kept_in_the_spreadsheet(
    sheets: Sheets, park: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(google, "MARKS_KEPT", 4)
    append()
    own = Piano.objects.get(client__institution__slug=VINCENT)
    for number in range(10):
        entry(own, f"Nouveau {number}", at(2, 3))
        assert not append().is_troubled
    assert len(sheets.book["Vincent"].marks) == 4
    assert len(seen(sheets)["Vincent"]) == 13


def test_a_half_written_tab_that_nobody_knows_any_more_is_taken_away(sheets: Sheets, park: None) -> None:
    append()
    begin(server.KEY, "UQAM")
    sheets.book.update(google.added(77, f"UQAM ({WRITING})", 1))
    sheets.book["UQAM (en cours d’écriture)"].marks[78] = google.MARK
    append()
    whole(sheets)


# -- credentials -------------------------------------------------------------------------------------------------------


def test_an_account_without_access_is_named_with_what_to_do(sheets: Sheets, park: None) -> None:
    sheets.book.editors.clear()
    with pytest.raises(AccessRefused) as told:
        append()
    assert server.EMAIL in str(told.value)
    assert "Partagez le classeur" in told.value.action
    assert TimelineReport.objects.get().told == [f"{told.value} {told.value.action}"]


def test_a_spreadsheet_that_google_does_not_know_is_told(sheets: Sheets, park: None, settings: Settings) -> None:
    settings.TIMELINE_SHEET_ID = "autre"
    with pytest.raises(SpreadsheetMissing, match="ne connaît pas ce classeur"):
        append()
    settings.TIMELINE_SHEET_ID = ""
    with pytest.raises(SpreadsheetMissing, match="TIMELINE_SHEET_ID manque"):
        append()


def test_a_key_that_google_takes_no_more_is_told(sheets: Sheets, park: None) -> None:
    sheets.accepts_key = False
    with pytest.raises(CredentialsUnreadable, match="n’accepte pas la clé"):
        append()


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b'{"type": "service_account"}', b"\xff\xfe"])
def test_a_key_file_that_is_none_is_told(
    sheets: Sheets, park: None, settings: Settings, tmp_path: Any, content: bytes | None
) -> None:
    path = tmp_path / "autre.json"
    settings.GOOGLE_CREDENTIALS_FILE = str(path)
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CredentialsUnreadable) as told:
        append()
    assert "GOOGLE_CREDENTIALS_FILE" in told.value.action


# -- the age of the data -----------------------------------------------------------------------------------------------


def test_data_of_more_than_twelve_hours_is_refused_unless_forced(sheets: Sheets) -> None:
    house.park()
    everything_read(ago=timedelta(hours=13))
    with pytest.raises(TooOld, match="vieilles de 13"):
        append()
    assert sheets.writes == 0
    assert append(forced=True).data_of is not None
    assert sheets.writes > 0


def test_a_house_that_read_nothing_yet_writes_no_report(sheets: Sheets) -> None:
    house.park()
    with pytest.raises(TooOld, match="jamais été lus en entier"):
        append()
    assert append(forced=True).data_of is None


def test_the_report_says_up_to_when_its_data_is_known(sheets: Sheets) -> None:
    house.park()
    everything_read(ago=timedelta(hours=3))
    known = append().data_of
    assert isinstance(known, datetime)
    assert timedelta(hours=3) <= timezone.now() - known < timedelta(hours=3, minutes=5)
