"""How fast the sandbox is: `python -m tests.sandbox.measure [small|demo|real]` prints generation and page times."""

from __future__ import annotations

import functools
import http.client
import json
import resource
import statistics
import sys
import time
from typing import Any

from gazelle_site.sandbox import Sandbox, serve
from gazelle_site.sandbox.truth import selection_text

PAGE = 100
PAGES = 30

say = functools.partial(print, flush=True)


def page_queries() -> dict[str, str]:
    """Pages as a mirror reads them: every plain field, and the collections that come along."""
    contact = selection_text("PrivateContact")
    nested = f"{selection_text('PrivateClient')} allContacts(includeArchived: true) {{ nodes {{ {contact} }} }}"
    measured = (
        f"{selection_text('PrivatePiano')} allPianoMeasurements {{ {selection_text('PrivatePianoMeasurement')} }}"
    )
    return {
        "clients with contacts": _page("allClients", nested),
        "pianos with measurements": _page("allPianos", measured),
        "events": _page("allEventsBatched", selection_text("PrivateEvent")),
        "timeline": _page("allTimelineEntries", selection_text("PrivateTimelineEntry")),
        "invoices": _page("allInvoices", selection_text("PrivateInvoice")),
        "estimates": _page("allEstimates", selection_text("PrivateEstimate")),
    }


def _page(root: str, selection: str) -> str:
    return (
        f"query($after: String) {{ {root}(first: {PAGE}, after: $after) "
        f"{{ totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ {selection} }} }} }}"
    )


def time_pages(connection: http.client.HTTPConnection, query: str) -> tuple[list[float], int]:
    """Milliseconds of each page of a walk, as a client on the same machine sees them, and the size of the last one."""
    times, after, size = [], None, 0
    headers = {"Content-Type": "application/json", "x-gazelle-api-key": "sandbox-api-key"}
    for _ in range(PAGES):
        body = json.dumps({"query": query, "variables": {"after": after}})
        begun = time.perf_counter()
        connection.request("POST", "/graphql/private/", body, headers)
        answer = connection.getresponse().read()
        times.append((time.perf_counter() - begun) * 1000)
        size = len(answer)
        info: dict[str, Any] = next(iter(json.loads(answer)["data"].values()))["pageInfo"]
        if not info["hasNextPage"]:
            break
        after = info["endCursor"]
    return times, size


def main(sizes: list[str]) -> None:
    """One table per size."""
    for size in sizes:
        begun = time.perf_counter()
        sandbox = Sandbox(size)
        made = time.perf_counter() - begun
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        say(f"{size}: generated in {made:.2f} s, {memory} MB resident at most")
        with serve(sandbox) as served:
            connection = http.client.HTTPConnection("127.0.0.1", served.server.server_address[1])
            for name, query in page_queries().items():
                times, weight = time_pages(connection, query)
                later = times[1:] or times
                say(
                    f"  {name:26} first {times[0]:7.1f} ms   median {statistics.median(later):6.1f} ms"
                    f"   worst {max(later):6.1f} ms   {weight // 1024:5d} kB"
                )


if __name__ == "__main__":
    main(sys.argv[1:] or ["small", "demo", "real"])
