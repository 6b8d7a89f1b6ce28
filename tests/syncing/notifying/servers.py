"""A real mail server and a real webhook on this machine, that refuse, hang and break as they are told."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class MailServer:
    """What it received, and how it behaves: `mood` is the answer to a message, or one of the words below."""

    DROP, HANG, DROP_FIRST = "drop", "hang", "drop before DATA"

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.mood = "250 Ok: queued as R3C31PT"
        self.refuses: dict[str, str] = {}
        """Answers to RCPT TO, by address."""
        self.got_one = threading.Event()
        self.port = _free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    @property
    def to(self) -> list[str]:
        return [str(mail["To"]) for mail in self.received]

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mood == self.DROP_FIRST:
            _hang_up(server)
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.mood[0] in "2dh":
            content = envelope.content if isinstance(envelope.content, bytes) else b""
            self.received.append(message_from_bytes(content, policy=policy.default))
        self.got_one.set()
        if self.mood == self.DROP:
            _hang_up(server)
        if self.mood == self.HANG:
            await asyncio.sleep(30)
        return self.mood


def _hang_up(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


@contextmanager
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.controller.start()
    try:
        yield server
    finally:
        server.controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Webhook:
    """Slack's side: what it was sent, and what it answers."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.status, self.words = 200, "ok"
        self.headers: dict[str, str] = {}
        self.hang = threading.Event()
        """Set, it takes the message and does not answer until the end of the test."""
        self.over = threading.Event()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.received.append(json.loads(body))
                if hook.hang.is_set():
                    hook.over.wait(30)
                    return
                self.send_response(hook.status)
                for name, value in hook.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(hook.words.encode())

            def log_message(self, format: str, *args: object) -> None:
                """In silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/services/T0/B0/s3cr3t"

    @property
    def texts(self) -> list[str]:
        return [str(one["text"]) for one in self.received]


@contextmanager
def webhook() -> Iterator[Webhook]:
    hook = Webhook()
    thread = threading.Thread(target=hook.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        hook.over.set()
        hook.server.shutdown()
        hook.server.server_close()
        thread.join()
