"""A bare client of the sandbox: real HTTP over loopback, and nothing of the product."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from gazelle_site.sandbox import Served


class Reply(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The decoded body."""
        return json.loads(self.body)


class Client:
    """One connection kept alive, as a careful client has."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.connection = http.client.HTTPConnection(urlsplit(served.base_url).netloc, timeout=10)

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Reply:
        """One request, whatever it answers."""
        self.connection.request(method, path, body, headers or {})
        response = self.connection.getresponse()
        return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())

    def graphql(self, query: str, variables: dict[str, Any] | None = None, **more: Any) -> Reply:
        """A GraphQL request with the API key, unless other headers are given."""
        headers = {"Content-Type": "application/json", **more.pop("auth", {"x-gazelle-api-key": self.served.api_key})}
        body = json.dumps({"query": query, "variables": variables or {}, **more}).encode()
        return self.request("POST", "/graphql/private/", body, headers)

    def ask(self, query: str, variables: dict[str, Any] | None = None) -> Any:
        """The data of an answer without errors."""
        answer = self.graphql(query, variables).json
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def error(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """The first error of an answer that has some; always HTTP 200."""
        reply = self.graphql(query, variables)
        assert reply.status == 200
        first: dict[str, Any] = reply.json["errors"][0]
        return first

    def form(self, path: str, values: dict[str, str]) -> Reply:
        """A form-encoded POST."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.request("POST", path, urlencode(values).encode(), headers)

    def control(self, verb: str, **values: Any) -> Any:
        """A request of the control interface."""
        return self.request("POST", f"/control/{verb}", json.dumps(values).encode()).json

    def walk(self, root: str, *, size: int = 7, selection: str = "id", given: str = "") -> Iterator[dict[str, Any]]:
        """Every node of a root connection, page by page."""
        query = (
            f"query($after: String) {{ {root}(first: {size}, after: $after {given}) "
            f"{{ nodes {{ {selection} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        )
        after = None
        while True:
            page = self.ask(query, {"after": after})[root]
            yield from page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    def close(self) -> None:
        """Hang up."""
        self.connection.close()
