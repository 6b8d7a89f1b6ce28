"""The random pairs of `tests.web.pairs`, a few hundred of them; and that a leak does not pass unseen."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.http import HttpResponse
from django.shortcuts import render

from clients.models import Client
from syncing.french import dollars
from syncing.rights import Viewer
from tests.web.pairs import play, told
from tests.web.planting import Secrets
from tests.web.routes import routes

pytestmark = pytest.mark.django_db
PAIRS = 400


def test_a_few_hundred_random_pairs_leak_nothing() -> None:
    seed = random.randrange(10**9)
    played = play(PAIRS, seed)
    assert played.faults == [], f"seed {seed}: {told(played)}"
    assert played.values, "nobody read anything: nothing was shown"


def test_a_page_that_tells_everybody_a_door_code_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def telling(*arguments: Any) -> HttpResponse:
        codes = " ".join(Client.objects.values_list("preference_notes", flat=True))
        return HttpResponse(render(*arguments).content.decode() + codes)

    home = [route for route in routes() if route.name == "home"]
    monkeypatch.setattr("gazelle_site.views.render", telling)
    monkeypatch.setattr("tests.web.routes.routes", lambda: home)
    faults = play(100, 3).faults
    assert [fault for fault in faults if fault.startswith("simon GET /")]
    assert not [fault for fault in faults if fault.startswith("office GET /")]


def test_a_page_whose_gate_was_forgotten_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Viewer, "is_among", lambda self, audience: True)
    assert [fault for fault in play(PAIRS, 3).faults if "is let in" in fault]


def test_an_amount_is_recognised_as_it_is_written_for_people() -> None:
    secrets = Secrets()
    amount = secrets.cents(frozenset({"office"}))
    for written in (dollars(amount), str(amount), f"<td>{dollars(amount)}</td>".replace("\u00a0", "&nbsp;")):
        assert secrets.leaked("simon", f"Total {written}.") == {str(amount)}
        assert secrets.leaked("office", written) == set()
