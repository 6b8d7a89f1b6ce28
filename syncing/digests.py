"""A stable fingerprint of a node, and the bytes kept of it.

Pure core: standard library only.
"""

from __future__ import annotations

import hashlib
import json
import math
import re

METHOD = "1"  # first character of a digest: a change of method is recognised, not mistaken for a change of data
ID_LIMIT = 200  # a longer id still gets a key, but not one that an index would refuse
UNREADABLE = "\ufffd#"  # begins the text that stands for a number nobody can hold
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL stores neither NUL nor lone surrogates
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # no id has these: ids are kept in lists, one a line
SUSPECT = re.compile(r"\d[eE]\+?\d{3}")  # a number that may be infinite; a false alarm costs a little time


def raw_bytes(node: object) -> bytes:
    """The node as canonical JSON in UTF-8; lone surrogates, which UTF-8 cannot hold, stay `\\u` escapes."""
    try:
        return json.dumps(node, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(node, sort_keys=True, separators=(",", ":")).encode()


def digest(raw: bytes) -> str:
    """Covers every selected field as received, empty ones included, key order aside."""
    return METHOD + hashlib.blake2b(raw, digest_size=16).hexdigest()


def staging_key(node: object, raw: bytes) -> str:
    """The node's id, or `sha256:…` of its bytes when no usable id can be read: a key is one line, without surprise."""
    value = node.get("id") if isinstance(node, dict) else None
    if isinstance(value, str) and 0 < len(value) <= ID_LIMIT and not CONTROL.search(value):
        return value
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def needs_mending(raw: str) -> bool:
    """Whether the node of this JSON may hold what a database refuses: only then is `storable` worth its walk."""
    return "\\u" in raw or "NaN" in raw or "Infinity" in raw or SUSPECT.search(raw) is not None


def storable_text(text: str) -> str:
    """The text with every character PostgreSQL refuses replaced by U+FFFD."""
    return UNSTORABLE.sub("\ufffd", text)


def unreadable(number: str) -> str:
    """What stands for a number that cannot be held: no null, which would mean that Gazelle emptied the field.

    It is a fault noted wherever it is read, and U+FFFD makes neither an id nor a reference.
    """
    return f"{UNREADABLE}{number}"


def storable(value: object) -> tuple[object, int]:
    """The value as PostgreSQL can hold it, and how much of it was replaced.

    Characters it refuses become U+FFFD. NaN and the infinities, which Python reads in JSON (`1e400` too) and `jsonb`
    refuses, become `unreadable` texts: they cost the value, not the record, and the column keeps what it had.
    """
    if isinstance(value, str):
        return UNSTORABLE.subn("\ufffd", value)
    if isinstance(value, float):
        return (value, 0) if math.isfinite(value) else (unreadable(json.dumps(value)), 1)
    count = 0
    if isinstance(value, dict):
        clean = {}
        for key, item in value.items():
            key_clean, in_key = UNSTORABLE.subn("\ufffd", key)
            clean[key_clean], in_item = storable(item)
            count += in_key + in_item
        return clean, count
    if isinstance(value, list):
        parts = []
        for item in value:
            part, in_item = storable(item)
            parts.append(part)
            count += in_item
        return parts, count
    return value, 0
