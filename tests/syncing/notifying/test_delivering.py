"""Messages leave once, with a receipt, or say why not: against a real mail server and a real webhook."""

from __future__ import annotations

import logging
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from syncing.models import Channel, Message, MessageState
from syncing.notifying.audience import ROOM, Recipient
from syncing.notifying.delivering import CLAIM, PAUSES, TIRED, deliver
from syncing.notifying.mailing import SMTP, send_mail
from syncing.notifying.outcomes import Outcome
from syncing.notifying.queueing import notify
from tests.syncing.notifying.servers import MailServer, Webhook

pytestmark = pytest.mark.django_db
ODILE = Recipient(Channel.MAIL, "odile@exemple.ca")


def queued(*to: Recipient, subject: str = "L’été est là", body: str = "Éteignez\u00a0: tout.") -> Message:
    messages = notify("bell", "porte", subject=subject, body=body, to=to or [ODILE])
    return messages[0]


def after(message: Message) -> Message:
    message.refresh_from_db()
    return message


# -- mail --------------------------------------------------------------------------------------------------------------


def test_what_the_server_accepts_is_sent_with_its_answer_as_receipt(mail: MailServer) -> None:
    message = queued()
    assert deliver() == {MessageState.SENT: 1}
    after(message)
    assert (message.state, message.receipt) == ("sent", "250 Ok: queued as R3C31PT")
    assert message.sent_at is not None
    (received,) = mail.received
    assert received["Message-ID"] == message.message_id
    assert message.message_id.endswith("@exemple.ca>")
    assert (received["To"], received["Subject"]) == (ODILE.address, "L’été est là")
    plain, page = received.iter_parts()
    assert (plain.get_content_type(), plain.get_content()) == ("text/plain", "Éteignez\u00a0: tout.\r\n")
    assert page.get_content_type() == "text/html"
    assert "<p>Éteignez\u00a0: tout.</p>" in page.get_content()
    assert received["Auto-Submitted"] == "auto-generated"
    assert deliver() == {}


def test_an_address_the_server_does_not_know_fails_and_says_why(mail: MailServer) -> None:
    mail.refuses[ODILE.address] = "550 5.1.1 No such user"
    message = queued()
    assert deliver() == {MessageState.FAILED: 1}
    assert after(message).last_error == "Le serveur de courriel refuse : 550 5.1.1 No such user."
    assert deliver() == {}


def test_a_refused_address_does_not_stop_the_others(mail: MailServer) -> None:
    mail.refuses[ODILE.address] = "550 No such user"
    queued(ODILE, Recipient(Channel.MAIL, "marc@exemple.ca"))
    assert deliver() == {MessageState.FAILED: 1, MessageState.SENT: 1}
    assert mail.to == ["marc@exemple.ca"]


@pytest.mark.parametrize("where", ["recipient", "message"])
def test_a_server_that_defers_is_tried_again_later(where: str, mail: MailServer) -> None:
    if where == "recipient":
        mail.refuses[ODILE.address] = "451 4.7.1 Greylisted"
    else:
        mail.mood = "451 4.7.1 Greylisted"
    message, started = queued(), timezone.now()
    assert deliver() == {MessageState.PENDING: 1}
    after(message)
    assert "451 4.7.1 Greylisted" in message.last_error
    assert message.not_before >= started + PAUSES[0]
    assert deliver() == {}
    mail.refuses.clear()
    mail.mood = "250 Ok: queued as SECOND"
    Message.objects.update(not_before=timezone.now())
    assert deliver() == {MessageState.SENT: 1}
    after(message)
    assert (message.attempts, message.receipt, message.last_error) == (2, "250 Ok: queued as SECOND", "")


def test_a_server_that_refuses_the_message_itself_fails(mail: MailServer) -> None:
    mail.mood = "554 5.7.1 Spam"
    message = queued()
    assert deliver() == {MessageState.FAILED: 1}
    assert "554 5.7.1 Spam" in after(message).last_error


@pytest.mark.parametrize("mood", [MailServer.DROP, MailServer.HANG])
def test_a_server_that_takes_the_message_and_says_nothing_leaves_a_doubt_never_sent_again(
    mood: str, mail: MailServer
) -> None:
    mail.mood = mood
    message = queued()
    assert deliver() == {MessageState.UNCERTAIN: 1}
    assert "n’a pas répondu après avoir reçu le courriel" in after(message).last_error
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        assert deliver() == {}
    assert len(mail.received) == 1


def test_a_connection_lost_before_the_message_was_given_is_tried_again(mail: MailServer) -> None:
    mail.mood = MailServer.DROP_FIRST
    message = queued()
    assert deliver() == {MessageState.PENDING: 1}
    assert "la connexion s’est rompue" in after(message).last_error


def test_nobody_at_the_address_of_the_server_is_tried_again_for_a_day_then_given_up(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", probe.getsockname()[1]
        settings.EMAIL_TIMEOUT = 2
        message = queued()
        waited = timedelta()
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for pause in PAUSES:
                assert deliver() == {MessageState.PENDING: 1}
                assert after(message).not_before == timezone.now() + pause
                waited += pause
                clock.shift(pause)
            assert deliver() == {MessageState.FAILED: 1}
    assert waited > timedelta(hours=17)
    assert "la connexion est refusée" in after(message).last_error
    assert "Abandonné après 7 essais" in message.last_error


def test_a_server_that_is_out_of_order_is_not_asked_for_every_message_that_waits(settings: Settings) -> None:
    settings.SLACK_WEBHOOK_URL = "http://127.0.0.1:9/"
    for number in range(9):
        notify("bell", f"porte {number}", subject="On sonne", body="…", to=[ROOM])
    assert deliver() == {MessageState.PENDING: TIRED}
    assert Message.objects.filter(attempts=0).count() == 9 - TIRED
    assert deliver() == {MessageState.PENDING: TIRED}  # the next minute, others have their try


def test_a_server_that_wants_an_encryption_it_cannot_do_says_so(mail: MailServer, settings: Settings) -> None:
    settings.EMAIL_USE_TLS = True
    message = queued()
    assert deliver() == {MessageState.FAILED: 1}
    assert "EMAIL_URL" in after(message).last_error


def test_files_are_never_called_a_sending(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    message = queued()
    assert deliver() == {MessageState.NOT_SENT: 1}
    after(message)
    assert (message.receipt, message.sent_at) == ("", None)
    assert message.last_error.startswith("Non envoyé : écrit dans un fichier")
    assert message.message_id in next(tmp_path.iterdir()).read_text()


def test_a_disk_that_refuses_the_file_is_tried_again(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    message = queued()
    tmp_path.chmod(0o500)
    try:
        ended = deliver()
    finally:
        tmp_path.chmod(0o700)
    if ended != {MessageState.NOT_SENT: 1}:  # root writes everywhere
        assert ended in ({MessageState.PENDING: 1}, {MessageState.UNCERTAIN: 1})
        assert after(message).last_error


def test_in_staging_nothing_leaves(settings: Settings, mail: MailServer, slack: Webhook) -> None:
    settings.SCHEDULER_ENV = "staging"
    queued(ODILE, ROOM)
    assert deliver() == {MessageState.NOT_SENT: 2}
    assert (mail.received, slack.received) == ([], [])


# -- the room ----------------------------------------------------------------------------------------------------------


def test_slack_takes_a_message_and_its_answer_is_the_receipt(slack: Webhook) -> None:
    slack.headers["x-slack-req-id"] = "abc123"
    message = queued(ROOM, subject="A & B", body="<!channel> x > y")
    assert deliver() == {MessageState.SENT: 1}
    assert after(message).receipt == "200 ok abc123"
    assert slack.texts == ["*A &amp; B*\n&lt;!channel&gt; x &gt; y"]


def test_slack_that_asks_to_slow_down_is_given_the_time_it_asks(slack: Webhook) -> None:
    slack.status, slack.headers["Retry-After"] = 429, "1800"
    message, now = queued(ROOM), timezone.now()
    assert deliver() == {MessageState.PENDING: 1}
    assert after(message).not_before >= now + timedelta(seconds=1800)


@pytest.mark.parametrize("asked", ["soon", "", "-5", "nan", "inf", "1e300", "0"])
def test_a_delay_that_makes_no_sense_costs_a_usual_pause(asked: str, slack: Webhook) -> None:
    slack.status, slack.headers["Retry-After"] = 429, asked
    message, now = queued(ROOM), timezone.now()
    assert deliver() == {MessageState.PENDING: 1}
    assert now + PAUSES[0] <= after(message).not_before <= now + timedelta(hours=13)


def test_a_delay_given_as_a_date_is_understood(slack: Webhook) -> None:
    until = timezone.now() + timedelta(hours=2)
    slack.status, slack.headers["Retry-After"] = 429, format_datetime(until.astimezone(UTC), usegmt=True)
    message = queued(ROOM)
    deliver()
    assert abs(after(message).not_before - until) < timedelta(seconds=5)


def test_slack_out_of_order_is_tried_again(slack: Webhook) -> None:
    slack.status, slack.words = 500, "internal"
    message = queued(ROOM)
    assert deliver() == {MessageState.PENDING: 1}
    assert after(message).last_error == "Slack est en panne (HTTP 500)."


@pytest.mark.parametrize("status", [302, 400, 403, 404, 410])
def test_slack_that_refuses_fails_without_showing_the_address(status: int, slack: Webhook) -> None:
    slack.status, slack.words = status, "no_service"
    message = queued(ROOM)
    assert deliver() == {MessageState.FAILED: 1}
    assert f"(HTTP {status} no_service)" in after(message).last_error
    assert "s3cr3t" not in message.last_error


def test_slack_that_does_not_answer_leaves_a_doubt(slack: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncing.notifying.webhook.ANSWER", 0.3)
    slack.hang.set()
    message = queued(ROOM)
    assert deliver() == {MessageState.UNCERTAIN: 1}
    assert after(message).last_error == "Slack n’a pas répondu après avoir reçu l’avis."


def test_nobody_at_the_address_of_slack_is_tried_again(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.SLACK_WEBHOOK_URL = f"http://127.0.0.1:{probe.getsockname()[1]}/"
        message = queued(ROOM)
        assert deliver() == {MessageState.PENDING: 1}
    assert after(message).last_error == "Slack ne répond pas."


# -- crashes and clocks ------------------------------------------------------------------------------------------------


def test_what_a_dead_sender_left_is_in_doubt_once_its_claim_lapses_and_not_before(mail: MailServer) -> None:
    message = queued()
    Message.objects.update(state=MessageState.SENDING, claimed_until=timezone.now() + CLAIM, message_id="<a@b>")
    assert deliver() == {}
    with time_machine.travel(timezone.now() + CLAIM):
        assert deliver() == {MessageState.UNCERTAIN: 1}
        assert deliver() == {}
    after(message)
    assert message.message_id == "<a@b>"
    assert "on ne sait pas si l’avis a été reçu" in message.last_error
    assert mail.received == []


def test_an_answer_that_comes_after_the_claim_lapsed_ends_the_doubt(
    mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(message: Message) -> Outcome:
        Message.objects.filter(pk=message.pk).update(state=MessageState.UNCERTAIN, claimed_until=None)
        return send_mail(message)

    monkeypatch.setattr("syncing.notifying.delivering.send_mail", slowly)
    message = queued()
    deliver()
    assert after(message).state == "sent"


def test_a_surprise_in_one_message_stops_no_other(
    mail: MailServer, slack: Webhook, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(message: Message) -> object:
        raise ZeroDivisionError("odile@exemple.ca")

    monkeypatch.setattr("syncing.notifying.delivering.send_to_room", broken)
    queued(ROOM, ODILE)
    with caplog.at_level(logging.ERROR):
        assert deliver() == {MessageState.UNCERTAIN: 1, MessageState.SENT: 1}
    assert "message_surprise" in caplog.messages


@pytest.mark.parametrize(
    "before",
    [datetime(2026, 11, 1, 5, 59, 30, tzinfo=UTC), datetime(2027, 3, 14, 6, 59, 30, tzinfo=UTC)],
    ids=["autumn", "spring"],
)
def test_a_minute_lasts_a_minute_in_the_nights_when_the_clocks_change(before: datetime, settings: Settings) -> None:
    settings.SLACK_WEBHOOK_URL = "http://127.0.0.1:9/"
    with time_machine.travel(before, tick=False) as clock:
        message = queued(ROOM)
        assert deliver() == {MessageState.PENDING: 1}
        assert after(message).not_before == before + PAUSES[0]
        clock.shift(timedelta(seconds=59))
        assert deliver() == {}
        clock.shift(timedelta(seconds=1))
        assert deliver() == {MessageState.PENDING: 1}
        assert after(message).attempts == 2
