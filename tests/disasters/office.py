"""What the company does in Gazelle between two syncs, and during one: a seeded history of ordinary gestures."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from gazelle_site.sandbox import Sandbox

REMOVALS = 2  # between two judgements: more at once would rightly be put to a person


class Office:
    """`quiet` gestures are those that the next ordinary sync shows; the others wait for a full reading."""

    def __init__(self, box: Sandbox, seed: int | str) -> None:
        self.box, self.chance, self.gestures = box, random.Random(f"office-{seed}"), 0
        self.may_remove = REMOVALS

    def work(self, gestures: int, *, quiet: bool = False) -> None:
        for _ in range(gestures):
            known = QUIET if quiet else QUIET + LOUD
            with self.box.store.lock:
                self.chance.choice(known)(self)
            self.gestures += 1

    @contextmanager
    def at_work(self, *, quiet: bool = False, pause: float = 0.01) -> Iterator[None]:
        """Gestures one after another, for the time of a block."""
        over = threading.Event()

        def go_on() -> None:
            while not over.wait(pause):
                self.work(1, quiet=quiet)

        busy = threading.Thread(target=go_on, daemon=True)
        busy.start()
        try:
            yield
        finally:
            over.set()
            busy.join()

    def some(self, entity: str) -> str:
        return self.chance.choice(sorted(self.box.ids(entity)))

    def gives_up_one(self, entity: str, few: int) -> bool:
        """Whether a record may go now: some always stay."""
        self.may_remove -= 1
        return self.may_remove >= 0 and len(self.box.ids(entity)) > few

    def day(self, before: int = 20, after: int = 20) -> str:
        """A day within the window of an ordinary reading, even when the clock has jumped nine days ahead."""
        return str(self.box.today + timedelta(days=self.chance.randint(-before, after)))

    def words(self) -> str:
        return f"« {self.chance.getrandbits(32):08x} » – été, 21 °C, 40 %"


def rename_client(office: Office) -> None:
    office.box.edit("clients", office.some("clients"), companyName=office.words())


def welcome_client(office: Office) -> None:
    client = office.box.create("clients", companyName=office.words(), status="NEW")
    office.box.create("contacts", client=client, firstName="Aube", lastName=office.words(), archived=False)


def rename_contact(office: Office) -> None:
    office.box.edit("contacts", office.some("contacts"), lastName=office.words())


def add_piano(office: Office) -> None:
    office.box.create("pianos", make="Heintzman", client=office.some("clients"))


def move_piano(office: Office) -> None:
    office.box.edit("pianos", office.some("pianos"), client=office.some("clients"), notes=office.words())


def measure(office: Office) -> None:
    office.box.create(
        "measurements", pianoId=office.some("pianos"), takenOn=office.day(20, 0), humidity=38, temperature=22
    )


def book_visit(office: Office) -> None:
    office.box.create(
        "appointments", client=office.some("clients"), title=office.words(), start=f"{office.day(20, 25)}T15:00:00Z"
    )


def move_visit(office: Office) -> None:
    near = str(office.box.today - timedelta(days=20))
    visits = [each for each in office.box.records("appointments") if (each["start"] or "") > near]
    if visits:
        visit = office.chance.choice(sorted(each["id"] for each in visits))
        office.box.edit("appointments", visit, start=f"{office.day(15, 25)}T18:30:00Z", notes=office.words())


def write_note(office: Office) -> None:
    office.box.create(
        "timeline", client=office.some("clients"), type="USER_COMMENT", comment=office.words(),
        occurredAt=f"{office.day(20, 0)}T16:00:00Z",
    )  # fmt: skip


def annotate_invoice(office: Office) -> None:
    office.box.edit("invoices", office.some("invoices"), notes=office.words())


def add_invoice_line(office: Office) -> None:
    invoice = office.box.record("invoices", office.some("invoices"))
    line = {"description": office.words(), "amount": 1000, "quantity": 100, "type": "LABOR_FIXED_RATE"}
    office.box.edit("invoices", invoice["id"], allInvoiceItems=[*invoice["allInvoiceItems"], line])


def drop_invoice_line(office: Office) -> None:
    invoice = office.box.record("invoices", office.some("invoices"))
    office.box.edit("invoices", invoice["id"], allInvoiceItems=invoice["allInvoiceItems"][1:])


def annotate_estimate(office: Office) -> None:
    office.box.edit("estimates", office.some("estimates"), notes=office.words())


def rename_service(office: Office) -> None:
    office.box.edit("service_items", office.some("service_items"), order=office.chance.randint(1, 90))


def cancel_visit(office: Office) -> None:
    if office.gives_up_one("appointments", 15):
        office.box.cancel_event(office.some("appointments"))


def delete_client(office: Office) -> None:
    if office.gives_up_one("clients", 12):
        office.box.delete("clients", office.some("clients"))


def delete_note(office: Office) -> None:
    if office.gives_up_one("timeline", 20):
        office.box.delete("timeline", office.some("timeline"))


def delete_visit(office: Office) -> None:
    if office.gives_up_one("appointments", 15):
        office.box.delete("appointments", office.some("appointments"))


def merge_clients(office: Office) -> None:
    one, other = office.some("clients"), office.some("clients")
    if one != other and office.gives_up_one("clients", 12):
        office.box.merge_clients(one, other)


def merge_pianos(office: Office) -> None:
    one, other = office.some("pianos"), office.some("pianos")
    if one != other and office.gives_up_one("pianos", 9):
        office.box.merge_pianos(one, other)


def correct_old_note(office: Office) -> None:
    office.box.edit("timeline", office.some("timeline"), comment=office.words())


Gesture = Callable[[Office], None]

QUIET: list[Gesture] = [
    rename_client, welcome_client, rename_contact, add_piano, move_piano, measure, book_visit, move_visit, write_note,
    annotate_invoice, add_invoice_line, drop_invoice_line, annotate_estimate,
]  # fmt: skip
LOUD: list[Gesture] = [
    cancel_visit, delete_client, delete_note, delete_visit, merge_clients, merge_pianos, correct_old_note,
    rename_service,
]  # fmt: skip
