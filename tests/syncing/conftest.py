"""The toy domain, wired: a stand-in, a registry, and a sync that reports to nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from syncing.engine import sync
from syncing.progress import LineReporter
from syncing.registry import Registry
from syncing.results import Result
from syncing.vocabulary import Mode
from tests.toyshop.gazelle import ToyGazelle
from tests.toyshop.sync import ENTITIES

SyncToys = Callable[..., dict[str, Result]]


class Silence(LineReporter):
    """A reporter for those who look at the tables instead."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, text: str) -> None:
        self.lines.append(text)

    @property
    def out(self) -> Silence:  # type: ignore[override]  # it only needs `write`
        return self


@pytest.fixture
def toys() -> ToyGazelle:
    return ToyGazelle()


@pytest.fixture
def registry() -> Registry:
    return Registry(ENTITIES)


@pytest.fixture
def sync_toys(db: None, toys: ToyGazelle, registry: Registry) -> SyncToys:
    """`sync_toys("toys", mode=Mode.FULL)` → results by root name."""

    def run(*names: str, mode: Mode = Mode.FULL, period: tuple[datetime, datetime] | None = None) -> dict[str, Result]:
        results = sync(
            names, mode=mode, period=period, registry=registry, transport=toys, reporter=Silence()  # type: ignore[arg-type]  # a stand-in with the transport's face
        )  # fmt: skip
        return {result.root.name: result for result in results}

    return run
