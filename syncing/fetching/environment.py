"""Settings as a person gave them: in the environment first, then in `.env`.

The one reader of both, for the fetcher and for Django's settings: two readers once understood the same line
differently, and a key that one of them missed silently led to invented data. Whatever cannot be read is refused here.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dotenv.parser import parse_stream

from syncing.fetching.pacing import is_loopback
from syncing.vocabulary import SyncError

API_URL = "https://gazelleapp.io/graphql/private/"
TOKEN_URL = "https://gazelleapp.io/developer/oauth/token"  # noqa: S105  # an address, not a secret
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class WrongSettings(SyncError):
    """A setting that cannot be used; nothing was asked of Gazelle."""

    code = "wrong_settings"
    action = "Corrigez ce réglage dans l’environnement ou dans .env."


@dataclass(frozen=True)
class Environment:
    """What is given, and where: the environment wins over the file, and an empty value is not given at all."""

    variables: Mapping[str, str] = field(repr=False)
    env_file: Path
    lines: Mapping[str, str] = field(repr=False)

    @classmethod
    def read(cls, variables: Mapping[str, str], usual: Path) -> Environment:
        """These variables and the file that ENV_FILE names, or else the usual one, which may be absent."""
        named = variables.get("ENV_FILE", "").strip()
        if named:
            return cls(variables, Path(named), _lines(Path(named), f"ENV_FILE : {named}"))
        # A link that leads nowhere is a file somebody counts on: lexists, not exists.
        return cls(variables, usual, _lines(usual, str(usual)) if os.path.lexists(usual) else {})

    def get(self, name: str) -> str:
        """The value of a setting, "" when it is not given; raises WrongSettings."""
        return self._in(self.variables, name, "l’environnement") or self._in(self.lines, name, self.env_file.name)

    def secret(self, name: str) -> str:
        """A value that travels in a header: what could not is refused here, by a sentence that does not show it."""
        value = self.get(name)
        if not (value.isascii() and value.isprintable()):
            raise WrongSettings(
                f"{name} : clé illisible, elle contient un accent, un saut de ligne ou un autre intrus."
            )
        return value

    def address(self, name: str, usual: str) -> str:
        """A complete https address; plain http is for this very machine."""
        url = self.get(name) or usual
        try:
            address = urlsplit(url)
            host, _port = address.hostname, address.port
        except ValueError:
            host = None
        if not host or address.scheme not in ("https", "http"):
            raise WrongSettings(f"{name} n’est pas une adresse complète : « {url} ».")
        if address.scheme == "http" and not is_loopback(url):
            raise WrongSettings(f"{name} doit commencer par https:// (http:// est permis sur cette machine seulement).")
        return url

    def _in(self, source: Mapping[str, str], name: str, place: str) -> str:
        value, path = source.get(name, "").strip(), source.get(f"{name}_FILE", "").strip()
        if value and path:
            raise WrongSettings(f"{name} et {name}_FILE sont donnés tous les deux dans {place} : gardez-en un.")
        if not path:
            return value
        held = _text(Path(path), f"{name}_FILE : {path}").strip()
        if not held:
            raise WrongSettings(f"{name}_FILE : {path} est vide.")
        return held


def _lines(path: Path, shown: str) -> dict[str, str]:
    """The settings of an env file, `$` taken literally; of a name given twice, the last one, as a shell does."""
    found: dict[str, str] = {}
    for line in parse_stream(io.StringIO(_text(path, shown))):
        if line.error or (line.key is not None and (line.value is None or not NAME.fullmatch(line.key))):
            text = line.original.string
            number = line.original.line + text[: len(text) - len(text.lstrip())].count("\n")
            # The line itself is not shown: it may be the second half of a secret.
            raise WrongSettings(f"{path.name}, ligne {number} : illisible, écrivez NOM=valeur.")
        if line.key is not None:
            found[line.key] = line.value or ""
    return found


def _text(path: Path, shown: str) -> str:
    try:
        return path.read_text("utf-8-sig")  # some Windows editors begin a file with a byte order mark
    except FileNotFoundError:
        raise WrongSettings(f"{shown} n’existe pas.") from None
    except OSError as error:
        raise WrongSettings(f"{shown} ne peut pas être lu ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise WrongSettings(f"{shown} n’est pas en UTF-8 : enregistrez-le dans cet encodage.") from None
    except ValueError:
        raise WrongSettings(f"{shown!r} n’est pas un nom de fichier.") from None
