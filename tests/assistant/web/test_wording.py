"""« Compris : … »: what was understood, told back in French; and every question we offer is one we understand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User

from assistant.chips import chips
from assistant.conversations import asker_of, reply_to
from assistant.understanding.results import Outcome, Span
from assistant.wording import Piece, pieces, told
from syncing.french import COMPANY_ZONE

NOW = datetime(2026, 3, 17, 10, 30, tzinfo=COMPANY_ZONE)


@pytest.mark.parametrize(
    ("slots", "words"),
    [
        ({"date_range": {"start": "2026-03-18", "end": "2026-03-18"}}, ["mercredi 18 mars"]),
        ({"date_range": {"start": "2026-03-23", "end": "2026-03-29"}}, ["du lundi 23 mars au dimanche 29 mars"]),
        ({"date_ranges": [{"start": "2026-03-18", "end": "2026-03-18"}] * 2}, ["mercredi 18 mars et mercredi 18 mars"]),
        ({"scope": "self"}, []),
        ({"scope": "all"}, ["toute l’équipe"]),
        ({"technician": "Maude Pilote", "part_of_day": "morning"}, ["Maude Pilote", "le matin"]),
        ({"client_name": "tremblay"}, ["client « tremblay »"]),
        ({"after_time": "13:30", "before_time": "17:00"}, ["après 13 h 30", "avant 17 h 00"]),
        ({"fields": ["phone", "address"]}, ["téléphone et adresse"]),
        ({"exclude": {"city": "Laval"}}, ["sauf Laval"]),
        ({"not_seen_since": "2025-01-01"}, ["pas vus depuis 1er janv. 2025"]),
        ({"confirmed": False}, ["non confirmés"]),
        ({"something_new": 3}, ["something_new : 3"]),
    ],
)
def test_each_slot_is_told_in_words(slots: dict[str, Any], words: list[str]) -> None:
    said = [one.replace("\u00a0", " ") for one in told("my_appointments", slots, NOW)]
    assert said == ["vos rendez-vous", *words]


def test_a_question_is_cut_at_what_was_understood_and_no_letter_is_lost() -> None:
    typed = "mes rv de demain ?"
    cut = pieces(typed, [Span(10, 16, "date_range"), Span(0, 6, "scope"), Span(4, 12, "x"), Span(3, 3, "y")])
    assert cut == [Piece("mes rv", "scope"), Piece(" de ", ""), Piece("demain", "date_range"), Piece(" ?", "")]
    assert "".join(piece.text for piece in cut) == typed
    assert pieces("", []) == []


@pytest.mark.django_db
def test_every_question_we_offer_is_one_we_understand(simon: User, odile: User) -> None:
    for account in (simon, odile):
        offered = chips(asker_of(account))
        assert offered
        for chip in offered:
            understood = reply_to(chip, account=account, now=NOW).understood
            assert understood.outcome is Outcome.ANSWERED, chip
            assert understood.intent not in ("unknown", "client_search"), chip
