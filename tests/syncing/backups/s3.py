"""A small server that speaks S3 over loopback, as object stores of any make do: put, parts, get, list, delete.

It can refuse, lose or damage what it is given. Buckets exist beforehand, signatures must be there and name our key.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

KEY, SECRET, BUCKET = "CLE", "s3cr3t/+é", "seau"
XMLNS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'


class S3(ThreadingHTTPServer):
    """What it holds, and its mood."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.held: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.status = 0
        """When set, what every request is answered."""
        self.damages = False
        self.requests: list[str] = []

    @property
    def url(self) -> str:
        secret = SECRET.replace("/", "%2F").replace("+", "%2B").replace("é", "%C3%A9")
        where = f"endpoint=http%3A%2F%2F127.0.0.1%3A{self.server_port}&region=ca-central-1"
        return f"s3://{KEY}:{secret}@{BUCKET}/maison/sauvegardes?{where}"

    @property
    def names(self) -> list[str]:
        return sorted(name.removeprefix("maison/sauvegardes/") for name in self.held)


class Handler(BaseHTTPRequestHandler):
    """One request at a time, the body read whole."""

    server: S3
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """The test reads `requests` instead."""

    def _refused(self) -> bool:
        body = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(body) if body else b""
        parts = urlsplit(self.path)
        self.query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        _, bucket, self.key = (unquote(parts.path) + "/").split("/", 2)
        self.key = self.key.removesuffix("/")
        self.server.requests.append(f"{self.command} {self.key} {sorted(self.query)}")
        status = self.server.status
        if f"Credential={KEY}/" not in self.headers.get("Authorization", ""):
            status = 403
        elif bucket != BUCKET:
            status = 404
        if status:
            self._answer(status, f"<Error><Code>Refused{status}</Code></Error>".encode())
        return bool(status)

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _found(self) -> bytes | None:
        found = self.server.held.get(self.key)
        if found is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        return found

    def do_PUT(self) -> None:
        if self._refused():
            return
        content = b"damaged" + self.body[7:] if self.server.damages else self.body
        if "partNumber" in self.query:
            self.server.parts[self.query["uploadId"]][int(self.query["partNumber"])] = content
        else:
            self.server.held[self.key] = content
        self._answer(200, ETag=f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()}"')

    def do_POST(self) -> None:
        if self._refused():
            return
        if "uploads" in self.query:
            upload = f"u{len(self.server.parts)}"
            self.server.parts[upload] = {}
            told = (
                f"<InitiateMultipartUploadResult {XMLNS}><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
            )
        elif "delete" in self.query:
            keys = re.findall(r"<Key>(.*?)</Key>", self.body.decode())
            for name in keys:
                self.server.held.pop(unescape(name), None)
            gone = "".join(f"<Deleted><Key>{name}</Key></Deleted>" for name in keys)
            told = f"<DeleteResult {XMLNS}>{gone}</DeleteResult>"
        else:
            parts = self.server.parts.pop(self.query["uploadId"])
            self.server.held[self.key] = b"".join(parts[number] for number in sorted(parts))
            told = f'<CompleteMultipartUploadResult {XMLNS}><ETag>"x"</ETag></CompleteMultipartUploadResult>'
        self._answer(200, told.encode())

    def do_HEAD(self) -> None:
        if not self._refused() and (found := self.server.held.get(self.key)) is not None:
            self._answer(200, b"", Content_Length=str(len(found)), ETag='"x"', Last_Modified=DATE)

    def do_GET(self) -> None:
        if self._refused():
            return
        if not self.key:
            prefix = self.query.get("prefix", "")
            told = "".join(
                f"<Contents><Key>{escape(name)}</Key><LastModified>2026-11-20T08:00:00.000Z</LastModified>"
                f'<ETag>"x"</ETag><Size>{len(content)}</Size></Contents>'
                for name, content in sorted(self.server.held.items())
                if name.startswith(prefix)
            )
            self._answer(
                200, f"<ListBucketResult {XMLNS}><IsTruncated>false</IsTruncated>{told}</ListBucketResult>".encode()
            )
        elif (found := self._found()) is not None:
            self._answer(200, found, ETag='"x"', Last_Modified=DATE)

    def do_DELETE(self) -> None:
        if not self._refused():
            self.server.held.pop(self.key, None)
            self.server.parts.pop(self.query.get("uploadId", ""), None)
            self._answer(204)


DATE = "Fri, 20 Nov 2026 08:00:00 GMT"


@contextmanager
def served() -> Iterator[S3]:
    with S3() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
