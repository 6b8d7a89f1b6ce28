"""What a careless or hostile hand puts in a record, and JSON that no library would write."""

from __future__ import annotations

import json
from collections.abc import Callable

from syncing.fetching.queries import list_query
from syncing.registry import Entity, entities
from syncing.vocabulary import Mode
from tests.disasters.house import Broken, House
from tests.disasters.scenario import SQLITE, Stage, scenario

TEXTS = (
    "\x00", "avant\x00après", "\ud800", "\udfff\ud800", "\ufffd", "\ufeff", "\u202egnirts\u202c", "e\u0301\u0327",
    "\U0001f469\u200d\U0001f467" * 40, "'; DROP TABLE clients_client; --", '"\\\n\r\t\\u0000', "\\u0000", "\\N", "\\.",
    "\\copy", "%s %(x)s {0} ${x}", "<script>alert(1)</script>", "null", "NaN", "-Infinity", "1e400", "0x41",
    " " * 10_000, "é" + "x" * 5_000_000, "\x01\x02\x7f\x85\u2028\u2029", "a\nb\r\nc", "\U0001d54f" * 300,
    "=HYPERLINK(1)", "\u200b\u200e\u200f",
)  # fmt: skip
IDS = (
    "cli_'quoted'", 'cli_"double"', "cli_new\nline", "cli_" + "x" * 300, "cli_" + "y" * 150, "cli_\x00", "cli_\ud800",
    "cli_\u202ertl", " cli_space ", "cli_%s", "cli_\\", "../../etc/passwd", "cli_é", "local_mine", "sha256:dead",
    "CLI_CASE", "cli_\u2028", "cli_;--", "0",
)  # fmt: skip
LONG = 1_000_000  # one is enough at a time
TEXT_FIELDS = {
    "clients": ("companyName", "personalNotes", "referenceId"), "contacts": ("firstName", "lastName"),
    "pianos": ("notes", "make", "serialNumber"), "appointments": ("notes", "title"), "timeline": ("comment", "summary"),
    "invoices": ("notes", "topNotes"), "estimates": ("notes",), "users": ("firstName",),
}  # fmt: skip


@scenario("Hostile strings in any text of any table", short=(SQLITE,))
def hostile_strings(stage: Stage) -> str:
    texts = stage.chance.sample(TEXTS, stage.times(len(TEXTS), 2))
    with stage.house() as house:
        house.synced()
        for text in texts:
            tables = list(TEXT_FIELDS) if len(text) < LONG else [stage.chance.choice(list(TEXT_FIELDS))]
            for entity in tables:
                field = stage.chance.choice(TEXT_FIELDS[entity])
                house.box.edit(entity, house.office.some(entity), **{field: text})
            if len(text) < LONG:
                house.box.edit("clients", house.office.some("clients"), tags=[text, "école"])
            house.later(minutes=3)
            house.synced("--full")
            try:
                house.judge()
            except Broken as difference:
                raise Broken(f"after {text[:40]!r}: {difference}") from None
    return f"{len(texts)} strings in {len(TEXT_FIELDS)} tables"


@scenario("Hostile ids, cited by others")
def hostile_ids(stage: Stage) -> str:
    ids = stage.chance.sample(IDS, stage.times(len(IDS), 5))
    with stage.house() as house:
        house.synced()
        for record_id in ids:
            client = house.box.create("clients", id=record_id, companyName="Étrange")
            house.box.create("pianos", make="Heintzman", client=client)
            house.box.create(
                "timeline", client=client, type="USER_COMMENT", comment="?", occurredAt="2026-11-19T16:00:00Z"
            )
            house.later(minutes=3)
            house.synced()
            try:
                house.judge()
            except Broken as difference:
                raise Broken(f"after {record_id[:40]!r}: {difference}") from None
    return f"{len(ids)} ids"


Mistreat = Callable[[str], str]


def in_a_node(what: str) -> Mistreat:
    """Something before the first id of the answer."""
    return lambda text: text.replace('"id":', f'{what},"id":', 1)


def in_place_of(name: str, what: str) -> Mistreat:
    """Something under that name; what was there stays under another one."""
    return lambda text: text.replace(f'"{name}":', f'"{name}":{what},"was":', 1)


BODIES: dict[str, Mistreat] = {
    "a byte order mark": lambda text: "\ufeff" + text,
    "the same key twice": lambda text: text.replace('{"data":', '{"data":null,"data":', 1),
    "the same id twice in a node": in_a_node('"id":"cli_first"'),
    "ten thousand lists in one another": in_place_of("pageInfo", "[" * 10_000 + "]" * 10_000),
    "deep nesting inside a node": in_a_node('"deep":' + "[" * 400 + "]" * 400),
    "NaN": in_a_node('"addedOnTheWay":NaN'),
    "infinities": in_a_node('"addedOnTheWay":[1e999,-Infinity]'),
    "a number of five thousand digits": in_a_node(f'"addedOnTheWay":{"9" * 5000}'),
    "a number of a thousand digits": in_a_node(f'"addedOnTheWay":{"9" * 1000}'),
    "an escaped lone surrogate as a key": in_a_node('"\\ud800":1'),
    "an escaped NUL as a key": in_a_node('"\\u0000":1'),
    "a text after the end": lambda text: text + "}",
    "nothing at all": lambda text: "",
    "a bare null": lambda text: "null",
    "a list": lambda text: f"[{text}]",
    "a number": lambda text: "12",
    "data that is a text": lambda text: '{"data":"x"}',
    "a list that is a text": in_place_of("nodes", '"x"'),
    "nodes that are texts": lambda text: text.replace('"nodes":[', '"nodes":["x",1,true,[],{},', 1),
    "a total that is a text": in_place_of("totalCount", '"many"'),
    "a total without end": in_place_of("totalCount", "1e400"),
    "a negative total": in_place_of("totalCount", "-5"),
    "errors that are a text": lambda text: text.replace('{"data":', '{"errors":"oups","data":', 1),
    "errors that are numbers": lambda text: text.replace('{"data":', '{"errors":[1,null,[]],"data":', 1),
}


@scenario("JSON that no library would write, in answer to any list", short=(SQLITE,), aside=True)
def hostile_json(stage: Stage) -> str:
    roots = [entity for entity in entities().roots(()) if not entity.plain_list]
    names = stage.chance.sample(sorted(BODIES), stage.times(len(BODIES), 2))
    refused = 0
    with stage.house(max_first=None) as house:
        house.synced()
        for name in names:
            for entity in roots:
                body = BODIES[name](first_page(house, entity))
                house.box.faults.add("status", code=200, body=body, entity=entity.name, times=4)
            house.office.work(2, quiet=True)
            house.later(minutes=3)
            ended = house.sync("--full")
            refused += ended.status
            house.box.faults.clear()
            if ended.status not in (0, 1):
                raise Broken(f"{name}: status {ended.status}\n{ended.out}")
            house.later(minutes=3)
            house.synced("--full")
            try:
                house.judge()
            except Broken as difference:
                raise Broken(f"after {name}: {difference}\nthe disturbed reading said:\n{ended.out}") from None
    return f"{len(names)} bodies in answer to {len(roots)} lists, {refused} readings said that it could not be read"


def first_page(house: House, entity: Entity) -> str:
    """What the stand-in answers, as text."""
    query = list_query(entity, entity.read(Mode.FULL), entities(), page_size=entity.page_size)
    return json.dumps(house.box.answer(query), separators=(",", ":"))
