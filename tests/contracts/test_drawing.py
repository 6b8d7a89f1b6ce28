"""A drawing that nobody keeps true is worse than none."""

from __future__ import annotations

from tests.contracts.drawing import PAGE, drawn


def test_the_architecture_page_shows_the_imports_as_they_are() -> None:
    text = PAGE.read_text("utf-8")
    assert text == drawn(text), "run: python -m tests.contracts.drawing"
