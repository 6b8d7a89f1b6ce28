"""What Google accepted, per sheet and entry: written down before it is sent, believed only once it is accepted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from pianos.report.book import Contents, new_number
from pianos.report.models import ReportBatch, ReportRow, ReportSheet
from pianos.report.rows import Row

AT_ONCE = 1000


def sheet_of(spreadsheet: str, tab: str, state: str = ReportSheet.LIVE) -> ReportSheet | None:
    return ReportSheet.objects.filter(spreadsheet=spreadsheet, tab=tab, state=state).first()


def accepted(sheet: ReportSheet) -> set[str]:
    """The entries that the sheet has."""
    return set(sheet.rows.values_list("entry_id", flat=True))


def marks_of(sheet: ReportSheet) -> list[int]:
    """Those of its accepted writes, the oldest first."""
    return list(sheet.batches.exclude(accepted_at=None).order_by("pk").values_list("mark", flat=True))


def announce(sheet: ReportSheet, rows: Sequence[Row]) -> ReportBatch:
    """Write down what is about to be sent; what was sent before and never answered goes on under its own mark."""
    told = [list(row.ids) for row in rows]
    opened = sheet.batches.filter(accepted_at=None).first()
    if opened is None:
        return sheet.batches.create(mark=new_number(), entries=told, rows=len(rows))
    opened.entries, opened.rows = [*opened.entries, *told], len(rows)
    opened.save(update_fields=("entries", "rows"))
    return opened


def accept(batch: ReportBatch) -> None:
    """Google has it. Doing this twice changes nothing."""
    with transaction.atomic():
        told = {pk for ids in batch.entries for pk in ids}
        rows = [ReportRow(sheet_id=batch.sheet_id, batch=batch, entry_id=pk) for pk in sorted(told)]
        ReportRow.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)
        ReportBatch.objects.filter(pk=batch.pk, accepted_at=None).update(accepted_at=timezone.now(), entries=[])


def settle(sheet: ReportSheet, marks: Iterable[int]) -> ReportBatch | None:
    """What was sent and never answered: accepted if the sheet bears its mark, else given back, to be sent again."""
    opened = sheet.batches.filter(accepted_at=None).first()
    if opened is None or opened.mark not in set(marks):
        return opened
    accept(opened)
    return None


def is_behind(sheet: ReportSheet, marks: Iterable[int]) -> bool:
    """The sheet had writes that we know nothing of: our tables were restored from an older copy."""
    return bool(set(marks) - set(sheet.batches.values_list("mark", flat=True)))


def begin(spreadsheet: str, tab: str) -> ReportSheet:
    return ReportSheet.objects.create(spreadsheet=spreadsheet, tab=tab, number=new_number(), state=ReportSheet.BUILDING)


def put_in_place(sheet: ReportSheet) -> None:
    """The new sheet is the tab now; what is remembered of the one before goes with it."""
    with transaction.atomic():
        ReportSheet.objects.filter(spreadsheet=sheet.spreadsheet, tab=sheet.tab, state=ReportSheet.LIVE).delete()
        sheet.state = ReportSheet.LIVE
        sheet.save(update_fields=("state",))


def given_up(spreadsheet: str, contents: Contents) -> list[int]:
    """Sheets whose writing was cut short, to be taken away; one that took its tab's place meanwhile is put there."""
    numbers = []
    for sheet in ReportSheet.objects.filter(spreadsheet=spreadsheet, state=ReportSheet.BUILDING):
        there = contents.numbered(sheet.number)
        opened = settle(sheet, there.marks) if there else None
        if there and there.title == sheet.tab and opened is None:
            put_in_place(sheet)
            continue
        if there:
            numbers.append(sheet.number)
    return numbers


def forget_unfinished(spreadsheet: str) -> None:
    ReportSheet.objects.filter(spreadsheet=spreadsheet, state=ReportSheet.BUILDING).delete()


def waiting(spreadsheet: str, tab: str, rows: Sequence[Row]) -> int:
    """How many of these rows the tab does not have yet."""
    sheet = sheet_of(spreadsheet, tab)
    known = accepted(sheet) if sheet else set[str]()
    return sum(known.isdisjoint(row.ids) for row in rows)
