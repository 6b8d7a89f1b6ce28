"""A backup is one once it was restored: into a scratch database, each table compared with what the manifest says."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from syncing import french
from syncing.backups import sealing
from syncing.backups.archiving import Manifest, digest_of, forget, unpack
from syncing.backups.databases import DATABASES, WORDS, our_own
from syncing.backups.faults import BackupError, Different, Foreign, Newer, NotFound, Torn, WrongKey, told
from syncing.backups.hashing import differences
from syncing.backups.keeping import let_go
from syncing.backups.making import alone, ended
from syncing.backups.models import Backup, BackupOutcome
from syncing.backups.places import places, workshop

logger = logging.getLogger(__name__)

CONDEMNED = (Torn, Foreign, WrongKey, Different, NotFound)
"""Faults of the file itself; others say nothing of it, such as a server that refuses a scratch database."""
TOLD = 3


@dataclass(frozen=True)
class Verified:
    """What was proved of a file."""

    file: str
    made_at: datetime
    rows: int
    tables: int


def verify(row: Backup) -> Verified:
    """Prove a backup of ours, wherever it is; the result is on its row. Then what is outdated may go."""
    with alone():
        try:
            with workshop() as folder:
                done = prove(found(row, folder), folder, sha256=row.sha256)
        except CONDEMNED as error:
            ended(row, BackupOutcome.UNREADABLE, str(error), error.action)
            logger.error("backup_unreadable", extra={"why": error.code})
            raise
        except BackupError as error:
            if row.outcome != BackupOutcome.VERIFIED:
                ended(row, BackupOutcome(row.outcome), str(error), error.action)
            raise
        row.verified_at = timezone.now()
        ended(row, BackupOutcome.VERIFIED)
        logger.info("backup_verified", extra={"rows": done.rows})
        return done


def clean_up() -> int:
    """Let go of what is outdated, after a proof; how many files went."""
    with alone():
        return let_go(places())


def verify_file(path: Path) -> Verified:
    """Prove any file; nothing is written of it."""
    with alone(), workshop() as folder:
        return prove(path, folder)


def last() -> Backup:
    """The newest that is not thrown away. Raises NotFound."""
    row = Backup.objects.filter(removed_at=None).exclude(outcome__in=("", BackupOutcome.FAILED)).first()
    if row is None:
        raise NotFound("Il n’y a encore aucune sauvegarde.", action="Faites-en une : python manage.py backup.")
    return row


def found(row: Backup, folder: Path) -> Path:
    """Where it can be read, from the nearest place that has it."""
    refused: list[BackupError] = []
    for place in places():
        try:
            return place.fetch(row.file, folder / row.file)
        except BackupError as error:
            forget(folder / row.file)
            refused.append(error)
    silent = (error for error in refused if not isinstance(error, NotFound))  # it may be there
    raise next(silent, None) or NotFound(f"{row.file} n’est plus où elle avait été gardée.")


def prove(path: Path, folder: Path, *, sha256: str = "") -> Verified:
    """Read a file whole, restore its database beside ours, compare. Raises BackupError."""
    with told(path):
        if sha256 and digest_of(path) != sha256:
            raise Torn(f"{path.name} n’est plus le fichier qui avait été écrit : sa taille ou son contenu a changé.")
        manifest = opened(path, folder, everything=False)
        with our_own() as connection:
            if connection.vendor != manifest.kind:
                raise BackupError(
                    f"Cette sauvegarde est d’une base {WORDS.get(manifest.kind, manifest.kind)}, et le site est sur "
                    f"{WORDS[connection.vendor]} : elle ne peut pas être restaurée à l’essai ici.",
                    action="Vérifiez-la avec un DATABASE_URL du même genre.",
                )
            database = DATABASES[manifest.kind]
            with database.scratch(connection, folder / manifest.dump, manifest.tool) as scratch:
                if wrong := differences(manifest.tables, scratch):
                    raise Different(
                        f"Restaurée à l’essai, la base n’est pas celle qui a été sauvegardée : {in_short(wrong)}."
                    )
    return Verified(path.name, datetime.fromisoformat(manifest.made_at), manifest.rows, len(manifest.tables))


def opened(path: Path, folder: Path, *, everything: bool) -> Manifest:
    """The manifest of a file that is whole; its dump, or `everything`, is then under `folder`."""
    if not path.is_file():
        raise NotFound(f"{path} n’existe pas.")
    plain = path
    if sealing.is_sealed(path):
        plain = folder / "ouverte.tar.gz"
        sealing.unseal(path, plain)
    try:
        manifest = unpack(plain, folder, lambda name: everything or name.startswith("database/"))
    except BackupError as error:
        raise type(error)(str(error).replace(plain.name, path.name), action=error.action) from error
    if plain != path:
        forget(plain)
    refuse_newer(manifest)
    return manifest


def refuse_newer(manifest: Manifest) -> None:
    """Tables that this version does not know could be restored, and not used."""
    known = set(MigrationLoader(None).disk_migrations)
    ours = {app for app, _ in known}
    if unknown := [f"{app}.{name}" for app, name in manifest.migrations if app in ours and (app, name) not in known]:
        raise Newer(f"Cette sauvegarde vient d’une version plus récente : elle connaît {french.listed(unknown[-2:])}.")


def in_short(wrong: list[str]) -> str:
    rest = len(wrong) - TOLD
    return "; ".join(wrong[:TOLD]) + (f"; et {rest} autres" if rest > 0 else "")
