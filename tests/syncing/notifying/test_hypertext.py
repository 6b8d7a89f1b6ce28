"""The page beside the text of a mail: the same words, nothing that could run, addresses to be clicked."""

from __future__ import annotations

import pytest

from syncing.notifying.hypertext import as_page


def test_paragraphs_and_lines_are_kept() -> None:
    page = as_page("Objet", "Bonjour,\n\nUn.\nDeux.\n\n\nTrois.")
    assert "<p>Bonjour,</p>\n<p>Un.<br>\nDeux.</p>\n<p>Trois.</p>" in page
    assert '<html lang="fr-CA">' in page


def test_what_comes_from_outside_is_shown_and_never_run() -> None:
    page = as_page("<b>", "<script>alert(1)</script> & « l’été » http://x.ca/<img>")
    assert "<title>&lt;b&gt;</title>" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; « l’été »" in page
    assert '<a href="http://x.ca/">http://x.ca/</a>&lt;img&gt;' in page


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("https://x.ca/alertes/rv/.", '<a href="https://x.ca/alertes/rv/">https://x.ca/alertes/rv/</a>.'),
        ("(https://x.ca/a?b=1&c=2)", '(<a href="https://x.ca/a?b=1&amp;c=2">https://x.ca/a?b=1&amp;c=2</a>)'),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("/alertes/rv/", "/alertes/rv/"),
        ('https://x.ca/"onclick="x', '<a href="https://x.ca/">https://x.ca/</a>&quot;onclick=&quot;x'),
    ],
)
def test_whole_addresses_are_links(text: str, linked: str) -> None:
    assert f"<p>{linked}</p>" in as_page("x", text)
