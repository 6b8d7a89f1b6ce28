"""Encryption of a whole file with age, in a format that the `age` command opens too; memory stays flat.

The first key of BACKUP_ENCRYPTION_KEYS encrypts, any of them opens.
"""

from __future__ import annotations

from pathlib import Path

import pyrage
from django.conf import settings

from syncing.backups.faults import Torn, WrongKey

SUFFIX = ".age"
MAGIC = b"age-encryption.org/"


def is_wanted() -> bool:
    return bool(settings.BACKUP_ENCRYPTION_KEYS)


def is_sealed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def seal(source: Path, target: Path) -> None:
    pyrage.encrypt_file(str(source), str(target), [_identities()[0].to_public()])


def unseal(source: Path, target: Path) -> None:
    """Raises WrongKey, or Torn when what follows the head is cut or changed."""
    if not is_wanted():
        raise WrongKey(f"{source.name} est chiffrée, et BACKUP_ENCRYPTION_KEYS est vide.")
    try:
        pyrage.decrypt_file(str(source), str(target), _identities())
    except pyrage.DecryptError:
        raise WrongKey(
            f"Aucune clé de BACKUP_ENCRYPTION_KEYS n’ouvre {source.name}, ou son en-tête est abîmé."
        ) from None
    except OSError as error:
        if error.errno is not None:  # the disk
            raise
        raise Torn(f"{source.name} est coupée ou abîmée : elle ne se déchiffre pas jusqu’au bout.") from None


def _identities() -> list[pyrage.x25519.Identity]:
    return [pyrage.x25519.Identity.from_str(key) for key in settings.BACKUP_ENCRYPTION_KEYS]
