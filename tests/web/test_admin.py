"""Every page of the back-office opens, for every registered model, at a bounded cost."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_q.models import Failure, OrmQ, Schedule, Success

from assistant.models import HouseWord, Question
from clients.models import Institution
from pianos.models import ProblemType
from syncing.backups.models import Backup
from syncing.mirrored_admin import COUNTED_UP_TO, CappedPaginator, MirroredAdmin
from syncing.models import (
    Acceptance,
    AcceptedGap,
    Conflict,
    Drift,
    GazelleConnection,
    Lease,
    Leg,
    Message,
    MirroredModel,
    Move,
    Pairing,
    Preference,
    Redirect,
    StagedRecord,
    Suspension,
    Version,
)
from syncing.people import tokens, trail
from syncing.people.models import AccessToken, ChangeRecord
from syncing.registry import entities
from syncing.scheduling.models import JobPause, JobPlan, JobRun
from tests.web.people import person, reading

pytestmark = pytest.mark.django_db
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
CEILING = 12


def make(model: type[Model]) -> Model:
    """One row of any registered model."""
    now, first = timezone.now(), next(iter(entities())).name
    if issubclass(model, MirroredModel):
        return model._default_manager.create(id="x_1", raw_data={"id": "x_1", "nom": "Éloïse"})
    makers: dict[type[Model], Any] = {
        Leg: lambda: reading(first),
        StagedRecord: lambda: StagedRecord.objects.create(
            entity=first, gazelle_id="x_1", digest="d", raw='{"nom": "Éloïse"}'.encode(), fetched_at=now
        ),
        Conflict: lambda: Conflict.objects.create(entity=first, gazelle_id="x_1", column="name", ours="a", theirs="b"),
        Suspension: lambda: Suspension.objects.create(
            kind="deletion", entity=first, ids=["x_1"], scanned=9, reason="r"
        ),
        Drift: lambda: Drift.objects.create(kind="value", entity=first, path="type", value="x_1", samples=["x_1"]),
        AcceptedGap: lambda: AcceptedGap.objects.create(kind="audit", entity=first, ours=3, theirs=4, why="essais"),
        Version: lambda: Version.objects.create(
            entity=first, gazelle_id="x_1", version=2, changes={"name": ["a", "b"]}
        ),
        Move: lambda: Move.objects.create(
            entity=first, gazelle_id="x_1", column="owner", target=first, before="x_2", after="x_3"
        ),
        ProblemType: lambda: ProblemType.objects.create(slug="x", label="x_1"),
        Redirect: lambda: Redirect.objects.create(entity=first, old_id="x_1", kept_id="x_2", why="fusion"),
        Pairing: lambda: Pairing.objects.create(entity=first, left_id="x_1", right_id="x_2", verdict="same"),
        Acceptance: lambda: Acceptance.objects.create(entity=first, gazelle_id="x_1", why="fermé"),
        Lease: lambda: Lease.objects.create(name="x", owner="y", acquired_at=now, expires_at=now + timedelta(hours=1)),
        GazelleConnection: lambda: GazelleConnection.objects.create(access_token=b"secret1", refresh_token=b"secret2"),
        Message: lambda: Message.objects.create(
            kind="sync_failure",
            cause="x_1",
            channel="mail",
            address="x_1@exemple.ca",
            number=1,
            subject="x_1",
            state="uncertain",
        ),
        Preference: lambda: Preference.objects.create(
            user=person("Bureau"), kind="sync_failure", channel="mail", wanted=False
        ),
        Question: lambda: Question.objects.create(
            account=somebody(), text="x_1", key="x_1", intent="help", outcome="answered", slots={"text": "Éloïse"}
        ),
        HouseWord: lambda: HouseWord.objects.create(word="x_1", folded="x_1", kind="city", means="Laval"),
        Institution: lambda: Institution.objects.create(slug="x-1", name="x_1"),
        User: lambda: person("Technicien"),
        AccessToken: lambda: tokens.create(
            name="x_1", owner=somebody(), scopes=["metrics"], expires_at=None, by=somebody()
        )[0],
        ChangeRecord: lambda: changed(somebody()),
        Group: lambda: Group.objects.get_or_create(name="Technicien")[0],
    }
    makers |= {
        JobRun: lambda: JobRun.objects.create(job="x_1", slot=now, trigger="scheduler"),
        JobPause: lambda: JobPause.objects.create(job="x_1", reason="essais", until=now),
        Backup: lambda: Backup.objects.create(file="x_1", finished_at=now, outcome="failed"),
        JobPlan: lambda: JobPlan.objects.create(name="x_1", job="x_1", cron="0 5 * * *"),
        Schedule: lambda: Schedule.objects.create(name="x_1", func="x.y", schedule_type="C", cron="0 5 * * *"),
        Success: lambda: Success.objects.create(id="1", name="x_1", func="x.y", started=now, stopped=now),
        Failure: lambda: Failure.objects.create(
            id="2", name="x_1", func="x.y", started=now, stopped=now, success=False
        ),
        OrmQ: lambda: OrmQ.objects.create(key="default", payload="x_1", lock=now),
    }
    assert model in makers, f"teach this test how to make one {model._meta.label}"
    made: Model = makers[model]()
    return made


def somebody() -> User:
    return User.objects.filter(username="Technicien@exemple.ca").first() or person("Technicien")


def changed(account: User) -> Model:
    trail.record(account, account, changes=[trail.Change("x_1", "a", "b")])
    return ChangeRecord.objects.latest("pk")


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(person("Administration"))
    client.get("/compte/")  # the first page of a session also writes who is there
    return client


def listed(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def get(client: Client, url: str) -> str:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(url)
    assert answer.status_code == 200, url
    assert len(asked) <= CEILING, (url, [query["sql"][:110] for query in asked])
    return str(answer.content.decode())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_the_list_the_search_and_each_filter_open(office: Client, model: type[Model]) -> None:
    make(model)
    url = listed(model)
    get(office, url)
    model_admin = admin.site._registry[model]
    if model_admin.search_fields:
        get(office, f"{url}?q=x_1")
    shown = office.get(url).context["cl"]
    for spec in shown.filter_specs:
        for choice in spec.choices(shown):
            get(office, url + choice["query_string"])


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_the_page_of_one_record_opens(office: Client, model: type[Model]) -> None:
    row = make(model)
    get(office, reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk]))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_what_mirrors_gazelle_is_read_only(office: Client, model: type[Model]) -> None:
    if not issubclass(model, MirroredModel):
        return
    assert isinstance(admin.site._registry[model], MirroredAdmin)
    row, name = make(model), f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert office.get(reverse(f"{name}_add")).status_code == 403
    assert office.post(reverse(f"{name}_delete", args=[row.pk])).status_code == 403
    page = get(office, reverse(f"{name}_change", args=[row.pk]))
    assert "Éloïse" in page


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_placeholder_is_found_by_its_filter_and_named_by_its_badge(office: Client, model: type[Model]) -> None:
    if not issubclass(model, MirroredModel):
        return
    model._default_manager.create(id="x_2", is_placeholder=True)
    model._default_manager.create(id="x_3")
    page = office.get(f"{listed(model)}?fiche=provisoire")
    assert page.context["cl"].result_count == 1
    assert "Fiche provisoire" in page.content.decode()


def test_every_mirrored_table_has_its_list() -> None:
    shown = {model._meta.label for model in MODELS}
    assert {entity.model for entity in entities()} <= shown


def test_the_tokens_are_never_shown(office: Client) -> None:
    connection_ = make(GazelleConnection)
    for url in (listed(GazelleConnection), reverse("admin:syncing_gazelleconnection_change", args=[connection_.pk])):
        assert "secret" not in office.get(url).content.decode()


def test_a_staged_row_that_is_no_json_is_still_shown(office: Client) -> None:
    row = StagedRecord.objects.create(
        entity="inconnue", gazelle_id="sha256:1", digest="d", raw=b"<html>\xff", fetched_at=timezone.now()
    )
    page = get(office, reverse("admin:syncing_stagedrecord_change", args=[row.pk]))
    assert "&lt;html&gt;" in page


def test_a_big_table_is_never_counted_to_its_end(office: Client) -> None:
    rows = [Lease(name=f"l{n}", owner="o", acquired_at=timezone.now(), expires_at=timezone.now()) for n in range(30)]
    Lease.objects.bulk_create(rows)
    paginator = CappedPaginator(Lease.objects.order_by("name"), 10)
    assert (paginator.count, paginator.capped) == (30, False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("syncing.light_lists.COUNTED_UP_TO", 20)
        paginator = CappedPaginator(Lease.objects.order_by("name"), 10)
        assert (paginator.count, paginator.capped, paginator.num_pages) == (20, True, 2)
        assert "plus de 20" in office.get(listed(Lease)).content.decode()
    assert COUNTED_UP_TO == 10_000


def test_raw_json_is_readable() -> None:
    from syncing.mirrored_admin import pretty

    shown = pretty({"b": 1, "a": "<é>"})
    assert "&lt;é&gt;" in shown
    assert shown.index("a") < shown.index("b&quot;")
    assert json.dumps({"é": 1}) not in shown
