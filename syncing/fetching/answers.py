"""From the bytes of a GraphQL answer to data and problems: HTTP 200 is not success."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from syncing.digests import storable_text, unreadable
from syncing.fetching.errors import (
    CutAnswer,
    EmptyAnswer,
    NotJson,
    NotUtf8,
    Problem,
    QueryRefused,
    TooDeep,
    TooManyRequests,
)

SHOWN = 120  # characters of a foreign answer: enough to recognise whose page it is
THROTTLED = frozenset({"THROTTLED", "RATE_LIMITED", "TOO_MANY_REQUESTS"})  # how GraphQL servers say 429 under HTTP 200


@dataclass(frozen=True)
class Answer:
    """Data, and the problems that came with it: both together are a partial answer, the caller decides."""

    data: Mapping[str, object]
    errors: tuple[Problem, ...] = ()


def beginning(text: str) -> str:
    """The first words of a foreign text, on one line that a database can hold."""
    line = " ".join(storable_text(text).split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def decoded(body: bytes) -> object:
    """The JSON value of a body; raises NotUtf8, NotJson, TooDeep or CutAnswer."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        place = f"octet {error.start} sur {len(body)}"
        raise NotUtf8(f"La réponse de Gazelle n’est pas en UTF-8 ({place}).", body) from None
    try:
        return _parsed(text)
    except json.JSONDecodeError:
        if text.lstrip().startswith(("{", "[")):
            raise CutAnswer(f"La réponse de Gazelle est coupée après {len(body)} octets.") from None
        shown = f"elle commence par « {beginning(text)} »" if text.strip() else "elle est vide"
        raise NotJson(f"La réponse de Gazelle n’est pas du JSON : {shown}.") from None
    except RecursionError:
        raise TooDeep("La réponse de Gazelle est emboîtée trop profondément pour être lue.", body) from None


def _parsed(text: str) -> object:
    value: object
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        raise
    except ValueError:  # Python refuses to read an integer of thousands of digits: it costs its value, not the page
        value = json.loads(text, parse_int=_integer)
    return value


def _integer(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        return unreadable(digits)


def read_answer(body: bytes) -> Answer:
    """The answer of a GraphQL server; raises when it holds no data at all."""
    value = decoded(body)
    if not isinstance(value, dict):
        raise NotJson(f"La réponse de Gazelle n’est pas un objet JSON : « {beginning(str(value))} ».")
    listed = value.get("errors")
    problems = tuple(_problem(item) for item in listed) if isinstance(listed, list) else ()
    if any(problem.code.upper() in THROTTLED for problem in problems):
        raise TooManyRequests("Gazelle demande de ralentir.")
    data = value.get("data")
    if isinstance(data, dict) and (data or not problems):
        return Answer(data, problems)
    if problems:
        raise QueryRefused(problems)
    raise EmptyAnswer("Gazelle a répondu sans données et sans erreur.")


def _problem(item: object) -> Problem:
    """One entry of `errors`, whatever its shape."""
    if not isinstance(item, dict):
        return Problem(beginning(str(item)))
    extensions = item.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else ""
    path = item.get("path")
    where = ".".join(str(step) for step in path) if isinstance(path, list) else ""
    message = beginning(str(item.get("message") or "sans message"))
    return Problem(message, storable_text(str(code or "")), storable_text(where))
