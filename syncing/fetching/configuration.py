"""What the fetcher needs to know, read from the environment and then from `.env`, without Django.

Each secret may be given as `NAME_FILE`, the path of a file that holds it. The API key wins over OAuth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from syncing.fetching.environment import API_URL, TOKEN_URL, Environment, WrongSettings
from syncing.fetching.errors import MissingCredentials
from syncing.fetching.oauth import ApiKey, OAuth
from syncing.fetching.tokens import FileStore, MemoryStore, Tokens, TokenStore
from syncing.fetching.transport import Credentials
from syncing.registry import PROJECT

__all__ = ["API_URL", "TOKEN_URL", "Configuration", "WrongSettings", "load"]


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


def load(variables: Mapping[str, str], env_file: Path = PROJECT / ".env") -> Configuration:
    """The settings of this environment; raises WrongSettings."""
    given = Environment.read(variables, env_file)
    return Configuration(
        api_url=given.address("GAZELLE_API_URL", API_URL),
        token_url=given.address("GAZELLE_TOKEN_URL", TOKEN_URL),
        client_id=given.secret("GAZELLE_CLIENT_ID"),
        client_secret=given.secret("GAZELLE_CLIENT_SECRET"),
        access_token=given.secret("GAZELLE_ACCESS_TOKEN"),
        refresh_token=given.secret("GAZELLE_REFRESH_TOKEN"),
        api_key=given.secret("GAZELLE_API_KEY"),
    )
