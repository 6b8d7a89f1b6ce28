"""The mail that lets a person choose her password: an invitation, or a link she asked for again.

Django's signed links: they end after PASSWORD_RESET_TIMEOUT, and by being used.
"""

from __future__ import annotations

import logging

from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

logger = logging.getLogger(__name__)


def send_invitation(account: User, *, by: User, request: HttpRequest) -> bool:
    """Mail the link; False when the mail server did not take it: the account stays, the link may be sent again."""
    uid = urlsafe_base64_encode(force_bytes(account.pk))
    link = reverse("choose-password", args=[uid, default_token_generator.make_token(account)])
    words = {"account": account, "by": by, "link": request.build_absolute_uri(link)}
    subject = render_to_string("registration/invitation_subject.txt", words).strip()
    mail = EmailMessage(subject, render_to_string("registration/invitation_email.txt", words), to=[account.email])
    try:
        return mail.send() == 1
    except OSError as error:  # smtplib's errors are, and so are those of sockets and files
        logger.error("invitation_not_sent", exc_info=error, extra={"user_id": account.pk})
        return False
