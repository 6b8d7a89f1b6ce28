"""One mail to one recipient, and what the server said of it.

Django's SMTP backend says « 1 sent »; the proof is in the server's answer to the message itself, which is kept here.
"""

from __future__ import annotations

import smtplib
import socket
from contextlib import suppress
from email.utils import make_msgid, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import BadHeaderError

from syncing.models import Message
from syncing.notifying.hypertext import as_page
from syncing.notifying.outcomes import Accepted, Doubtful, NotSent, Outcome, Refused, TryLater

SMTP = "django.core.mail.backends.smtp.EmailBackend"
ELSEWHERE = {
    "django.core.mail.backends.filebased.EmailBackend": "Non envoyé : écrit dans un fichier, faute de serveur.",
    "django.core.mail.backends.console.EmailBackend": "Non envoyé : écrit à la console, faute de serveur.",
}
OK = 250
KEPT = 300  # characters of a server's answer


class Talk(smtplib.SMTP):
    """A conversation that remembers whether the message was handed over, and what was answered to it."""

    handed_over = False
    answer: tuple[int, bytes] | None = None

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.handed_over = True
        self.answer = super().data(msg)
        return self.answer


class TalkOverTls(smtplib.SMTP_SSL, Talk):
    """The same, encrypted from the first byte."""


class ReceiptBackend(EmailBackend):
    """Django's SMTP backend, whose last conversation can be read afterwards."""

    talk: Talk | None = None

    @property
    def connection_class(self) -> type[Talk]:
        return TalkOverTls if self.use_ssl else Talk

    def _send(self, email_message: EmailMessage) -> bool:
        self.talk = self.connection  # type: ignore[assignment]  # made by the class above
        return bool(super()._send(email_message))  # type: ignore[misc]  # Django's own, unknown to its stubs


def new_message_id() -> str:
    """Made before the sending and kept: what a log of the mail server can be searched for."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return make_msgid(domain=domain or "localhost")


def send_mail(message: Message) -> Outcome:
    """Hand it to the mail server, or to whatever the settings name instead."""
    if settings.SCHEDULER_ENV == "staging":
        return NotSent("Non envoyé : en préproduction, les avis sont composés et rien ne part.")
    mail = EmailMultiAlternatives(
        message.subject, f"{message.body}\n", settings.DEFAULT_FROM_EMAIL, [message.address],
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
    )  # fmt: skip
    mail.attach_alternative(as_page(message.subject, message.body), "text/html")
    try:
        mail.message()
    except (BadHeaderError, UnicodeError) as error:
        return Refused(f"Le courriel ne peut pas être écrit : {error}.")
    if settings.EMAIL_BACKEND == SMTP:
        return _over_smtp(mail)
    try:
        get_connection().send_messages([mail])
    except OSError as error:
        return TryLater(f"Le courriel n’a pas pu être écrit : {error.strerror or error}.")
    return NotSent(ELSEWHERE.get(settings.EMAIL_BACKEND, "Non envoyé : aucun serveur de courriel n’est réglé."))


def _over_smtp(mail: EmailMessage) -> Outcome:
    backend, fault = ReceiptBackend(), None
    try:
        backend.send_messages([mail])
    except (OSError, smtplib.SMTPException, UnicodeError) as error:  # an address that ASCII cannot carry is one
        fault = error
    finally:
        with suppress(OSError, smtplib.SMTPException):
            backend.close()  # what was half open, after a fault
    talk = backend.talk
    # The answer to the message itself says more than whatever went wrong after it, such as a farewell cut short.
    if talk is not None and talk.answer is not None:
        code, text = talk.answer
        return Accepted(_said(code, text)) if code == OK else _answered(code, text)
    if isinstance(fault, smtplib.SMTPDataError):  # refused before the text was given
        return _answered(fault.smtp_code, fault.smtp_error)
    if talk is not None and talk.handed_over:
        return Doubtful(f"Le serveur n’a pas répondu après avoir reçu le courriel ({_cause(fault)}).")
    return _not_handed_over(fault)


def _not_handed_over(fault: Exception | None) -> Outcome:
    match fault:
        case smtplib.SMTPRecipientsRefused():
            return _answered(*next(iter(fault.recipients.values())))
        case smtplib.SMTPSenderRefused():
            return _answered(fault.smtp_code, fault.smtp_error)
        case smtplib.SMTPAuthenticationError():
            return TryLater(f"Le serveur de courriel refuse notre accès : {_said(fault.smtp_code, fault.smtp_error)}.")
        case smtplib.SMTPNotSupportedError():
            return Refused(f"Le serveur de courriel ne sait pas faire ce que EMAIL_URL demande : {fault}.")
        case UnicodeError():
            return Refused("Le serveur de courriel ne peut pas recevoir cette adresse.")
        case smtplib.SMTPResponseException():
            return TryLater(f"Le serveur de courriel a répondu {_said(fault.smtp_code, fault.smtp_error)}.")
    return TryLater(f"Le serveur de courriel ne répond pas : {_cause(fault)}.")


def _answered(code: int, text: bytes | str) -> Outcome:
    """SMTP's own grammar: 4xx may pass, 5xx will not."""
    if 400 <= code < 500:
        return TryLater(f"Le serveur de courriel demande d’attendre : {_said(code, text)}.")
    return Refused(f"Le serveur de courriel refuse : {_said(code, text)}.")


def _said(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(f"{code} {words}".split())[:KEPT]


def _cause(error: Exception | None) -> str:
    """What the system said, in words."""
    match error:
        case TimeoutError():
            return "délai dépassé"
        case ConnectionRefusedError():
            return "la connexion est refusée"
        case socket.gaierror():
            return "ce nom d’hôte est inconnu"
        case smtplib.SMTPServerDisconnected():
            return "la connexion s’est rompue"
        case OSError() if error.strerror:
            return error.strerror
    return type(error).__name__
