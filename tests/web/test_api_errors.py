"""Whatever a route of the API raises, programs read a code and people a French sentence."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, ValidationError

from gazelle_site.api import api, invalid
from gazelle_site.urls import urlpatterns as site_urls
from syncing.fetching.errors import TokenRefused, Unreachable

probe = NinjaAPI(urls_namespace="probe")
probe.exception_handler(ValidationError)(invalid)


@probe.get("/rows")
def rows(request: object, limit: int, before: str) -> list[str]:
    return [before] * limit


urlpatterns = [*site_urls, path("probe/", probe.urls)]


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_a_value_that_is_missing_or_wrong_is_named_with_the_validator_s_code(client: Client) -> None:
    answer = client.get("/probe/rows?limit=beaucoup")
    assert answer.status_code == 422
    assert answer.json() == {
        "code": "invalid",
        "message": "Valeur absente ou refusée : query.limit, query.before.",
        "fields": [
            {"field": "query.limit", "code": "int_parsing"},
            {"field": "query.before", "code": "missing"},
        ],
    }


@pytest.mark.parametrize(
    ("error", "status", "code", "message"),
    [
        (AuthenticationError(), 401, "unauthenticated", "Un jeton est demandé : « Authorization: Bearer … »."),
        (AuthorizationError(), 403, "forbidden", "Cet accès n’est pas accordé."),
        (PermissionDenied(), 403, "forbidden", "Cet accès n’est pas accordé."),
        (Http404(), 404, "not_found", "Rien à cette adresse."),
        (HttpError(429, "Trop de demandes."), 429, "refused", "Trop de demandes."),
        (TokenRefused("Gazelle refuse la clé."), 409, "token_refused", "Gazelle refuse la clé."),
        (Unreachable("Gazelle ne répond pas."), 503, "unreachable", "Gazelle ne répond pas."),
        (OperationalError("gone"), 503, "database_unreachable", "La base de données ne répond pas."),
        (InterfaceError("closed"), 503, "database_unreachable", "La base de données ne répond pas."),
        (ZeroDivisionError("secret"), 500, "internal", "Erreur imprévue ; elle est au journal du serveur."),
    ],
)
def test_each_kind_of_error_has_its_status_code_and_sentence(
    error: Exception, status: int, code: str, message: str
) -> None:
    answer = api.on_exception(RequestFactory().get("/api/v6/anything"), error)
    assert (answer.status_code, json.loads(answer.content)) == (status, {"code": code, "message": message})
