"""The pages of staged rows: who sees them, what is shown beside what, and what each button does."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from syncing.models import MirroredModel, StagedRecord
from syncing.monitoring.awaiting import field_name
from syncing.monitoring.causes import groups
from syncing.registry import PROJECT, Entity, entities
from tests.web.people import everything_read, person

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/systeme/lignes/"
CEILING = 9
CARRIED = {nested.name for entity in entities() for nested in entity.nested if nested.carries}


def sample(entity: Entity) -> dict[str, Any]:
    """A recorded node of the entity."""
    [path] = PROJECT.glob(f"*/samples/{entity.name}.json")
    node: dict[str, Any] = json.loads(path.read_text("utf-8"))["nodes"][0]
    return {name: value for name, value in node.items() if name not in CARRIED}


@pytest.fixture
def entity() -> Entity:
    return next(entity for entity in entities() if entity.shared)


@pytest.fixture
def model(entity: Entity) -> type[MirroredModel]:
    found: type[MirroredModel] = apps.get_model(entity.model)
    return found


def row(
    entity: Entity,
    gazelle_id: str,
    node: dict[str, Any] | bytes | None = None,
    state: str = "failed",
    error: str = "",
) -> StagedRecord:
    raw = node if isinstance(node, bytes) else json.dumps(sample(entity) | {"id": gazelle_id} | (node or {})).encode()
    return StagedRecord.objects.create(
        entity=entity.name, gazelle_id=gazelle_id, digest="d", raw=raw, state=state, fetched_at=timezone.now(),
        last_error=error or f"ValueError : reçu '{gazelle_id}'",
    )  # fmt: skip


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return html.unescape(answer.content.decode()).replace("\u00a0", " ")


def toast(client: Client) -> str:
    return " ".join(re.findall(r'class="msg">([^<]*)<', text(client, PAGE)))


@pytest.mark.parametrize(("role", "status"), [("Administration", 200), ("Bureau", 200), ("Technicien", 403), ("", 403)])
def test_the_office_sees_the_rows(client: Client, entity: Entity, role: str, status: int) -> None:
    client.force_login(person(role))
    one = row(entity, "x_1")
    [group] = groups(entities())
    for url in (PAGE, reverse("ligne", args=[one.pk]), reverse("lignes-groupe", args=[group.key])):
        assert client.get(url).status_code == status


@pytest.mark.parametrize("role", ["Bureau", "Technicien", ""])
def test_only_the_administration_decides(client: Client, entity: Entity, role: str) -> None:
    client.force_login(person(role))
    one = row(entity, "x_1")
    [group] = groups(entities())
    for url in (
        reverse("ligne-reessayer", args=[one.pk]),
        reverse("ligne-ignorer", args=[one.pk]),
        reverse("lignes-reessayer", args=[group.key]),
        reverse("lignes-ignorer", args=[group.key]),
        reverse("lignes-rejouer", args=[entity.name]),
    ):
        assert client.post(url, {"seen": group.seen, "reason": "r"}).status_code == 403
    one.refresh_from_db()
    assert one.state == "failed"
    if role == "Bureau":
        page = text(client, reverse("ligne", args=[one.pk]))
        assert "Cette décision revient à l’administration." in page
        assert "btn primary" not in page


def test_rows_are_grouped_by_cause_and_kept_by_table(client: Client, entity: Entity) -> None:
    client.force_login(person("Bureau"))
    for number in range(7):
        row(entity, f"x_{number}")
    row(entity, "x_8", error="autre chose")
    row(entity, "x_9", state="refused", error="Ignorée par Odile : doublon")
    page = text(client, PAGE)
    assert "<h1>8 lignes reçues ne sont pas des fiches</h1>" in page
    assert "<b>ValueError : reçu …</b>" in page
    assert "x_0, x_1, x_2, x_3, x_4…" in page
    assert page.index("Écartées par une personne") < page.index("Ignorée par Odile")
    other = next(other for other in entities() if other is not entity)
    assert "Aucune ligne ne pose problème." in text(client, f"{PAGE}?table={other.name}")
    assert "8 lignes" in text(client, f"{PAGE}?table={entity.name}")


def test_the_raw_answer_is_beside_what_the_reader_makes_of_it_and_the_record(
    client: Client, entity: Entity, model: type[MirroredModel]
) -> None:
    client.force_login(person("Bureau"))
    column = min(entity.shared)
    name = next(name for name in sample(entity) if name.lower() == column.replace("_", ""))
    one = row(entity, "x_1", {name: "Été, à lire"})
    page = text(client, reverse("ligne", args=[one.pk]))
    assert f'"{name}": "Été, à lire"' in page
    assert "Se lit aujourd’hui" in page
    assert "Ici : pas de fiche" in page
    label = field_name(entity, column)
    assert re.search(rf'<th scope="row">{re.escape(label)}</th><td>Été, à lire</td><td>—</td>', page)
    model._base_manager.create(id="x_1", **{column: "d’avant"})
    page = text(client, reverse("ligne", args=[one.pk]))
    assert re.search(r"<td>Été, à lire</td><td>d’avant <span class=\"badge watch\">", page)
    assert "Voir la fiche" in page


@pytest.mark.parametrize(
    ("raw", "told"),
    [(b"<html>\xff", "Ne se lit pas"), (b"[1]", "objet attendu"), (b'{"id": ""}', "identifiant absent")],
)
def test_what_cannot_be_read_is_shown_as_it_came_with_the_reason(
    client: Client, entity: Entity, raw: bytes, told: str
) -> None:
    client.force_login(person("Bureau"))
    assert told in text(client, reverse("ligne", args=[row(entity, "sha256:1", raw).pk]))
    StagedRecord.objects.update(raw=None)
    assert "n’est plus ici" in text(client, reverse("ligne", args=[StagedRecord.objects.get().pk]))


def test_looking_at_a_row_changes_nothing(client: Client, entity: Entity) -> None:
    client.force_login(person("Bureau"))
    one = row(entity, "x_1", b"[1]", state="rejected", error="d’hier")
    text(client, reverse("ligne", args=[one.pk]))
    again = StagedRecord.objects.get()
    assert (again.state, again.last_error, again.attempts) == ("rejected", "d’hier", 0)


def test_a_group_is_tried_again(client: Client, entity: Entity, model: type[MirroredModel]) -> None:
    client.force_login(person("Administration"))
    for number in range(3):
        row(entity, f"x_{number}")
    row(entity, "sha256:1", {"id": ""})
    [group] = groups(entities())
    page = text(client, reverse("lignes-groupe", args=[group.key]))
    assert ">Réessayer 4 lignes</button>" in page
    assert ">Rejouer la table</button>" in page
    told = {"seen": group.seen}
    assert client.post(reverse("lignes-reessayer", args=[group.key]), told)["Location"] == PAGE
    assert toast(client) == "3 lignes rapprochées, 1 toujours refusée."
    assert model._base_manager.filter(is_placeholder=False, pk__startswith="x_").count() == 3
    client.post(reverse("lignes-reessayer", args=[group.key]), told)
    assert "ont déjà été reprises" in toast(client)
    assert client.get(reverse("lignes-groupe", args=[group.key]))["Location"] == PAGE


def test_nothing_is_done_to_a_group_that_grew_meanwhile(client: Client, entity: Entity) -> None:
    client.force_login(person("Administration"))
    row(entity, "x_1")
    [group] = groups(entities())
    row(entity, "x_2")
    client.post(reverse("lignes-ignorer", args=[group.key]), {"seen": group.seen, "reason": "r"})
    assert "a changé depuis que vous l’avez lu" in toast(client)
    assert set(StagedRecord.objects.values_list("state", flat=True)) == {"failed"}


def test_ignoring_asks_for_a_reason_and_keeps_it(client: Client, entity: Entity) -> None:
    client.force_login(person("Administration"))
    everything_read()
    one = row(entity, "x_1")
    url = reverse("ligne-ignorer", args=[one.pk])
    assert "1 ligne en échec imprévu" in text(client, "/systeme/")
    assert client.post(url, {"reason": "  "})["Location"] == reverse("ligne", args=[one.pk])
    assert "dites pourquoi" in toast(client)
    client.post(url, {"reason": "essai du bureau"})
    assert "1 ligne écartée" in toast(client)
    assert "Ignorée par Odile : essai du bureau" in text(client, reverse("ligne", args=[one.pk]))
    page = text(client, "/systeme/")
    assert "Tout va bien." in page
    assert "ligne refusée" not in page


def test_a_small_table_is_replayed_and_a_big_one_shows_the_command(
    client: Client, entity: Entity, model: type[MirroredModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(person("Administration"))
    one = row(entity, "x_1")
    [group] = groups(entities())
    client.post(reverse("lignes-rejouer", args=[entity.name]))
    assert f"{entity.label} : 1 créée" in toast(client)
    assert model._base_manager.filter(pk="x_1").exists()
    StagedRecord.objects.update(state="failed", reconciled_at=None, last_error=one.last_error)
    monkeypatch.setattr("syncing.retrying.REPLAYED_AT_ONCE", 0)
    page = text(client, reverse("lignes-groupe", args=[group.key]))
    assert f"python manage.py reconcile {entity.name} --replay" in page
    client.post(reverse("lignes-rejouer", args=[entity.name]))
    assert "trop pour une page" in toast(client)
    assert client.post(reverse("lignes-rejouer", args=["inconnue"])).status_code == 404


def test_the_system_page_leads_to_the_rows(client: Client, entity: Entity) -> None:
    client.force_login(person("Bureau"))
    everything_read()
    row(entity, "x_1")
    assert f'href="{PAGE}?table={entity.name}"' in text(client, "/systeme/")


def test_a_row_that_is_settled_has_no_buttons_and_an_unknown_one_no_page(client: Client, entity: Entity) -> None:
    client.force_login(person("Administration"))
    one = row(entity, "x_1", state="reconciled")
    StagedRecord.objects.update(reconciled_at=timezone.now())
    assert "Réessayer" not in text(client, reverse("ligne", args=[one.pk]))
    assert client.get(reverse("ligne", args=[one.pk + 1])).status_code == 404
    client.post(reverse("ligne-reessayer", args=[one.pk]))
    assert "ne sont plus en attente" in toast(client)


def test_the_pages_ask_a_constant_number_of_questions(client: Client, entity: Entity) -> None:
    client.force_login(person("Administration"))
    asked: dict[int, list[int]] = {}
    for size in (1, 150):
        for number in range(size):
            row(entity, f"x_{size}_{number}")
        [group] = groups(entities())
        one = StagedRecord.objects.first()
        assert one is not None
        for url in (PAGE, reverse("lignes-groupe", args=[group.key]), reverse("ligne", args=[one.pk])):
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            asked.setdefault(size, []).append(len(queries))
    assert asked[1] == asked[150]
    assert max(asked[1]) <= CEILING, asked
