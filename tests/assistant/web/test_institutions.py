"""Whom the assistant knows as an institution: by the client's kind in Gazelle, by the office, by its own name."""

from __future__ import annotations

import pytest

from assistant.vocabularies import read
from clients.models import Client, Institution

pytestmark = pytest.mark.django_db


def known() -> list[str]:
    return [one.name for one in read().institutions]


def test_clients_of_an_institution_and_its_name_are_known() -> None:
    Institution.objects.all().delete()
    house = Institution.objects.create(slug="orford", name="Orford")
    Client.objects.create(id="cli_1", display_name="Conservatoire de Val-d’Or", client_type="institution")
    Client.objects.create(id="cli_2", display_name="Centre d’arts Orford", institution=house)
    Client.objects.create(id="cli_3", display_name="Rosalie Tremblay")
    assert known() == ["Centre d’arts Orford", "Conservatoire de Val-d’Or", "Orford"]


def test_a_client_that_is_one_both_ways_is_known_once() -> None:
    Institution.objects.all().delete()
    house = Institution.objects.create(slug="orford", name="Orford")
    Client.objects.create(id="cli_1", display_name="Orford", client_type="institution", institution=house)
    assert known() == ["Orford"]
