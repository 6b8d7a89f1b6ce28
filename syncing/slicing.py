"""Readings as jobs: no longer than a slice, taken up again at the next page, and tried again for what failed only."""

from __future__ import annotations

from syncing import french, legs
from syncing.alerting import announce
from syncing.engine import sync
from syncing.fetching.pages import Page
from syncing.models import Leg
from syncing.reconciling.tallying import Tally
from syncing.registry import Entity, entities
from syncing.results import Result
from syncing.scheduling.declaring import Done, JobFailed, Later
from syncing.scheduling.models import Trigger
from syncing.scheduling.running import Work, at_hand
from syncing.staging.accepting import StagedPage
from syncing.vocabulary import Mode, SyncError

LEFT = "left"
"""Under which the journal of a run keeps the lists that are still to be read."""


class TimeUp(KeyboardInterrupt):
    """Ends a reading as a person would: the books are closed, and the next one begins at the next page."""


class Slice:
    """A reporter that shows nothing, counts, and stops when there is no time left."""

    def __init__(self, work: Work, roots: int) -> None:
        self.work, self.roots, self.results = work, roots, dict[str, Result]()

    def started(self, root: Entity, leg: Leg) -> None:
        """Nobody watches."""

    def page(self, root: Entity, page: Page, staged: StagedPage) -> None:
        if page.has_next and self.work.is_out_of_time:
            raise TimeUp("La lecture continue dans une minute, à la page suivante.")

    def reconciled(self, entity: Entity, tally: Tally) -> None:
        """It is in the results."""

    def finished(self, root: Entity, result: Result) -> None:
        self.results[root.name] = result
        if len(self.results) < self.roots and self.work.is_out_of_time:
            raise TimeUp

    def failed(self, name: str) -> SyncError | None:
        """Why this list could not be read; one that another process is reading did not fail."""
        result = self.results[name]
        return None if result.skipped else result.error


def read(mode: Mode, *names: str) -> Done:
    """Read these entities, all when none is named, within the slice of the run at hand.

    Raises Later with what is left to read, and JobFailed with the first cause when some could not be.
    """
    work = at_hand()
    roots = _roots(mode, names, work)
    if not roots:
        return Done("Rien à lire : la première lecture se lance à la main.", warning=True)
    sliced = Slice(work, len(roots))
    try:
        sync(roots, mode=mode, reporter=sliced, trigger=work.trigger, user=work.user)
    except TimeUp:
        work.stats[LEFT] = [name for name in roots if name not in sliced.results or sliced.failed(name)]
        raise Later(f"{_told(sliced)} La suite dans une minute.") from None
    failed = {name: error for name in sliced.results if (error := sliced.failed(name))}
    if failed:
        announce()  # whoever must know of a failure knows it before the next try
        work.stats[LEFT] = list(failed)
        labels = french.listed([entities()[name].label for name in failed])
        error = next(iter(failed.values()))
        raise JobFailed(f"{labels} : {error}", action=error.action)
    work.stats.pop(LEFT, None)
    troubled = any(tally.failed for one in sliced.results.values() for tally in one.tallies.values())
    return Done(_told(sliced), warning=troubled)


def _roots(mode: Mode, names: tuple[str, ...], work: Work) -> list[str]:
    """What an earlier slice or try left, or everything. By itself nothing is read before a person read it whole."""
    left = work.stats.get(LEFT)
    roots = [root for root in entities().roots(names) if mode is not Mode.RECENT or mode in root.reads]
    if isinstance(left, list):
        return [root.name for root in roots if root.name in left]
    if work.trigger == Trigger.SCHEDULER:
        roots = [root for root in roots if legs.mark(root, Mode.FULL) is not None]
    return [root.name for root in roots]


def _told(sliced: Slice) -> str:
    """« 4 135 lignes lues, 12 changées, 1 en échec. »"""
    read = [leg for one in sliced.results.values() for leg in one.legs.values()]
    changed = sum(leg.created + leg.updated + leg.revived + leg.deleted for leg in read)
    failed = sum(leg.failed + leg.rejected for leg in read)
    words = [
        french.counted(sum(leg.fetched for leg in read), "ligne lue", "lignes lues"),
        french.counted(changed, "changée", "changées"),
        *([f"{french.number(failed)} en échec"] if failed else []),
    ]
    busy = [one.root.label.lower() for one in sliced.results.values() if one.skipped]
    also = f"{french.NBSP}; {french.listed(busy)} : déjà en lecture ailleurs" if busy else ""
    return f"{', '.join(words)}{also}."
