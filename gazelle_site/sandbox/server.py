"""The HTTP side: GraphQL, OAuth and the control interface, on loopback only."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from gazelle_site.sandbox.control import ControlError, control
from gazelle_site.sandbox.faults import TRANSPORT_KINDS, Fault, spoil
from gazelle_site.sandbox.oauth import Refusal
from gazelle_site.sandbox.requests_log import Request
from gazelle_site.sandbox.sandbox import Sandbox

GRAPHQL_PATH = "/graphql/private/"
AUTHORIZE_PATH = "/developer/oauth/authorize"
TOKEN_PATH = "/developer/oauth/token"
CONTROL_PREFIX = "/control/"

JSON_TYPE = "application/json; charset=utf-8"
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encode(payload: Any) -> bytes:
    """UTF-8 JSON; a lone surrogate, which UTF-8 cannot say, goes out as its \\uXXXX escape."""
    return ENCODER.encode(payload).encode("utf-8", "backslashreplace")


class Handler(BaseHTTPRequestHandler):
    """One connection of a client; kept alive between requests."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: SandboxServer

    def do_GET(self) -> None:
        """The authorization page, which sends the browser back at once, and the control interface."""
        address = urlsplit(self.path)
        if address.path == AUTHORIZE_PATH:
            self._authorize(dict(parse_qsl(address.query)))
        elif address.path.startswith(CONTROL_PREFIX):
            self._control(address.path, dict(parse_qsl(address.query)))
        else:
            self._send(404, encode({"error": "Not Found"}))

    def do_POST(self) -> None:
        """GraphQL, the token address, and the control interface."""
        path = urlsplit(self.path).path
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if path == GRAPHQL_PATH:
            self._graphql(body)
        elif path == TOKEN_PATH:
            self._token(body)
        elif path.startswith(CONTROL_PREFIX):
            self._control_post(path, body)
        else:
            self._send(404, encode({"error": "Not Found"}))

    def _graphql(self, body: bytes) -> None:
        sandbox = self.server.sandbox
        headers = {name.lower(): value for name, value in self.headers.items()}
        query, variables, operation = _read_request(body)
        fault = sandbox.faults.take(f"{GRAPHQL_PATH} {query}")
        if fault is not None and fault.kind in TRANSPORT_KINDS and fault.kind not in ("cut", "wrong_length", "hang"):
            status = self._fail(fault)
        elif not sandbox.tokens.accepts(headers):
            status = self._send(401, encode({"error": "Unauthorized"}))
        elif query is None:
            status = self._send(400, encode({"error": "Bad Request"}))
        else:
            if fault is not None and fault.kind == "hang":
                time.sleep(float(fault.data.get("seconds", 1.0)))
            answer = sandbox.answer(query, variables, operation)
            if fault is not None and fault.kind not in TRANSPORT_KINDS:
                answer = spoil(fault, answer, variables)
            status = self._deliver(encode(answer), fault)
        kind = fault.kind if fault else None
        sandbox.requests.add(Request(GRAPHQL_PATH, query or "", variables, headers, status, kind))

    def _fail(self, fault: Fault) -> int | None:
        """Faults that replace the answer altogether."""
        data = fault.data
        if fault.kind == "status":
            extra = {str(name): str(value) for name, value in (data.get("headers") or {}).items()}
            text = data.get("body", '{"error":"unavailable"}')
            return self._send(int(data.get("code", 503)), str(text).encode(), headers=extra)
        if fault.kind == "html":
            page = str(data.get("body", "<!doctype html><title>Maintenance</title><p>We'll be right back.</p>"))
            return self._send(200, page.encode(), content_type="text/html; charset=utf-8")
        if fault.kind == "not_utf8":
            return self._send(200, '{"data":{"allClients":{"nodes":[{"companyName":"Été"}]}}}'.encode("latin-1"))
        self._reset()
        return None

    def _deliver(self, body: bytes, fault: Fault | None) -> int | None:
        """The answer, whole, cut in half with an honest length, or with a length that promises too much."""
        if fault is not None and fault.kind == "cut":
            return self._send(200, body[: len(body) // 2])
        if fault is not None and fault.kind == "wrong_length":
            self.close_connection = True
            return self._send(200, body, length=len(body) + int(fault.data.get("by", 1000)))
        return self._send(200, body)

    def _reset(self) -> None:
        """Close with RST: the client sees « connection reset by peer »."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _authorize(self, query: dict[str, str]) -> None:
        try:
            location = self.server.sandbox.tokens.authorize(query)
        except Refusal as refusal:
            self._send(refusal.status, encode({"error": refusal.error, "error_description": refusal.description}))
            return
        self._send(302, b"", headers={"Location": location})

    def _token(self, body: bytes) -> None:
        sandbox, form = self.server.sandbox, dict(parse_qsl(body.decode("utf-8", "replace")))
        fault = sandbox.faults.take(TOKEN_PATH)
        status: int | None
        if fault is not None and fault.kind == "hang":
            time.sleep(float(fault.data.get("seconds", 1.0)))
        if fault is not None and fault.kind in ("status", "html", "not_utf8", "reset"):
            status = self._fail(fault)
        else:
            try:
                status = self._deliver(encode(sandbox.tokens.grant(form)), fault)
            except Refusal as refusal:
                answer = {"error": refusal.error, "error_description": refusal.description}
                status = self._send(refusal.status, encode(answer))
        shown = {"grant_type": form.get("grant_type")}
        sandbox.requests.add(Request(TOKEN_PATH, "", shown, {}, status, fault.kind if fault else None))

    def _control_post(self, path: str, body: bytes) -> None:
        try:
            values = json.loads(body or b"{}")
        except ValueError:
            values = None
        if not isinstance(values, dict):
            self._send(400, encode({"error": "Le corps doit être un objet JSON"}))
            return
        self._control(path, values)

    def _control(self, path: str, values: dict[str, Any]) -> None:
        try:
            answer = control(self.server.sandbox, path.removeprefix(CONTROL_PREFIX).strip("/"), values)
        except ControlError as problem:
            self._send(400, encode({"error": str(problem)}))
            return
        self._send(200, encode(answer))

    def _send(
        self,
        status: int,
        body: bytes,
        *,
        content_type: str = JSON_TYPE,
        headers: dict[str, str] | None = None,
        length: int | None = None,
    ) -> int:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        return status

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: the request log says more."""


def _read_request(body: bytes) -> tuple[str | None, dict[str, Any], str | None]:
    """Query text, variables and operation name; a None query is a body that is not a request."""
    try:
        request = json.loads(body)
    except (ValueError, UnicodeDecodeError):
        return None, {}, None
    if not isinstance(request, dict) or not isinstance(request.get("query"), str):
        return None, {}, None
    variables = request.get("variables")
    if variables is not None and not isinstance(variables, dict):
        return None, {}, None
    operation = request.get("operationName")
    return request["query"], variables or {}, operation if isinstance(operation, str) else None


class SandboxServer(ThreadingHTTPServer):
    """A threading server that knows its sandbox and survives a client that hangs up."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, sandbox: Sandbox, port: int = 0) -> None:
        self.sandbox = sandbox
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A dropped connection is the client's business; anything else is ours and must be seen."""
        import sys

        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError, OSError)):
            super().handle_error(request, client_address)

    @property
    def base_url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Served:
    """A sandbox being served: where, and with which credentials."""

    def __init__(self, server: SandboxServer) -> None:
        self.server, self.sandbox = server, server.sandbox
        self.base_url = server.base_url
        self.graphql_url = self.base_url + GRAPHQL_PATH
        self.token_url = self.base_url + TOKEN_PATH
        self.authorize_url = self.base_url + AUTHORIZE_PATH
        credentials = self.sandbox.credentials
        self.api_key, self.client_id = credentials.api_key, credentials.client_id
        self.client_secret = credentials.client_secret
        self.access_token, self.refresh_token = credentials.access_token, credentials.refresh_token
        self.requests, self.faults = self.sandbox.requests, self.sandbox.faults
        self._thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="sandbox-gazelle", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; may be called twice."""
        self.server.shutdown()
        self.server.server_close()
        self._thread.join(timeout=5)


@contextmanager
def serve(sandbox: Sandbox, port: int = 0) -> Iterator[Served]:
    """Serve a sandbox on loopback for the time of a block; port 0 takes a free one."""
    served = Served(SandboxServer(sandbox, port))
    try:
        yield served
    finally:
        served.stop()
