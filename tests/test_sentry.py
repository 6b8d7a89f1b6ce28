"""Errors reach Sentry when it is asked for, and say where in the code, never about whom: against a local server."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from syncing.registry import PROJECT

CODE = """
import logging
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.test import RequestFactory
from gazelle_site.wsgi import application
from django.urls import path
from gazelle_site import urls

def broken(request):
    name, phone = "Éloïse Tremblay", "514 555-0161"
    raise ValueError(f"{name} {phone} eloise@exemple.ca")

urls.urlpatterns.append(path("casse/", broken))
visitor = RequestFactory(headers={"Host": "localhost", "Cookie": "a=Tremblay"})
answer = application(visitor.get("/casse/?q=Tremblay").environ, lambda status, headers: print(status))
list(answer)
try:
    raise KeyError("Tremblay")
except KeyError:
    logging.getLogger("syncing").exception(
        "record_failed", extra={"entity": "users", "count": 3, "who": "Tremblay", "row": {"name": "Tremblay"}}
    )
import sentry_sdk
sentry_sdk.flush(10)
"""


class Receiver:
    """What arrives at the address of a DSN."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        kept = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = self.headers.get("Content-Length")
                body = self.rfile.read(int(length)) if length else b"".join(iter(self._chunk, b""))
                kept.append((gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode())
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"{}")

            def _chunk(self) -> bytes:
                size = int(self.rfile.readline(), 16)
                chunk = self.rfile.read(size)
                self.rfile.readline()
                return chunk

            def log_message(self, format: str, *args: object) -> None:
                """In silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def dsn(self) -> str:
        return f"http://public@127.0.0.1:{self.server.server_address[1]}/1"

    @property
    def events(self) -> list[dict[str, Any]]:
        parts = [json.loads(line) for body in self.bodies for line in body.splitlines() if line.startswith("{")]
        return [part for part in parts if "event_id" in part and "platform" in part]


@pytest.fixture
def sentry() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, daemon=True)
    thread.start()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()
    thread.join()


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {
        "PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "tests.settings", "SECRET_KEY": "tests-only",
        "ENV_FILE": os.devnull, "DATABASE_URL": "sqlite:///:memory:", "PYTHONPATH": str(PROJECT),
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=known | environment, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip


def test_errors_arrive_and_name_nobody(sentry: Receiver) -> None:
    done = run(CODE, SENTRY_DSN=sentry.dsn, SCHEDULER_ENV="local")
    assert done.returncode == 0, done.stderr
    page, logged = sorted(sentry.events, key=lambda event: "request" not in event or not event["request"]["method"])
    assert page["exception"]["values"][-1]["type"] == "ValueError"
    assert page["exception"]["values"][-1]["stacktrace"]["frames"]
    assert page["request"] == {"method": "GET"}
    assert (logged["extra"], logged["environment"]) == ({"count": 3}, "local")
    assert "record_failed" in json.dumps(logged["logentry"])
    # The line of code that failed is shown; here it holds the name it would have quoted, so only values are looked for.
    for event in (page, logged):
        for error in event["exception"]["values"]:
            for frame in error["stacktrace"]["frames"]:
                assert "vars" not in frame
                for shown in ("context_line", "pre_context", "post_context"):
                    frame.pop(shown, None)
        words = json.dumps(event, ensure_ascii=False)
        assert "Tremblay" not in words
        assert "514 555-0161" not in words
        assert "eloise@exemple.ca" not in words


def test_without_a_dsn_the_library_is_not_even_loaded() -> None:
    done = run("import django; django.setup(); import sys; print('sentry_sdk' in sys.modules)")
    assert done.stdout.strip() == "False", done.stderr
