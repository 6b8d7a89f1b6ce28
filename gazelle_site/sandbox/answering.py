"""From an HTTP request to the answer it gets, sockets aside: GraphQL, OAuth and the control interface."""

from __future__ import annotations

import json
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from gazelle_site.sandbox.control import READING, ControlError, control
from gazelle_site.sandbox.faults import Hit
from gazelle_site.sandbox.faults.kinds import TOKEN_KINDS, Moment
from gazelle_site.sandbox.faults.payload import reworded, spoiled
from gazelle_site.sandbox.faults.transport import delivered, instead
from gazelle_site.sandbox.oauth import Refusal
from gazelle_site.sandbox.outgoing import Outgoing, as_json
from gazelle_site.sandbox.readings import readings
from gazelle_site.sandbox.requests_log import Request
from gazelle_site.sandbox.sandbox import Sandbox

GRAPHQL_PATH = "/graphql/private/"
AUTHORIZE_PATH = "/developer/oauth/authorize"
TOKEN_PATH = "/developer/oauth/token"
CONTROL_PREFIX = "/control/"

NOT_FOUND = as_json({"error": "Not Found"}, 404)


def answer_get(sandbox: Sandbox, address: str) -> Outgoing:
    """The authorization page, which sends the browser back at once, and the readings of the control interface."""
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query))
    if parts.path == AUTHORIZE_PATH:
        try:
            return Outgoing(302, b"", headers={"Location": sandbox.tokens.authorize(query)})
        except Refusal as refusal:
            return _refused(refusal)
    verb = parts.path.removeprefix(CONTROL_PREFIX)
    return _control(sandbox, verb, query) if verb in READING else NOT_FOUND


def answer_post(sandbox: Sandbox, address: str, body: bytes, headers: dict[str, str]) -> Outgoing:
    """GraphQL at its exact path (without the trailing slash there is nothing), the token address, the edits."""
    path = urlsplit(address).path
    if path == GRAPHQL_PATH:
        return _graphql(sandbox, body, headers)
    if path == TOKEN_PATH:
        return _token(sandbox, body)
    if path.startswith(CONTROL_PREFIX):
        values = _json_object(body or b"{}")
        if values is None:
            return as_json({"error": "Le corps doit être un objet JSON"}, 400)
        return _control(sandbox, path.removeprefix(CONTROL_PREFIX), values)
    return NOT_FOUND


def _graphql(sandbox: Sandbox, body: bytes, headers: dict[str, str]) -> Outgoing:
    """Who asks, then what, then the fault that awaits this request if any."""
    request = _json_object(body) or {}
    query, variables = request.get("query"), request.get("variables") or {}
    hit = None
    if not sandbox.tokens.accepts(headers):
        outgoing = as_json({"error": "Unauthorized"}, 401)
    elif not isinstance(query, str) or not isinstance(variables, dict):
        outgoing = as_json({"error": "Bad Request"}, 400)
    else:
        name = request.get("operationName")
        operation = name if isinstance(name, str) else None
        asked = partial(readings, sandbox.engine, query, variables, operation)
        hit = sandbox.faults.take(f"{GRAPHQL_PATH} {query}", asked)
        outgoing = _answered(sandbox, hit, query, variables, operation)
    shown = variables if isinstance(variables, dict) else {}
    _note(sandbox, GRAPHQL_PATH, str(query or ""), shown, headers, outgoing, hit)
    return outgoing


def _answered(
    sandbox: Sandbox, hit: Hit | None, query: str, variables: dict[str, Any], operation: str | None
) -> Outgoing:
    """The answer to a request in order, with what the fault does to it on its way."""
    if hit is not None and hit.kind == "token_expired":
        sandbox.tokens.expire_access_tokens()
    if hit is not None and hit.moment is Moment.INSTEAD:
        return instead(hit)
    query, variables = reworded(hit, query, variables)
    return delivered(hit, as_json(spoiled(hit, sandbox.answer(query, variables, operation))))


def _token(sandbox: Sandbox, body: bytes) -> Outgoing:
    form = dict(parse_qsl(body.decode("utf-8", "replace")))
    hit = sandbox.faults.take(TOKEN_PATH, kinds=TOKEN_KINDS)
    if hit is not None and hit.moment is Moment.INSTEAD:
        outgoing = instead(hit)
    else:
        try:
            skew = hit.data["seconds"] if hit is not None and hit.kind == "clock_skew" else 0.0
            outgoing = as_json(sandbox.tokens.grant(form, skew=skew))
        except Refusal as refusal:
            outgoing = _refused(refusal)
        outgoing = delivered(hit, outgoing)
    _note(sandbox, TOKEN_PATH, "", {"grant_type": form.get("grant_type")}, {}, outgoing, hit)
    return outgoing


def _note(
    sandbox: Sandbox,
    path: str,
    query: str,
    variables: dict[str, Any],
    headers: dict[str, str],
    outgoing: Outgoing,
    hit: Hit | None,
) -> None:
    """Before the answer leaves, so that whoever has the answer finds its request in the log."""
    status = None if outgoing.reset else outgoing.status
    sandbox.requests.add(Request(path, query, variables, headers, status, hit.kind if hit else None))


def _refused(refusal: Refusal) -> Outgoing:
    return as_json({"error": refusal.error, "error_description": refusal.description}, refusal.status)


def _control(sandbox: Sandbox, verb: str, values: dict[str, Any]) -> Outgoing:
    try:
        return as_json(control(sandbox, verb.strip("/"), values))
    except ControlError as problem:
        return as_json({"error": str(problem)}, 400)


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
