"""Every page of the site, for every role: axe-core finds nothing, nothing scrolls sideways, and all of it is French."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from gazelle_site import outage
from tests.web.people import PASSWORD, person
from tests.web.routes import routes
from tests.web.test_audiences import OPENS, records, signed_in  # noqa: F401  # one is a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOT_OURS = {"/api/docs": "Swagger's own page, in English, for those who write programs"}
CHANGES_WITH_LIGHT = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
ENGLISH = re.compile(
    r"\b(Add|Apply|Breadcrumbs|Cancel|Change|Choose|Clear|Close|Delete|Empty|Filter|Go|Hello|Hide|History|Home|Log in"
    r"|Log out|Navigation menu|Next|None|Now|Password|Please|Previous|Recent|Remove|Reset|Run|Save|Search|Select|Show"
    r"|Skip to|Sort|Submit|This field|Today|Toggle|Unknown|Username|View|Welcome|Yes)\b"
)
WORDS = """() => [
    document.title, document.body.innerText,
    ...[...document.querySelectorAll('[title],[aria-label],[placeholder],[alt],input[type=submit],[aria-description]')]
        .flatMap(one => ['title', 'aria-label', 'placeholder', 'alt', 'value', 'aria-description']
        .map(name => name == 'value' && one.type != 'submit' ? null : one.getAttribute(name)))
].filter(Boolean).join('\\n')"""
SETTLED = """() => new Promise(done => requestAnimationFrame(() => {
    document.getAnimations().forEach(one => one.finish())
    done()
}))"""
"""Django's admin slides from one colour to another: what is judged is where it ends."""
NOT_JUDGED = [["th.original"], [".tabular thead th:empty"]]
"""Django's columns of an inline table for what has no header."""
RELOADS_ITSELF = "503 ", "meta-refresh"
"""The page of a database that is down: one sentence, nothing to fill in, and whoever waits needs the return."""
WIDE = """() => [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('table, .results'))
    .slice(0, 2).map(one => one.outerHTML.slice(0, 100))"""
WIDTH = "document.documentElement.scrollWidth"


JUDGED = """async ([context, options]) => (await axe.run(context, options)).violations
    .map(one => [one.id, one.nodes[0].target, one.nodes[0].html.slice(0, 120)].join(' '))"""
BESIDE = "#nav-sidebar"
"""The tables beside every page of the back-office: half of the page, and the same on each. Judged on the first two."""


def told(page: Page, options: dict[str, Any] | None = None, known: Sequence[str] = ()) -> list[str]:
    """What axe-core complains of, one line a rule, with the first element it names; `known` was judged before."""
    if not page.evaluate("'axe' in window"):  # once a page: it weighs half a megabyte
        page.evaluate(AXE_SCRIPT)
    context = {"exclude": [*NOT_JUDGED, *([one] for one in known)]}
    found: list[str] = page.evaluate(JUDGED, [context, options or {"resultTypes": ["violations"]}])
    return found


def complaints(page: Page, *, twice: bool = True, known: Sequence[str] = ()) -> Iterator[str]:
    """Every rule on a desk by day and on a phone by night; `twice`, colours the other way round as well."""
    every: list[tuple[int, str, dict[str, Any] | None]] = [(1280, "light", None), (360, "dark", None)]
    colours = [(1280, "dark", CHANGES_WITH_LIGHT), (360, "light", CHANGES_WITH_LIGHT)]
    for width, light, options in [*every, *(colours if twice else ())]:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="light" if light == "light" else "dark")
        page.evaluate(SETTLED)
        yield from (f"{width} {light}: {one}" for one in told(page, options, known))
    page.set_viewport_size({"width": 320, "height": 800})
    if page.evaluate(WIDTH) > 320:
        yield f"scrolls sideways at 320: {page.evaluate(WIDTH)} {page.evaluate(WIDE)}"
    if page.evaluate("document.documentElement.lang").lower() != "fr-ca":
        yield "its language is not said"
    yield from english(page.evaluate(WORDS))


def english(text: str) -> Iterator[str]:
    """The words of Django's that were left in its own language."""
    yield from (f"English: {text[max(0, one.start() - 20) : one.end() + 20]!r}" for one in ENGLISH.finditer(text))


class Read(HTMLParser):
    """What a page says, without drawing it: its texts, and those of its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.unsaid = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unsaid += tag in ("script", "style")
        told = dict(attrs)
        self.texts += [told.get(name) or "" for name in ("title", "aria-label", "placeholder", "alt")]
        self.texts += [told.get("value") or ""] if told.get("type") == "submit" else []

    def handle_endtag(self, tag: str) -> None:
        self.unsaid -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        self.texts += [] if self.unsaid else [data]


def opened(browser: Browser, site: str, visitor: Client) -> Page:
    """A page of the visitor's own; errors it meets on purpose are not counted."""
    context = browser.new_context(locale="fr-CA", timezone_id="America/Toronto", reduced_motion="reduce")
    if "sessionid" in visitor.cookies:
        value = visitor.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": value, "url": site}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    return page


def addresses(who: str, rows: dict[type[Any], list[object]]) -> Iterator[str]:
    for route in routes():
        if route.audience in OPENS[who] and route.template not in NOT_OURS:
            yield route.path((rows.get(route.model) or ["x_1"])[0] if route.model else "x_1")


@pytest.mark.parametrize("who", ["visitor", "Technicien", "Bureau", "Administration"])
def test_every_page_that_a_role_opens_is_for_everybody(
    who: str,
    browser: Browser,
    live_server: LiveServer,
    records: dict[type[Any], list[object]],  # noqa: F811
) -> None:
    visitor = signed_in(who)
    page, seen, beside, found = opened(browser, live_server.url, visitor), 0, 0, list[str]()
    for path in addresses(who, records):
        answer = visitor.get(path)
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
            continue  # a redirection, a form that is only posted, or what programs read
        seen += 1
        table = path.startswith("/admin/") and path != "/admin/"
        if table and who == "Bureau":  # drawn as for the administration: the words are read again, not the drawing
            found += [f"{path} {said}" for said in english("\n".join(Read(answer.content.decode()).texts))]
            continue
        page.goto(live_server.url + path)
        known = [BESIDE] if beside > 1 else []
        found += [f"{path} {said}" for said in complaints(page, twice=not table, known=known)]
        beside += table
    page.context.close()
    assert not found, "\n".join(found)
    assert seen >= len(OPENS[who])


def test_what_goes_wrong_is_said_to_everybody_too(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []
    page = opened(browser, live_server.url, signed_in("Technicien"))

    def look(name: str, heading: str) -> None:
        assert heading in page.get_by_role("heading", level=1).inner_text(), name
        found.extend(f"{name} {said}" for said in complaints(page))
        found[:] = [said for said in found if not all(word in said for word in RELOADS_ITSELF)]

    page.goto(f"{live_server.url}/nulle-part/")
    look("404", "Cette adresse ne mène nulle part.")
    page.goto(f"{live_server.url}/systeme/")
    look("403", "ne fait pas partie de votre accès")
    page.goto(f"{live_server.url}/compte/")
    for field in page.locator("input[type=password]").all():
        field.fill("un mot")
    page.context.clear_cookies(name="csrftoken")
    page.get_by_role("button", name="Changer le mot de passe").click()
    look("403 of a form", "Ce formulaire a expiré.")
    with monkeypatch.context() as patch:
        patch.setattr("gazelle_site.views.render", lambda *_: 1 / 0)
        page.goto(live_server.url)
        look("500", "Cette page n’a pas pu être préparée.")
        patch.setattr(outage, "PAUSE_SECONDS", 60)
        outage.outage.seen()
        page.goto(live_server.url)
        look("503", "Base de données injoignable")
        outage.outage.__init__()  # type: ignore[misc]  # the process-wide memory
    page.context.close()
    assert not found, "\n".join(found)


# -- the keyboard alone ------------------------------------------------------------------------------------------------

REACHABLE = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter(one => !one.disabled && one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true})).length"""
FOCUSED = """() => {
    const one = document.activeElement, style = getComputedStyle(one)
    if (one === document.body) return null
    if (!one.dataset.order) one.dataset.order = document.querySelectorAll('[data-order]').length + 1
    const seen = style.outlineStyle !== 'none' || style.boxShadow !== 'none'
    return [one.dataset.order, seen, one.outerHTML.slice(0, 120)]
}"""


@pytest.mark.parametrize(
    "path", ["/", "/assistant/", "/systeme/", "/systeme/decisions/", "/compte/", "/admin/syncing/leg/"]
)
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    path: str,
    browser: Browser,
    live_server: LiveServer,
    records: dict[type[Any], list[object]],  # noqa: F811
) -> None:
    page = opened(browser, live_server.url, signed_in("Administration"))
    page.goto(live_server.url + path)
    there = page.evaluate(REACHABLE)
    reached: set[str] = set()
    for _ in range(there + 5):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        assert focused[1], f"nothing shows that this has the focus: {focused[2]}"
        reached.add(focused[0])
    page.context.close()
    assert len(reached) >= there, f"{there - len(reached)} of {there} cannot be reached"


def test_one_signs_in_and_out_with_the_keyboard_alone(browser: Browser, live_server: LiveServer) -> None:
    person("Bureau")
    page = opened(browser, live_server.url, Client())
    page.goto(f"{live_server.url}/connexion/")
    page.get_by_label("Courriel").focus()
    page.keyboard.type("Bureau@exemple.ca")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("region", name="Aujourd’hui").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.locator("details.me > summary").focus()
    page.keyboard.press("Enter")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Se connecter").wait_for()
    page.context.close()
