"""What can go wrong between Gazelle and the spool, sorted by what the caller should do.

`retryable` faults may pass by themselves: the transport tries again, then the engine's next tick does. The others need
a person. Messages carry no token, no variable and no record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from syncing.vocabulary import SyncError

RECONNECT = "Reconnectez Gazelle à la page /systeme/gazelle/."
SHOWN_PROBLEMS = 3  # the first messages say what is wrong; the others repeat it


class FetchError(SyncError):
    """Gazelle was not read."""

    code = "fetch_error"
    action = "Relancez la lecture ; si la faute revient, ouvrez /systeme/gazelle/ et vérifiez la connexion."


@dataclass(frozen=True)
class Problem:
    """One entry of an answer's `errors`: message, extension code, and where in the answer."""

    message: str
    code: str = ""
    path: str = ""

    def __str__(self) -> str:
        place = f" ({self.path})" if self.path else ""
        return f"{self.message}{place}" + (f" [{self.code}]" if self.code else "")


# -- it may pass: try again later --------------------------------------------------------------------------------------


class Unreachable(FetchError):
    """No answer. `sent` is False when the request certainly did not leave: even a write may then be repeated."""

    code = "unreachable"
    action = "Vérifiez le réseau de ce serveur et GAZELLE_API_URL ; la prochaine lecture réessaiera d’elle-même."
    retryable = True

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent


class TooManyRequests(FetchError):
    """Gazelle asks to slow down."""

    code = "too_many_requests"
    action = "Attendez quelques minutes : la prochaine lecture reprendra d’elle-même, plus lentement."
    retryable = True


class ServerFault(FetchError):
    """Gazelle answered 5xx."""

    code = "server_fault"
    action = "Rien à faire ici : la prochaine lecture réessaiera. Si cela dure, écrivez au soutien de Gazelle."
    retryable = True


class CutAnswer(FetchError):
    """The connection or the text of the answer stopped in the middle."""

    code = "cut_answer"
    action = "La prochaine lecture redemandera la page. Si cela dure, réduisez la taille des pages."
    retryable = True


class NotJson(FetchError):
    """Something else than JSON, usually a page of a proxy or of a maintenance."""

    code = "not_json"
    action = "Vérifiez GAZELLE_API_URL et qu’aucun serveur mandataire ne répond à la place de Gazelle."
    retryable = True


# -- a person must act: credentials and settings -----------------------------------------------------------------------


class WrongAddress(FetchError):
    """Nobody serves GraphQL at this address; the trailing slash matters."""

    code = "wrong_address"
    action = "Corrigez GAZELLE_API_URL, barre oblique finale comprise : https://gazelleapp.io/graphql/private/."


class MissingCredentials(FetchError):
    """Neither an API key nor tokens."""

    code = "missing_credentials"
    action = "Donnez GAZELLE_API_KEY, ou connectez Gazelle à la page /systeme/gazelle/."


class UnsendableCredentials(MissingCredentials):
    """A key or token that HTTP cannot carry; its characters are never shown."""

    code = "unsendable_credentials"
    action = "Recopiez GAZELLE_API_KEY sans accent ni saut de ligne, ou reconnectez Gazelle à /systeme/gazelle/."


class TokenRefused(FetchError):
    """The API key, or the token even after its refresh, is not accepted."""

    code = "token_refused"
    action = RECONNECT


class RefreshRefused(FetchError):
    """Gazelle revoked or no longer knows the refresh token: nothing but a new connection helps."""

    code = "refresh_refused"
    action = RECONNECT


class ApplicationRefused(FetchError):
    """The token address refused our application itself, not its tokens."""

    code = "application_refused"
    action = "Vérifiez GAZELLE_CLIENT_ID, GAZELLE_CLIENT_SECRET et GAZELLE_TOKEN_URL, puis reconnectez Gazelle."


class TokenStoreUnreadable(FetchError):
    """Our own store failed; Gazelle refused nothing."""

    code = "token_store_unreadable"
    action = f"Rétablissez la clé de TOKEN_ENCRYPTION_KEYS ou le fichier des jetons. À défaut, r{RECONNECT[1:]}"


# -- a person must look: the answer itself -----------------------------------------------------------------------------


class UnexpectedStatus(FetchError):
    """An HTTP status that none of the other faults explains."""

    code = "unexpected_status"


class UnreadableAnswer(FetchError):
    """An answer that this program cannot read, however often it asks; `body` keeps the bytes: nothing is lost."""

    code = "unreadable_answer"

    def __init__(self, message: str, body: bytes = b"") -> None:
        super().__init__(message)
        self.body = body


class NotUtf8(UnreadableAnswer):
    """The answer is not valid UTF-8."""

    code = "not_utf8"
    action = "Les octets reçus sont gardés avec les pages fautives : envoyez-les au soutien de Gazelle."


class TooDeep(UnreadableAnswer):
    """JSON nested deeper than Python reads: a record where it can be told apart, else the whole page."""

    code = "too_deep"
    action = "Cherchez la fiche démesurée dans les octets gardés avec les pages fautives, et corrigez-la dans Gazelle."


class QueryRefused(FetchError):
    """GraphQL errors and no data: the query, or the contract it was written for, is wrong."""

    code = "query_refused"
    action = "Le contrat de Gazelle a peut-être changé : comparez la requête de cette entité avec le schéma."

    def __init__(self, problems: Sequence[Problem]) -> None:
        shown = " ; ".join(str(problem) for problem in problems[:SHOWN_PROBLEMS])
        more = f" (et {len(problems) - SHOWN_PROBLEMS} autres)" if len(problems) > SHOWN_PROBLEMS else ""
        super().__init__(f"Gazelle a refusé la requête : {shown}{more}.")
        self.problems = tuple(problems)


class CursorRefused(FetchError):
    """Gazelle no longer accepts the cursor: the walk must start again from its first page."""

    code = "cursor_refused"
    action = "La lecture doit repartir de la première page ; ce qui est déjà reçu est gardé."
    retryable = True


class CursorRepeated(FetchError):
    """The list does not advance: following it would never end."""

    code = "cursor_repeated"
    action = "La lecture s’arrête pour ne pas tourner sans fin. Relancez-la plus tard ; si cela dure, prévenez Gazelle."


class EmptyAnswer(FetchError):
    """HTTP 200 without data and without errors, without the list asked for, or without a word about its end."""

    code = "empty_answer"
    action = "Rien n’a été retiré ici. La prochaine lecture réessaiera ; si cela dure, comparez requête et schéma."
    retryable = True


# -- a person must act: this machine -----------------------------------------------------------------------------------


class SpoolTorn(FetchError):
    """A page file that is cut, or not ours."""

    code = "spool_torn"
    action = "La page sera redemandée à Gazelle ; le fichier fautif est gardé 30 jours sous faults/."


class SpoolUnwritable(FetchError):
    """The folder of pages refuses to be written."""

    code = "spool_unwritable"
    action = "Vérifiez RAW_DATA_DIR et les droits de ce dossier, puis relancez la lecture."


class DiskFull(FetchError):
    """No room for a page; nothing was half written."""

    code = "disk_full"
    action = "Libérez de la place sur ce disque, puis relancez : la lecture reprendra à la page suivante."
