"""Vectors from OpenAI, when a key is given: the words of a question and of the notes leave the machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import httpx2
import numpy as np
import stamina

from assistant.vectors.embedding import Unavailable, units
from assistant.vectors.ranking import Floats

URL = "https://api.openai.com/v1/embeddings"
MODEL, DIMENSIONS = "text-embedding-3-small", 384
V4_MODEL = "text-embedding-ada-002"
"""What V4 used: its vectors can only be compared with others of this model."""
TOGETHER = 256  # texts in one request; OpenAI takes 2 048, and 300 000 tokens
LONGEST = 8000  # characters; a text of more than 8 191 tokens is refused
PATIENCE = 20.0  # seconds for an answer
ATTEMPTS = 4


class Busy(Exception):
    """OpenAI asks to come back later, or did not answer."""


class OpenAI:
    """One model of OpenAI."""

    def __init__(self, key: str, *, model: str = MODEL, url: str = URL, attempts: int = ATTEMPTS) -> None:
        self.name = self.name_of(model)
        self._key, self._model, self._url, self._attempts = key, model, url, attempts

    @staticmethod
    def name_of(model: str) -> str:
        return f"openai:{model}"

    def embed(self, texts: Sequence[str]) -> Floats:
        """Raises Unavailable once OpenAI was asked often enough."""
        made: list[Floats] = []
        with httpx2.Client(timeout=PATIENCE, headers={"Authorization": f"Bearer {self._key}"}) as client:
            for at in range(0, len(texts), TOGETHER):
                # Line ends are replaced as V4 did; a text without a letter is refused.
                piece = [" ".join(text.split())[:LONGEST] or "-" for text in texts[at : at + TOGETHER]]
                try:
                    made += self._ask(client, piece)
                except Busy as error:
                    raise Unavailable(f"OpenAI ne répond pas ({error}).") from None
        return units(np.array(made, np.float32))

    def _ask(self, client: httpx2.Client, texts: Sequence[str]) -> list[Floats]:
        body: dict[str, object] = {"model": self._model, "input": texts}
        if self._model == MODEL:
            body["dimensions"] = DIMENSIONS
        for attempt in stamina.retry_context(on=Busy, attempts=self._attempts, timeout=PATIENCE * 3):
            with attempt:
                return _vectors(self._send(client, body), len(texts))
        raise AssertionError("a retry either returns or raises")

    def _send(self, client: httpx2.Client, body: Mapping[str, object]) -> httpx2.Response:
        try:
            answer = client.post(self._url, json=body)
        except httpx2.HTTPError as error:
            raise Busy(type(error).__name__) from None
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Busy(f"code {answer.status_code}")
        if answer.status_code in (401, 403):
            raise Unavailable("OpenAI refuse la clé OPENAI_API_KEY.")
        if answer.status_code != 200:
            raise Unavailable(f"OpenAI refuse la demande (code {answer.status_code}).")
        return answer


def _vectors(answer: httpx2.Response, count: int) -> list[Floats]:
    try:
        told = sorted(answer.json()["data"], key=lambda item: item["index"])
        made = [np.array(item["embedding"], np.float32) for item in told]
    except (ValueError, KeyError, TypeError):
        raise Unavailable("La réponse d’OpenAI est illisible.") from None
    if len(made) != count or len({vector.shape for vector in made}) != 1:
        raise Unavailable("La réponse d’OpenAI est incomplète.")
    return made
