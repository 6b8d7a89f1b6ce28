"""From a node as received to typed columns: the tool every `parse` is written with.

**Absent is not empty.** A reader called on a field the node does not have leaves no trace, so that nothing is ever
erased by a field that was not selected. A value of the wrong type is a fault noted with its path; the rest of the
record goes on. Pure core: standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import NamedTuple

from syncing.digests import CONTROL, UNREADABLE
from syncing.folding import digits, fold, words
from syncing.vocabulary import Node, Rejected

ID_LIMIT = 64  # Gazelle's ids have 20 to 24 characters; more than this is damage, not an id
SEARCH_LIMIT = 500  # an index entry must stay well under a database page
PHONE_DIGITS = 7  # fewer than a local telephone number is not one
YEARS = range(1800, 2201)  # beyond them a date is damage, and years 1 and 9999 overflow in local time
INT32 = range(-(2**31), 2**31)  # what an integer column holds on both databases


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that could not be read, whose column keeps what it had; or one that contradicts others, kept as is."""

    path: str
    reason: str


class Reference(NamedTuple):
    """A column pointing to a record of another entity."""

    entity: str
    id: str


@cache
def snake_case(name: str) -> str:
    """`companyName` → `company_name`: the rule that names every typed column."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def with_ours(node: Node, ours: Mapping[str, object]) -> Node:
    """The node with what people set here, by column, in the fields that bring those columns."""
    return dict(node) | {name: ours[column] for name in node if (column := snake_case(name)) in ours}


class Draft:
    """The typed columns read from one node.

    `columns` holds values by column name, `references` the pointers to other records (None when Gazelle says null),
    `owned` the drafts of rows that live and die with this one, by model, `faults` what could not be read. `key` stands
    for the id of an owned row that Gazelle gives none.

    What could not be read is also known by name: `unreadable` holds Gazelle's top-level fields, whose raw value must
    not become the base of the three-way rule, and `faulted` the columns and references they would have filled. Faults
    of owned rows are theirs.
    """

    __slots__ = ("_id", "columns", "faulted", "faults", "key", "node", "owned", "references", "unreadable")

    def __init__(self, node: Node, key: str = "") -> None:
        self.node = node
        self.key = key
        self._id = ""
        self.columns: dict[str, object] = {}
        self.references: dict[str, Reference | None] = {}
        self.owned: dict[str, list[Draft]] = {}
        self.faults: list[Fault] = []
        self.faulted: set[str] = set()
        self.unreadable: set[str] = set()

    @property
    def id(self) -> str:
        """The record's own id; raises Rejected when there is none to be had."""
        if not self._id:
            self._id = self._read_id()
        return self._id

    def _read_id(self) -> str:
        value = self.key or self.node.get("id")
        if not isinstance(value, str) or not value:
            raise Rejected("id", "identifiant absent ou vide")
        if len(value) > ID_LIMIT:
            raise Rejected("id", f"identifiant de {len(value)} caractères, au plus {ID_LIMIT}")
        if _is_damaged(value):
            raise Rejected("id", f"identifiant abîmé : {_shown(value)}")
        return value

    def text(self, *names: str) -> None:
        """Texts; Gazelle sends null and "" interchangeably, both become ""."""
        node = self.node
        for name in names:
            value = node.get(name)
            if type(value) is str and value[:2] != UNREADABLE:  # nearly always, and most of what a parser does
                self.columns[snake_case(name)] = value
            else:
                self._read(name, "", _text)

    def text_at(self, name: str, inner: str, column: str) -> None:
        """A text one level down, such as the locale of a localization; the object being null empties the column."""
        value = self.node.get(name)
        if isinstance(value, dict) and inner in value:
            self._convert(f"{name}.{inner}", value[inner], "", _text, column)
        elif value is None and name in self.node:
            self.columns[column] = ""
        elif value is not None and not isinstance(value, dict):
            self._fail(name, column, f"objet attendu, reçu {_shown(value)}")

    def boolean(self, *names: str) -> None:
        """Tri-state: null stays None."""
        for name in names:
            self._read(name, None, _boolean)

    def integer(self, *names: str) -> None:
        for name in names:
            self._read(name, None, _integer)

    def day(self, *names: str) -> None:
        """`CoreDate`: YYYY-MM-DD."""
        for name in names:
            self._read(name, None, _day)

    def instant(self, name: str, column: str = "") -> None:
        """`CoreDateTime`: ISO-8601, with or without fractions of a second; stored as UTC."""
        self._read(name, None, _instant, column)

    def texts(self, name: str, column: str = "") -> None:
        """A list of texts, such as tags."""
        self._read(name, [], _texts, column)

    def audit(self) -> None:
        """Gazelle's own creation and update instants."""
        self.instant("createdAt", "gazelle_created_at")
        self.instant("updatedAt", "gazelle_updated_at")

    def search_key(self, *columns: str) -> None:
        """The folded words of columns already read, and their telephone digits: « hélène » and 5145550161 are found.

        A column whose field is absent leaves the key alone, or a partial node would shorten it; one that could not be
        read only brings no word, since one bad value must not hide the record.
        """
        read = [column for column in columns if column in self.columns]
        if read and self.faulted.issuperset(set(columns).difference(read)):
            values = [str(self.columns[column]) for column in read if self.columns[column]]
            numbers = [number for number in map(digits, values) if len(number) >= PHONE_DIGITS]
            self.columns["search_key"] = " ".join([fold(" ".join(values)), *numbers])[:SEARCH_LIMIT]

    def words(self, *columns: str) -> None:
        """Every folded word of columns already read, for the search by words; all must be there, as for the key."""
        read = [column for column in columns if column in self.columns]
        if read and self.faulted.issuperset(set(columns).difference(read)):
            self.columns["words"] = words(" ".join(str(self.columns[column]) for column in read))

    def reference(self, name: str, entity: str, column: str = "") -> None:
        """A pointer given as an object (`client { id }`) or as a bare id (`pianoId`)."""
        if name not in self.node:
            return
        value, column = self.node[name], column or snake_case(name)
        if isinstance(value, dict):
            value = value.get("id")
        if value is None or value == "":
            self.references[column] = None
        elif not isinstance(value, str) or len(value) > ID_LIMIT or _is_damaged(value):
            self._fail(name, column, f"référence illisible : {_shown(value)}")
        else:
            self.references[column] = Reference(entity, value)

    def nodes(self, *path: str) -> list[Node]:
        """The nodes of a nested connection or list, nulls left out; empty when absent."""
        value: object = self.node
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, dict):
            value = value.get("nodes")
        return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []

    def own(self, model: str, drafts: Iterable[Draft]) -> None:
        """Rows of `model` that belong to this record: the whole list, so that what is missing from it is gone.

        Call it only when the node has the list: an absent list must leave the rows alone.
        """
        owned = list(drafts)
        self.owned.setdefault(model, []).extend(owned)
        for draft in owned:
            self.faults += [
                Fault(f"{model} {draft.key or draft.node.get('id')} {f.path}", f.reason) for f in draft.faults
            ]

    def _read(self, name: str, empty: object, convert: Callable[[object], object], column: str = "") -> None:
        if name in self.node:
            value, column = self.node[name], column or snake_case(name)
            if value is None:
                self.columns[column] = empty
            else:
                self._convert(name, value, empty, convert, column)

    def _convert(
        self, path: str, value: object, empty: object, convert: Callable[[object], object], column: str
    ) -> None:
        try:
            self.columns[column] = empty if value is None else convert(value)
        except ValueError as error:
            self._fail(path, column, str(error))

    def _fail(self, path: str, column: str, reason: str) -> None:
        self.faults.append(Fault(path, reason))
        self.faulted.add(column)
        self.unreadable.add(path.partition(".")[0])


def _is_damaged(record_id: str) -> bool:
    """U+FFFD stands for what was mended: several broken ids would become the same one."""
    if record_id.isascii() and record_id.isprintable():
        return False
    return CONTROL.search(record_id) is not None or "\ufffd" in record_id


def _shown(value: object) -> str:
    """The beginning of a value, for a message."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _text(value: object) -> str:
    if isinstance(value, str) and not value.startswith(UNREADABLE):
        return value
    raise ValueError(f"texte attendu, reçu {_shown(value)}")


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError(f"oui ou non attendu, reçu {_shown(value)}")


def _integer(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value in INT32:
        return value
    raise ValueError(f"entier attendu, reçu {_shown(value)}")


def _day(value: object) -> date:
    try:
        day = date.fromisoformat(_text(value))
    except ValueError:
        raise ValueError(f"date AAAA-MM-JJ attendue, reçu {_shown(value)}") from None
    _refuse_far_away(day)
    return day


def _instant(value: object) -> datetime:
    try:
        instant = datetime.fromisoformat(_text(value))
    except ValueError:
        raise ValueError(f"instant ISO-8601 attendu, reçu {_shown(value)}") from None
    if instant.tzinfo is None:
        raise ValueError(f"instant sans fuseau : {_shown(value)}")
    _refuse_far_away(instant)
    return instant if instant.tzinfo is UTC else instant.astimezone(UTC)


def _refuse_far_away(day: date) -> None:
    if day.year not in YEARS:
        raise ValueError(f"année hors de {YEARS[0]} à {YEARS[-1]} : {day.isoformat()}")


def _texts(value: object) -> list[str]:
    if isinstance(value, list) and all(isinstance(item, str) and not item.startswith(UNREADABLE) for item in value):
        return value
    raise ValueError(f"liste de textes attendue, reçu {_shown(value)}")


def is_whole(node: Node, name: str, *, plain_list: bool = False) -> bool:
    """Whether the node brings this list to its end: absent, null or cut short, it says nothing of the missing rows.

    A list shorter than it announces is cut short, whatever it says of its end.
    """
    held = node.get(name)
    if plain_list:
        return _has_no_hole(held)
    if not isinstance(held, dict) or not _has_no_hole(held.get("nodes")):
        return False
    info, total = held.get("pageInfo", {"hasNextPage": False}), held.get("totalCount")
    announced = total if isinstance(total, int) else 0
    return isinstance(info, dict) and info.get("hasNextPage") is False and len(held["nodes"]) >= announced


def _has_no_hole(nodes: object) -> bool:
    """A null in a list says that something is there which could not be given."""
    return isinstance(nodes, list) and all(isinstance(node, dict) for node in nodes)
