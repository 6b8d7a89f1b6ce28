"""Every way one exchange can go, and what the caller is told."""

from __future__ import annotations

import json
import logging
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest

from syncing.digests import unreadable
from syncing.fetching.errors import (
    CutAnswer,
    EmptyAnswer,
    FetchError,
    NotJson,
    NotUtf8,
    QueryRefused,
    ServerFault,
    TokenRefused,
    TooDeep,
    TooManyRequests,
    UnexpectedStatus,
    Unreachable,
    UnsendableCredentials,
    WrongAddress,
)
from syncing.fetching.oauth import ApiKey
from syncing.fetching.transport import Retries, Transport
from tests.syncing.fetching.scripted import ScriptedGazelle, data, raw, said

QUERY = "query q { user { id } }"
REFUSED = {"data": None, "errors": [{"message": "Field 'x' doesn't exist", "extensions": {"code": "undefinedField"}}]}


def unknown_host() -> httpx2.ConnectError:
    error = httpx2.ConnectError("[Errno -2] Name or service not known")
    error.__cause__ = socket.gaierror(-2, "Name or service not known")
    return error


def test_an_answer_is_data_and_what_was_sent_is_json_with_one_credential() -> None:
    gazelle = ScriptedGazelle(data(user={"id": "usr_1"}))
    transport = gazelle.transport()

    answer = transport.execute(QUERY, {"name": "Été"})

    request = gazelle.seen[0]
    assert answer.data == {"user": {"id": "usr_1"}}
    assert json.loads(request.content) == {"query": QUERY, "variables": {"name": "Été"}}
    assert request.headers["x-gazelle-api-key"] == "a-key"
    assert "authorization" not in request.headers
    assert transport.requests == 1


@pytest.mark.parametrize(
    ("reply", "expected", "sentence"),
    [
        (raw(b"", 404), WrongAddress, "Rien ne répond en GraphQL à https://gazelle.test/graphql/private/ (HTTP 404)."),
        (raw(b"", 405), WrongAddress, "(HTTP 405)"),
        (raw(b"", 301, {"Location": "https://elsewhere.test/"}), WrongAddress, "renvoie ailleurs (HTTP 301)"),
        (raw(b"", 401), TokenRefused, "Gazelle refuse la clé d’API (HTTP 401)."),
        (raw(b"", 403), TokenRefused, "Gazelle refuse l’accès de cette connexion (HTTP 403)."),
        (raw(b"", 429), TooManyRequests, "gazelle.test demande de ralentir (HTTP 429)."),
        (raw(b"", 500), ServerFault, "gazelle.test est en panne (HTTP 500)."),
        (raw(b"", 418), UnexpectedStatus, "gazelle.test a répondu HTTP 418."),
        (raw(b"<html><h1>Maintenance</h1>"), NotJson, "elle commence par « <html><h1>Maintenance</h1> »"),
        (raw(b""), NotJson, "elle est vide"),
        (raw(b'"text"'), NotJson, "n’est pas un objet JSON"),
        (raw(b"[" * 100_000), TooDeep, "emboîtée trop profondément"),
        (raw(b'{"data": {"user": '), CutAnswer, "coupée après 18 octets"),
        (raw(b'{"data": "\xe9"}'), NotUtf8, "n’est pas en UTF-8 (octet 10 sur 13)"),
        (said(REFUSED), QueryRefused, "Field 'x' doesn't exist [undefinedField]"),
        (said(REFUSED, 400), QueryRefused, "Field 'x' doesn't exist [undefinedField]"),
        (said({"data": {}, "errors": ["plain text"]}), QueryRefused, "plain text"),
        (said({}), EmptyAnswer, "sans données et sans erreur"),
        (said({"errors": [{"message": "slow", "extensions": {"code": "THROTTLED"}}]}), TooManyRequests, "de ralentir"),
        (unknown_host(), Unreachable, "gazelle.test ne répond pas : ce nom d’hôte est inconnu."),
        (httpx2.ConnectTimeout("x"), Unreachable, "délai de connexion dépassé"),
        (httpx2.ReadTimeout("x"), Unreachable, "gazelle.test n’a pas répondu à temps."),
        (httpx2.ReadError("reset by peer"), Unreachable, "s’est rompue : reset by peer."),
        (httpx2.RemoteProtocolError("x"), CutAnswer, "a coupé la réponse avant la fin"),
        (httpx2.LocalProtocolError("x"), Unreachable, "La requête pour gazelle.test n’a pas pu être écrite."),
    ],
)
def test_each_fault_has_its_name_and_its_sentence(
    reply: httpx2.Response | Exception, expected: type[FetchError], sentence: str
) -> None:
    with pytest.raises(expected) as caught:
        ScriptedGazelle(reply).transport().execute(QUERY)

    assert type(caught.value) is expected
    assert sentence in str(caught.value)
    assert caught.value.action
    assert caught.value.code != FetchError.code


def test_an_address_without_its_trailing_slash_is_refused_before_any_request() -> None:
    with pytest.raises(WrongAddress, match="barre oblique"):
        Transport("https://gazelle.test/graphql/private", ApiKey("k"))


def test_data_with_errors_is_returned_for_the_caller_to_judge() -> None:
    partial = {"data": {"users": [1]}, "errors": [{"message": "lost", "path": ["users", 0]}]}

    answer = ScriptedGazelle(said(partial)).transport().execute(QUERY)

    assert answer.data == {"users": [1]}
    assert [str(problem) for problem in answer.errors] == ["lost (users.0)"]


def test_only_the_first_messages_of_many_are_shown() -> None:
    many = {"errors": [{"message": f"m{number}"} for number in range(9)]}

    with pytest.raises(QueryRefused) as caught:
        ScriptedGazelle(said(many)).transport().execute(QUERY)

    assert str(caught.value) == "Gazelle a refusé la requête : m0 ; m1 ; m2 (et 6 autres)."
    assert len(caught.value.problems) == 9


def test_a_fault_that_may_pass_is_tried_again() -> None:
    gazelle = ScriptedGazelle(raw(b"", 502), httpx2.ReadTimeout("x"), data(user=None))

    assert gazelle.transport().execute(QUERY).data == {"user": None}
    assert len(gazelle.seen) == 3


def test_attempts_are_counted_and_the_last_fault_is_the_one_told() -> None:
    gazelle = ScriptedGazelle(raw(b"", 502), raw(b"", 502), raw(b"", 503))

    with pytest.raises(ServerFault, match="503"):
        gazelle.transport().execute(QUERY)
    assert len(gazelle.seen) == 3


def test_a_refused_query_is_not_tried_again() -> None:
    gazelle = ScriptedGazelle(said(REFUSED))

    with pytest.raises(QueryRefused):
        gazelle.transport().execute(QUERY)
    assert len(gazelle.seen) == 1


def test_json_that_will_never_be_readable_is_not_asked_for_again_and_its_bytes_are_kept() -> None:
    gazelle = ScriptedGazelle(raw(b"[" * 100_000))

    with pytest.raises(TooDeep) as caught:
        gazelle.transport().execute(QUERY)
    assert len(gazelle.seen) == 1
    assert caught.value.body == b"[" * 100_000


@pytest.mark.parametrize("digits", ["1" * 5_000, "-" + "9" * 100_000])
def test_a_number_without_end_costs_its_value_not_the_answer(digits: str) -> None:
    gazelle = ScriptedGazelle(raw(f'{{"data": {{"x": {digits}, "y": 12, "z": 1.5}}}}'.encode()))

    assert gazelle.transport().execute(QUERY).data == {"x": unreadable(digits), "y": 12, "z": 1.5}


def test_foreign_words_in_a_fault_can_be_kept_in_a_database() -> None:
    for reply in (raw(b"\x00<html>"), said({"errors": [{"message": "a\x00\ud800", "path": ["\x00"]}]})):
        with pytest.raises(FetchError) as caught:
            ScriptedGazelle(reply).transport().execute(QUERY)
        assert "\ufffd" in str(caught.value)
        assert not {"\x00", "\ud800"} & set(str(caught.value))


@pytest.mark.parametrize(
    "key", ["se\ncret", "se\x00cret", "secret\r\nX-Other: 1", "secrèt", "se\udcffcret", " secret", "secret "]
)
def test_a_key_that_http_cannot_carry_is_refused_without_being_shown(key: str) -> None:
    gazelle = ScriptedGazelle(data(user=None))

    with pytest.raises(UnsendableCredentials) as caught:
        gazelle.transport(ApiKey(key)).execute(QUERY)

    assert str(caught.value) == "La clé ou le jeton de Gazelle contient des caractères qui ne s’envoient pas."
    assert gazelle.seen == []


def test_a_header_refused_by_the_library_is_not_quoted() -> None:
    refusal = httpx2.LocalProtocolError("Illegal header value b'very-secret-key'")

    with pytest.raises(Unreachable) as caught:
        ScriptedGazelle(refusal).transport(ApiKey("very-secret-key")).execute(QUERY)
    assert "secret" not in str(caught.value)


def test_a_mutation_is_never_repeated_by_itself() -> None:
    gazelle = ScriptedGazelle(raw(b"", 502))

    with pytest.raises(ServerFault):
        gazelle.transport().execute("mutation m { deleteEvent(id: 1) { isDeleted } }")
    assert len(gazelle.seen) == 1


@pytest.mark.parametrize(
    ("error", "sent"),
    [(httpx2.ConnectError("x"), False), (httpx2.ReadTimeout("x"), True), (httpx2.ReadError("x"), True)],
)
def test_a_writer_learns_whether_its_request_may_have_left(error: Exception, sent: bool) -> None:
    with pytest.raises(Unreachable) as caught:
        ScriptedGazelle(error).transport().execute("mutation m { x }")
    assert caught.value.sent is sent


@pytest.mark.parametrize("header", ["7", "in seven seconds", "Thu, 01 Jan 1970 00:00:00 GMT", "nan", "-3"])
def test_retry_after_is_honoured_and_nonsense_is_survived(header: str) -> None:
    gazelle = ScriptedGazelle(raw(b"", 429, {"Retry-After": header}), data(user=None))

    gazelle.transport().execute(QUERY)

    assert gazelle.clock.slept == [7.0 if header == "7" else 0.25]


def test_retry_after_may_be_an_http_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    gazelle = ScriptedGazelle(raw(b"", 503, {"Retry-After": later}), data(user=None))

    gazelle.transport().execute(QUERY)

    assert 27 < gazelle.clock.slept[0] <= 30


def test_an_endless_retry_after_is_told_at_once_and_the_next_read_waits_two_minutes_at_most() -> None:
    gazelle = ScriptedGazelle(raw(b"", 429, {"Retry-After": "86400"}), data(user=None))
    transport = gazelle.transport()

    with pytest.raises(TooManyRequests):
        transport.execute(QUERY)
    transport.execute(QUERY)

    assert gazelle.clock.slept == [120.0]


def test_requests_are_spaced_and_slower_after_a_429_then_faster_again() -> None:
    gazelle = ScriptedGazelle(data(user=None), raw(b"", 429), data(user=None))
    transport = gazelle.transport(interval=0.1)

    transport.execute(QUERY)
    transport.execute(QUERY)
    transport.execute(QUERY)
    assert gazelle.clock.slept == [0.1, 0.25, 0.25]
    for _ in range(120):
        transport.execute(QUERY)
    assert transport.pacing.interval == 0.1


def test_backing_off_waits_longer_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", slept.append)
    retries = Retries(attempts=4, initial=0.5, longest=20, jitter=0)

    with pytest.raises(ServerFault):
        ScriptedGazelle(raw(b"", 500)).transport(retries=retries).execute(QUERY)

    assert slept == [0.5, 1.0, 2.0]


def test_a_server_that_drips_is_abandoned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncing.fetching.transport.WHOLE_ANSWER", -1.0)

    with pytest.raises(Unreachable, match="trop lentement"):
        ScriptedGazelle(data(user=None)).transport().execute(QUERY)


def test_the_undecodable_bytes_are_kept_on_the_fault() -> None:
    with pytest.raises(NotUtf8) as caught:
        ScriptedGazelle(raw(b'{"data": "\xe9"}')).transport().execute(QUERY)
    assert caught.value.body == b'{"data": "\xe9"}'


def test_no_credential_and_no_payload_is_ever_logged(caplog: pytest.LogCaptureFixture) -> None:
    gazelle = ScriptedGazelle(raw(b"", 500), said({"data": {"user": {"id": "private-person"}}}))

    with caplog.at_level(logging.DEBUG):
        gazelle.transport(ApiKey("very-secret-key")).execute(QUERY, {"id": "private-variable"})

    for secret in ("very-secret-key", "private-variable", "private-person"):
        assert secret not in caplog.text
