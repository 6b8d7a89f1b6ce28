"""Log lines are structured, and hold no personal data: checked over a whole reading, faults and messages included."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from gazelle_site.logs import TALKATIVE, Line
from gazelle_site.sandbox import Served
from syncing.alerting import announce
from syncing.drafts import Draft
from syncing.models import StagedRecord
from syncing.notifying.mailing import SMTP
from syncing.notifying.queueing import notify
from syncing.registry import entities
from syncing.vocabulary import Node
from tests.syncing.notifying.servers import mail_server, webhook

IDENTIFIER = re.compile(r"[a-z]{2,4}_\w+|[A-Z_]+|[\d\-T:.Z+ ]+|[\w/]+")


def _quote(node: Node) -> Draft:
    """A parser that stumbles, and says over what."""
    raise ValueError(json.dumps(node, ensure_ascii=False))


class Lines(logging.Handler):
    """Everything that would be written, as it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(Line())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name != "mail.log":  # the mail server of the test speaks in this process too
            self.lines.append(self.format(record))

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def told(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler, root = Lines(), logging.getLogger()
    before, levels = root.level, {name: logging.getLogger(name).level for name in TALKATIVE}
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in TALKATIVE:  # as the settings have it; the test runner replaced them
        logging.getLogger(name).setLevel(logging.WARNING)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def personal_values() -> set[str]:
    """Every text that Gazelle gave, save what identifies, dates or classes: names, addresses, telephones, notes."""
    found: set[str] = set()

    def walk(value: object) -> None:
        if isinstance(value, dict):
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)
        elif isinstance(value, str) and len(value) > 5 and not IDENTIFIER.fullmatch(value):
            found.add(value)

    for raw in StagedRecord.objects.exclude(raw=None).values_list("raw", flat=True):
        walk(json.loads(bytes(raw or b"null")))
    return found


@pytest.mark.django_db(transaction=True)
def test_a_whole_reading_with_faults_and_its_messages_log_nobody(
    gazelle: Served, lines: Lines, settings: Settings
) -> None:
    settings.OWNER_EMAIL, parse = "proprietaire@exemple.ca", next(iter(entities())).parse
    with mail_server() as mail, webhook() as slack:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", mail.port
        settings.SLACK_WEBHOOK_URL = slack.url
        call_command("sync", "--full", verbosity=0)
        someone = max(personal_values(), key=len)
        object.__setattr__(quoting := next(iter(entities())), "parse", _quote)  # frozen, for everybody else
        try:
            with pytest.raises(SystemExit):
                call_command("reconcile", quoting.name, "--replay", verbosity=0)
        finally:
            object.__setattr__(quoting, "parse", parse)
        settings.GAZELLE_API_KEY = "no longer accepted"
        with pytest.raises(SystemExit):
            call_command("sync", verbosity=0)
        mail.refuses["proprietaire@exemple.ca"] = "550 No such user proprietaire@exemple.ca"
        notify("sync_watch", "essai", subject=someone, body=someone)
        announce()
    events = {str(line["event"]) for line in lines.told}
    assert {"told", "message_delivered", "parse_failed"} <= events
    personal = personal_values()
    assert len(personal) > 200
    assert sorted(value for value in personal if value in lines.text) == []
    for secret in ("proprietaire@exemple.ca", "s3cr3t", gazelle.api_key):
        assert secret not in lines.text


def record(error: BaseException | None = None, **extra: object) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("syncing", logging.ERROR, "x.py", 1, "record_failed", (), info)
    vars(made).update(extra)
    return made


def written(made: logging.LogRecord) -> dict[str, object]:
    line = Line().format(made)
    assert "\n" not in line
    told: dict[str, object] = json.loads(line)
    return told


def test_a_line_is_an_event_with_its_fields() -> None:
    told = written(record(entity="users", count=3, ids=["a", "b"], ratio=0.5))
    assert (told["event"], told["level"], told["logger"]) == ("record_failed", "ERROR", "syncing")
    assert (told["entity"], told["count"], told["ids"], told["ratio"]) == ("users", 3, ["a", "b"], 0.5)


def test_objects_are_left_out() -> None:
    told = written(record(request=object(), rows=[{"name": "Éloïse"}], user=object()))
    assert set(told) == {"at", "level", "logger", "event"}


def test_an_error_is_told_by_type_place_and_code_and_so_are_those_it_came_from() -> None:
    try:
        try:
            raise ValueError("Éloïse, 514 555-0161")
        except ValueError as cause:
            error = RuntimeError("Éloïse")
            error.sqlstate = "23505"  # type: ignore[attr-defined]  # as the driver gives it
            raise error from cause
    except RuntimeError as raised:
        told = written(record(raised))
    errors: Any = told["errors"]
    first, second = errors
    assert (first["type"], first["code"]) == ("builtins.RuntimeError", "23505")
    assert second["type"] == "builtins.ValueError"
    assert "test_logs.py" in first["trace"][-1]
    assert "Éloïse" not in json.dumps(told, ensure_ascii=False)


def test_an_error_about_code_says_its_words() -> None:
    assert "no attribute" in str(written(record(AttributeError("no attribute 'x'")))["errors"])
