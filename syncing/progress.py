"""What a person watching a sync sees: bars on a terminal, plain lines anywhere else."""

from __future__ import annotations

import shutil
import sys
from typing import Protocol

from django.conf import settings
from tqdm import tqdm

from syncing.fetching.pages import Page
from syncing.models import Leg
from syncing.monitoring.journal import DOUBTFUL, FAILED, PLACEHOLDERS, effects
from syncing.reconciling.tallying import Tally
from syncing.registry import Entity
from syncing.results import Result
from syncing.staging.accepting import StagedPage
from syncing.vocabulary import SyncError


class Out(Protocol):
    """Where lines go: a stream, or Django's wrapper of one."""

    def write(self, text: str, /) -> object: ...
    def isatty(self) -> bool: ...


class LineReporter:
    """One line when an entity starts and one when it ends: for logs, cron and pipes."""

    def __init__(self, out: Out) -> None:
        self.out = out

    def started(self, root: Entity, leg: Leg) -> None:
        resumed = f", reprise à la page {leg.page + 1}" if leg.page else ""
        self.out.write(f"{root.label} : lecture commencée{resumed}\n")

    def page(self, root: Entity, page: Page, staged: StagedPage) -> None:
        """Pages pass in silence."""

    def reconciled(self, entity: Entity, tally: Tally) -> None:
        """Batches pass in silence."""

    def finished(self, root: Entity, result: Result) -> None:
        for line in summary(result):
            self.out.write(f"{line}\n")


class BarReporter(LineReporter):
    """A live bar per entity: page, rows a second, what changed."""

    def __init__(self, out: Out) -> None:
        super().__init__(out)
        self.bar: tqdm[None] | None = None
        self.changed = 0

    def started(self, root: Entity, leg: Leg) -> None:
        self._close()
        self.changed = 0
        size = shutil.get_terminal_size()  # a terminal that does not tell its size still gets a bar
        self.bar = tqdm(
            desc=f"{root.label:<24}", initial=leg.fetched, total=leg.total, unit=" fiches", file=self.out, leave=False,
            ncols=size.columns, nrows=size.lines,
        )  # fmt: skip

    def page(self, root: Entity, page: Page, staged: StagedPage) -> None:
        if self.bar is None:
            return
        self.bar.total = page.total or self.bar.total
        self.changed += sum(staged.changed.values())
        self.bar.update(staged.read[root.name])
        self.bar.set_postfix_str(f"page {page.number}, {self.changed} nouvelles ou changées")

    def finished(self, root: Entity, result: Result) -> None:
        self._close()
        super().finished(root, result)

    def _close(self) -> None:
        if self.bar is not None:
            self.bar.close()
            self.bar = None


def reporter(out: Out) -> LineReporter:
    """The reporter that suits where the output goes."""
    return BarReporter(sys.stderr) if out.isatty() else LineReporter(out)


def summary(result: Result) -> list[str]:
    """What became of a root entity and of those it carries, one line each, then what was noticed."""
    if result.skipped:
        return [f"{result.root.label} : laissée de côté. {result.error} {result.error.action if result.error else ''}"]
    lines = []
    for entity in result.brought if result.legs else ():
        leg, tally = result.legs[entity.name], result.tallies[entity.name]
        if result.error is not None and not leg.fetched:
            continue  # « rien à changer » would be a strange way to say that nothing was read
        seconds = max(sum(result.seconds.values()), 0.001)
        label = entity.label if entity is result.root else f"  {entity.label}"
        rate = f"{leg.fetched} lues en {seconds:.1f} s ({leg.fetched / seconds:.0f}/s)"
        lines.append(f"{label} : {rate} ; {outcomes(tally)}")
    lines += [f"  Remarque : {warning}" for warning in result.warnings]
    if result.error is not None:
        lines.append(f"{result.root.label} : {result.error}")
        lines.append(f"  Prochain pas : {next_step(result.error)}")
    return lines


def next_step(error: SyncError) -> str:
    """What to do about it; a first run whose stand-in is not running needs neither network nor settings."""
    if settings.GAZELLE_IS_DEMO and error.code == "unreachable":
        return "Démarrez le faux Gazelle : « make run », ou « python manage.py sandbox » dans un autre terminal."
    return error.action


def outcomes(tally: Tally) -> str:
    """« 12 créées, 3 modifiées », or « rien à changer »."""
    counts: dict[str, int] = dict(tally.outcomes.items())
    counts[PLACEHOLDERS] = sum(tally.placeholders.values())
    counts[FAILED] = tally.failed + tally.retried
    counts[DOUBTFUL] = tally.faults
    return effects(counts) or "rien à changer"
