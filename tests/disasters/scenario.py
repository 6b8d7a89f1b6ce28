"""What a scenario is, and what it is given to play with."""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from tests.disasters.house import Database, House, PostgresDatabase, SqliteFile, opened
from tests.postgres import Cluster, cluster

Value = TypeVar("Value")
SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SQLITE, POSTGRESQL)


class NotPlayed(Exception):
    """This machine cannot play the scenario; the reason is told, loudly."""


@dataclass
class Stage:
    """One playing of one scenario: its dice, its database, its scratch folder."""

    name: str
    seed: int
    database: str
    percent: int = 100
    """How much of a whole run is played; 0 is the short form."""
    server: str = ""
    """The PostgreSQL server where databases may be created."""
    folder: Path = Path()
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(f"{self.name}-{self.seed}")

    def times(self, usual: int, short: int) -> int:
        """How often, in a whole run and in the short form."""
        return max(short, usual * self.percent // 100)

    @property
    def is_busy(self) -> bool:
        return is_busy(self.database, self.seed)

    def share(self, values: list[Value]) -> list[Value]:
        """Every other one; the rest is played on the other database in the same run."""
        return values[self.is_busy :: 2] if self.percent else values

    def new_folder(self) -> Path:
        return Path(tempfile.mkdtemp(prefix="house-", dir=self.folder))

    @contextmanager
    def house(self, *, database: Database | None = None, folder: Path | None = None, **options: Any) -> Iterator[House]:
        """An installation with its tables, nothing read yet; a few records of each kind, on several pages."""
        folder = folder or self.new_folder()
        if database is None:
            database = SqliteFile(folder) if self.database == SQLITE else PostgresDatabase(self.server)
        options = {"max_first": 6, "trimmed": True} | options
        with opened(House(folder, database, seed=self.seed, **options)) as house:
            yield house

    @contextmanager
    def own_server(self) -> Iterator[Cluster]:
        """A PostgreSQL that may be stopped, since nobody else uses it."""
        with cluster(durable=True) as server:
            if server is None:
                raise NotPlayed("no PostgreSQL binaries to start a server of our own from")
            yield server


Play = Callable[[Stage], str]


@dataclass(frozen=True)
class Scenario:
    """One disaster: what it is called, what it promises, and how it is played. `play` answers with its figures."""

    name: str
    title: str
    play: Play
    databases: tuple[str, ...]
    short: tuple[str, ...]
    """On which databases it is played in the short form: most know nothing of theirs, and once is enough there."""
    aside: bool
    """Hardly depends on the database: left to the one that is not busy with the thousand syncs."""


SCENARIOS: dict[str, Scenario] = {}


def is_busy(database: str, seed: int) -> bool:
    """Whether this database plays the thousand syncs; with the next seed the other one does."""
    return seed % 2 == (database == POSTGRESQL)


def scenario(
    title: str, *, databases: tuple[str, ...] = BOTH, short: tuple[str, ...] = (), aside: bool = False
) -> Callable[[Play], Play]:
    """Register a function as a scenario, under its own name."""

    def register(play: Play) -> Play:
        name = play.__name__.replace("_", "-")
        SCENARIOS[name] = Scenario(name, title, play, databases, short, aside)
        return play

    return register


def played(chosen: Scenario, *, seed: int, database: str, server: str, percent: int = 100) -> str:
    """Play one scenario and answer with its figures; raises what went wrong, or NotPlayed."""
    with tempfile.TemporaryDirectory(prefix=f"disaster-{chosen.name}-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # noqa: S103, PTH101  # a PostgreSQL run by another user reaches its tablespace there
        stage = Stage(chosen.name, seed, database, percent, server, Path(folder))
        return chosen.play(stage)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system that fills up quickly; NotPlayed where mounting is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=777", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise NotPlayed(f"a small file system cannot be mounted here: {done.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)  # noqa: S607


def some_of(values: list[Any], count: int, chance: random.Random) -> list[Any]:
    return values if len(values) <= count else chance.sample(values, count)
