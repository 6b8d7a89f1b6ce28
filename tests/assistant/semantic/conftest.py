"""A small company whose notes can be searched, and who looks for them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from pytest_django import Settings

from appointments.models import Appointment
from assistant.semantic import storing
from assistant.semantic.choosing import train
from clients.models import Client, Technician
from invoicing.models import Invoice
from pianos.models import Piano, TimelineEntry
from syncing.access import viewer_of
from syncing.folding import words
from syncing.rights import Viewer
from syncing.wording import keep

NOTES = {
    "tme_string": "Corde cassée au fa 6, remplacée.",
    "tme_pedal": "Pédale forte qui grince, à réparer.",
    "tme_tank": "Réservoir du PLS vide, rempli.",
    "tme_key": "La clé est chez le concierge.",
    "tme_lid": "Couvercle du cylindre coincé, série Z90417.",
}
OTHERS = (
    *("Code de la porte : 4471. Chien nerveux.", "Table d'harmonie fendue.", "Votre facture de 214,50 $ est prête."),
    *("Pédale douce qui grince chez Roy.", "Payée comptant au technicien.", "Apporter des buvards de rechange."),
)


def note(pk: str, text: str, entry_type: str = "SERVICE_ENTRY_MANUAL", **more: object) -> None:
    """An entry of the timeline, as a sync writes it."""
    values = {"occurred_at": datetime(2026, 3, 2, 15, tzinfo=UTC), "words": words(text)} | more
    TimelineEntry.objects.create(pk=pk, comment=text, entry_type=entry_type, **values)
    keep(TimelineEntry, [{"id": pk, "words": values["words"]}])


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that has learned from the notes, and holds nothing yet: learning takes seconds."""
    directory = tmp_path_factory.mktemp("model")
    with storing.new_folder(directory, "model") as path:
        train(path, [*NOTES.values(), *OTHERS])
        storing.publish(directory, storing.Manifest(model=storing.sealed(path)))
    return directory


@pytest.fixture
def company(db: None, model: Path, settings: Settings) -> None:
    shutil.copytree(model, settings.INDEX_DIR)
    Client.objects.create(pk="cli_tremblay", personal_notes="Code de la porte : 4471. Chien nerveux.")
    Client.objects.create(pk="cli_roy")
    Piano.objects.create(pk="ins_yamaha", client_id="cli_tremblay", notes="Table d'harmonie fendue.")
    for pk, text in NOTES.items():
        note(pk, text, client_id="cli_tremblay", piano_id="ins_yamaha")
    note("tme_mail", "Votre facture de 214,50 $ est prête.", "CONTACT_EMAIL_AUTOMATED", client_id="cli_tremblay")
    note(
        "tme_roy",
        "Pédale douce qui grince chez Roy.",
        client_id="cli_roy",
        occurred_at=datetime(2025, 1, 5, tzinfo=UTC),
    )
    Invoice.objects.create(pk="inv_1", client_id="cli_roy", notes="Payée comptant au technicien.")


@pytest.fixture
def people(company: None) -> Mapping[str, Viewer]:
    """Somebody of the office, two technicians of whom one has a visit, and somebody without a role."""
    made = {}
    for name, role in {"odile": "Bureau", "simon": "Technicien", "maude": "Technicien", "nobody": ""}.items():
        account = User.objects.create_user(f"{name}@exemple.ca")
        account.groups.set([Group.objects.get_or_create(name=role)[0]] if role else [])
        made[name] = viewer_of(account)
        if role == "Technicien":
            Technician.objects.create(pk=f"usr_{name}", login=account)
    Appointment.objects.create(
        pk="evt_simon", technician_id="usr_simon", client_id="cli_roy", notes="Apporter des buvards de rechange.",
        start=datetime(2026, 3, 9, 14, tzinfo=UTC),
    )  # fmt: skip
    return made
