"""OAuth tokens and where an installation keeps them.

A store that cannot be read is told apart from a refusal by Gazelle: the remedies differ.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from syncing.fetching.errors import DiskFull, MissingCredentials, SpoolUnwritable, TokenStoreUnreadable
from syncing.fetching.writing import write_whole


@dataclass(frozen=True)
class Tokens:
    """An access token and what renews it; `expires_at` is what Gazelle announced, shown but never relied upon."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    expires_at: datetime | None = None


class TokenStore(Protocol):
    """Where one installation keeps its tokens."""

    @property
    def can_save(self) -> bool:
        """Whether a renewed token would survive; without that, none is asked for."""

    def load(self) -> Tokens:
        """The tokens of now; raises MissingCredentials or TokenStoreUnreadable."""

    def save(self, tokens: Tokens) -> None:
        """Both tokens at once, or none."""

    def refused(self, reason: str) -> None:
        """Remember that Gazelle will not renew these tokens, and why."""

    def lock(self) -> AbstractContextManager[None]:
        """Held by one thread of one process at a time."""


class MemoryStore:
    """Tokens of one process; `can_save=False` for those of the environment, which nothing can write back."""

    def __init__(self, tokens: Tokens, *, can_save: bool = True) -> None:
        self.tokens = tokens
        self.can_save = can_save
        self.reason = ""
        self._lock = threading.Lock()

    def load(self) -> Tokens:
        return self.tokens

    def save(self, tokens: Tokens) -> None:
        self.tokens = tokens

    def refused(self, reason: str) -> None:
        self.reason = reason

    @contextmanager
    def lock(self) -> Iterator[None]:
        with self._lock:
            yield


class FileStore:
    """Tokens in a JSON file readable by its owner only; `seed` serves until the file exists."""

    can_save = True

    def __init__(self, path: Path | str, seed: Tokens | None = None) -> None:
        self.path = Path(path)
        self.seed = seed

    def load(self) -> Tokens:
        try:
            text = self.path.read_text("utf-8")
        except FileNotFoundError:
            if self.seed:
                return self.seed
            raise MissingCredentials(f"Le fichier des jetons {self.path} n’existe pas.") from None
        except (OSError, UnicodeDecodeError) as error:
            raise TokenStoreUnreadable(
                f"Le fichier des jetons {self.path} ne peut pas être lu ({type(error).__name__})."
            ) from None
        return _parsed(text, self.path)

    def save(self, tokens: Tokens) -> None:
        value = {
            "access_token": tokens.access,
            "refresh_token": tokens.refresh,
            "expires_at": tokens.expires_at.isoformat() if tokens.expires_at else None,
        }
        try:
            write_whole(self.path, [json.dumps(value, indent=2).encode()], mode=0o600)
        except (DiskFull, SpoolUnwritable) as error:
            raise TokenStoreUnreadable(f"Les jetons renouvelés n’ont pas pu être gardés. {error}") from error

    def refused(self, reason: str) -> None:
        """Nothing to remember: the fetcher says it on its way out."""

    @contextmanager
    def lock(self) -> Iterator[None]:
        beside = self.path.with_name(f"{self.path.name}.lock")
        try:
            descriptor = os.open(beside, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise TokenStoreUnreadable(f"{beside} ne peut pas être créé : {error.strerror}.") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # the system releases it when its holder dies
            yield
        finally:
            os.close(descriptor)


def _parsed(text: str, path: Path) -> Tokens:
    try:
        value = json.loads(text)
        access, refresh = value["access_token"], value.get("refresh_token") or ""
        expires_at = value.get("expires_at") if isinstance(value, Mapping) else None
        if not isinstance(access, str) or not access or not isinstance(refresh, str):
            raise TypeError
    except (ValueError, TypeError, KeyError, AttributeError):
        raise TokenStoreUnreadable(f"Le fichier des jetons {path} n’a pas la forme attendue.") from None
    return Tokens(access, refresh, instant(expires_at))


def instant(value: object) -> datetime | None:
    """An ISO-8601 instant, None for anything else."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found
