"""Likenesses are found ahead of the pages: pairs of living records, and whom a placeholder may be."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from syncing import likening
from syncing.likening import find_likenesses
from syncing.matching.model import Decision
from syncing.matching.scoring import Stance, Suggestion, Told
from syncing.models import Acceptance, Likeness, MirroredModel
from syncing.registry import Registry
from syncing.resembling import Resembling
from tests.toyshop.models import Maker

pytestmark = pytest.mark.django_db


class SameName:
    """Two makers of one name may be one; a placeholder may be any of them."""

    name = "makers"

    def duplicates(self) -> Iterator[Suggestion]:
        yield found("mak_2", "mak_1", Decision.SAME)

    def suggestions_for(self, record: MirroredModel) -> list[Suggestion]:
        return [found(record.pk, "mak_1", Decision.PERHAPS)]


def found(left: str, right: str, decision: Decision) -> Suggestion:
    return Suggestion(left, right, 0.9, decision, "Même nom.", (), told=(Told(Stance.AGREES, "même nom"),))


@pytest.fixture(autouse=True)
def makers(monkeypatch: pytest.MonkeyPatch) -> None:
    comparing: dict[str, Resembling] = {"makers": SameName()}
    monkeypatch.setattr(likening, "resemblances", lambda: comparing)
    Maker.objects.bulk_create([Maker(id="mak_1"), Maker(id="mak_2")])
    Maker.objects.bulk_create(Maker(id=f"mak_unknown_{n}", is_placeholder=True) for n in (1, 2))


def kept() -> set[tuple[str, str, bool, bool]]:
    return set(Likeness.objects.values_list("left_id", "right_id", "is_provisional", "is_sure"))


def test_living_pairs_and_placeholders_are_kept_with_their_sentence(registry: Registry) -> None:
    assert list(find_likenesses(registry=registry)) == [("makers", 3)]
    assert kept() == {
        ("mak_2", "mak_1", False, True),
        ("mak_unknown_1", "mak_1", True, False),
        ("mak_unknown_2", "mak_1", True, False),
    }
    assert set(Likeness.objects.values_list("sentence", flat=True)) == {"Même nom."}
    assert [one.evidence for one in Likeness.objects.all()] == [[["agrees", "même nom"]]] * 3


def test_what_is_no_longer_found_goes_and_what_was_accepted_is_not_looked_for(registry: Registry) -> None:
    Likeness.objects.create(entity="makers", left_id="mak_1", right_id="mak_9", probability=0.5, sentence="s.")
    Acceptance.objects.create(entity="makers", gazelle_id="mak_unknown_2")
    for _ in range(2):
        list(find_likenesses(registry=registry))
    assert {pair[0] for pair in kept()} == {"mak_2", "mak_unknown_1"}


def test_a_table_that_nobody_compares_is_named(registry: Registry) -> None:
    with pytest.raises(LookupError, match="Rien ne compare « toys »"):
        list(find_likenesses(["toys"], registry=registry))


def test_the_command_says_how_many_and_writes_nothing_when_it_is_dry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # the project's own tables, which are empty here
    out = StringIO()
    Likeness.objects.create(entity="clients", left_id="x_1", right_id="x_2", probability=0.5, sentence="s.")
    call_command("duplicates", "--dry-run", stdout=out)
    assert "clients : 0 paire à regarder" in out.getvalue()
    assert Likeness.objects.count() == 1
    call_command("duplicates", "clients", stdout=out)
    assert Likeness.objects.count() == 0
    with pytest.raises(CommandError, match="Rien ne compare"):
        call_command("duplicates", "nulle-part", stdout=out)
