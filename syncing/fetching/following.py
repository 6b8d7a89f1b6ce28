"""Nested connections are followed to their end: a record with only its first fifty parts is not that record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from syncing.digests import storable_text
from syncing.fetching.errors import CursorRepeated, EmptyAnswer, QueryRefused, TooDeep
from syncing.fetching.queries import Follow
from syncing.fetching.transport import Transport

DEEPEST = 200  # levels; a record has about ten, and Python walks no more than a thousand


def complete(transport: Transport, node: object, follows: Sequence[Follow]) -> list[str]:
    """Fill the nested connections of a node in place; what could not be followed comes back as storable faults.

    A connection read to its end says `hasNextPage: false`; one that could not be keeps what it said, for all to see.
    Raises TooDeep for a node that those who come after could not walk.
    """
    faults = list(_follow_all(transport, node, follows))
    try:
        faults += [f"{_name(node)} : « {path} » est incomplet" for path in unfinished(node, follows)]
    except TooDeep as error:
        raise TooDeep(storable_text(f"{_name(node)} : fiche {error}.")) from None
    return [storable_text(fault) for fault in faults]


def has_next(held: Mapping[str, object]) -> bool | None:
    """Whether a connection says that it goes on; None when it does not say, which is not the same as an end."""
    said = _page_info(held).get("hasNextPage")
    return said if isinstance(said, bool) else None


def unfinished(node: object, follows: Sequence[Follow] = ()) -> list[str]:
    """The paths of connections that say they have more and that nobody declared; declared ones have their own fault."""
    found: list[str] = []
    _look_inside(node, follows, "", 0, found)
    return found


def _look_inside(value: object, follows: Sequence[Follow], path: str, depth: int, found: list[str]) -> None:
    """Every container below a value: this runs over all that is ever received, so it makes nothing on its way."""
    if depth > DEEPEST:
        raise TooDeep(f"emboîtée sur plus de {DEEPEST} niveaux, sous « {path[:DEEPEST]} »")
    if isinstance(value, list):
        for item in value:
            if isinstance(item, dict | list):
                _look_inside(item, follows, path, depth + 1, found)
    elif isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, dict | list):
                here = f"{path}.{name}" if path else name
                follow = next((one for one in follows if one.name == name), None)
                if follow is not None:
                    inner = item.get("nodes") if isinstance(item, dict) else item
                    _look_inside(inner, follow.within, here, depth + 1, found)
                    continue
                if isinstance(item, dict) and has_next(item):
                    found.append(here)
                _look_inside(item, (), here, depth + 1, found)


def _follow_all(transport: Transport, node: object, follows: Sequence[Follow]) -> Iterator[str]:
    if not isinstance(node, dict):
        return
    for follow in follows:
        held = node.get(follow.name)
        if not follow.plain_list and isinstance(held, dict):
            try:
                if _goes_on(held):
                    _read_rest(transport, node, held, follow)
                if lost := _lost(held):
                    yield f"{_name(node)} : « {follow.name} » en annonce {held['totalCount']}, {lost} manquent"
            except (QueryRefused, EmptyAnswer, CursorRepeated) as error:
                yield f"{_name(node)} : « {follow.name} » est incomplet. {error}"
        inner = held.get("nodes") if isinstance(held, dict) else held
        for child in inner if isinstance(inner, list) else ():
            yield from _follow_all(transport, child, follow.within)


def _read_rest(transport: Transport, owner: dict[str, object], held: dict[str, object], follow: Follow) -> None:
    owner_id, nodes = owner.get("id"), held.get("nodes")
    if not follow.query or not isinstance(owner_id, str) or not isinstance(nodes, list):
        raise EmptyAnswer("Cette liste ne peut pas être suivie : pas de lecture à la pièce.")
    cursor, seen, added = _end_cursor(held), {""}, list(nodes)
    while cursor not in seen:
        seen.add(cursor)
        answer = transport.execute(follow.query, {"id": owner_id, "after": cursor})
        if answer.errors:
            raise QueryRefused(answer.errors)
        single = answer.data.get(follow.root)
        more = single.get(follow.name) if isinstance(single, dict) else None
        received = more.get("nodes") if isinstance(more, dict) else None
        if not isinstance(more, dict) or not isinstance(received, list):
            raise EmptyAnswer("La suite n’est pas venue.")
        added += received
        if not _goes_on(more):
            held["nodes"], held["pageInfo"] = added, more["pageInfo"]
            return
        cursor = _end_cursor(more)
    raise CursorRepeated("Gazelle annonce une suite mais n’avance pas.")


def _lost(held: Mapping[str, object]) -> int:
    """How many of the rows that a connection announces it did not give."""
    total, nodes = held.get("totalCount"), held.get("nodes")
    if not isinstance(total, int) or not isinstance(nodes, list):
        return 0
    return max(0, total - sum(node is not None for node in nodes))


def _page_info(held: Mapping[str, object]) -> dict[str, object]:
    info = held.get("pageInfo")
    return info if isinstance(info, dict) else {}


def _goes_on(held: Mapping[str, object]) -> bool:
    said = has_next(held)
    if said is None:
        raise EmptyAnswer("Gazelle ne dit pas si cette liste est finie.")
    return said


def _end_cursor(held: Mapping[str, object]) -> str:
    return str(_page_info(held).get("endCursor") or "")


def _name(node: object) -> str:
    """The record's id, for a message."""
    return str(node.get("id") or "fiche sans identifiant") if isinstance(node, dict) else "fiche illisible"
