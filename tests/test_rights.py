"""Who sees which record, and which of its columns: a random crowd against the rules, told here a second time."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group, User
from django.db.models import Model
from django.template import Context, Template
from django.utils import timezone

from appointments.models import Appointment, AppointmentItem, AppointmentPiano
from appointments.selectors import ACCESS_LASTS, access_notes
from clients.models import Client, Contact, Technician
from inventory.models import ServiceItem
from invoicing.models import Estimate, EstimateTier, EstimateTierGroup, EstimateTierItem, Invoice, InvoiceItem, Payment
from pianos.models import Measurement, Piano, TimelineEntry
from syncing.access import viewer_of
from syncing.models import MirroredModel, OwnedModel
from syncing.rights import Closed, GuardedModel, Viewer

pytestmark = pytest.mark.django_db
PAIRS = 10_000
PEOPLE = ("owner", "administration", "office", "simon", "maude", "both", "unlinked", "no role", "closed", "visitor")
OFFICE = {"owner", "administration", "office", "both"}
TECHNICIANS = {"simon": "usr_simon", "maude": "usr_maude", "unlinked": ""}
MONEY: set[type[Model]] = {
    *(Invoice, InvoiceItem, Payment, Estimate, EstimateTier, EstimateTierGroup, EstimateTierItem),
}
SERVICE = {"SERVICE_ENTRY_MANUAL", "SERVICE_ENTRY_AUTOMATED", "PIANO_MEASUREMENT", "USER_COMMENT"}
COMMON: set[type[Model]] = {Client, Contact, Technician, Piano, Measurement, ServiceItem}
CLOSED_COLUMNS: dict[type[Model], set[str]] = {
    Client: {"personal_notes", "preference_notes"},
    ServiceItem: {"amount"},
    AppointmentItem: {"amount"},
}


def guarded_models() -> list[type[Any]]:
    """Every table of the house that mirrors Gazelle, toys aside."""
    found = [model for model in apps.get_models() if issubclass(model, MirroredModel | OwnedModel)]
    return [model for model in found if model._meta.app_label != "toyshop"]


@pytest.fixture
def crowd() -> dict[str, User | AnonymousUser]:
    """One person of each kind."""

    def person(name: str, *roles: str, **more: Any) -> User:
        account = User.objects.create_user(f"{name}@exemple.ca", **more)
        account.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
        return account

    people: dict[str, User | AnonymousUser] = {
        "owner": User.objects.create_superuser("owner@exemple.ca"),
        "administration": person("administration", "Administration"),
        "office": person("office", "Bureau"),
        "simon": person("simon", "Technicien"),
        "maude": person("maude", "Technicien"),
        "both": person("both", "Bureau", "Technicien"),
        "unlinked": person("unlinked", "Technicien"),
        "no role": person("none"),
        "closed": person("closed", "Administration", "Bureau", "Technicien", is_active=False),
        "visitor": AnonymousUser(),
    }
    for name in ("simon", "maude"):
        Technician.objects.create(id=f"usr_{name}", login_id=people[name].pk)
    return people


@pytest.fixture
def house(crowd: dict[str, User | AnonymousUser]) -> dict[type[Any], list[Any]]:
    """Rows of every table, drawn with a seed."""
    dice = random.Random(8)
    technicians: list[str | None] = ["usr_simon", "usr_maude", "usr_other", None]
    Technician.objects.create(id="usr_other")
    types = [*sorted(SERVICE), "INVOICE", "INVOICE_PAYMENT", "APPOINTMENT", "CONTACT_EMAIL_MANUAL", "NEW_ONE", ""]
    made: dict[type[Any], list[Any]] = {model: [] for model in guarded_models()}
    made[Technician] = list(Technician.objects.all())
    for rank in range(12):
        client = Client.objects.create(id=f"cli_{rank}", personal_notes="chat", preference_notes="code 4321")
        piano = Piano.objects.create(id=f"ins_{rank}", client=client)
        visit = Appointment.objects.create(
            id=f"evt_{rank}", client=client, technician_id=dice.choice(technicians), start=timezone.now()
        )
        bill, offer = Invoice.objects.create(id=f"inv_{rank}"), Estimate.objects.create(id=f"est_{rank}")
        rows: list[GuardedModel] = [
            *(client, piano, visit, bill, offer),
            Contact.objects.create(id=f"con_{rank}", client=client),
            Measurement.objects.create(id=f"mea_{rank}", piano=piano),
            ServiceItem.objects.create(id=f"msi_{rank}", amount=100),
            TimelineEntry.objects.create(id=f"tme_{rank}", entry_type=dice.choice(types), client=client),
            AppointmentPiano.objects.create(id=f"evp_{rank}", appointment=visit, piano=piano),
            AppointmentItem.objects.create(id=f"evi_{rank}", appointment=visit, amount=100),
            InvoiceItem.objects.create(id=f"ivi_{rank}", invoice=bill),
            Payment.objects.create(id=f"pay_{rank}", invoice=bill),
            EstimateTier.objects.create(id=f"tie_{rank}", estimate=offer),
            EstimateTierGroup.objects.create(id=f"grp_{rank}", estimate=offer),
            EstimateTierItem.objects.create(id=f"eti_{rank}", estimate=offer),
        ]
        for row in rows:
            made[type(row)].append(row)
    assert all(made.values()), "teach this house the tables that have no row"
    return made


def sees(who: str, row: Any) -> bool:
    """The rule of the house, in the order a person would say it."""
    if who in OFFICE:
        return True
    if who not in TECHNICIANS:
        return False
    me = TECHNICIANS[who]
    if type(row) in COMMON:
        return True
    if isinstance(row, Appointment):
        return row.technician_id == me
    if isinstance(row, AppointmentPiano | AppointmentItem):
        return bool(row.appointment.technician_id == me)
    if isinstance(row, TimelineEntry):
        return row.entry_type in SERVICE
    assert type(row) in MONEY, f"say here who sees a {type(row).__name__}"
    return False


def test_ten_thousand_random_pairs_leak_nothing(
    crowd: dict[str, User | AnonymousUser], house: dict[type[Any], list[Any]]
) -> None:
    dice, models = random.Random(), guarded_models()
    viewers = {who: viewer_of(crowd[who]) for who in PEOPLE}
    for _ in range(PAIRS):
        who, row = dice.choice(PEOPLE), dice.choice(house[dice.choice(models)])
        shown = type(row).objects.visible_to(viewers[who]).filter(pk=row.pk).first()
        assert (shown is not None) == sees(who, row), (who, row.pk)
        if shown is None or who in OFFICE:
            continue
        machinery = {"raw_data", "given"} if isinstance(row, MirroredModel) else set()
        for name in CLOSED_COLUMNS.get(type(row), set()) | machinery:
            with pytest.raises(Closed):
                getattr(shown, name)


def test_a_table_that_declares_nothing_is_for_the_office_alone(crowd: dict[str, User | AnonymousUser]) -> None:
    from tests.toyshop.models import Toy

    Toy.objects.create(id="toy_1")
    assert Toy.objects.visible_to(viewer_of(crowd["office"])).count() == 1
    assert Toy.objects.visible_to(viewer_of(crowd["simon"])).count() == 0
    assert Toy.objects.visible_to(Viewer()).count() == 0


# -- a closed column, whatever way it is asked for ---------------------------------------------------------------------

READS: dict[str, Callable[[Any], object]] = {
    "read": lambda rows: rows.get().preference_notes,
    "values": lambda rows: list(rows.values("preference_notes")),
    "values_list": lambda rows: list(rows.order_by("id").values_list("id", "preference_notes")),
    "all values": lambda rows: list(rows.values()),
    "filtered again": lambda rows: rows.filter(id="cli_1").order_by("id").all().get().preference_notes,
}


@pytest.mark.parametrize("way", READS)
def test_a_closed_column_is_refused_whatever_way_it_is_asked(crowd: dict[str, User | AnonymousUser], way: str) -> None:
    Client.objects.create(id="cli_1", preference_notes="code 4321")
    with pytest.raises(Closed, match="ne font pas partie de votre accès"):
        READS[way](Client.objects.visible_to(viewer_of(crowd["simon"])))
    assert "4321" in str(READS["all values"](Client.objects.visible_to(viewer_of(crowd["office"]))))


def test_a_template_shows_nothing_of_a_closed_column(crowd: dict[str, User | AnonymousUser]) -> None:
    Client.objects.create(id="cli_1", display_name="Éloïse", preference_notes="code 4321")
    page = Template("{{ client.display_name }}|{{ client.preference_notes }}|")
    for who, shown in (("simon", "Éloïse||"), ("office", "Éloïse|code 4321|")):
        client = Client.objects.visible_to(viewer_of(crowd[who])).get()
        assert page.render(Context({"client": client})) == shown


def test_saving_a_record_read_with_closed_columns_erases_nothing(crowd: dict[str, User | AnonymousUser]) -> None:
    Client.objects.create(id="cli_1", preference_notes="code 4321", raw_data={"a": 1})
    client = Client.objects.visible_to(viewer_of(crowd["simon"])).get()
    client.region = "Montréal"
    client.save()
    kept = Client.objects.get()
    assert (kept.region, kept.preference_notes, kept.raw_data) == ("Montréal", "code 4321", {"a": 1})


# -- what is reached from a record that somebody sees ------------------------------------------------------------------


@pytest.fixture
def reached(crowd: dict[str, User | AnonymousUser]) -> Viewer:
    """A client with a door code, a bill, two appointments and two entries; and Simon, who looks."""
    client = Client.objects.create(id="cli_1", display_name="Éloïse", preference_notes="code 4321", raw_data={"a": 1})
    Piano.objects.create(id="ins_1", client=client)
    for who in ("simon", "maude"):
        visit = Appointment.objects.create(id=f"evt_{who}", client=client, technician_id=f"usr_{who}")
        AppointmentItem.objects.create(id=f"evi_{who}", appointment=visit, amount=100)
    Invoice.objects.create(id="inv_1", client=client)
    for entry_type in ("SERVICE_ENTRY_MANUAL", "INVOICE"):
        TimelineEntry.objects.create(id=f"tme_{entry_type}", entry_type=entry_type, client_id="cli_1", piano_id="ins_1")
    return viewer_of(crowd["simon"])


JOINS: dict[str, Callable[[Any], Any]] = {
    "fetched later": lambda rows: rows.get().client,
    "joined": lambda rows: rows.select_related("client").get().client,
    "joined twice": lambda rows: rows.select_related("piano__client").get().piano.client,
    "prefetched": lambda rows: rows.prefetch_related("client")[0].client,
    "two steps": lambda rows: rows.get().piano.client,
    "there and back": lambda rows: rows.get().piano.timeline.get().client,
}


@pytest.mark.parametrize("way", JOINS)
def test_a_closed_column_stays_closed_through_a_foreign_key(reached: Viewer, way: str) -> None:
    client = JOINS[way](TimelineEntry.objects.visible_to(reached))
    assert client.display_name == "Éloïse"
    for name in ("preference_notes", "raw_data"):
        with pytest.raises(Closed):
            getattr(client, name)
    client.refresh_from_db()
    with pytest.raises(Closed):
        client.refresh_from_db(fields=["preference_notes"])
    assert Client.objects.get().preference_notes == "code 4321"


def test_going_back_shows_only_what_one_may_see(reached: Viewer) -> None:
    seen: list[Any] = [
        Client.objects.visible_to(reached).get(),
        Client.objects.visible_to(reached).prefetch_related("invoices", "appointments", "timeline")[0],
        TimelineEntry.objects.visible_to(reached).get().client,
    ]
    for client in seen:
        assert [row.pk for row in client.invoices.all()] == []
        assert [row.pk for row in client.timeline.all()] == ["tme_SERVICE_ENTRY_MANUAL"]
        assert [row.pk for row in client.appointments.all()] == ["evt_simon"]
        [visit] = client.appointments.all()
        [item] = visit.items.all()
        with pytest.raises(Closed):
            item.amount  # noqa: B018  # reading it is what is refused


def test_the_office_reaches_everything(crowd: dict[str, User | AnonymousUser], reached: Viewer) -> None:
    client = TimelineEntry.objects.visible_to(viewer_of(crowd["office"])).first()
    assert client is not None
    assert client.client is not None
    assert client.client.preference_notes == "code 4321"
    assert client.client.invoices.count() == 1
    assert client.client.appointments.count() == 2


# -- door codes --------------------------------------------------------------------------------------------------------


@pytest.fixture
def noon() -> datetime:
    return timezone.now()


@pytest.mark.parametrize(
    ("visit", "readable"),
    [
        ({"days": 2}, True),
        ({"days": 400}, True),
        ({"days": -29}, True),
        ({"days": -31}, False),
        ({"days": 2, "status": "CANCELED"}, False),
        ({"days": 2, "technician_id": "usr_maude"}, False),
        ({"days": 2, "technician_id": None}, False),
        ({"days": 2, "gone": True}, False),
        ({"days": 2, "client_id": None}, False),
        ({"days": None}, False),
    ],
)
def test_a_door_code_is_read_through_an_appointment_of_ones_own(
    crowd: dict[str, User | AnonymousUser], noon: datetime, visit: dict[str, Any], readable: bool
) -> None:
    Client.objects.create(id="cli_1", personal_notes="chat", preference_notes="code 4321")
    days, gone = visit.pop("days"), visit.pop("gone", False)
    told = {"client_id": "cli_1", "technician_id": "usr_simon", "status": "ACTIVE"} | visit
    Appointment.objects.create(
        id="evt_1",
        start=None if days is None else noon + timedelta(days=days),
        deleted_at=noon if gone else None,
        **told,
    )
    notes = access_notes(viewer=viewer_of(crowd["simon"]), clients=["cli_1"], now=noon)
    assert dict(notes) == ({"cli_1": ("chat", "code 4321")} if readable else {})


@pytest.mark.parametrize("who", PEOPLE)
def test_door_codes_without_an_appointment_are_for_the_office(
    crowd: dict[str, User | AnonymousUser], noon: datetime, who: str
) -> None:
    Client.objects.create(id="cli_1", preference_notes="code 4321")
    notes = access_notes(viewer=viewer_of(crowd[who]), clients=["cli_1", "cli_unknown"], now=noon)
    assert ("cli_1" in notes) == (who in OFFICE)
    assert timedelta(days=30) == ACCESS_LASTS
