"""Pages about who is who: who sees them, what they say before a button, what the button does, and the way back."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gazelle_site.sandbox import Served
from syncing.engine import sync
from syncing.keys import keys_to
from syncing.models import Acceptance, Conflict, Likeness, Pairing, Redirect, StagedRecord
from syncing.monitoring.overview import overview
from syncing.progress import LineReporter
from syncing.registry import Entity, entities
from syncing.resembling import resemblances
from tests.web.people import everything_read, person

pytestmark = pytest.mark.django_db
LISTS = ["/systeme/provisoires/", "/systeme/orphelins/", "/systeme/doublons/"]
CEILING = 20  # session, person, roles, the age in the bar; then the keys that lead to a table, whatever its rows


def model_of(entity: Entity) -> Any:
    """Its model, whose columns only the entity knows."""
    return apps.get_model(entity.model)


@pytest.fixture
def owner() -> Entity:
    """An entity that others belong to and that is read one record at a time."""
    names = [name for name in resemblances() if entities()[name].mergeable]
    return entities()[sorted(names)[0]]


@pytest.fixture
def orphan() -> Entity:
    return [entity for entity in entities() if entity.belongs_to][-1]


@pytest.fixture
def reference(orphan: Entity, owner: Entity) -> str:
    model = model_of(orphan)
    return next(name for name in orphan.belongs_to if model._meta.get_field(name).related_model is model_of(owner))


@pytest.fixture
def placeholder(owner: Entity, orphan: Entity, reference: str) -> str:
    """Known by its id alone, and cited three times."""
    model_of(owner)._base_manager.create(id="x_unknown", is_placeholder=True)
    model_of(owner)._base_manager.create(id="x_known", search_key="helene gagnon")
    raw = {"id": "", reference: {"id": "x_unknown"}}
    model_of(orphan)._base_manager.bulk_create(
        model_of(orphan)(id=f"o_{n}", raw_data=raw | {"id": f"o_{n}"}, **{f"{reference}_id": "x_unknown"})
        for n in range(3)
    )
    return "x_unknown"


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(person("Bureau"))
    return client


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return " ".join(html.unescape(answer.content.decode()).replace("\u202f", " ").split())


def toasts(text: str) -> list[str]:
    return re.findall(r'class="msg">(?:<svg.*?</svg><span>)?([^<]+)<', text)


def after(client: Client, url: str, **data: object) -> str:
    """The page that a button leads to."""
    answer = client.post(url, data, follow=True)
    assert answer.status_code == 200, url
    return " ".join(html.unescape(answer.content.decode()).split())


def cited(orphan: Entity, reference: str) -> set[str | None]:
    return set(model_of(orphan)._base_manager.values_list(f"{reference}_id", flat=True))


# -- who ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", LISTS)
@pytest.mark.parametrize(("role", "status"), [("Administration", 200), ("Bureau", 200), ("Technicien", 403), ("", 403)])
def test_the_office_sees_the_lists(client: Client, url: str, role: str, status: int) -> None:
    client.force_login(person(role))
    assert client.get(url).status_code == status


def test_a_technician_settles_nothing(client: Client, owner: Entity, placeholder: str) -> None:
    client.force_login(person("Technicien"))
    answer = client.post(reverse("merge-into", args=[owner.name, placeholder]), {"avec": "x_known"})
    assert (answer.status_code, Redirect.objects.exists()) == (403, False)


def test_what_does_not_exist_is_not_found(office: Client, owner: Entity, placeholder: str) -> None:
    for url in (
        reverse("placeholder", args=["nulle-part", placeholder]),
        reverse("placeholder", args=[owner.name, "x_nowhere"]),
        reverse("merge", args=[9]),
        reverse("orphan", args=[owner.name, "x_nowhere"]),
    ):
        assert office.get(url).status_code == 404


# -- placeholders ------------------------------------------------------------------------------------------------------


def test_the_system_page_counts_what_waits_and_leads_to_it(
    office: Client, owner: Entity, orphan: Entity, placeholder: str
) -> None:
    everything_read()
    model_of(orphan)._base_manager.create(id="o_lost")
    model_of(owner)._base_manager.create(id="x_other")
    Likeness.objects.create(entity=owner.name, left_id="x_known", right_id="x_other", probability=0.6, sentence="s.")
    found = {one.code: one for one in overview().decisions}
    for code, url in (("placeholders", LISTS[0]), ("orphans", LISTS[1]), ("alike", LISTS[2])):
        assert (found[code].count, found[code].url.startswith(url)) == (1, True)
        assert page(office, found[code].url)


def test_a_placeholder_says_what_cites_it_and_who_it_may_be(office: Client, owner: Entity, placeholder: str) -> None:
    Likeness.objects.create(
        entity=owner.name, left_id=placeholder, right_id="x_known", is_provisional=True, probability=0.7,
        sentence="Même téléphone.",
    )  # fmt: skip
    listed = page(office, f"{LISTS[0]}?table={owner.name}")
    assert "Citée par 3 " in listed
    assert "Même téléphone." in listed
    shown = page(office, reverse("placeholder", args=[owner.name, placeholder]))
    assert "3 éléments citent cette fiche" in shown
    assert "Possible" in shown


@pytest.mark.parametrize(
    ("age", "days", "is_listed"), [("semaine", 3, True), ("semaine", 9, False), ("mois", 9, True), ("avant", 9, False)]
)
def test_they_are_filtered_by_age(
    office: Client, owner: Entity, placeholder: str, age: str, days: int, is_listed: bool
) -> None:
    model_of(owner)._base_manager.filter(pk=placeholder).update(created_at=timezone.now() - timedelta(days=days))
    assert (placeholder in page(office, f"{LISTS[0]}?table={owner.name}&age={age}")) == is_listed


def test_the_consequence_is_read_before_the_button_then_merged_then_undone(
    office: Client, owner: Entity, orphan: Entity, reference: str, placeholder: str
) -> None:
    url = reverse("placeholder", args=[owner.name, placeholder])
    compared = page(office, f"{url}?avec=x_known")
    assert "3 éléments seront rattachés" in compared
    assert "Fusionner, 3 éléments" in compared
    merged = after(office, reverse("merge-into", args=[owner.name, placeholder]), avec="x_known")
    assert cited(orphan, reference) == {"x_known"}
    assert "3 éléments rattachés" in toasts(merged)[0]
    assert "Annuler cette fusion" in merged
    redirect = Redirect.objects.get()
    assert office.get(url).headers["Location"] == reverse("merge", args=[redirect.pk])
    assert "Défaire cette fusion" in page(office, reverse("merge", args=[redirect.pk]))
    assert "Annuler cette fusion" not in page(office, LISTS[0])  # offered once
    undone = after(office, reverse("merge-undo", args=[redirect.pk]))
    assert "3 éléments sont revenus" in toasts(undone)[0]
    assert cited(orphan, reference) == {placeholder}
    again = after(office, reverse("merge-undo", args=[redirect.pk]))
    assert "déjà défaite" in toasts(again)[0]


def test_what_could_not_return_is_named(office: Client, owner: Entity, orphan: Entity, placeholder: str) -> None:
    after(office, reverse("merge-into", args=[owner.name, placeholder]), avec="x_known")
    model_of(orphan)._base_manager.filter(pk="o_1").update(**{f"{orphan.belongs_to[0]}_id": None})
    undone = toasts(after(office, reverse("merge-undo", args=[Redirect.objects.get().pk])))
    assert "2 éléments sont revenus" in undone[0]
    assert "o_1" in undone[1]
    assert "rattachée ailleurs depuis" in undone[1]


@pytest.mark.parametrize(
    ("kept", "told"), [("x_unknown", "avec elle-même"), ("x_nowhere", "n’existe pas ici"), ("", "n’existe pas ici")]
)
def test_a_merge_that_may_not_be_is_told_and_changes_nothing(
    office: Client, owner: Entity, orphan: Entity, reference: str, placeholder: str, kept: str, told: str
) -> None:
    said = after(office, reverse("merge-into", args=[owner.name, placeholder]), avec=kept)
    assert told in toasts(said)[0]
    assert cited(orphan, reference) == {placeholder}


def test_another_record_is_found_by_name_without_accents(office: Client, owner: Entity, placeholder: str) -> None:
    url = reverse("placeholder", args=[owner.name, placeholder])
    assert "?avec=x_known" in page(office, f"{url}?q=Hélène")
    assert "?avec=x_known" in page(office, f"{url}?q=x_known")
    assert "Aucune fiche de Gazelle" in page(office, f"{url}?q=introuvable")


def test_accepted_as_it_is_it_is_no_longer_counted_and_comes_back(
    office: Client, owner: Entity, placeholder: str
) -> None:
    accepted = after(office, reverse("accept-as-is", args=[owner.name, placeholder]), why="Fermé depuis 2019.")
    assert "acceptée telle quelle" in toasts(accepted)[0]
    assert Acceptance.objects.get().why == "Fermé depuis 2019."
    assert "placeholders" not in {one.code for one in overview().decisions}
    assert placeholder in page(office, f"{LISTS[0]}?table={owner.name}&etat=acceptees")
    assert "Fermé depuis 2019." in page(office, reverse("placeholder", args=[owner.name, placeholder]))
    after(office, reverse("reconsider", args=[owner.name, placeholder]))
    assert "placeholders" in {one.code for one in overview().decisions}


def test_never_these_two_is_not_suggested_again(office: Client, owner: Entity, placeholder: str) -> None:
    Likeness.objects.create(
        entity=owner.name, left_id=placeholder, right_id="x_known", is_provisional=True, probability=0.7, sentence="s."
    )
    url = reverse("pair-different", args=[owner.name])
    said = after(office, url, one=placeholder, other="x_known", **{"from": "placeholder"})
    assert "ne seront plus proposées" in toasts(said)[0]
    assert "Comparer</a>" not in said


# -- asked again of Gazelle --------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
class TestAskingAgain:
    def forgotten(self, entity: Entity) -> str:
        """A record that Gazelle has and that is a placeholder here."""
        sync([entity.name], reporter=LineReporter(StringIO()))
        known = model_of(entity)._base_manager.order_by("pk").values_list("pk", flat=True)[0]
        model_of(entity)._base_manager.filter(pk=known).update(is_placeholder=True, raw_data=None)
        StagedRecord.objects.filter(gazelle_id=known).delete()
        return str(known)

    def test_it_is_found_and_healed(self, office: Client, owner: Entity, gazelle: Served) -> None:
        known = self.forgotten(owner)
        told = after(office, reverse("placeholder-ask", args=[owner.name, known]))
        assert "Gazelle l’a donnée" in " ".join(re.findall(r"Gazelle l’a donnée", told))
        assert not model_of(owner)._base_manager.get(pk=known).is_placeholder

    def test_gazelle_does_not_know_it(self, office: Client, owner: Entity, gazelle: Served) -> None:
        sync([owner.name], reporter=LineReporter(StringIO()))
        model_of(owner)._base_manager.create(id="x_unknown", is_placeholder=True)
        told = after(office, reverse("placeholder-ask", args=[owner.name, "x_unknown"]))
        assert "Gazelle ne connaît pas cette fiche." in toasts(told)

    def test_gazelle_does_not_answer(self, office: Client, owner: Entity, placeholder: str, gazelle: Served) -> None:
        gazelle.stop()
        told = after(office, reverse("placeholder-ask", args=[owner.name, placeholder]))
        assert toasts(told)
        assert model_of(owner)._base_manager.get(pk=placeholder).is_placeholder

    def test_some_tables_are_not_given_one_record_at_a_time(self, office: Client) -> None:
        entity = next(one for one in entities() if not one.single and keys_to(model_of(one)))
        model_of(entity)._base_manager.create(id="x_unknown", is_placeholder=True)
        assert "Redemander" not in page(office, reverse("placeholder", args=[entity.name, "x_unknown"]))
        told = after(office, reverse("placeholder-ask", args=[entity.name, "x_unknown"]))
        assert "une fiche de" in toasts(told)[0]


# -- orphans -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def lost(owner: Entity, orphan: Entity) -> list[str]:
    """Two orphans; the records they cite say whose one of them is."""
    model_of(owner)._base_manager.create(id="x_known", search_key="helene gagnon")
    cited = next(
        (name, one)
        for name, one in orphan.parse({"id": "o", **_citing_everything(orphan)}).references.items()
        if one and one.entity in entities() and name not in orphan.belongs_to and _leads_to(one.entity, owner)
    )
    through = entities()[cited[1].entity]
    key = _leads_to(through.name, owner)
    model_of(through)._base_manager.create(id="v_1", **{str(key): "x_known"})
    raw = {"id": "o_1", **_citing_everything(orphan, only=cited[0], id="v_1")}
    model_of(orphan)._base_manager.create(id="o_1", raw_data=raw)
    model_of(orphan)._base_manager.create(id="o_2", raw_data={"id": "o_2"})
    return ["o_1", "o_2"]


def _citing_everything(entity: Entity, *, only: str = "", id: str = "v_0") -> dict[str, object]:
    """A node each of whose objects is a record of that id; with `only`, the one that this reference reads."""
    names = re.findall(r"(\w+) \{ id \}", entity.selection)
    if not only:
        return {name: {"id": id} for name in names}
    return next({name: {"id": id}} for name in names if only in entity.parse({"id": "o", name: {"id": id}}).references)


def _leads_to(name: str, owner: Entity) -> str | None:
    fields = model_of(entities()[name])._meta.concrete_fields
    return next((field.attname for field in fields if field.related_model is model_of(owner)), None)


def test_an_orphan_is_shown_with_its_likely_owner_and_given_in_one_click(
    office: Client, orphan: Entity, reference: str, lost: list[str]
) -> None:
    shown = page(office, f"{LISTS[1]}?table={orphan.name}")
    assert "D’après « " in shown
    assert "Rien de ce qui l’entoure" in shown
    gift = json.dumps(["o_1", reference, "x_known"])
    given = after(office, reverse("orphans-assign", args=[orphan.name]), gift=gift)
    assert toasts(given) == ["1 fiche rattachée."]
    assert cited(orphan, reference) == {"x_known", None}
    taken = after(office, reverse("orphans-take-back", args=[orphan.name]), gift=gift)
    assert "1 fiche détachée." in toasts(taken)
    assert cited(orphan, reference) == {None}


def test_several_at_once_are_previewed_first(office: Client, orphan: Entity, reference: str, lost: list[str]) -> None:
    gifts = [json.dumps([pk, reference, "x_known"]) for pk in lost]
    answer = office.post(reverse("orphans-preview", args=[orphan.name]), {"gift": gifts})
    assert "Rattacher, 2 fiches" in html.unescape(answer.content.decode())
    assert cited(orphan, reference) == {None}
    after(office, reverse("orphans-assign", args=[orphan.name]), gift=gifts)
    assert cited(orphan, reference) == {"x_known"}


def test_nothing_chosen_and_nonsense_change_nothing(office: Client, orphan: Entity, lost: list[str]) -> None:
    empty = office.post(reverse("orphans-preview", args=[orphan.name]), follow=True)
    assert "Choisissez au moins une fiche" in html.unescape(empty.content.decode())
    for nonsense in ("", "[]", "{", "3", '["a"]'):
        assert office.post(reverse("orphans-assign", args=[orphan.name]), {"gift": nonsense}).status_code == 404


def test_an_owner_is_searched_for(office: Client, orphan: Entity, reference: str, lost: list[str]) -> None:
    shown = page(office, reverse("orphan", args=[orphan.name, "o_2"]) + "?q=gagnon")
    assert json.dumps(["o_2", reference, "x_known"]) in shown


def test_an_orphan_that_is_left_as_it_is_is_no_longer_listed(office: Client, orphan: Entity, lost: list[str]) -> None:
    after(office, reverse("accept-as-is", args=[orphan.name, "o_2"]))
    shown = page(office, f"{LISTS[1]}?table={orphan.name}")
    assert ("o_1" in shown, 'fiche/o_2"' in shown) == (True, False)


def test_a_conflict_about_an_owner_names_both(office: Client, orphan: Entity, reference: str, lost: list[str]) -> None:
    Conflict.objects.create(
        entity=orphan.name, gazelle_id="o_1", column=f"{reference}_id", ours="x_known", theirs="x_9"
    )
    shown = page(office, "/systeme/decisions/")
    assert "Sans nom (x_known)" in shown
    assert "x_9" in shown


# -- records that may be one -------------------------------------------------------------------------------------------


@pytest.fixture
def pair(owner: Entity) -> Likeness:
    model_of(owner)._base_manager.bulk_create(model_of(owner)(id=f"x_{n}") for n in (1, 2, 3))
    return Likeness.objects.create(
        entity=owner.name, left_id="x_2", right_id="x_1", probability=0.9, sentence="Même téléphone."
    )


@pytest.mark.parametrize("verdict", ["same", "different"])
def test_what_is_said_of_a_pair_is_kept_and_taken_back(
    office: Client, owner: Entity, pair: Likeness, verdict: str
) -> None:
    url = f"{LISTS[2]}?table={owner.name}"
    assert "Même téléphone." in page(office, url)
    said = after(office, reverse(f"pair-{verdict}", args=[owner.name]), one="x_2", other="x_1")
    assert toasts(said)
    assert "Même téléphone." not in page(office, url)
    assert "Reprendre ce verdict" in page(office, f"{url}&etat=dites")
    after(office, reverse("pair-withdraw", args=[Pairing.objects.get().pk]))
    assert "Même téléphone." in page(office, url)


def test_one_record_in_two_is_said_on_both_pages_of_the_back_office(
    office: Client, owner: Entity, pair: Likeness
) -> None:
    after(office, reverse("pair-same", args=[owner.name]), one="x_2", other="x_1")
    for here, other in (("x_1", "x_2"), ("x_2", "x_1")):
        shown = page(office, reverse(f"admin:{owner.model.lower().replace('.', '_')}_change", args=[here]))
        assert "Même fiche que" in shown
        assert f"({other})" in shown
        assert "dans Gazelle</a>" in shown


def test_evidence_stands_beside_the_sentence_in_words_and_a_shape_of_its_own(
    office: Client, owner: Entity, pair: Likeness, placeholder: str
) -> None:
    told = [["agrees", "même nom"], ["differs", "le numéro diffère"], ["unknown", "courriel inconnu"]]
    Likeness.objects.update(evidence=told)
    Likeness.objects.create(
        entity=owner.name, left_id=placeholder, right_id="x_known", is_provisional=True, probability=0.6,
        sentence="s.", evidence=told,
    )  # fmt: skip
    for url in (f"{LISTS[2]}?table={owner.name}", reverse("placeholder", args=[owner.name, placeholder])):
        chips = re.findall(r'<li class="(\w+)"><svg[^>]*><use href="#i-(\w+)"/></svg>([^<]+)</li>', page(office, url))
        assert chips == [
            ("agrees", "check", "Même nom"),
            ("differs", "minus", "Le numéro diffère"),
            ("unknown", "unknown", "Courriel inconnu"),
        ]


def test_a_pair_one_of_which_left_is_not_shown(office: Client, owner: Entity, pair: Likeness) -> None:
    model_of(owner)._base_manager.filter(pk="x_1").update(deleted_at=timezone.now())
    assert "Même téléphone." not in page(office, f"{LISTS[2]}?table={owner.name}")


def test_a_record_is_not_paired_with_itself(office: Client, owner: Entity, pair: Likeness) -> None:
    said = after(office, reverse("pair-same", args=[owner.name]), one="x_1", other="x_1")
    assert "deux fois la même" in toasts(said)[0]


# -- at volume ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", LISTS)
def test_a_long_list_asks_as_little_as_a_short_one(
    office: Client, owner: Entity, orphan: Entity, reference: str, url: str
) -> None:
    def fill(start: int, stop: int) -> None:
        model = model_of(owner)
        model._base_manager.bulk_create(model(id=f"x_{n}", is_placeholder=True) for n in range(start, stop))
        model._base_manager.bulk_create(model(id=f"k_{n}") for n in range(start, stop))
        other = model_of(orphan)
        other._base_manager.bulk_create(other(id=f"o_{n}", raw_data={"id": f"o_{n}"}) for n in range(start, stop))
        other._base_manager.bulk_create(other(id=f"c_{n}", **{f"{reference}_id": f"x_{n}"}) for n in range(start, stop))
        for n in range(start, stop):
            Likeness.objects.create(entity=owner.name, left_id=f"k_{n}", right_id="k_0", probability=0.5, sentence="s.")
            Likeness.objects.create(
                entity=owner.name, left_id=f"x_{n}", right_id="k_0", is_provisional=True, probability=0.5, sentence="s."
            )

    def asked() -> int:
        office.get(url)  # the session writes down at its first page where it is used
        with CaptureQueriesContext(connection) as found:
            page(office, f"{url}?table={orphan.name if 'orphelins' in url else owner.name}")
        return len(found)

    fill(0, 3)
    few = asked()
    fill(3, 40)
    assert asked() == few <= CEILING
    assert "Page 1 de 2" in page(office, f"{url}?table={orphan.name if 'orphelins' in url else owner.name}")
