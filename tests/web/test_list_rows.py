"""The lists of the back-office: our own drawing is Django's to the letter, and reads what it shows and nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.templatetags.admin_list import results
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model
from django.template.loader import render_to_string
from django.test import Client as Browser
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.models import Client, Contact
from pianos.models import Piano
from syncing.list_rows import drawn
from syncing.models import MirroredModel
from tests.web.people import person
from tests.web.test_admin import MODELS, listed, make, office  # noqa: F401  # one is a fixture

pytestmark = pytest.mark.django_db
RENAMED = "<b>Éloïse</b> & fils"


def as_django_draws(changelist: Any) -> str:
    return "".join(f"<tr>{''.join(map(str, row))}</tr>\n" for row in results(changelist))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_row_of_every_list_is_as_django_draws_it(office: Browser, model: type[Model]) -> None:  # noqa: F811
    make(model)
    if issubclass(model, MirroredModel):
        model._default_manager.create(id="x 2/é&?", is_placeholder=True)
        model._default_manager.create(id="x_3", deleted_at=timezone.now())
    for asked in ("", "?o=1", "?o=-1", "?e=1" if model is User else "?p=1"):
        changelist = office.get(listed(model) + asked).context["cl"]
        assert drawn(changelist) == as_django_draws(changelist)


def test_a_row_of_a_filtered_list_leads_back_to_it_and_is_escaped(office: Browser) -> None:  # noqa: F811
    home = Client.objects.create(id="cli_1", display_name=RENAMED, search_key="eloise", status="ACTIVE")
    Contact.objects.create(id="con_1", client=home, first_name=RENAMED, archived=None, search_key="eloise")
    for model in (Client, Contact):
        answer = office.get(f"{listed(model)}?q=eloise&o=-1")
        changelist = answer.context["cl"]
        assert drawn(changelist) == as_django_draws(changelist)
        assert "_changelist_filters=q%3Deloise%26o%3D-1" in drawn(changelist)
        assert "&lt;b&gt;Éloïse&lt;/b&gt; &amp; fils" in answer.content.decode()
        assert "<b>Éloïse" not in answer.content.decode()


def test_the_window_where_a_record_is_chosen_stays_django_s(office: Browser) -> None:  # noqa: F811
    Client.objects.create(id="cli_1", display_name="Rosalie")
    page = office.get(f"{listed(Client)}?_popup=1").content.decode()
    assert 'data-popup-opener="cli_1"' in page


def test_a_list_leaves_gazelle_s_whole_answers_in_the_database(office: Browser) -> None:  # noqa: F811
    home = Client.objects.create(id="cli_1", display_name="Rosalie", raw_data={"id": "cli_1"})
    Piano.objects.create(id="ins_1", client=home, make="Yamaha", raw_data={"id": "ins_1"})
    with CaptureQueriesContext(connection) as asked:
        office.get(listed(Piano))
    [rows] = [query["sql"] for query in asked if '"pianos_piano"."make"' in query["sql"]]
    for column in ("raw_data", "given", "synced_at", "search_key"):
        assert f'"{column}"' not in rows.partition(" FROM ")[0]


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("tremblay", ["cli_1"]),
        ("maude roy", ["cli_2"]),
        ("maude tremblay", ["cli_1"]),
        ("tremblay roy", []),
        ("100%", []),
        ("'maude roy'", ["cli_2"]),
        ("cli_2", ["cli_2"]),
        ('"', []),
    ],
)
def test_each_word_may_be_the_client_s_or_one_of_its_people_s(
    office: Browser,  # noqa: F811
    typed: str,
    ids: list[str],
) -> None:
    for key, name, people in (("1", "tremblay", ("maude", "simon")), ("2", "roy", ("maude roy", "maude roy"))):
        home = Client.objects.create(id=f"cli_{key}", display_name=name, search_key=name)
        for rank, who in enumerate(people):
            Contact.objects.create(id=f"con_{key}{rank}", client=home, search_key=who)
    Contact.objects.create(id="con_nobody", search_key="maude tremblay")
    found = office.get(listed(Client), {"q": typed}).context["cl"].result_list
    assert [one.pk for one in found] == ids


@pytest.mark.parametrize("role", ["Administration", "Bureau"])
@pytest.mark.parametrize("path", ["/admin/", "/admin/clients/", "/admin/clients/client/", "/admin/auth/user/add/"])
def test_the_tables_beside_a_page_are_as_django_draws_them(role: str, path: str) -> None:
    site: Any = admin.site
    for account in (person(role), User(username="patron@exemple.ca", is_superuser=True, pk=10_000)):
        request = RequestFactory().get(path)
        request.user = account
        context = {"app_list": site.get_app_list(request), "show_changelinks": False, "request": request}
        told = site.sidebar(request)
        assert told == render_to_string("admin/app_list.html", context)
        shown = set(re.findall(r'href="(/admin/[^"]+)"', told))
        assert ("/admin/auth/user/" in shown) is (role == "Administration" or account.is_superuser)
        listed_here = any(url in path for url in shown if url.count("/") > 3)
        assert ("aria-current" in told) is listed_here
