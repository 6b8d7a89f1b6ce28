"""What may go wrong on the way to the spreadsheet, each with its sentence and what to do."""

from __future__ import annotations

from syncing.vocabulary import SyncError


class ReportFault(SyncError):
    """The report could not be written, or not whole."""

    code = "report_failed"
    action = "Lisez la cause, puis relancez le rapport."


class SheetFault(ReportFault):
    """Google did not do what was asked."""

    code = "sheet_fault"
    is_doubtful = False
    """Whether what was asked may have been done all the same."""


class CredentialsUnreadable(SheetFault):
    code = "google_credentials"
    action = "Vérifiez GOOGLE_CREDENTIALS_FILE : le fichier JSON de la clé d’un compte de service."


class AccessRefused(SheetFault):
    code = "google_access"
    action = "Partagez le classeur avec l’adresse de ce compte, comme éditeur, puis relancez le rapport."


class SpreadsheetMissing(SheetFault):
    code = "spreadsheet_missing"
    action = "Vérifiez TIMELINE_SHEET_ID : l’identifiant est dans l’adresse du classeur, entre « /d/ » et « /edit »."


class QuotaReached(SheetFault):
    code = "sheet_quota"
    action = "Rien à faire d’abord : le rapport est réessayé. S’il échoue encore, attendez une heure et relancez-le."
    retryable = True


class GoogleDown(SheetFault):
    """No answer, or an answer that says nothing of what was done."""

    code = "google_down"
    action = "Rien à faire d’abord : le rapport est réessayé. Ce que Google a accepté n’est pas écrit deux fois."
    retryable = True
    is_doubtful = True


class RequestRefused(SheetFault):
    """Google read the request, and did nothing of it."""

    code = "sheet_refused"
    action = "Lancez une réécriture complète ; si elle échoue aussi, montrez cette phrase à la personne qui maintient."


class SpreadsheetFull(SheetFault):
    code = "spreadsheet_full"
    action = "Supprimez du classeur les onglets qui ne servent plus, puis relancez le rapport."


class TabEdited(SheetFault):
    """Somebody changed what a tab is made of: nothing is written under titles that are not ours."""

    code = "tab_edited"
    action = "Remettez les titres de la première ligne, ou lancez une réécriture complète."


class TooOld(ReportFault):
    code = "data_too_old"
    action = "Lancez une lecture depuis « Système », ou produisez le rapport quand même depuis sa page."


class FileNotWritten(ReportFault):
    code = "file_not_written"
    action = "Vérifiez la place et les droits du dossier, puis relancez le rapport."
