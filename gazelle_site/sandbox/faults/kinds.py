"""The kinds of faults: what each does, what it takes, and what a request must read for it to make sense.

Four moments, in the order of a request. INSTEAD: nothing is run and nothing is read, the server says something else.
QUESTION: another request is run than the one received. ANSWER: the decoded answer is changed. DELIVERY: the request
was run and answered, its bytes do not arrive as they should.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from gazelle_site.sandbox.readings import CONNECTION, RECORD, Reading

Data = Mapping[str, Any]


class Moment(Enum):
    """Where on its way a request meets the fault."""

    INSTEAD = auto()
    QUESTION = auto()
    ANSWER = auto()
    DELIVERY = auto()


@dataclass(frozen=True)
class Option:
    """A value that a kind takes: its default (None leaves it out), and what is accepted, said in French."""

    default: Any
    wanted: str
    accepts: Callable[[Any], bool]


def is_number(value: Any) -> bool:
    """A finite number; JSON and Python take booleans for integers, we do not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def is_whole(value: Any, least: float = -math.inf) -> bool:
    """An integer, from `least` on."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _seconds(default: float | None) -> Option:
    return Option(default, "un nombre de secondes, 0 ou plus", lambda value: is_number(value) and value >= 0)


def _count(default: int | None) -> Option:
    return Option(default, "un entier, 1 ou plus", lambda value: is_whole(value, 1))


def _offset(default: int) -> Option:
    return Option(default, "un entier autre que 0", lambda value: is_whole(value) and value != 0)


def _text(default: str | None) -> Option:
    return Option(default, "un texte", lambda value: isinstance(value, str))


SKEW = Option(3600, "un nombre de secondes", is_number)
SHARE = Option(0.5, "un nombre entre 0 et 1", lambda value: is_number(value) and 0 <= value <= 1)
STATUS = Option(503, "un statut HTTP, de 200 à 599", lambda value: is_whole(value, 200) and value <= 599)
HEADERS = Option(None, "un objet", lambda value: isinstance(value, dict))
ANYTHING = Option(None, "une valeur", lambda value: True)


@dataclass(frozen=True)
class Kind:
    """One way of failing. `needs` tells whether a list or record that the request reads can suffer it; without it
    any request can."""

    moment: Moment
    options: Mapping[str, Option] = field(default_factory=dict)
    needs: Callable[[Reading], bool] | None = None


def _is_list(reading: Reading) -> bool:
    return reading.shape != RECORD


def _has_pages(reading: Reading) -> bool:
    return reading.shape == CONNECTION


def _has_cursor(reading: Reading) -> bool:
    return bool(reading.cursor)


def _can_shift(reading: Reading) -> bool:
    return bool(reading.cursor) and reading.length > 0  # of lists at the root only is the length known


def _has_fields(reading: Reading) -> bool:
    return bool(reading.fields)


def _has_enums(reading: Reading) -> bool:
    return bool(reading.enums)


KINDS: dict[str, Kind] = {
    # An HTTP status other than 200: 401, 429, 5xx. `retry_after` gives Retry-After in seconds, `retry_date` the same
    # as an HTTP date that many seconds from now; `headers` are any others.
    "status": Kind(
        Moment.INSTEAD,
        {
            "code": STATUS,
            "headers": HEADERS,
            "retry_after": _seconds(None),
            "retry_date": _seconds(None),
            "body": _text('{"error":"unavailable"}'),
        },
    ),
    # HTTP 200 and a page of HTML, as a proxy under maintenance answers.
    "html": Kind(
        Moment.INSTEAD,
        {"body": _text("<!doctype html><title>Maintenance</title><p>We'll be right back.</p>")},
    ),
    # HTTP 200 and JSON in Latin-1.
    "not_utf8": Kind(Moment.INSTEAD),
    # The connection is reset before the request is run.
    "reset": Kind(Moment.INSTEAD),
    # Every access token issued so far is refused from now on, beginning with a 401 to this request; refresh tokens
    # stay good. An API key meets that 401 only.
    "token_expired": Kind(Moment.INSTEAD),
    # A record came into the list ahead of the cursor (`by` 1: the page begins with a node of the page before) or left
    # it (-1: a node is in neither page). The total of this page counts it; the records themselves stay as they are.
    # Lists at the root of the query only.
    "page_shift": Kind(Moment.QUESTION, {"by": _offset(1)}, _can_shift),
    # The cursor that the request came with is refused, in the server's own words.
    "refused_cursor": Kind(Moment.QUESTION, {}, _has_cursor),
    # HTTP 200, `data` null and one error.
    "graphql_error": Kind(Moment.ANSWER, {"message": _text("Internal server error"), "code": _text("INTERNAL")}),
    # The first node of each list is null, and an error says where.
    "partial": Kind(Moment.ANSWER, {"message": _text("Something went wrong")}, _is_list),
    # A well-formed list without rows, total 0: what a truncated answer looks like.
    "empty": Kind(Moment.ANSWER, {}, _is_list),
    # The page ends where it began (the first one: where it ends), and promises more.
    "repeat_cursor": Kind(Moment.ANSWER, {}, _has_pages),
    # `totalCount` is off by `by`.
    "lying_total": Kind(Moment.ANSWER, {"by": _offset(7)}, _has_pages),
    # One node out of `every` is null, from the first on, `limit` of them at most.
    "null_nodes": Kind(Moment.ANSWER, {"every": _count(5), "limit": _count(None)}, _is_list),
    # The first `count` nodes of the page come again at its end.
    "duplicate_nodes": Kind(Moment.ANSWER, {"count": _count(1)}, _is_list),
    # The first `count` nodes are not in the page; its total and its cursor are those of the whole page.
    "missing_nodes": Kind(Moment.ANSWER, {"count": _count(1)}, _is_list),
    # In the first `count` nodes, `field` (by default the first enum selected) holds a `value` that no enum knows.
    "new_enum_value": Kind(
        Moment.ANSWER, {"field": _text(None), "value": _text("FROM_THE_FUTURE"), "count": _count(1)}, _has_enums
    ),
    # The first `count` nodes hold a field that nobody selected, as a gateway that enriches answers could add.
    "new_field": Kind(
        Moment.ANSWER, {"name": _text("addedOnTheWay"), "value": ANYTHING, "count": _count(1)}, _has_fields
    ),
    # `field` (by default the last one selected, whichever it is) is no longer in the schema: a query that selects it is
    # refused as a whole.
    "field_gone": Kind(Moment.ANSWER, {"field": _text(None)}, _has_fields),
    # In the first `count` nodes, `field` (by default the first with a value, the id aside) becomes `value`, or when
    # none is given a number if it was text and text if it was anything else.
    "type_change": Kind(Moment.ANSWER, {"field": _text(None), "value": ANYTHING, "count": _count(1)}, _has_fields),
    # Only the share `keep` of the body, under an honest length; 0 is an empty body.
    "cut": Kind(Moment.DELIVERY, {"keep": SHARE}),
    # Content-Length is off by `by` bytes, and the connection is closed after the body.
    "wrong_length": Kind(Moment.DELIVERY, {"by": _offset(1000)}),
    # The headers at once, then the body piece by piece over `seconds`.
    "slow_drip": Kind(Moment.DELIVERY, {"seconds": _seconds(1.0)}),
    # Not a byte for `seconds`, then the answer.
    "hang": Kind(Moment.DELIVERY, {"seconds": _seconds(1.0)}),
    # The request was run, and the connection is reset before its answer.
    "answer_lost": Kind(Moment.DELIVERY),
    # The clock that dates this answer is `seconds` ahead: its Date header, and the `created_at` of a token. The switch
    # of the same name puts the whole server off, instants of edits included.
    "clock_skew": Kind(Moment.DELIVERY, {"seconds": SKEW}),
}

FAULT_KINDS = tuple(KINDS)
TRANSPORT_KINDS = tuple(name for name in KINDS if KINDS[name].moment in (Moment.INSTEAD, Moment.DELIVERY))
PAYLOAD_KINDS = tuple(name for name in KINDS if name not in TRANSPORT_KINDS)
TOKEN_KINDS = tuple(name for name in TRANSPORT_KINDS if name != "token_expired")
"""What the token address can suffer: it reads no list, and is not opened by an access token."""


def checked(kind: str, data: Data) -> dict[str, Any]:
    """The values given for a kind, once they make sense for it; ValueError says which does not."""
    if kind not in FAULT_KINDS:
        raise ValueError(f"« {kind} » n’est pas une panne connue ; choix : {', '.join(FAULT_KINDS)}")
    options = KINDS[kind].options
    for name, value in data.items():
        if name not in options:
            known = ", ".join(options) or "aucun"
            raise ValueError(f"La panne « {kind} » n’a pas de réglage « {name} » ; choix : {known}")
        if not options[name].accepts(value):
            raise ValueError(f"« {name} » de la panne « {kind} » doit être {options[name].wanted}, pas {value!r}")
    return dict(data)


def completed(kind: str, data: Data) -> dict[str, Any]:
    """The values given, and the defaults of the others."""
    defaults = {name: option.default for name, option in KINDS[kind].options.items() if option.default is not None}
    return {**defaults, **data}
