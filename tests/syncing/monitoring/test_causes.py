"""Rows that are no records, grouped by what they have in common."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from syncing.models import StagedRecord
from syncing.monitoring.causes import groups, normalised, rows_of
from syncing.registry import entities
from syncing.vocabulary import RowState


@pytest.mark.parametrize(
    ("errors", "cause"),
    [
        (
            ["prix : entier attendu, reçu 'douze'", "prix : entier attendu, reçu '12 $'"],
            "prix : entier attendu, reçu …",
        ),
        (["street1 : texte attendu, reçu 12", "street1 : texte attendu, reçu 7.5"], "street1 : texte attendu, reçu …"),
        (["id : identifiant de 65 caractères, au plus 64"], "id : identifiant de … caractères, au plus …"),
        (["ValueError : cli_AbCdEf et cli_9", "ValueError : tle_xYz et tle_1"], "ValueError : … et …"),
        (["KeyError : 'type'", "KeyError : 'price'"], "KeyError : …"),
        (
            [
                'Refusée : null value in column "name"\nDETAIL:  Failing row contains (1, secret).',
                'Refusée : null value in column "name"\nDETAIL:  Failing row contains (2, autre).',
            ],
            'Refusée : null value in column "name"',
        ),
        (["créée le 2026-11-20T10:00:00Z", "créée le 2025-01-02"], "créée le …"),
        (["valeurs 1, 2, 3", "valeurs 4, 5"], "valeurs …"),
        (["", "   "], "sans motif"),
    ],
)  # fmt: skip
def test_what_differs_from_row_to_row_is_left_out_of_the_cause(errors: list[str], cause: str) -> None:
    assert {normalised(error) for error in errors} == {cause}


def test_two_columns_are_two_causes() -> None:
    assert normalised('null value in column "name"') != normalised('null value in column "phone"')
    assert normalised("a4Pitch : entier attendu, reçu 'x'") != normalised("street1 : entier attendu, reçu 'x'")


def test_an_endless_reason_is_cut() -> None:
    assert len(normalised("pourquoi " * 500)) == 200


@pytest.mark.django_db
def test_three_hundred_rows_with_one_cause_are_one_line_and_one_question() -> None:
    first, second = list(entities())[:2]
    now = timezone.now()

    def row(entity: str, number: int, state: RowState, error: str) -> StagedRecord:
        return StagedRecord(
            entity=entity, gazelle_id=f"x_{number:03}", digest="d", raw=b"{}", state=state, last_error=error,
            fetched_at=now, staged_at=now - timedelta(minutes=number),
        )  # fmt: skip

    StagedRecord.objects.bulk_create(
        [row(first.name, n, RowState.REJECTED, f"prix : entier attendu, reçu '{n}'") for n in range(300)]
        + [row(first.name, 300, RowState.FAILED, "prix : entier attendu, reçu '3'")]
        + [row(second.name, n, RowState.REFUSED, f"Ignorée par Odile : doublon {n}") for n in range(9)]
        + [row(second.name, 400, RowState.PENDING, ""), row(second.name, 401, RowState.HELD, "retenue")]
        + [row("oubliée", 1, RowState.FAILED, "d’une table qui n’est plus déclarée")]
    )
    with CaptureQueriesContext(connection) as asked:
        found = groups(entities())
    assert len(asked) == 1
    assert [(group.entity, group.state, group.count) for group in found] == [
        (first, RowState.REJECTED, 300), (first, RowState.FAILED, 1), (second, RowState.REFUSED, 9),
    ]  # fmt: skip
    assert found[0].samples == ("x_000", "x_001", "x_002", "x_003", "x_004")
    assert found[0].oldest == now - timedelta(minutes=299)
    keys = rows_of(found[0])
    assert len(keys) == 300
    assert StagedRecord.objects.get(pk=keys[0]).gazelle_id == "x_299"
    assert len({group.key for group in found}) == 3
