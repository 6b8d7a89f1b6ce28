"""The one JSON API: mounts each app's router, maps each kind of error once."""

from __future__ import annotations

import importlib
import logging

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, ValidationError

from syncing.access import office_required
from syncing.bearer import MISSING, refusal
from syncing.people.tokens import TokenRefused
from syncing.registry import packages
from syncing.vocabulary import SyncError

logger = logging.getLogger(__name__)
api = NinjaAPI(
    title="Assistant Gazelle",
    version="6",
    docs_url="/docs",
    docs_decorator=office_required,
    urls_namespace="api",
    description="Les programmes autorisés y lisent l’état du miroir de Gazelle.",
)

for package in packages("api"):
    if package != __package__:
        api.add_router("", importlib.import_module(f"{package}.api").router)


def _refuse(request: HttpRequest, status: int, code: str, message: str, **more: object) -> HttpResponse:
    return api.create_response(request, {"code": code, "message": message, **more}, status=status)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Which values are refused, in French; why, by the validator's own codes, whose sentences are English."""
    fields = [{"field": ".".join(map(str, one["loc"])), "code": one["type"]} for one in error.errors]
    refused = ", ".join(field["field"] for field in fields)
    return _refuse(request, 422, "invalid", f"Valeur absente ou refusée : {refused}.", fields=fields)


@api.exception_handler(AuthenticationError)
def unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return refusal(MISSING)


@api.exception_handler(TokenRefused)
def token_refused(request: HttpRequest, error: TokenRefused) -> HttpResponse:
    return refusal(error)


@api.exception_handler(AuthorizationError)
@api.exception_handler(PermissionDenied)
def forbidden(request: HttpRequest, error: Exception) -> HttpResponse:
    return _refuse(request, 403, "forbidden", "Cet accès n’est pas accordé.")


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return _refuse(request, 404, "not_found", "Rien à cette adresse.")


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _refuse(request, error.status_code, "refused", error.message)


@api.exception_handler(SyncError)
def sync_failed(request: HttpRequest, error: SyncError) -> HttpResponse:
    return _refuse(request, 503 if error.retryable else 409, error.code, str(error))


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def database_unreachable(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("database_unreachable", exc_info=error)
    return _refuse(request, 503, "database_unreachable", "La base de données ne répond pas.")


@api.exception_handler(Exception)
def surprise(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("api_surprise", exc_info=error, extra={"path": request.path})
    return _refuse(request, 500, "internal", "Erreur imprévue ; elle est au journal du serveur.")
