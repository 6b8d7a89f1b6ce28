"""One backup, from the database and the folders to a whole file in each place."""

from __future__ import annotations

import logging
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from pathlib import Path

import django
from django.conf import settings
from django.utils import timezone

from syncing import french, leases
from syncing.backups import sealing
from syncing.backups.archiving import Archive, Manifest, digest_of, forget, writing
from syncing.backups.databases import DATABASES, our_own, take
from syncing.backups.declaring import kept
from syncing.backups.faults import BackupError, NoRoom, told
from syncing.backups.models import Backup, BackupOutcome
from syncing.backups.places import name_for, places, workshop

logger = logging.getLogger(__name__)

LEASE = "backup"
LEASE_DURATION = timedelta(hours=2)
"""Of a machine that died; a process that died on this one is noticed at once."""
MARGIN = 1.5
"""Room asked for, as a share of the database: the dump, and its compressed copy."""


@contextmanager
def alone() -> Iterator[None]:
    """One backup, verification or clean-up at a time."""
    owner = leases.new_owner()
    if not leases.acquire(LEASE, owner, LEASE_DURATION):
        raise BackupError("Une sauvegarde ou une vérification est déjà en cours.", action="Attendez sa fin.")
    try:
        yield
    finally:
        leases.release(LEASE, owner)


def make() -> Backup:
    """A backup in every place, not yet proved. What goes wrong is on its row, then raised as BackupError."""
    with alone():
        _bury()
        row = Backup.objects.create(file=_free_name(), encrypted=sealing.is_wanted())
        try:
            with told(settings.BACKUP_DIR), workshop() as folder:
                built, manifest = _build(folder, row.file)
                row.size, row.sha256, row.rows = built.stat().st_size, digest_of(built), manifest.rows
                _keep(row, built)
        except BackupError as error:
            ended(row, BackupOutcome.FAILED, str(error), error.action)
            raise
        except Exception as error:
            ended(
                row, BackupOutcome.FAILED, f"Erreur imprévue : {type(error).__name__}.", "Voir le journal du serveur."
            )
            raise
        ended(row, BackupOutcome.MADE)
        logger.info("backup_made", extra={"size": row.size, "rows": row.rows})
        return row


def ended(row: Backup, outcome: BackupOutcome, message: str = "", action: str = "") -> None:
    row.finished_at = row.finished_at or timezone.now()
    row.outcome, row.message, row.action = outcome, message, action
    row.save()


def _free_name() -> str:
    """Named after this second, or the next one that no other backup has."""
    at = timezone.now()
    while Backup.objects.filter(file=name_for(at, sealed=sealing.is_wanted())).exists():
        at += timedelta(seconds=1)
    return name_for(at, sealed=sealing.is_wanted())


def _bury() -> None:
    """Under the lease, a row that is open is that of a process that died."""
    Backup.objects.filter(finished_at=None).update(
        finished_at=timezone.now(), outcome=BackupOutcome.FAILED, message="Le processus qui la faisait a disparu.",
        action="Relancez la sauvegarde.",
    )  # fmt: skip


def _build(folder: Path, name: str) -> tuple[Path, Manifest]:
    """The file, encrypted where wanted, whole and on the disk."""
    plain, dump = folder / name.removesuffix(sealing.SUFFIX), folder / "dump"
    with our_own() as connection:
        database = DATABASES[connection.vendor]
        _refuse_small(folder, database.size(connection))
        with writing(plain) as archive:
            # Before the database: a page that staging deletes meanwhile is in the dump, one that comes is asked again.
            _add_files(archive)
            made_at = timezone.now()
            taken = take(connection, dump)
            archive.add(database.DUMP, dump)
            forget(dump)
            manifest = Manifest(
                made_at=made_at.astimezone(UTC).isoformat(), kind=connection.vendor, database_version=taken.version,
                database_name=Path(str(connection.settings_dict["NAME"])).name, tool=taken.tool, dump=database.DUMP,
                migrations=taken.migrations, tables=taken.tables, members=tuple(archive.members),
                versions={"django": django.get_version(), "python": platform.python_version()},
            )  # fmt: skip
            archive.seal(manifest)
    if plain.name == name:
        return plain, manifest
    sealed = folder / name
    sealing.seal(plain, sealed)
    forget(plain)
    return sealed, manifest


def _add_files(archive: Archive) -> None:
    for one in kept():
        for name, path in one.files():
            archive.add(f"{one.name}/{name}", path)


def _refuse_small(folder: Path, size: int) -> None:
    """Before an hour of work, rather than after."""
    free, needed = shutil.disk_usage(folder).free, int(size * MARGIN)
    if free < needed:
        raise NoRoom(
            f"Il reste {french.number(free // 1_000_000)} Mo sur le disque de {folder.parent} ; "
            f"la sauvegarde en demande {french.number(needed // 1_000_000)}."
        )


def _keep(row: Backup, built: Path) -> None:
    """In each place, the nearest last, since it takes the file itself; one that refuses does not cost the others."""
    refused: list[BackupError] = []
    for place in reversed(places()):
        try:
            place.put(built, row.file)
            row.places.append(place.label)
        except BackupError as error:
            refused.append(error)
    if refused:
        where = f" Elle est gardée ({french.listed(row.places)})." if row.places else ""
        raise type(refused[0])(f"{refused[0]}{where}", action=refused[0].action) from refused[0]
