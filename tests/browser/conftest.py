"""A real Chromium on the real site: Debian's, found by CHROMIUM or on the path; nothing is downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

WIDTHS = {"phone": 360, "desk": 1280}


def chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    missing = "BROWSER TESTS NOT RUN: no Chromium (apt-get install chromium, or set CHROMIUM)"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    # Playwright's synchronous face runs an event loop in this thread; Django would refuse every query under it.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        running = playwright.chromium.launch(executable_path=path)
        yield running
        running.close()


@pytest.fixture(params=sorted(WIDTHS))
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    size = {"width": WIDTHS[request.param], "height": 800}
    opened = browser.new_context(viewport=size, locale="fr-CA", timezone_id="America/Toronto")  # type: ignore[arg-type]  # a plain dict is a size
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, tmp_path: Path) -> Iterator[Page]:
    """A page that remembers every complaint of the browser, refusals of the content policy included."""
    complaints: list[str] = []
    shown = context.new_page()
    shown.set_default_timeout(10_000)

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(f"{shown.url}: {message.text}")

    shown.on("console", listen)
    shown.on("pageerror", lambda error: complaints.append(f"{shown.url}: {error}"))
    yield shown
    assert complaints == []
