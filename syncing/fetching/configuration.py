"""What the fetcher needs to know, read from the environment and then from `.env`, without Django.

Each secret may be given as `NAME_FILE`, the path of a file that holds it. The API key wins over OAuth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from syncing.fetching.errors import MissingCredentials
from syncing.fetching.oauth import ApiKey, OAuth
from syncing.fetching.pacing import is_loopback
from syncing.fetching.tokens import FileStore, MemoryStore, Tokens, TokenStore
from syncing.fetching.transport import Credentials
from syncing.registry import PROJECT
from syncing.vocabulary import SyncError

API_URL = "https://gazelleapp.io/graphql/private/"
TOKEN_URL = "https://gazelleapp.io/developer/oauth/token"  # noqa: S105  # an address, not a secret


class WrongSettings(SyncError):
    """A setting that cannot be used; nothing was asked of Gazelle."""

    code = "wrong_settings"
    action = "Corrigez ce réglage dans l’environnement ou dans .env."


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """The fetcher's settings; secrets stay out of its representation."""

    api_url: str = API_URL
    token_url: str = TOKEN_URL
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)

    def credentials(self, token_file: Path | None = None) -> Credentials:
        """The API key, else the tokens of the file, else those of the environment, which cannot be renewed."""
        if self.api_key:
            return ApiKey(self.api_key)
        return OAuth(self._store(token_file), self.token_url, self.client_id, self.client_secret)

    def _store(self, token_file: Path | None) -> TokenStore:
        given = Tokens(self.access_token, self.refresh_token) if self.access_token or self.refresh_token else None
        if token_file:
            store = FileStore(token_file, seed=given)
            store.load()  # a missing or damaged file is said before the first request
            return store
        if given is None or not given.access:
            raise MissingCredentials(
                "Aucun accès à Gazelle n’est configuré.",
                action="Donnez GAZELLE_API_KEY, ou GAZELLE_ACCESS_TOKEN, ou un fichier de jetons avec --token-file.",
            )
        return MemoryStore(given, can_save=False)


def load(environ: Mapping[str, str], env_file: Path | None = None) -> Configuration:
    """The settings of this environment; raises WrongSettings."""
    path = env_file or Path(environ.get("ENV_FILE", PROJECT / ".env"))
    sources = (environ, {name: value for name, value in dotenv_values(path).items() if value is not None})
    configuration = Configuration(
        api_url=_setting("GAZELLE_API_URL", sources) or API_URL,
        token_url=_setting("GAZELLE_TOKEN_URL", sources) or TOKEN_URL,
        client_id=_setting("GAZELLE_CLIENT_ID", sources),
        client_secret=_setting("GAZELLE_CLIENT_SECRET", sources),
        access_token=_setting("GAZELLE_ACCESS_TOKEN", sources),
        refresh_token=_setting("GAZELLE_REFRESH_TOKEN", sources),
        api_key=_setting("GAZELLE_API_KEY", sources),
    )
    for name, url in (("GAZELLE_API_URL", configuration.api_url), ("GAZELLE_TOKEN_URL", configuration.token_url)):
        _check_address(name, url)
    return configuration


def _setting(name: str, sources: tuple[Mapping[str, str], ...]) -> str:
    """The environment first, then the file; in each, the value itself before the path of a file that holds it."""
    for source in sources:
        if source.get(name):
            return source[name].strip()
        if path := source.get(f"{name}_FILE"):
            try:
                return Path(path).read_text("utf-8").strip()
            except OSError as error:
                raise WrongSettings(f"{name}_FILE : {path} ne peut pas être lu ({error.strerror}).") from None
    return ""


def _check_address(name: str, url: str) -> None:
    address = urlsplit(url)
    if not address.hostname or address.scheme not in ("https", "http"):
        raise WrongSettings(f"{name} n’est pas une adresse complète : « {url} ».")
    if address.scheme == "http" and not is_loopback(url):
        raise WrongSettings(f"{name} doit commencer par https:// (http:// est permis sur cette machine seulement).")
