"""The fingerprint of a node, its key, and what a database can hold of it."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncing.digests import needs_mending, raw_bytes, staging_key, storable, storable_text

texts = st.text(st.characters(codec=None), max_size=20)  # NUL and lone surrogates included
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4))


def strict(value: object) -> str:
    """As a `jsonb` column takes it."""
    return json.dumps(value, allow_nan=False, ensure_ascii=False).encode("utf-8").decode()


@given(value=values)
def test_what_is_storable_is_taken_by_a_strict_database_and_mending_twice_changes_nothing(value: object) -> None:
    mended, count = storable(value)

    assert "\\u0000" not in strict(mended).replace("\\\\", "")
    assert storable(mended) == (mended, 0)
    assert (mended == value) == (count == 0)


@given(value=values)
def test_whatever_needs_mending_is_suspected(value: object) -> None:
    raw = raw_bytes(value)
    if storable(json.loads(raw))[1]:
        assert needs_mending(raw.decode())


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1E400", "1e+400", "1.5e999"])
def test_a_number_that_no_database_holds_costs_the_value_not_the_record(number: str) -> None:
    received = f'{{"id":"a","parts":[{{"x":{number}}},2.5]}}'
    node = json.loads(received)

    mended, count = storable(node)
    assert count == 1
    assert mended == {"id": "a", "parts": [{"x": f"\ufffd#{json.dumps(float(number))}"}, 2.5]}
    assert needs_mending(received)
    assert needs_mending(raw_bytes(node).decode())
    assert not math.isfinite(json.loads(raw_bytes(node))["parts"][0]["x"])


@pytest.mark.parametrize("raw", ['{"id":"a"}', '{"name":"Hélène","n":1e22}', '{"n":-1.5e-300}'])
def test_an_ordinary_node_needs_no_mending(raw: str) -> None:
    assert not needs_mending(raw)


def test_a_deep_list_is_mended_as_far_as_it_can_be_read() -> None:
    deep = json.loads("[" * 700 + '"\\u0000"' + "]" * 700)
    assert storable(deep)[1] == 1


def test_a_text_is_mended_by_itself() -> None:
    assert storable_text("a\x00b\ud800\n") == "a\ufffdb\ufffd\n"


@pytest.mark.parametrize("record_id", ["cli_1", "  spaces  ", "é", "\ufffd", "x" * 200])
def test_the_key_of_a_node_is_its_id(record_id: str) -> None:
    assert staging_key({"id": record_id}, b"raw") == record_id


@pytest.mark.parametrize(
    "record_id", [None, "", 3, "x" * 201, "a\x00", "\ud800", "a\nb", "\r", "\t", "\x1f", "\x7f", "\x85"]
)
def test_an_id_that_no_list_of_ids_can_hold_is_replaced_by_a_digest(record_id: object) -> None:
    key = staging_key({"id": record_id}, b"raw")
    assert key.startswith("sha256:")
    assert key != staging_key({"id": record_id}, b"other")
