"""Putting a backup back: the database, then the folders, compared at the end with what the manifest says.

Nothing is touched before the file was read whole, and nothing that is there is replaced without being told to.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from syncing import french
from syncing.backups.archiving import Manifest
from syncing.backups.databases import DATABASES, WORDS, connected, our_own
from syncing.backups.declaring import Kept, kept
from syncing.backups.faults import Different, NotEmpty, TargetRefused, told
from syncing.backups.hashing import differences
from syncing.backups.making import LEASE
from syncing.backups.models import Backup, BackupOutcome
from syncing.backups.verifying import in_short, opened
from syncing.models import Lease
from syncing.scheduling.models import JobRun, RunOutcome

logger = logging.getLogger(__name__)

NEW, OLD = ".restauration", ".avant-restauration"
"""Ends the names of a folder on its way in, and of the one it replaces."""


@dataclass(frozen=True)
class Restored:
    """What is there now."""

    made_at: datetime
    where: str
    rows: int
    tables: int
    files: int
    must_migrate: bool


@dataclass
class Restore:
    """A file that was read whole, and the database that would receive it."""

    path: Path
    folder: Path
    """Where it is unpacked."""
    manifest: Manifest
    connection: BaseDatabaseWrapper
    is_ours: bool
    """Whether it is the site's own database: then the folders follow."""

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.manifest.made_at)

    @property
    def where(self) -> str:
        return DATABASES[self.connection.vendor].described(self.connection)

    def losses(self) -> list[str]:
        """What would be overwritten, each in a few French words; empty on an empty machine."""
        with told(self.where):
            tables = _filled(self.connection)
        found = []
        if tables:
            rows = french.counted(sum(tables.values()), "ligne", "lignes")
            found.append(f"{self.where} : {rows} dans {french.counted(len(tables), 'table', 'tables')}")
        for one in self._folders():
            if count := sum(1 for _ in one.files()):
                found.append(f"{one.directory()} : {french.counted(count, 'fichier', 'fichiers')} ({one.label})")
        return found

    def put_back(self, *, overwrite: bool = False) -> Restored:
        """Replace all that `losses` tells, which must have been accepted. Raises NotEmpty and BackupError."""
        if not overwrite and (losses := self.losses()):
            raise NotEmpty(f"Ceci serait remplacé : {'; '.join(losses)}.")
        database = DATABASES[self.connection.vendor]
        dump = self.folder / self.manifest.dump
        with told(self.where), database.put_back(self.connection, dump, self.manifest.tool) as restored:
            if wrong := differences(self.manifest.tables, restored):
                raise Different(f"Ce qui a été restauré n’est pas ce qui avait été sauvegardé : {in_short(wrong)}.")
        files = sum(_replace(one, self.folder / one.name) for one in self._folders())
        must_migrate = not _knows_all(self.manifest)
        if self.is_ours and not must_migrate:
            _tell_the_past(self.path.name, self.manifest)
        logger.warning("backup_restored", extra={"rows": self.manifest.rows, "files": files})
        return Restored(
            self.made_at, self.where, self.manifest.rows, len(self.manifest.tables), files, must_migrate
        )  # fmt: skip

    def _folders(self) -> tuple[Kept, ...]:
        return kept() if self.is_ours else ()


@contextmanager
def prepared(path: Path, folder: Path, into: Mapping[str, Any] | None = None) -> Iterator[Restore]:
    """A file, read whole into `folder`, and the database it is for: the site's, or `into`. Raises BackupError."""
    with told(path):
        manifest = opened(path, folder, everything=into is None)
    with connected(into) if into else our_own() as connection:
        if connection.vendor != manifest.kind:
            raise TargetRefused(
                f"Cette sauvegarde est d’une base {WORDS.get(manifest.kind, manifest.kind)} ; la base à remplir est "
                f"{WORDS.get(connection.vendor, connection.vendor)}.",
                action="Donnez avec --into, ou dans DATABASE_URL, une base du même genre.",
            )
        yield Restore(path, folder, manifest, connection, is_ours=into is None)


def _filled(connection: BaseDatabaseWrapper) -> dict[str, int]:
    """Every table with rows, ours or not."""
    if not DATABASES[connection.vendor].exists(connection):
        return {}
    try:
        with connection.cursor() as cursor:
            found = {}
            for name in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608  # quoted
                if count := cursor.fetchone()[0]:
                    found[name] = count
            return found
    except (DatabaseError, InterfaceError) as error:
        line = str(error).strip().split("\n", 1)[0]
        raise TargetRefused(
            f"La base à remplir ne répond pas : {line}", action="Créez-la vide, puis relancez."
        ) from error


def _replace(one: Kept, restored: Path) -> int:
    """The folder as it was in the backup, from one instant to the next; how many files."""
    directory = one.directory()
    coming, going = (directory.with_name(f"{directory.name}{end}") for end in (NEW, OLD))
    with told(directory):
        for left in (coming, going):
            shutil.rmtree(left, ignore_errors=True)
        if not restored.is_dir():
            restored.mkdir(parents=True)
        directory.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(restored, coming)
        if directory.exists():
            directory.replace(going)
        coming.replace(directory)
        shutil.rmtree(going, ignore_errors=True)
    return sum(1 for _ in one.files())


def _knows_all(manifest: Manifest) -> bool:
    """Whether every migration of this version was applied when the backup was made."""
    return set(MigrationLoader(None).disk_migrations) <= set(manifest.migrations)


def _tell_the_past(name: str, manifest: Manifest) -> None:
    """When it was made, this backup was at work: whoever reads the restored journal would think that it died."""
    now = timezone.now()
    Lease.objects.filter(name=LEASE).delete()
    Backup.objects.filter(file=name, finished_at=None).update(
        finished_at=now, outcome=BackupOutcome.VERIFIED, verified_at=now, rows=manifest.rows,
        message="Restaurée ici.",
    )  # fmt: skip
    JobRun.objects.filter(job=LEASE, finished_at=None).update(
        finished_at=now, outcome=RunOutcome.SUCCESS, owner="", message="La base restaurée vient de cette sauvegarde."
    )
