"""The sockets: a threading HTTP/1.1 server on loopback, and the handle that tests hold."""

from __future__ import annotations

import contextlib
import math
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from gazelle_site.sandbox.answering import AUTHORIZE_PATH, GRAPHQL_PATH, TOKEN_PATH, answer_get, answer_post
from gazelle_site.sandbox.outgoing import Outgoing
from gazelle_site.sandbox.sandbox import Sandbox

HOST = "127.0.0.1"
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
DRIPS = 20  # pieces of a body that drips


class Handler(BaseHTTPRequestHandler):
    """One connection of a client, kept alive between its requests."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: SandboxServer

    def do_GET(self) -> None:
        """The authorization page and the readings of the control interface."""
        self._send(answer_get(self.server.sandbox, self.path))

    def do_POST(self) -> None:
        """Everything else."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._send(answer_post(self.server.sandbox, self.path, body, headers))

    def _send(self, answer: Outgoing) -> None:
        if answer.delay:
            self.server.stopping.wait(answer.delay)
        if answer.reset:
            self._reset()
            return
        length = answer.promised_length
        if length is not None:
            self.close_connection = True
        self.send_response_only(answer.status)
        self.send_header("Server", self.version_string())
        ahead = answer.skew + self.server.sandbox.switches.clock_skew
        self.send_header("Date", self.date_time_string(time.time() + ahead))
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body) if length is None else length))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        pieces = DRIPS if answer.drip else 1
        size = max(1, math.ceil(len(answer.body) / pieces))
        for start in range(0, len(answer.body), size):
            self.wfile.write(answer.body[start : start + size])
            self.wfile.flush()
            if answer.drip:
                self.server.stopping.wait(answer.drip / pieces)

    def _reset(self) -> None:
        """Close with RST: the client sees « connection reset by peer »."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet: the request log says more."""


class SandboxServer(ThreadingHTTPServer):
    """Knows its sandbox and its open connections, and survives a client that hangs up."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, sandbox: Sandbox, port: int = 0) -> None:
        self.sandbox = sandbox
        self.stopping = threading.Event()
        self._open: set[Any] = set()
        super().__init__((HOST, port), Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection until it ends."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget it."""
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections kept alive, which would otherwise outlive the server and go on answering."""
        self.stopping.set()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A dropped connection is the client's business; anything else is ours and must be seen."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    @property
    def base_url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.server_address[1]}"


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
        """Stop listening and hang up; may be called twice."""
        self.server.shutdown()
        self.server.hang_up()
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
