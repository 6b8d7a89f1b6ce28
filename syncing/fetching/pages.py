"""Walking a list of Gazelle page by page, nested connections followed to their end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from syncing.digests import storable_text
from syncing.fetching.answers import Answer, beginning
from syncing.fetching.errors import CursorRefused, CursorRepeated, EmptyAnswer, QueryRefused, TooDeep
from syncing.fetching.following import complete, has_next
from syncing.fetching.queries import Follow, follow_ups, list_query, response_key, single_query
from syncing.fetching.transport import Transport
from syncing.french import COMPANY_ZONE
from syncing.registry import Entity, Registry
from syncing.vocabulary import Mode, Node

INT32 = 2**31  # what a total is kept in; a list of that many records is a mistake, not a list
NOT_FOUND = "NOT_FOUND"  # the extension code of an unknown id, on servers that do not answer null


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One reading decided beforehand: what to ask, and for which window (`variables`)."""

    entity: str
    root: str
    query: str
    variables: Mapping[str, object] = field(default_factory=dict)
    plain_list: bool = False
    follows: tuple[Follow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page as received. `cursor` asked for it, `end_cursor` asks for the next one.

    `total` is what Gazelle announces for the whole list (None for a plain list, or when it makes no sense), `requests`
    how many it took, nested ones included, `faults` what Gazelle says is missing or could not be followed, `fetched_at`
    the instant before the request: the page is at least as fresh as that.
    """

    entity: str
    leg: str
    number: int
    cursor: str
    end_cursor: str
    has_next: bool
    total: int | None
    nodes: list[object]
    fetched_at: datetime
    api_url: str
    requests: int = 1
    faults: tuple[str, ...] = ()
    window: Mapping[str, object] = field(default_factory=dict)


def plan(
    entity: Entity,
    registry: Registry,
    mode: Mode,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    page_size: int | None = None,
    arguments: str | None = None,
) -> Plan:
    """How to read an entity's root list in a mode, between the edges that this read has.

    `arguments` stand in place of the read's own: another list of the same records.
    """
    if not entity.root:
        raise ValueError(f"{entity.name} has no list of its own: it arrives with {registry.carrier(entity.name)}")
    read = entity.read(mode) if arguments is None else replace(entity.read(mode), arguments=arguments)
    variables: dict[str, object] = {}
    for name, instant in (("since", since), ("until", until)):
        if f"${name}" in read.arguments:
            if instant is None:
                raise ValueError(f"reading {entity.name} ({mode}) needs the edge {name} of its window")
            variables[name] = edge(instant, read.edge_type)
    return Plan(
        entity=entity.name,
        root=entity.root,
        query=list_query(entity, read, registry, page_size=page_size or entity.page_size),
        variables=variables,
        plain_list=entity.plain_list,
        follows=follow_ups(entity, registry),
    )


def edge(instant: datetime, edge_type: str) -> str:
    """An edge of a window as Gazelle's filter takes it: a day of the company, or a UTC instant."""
    if edge_type == "CoreDate":
        return instant.astimezone(COMPANY_ZONE).date().isoformat()
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def walk(transport: Transport, plan: Plan, *, leg: str, cursor: str = "", number: int = 1) -> Iterator[Page]:
    """The pages of a list, from the first or from `cursor`; a page is read when it is asked for.

    Raises CursorRepeated when the list does not advance, CursorRefused when it must start over, and EmptyAnswer when a
    page lacks its list or does not say whether it is the last.
    """
    seen = {"", cursor}  # the empty cursor is that of the first page: following it would start over for ever
    while True:
        page = _read_page(transport, plan, leg=leg, cursor=cursor, number=number)
        if page.has_next and page.end_cursor in seen:
            raise CursorRepeated(f"{plan.entity}, page {number} : Gazelle annonce une suite mais n’avance pas.")
        yield page
        if not page.has_next:
            return
        cursor, number = page.end_cursor, number + 1
        seen.add(cursor)


def read_one(transport: Transport, entity: Entity, registry: Registry, record_id: str) -> Node | None:
    """One record by its id, selected as in the list, nested connections followed; None when Gazelle does not know it.

    Raises LookupError when the API has no single read, EmptyAnswer when the record did not come whole.
    """
    query, key = single_query(entity, registry), response_key(entity.single)
    try:
        answer = transport.execute(query, {"id": record_id})
        if answer.errors:
            raise QueryRefused(answer.errors)
    except QueryRefused as error:
        if any(problem.code.upper() == NOT_FOUND for problem in error.problems):
            return None
        raise
    if key not in answer.data:
        raise EmptyAnswer(f"{entity.name} {record_id} : réponse sans « {key} ».")
    node = answer.data[key]
    try:
        faults = complete(transport, node, follow_ups(entity, registry))
    except TooDeep as error:
        faults = [str(error)]
    if faults:
        raise EmptyAnswer(faults[0])
    return node if isinstance(node, dict) else None


def _read_page(transport: Transport, plan: Plan, *, leg: str, cursor: str, number: int) -> Page:
    before, fetched_at = transport.requests, datetime.now(UTC)
    answer = _ask(transport, plan, cursor)
    held = answer.data.get(plan.root)
    connection = held if isinstance(held, dict) else {}
    nodes = held if plan.plain_list else connection.get("nodes")
    if not isinstance(nodes, list):
        if answer.errors:
            raise QueryRefused(answer.errors)
        raise EmptyAnswer(f"{plan.entity}, page {number} : Gazelle a répondu sans la liste « {plan.root} ».")
    faults = [str(problem) for problem in answer.errors]
    more, end_cursor, total = False, "", None
    if not plan.plain_list:
        more, end_cursor = _ending(connection, f"{plan.entity}, page {number}")
        total = _total(connection)
        if total is None:
            shown = beginning(repr(connection.get("totalCount")))
            faults.append(f"{plan.entity}, page {number} : le total annoncé par Gazelle n’en est pas un ({shown}).")
    for place, node in enumerate(nodes):
        try:
            faults += complete(transport, node, plan.follows)
        except TooDeep as error:
            nodes[place] = None  # a hole, counted and told: it costs one record, not the page
            faults.append(str(error))
    return Page(
        entity=plan.entity,
        leg=leg,
        number=number,
        cursor=cursor,
        end_cursor=end_cursor,
        has_next=more,
        total=total,
        nodes=nodes,
        fetched_at=fetched_at,
        api_url=transport.api_url,
        requests=transport.requests - before,
        faults=tuple(faults),
        window=dict(plan.variables),
    )


def _ending(connection: Mapping[str, object], page: str) -> tuple[bool, str]:
    """Whether a page is followed by another, and the cursor to it. The end of a list is never guessed."""
    more = has_next(connection)
    if more is None:
        raise EmptyAnswer(f"{page} : Gazelle ne dit pas si c’est la dernière.")
    info = connection["pageInfo"]
    cursor = (info.get("endCursor") if isinstance(info, dict) else None) or ""
    if not isinstance(cursor, str) or storable_text(cursor) != cursor:
        raise EmptyAnswer(f"{page} : le curseur donné par Gazelle ne peut pas être gardé.")
    return more, cursor


def _total(connection: Mapping[str, object]) -> int | None:
    total = connection.get("totalCount")
    return total if isinstance(total, int) and not isinstance(total, bool) and 0 <= total < INT32 else None


def _ask(transport: Transport, plan: Plan, cursor: str) -> Answer:
    variables = dict(plan.variables)
    if not plan.plain_list:
        variables["after"] = cursor or None
    try:
        return transport.execute(plan.query, variables)
    except QueryRefused as error:
        # Nothing but its text tells a refused cursor from another refusal; a wrong guess costs one fresh start.
        if cursor and any("cursor" in problem.message.lower() for problem in error.problems):
            raise CursorRefused(f"{plan.entity} : Gazelle n’accepte plus le curseur de la page suivante.") from None
        raise
