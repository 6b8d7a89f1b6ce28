"""What every page shows around its subject: the age of the data, and what the person may open."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from syncing.access import is_administration, is_member, is_office
from syncing.monitoring.freshness import DataAge, glance
from syncing.monitoring.freshness import data_age as age_of


def data_age(request: HttpRequest) -> dict[str, object]:
    """Lazy throughout: a page that shows none of it, or a visitor without a role, asks the database for nothing."""
    return {
        "data_age": SimpleLazyObject(lambda: _age(request)),
        "role": SimpleLazyObject(lambda: _role(request)),
        "is_sandbox": settings.GAZELLE_IS_SANDBOX,
    }


def _age(request: HttpRequest) -> DataAge:
    known: DataAge | None = getattr(request, "data_age", None)  # a page that read the journal hands its answer over
    return known or age_of(glance(), timezone.now())


def _role(request: HttpRequest) -> dict[str, bool]:
    user = request.user
    return {"member": is_member(user), "office": is_office(user), "administration": is_administration(user)}
