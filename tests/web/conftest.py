"""Shared by the page tests: a clean memory of outages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gazelle_site.outage import outage


@pytest.fixture(autouse=True)
def no_outage() -> Iterator[None]:
    outage.__init__()  # type: ignore[misc]  # the process-wide memory starts each test empty
    yield
    outage.__init__()  # type: ignore[misc]
