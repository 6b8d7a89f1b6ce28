"""dlt on our pages, in its own interpreter: `with_dlt.py DESTINATION PAGES.jsonl` writes a figure by line, as JSON.

Its fair equivalent of the mirror: `merge` on the id, with its default strategy, delete-insert (on PostgreSQL `upsert`
is not faster; on SQLite there is none). PostgreSQL gets CSV files, which dlt loads by COPY; SQLite gets primary keys,
without which its merge takes a minute. The rest is as dlt sets it.

Two shapes: the raw text beside our staging, and columns inferred from the nodes beside our domain tables.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"

import gc
import warnings

warnings.simplefilter("ignore")

import dlt  # type: ignore[import-not-found,unused-ignore]  # noqa: E402  # only in var/bench-venv


def main(url: str, file: str) -> None:
    with open(file) as lines:  # noqa: PTH123
        pages = [json.loads(line) for line in lines]
    gc.freeze()  # as for ours: what was read beforehand is not walked at every collection
    for shape, first, again in (("raw", "staging", "staging_changed"), ("typed", "first_load", "changes")):
        pipeline = dlt.pipeline(
            f"bench_{shape}",
            destination=destination(url),
            dataset_name=f"dlt_{shape}",
            pipelines_dir=tempfile.mkdtemp(prefix="dlt-"),
        )
        load(pipeline, url, shaped(pages, shape, ""), first)
        load(pipeline, url, shaped(pages, shape, " (relu)"), again)


def destination(url: str) -> object:
    if url.startswith("sqlite"):
        return dlt.destinations.sqlalchemy(credentials=url, create_primary_keys=True)
    return dlt.destinations.postgres(credentials=url)


def shaped(pages: list[list[dict[str, object]]], shape: str, suffix: str) -> list[list[dict[str, object]]]:
    changed = [[{**node, "comment": f"{node['comment'] or ''}{suffix}"} for node in page] for page in pages]
    if shape == "typed":
        return changed
    return [[{"id": node["id"], "raw": json.dumps(node, ensure_ascii=False)} for node in page] for page in changed]


def load(pipeline: dlt.Pipeline, url: str, pages: list[list[dict[str, object]]], what: str) -> None:
    rows = sum(map(len, pages))
    resource = dlt.resource(iter(pages), name="timeline", primary_key="id", write_disposition="merge")
    started, busy = time.perf_counter(), time.process_time()
    pipeline.run(resource, loader_file_format=None if url.startswith("sqlite") else "csv").raise_on_failed_jobs()
    seconds, processor = time.perf_counter() - started, time.process_time() - busy
    with pipeline.sql_client() as client:
        ((count,),) = client.execute_sql("SELECT count(*) FROM timeline")
    assert count == rows, f"{count} rows for {rows}"
    figure = {
        "what": what,
        "by": "dlt",
        "rows": rows,
        "seconds": seconds,
        "processor": processor,
        "note": f"dlt {dlt.__version__}",
    }
    sys.stdout.write(f"{json.dumps(figure)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
