"""PostgreSQL: pg_dump on a snapshot that our own reading shares, pg_restore in one transaction."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from django.db import DatabaseError, InterfaceError
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.conninfo import make_conninfo

from syncing.backups.faults import BackupError, NoRoom, NoTool, TargetRefused, Torn, tells_full_disk, told

DUMP = "database/gazelle.pgdump"
FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
"""Where systems put each version, beside PATH."""
SCRATCH = "_essai_de_restauration"
ASIDE = "avant_restauration"
"""The schema in which what was there waits until what replaces it is proved."""
STOP = "Arrêtez le site et ses travailleurs, puis relancez."


def size(connection: BaseDatabaseWrapper) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def version(connection: BaseDatabaseWrapper) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0]).split()[0]


def described(connection: BaseDatabaseWrapper) -> str:
    held = connection.settings_dict
    return f"la base « {held['NAME']} » de {held['HOST'] or 'cette machine'}"


def exists(connection: BaseDatabaseWrapper) -> bool:
    return True  # a server whose database is missing says so by itself


@contextmanager
def dumped(connection: BaseDatabaseWrapper, path: Path) -> Iterator[tuple[BaseDatabaseWrapper, int]]:
    major = _major(connection)
    program, tool = _program("pg_dump", major)
    with told(path):
        connection.set_autocommit(False)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursor.execute("SELECT pg_export_snapshot()")
                snapshot = cursor.fetchone()[0]
            _run(
                program, connection, "--format=custom", "--compress=0", "--no-owner", "--no-privileges",
                f"--exclude-schema={ASIDE}", "--lock-wait-timeout=60s", f"--snapshot={snapshot}", f"--file={path}",
                f"--dbname={_address(connection)}",
            )  # fmt: skip
            yield connection, tool
        finally:
            with suppress(DatabaseError, InterfaceError):
                connection.rollback()
                connection.set_autocommit(True)


@contextmanager
def scratch(connection: BaseDatabaseWrapper, dump: Path, tool: int) -> Iterator[BaseDatabaseWrapper]:
    """A database of its own on the same server; one that a killed process left has the same name, and goes first."""
    program, _ = _program("pg_restore", max(tool, _major(connection)))
    name = f"{connection.settings_dict['NAME'][:40]}{SCRATCH}"
    quoted = connection.ops.quote_name(name)
    fresh = connection.copy(alias="scratch")
    fresh.settings_dict["NAME"] = name
    _create(connection, quoted)
    try:
        _run(program, fresh, "--exit-on-error", "--no-owner", "--no-privileges", f"--dbname={_address(fresh)}", dump)
        with told(name):
            fresh.set_autocommit(False)
            yield fresh
    finally:
        fresh.close()
        with told(name), connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")


def _create(connection: BaseDatabaseWrapper, quoted: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {quoted} TEMPLATE template0")
    except DatabaseError as error:
        if isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
            role = connection.settings_dict["USER"]
            raise BackupError(
                f"Le rôle « {role} » ne peut pas créer la base d’essai où la sauvegarde est restaurée.",
                action=f"Donnez-lui ce droit (ALTER ROLE {role} CREATEDB), puis relancez la vérification.",
            ) from error
        with told(quoted):
            raise


@contextmanager
def put_back(connection: BaseDatabaseWrapper, dump: Path, tool: int) -> Iterator[BaseDatabaseWrapper]:
    """What was there is set aside, and thrown away once what replaces it is proved; a death in between loses nothing:
    the next attempt finds it aside, and puts it back first."""
    program, _ = _program("pg_restore", max(tool, _major(connection)))
    with told(described(connection)):
        _refuse_company(connection)
        _set_aside(connection)
        try:
            _run(
                program, connection, "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges",
                f"--dbname={_address(connection)}", dump,
            )  # fmt: skip
            connection.set_autocommit(False)
            yield connection
            connection.rollback()
            connection.set_autocommit(True)
        except BaseException:
            with suppress(DatabaseError, InterfaceError):
                connection.close()
                _back_again(connection)
            raise
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {ASIDE} CASCADE")


def _refuse_company(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )
        others = cursor.fetchone()[0]
    if others:
        who = "Un autre programme est connecté" if others == 1 else f"{others} autres programmes sont connectés"
        raise TargetRefused(f"{who} à {described(connection)} : rien n’y a été changé.", action=STOP)


def _set_aside(connection: BaseDatabaseWrapper) -> None:
    _back_again(connection)
    with _at_once(connection), connection.cursor() as cursor:
        cursor.execute(f"ALTER SCHEMA public RENAME TO {ASIDE}")
        cursor.execute("CREATE SCHEMA public")
        cursor.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")


def _back_again(connection: BaseDatabaseWrapper) -> None:
    """As it was before a restore that did not end; nothing when none is pending."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = %s", [ASIDE])
        if not cursor.fetchone()[0]:
            return
    with _at_once(connection), connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS public CASCADE")
        cursor.execute(f"ALTER SCHEMA {ASIDE} RENAME TO public")


@contextmanager
def _at_once(connection: BaseDatabaseWrapper) -> Iterator[None]:
    connection.set_autocommit(False)
    try:
        yield
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.set_autocommit(True)


# -- the programs of PostgreSQL ----------------------------------------------------------------------------------------


def _major(connection: BaseDatabaseWrapper) -> int:
    try:
        connection.ensure_connection()
    except (DatabaseError, InterfaceError) as error:
        line = str(error).strip().split("\n", 1)[0]
        raise TargetRefused(
            f"{described(connection)} ne répond pas : {line}".replace("la base", "La base", 1)
        ) from error
    return int(connection.connection.info.server_version) // 10_000


def _program(name: str, at_least: int) -> tuple[Path, int]:
    """The oldest that is not older than `at_least`: a newer one writes settings that an older server refuses."""
    found = {Path(path) for path in (shutil.which(name),) if path}
    for pattern in FOLDERS:
        found |= {path / name for path in Path("/").glob(pattern.lstrip("/")) if (path / name).is_file()}
    versions = sorted((major, str(path)) for path in found if (major := _version_of(path)))
    for major, path in versions:
        if major >= at_least:
            return Path(path), major
    if not versions:
        raise NoTool(f"{name} n’est pas installé sur cette machine ; le serveur est PostgreSQL {at_least}.")
    raise NoTool(f"{name} est de la version {versions[-1][0]}, plus vieille que le serveur, PostgreSQL {at_least}.")


def _version_of(program: Path) -> int:
    try:
        answer = subprocess.run(  # noqa: S603  # a program of PostgreSQL, by its whole path
            [program, "--version"], capture_output=True, text=True, timeout=20, check=False
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    number = re.search(r"\) (\d+)", answer)
    return int(number[1]) if number else 0


def _address(connection: BaseDatabaseWrapper) -> str:
    """What libpq needs to know, without the password, which any user of the machine could read on a command line."""
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()} - {"password"}
    held = connection.get_connection_params()
    return make_conninfo(**{name: value for name, value in held.items() if name in known})


def _run(program: Path, connection: BaseDatabaseWrapper, *arguments: str | Path) -> None:
    password = connection.get_connection_params().get("password")
    environment = {**os.environ, "LC_ALL": "C", **({"PGPASSWORD": password} if password else {})}
    done = subprocess.run(  # noqa: S603  # a program of PostgreSQL, by its whole path, with arguments of ours
        [program, *arguments], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, errors="replace", check=False,
    )  # fmt: skip
    if done.returncode == 0:
        return
    if done.returncode == -signal.SIGXFSZ or tells_full_disk(done.stderr):
        raise NoRoom(f"Le disque est plein : {program.name} s’est arrêté.")
    line = next(iter(done.stderr.strip().splitlines()), f"code {done.returncode}").removeprefix(f"{program.name}: ")
    if program.name == "pg_restore" and "archive" in line:
        raise Torn(f"pg_restore ne lit pas la base de cette sauvegarde : {line}")
    raise BackupError(f"{program.name} a échoué : {line}")
