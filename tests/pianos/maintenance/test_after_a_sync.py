"""From the stand-in Gazelle to an alert: the notes of an institution are read as the sync ends."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from clients.models import Client, Institution
from gazelle_site.sandbox import Served
from pianos.models import AlertMention, MaintenanceAlert, NoteScan, Piano, ProblemType

pytestmark = pytest.mark.django_db(transaction=True)


def sync(*arguments: str) -> None:
    call_command("sync", *arguments, stdout=io.StringIO())


@pytest.fixture
def piano(gazelle: Served) -> Piano:
    """Everything read once, and the owner of one instrument made an institution."""
    for rank, slug in enumerate(("housse", "alimentation", "reservoir", "environnement")):
        ProblemType.objects.get_or_create(slug=slug, defaults={"label": slug.capitalize(), "rank": rank})
    sync()
    found = Piano.objects.present().exclude(client=None).earliest("pk")
    house = Institution.objects.create(slug="essai", name="Maison d’essai")
    Client.objects.filter(pk=found.client_id).update(institution=house)
    return found


def write(gazelle: Served, piano: Piano, text: str, *, ago: timedelta) -> str:
    return gazelle.sandbox.create(
        "timeline", type="SERVICE_ENTRY_MANUAL", occurredAt=timezone.now() - ago, summary="", comment=text,
        piano={"id": piano.pk}, client={"id": piano.client_id},
    )  # fmt: skip


def test_a_note_becomes_an_alert_as_the_sync_ends_and_a_later_one_ends_it(gazelle: Served, piano: Piano) -> None:
    first = write(gazelle, piano, "Accord 442. PLS débranché, 20C, 31 %", ago=timedelta(days=3))
    sync("timeline")
    alert = MaintenanceAlert.objects.get(opened_by=first)
    assert (alert.type_id, alert.piano_id, alert.state) == ("alimentation", piano.pk, "ouvertes")
    assert [one.words for one in alert.mentions.all()] == ["PLS débranché"]
    write(gazelle, piano, "Rebranché le PLS", ago=timedelta(days=1))
    sync("timeline")
    alert.refresh_from_db()
    assert (alert.state, alert.closing) == ("resolues", "Rebranché le PLS")
    before = (NoteScan.objects.count(), MaintenanceAlert.objects.count(), AlertMention.objects.count())
    sync("timeline")
    assert (NoteScan.objects.count(), MaintenanceAlert.objects.count(), AlertMention.objects.count()) == before
