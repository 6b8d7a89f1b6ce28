"""The door to Google Sheets: gspread under our own address, patience and sentences. Nothing else speaks to Google.

An answer that does not come says nothing of what was done: whoever writes must be able to ask (see `book`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gspread
from django.conf import settings
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials
from gspread.urls import SPREADSHEETS_API_V4_BASE_URL
from gspread.utils import extract_id_from_url
from requests import RequestException, Response, Session

from pianos.report.faults import (
    AccessRefused,
    CredentialsUnreadable,
    GoogleDown,
    QuotaReached,
    RequestRefused,
    SheetFault,
    SpreadsheetFull,
    SpreadsheetMissing,
    TabEdited,
)

SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
OFFICIAL = SPREADSHEETS_API_V4_BASE_URL.removesuffix("/v4/spreadsheets")
CONNECT, READ = 10.0, 180.0  # seconds; Google itself gives a request up after three minutes
UNPROTECT = "Enlevez la protection de l’onglet dans Google Sheets, puis relancez le rapport."
SHOWN = 200  # characters of what Google says


class Door(gspread.HTTPClient):
    """One request to one spreadsheet; every refusal becomes a fault of ours, with its sentence."""

    def __init__(self, credentials: Credentials) -> None:
        # A plain session: the one of google-auth also asks another server of Google's, beside every new token.
        super().__init__(auth=credentials, session=Session())
        self.credentials, self.email = credentials, str(credentials.service_account_email)
        self.timeout = (CONNECT, READ)
        self.address = settings.GOOGLE_SHEETS_URL.rstrip("/")

    def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> Response:
        address = self.address + endpoint.removeprefix(OFFICIAL)
        try:
            if not self.credentials.valid:
                self.credentials.refresh(Request(self.session))  # type: ignore[no-untyped-call]  # as below
            self.credentials.apply(self.session.headers)  # type: ignore[no-untyped-call]  # as below
            return super().request(method, address, *args, **kwargs)
        except gspread.exceptions.APIError as error:
            raise self._named(error.response.status_code, str(error.error.get("message", ""))) from error
        except RefreshError as error:
            raise CredentialsUnreadable(f"Google n’accepte pas la clé du compte {self.email}.") from error
        except (TransportError, RequestException) as error:
            raise GoogleDown(f"Google n’a pas répondu ({type(error).__name__}).") from error
        except GoogleAuthError as error:
            raise CredentialsUnreadable("La clé du compte de service ne sert à rien.") from error

    def _named(self, status: int, said: str) -> SheetFault:
        said = " ".join(said.split())[:SHOWN]
        if status == 429:
            return QuotaReached("Google refuse d’autres demandes pour l’instant : le quota est atteint (HTTP 429).")
        if status in (401, 403):
            return AccessRefused(f"Le compte {self.email} n’a pas le droit d’écrire dans ce classeur (HTTP {status}).")
        if status == 404:
            return SpreadsheetMissing("Google ne connaît pas ce classeur (HTTP 404).")
        if status >= 500:
            return GoogleDown(f"Google est en panne (HTTP {status}).")
        if "limit of 10000000 cells" in said:
            return SpreadsheetFull("Google refuse l’écriture : le classeur aurait plus de 10 millions de cellules.")
        if "protected cell" in said:
            return TabEdited("L’onglet est protégé : notre compte n’a pas le droit d’y écrire.", action=UNPROTECT)
        return RequestRefused(f"Google refuse l’écriture (HTTP {status}) : {said}")


def spreadsheet_id() -> str:
    """As set, or found in the address that somebody pasted."""
    given: str = settings.TIMELINE_SHEET_ID
    return extract_id_from_url(given) if given.startswith("https://") else given


def opened() -> Door:
    """The door, under the key of the settings. Raises CredentialsUnreadable."""
    key = _key(Path(settings.GOOGLE_CREDENTIALS_FILE))
    try:
        credentials = Credentials.from_service_account_info(key, scopes=SCOPES)  # type: ignore[no-untyped-call]  # no types there
    except (ValueError, GoogleAuthError) as error:
        raise CredentialsUnreadable("Le fichier de la clé Google n’est pas celui d’un compte de service.") from error
    return Door(credentials)


def _key(path: Path) -> Mapping[str, Any]:
    try:
        read = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise CredentialsUnreadable(f"Le fichier de la clé Google ne se lit pas : {error.strerror}.") from error
    except ValueError as error:
        raise CredentialsUnreadable("Le fichier de la clé Google n’est pas du JSON.") from error
    if not isinstance(read, dict):
        raise CredentialsUnreadable("Le fichier de la clé Google n’est pas celui d’un compte de service.")
    return read
