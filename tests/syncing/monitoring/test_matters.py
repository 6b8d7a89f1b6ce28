"""Findings about what was read, each told once, and the figures of one reading."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey
from django.test.utils import CaptureQueriesContext

from syncing.models import AcceptedGap, Conflict, Drift, Leg, MirroredModel, Redirect, StagedRecord, Suspension
from syncing.monitoring import freshness
from syncing.monitoring.findings import Level, findings
from syncing.monitoring.metrics import metrics, reasons
from syncing.monitoring.overview import overview
from syncing.registry import Entity, entities
from tests.syncing.monitoring.test_freshness import NOW, leg

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> Entity:
    """Everything was just read."""
    for entity in entities():
        leg(entity.name, timedelta(minutes=1))
    return next(iter(entities()))


def told() -> dict[str, str]:
    found = findings(NOW, freshness.statuses(NOW))
    assert len({one.code for one in found}) == len(found), "one cause, one finding"
    return {one.code: one.cause for one in found}


def row(entity: Entity, state: str, ago: timedelta = timedelta(0), number: int = 0) -> StagedRecord:
    return StagedRecord.objects.create(
        entity=entity.name, gazelle_id=f"{state}{number}", digest="d", raw=b"{}", state=state, fetched_at=NOW,
        staged_at=NOW - ago,
    )  # fmt: skip


def checked(entity: Entity, **found: Any) -> None:
    audit = {"here": 3, "in_gazelle": 3, "sampled": 20, "differing": [], "unknown": [], **found}
    leg(entity.name, timedelta(minutes=1), audit=audit)


# -- decisions ---------------------------------------------------------------------------------------------------------


def test_a_suspended_deletion_says_how_many_and_that_nothing_was_done(first: Entity) -> None:
    one = Suspension.objects.create(
        kind="deletion", entity=first.name, ids=[str(n) for n in range(1204)], scanned=4011, reason="r"
    )
    found = next(found for found in findings(NOW, freshness.statuses(NOW)) if found.code == "suspended:deletion")
    assert found.cause == (
        f"{first.label}\u00a0: Gazelle ne donne plus 1\u202f204 fiches sur 4\u202f011. Rien n’a été retiré."
    )
    assert (found.level, found.url) == (Level.FAULT, f"/systeme/decisions/#etape-{one.pk}")


def test_held_rows_are_told_by_the_question_that_holds_them_or_by_themselves(first: Entity) -> None:
    one = Suspension.objects.create(kind="emptying", entity=first.name, column="email", ids=["held0"], scanned=9)
    row(first, "held")
    assert set(told()) == {"suspended:emptying"}
    Suspension.objects.filter(pk=one.pk).update(decided_at=NOW)
    assert set(told()) == {"rows_held"}


def test_what_was_decided_is_not_told_any_more(first: Entity) -> None:
    Suspension.objects.create(kind="deletion", entity=first.name, ids=["a"], decided_at=NOW, accepted=False)
    Drift.objects.create(kind="value", entity=first.name, path="type", value="X", settled_at=NOW)
    Conflict.objects.create(entity=first.name, gazelle_id="1", column="name", settled_at=NOW)
    assert told() == {}


def test_novelties_of_one_table_are_one_finding_that_names_some(first: Entity) -> None:
    Drift.objects.create(kind="value", entity=first.name, path="type", value="X", samples=["a"])
    Drift.objects.create(kind="value", entity=first.name, path="type", value="Y", samples=["b"])
    Drift.objects.create(kind="missing", entity=first.name, path="Thing.note")
    cause = (
        f"{first.label}\u00a0: 1 champ disparu («\u00a0Thing.note\u00a0») et 2 valeurs nouvelles («\u00a0type\u00a0»…)."
    )
    assert told() == {"drift": cause}
    said = overview(NOW).verdict.next  # a field that disappeared leaves a column that is no longer true
    assert said is not None
    assert (said.code, said.count, said.level) == ("drift", 3, Level.FAULT)
    Drift.objects.filter(kind="missing").update(settled_at=NOW)
    assert [(one.code, one.count) for one in overview(NOW).decisions] == [("drift", 2)]


# -- rows --------------------------------------------------------------------------------------------------------------


def test_a_row_the_database_refuses_is_told_after_an_hour(first: Entity) -> None:
    row(first, "retry", timedelta(minutes=59))
    assert told() == {}
    row(first, "retry", timedelta(minutes=61), number=1)
    assert set(told()) == {"rows_stuck"}
    found = next(state for state in freshness.statuses(NOW) if state.name == first.name)
    assert (found.stuck, found.pending) == (1, 2)


# -- comparisons with the source ---------------------------------------------------------------------------------------


def test_an_audit_that_agrees_is_silent(first: Entity) -> None:
    checked(first)
    assert told() == {}
    found = next(state for state in freshness.statuses(NOW) if state.name == first.name).audit
    assert found is not None
    assert (found.identical, found.sampled) == (20, 20)


def test_counts_that_differ_are_told_unless_something_explains_them(first: Entity) -> None:
    checked(first, here=5)
    assert told()["audit:counts"].startswith(f"{first.label}\u00a0: 5 ici, 3 dans Gazelle, comptées aujourd’hui")
    question = Suspension.objects.create(kind="deletion", entity=first.name, ids=["a", "b"], scanned=5)
    assert set(told()) == {"suspended:deletion"}
    Suspension.objects.filter(pk=question.pk).update(decided_at=NOW, accepted=False)
    assert told() == {}, "a person kept them"


def test_a_gap_that_a_person_accepted_is_told_again_when_its_size_changes(first: Entity) -> None:
    checked(first, here=5)
    AcceptedGap.objects.create(kind="audit", entity=first.name, ours=4, theirs=2, why="deux fiches d’essai")
    assert told() == {}
    checked(first, here=6)
    assert set(told()) == {"audit:counts"}
    leg(first.name, timedelta(0), total=4, distinct=2)
    assert set(told()) == {"totals"}, "another kind of difference"


def test_a_total_that_lies_explains_a_count_that_differs(first: Entity) -> None:
    leg(first.name, timedelta(0), total=4, distinct=3, audit={"here": 4, "in_gazelle": 3, "sampled": 0})
    assert set(told()) == {"totals"}


def test_a_sample_that_differs_is_told_with_its_size(first: Entity) -> None:
    checked(first, differing=["a"], unknown=["b", "c"])
    assert "1 fiche différente de Gazelle et 2 fiches inconnues de Gazelle, sur 20 relues" in told()["audit:sample"]


def test_the_next_audit_is_the_one_that_counts(first: Entity) -> None:
    leg(first.name, timedelta(days=8), audit={"here": 9, "in_gazelle": 1, "sampled": 0})
    checked(first)
    assert told() == {}


# -- gone and cited ----------------------------------------------------------------------------------------------------


def citing() -> tuple[Entity, Entity, str]:
    """A table, one that cites it, and the column that does."""
    for other in entities():
        for field in apps.get_model(other.model)._meta.concrete_fields:
            for cited in entities():
                if isinstance(field, ForeignKey) and field.related_model is apps.get_model(cited.model) != field.model:
                    return cited, other, field.attname
    raise AssertionError("no table cites another")


def test_a_gone_record_still_cited_is_told_until_a_merge_explains_it(first: Entity) -> None:
    cited, other, column = citing()
    target: type[MirroredModel] = apps.get_model(cited.model)
    source: type[MirroredModel] = apps.get_model(other.model)
    for number in range(3):
        target._base_manager.create(id=f"gone_{number}", deleted_at=NOW - timedelta(days=number))
        source._base_manager.create(id=f"citing_{number}", **{column: f"gone_{number}"})
    target._base_manager.create(id="gone_long_ago", deleted_at=NOW - timedelta(days=22))
    source._base_manager.create(id="citing_long_ago", **{column: "gone_long_ago"})
    target._base_manager.create(id="gone_alone", deleted_at=NOW)
    Redirect.objects.create(entity=cited.name, old_id="gone_1", kept_id="kept", why="fusion")
    source._base_manager.filter(pk="citing_2").update(deleted_at=NOW)
    expected = f"{cited.label}\u00a0: 1 fiche retirée est encore citée, et aucune fusion ne l’explique."
    assert told()["gone_cited"] == expected


# -- costs -------------------------------------------------------------------------------------------------------------


def test_findings_ask_at_most_eight_questions_beyond_the_states(first: Entity) -> None:
    for entity in entities():
        checked(entity, here=9, differing=["a"])
        Suspension.objects.create(kind="emptying", entity=entity.name, column="x", ids=["a"])
        row(entity, "rejected")
    states = freshness.statuses(NOW)
    with CaptureQueriesContext(connection) as asked:
        findings(NOW, states)
    assert len(asked) == (9 if connection.vendor == "postgresql" else 8)  # what the server is doing, where there is one


# -- the figures of one reading ----------------------------------------------------------------------------------------


def test_the_figures_of_a_reading(first: Entity) -> None:
    one = leg(
        first.name, timedelta(0), fetched=1000, staged=50, created=10, updated=20, unchanged=15, rejected=4, failed=1,
        requests=12, seconds={"fetching": 3.2, "staging": 0.0, "reconciling": 0.8},
    )  # fmt: skip
    told = metrics(one, entities())
    assert (told.fetched, told.processed, told.skipped, told.failed) == (1000, 30, 965, 5)
    assert told.error_rate == 0.5
    assert told.freshness == 100.0
    assert (told.pace, told.steps) == ("12 requêtes, 250 lignes/s", "lecture 3,2\u00a0s, rapprochement 0,8\u00a0s")


def test_an_empty_reading_has_no_rate_and_no_speed(first: Entity) -> None:
    told = metrics(leg(first.name, timedelta(0), fetched=0), entities())
    assert (told.error_rate, told.rows_per_second, told.pace) == (0.0, None, "")


def test_the_freshness_of_a_reading_is_that_of_its_first_page(first: Entity) -> None:
    resumed = leg(first.name, timedelta(0), started_at=NOW - 2 * first.promise, resumed=2)
    assert metrics(resumed, entities()).freshness == 50.0
    unsealed = leg(first.name, timedelta(0), sealed_at=None)
    assert metrics(unsealed, entities()).freshness == 0.0
    assert metrics(leg(first.name, timedelta(0), mode="repair"), entities()).freshness is None
    assert metrics(leg("gone_table", timedelta(0)), entities()).freshness is None


def test_the_reasons_of_refusals_are_counted_the_commonest_first(first: Entity) -> None:
    one = Leg.objects.filter(entity=first.name).latest("pk")
    for number, (state, reason) in enumerate([("rejected", "b"), ("rejected", "a"), ("failed", "a"), ("pending", "")]):
        made = row(first, state, number=number)
        StagedRecord.objects.filter(pk=made.pk).update(leg=one, last_error=reason)
    assert reasons(one) == [("a", 2), ("b", 1)]
