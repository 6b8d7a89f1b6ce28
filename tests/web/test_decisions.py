"""The page of decisions: who sees it, who decides, and what is shown before and after."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from syncing.models import AcceptedGap, Conflict, Drift, Leg, MirroredModel, StagedRecord, Suspension
from syncing.monitoring.awaiting import fingerprint
from syncing.registry import Entity, entities
from tests.web.people import everything_read, person, reading

pytestmark = pytest.mark.django_db
PAGE = "/systeme/decisions/"
CEILING = 16  # session, person, roles; five lists; the age in the bar; counts; the names of up to five tables


@pytest.fixture
def entity() -> Entity:
    """One with a column that people may change here too."""
    return next(entity for entity in entities() if entity.shared)


@pytest.fixture
def model(entity: Entity) -> type[MirroredModel]:
    found: type[MirroredModel] = apps.get_model(entity.model)
    return found


@pytest.fixture
def suspension(entity: Entity, model: type[MirroredModel]) -> Suspension:
    ids = [f"x_{number:02}" for number in range(25)]
    model._base_manager.bulk_create(model(id=gazelle_id) for gazelle_id in ids)
    return Suspension.objects.create(kind="deletion", entity=entity.name, ids=ids, scanned=60, reason="r")


@pytest.fixture
def conflict(entity: Entity, model: type[MirroredModel]) -> Conflict:
    column = min(entity.shared)
    model._base_manager.create(id="c_1", given={column: "de Gazelle"}, **{column: "d’ici"})
    return Conflict.objects.create(
        entity=entity.name, gazelle_id="c_1", column=column, base="avant", ours="d’ici", theirs="de Gazelle"
    )


@pytest.fixture
def drift(entity: Entity) -> Drift:
    return Drift.objects.create(kind="value", entity=entity.name, path="state", value="SOLD", samples=["c_1"])


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return html.unescape(found[1])


def toast(client: Client) -> str:
    return html.unescape(" ".join(re.findall(r'class="msg">([^<]*)<', client.get(PAGE).content.decode())))


def gone(model: type[MirroredModel]) -> int:
    return model._base_manager.exclude(deleted_at=None).count()


# -- who ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), [("Administration", 200), ("Bureau", 200), ("Technicien", 403), ("", 403)])
def test_the_office_sees_what_is_to_be_decided(client: Client, role: str, status: int) -> None:
    client.force_login(person(role))
    assert client.get(PAGE).status_code == status


def test_a_visitor_is_sent_to_sign_in(client: Client, suspension: Suspension) -> None:
    told = {"seen": fingerprint(suspension)}
    assert client.get(PAGE)["Location"].startswith("/connexion/")
    assert client.post(reverse("decide-accept", args=[suspension.pk]), told).status_code == 401
    assert Suspension.objects.get().decided_at is None


@pytest.mark.parametrize("answer", ["decide-accept", "decide-refuse"])
@pytest.mark.parametrize("role", ["Bureau", "Technicien", ""])
def test_a_suspended_step_is_for_the_administration(
    client: Client, suspension: Suspension, model: type[MirroredModel], role: str, answer: str
) -> None:
    client.force_login(person(role))
    told = {"seen": fingerprint(suspension)}
    assert client.post(reverse(answer, args=[suspension.pk]), told).status_code == 403
    assert (Suspension.objects.get().decided_at, gone(model)) == (None, 0)


def test_the_office_reads_the_question_without_buttons(client: Client, suspension: Suspension) -> None:
    client.force_login(person("Bureau"))
    page = client.get(PAGE).content.decode()
    assert "retirer 25 fiches" in page
    assert "Cette décision revient à l’administration." in page
    assert "btn danger" not in page


@pytest.mark.parametrize(("role", "status"), [("Administration", 302), ("Bureau", 302), ("Technicien", 403)])
def test_values_and_novelties_are_for_the_office(
    client: Client, conflict: Conflict, drift: Drift, role: str, status: int
) -> None:
    client.force_login(person(role))
    told = {"seen": fingerprint(conflict)}
    assert client.post(reverse("decide-ours", args=[conflict.pk]), told).status_code == status
    assert client.post(reverse("decide-drift", args=[drift.pk])).status_code == status
    conflict.refresh_from_db()
    drift.refresh_from_db()
    assert ((conflict.settled_at is None), (drift.settled_at is None)) == (status == 403,) * 2


def test_a_decision_needs_a_post_with_its_token(suspension: Suspension) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("Administration"))
    url = reverse("decide-accept", args=[suspension.pk])
    assert client.get(url).status_code == 405
    assert client.post(url, {"seen": fingerprint(suspension)}).status_code == 403
    assert Suspension.objects.get().decided_at is None


def test_what_does_not_exist_is_not_found(client: Client) -> None:
    client.force_login(person("Administration"))
    Suspension.objects.create(kind="deletion", entity="forgotten", ids=["a"])
    for name in ("decide-accept", "decide-refuse", "decide-ours", "decide-theirs", "decide-drift"):
        assert client.post(reverse(name, args=[99])).status_code == 404
    assert client.post(reverse("decide-accept", args=[Suspension.objects.get().pk])).status_code == 404
    assert client.get(PAGE).status_code == 200


# -- deciding ----------------------------------------------------------------------------------------------------------


def test_the_consequence_is_shown_before_the_button(client: Client, suspension: Suspension, entity: Entity) -> None:
    client.force_login(person("Administration"))
    page = client.get(PAGE).content.decode()
    assert f"{entity.label}\u00a0: retirer 25 fiches" in page
    assert "<b>25 fiches sur 60</b>" in page
    assert "Voir 20 des 25 fiches" in page
    assert "Rien n’est effacé" in page
    assert "revient d’elle-même" in page
    assert len(re.findall(r'<li><a href="/admin/[^"]+/x_', page)) == 20
    assert ">Retirer 25 fiches</button>" in page


def test_accepting_marks_redirects_and_says_what_was_done(
    client: Client, suspension: Suspension, model: type[MirroredModel]
) -> None:
    admin = person("Administration")
    client.force_login(admin)
    told = {"seen": seen(client.get(PAGE).content.decode())}
    answer = client.post(reverse("decide-accept", args=[suspension.pk]), told)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert (gone(model), Suspension.objects.get().decided_by) == (25, admin)
    assert "25 fiches retirées des listes." in toast(client)
    client.post(reverse("decide-accept", args=[suspension.pk]), told)
    assert "Cette décision est déjà prise." in toast(client)


def test_refusing_keeps_everything(client: Client, suspension: Suspension, model: type[MirroredModel]) -> None:
    client.force_login(person("Administration"))
    told = {"seen": fingerprint(suspension)}
    client.post(reverse("decide-refuse", args=[suspension.pk]), told)
    assert (gone(model), Suspension.objects.get().accepted) == (0, False)
    assert "Rien n’a été retiré" in toast(client)
    assert "Rien n’attend de décision." in client.get(PAGE).content.decode()


@pytest.mark.parametrize("answer", ["decide-accept", "decide-refuse"])
def test_nothing_is_done_when_the_question_changed_meanwhile(
    client: Client, suspension: Suspension, model: type[MirroredModel], answer: str
) -> None:
    client.force_login(person("Administration"))
    told = {"seen": fingerprint(suspension)}
    Suspension.objects.update(ids=[*suspension.ids, "x_99"])
    client.post(reverse(answer, args=[suspension.pk]), told)
    assert (gone(model), Suspension.objects.get().decided_at) == (0, None)
    assert "Rien n’a été fait" in toast(client)


def test_an_emptying_says_that_it_cannot_be_undone_and_refusing_it_rejects_the_rows(
    client: Client, entity: Entity
) -> None:
    client.force_login(person("Administration"))
    column = min(entity.shared)
    row = StagedRecord.objects.create(
        entity=entity.name, gazelle_id="x_1", digest="d", raw=b"{}", state="held", fetched_at=timezone.now()
    )
    step = Suspension.objects.create(kind="emptying", entity=entity.name, column=column, ids=["x_1"], scanned=9)
    page = client.get(PAGE).content.decode()
    field = apps.get_model(entity.model)._meta.get_field(column).verbose_name
    assert f"vider «\u00a0{field}\u00a0» sur 1 fiche" in page
    assert "ce n’est pas possible d’ici" in page
    client.post(reverse("decide-refuse", args=[step.pk]), {"seen": fingerprint(step)})
    row.refresh_from_db()
    assert (row.state, row.last_error.startswith("Refusé par Odile")) == ("refused", True)


@pytest.mark.parametrize(("choice", "kept"), [("decide-ours", "d’ici"), ("decide-theirs", "de Gazelle")])
def test_a_value_is_chosen(
    client: Client, conflict: Conflict, model: type[MirroredModel], choice: str, kept: str
) -> None:
    client.force_login(person("Bureau"))
    page = client.get(PAGE).content.decode()
    for shown in ("avant", "d’ici", "de Gazelle"):
        assert f">{shown}</dd>" in page
    client.post(reverse(choice, args=[conflict.pk]), {"seen": seen(page)})
    assert getattr(model._base_manager.get(pk="c_1"), conflict.column) == kept
    assert Conflict.objects.get().settled_at is not None


def test_a_value_edited_meanwhile_is_shown_again(
    client: Client, conflict: Conflict, model: type[MirroredModel]
) -> None:
    client.force_login(person("Bureau"))
    told = {"seen": fingerprint(conflict)}
    model._base_manager.update(**{conflict.column: "corrigé"})
    client.post(reverse("decide-theirs", args=[conflict.pk]), told)
    assert getattr(model._base_manager.get(pk="c_1"), conflict.column) == "corrigé"
    page = client.get(PAGE).content.decode()
    assert "La valeur a changé depuis que vous l’avez lue." in page
    assert ">corrigé</dd>" in page


def test_a_novelty_is_shown_with_where_it_was_seen_and_settled(
    client: Client, conflict: Conflict, drift: Drift
) -> None:
    client.force_login(person("Bureau"))
    page = client.get(PAGE).content.decode()
    assert "«\u00a0SOLD\u00a0»" in page
    assert "valeur nouvelle" in page
    assert re.search(r'class="seen-on"><a href="/admin/[^"]+c_1/', page)
    client.post(reverse("decide-drift", args=[drift.pk]))
    assert Drift.objects.get().settled_at is not None


@pytest.fixture
def gap(entity: Entity) -> Leg:
    """Two records are missing here."""
    return reading(entity.name, audit={"here": 1650, "in_gazelle": 1652, "sampled": 20, "differing": [], "unknown": []})


def test_counts_that_differ_are_a_question_with_its_consequences(client: Client, entity: Entity, gap: Leg) -> None:
    client.force_login(person("Administration"))
    everything_read(timedelta(seconds=1))
    page = html.unescape(client.get(PAGE).content.decode()).replace("\u00a0", " ")
    assert f"{entity.label} : 1\u202f650 ici, 1\u202f652 dans Gazelle" in page
    assert "aucune fiche ne change" in page
    assert f"python manage.py sync {entity.name} --full" in page
    assert f'href="{PAGE}#compte-{entity.name}"' in client.get("/systeme/").content.decode()
    assert f'id="compte-{entity.name}"' in page


def test_a_gap_is_accepted_for_a_reason_and_told_again_when_it_changes(
    client: Client, entity: Entity, gap: Leg
) -> None:
    odile = person("Administration")
    client.force_login(odile)
    url, told = reverse("decide-gap", args=[entity.name]), {"seen": seen(client.get(PAGE).content.decode())}
    client.post(url, told | {"reason": " "})
    assert "dites pourquoi" in toast(client)
    client.post(url, told | {"reason": "deux fiches d’essai"})
    assert "l’écart est accepté" in toast(client)
    accepted = AcceptedGap.objects.get()
    assert (accepted.by, accepted.why, accepted.theirs - accepted.ours) == (odile, "deux fiches d’essai", 2)
    assert "Rien n’attend de décision." in client.get(PAGE).content.decode()
    client.post(url, told | {"reason": "encore"})
    assert "n’est plus celui que vous avez lu" in toast(client)
    reading(entity.name, timedelta(0), audit={**(gap.audit or {}), "here": 1600})
    assert "1\u202f600 ici" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("role", ["Bureau", "Technicien", ""])
def test_a_gap_is_for_the_administration(client: Client, entity: Entity, gap: Leg, role: str) -> None:
    client.force_login(person(role))
    assert client.post(reverse("decide-gap", args=[entity.name]), {"seen": "x", "reason": "r"}).status_code == 403
    assert not AcceptedGap.objects.exists()
    if role == "Bureau":
        page = client.get(PAGE).content.decode()
        assert "Cette décision revient à l’administration." in page
        assert "Accepter l’écart</button>" not in page


# -- towards the page, and its cost ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["Administration", "Bureau"])
def test_the_system_page_leads_there_with_counts(
    client: Client, role: str, suspension: Suspension, conflict: Conflict, drift: Drift
) -> None:
    client.force_login(person(role))
    everything_read()
    page = client.get("/systeme/").content.decode()
    assert "3 décisions à prendre" in page
    for anchor in (f"etape-{suspension.pk}", "conflits", "nouveautes"):
        assert f'href="{PAGE}#{anchor}"' in page
        assert f'id="{anchor}"' in client.get(PAGE).content.decode()


def test_the_system_page_says_when_each_table_was_compared(client: Client, entity: Entity) -> None:
    client.force_login(person("Bureau"))
    everything_read()
    now = timezone.now()
    at = now - timedelta(days=3)
    reading(
        entity.name, timedelta(days=3),
        audit={"here": 4011, "in_gazelle": 4011, "sampled": 20, "differing": [], "unknown": []},
    )  # fmt: skip
    page = client.get("/systeme/").content.decode()
    said = re.search(r"vérifié <time[^>]*>([^<]*)</time>([^<]*)<", page)
    assert said
    day = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")[timezone.localtime(at).weekday()]
    assert said[1].startswith(f"{day} ")
    assert said[2] == "\u00a0: 4\u202f011 ici, 4\u202f011 dans Gazelle, 20 fiches sur 20 identiques"
    assert page.count("Jamais vérifiée") == len(list(entities())) - 1


def test_the_freshness_table_shows_every_promise(client: Client) -> None:
    client.force_login(person("Bureau"))
    everything_read()
    page = html.unescape(client.get("/systeme/").content.decode())
    assert "(promis\u00a0: 5\u00a0min)" in page
    assert re.search(r'class="src">lecture courante il y a[^<]*\(promis\u00a0: 2\u00a0h\)', page)


def test_it_asks_a_bounded_number_of_questions(
    client: Client, entity: Entity, suspension: Suspension, conflict: Conflict, drift: Drift
) -> None:
    client.force_login(person("Administration"))
    everything_read()
    for number in range(60):
        Conflict.objects.create(entity=entity.name, gazelle_id=f"x_{number}", column="c", ours="a", theirs="b")
        Drift.objects.create(kind="value", entity=entity.name, path="state", value=str(number), samples=["x_1"])
    client.get(PAGE)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(PAGE).content.decode()
    assert len(asked) <= CEILING, [query["sql"][:90] for query in asked]
    assert page.count("50 sur 61") == 2


def test_the_journal_gives_the_figures_of_each_reading(client: Client, entity: Entity) -> None:
    client.force_login(person("Bureau"))
    one = reading(
        entity.name, fetched=1000, staged=30, created=10, updated=15, rejected=5, requests=12,
        seconds={"fetching": 2.0, "reconciling": 0.5},
    )  # fmt: skip
    page = client.get("/systeme/").content.decode()
    assert "12 requêtes, 400 lignes/s" in page
    assert "lecture 2,0\u00a0s, rapprochement 0,5\u00a0s" in page
    assert "0,5\u00a0%" in client.get(reverse("admin:syncing_leg_changelist")).content.decode()
    told = "12 requêtes, 400 lignes/s · lecture 2,0 s, rapprochement 0,5 s"
    assert told in client.get(reverse("admin:syncing_leg_change", args=[one.pk])).content.decode()
    assert Leg.objects.count() == 1
