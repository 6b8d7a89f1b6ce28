"""The same words as a simple page: what a message says in text, escaped, its addresses to be clicked."""

from __future__ import annotations

import re

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

ADDRESS = re.compile(r"https?://[^\s<>\"«»]+[^\s<>\"«».,;:!?)\]]")
"""Whole addresses only, without the point that ends their sentence."""
PAGE = """<!doctype html>
<html lang="fr-CA"><head><meta charset="utf-8"><title>{}</title></head>
<body>
{}
</body></html>
"""


def as_page(subject: str, body: str) -> str:
    """Paragraphs where the text has empty lines, breaks where it has others; nothing that it does not say."""
    paragraphs = (part for part in re.split(r"\n\s*\n", body.strip()) if part)
    return format_html(PAGE, subject, format_html_join("\n", "<p>{}</p>", ((_lines(part),) for part in paragraphs)))


def _lines(part: str) -> SafeString:
    return format_html_join(mark_safe("<br>\n"), "{}", ((_linked(line),) for line in part.split("\n")))


def _linked(line: str) -> SafeString:
    told, since = "", 0
    for found in ADDRESS.finditer(line):
        address = found[0]
        told += escape(line[since : found.start()]) + format_html('<a href="{}">{}</a>', address, address)
        since = found.end()
    return mark_safe(told + escape(line[since:]))  # noqa: S308  # escaped piece by piece, above
