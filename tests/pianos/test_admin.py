"""The list of the timeline: found by whose it is, filtered by a type said in French."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from clients.models import Client
from pianos.models import Piano, TimelineEntry
from tests.web.people import person

pytestmark = pytest.mark.django_db
LIST = "/admin/pianos/timelineentry/"


@pytest.fixture
def office(client: Browser) -> Browser:
    client.force_login(person("Administration"))
    household = Client.objects.create(id="cli_1", display_name="Hélène Lebœuf", search_key="helene leboeuf")
    piano = Piano.objects.create(id="ins_1", make="Heintzman", search_key="heintzman 12345")
    TimelineEntry.objects.create(id="tme_1", client=household, entry_type="SERVICE_ENTRY_MANUAL", summary="Accord")
    TimelineEntry.objects.create(id="tme_2", piano=piano, entry_type="HOLOGRAM", summary="Apparition")
    return client


def found(office: Browser, query: str) -> list[str]:
    return [entry.pk for entry in office.get(f"{LIST}?{query}").context["cl"].result_list]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("Hélène", ["tme_1"]),
        ("LEBŒUF helene", ["tme_1"]),
        ("heintzman", ["tme_2"]),
        ("tme_2", ["tme_2"]),
        ("helene heintzman", []),
        ("  ", ["tme_1", "tme_2"]),
    ],
)
def test_an_entry_is_found_by_its_client_its_piano_or_its_id(office: Browser, words: str, ids: list[str]) -> None:
    assert sorted(found(office, f"q={words}")) == ids


def test_types_are_said_in_french_and_an_unknown_one_as_received(office: Browser) -> None:
    assert found(office, "genre=SERVICE_ENTRY_MANUAL") == ["tme_1"]
    page = office.get(LIST).content.decode()
    assert "Service, note" in page
    assert "HOLOGRAM" in page
