"""OpenAI's embedder against a server of our own that answers, hesitates and refuses as OpenAI does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import numpy as np
import pytest

from assistant.vectors import openai
from assistant.vectors.embedding import Unavailable
from assistant.vectors.openai import OpenAI


class Server(ThreadingHTTPServer):
    """Says `statuses` one after the other, then answers; a text's vector is its length and its words."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses: list[int] = []
        self.asked: list[dict[str, object]] = []
        self.body: bytes | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/embeddings"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked | {"key": self.headers["Authorization"]})
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        vectors = [[float(len(text)), float(len(text.split()))] for text in asked["input"]]
        data = [{"index": place, "embedding": vector} for place, vector in enumerate(vectors)]
        body = self.server.body or json.dumps({"data": data[::-1]}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing: the test says what was asked."""


@pytest.fixture
def server() -> Iterator[Server]:
    served = Server()
    thread = Thread(target=served.serve_forever, args=(0.01,))
    thread.start()
    yield served
    served.shutdown()
    thread.join()
    served.server_close()


def test_texts_come_back_in_their_order_at_length_one(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai, "TOGETHER", 2)
    texts = ["abc", "abc def", "a\nb c d e"]
    made = OpenAI("sk-invented", url=server.url).embed(texts)
    expected = np.array([[3, 1], [7, 2], [9, 5]], np.float32)
    assert made == pytest.approx(expected / np.linalg.norm(expected, axis=1, keepdims=True))
    assert [asked["input"] for asked in server.asked] == [["abc", "abc def"], ["a b c d e"]]
    assert {asked["key"] for asked in server.asked} == {"Bearer sk-invented"}


@pytest.mark.parametrize("statuses", [[429], [500, 503]])
def test_it_asks_again_when_asked_to_come_back(server: Server, statuses: list[int]) -> None:
    server.statuses = statuses
    assert OpenAI("sk-invented", url=server.url).embed(["abc"]).shape == (1, 2)


@pytest.mark.parametrize(
    ("statuses", "reason"),
    [([500] * 2, "ne répond pas"), ([401], "refuse la clé"), ([400], "refuse la demande")],
)
def test_it_says_why_it_cannot(server: Server, statuses: list[int], reason: str) -> None:
    server.statuses = statuses
    with pytest.raises(Unavailable, match=reason):
        OpenAI("sk-invented", url=server.url, attempts=2).embed(["abc"])


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"data": []}', b'{"data": [{"index": 0, "embedding": "x"}]}'])
def test_an_answer_that_makes_no_sense_is_not_used(server: Server, body: bytes) -> None:
    server.body = body
    with pytest.raises(Unavailable, match="La réponse"):
        OpenAI("sk-invented", url=server.url, attempts=1).embed(["abc"])


def test_a_server_that_is_not_there_is_said(server: Server) -> None:
    with pytest.raises(Unavailable, match="ne répond pas"):
        OpenAI("sk-invented", url="http://127.0.0.1:9/v1/embeddings", attempts=1).embed(["abc"])
