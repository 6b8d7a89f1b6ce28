"""What technicians read: one mail for each kind, word for word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appointments.changes.models import ChangeKind
from appointments.changes.wording import SUBJECTS, Facts, body, date_words, subject
from syncing.french import NBSP
from tests.appointments.changes.people import at

K = ChangeKind
NOW = at("2026-03-04 14:00")
FACTS = Facts(
    kind=K.NEW, first_name="Simon", client="Anne Tremblay", place="12, rue Fabre, Laval", title="Accord",
    start=at("2026-03-05 14:30"),
)  # fmt: skip
FOOTER = ["", "Ma journée : https://site.exemple.ca/", "Avis automatique d’Assistant Gazelle."]


def text(**given: object) -> list[str]:
    facts = replace(FACTS, **given)  # type: ignore[arg-type]  # whichever field
    return body(facts, NOW, my_day="https://site.exemple.ca/").replace(NBSP, " ").split("\n")


def test_a_new_one() -> None:
    assert text() == [
        "Bonjour Simon,", "", "Un rendez-vous s’ajoute à votre horaire.", "", "Anne Tremblay, 12, rue Fabre, Laval",
        "Demain, le 5 mars 2026, à 14 h 30", *FOOTER,
    ]  # fmt: skip


def test_one_that_moved_says_from_where_to_where_and_by_whom() -> None:
    lines = text(kind=K.RESCHEDULED, before_start=at("2026-03-04 16:00"), author="Odile Fortier")
    assert lines[4:9] == [
        "Anne Tremblay, 12, rue Fabre, Laval", "Avant : aujourd’hui, le 4 mars 2026, à 16 h 00",
        "Maintenant : demain, le 5 mars 2026, à 14 h 30", "", "Déplacé par Odile Fortier.",
    ]  # fmt: skip
    assert not any("Déplacé par" in line for line in text(kind=K.RESCHEDULED, before_start=NOW))


@pytest.mark.parametrize(
    ("author", "reason", "said"),
    [
        ("Odile Fortier", "cliente malade", "Annulé par Odile Fortier. Raison : cliente malade"),
        ("", "cliente malade", "Raison : cliente malade"),
        ("Odile Fortier", "", "Annulé par Odile Fortier, sans raison notée."),
        ("", "", "Aucune raison n’a été trouvée dans l’historique du client."),
    ],
)
def test_a_cancelled_one_says_what_is_known_and_no_more(author: str, reason: str, said: str) -> None:
    assert said in text(kind=K.CANCELLED, author=author, reason=reason)


def test_one_that_could_not_be_checked_says_so() -> None:
    assert any("n’a pas pu être relu" in line for line in text(was_checked=False))


@pytest.mark.parametrize(
    ("given", "who"),
    [
        ({}, "Anne Tremblay, 12, rue Fabre, Laval"),
        ({"place": ""}, "Anne Tremblay"),
        ({"client": ""}, "12, rue Fabre, Laval"),
        ({"client": "", "place": ""}, "Accord"),
        ({"client": "", "place": "", "title": ""}, "Rendez-vous sans titre"),
    ],
)
def test_place_and_client_never_leave_a_comma_behind(given: dict[str, object], who: str) -> None:
    assert text(**given)[4] == who


def test_a_person_without_a_first_name_is_greeted_all_the_same() -> None:
    assert text(first_name="")[0] == "Bonjour,"


def test_an_event_without_an_hour_says_the_day() -> None:
    assert text(is_all_day=True)[5] == "Demain, le 5 mars 2026 (toute la journée)"


def test_every_kind_has_its_own_subject_and_no_mail_is_shouted() -> None:
    subjects = {subject(replace(FACTS, kind=kind), NOW) for kind in K}
    assert len(subjects) == len(K) == len(SUBJECTS)
    assert subject(FACTS, NOW).replace(NBSP, " ") == "Nouveau rendez-vous : Anne Tremblay, demain à 14 h 30"
    for kind in K:
        assert all(ord(char) < 0x2600 for char in "\n".join([*text(kind=kind), *subjects]))


@pytest.mark.parametrize(
    ("when", "now", "said"),
    [
        ("2026-03-04 23:30", "2026-03-04 00:10", "aujourd’hui"),
        ("2026-03-05 00:10", "2026-03-04 23:50", "demain"),
        ("2026-03-05 09:00", "2026-03-03 09:00", "le 5 mars 2026"),
        ("2026-05-01 09:00", "2026-04-28 09:00", "le 1er mai 2026"),
        ("2026-03-08 23:00", "2026-03-07 23:30", "demain"),
        ("2026-11-01 23:30", "2026-10-31 23:30", "demain"),
        ("2026-03-03 09:00", "2026-03-04 09:00", "le 3 mars 2026"),
    ],
)
def test_days_are_named_as_at_montreal(when: str, now: str, said: str) -> None:
    assert date_words(at(when), at(now)).replace(NBSP, " ") == said
