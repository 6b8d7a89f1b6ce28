"""A house where every value has a name of its own: whoever reads one where it should not be is caught by it.

What nobody but some may read is written as a word, or a number of cents, that stands nowhere else; who may read it is
told here a second time, by the rules that `tests.test_rights` tells.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from itertools import count
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import CharField, IntegerField, Model, TextField
from django.utils import timezone

from appointments.models import Appointment, AppointmentItem, AppointmentPiano
from clients.models import Client, Contact, Technician
from inventory.models import ServiceItem
from invoicing.models import Estimate, EstimateTier, EstimateTierGroup, EstimateTierItem, Invoice, InvoiceItem, Payment
from pianos.models import Measurement, Piano, TimelineEntry
from syncing.models import Conflict, MirroredModel, StagedRecord, Version
from syncing.people.models import AccessToken, OpenSession
from syncing.rights import Audience
from tests.test_rights import CLOSED_COLUMNS, OFFICE, TECHNICIANS, guarded_models, sees
from tests.web.people import all_roles, everything_read
from tests.web.test_admin import make

PEOPLE = ("owner", "administration", "office", "simon", "maude", "both", "unlinked", "no role", "closed", "visitor")
ADMINISTRATION = frozenset({"owner", "administration"})
ROLES = {
    "administration": ("Administration",),
    "office": ("Bureau",),
    "simon": ("Technicien",),
    "maude": ("Technicien",),
    "both": ("Bureau", "Technicien"),
    "unlinked": ("Technicien",),
    "no role": (),
    "closed": ("Administration", "Bureau", "Technicien"),
}
ROWS = 6
WORD = re.compile(r"zq\d{5}qz")
CENTS = re.compile(r"9137\d{4}(?!\d)")
BETWEEN_DIGITS = re.compile(r"(?<=\d)[\u202f\u00a0 ,](?=\d)")
ENTRY_TYPES = ("SERVICE_ENTRY_MANUAL", "USER_COMMENT", "INVOICE_PAYMENT", "CONTACT_EMAIL_MANUAL", "APPOINTMENT", "NEW")
STEERING = {"status", "type", "entry_type", "error_code", "number", "digest", "name", "mode", "trigger", "source"}
"""Columns that pages compute with: another value there is another page."""
NOTES = {"personal_notes", "preference_notes"}
STRUCTURED: dict[tuple[type[Model], str], Callable[[str], object]] = {
    (StagedRecord, "raw"): lambda word: json.dumps({"id": "x_1", "nom": word}).encode(),
    (Conflict, "ours"): lambda word: word,
    (Conflict, "theirs"): lambda word: word,
    (Version, "changes"): lambda word: {"name": ["", word]},
}
"""How a word stands in a column that is no plain text."""


class Secrets:
    """Each planted value, and who may read it."""

    def __init__(self) -> None:
        self.seen_by: dict[str, frozenset[str]] = {}
        self._next = count()

    def word(self, seen_by: frozenset[str]) -> str:
        text = f"zq{next(self._next):05}qz"
        self.seen_by[text] = seen_by
        return text

    def cents(self, seen_by: frozenset[str]) -> int:
        amount = 91_370_000 + next(self._next)
        self.seen_by[str(amount)] = seen_by
        return amount

    def read(self, body: str) -> set[str]:
        """The planted values that this text tells."""
        text = unescape(body)
        found = {*WORD.findall(text.lower()), *CENTS.findall(BETWEEN_DIGITS.sub("", text))}
        return found & self.seen_by.keys()

    def leaked(self, who: str, body: str) -> set[str]:
        """What this text tells that this person may not read."""
        return {word for word in self.read(body) if who not in self.seen_by[word]}


def accounts() -> dict[str, User]:
    """One person of each kind; a visitor has none."""
    all_roles()
    found = {"owner": User.objects.create_superuser("owner@exemple.ca")}
    for who, roles in ROLES.items():
        account = User.objects.create_user(f"{who.replace(' ', '-')}@exemple.ca", is_active=who != "closed")
        account.groups.set(Group.objects.filter(name__in=roles))
        found[who] = account
    return found


def furnish(people: dict[str, User]) -> Secrets:
    """Rows of every table, each value of which is a secret of somebody's."""
    for who in ("simon", "maude"):
        Technician.objects.create(id=f"usr_{who}", login=people[who])
    _mirror()
    everything_read()
    for model in admin.site._registry:
        if not model._default_manager.exists():
            make(model)
    secrets = Secrets()
    for model in guarded_models():
        for row in model._base_manager.all():
            _plant(row, {field.name: _readers(row, field.name) for field in model._meta.concrete_fields}, secrets)
    for model, guard in admin.site._registry.items():
        if not issubclass(model, MirroredModel) and model not in (User, Group):
            is_closed = getattr(guard, "audience", None) is Audience.ADMINISTRATION
            readers = ADMINISTRATION if is_closed else frozenset(OFFICE)
            for row in model._default_manager.all():
                _plant(row, dict.fromkeys((field.name for field in model._meta.concrete_fields), readers), secrets)
    return secrets


def keys_of_doors() -> set[str]:
    """What opens a door, in whatever table: no page ever shows one."""
    return {
        *("secret1", "secret2"),  # Gazelle's own tokens, as `make` writes them
        *AccessToken.objects.values_list("digest", flat=True),
        *OpenSession.objects.values_list("session_key", flat=True),
        *User.objects.exclude(password="").values_list("password", flat=True),
    }


def _mirror() -> None:
    now = timezone.now()
    technicians = ("usr_simon", "usr_maude", None)
    for n in range(ROWS):
        client = Client.objects.create(id=f"cli_{n}")
        piano = Piano.objects.create(id=f"ins_{n}", client=client)
        technician = technicians[n % 3]
        visit = Appointment.objects.create(
            id=f"evt_{n}", client=client, technician_id=technician, start=now + timedelta(days=1 if n < 3 else -90),
            status="ACTIVE",
        )  # fmt: skip
        bill, offer = Invoice.objects.create(id=f"inv_{n}", client=client), Estimate.objects.create(id=f"est_{n}")
        Contact.objects.create(id=f"con_{n}", client=client)
        Measurement.objects.create(id=f"mea_{n}", piano=piano)
        ServiceItem.objects.create(id=f"msi_{n}")
        TimelineEntry.objects.create(id=f"tme_{n}", entry_type=ENTRY_TYPES[n], client=client, piano=piano)
        AppointmentPiano.objects.create(id=f"evp_{n}", appointment=visit, piano=piano)
        AppointmentItem.objects.create(id=f"evi_{n}", appointment=visit)
        InvoiceItem.objects.create(id=f"ivi_{n}", invoice=bill)
        Payment.objects.create(id=f"pay_{n}", invoice=bill)
        EstimateTier.objects.create(id=f"tie_{n}", estimate=offer)
        EstimateTierGroup.objects.create(id=f"grp_{n}", estimate=offer)
        EstimateTierItem.objects.create(id=f"eti_{n}", estimate=offer)
    Client.objects.create(id="cli_unknown", is_placeholder=True)
    Piano.objects.create(id="ins_orphan", client_id="cli_unknown")


def _readers(row: Any, column: str) -> frozenset[str]:
    """Who may read this value."""
    if isinstance(row, Client) and column in NOTES:
        return frozenset({*OFFICE, *(who for who in TECHNICIANS if _goes_there(who, row))})
    closed = {*CLOSED_COLUMNS.get(type(row), ()), "raw_data", "given"}
    if column in closed:
        return frozenset(OFFICE)
    return frozenset(who for who in PEOPLE if sees(who, row))


def _goes_there(who: str, client: Client) -> bool:
    soon = timezone.now() - timedelta(days=30)
    visits = Appointment.objects.filter(client=client, start__gte=soon, deleted_at=None).exclude(status="CANCELED")
    return bool(TECHNICIANS[who]) and visits.filter(technician_id=TECHNICIANS[who]).exists()


def _plant(row: Model, readers: dict[str, frozenset[str]], secrets: Secrets) -> None:
    values = dict(_values(row, readers, secrets))
    if values:
        type(row)._base_manager.filter(pk=row.pk).update(**values)


def _values(row: Model, readers: dict[str, frozenset[str]], secrets: Secrets) -> Iterator[tuple[str, object]]:
    for field in row._meta.concrete_fields:
        if field.primary_key or field.is_relation or field.choices or field.name in STEERING:
            continue
        seen_by = readers[field.name]
        if (write := STRUCTURED.get((type(row), field.name))) is not None:
            yield field.name, write(secrets.word(seen_by))
        elif field.name == "raw_data":
            yield field.name, {"id": row.pk, "planted": secrets.word(seen_by)}
        elif isinstance(field, IntegerField) and field.name.endswith(("total", "amount")):
            yield field.name, secrets.cents(seen_by)
        elif isinstance(field, CharField | TextField) and not getattr(row, field.attname):
            yield field.name, secrets.word(seen_by)
