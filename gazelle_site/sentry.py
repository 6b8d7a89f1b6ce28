"""Errors sent to Sentry, when SENTRY_DSN is set: where in the code, never about whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint


def report_errors_to(dsn: str, *, environment: str) -> None:
    """Only the integrations named here: another library installed one day must not begin to send by itself."""
    # Imported only when it serves: it costs every command a tenth of a second.
    import sentry_sdk
    from sentry_sdk.integrations.django import DjangoIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration
    from sentry_sdk.utils import BadDsn

    try:
        sentry_sdk.init(
            dsn=dsn,
            environment=environment,
            send_default_pii=False,
            include_local_variables=False,
            max_request_body_size="never",
            max_breadcrumbs=0,  # they hold SQL and addresses
            auto_enabling_integrations=False,
            integrations=[DjangoIntegration(), LoggingIntegration(level=None)],
            before_send=scrubbed,
        )
    except BadDsn:
        raise ImproperlyConfigured("SENTRY_DSN est illisible : copiez-la telle que Sentry la donne.") from None


def scrubbed(event: Event, hint: Hint) -> Event | None:
    """What is left to remove: the words of errors, which quote rows and notes, and what a visitor asked for."""
    told: dict[str, Any] = event  # type: ignore[assignment]  # read as the JSON it is
    for error in told.get("exception", {}).get("values", ()):
        error["value"] = ""
    told["request"] = {"method": told.get("request", {}).get("method", "")}
    told["extra"] = {name: value for name, value in told.get("extra", {}).items() if isinstance(value, int | float)}
    for name in ("user", "breadcrumbs", "server_name"):
        told.pop(name, None)
    return event
