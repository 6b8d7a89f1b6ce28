"""How a reading shows that it advances: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time

from tqdm import tqdm

from syncing.fetching.pages import Page

BETWEEN_LINES = 5.0  # seconds; a log is read, not watched


class Progress:
    """Follows the pages of one reading; `page` is the last one that is safe."""

    def __init__(self) -> None:
        self.page = 0
        self._records = 0
        self._terminal = sys.stderr.isatty()
        self._bar: tqdm[None] | None = None
        self._said = time.monotonic()

    def resume(self, last: Page) -> None:
        """Start after what an earlier run gathered."""
        self.page = last.number
        self.say(f"Reprise après la page {last.number}.")

    def advance(self, page: Page) -> None:
        """One more page is safe."""
        self.page = page.number
        self._records += len(page.nodes)
        if self._terminal:
            self._bar = self._bar or tqdm(desc=page.entity, total=page.total, unit=" fiches")
            self._bar.update(len(page.nodes))
        elif time.monotonic() - self._said > BETWEEN_LINES:
            of = f" sur {page.total}" if page.total is not None else ""
            self.say(f"Page {page.number} : {self._records} fiches{of}.")

    def say(self, line: str) -> None:
        """One line for people, above the bar when there is one."""
        self._said = time.monotonic()
        tqdm.write(line, file=sys.stderr)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
