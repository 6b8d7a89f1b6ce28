"""The invented company, and a short way to ask it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from assistant.understanding import Vocabulary, understand
from assistant.understanding.results import Turn, Understood
from tests.assistant.score import roster

NOW = datetime(2026, 3, 17, 10, 30)  # noqa: DTZ001  # a Tuesday; understanding takes the company's wall clock
Ask = Callable[..., Understood]


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return roster()


@pytest.fixture
def ask(vocabulary: Vocabulary) -> Ask:
    """`ask("mes rv", user="odile", role="admin", earlier=["client Roy"])`."""

    def _ask(question: str, *, user: str = "", role: str = "technician", earlier: tuple[str, ...] = ()) -> Understood:
        history = [Turn("user", said) for said in earlier]
        asker = vocabulary.asker(user, role)
        return understand(question, vocabulary=vocabulary, now=NOW, asker=asker, history=history)

    return _ask
