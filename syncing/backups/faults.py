"""What can go wrong with a backup, each in one French sentence with the next step."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError, InterfaceError

from syncing.fetching.writing import FULL
from syncing.vocabulary import SyncError

FULL_WORDS = ("No space left on device", "File too large", "Disk quota exceeded", "database or disk is full")
"""How programs written in C say what `FULL` says by number; they are run with LC_ALL=C."""


class BackupError(SyncError):
    """A backup that was not made, not proved or not put back."""

    code = "backup_failed"
    action = "Corrigez la cause, puis relancez « python manage.py backup »."


class NoTool(BackupError):
    """A program of PostgreSQL is missing, or older than the server."""

    code = "backup_no_tool"
    action = "Installez le paquet postgresql-client de la version du serveur, puis relancez."


class NoRoom(BackupError):
    """The disk is full; nothing was half written."""

    code = "backup_no_room"
    action = "Libérez de la place sur ce disque, ou nommez-en un autre dans BACKUP_DIR, puis relancez."


class FolderRefused(BackupError):
    """A folder cannot be read or written."""

    code = "backup_folder"
    action = "Vérifiez le dossier et ses droits, puis relancez."


class StoreRefused(BackupError):
    """The object store refused, or gave back something else than what it was given."""

    code = "backup_store"
    action = "Vérifiez BACKUP_STORAGE_URL, ses droits et le réseau, puis relancez."


class NotFound(BackupError):
    """There is no such file."""

    code = "backup_not_found"
    action = "Donnez le chemin d’une sauvegarde, ou un nom de la liste de /systeme/sauvegardes/."


class Torn(BackupError):
    """A file of ours that is cut, or in which a bit changed."""

    code = "backup_torn"
    action = "Prenez une autre sauvegarde ; celle-ci ne peut pas servir."


class Foreign(BackupError):
    """A file that this program did not make."""

    code = "backup_foreign"
    action = "Donnez un fichier que « python manage.py backup » a fait."


class Newer(BackupError):
    """A file made by a later version of this program."""

    code = "backup_newer"
    action = "Installez la version qui l’a faite, ou une plus récente, puis relancez."


class WrongKey(BackupError):
    """The file is encrypted, and none of our keys opens it."""

    code = "backup_key"
    action = "Mettez dans BACKUP_ENCRYPTION_KEYS la clé avec laquelle elle a été faite, puis relancez."


class Different(BackupError):
    """What was put back is not what was saved."""

    code = "backup_different"
    action = "Ne vous fiez pas à cette sauvegarde : relancez-en une, et gardez celle-ci pour comprendre."


class TargetRefused(BackupError):
    """The database in which to restore cannot be used so."""

    code = "restore_refused"
    action = "Vérifiez l’adresse de la base, puis relancez."


class NotEmpty(BackupError):
    """Something would be overwritten, and nobody said that it may be."""

    code = "restore_not_empty"
    action = "Si c’est bien ce que vous voulez, ajoutez --yes."


def tells_full_disk(told: str) -> bool:
    return any(words in told for words in FULL_WORDS)


@contextmanager
def told(what: Path | str) -> Iterator[None]:
    """Faults of the disk and of the database, as faults of a backup; `what` is the file or folder at hand."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise NoRoom(f"Le disque est plein : {what} n’a pas pu être écrit.") from error
        raise FolderRefused(f"{what} : {error.strerror or type(error).__name__}.") from error
    except (sqlite3.Error, DatabaseError, InterfaceError) as error:
        if "disk I/O error" in str(error):  # SQLite's, for any refusal of the system to write
            raise NoRoom(f"{what} n’a pas pu être écrit : ce disque est plein ou en panne.") from error
        if tells_full_disk(str(error)):
            raise NoRoom(f"Le disque est plein : {what} n’a pas pu être écrit.") from error
        line = " ".join(str(error).split("\n", 1)[0].split())
        raise BackupError(f"La base de données a refusé : {line}") from error
