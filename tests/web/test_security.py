"""What the browser is told so that nobody else reads the conversation; read from a process set up as production is."""

from __future__ import annotations

import json

import pytest
from cryptography.fernet import Fernet
from django.test import Client

from tests.test_settings import python
from tests.web.people import PASSWORD, person

PRODUCTION = {
    "SCHEDULER_ENV": "production",
    "SECRET_KEY": "tests-only-" * 6,
    "TOKEN_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    "GAZELLE_API_KEY": "key",
    "ALLOWED_HOSTS": "assistant.exemple.ca",
    "CSRF_TRUSTED_ORIGINS": "https://assistant.exemple.ca",
}
ASK = """
import json, django
django.setup()
from django.test import Client
visitor = Client(headers={"X-Forwarded-Proto": "https"}, SERVER_NAME="assistant.exemple.ca")
page = visitor.get("/connexion/")
cookie = page.cookies["csrftoken"]
plain = Client(SERVER_NAME="assistant.exemple.ca").get("/connexion/")
print(json.dumps({
    "headers": dict(page.headers), "secure": cookie["secure"], "same_site": cookie["samesite"],
    "plain": [plain.status_code, plain.headers["Location"]],
}))
"""


def test_the_deployed_site_passes_the_checks_of_django() -> None:
    done = python(["manage.py", "check", "--deploy", "--fail-level", "ERROR"], PRODUCTION)
    assert done.returncode == 0, done.stderr
    accepted = {"W005", "W021"}  # sub-domains and the browsers' own list are the domain's owner's to decide
    told = {word for word in done.stderr.replace(")", " ").split() if word.startswith("(security.")}
    assert {word.partition(".")[2] for word in told} <= accepted


def test_over_https_cookies_are_secure_and_the_browser_remembers_it(tmp_path: object) -> None:
    database = {"DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite3"}
    assert python(["manage.py", "migrate", "--verbosity=0"], PRODUCTION | database).returncode == 0
    assert python(["manage.py", "collectstatic", "--no-input", "--verbosity=0"], PRODUCTION | database).returncode == 0
    done = python(["-c", ASK], PRODUCTION | database)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["secure"]
    assert told["same_site"] == "Lax"
    assert told["plain"] == [301, "https://assistant.exemple.ca/connexion/"]
    headers = told["headers"]
    assert headers["Strict-Transport-Security"] == "max-age=2592000"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert not {"script-src", "style-src"} & policy.keys(), "both fall back on default-src"


@pytest.mark.django_db
def test_the_session_cookie_is_out_of_reach_of_scripts(client: Client) -> None:
    person("Bureau")
    client.post("/connexion/", {"username": "Bureau@exemple.ca", "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 14 * 24 * 3600


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["path", "search", "form"])
def test_a_nul_is_refused_in_french_whatever_the_database(client: Client, where: str) -> None:
    client.force_login(person("Bureau"))
    ask = {
        "path": lambda: client.get("/systeme/provisoires/clients/%00"),
        "search": lambda: client.get("/systeme/orphelins/?q=a%00b"),
        "form": lambda: client.post("/systeme/doublons/clients/meme", {"one": "a\x00", "other": "b"}),
    }
    answer = ask[where]()
    assert answer.status_code == 400
    assert "Cette demande n’a pas pu être lue." in answer.content.decode()
