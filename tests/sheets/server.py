"""Google Sheets, as far as our side asks: the token of a service account, reads, `batchUpdate`; and its bad days."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

from tests.sheets.spreadsheet import Refused, Spreadsheet

EMAIL = "rapport@maison-exemple.iam.gserviceaccount.com"
KEY = "classeur-1"
AUDIENCE = "https://oauth2.googleapis.com/token"  # wherever the token is asked for
WRITES, READS = "write", "read"

QUOTA = "quota"
"""429: nothing is done."""
DOWN = "down"
"""503: nothing is done."""
DONE_THEN_DOWN = "done then down"
"""503, and yet it is done."""
CUT = "cut"
"""The line is cut before anything is done."""
LOST = "lost"
"""It is done, and the line is cut before the answer."""
LATE = "late"
"""The line is cut, and it is done when the next write comes: just after that one, or just before (`late_first`)."""
FORBIDDEN = "forbidden"


@dataclass
class Fault:
    """What happens to the next requests of a kind, from the `after`th on."""

    kind: str
    on: str = WRITES
    times: int | None = 1
    after: int = 0


@cache
def own_key() -> rsa.RSAPrivateKey:
    """One for all servers of this process: making it takes longer than a report."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Sheets:
    """The server, with what a test may ask of it."""

    def __init__(self) -> None:
        self.book = Spreadsheet(KEY)
        self.book.editors.add(EMAIL)
        self.faults: list[Fault] = []
        self.writes = self.reads = self.tokens = 0
        self.late: list[list[dict[str, Any]]] = []
        self.late_first = False
        self.accepts_key = True
        self.before: Callable[[str], None] = lambda kind: None
        self.after: Callable[[str], None] = lambda kind: None
        self.left = 0
        self.victim: subprocess.Popen[bytes] | None = None
        self.lock = threading.RLock()
        self.url = ""
        self._key = own_key()

    def count_down(self, kind: str) -> None:
        """Kill the victim at the last of the requests that were left to it."""
        self.left -= 1
        if self.left == 0 and self.victim is not None:
            self.victim.kill()

    def fail(self, kind: str, *, on: str = WRITES, times: int | None = 1, after: int = 0) -> None:
        self.faults.append(Fault(kind, on, times, after))

    def next_fault(self, on: str) -> str:
        for fault in self.faults:
            if fault.on != on or fault.times == 0:
                continue
            if fault.after:
                fault.after -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
            return fault.kind
        return ""

    def write_key(self, path: Path) -> Path:
        """The JSON that Google gives for a service account."""
        pem = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        told = {
            "type": "service_account", "project_id": "maison-exemple", "private_key_id": "1",
            "private_key": pem.decode(), "client_email": EMAIL, "client_id": "1", "token_uri": f"{self.url}/token",
        }  # fmt: skip
        path.write_text(json.dumps(told), "utf-8")
        return path

    def token(self, body: bytes) -> tuple[int, dict[str, Any]]:
        self.tokens += 1
        assertion = parse_qs(body.decode())["assertion"][0]
        public = self._key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        claims = jwt.decode(assertion, certs=public.decode(), audience=AUDIENCE)  # type: ignore[no-untyped-call]
        if not self.accepts_key or claims["iss"] != EMAIL:
            return 400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
        return 200, {"access_token": "jeton", "expires_in": 3600, "token_type": "Bearer"}


def _error(status: int, message: str) -> dict[str, Any]:
    return {"error": {"code": status, "message": message, "status": "…"}}


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # in one piece: in two, each answer would wait for the acknowledgement of its first
    sheets: Sheets
    late_now = False

    def log_message(self, format: str, *args: object) -> None:  # the library's name
        """Quiet."""

    def do_GET(self) -> None:  # the library's name
        self._serve(READS, lambda: self._read())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/token":
            self._answer(*self.sheets.token(body))
            return
        self._serve(WRITES, lambda: self._write(json.loads(body)["requests"]))

    def _serve(self, kind: str, act: Callable[[], dict[str, Any]]) -> None:
        sheets = self.sheets
        with sheets.lock:
            if kind == WRITES:
                sheets.writes += 1
            else:
                sheets.reads += 1
            sheets.before(kind)
            fault = sheets.next_fault(kind)
            if fault in (QUOTA, DOWN, FORBIDDEN):
                status = {QUOTA: 429, DOWN: 503, FORBIDDEN: 403}[fault]
                self._answer(status, _error(status, "Quota exceeded for quota metric 'Write requests'."))
                return
            if fault == CUT:
                self._hang_up()
                return
            status, told = self._done(act, late=fault == LATE)
            sheets.after(kind)
            if fault in (LOST, LATE):
                self._hang_up()
            elif fault == DONE_THEN_DOWN:
                self._answer(503, _error(503, "The service is currently unavailable."))
            else:
                self._answer(status, told)

    def _done(self, act: Callable[[], dict[str, Any]], *, late: bool) -> tuple[int, dict[str, Any]]:
        if self.headers.get("Authorization") != "Bearer jeton":
            return 401, _error(401, "Request had invalid authentication credentials.")
        if urlsplit(self.path).path.split("/")[3].partition(":")[0] != self.sheets.book.key:
            return 404, _error(404, "Requested entity was not found.")
        if EMAIL not in self.sheets.book.editors:
            return 403, _error(403, "The caller does not have permission")
        self.late_now = late
        try:
            return 200, act()
        except Refused as error:
            return 400, _error(400, str(error))

    def _read(self) -> dict[str, Any]:
        address = urlsplit(self.path)
        if address.path.endswith("/values:batchGet"):
            ranges = parse_qs(address.query)["ranges"]
            return {"valueRanges": [self.sheets.book.values(unquote(one)) for one in ranges]}
        return self.sheets.book.state()

    def _write(self, requests: list[dict[str, Any]]) -> dict[str, Any]:
        if self.late_now:
            self.sheets.late.append(requests)
            return {}
        if self.sheets.late_first:
            self._catch_up()
        try:
            self.sheets.book.update(requests)
        finally:
            self._catch_up()
        return {"spreadsheetId": self.sheets.book.key, "replies": [{} for _ in requests]}

    def _catch_up(self) -> None:
        for waiting in self.sheets.late:
            with suppress(Refused):
                self.sheets.book.update(waiting)
        self.sheets.late.clear()

    def _answer(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def serve() -> Iterator[Sheets]:
    """A Google of its own, over loopback."""
    sheets = Sheets()
    handler = type("OwnHandler", (Handler,), {"sheets": sheets})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    sheets.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield sheets
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
