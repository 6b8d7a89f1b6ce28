"""The stand-in Gazelle as an object: its data, what the office does to them, its faults and its requests."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from gazelle_site.sandbox.clock import to_utc, today_here
from gazelle_site.sandbox.credentials import Credentials
from gazelle_site.sandbox.editing import Office
from gazelle_site.sandbox.engine import Answer, Engine
from gazelle_site.sandbox.entities import ENTITIES, type_of
from gazelle_site.sandbox.faults import Faults
from gazelle_site.sandbox.filling import fill
from gazelle_site.sandbox.making import populate
from gazelle_site.sandbox.oauth import Tokens
from gazelle_site.sandbox.requests_log import RequestLog
from gazelle_site.sandbox.roots import Roots
from gazelle_site.sandbox.store import Record, Store
from gazelle_site.sandbox.switches import Switches
from gazelle_site.sandbox.truth import reader


class Sandbox:
    """Invented data of a size, a seed and a reference day. Same three, same bytes.

    With `today` given the clock stands at noon of that day and moves one second per edit, so that tests are stable;
    without it, the data are laid around today and edits carry the real time.
    """

    def __init__(
        self,
        size: str = "small",
        *,
        seed: int = 1,
        today: date | None = None,
        credentials: Credentials | None = None,
        switches: Switches | None = None,
    ) -> None:
        self.size, self.seed, self.today = size, seed, today or today_here()
        self.credentials = credentials or Credentials()
        self.switches = switches or Switches()
        self._frozen, self._edits = today is not None, 0
        self.store = Store(fill, to_utc(self.today, time(12)))
        identity = populate(self.store, size=size, seed=seed, today=self.today)
        self.engine = Engine(self.store, self.switches, Roots(self.store, self.switches, identity))
        self.office = Office(self.store, self._clock)
        self.faults = Faults()
        self.requests = RequestLog()
        self.tokens = Tokens(self.credentials, self.switches)

    def answer(self, query: str, variables: dict[str, Any] | None = None, operation: str | None = None) -> Answer:
        """The decoded answer to a GraphQL request, without HTTP."""
        return self.engine.answer(query, variables, operation)

    def edit(self, entity: str, record_id: str, /, **fields: Any) -> None:
        """Change fields, SDL names; a reference is an id. `edit("clients", "cli_…", companyName="Nouveau nom")`."""
        self.office.edit(type_of(entity), record_id, fields)

    def create(self, entity: str, /, **fields: Any) -> str:
        """Add a record and return its id."""
        return self.office.create(type_of(entity), fields)

    def delete(self, entity: str, record_id: str, /) -> None:
        """Remove a record from lists and single reads; old references to it still show it."""
        self.office.delete(type_of(entity), record_id)

    def cancel_event(self, event_id: str) -> None:
        """Status CANCELED: the event leaves the default list."""
        self.office.edit("PrivateEvent", event_id, {"status": "CANCELED"})

    def merge_clients(self, source: str, target: str) -> None:
        """One client instead of two; `source` is gone."""
        self.office.merge_clients(source, target)

    def merge_pianos(self, source: str, target: str) -> None:
        """One piano instead of two; `source` is gone."""
        self.office.merge_pianos(source, target)

    def records(self, entity: str, *, hidden: bool = False) -> list[Record]:
        """What a client of the API would see, every plain field, references as {"id": …}, owned collections as lists.

        `hidden` adds what default lists leave out: cancelled events and archived contacts.
        """
        type_name = type_of(entity)
        with self.store.lock:
            read = reader(self.store, type_name)
            return [read(row) for row in self.store.table(type_name).rows.values() if hidden or _listed(type_name, row)]

    def record(self, entity: str, record_id: str) -> Record:
        """One record as `records` shows it; KeyError when it is not there."""
        type_name = type_of(entity)
        with self.store.lock:
            return reader(self.store, type_name)(self.store.table(type_name).rows[record_id])

    def ids(self, entity: str, *, hidden: bool = False) -> list[str]:
        """The ids of the same records, without the cost of reading them."""
        type_name = type_of(entity)
        with self.store.lock:
            rows = self.store.table(type_name).rows.values()
            return [str(row["id"]) for row in rows if hidden or _listed(type_name, row)]

    def counts(self) -> dict[str, int]:
        """How many records of each entity, hidden ones included."""
        with self.store.lock:
            return {entity: len(self.store.table(type_name).rows) for entity, type_name in ENTITIES.items()}

    def _clock(self) -> datetime:
        ahead = timedelta(seconds=self.switches.clock_skew)
        if not self._frozen:
            return datetime.now(UTC) + ahead
        self._edits += 1
        return self.store.now + timedelta(seconds=self._edits) + ahead


def _listed(type_name: str, row: Record) -> bool:
    if type_name == "PrivateEvent":
        return bool(row["status"] != "CANCELED")
    return not row["archived"] if type_name == "PrivateContact" else True
