"""A stable fingerprint of a node, and the bytes kept of it.

Pure core: standard library only.
"""

from __future__ import annotations

import hashlib
import json
import re

METHOD = "1"  # first character of a digest: a change of method is recognised, not mistaken for a change of data
ID_LIMIT = 200  # a longer id still gets a key, but not one that an index would refuse
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL stores neither NUL nor lone surrogates


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
    """The node's id, or `sha256:…` of its bytes when no usable id can be read."""
    value = node.get("id") if isinstance(node, dict) else None
    if isinstance(value, str) and 0 < len(value) <= ID_LIMIT and not UNSTORABLE.search(value):
        return value
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def storable(value: object) -> tuple[object, int]:
    """The value with every character PostgreSQL refuses replaced by U+FFFD, and how many there were."""
    if isinstance(value, str):
        return UNSTORABLE.subn("\ufffd", value)
    if isinstance(value, dict):
        count, clean = 0, {}
        for key, item in value.items():
            key_clean, in_key = UNSTORABLE.subn("\ufffd", key)
            clean[key_clean], in_item = storable(item)
            count += in_key + in_item
        return clean, count
    if isinstance(value, list):
        parts = [storable(item) for item in value]
        return [part for part, _ in parts], sum(found for _, found in parts)
    return value, 0
