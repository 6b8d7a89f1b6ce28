"""The timeline: what follows from the calendar, the invoices and the estimates, then the noise of a busy office."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import accumulate

from gazelle_site.sandbox.clock import local_day
from gazelle_site.sandbox.making.instruments import add_measurement
from gazelle_site.sandbox.making.machine_texts import ENTRY_KINDS, TextMaker
from gazelle_site.sandbox.making.notes import long_note, visit_note
from gazelle_site.sandbox.making.staff import everyone, unknown_users
from gazelle_site.sandbox.making.words import ODD_TEXTS
from gazelle_site.sandbox.making.world import Dice, World
from gazelle_site.sandbox.schema import write_instant
from gazelle_site.sandbox.store import Record, template

TYPE = "PrivateTimelineEntry"
LONG_NOTE_BYTES = 60_000
SHARE_TOLD = 0.65
"""At most this part of the rows comes from known events and invoices; the rest is free."""


def make_timeline(world: World) -> None:
    """Newest first, to the exact number asked for."""
    dice = world.dice("timeline")
    teller = _Teller(world, dice)
    teller.tell()
    rows = teller.rows
    wanted = int(world.size.timeline * SHARE_TOLD)
    if len(rows) > wanted:
        kept = set(dice.sample(range(len(rows)), wanted))
        rows = [row for place, row in enumerate(rows) if place in kept]
    teller.rows = rows
    teller.fill(world.size.timeline - len(rows))
    _oddities(world, dice, teller.rows)
    teller.rows.sort(key=lambda row: str(row["occurredAt"]), reverse=True)
    world.records[TYPE] = teller.rows


class _Teller:
    """Adds rows; the template is copied once per row, which is most of the cost of a quarter of a million."""

    def __init__(self, world: World, dice: Dice) -> None:
        self.world, self.dice = world, dice
        self.rows: list[Record] = []
        self.base = template(TYPE)
        self.since = write_instant(world.store.now - timedelta(days=365 * world.size.timeline_years))
        self.texts = TextMaker(dice)
        self.users = everyone(world)

    def add(self, kind: str, at: str, client: str, **more: object) -> None:
        """One row."""
        row = {
            **self.base,
            "id": f"tme_{self.dice.getrandbits(80):020x}",
            "type": kind,
            "occurredAt": at,
            "client": client,
        }
        row.update(more)
        self.rows.append(row)

    def tell(self) -> None:
        """Rows that follow from other records, within the period covered."""
        for event in self.world.of("PrivateEvent"):
            if event["client"] and event["start"] >= self.since:
                self._event(event)
        for invoice in self.world.of("PrivateInvoice"):
            if invoice["createdAt"] >= self.since:
                self._invoice(invoice)
        for payment in self.world.of("PrivateInvoicePayment"):
            if payment["paidAt"] >= self.since:
                self._payment(payment)
        for estimate in self.world.of("PrivateEstimate"):
            if estimate["createdAt"] >= self.since:
                summary = f"Soumission #{estimate['number']} créée"
                links = {"estimate": estimate["id"], "piano": estimate["piano"], "user": estimate["createdBy"]}
                related = {"relatedType": "Estimate", "relatedId": estimate["id"]}
                self.add("ESTIMATE", estimate["createdAt"], estimate["client"], summary=summary, **links, **related)

    def _event(self, event: Record) -> None:
        dice, start, client = self.dice, event["start"], event["client"]
        related = {"relatedType": "Event", "relatedId": event["id"]}
        if event["status"] != "CANCELED":
            self.add(
                "APPOINTMENT",
                start,
                client,
                summary=event["title"],
                comment=event["notes"],
                user=event["user"],
                appointment=event["id"],
                duration=event["duration"],
                **related,
            )
        summary = self.texts.summary("APPOINTMENT_LOG", start)
        self.add(
            "APPOINTMENT_LOG",
            event["createdAt"][:19] + "Z",
            client,
            summary=summary,
            user=event["createdBy"] if dice.chance(0.15) else None,
            **related,
        )
        if event["status"] != "COMPLETE":
            return
        done = write_instant(datetime.fromisoformat(start) + timedelta(minutes=event["duration"]))
        for link in event["allEventPianos"]:
            self._service(done, client, link["piano"], event["user"])
            if dice.chance(0.2):
                self._measurement(done, client, link["piano"], event["user"])

    def _service(self, at: str, client: str, piano: str, user: str | None) -> None:
        """The technician's note goes to `comment` or, as often, to `summary`."""
        note, long = visit_note(self.dice), self.dice.chance(0.5)
        summary, comment = (None, note) if long else (note, self.dice.pick((None, "")))
        self.add("SERVICE_ENTRY_MANUAL", at, client, summary=summary, comment=comment, user=user, piano=piano)

    def _measurement(self, at: str, client: str, piano: str, user: str | None) -> None:
        reading = add_measurement(self.world, self.dice, piano, local_day(at).isoformat(), at)
        told = f"{reading['temperature']}°C, {reading['humidity']}%"
        lead = "Piano measurement taken: " if self.dice.chance(0.5) else "Mesure du piano prise : "
        related = {"relatedType": "PianoMeasurement", "relatedId": reading["id"]}
        self.add("PIANO_MEASUREMENT", at, client, summary=lead + told, user=user, piano=piano, **related)

    def _invoice(self, invoice: Record) -> None:
        links = {"invoice": invoice["id"], "relatedType": "Invoice", "relatedId": invoice["id"]}
        summary = f"Facture #{invoice['number']}"
        self.add(
            "INVOICE", invoice["createdAt"], invoice["client"], summary=summary, user=invoice["assignedTo"], **links
        )
        for item in invoice["allInvoiceItems"]:
            if item["piano"] and item["type"] == "LABOR_FIXED_RATE":
                more = {"summary": item["description"], "piano": item["piano"], "invoice": invoice["id"]}
                self.add("SERVICE_ENTRY_AUTOMATED", invoice["createdAt"], invoice["client"], **more)

    def _payment(self, payment: Record) -> None:
        invoice = self._by_id().get(payment["invoice"])
        if invoice is not None:
            amount = f"{payment['amount'] / 100:,.2f}".replace(",", " ").replace(".", ",")
            links = {"invoice": invoice["id"], "invoicePayment": payment["id"]}
            related = {"relatedType": "InvoicePayment", "relatedId": payment["id"]}
            summary = f"Payment of {amount} $ received ({payment['type'].replace('_', ' ').lower()})"
            at = payment["paidAt"][:19] + "Z"
            self.add("INVOICE_PAYMENT", at, invoice["client"], summary=summary, **links, **related)

    def _by_id(self) -> dict[str, Record]:
        if not hasattr(self, "_invoices"):
            self._invoices = {invoice["id"]: invoice for invoice in self.world.of("PrivateInvoice")}
        return self._invoices

    def fill(self, count: int) -> None:
        """The rest, drawn in bulk: every type at least once, in the proportions of a real year."""
        dice, world = self.dice, self.world
        kinds = list(ENTRY_KINDS)[: max(0, count)]
        weights = list(accumulate(ENTRY_KINDS[kind].weight for kind in ENTRY_KINDS))
        kinds += dice.choices(list(ENTRY_KINDS), cum_weights=weights, k=max(0, count - len(kinds)))
        pianos = [(piano["client"], piano["id"]) for piano in world.of("PrivatePiano") if piano["client"]]
        owners = [client for client, _ in pianos] * 2 + [client["id"] for client in world.of("PrivateClient")]
        ghosts = [client["id"] for client in world.ghosts["PrivateClient"]]
        authors = self.users * 60 + unknown_users(world)
        span = 365 * world.size.timeline_years
        days = [(world.today - timedelta(days=back)).isoformat() for back in range(span)]
        for kind in kinds:
            shape, piano = ENTRY_KINDS[kind], None
            if dice.random() < shape.piano:
                client, piano = dice.pick(pianos)
            else:
                client = dice.pick(owners) if dice.random() > 0.0005 else dice.pick(ghosts)
            draw = int(dice.random() * 36_000)
            at = f"{dice.pick(days)}T{12 + draw // 3600:02d}:{draw // 60 % 60:02d}:{draw % 60:02d}Z"
            user = dice.pick(authors) if dice.random() < shape.user else None
            self._loose(kind, at, client, piano, user)

    def _loose(self, kind: str, at: str, client: str, piano: str | None, user: str | None) -> None:
        if kind == "SERVICE_ENTRY_MANUAL" and piano:
            self._service(at, client, piano, user)
        elif kind == "PIANO_MEASUREMENT" and piano:
            self._measurement(at, client, piano, user)
        else:
            summary, comment = self.texts.both(kind, at)
            self.add(
                kind, at, client, summary=summary, comment=comment, user=user, piano=piano, **self.texts.extras(kind)
            )


def _oddities(world: World, dice: Dice, rows: list[Record]) -> None:
    """Strange characters, endless notes, late corrections and rows to come, on rows that a mirror reads."""
    manual = [row for row in rows if row["type"] in ("USER_COMMENT", "SERVICE_ENTRY_MANUAL")]
    for text, row in zip(ODD_TEXTS, manual, strict=False):
        row["comment"] = text
    for row in manual[len(ODD_TEXTS) : len(ODD_TEXTS) + (2 if len(rows) < 1000 else 6)]:
        row["comment"] = long_note(dice, LONG_NOTE_BYTES)
    unknown = unknown_users(world)
    for place, row in enumerate(manual[len(ODD_TEXTS) + 6 : len(ODD_TEXTS) + 8]):
        row["user"] = unknown[place % len(unknown)]
    for row in manual[len(ODD_TEXTS) + 8 : len(ODD_TEXTS) + 10]:
        row["client"] = world.ghosts["PrivateClient"][0]["id"]
        row["piano"] = None
