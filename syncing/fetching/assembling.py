"""Pages gathered in `FILE.parts/`, then assembled into one JSON file, page after page so that memory stays flat."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from syncing.fetching.errors import FetchError, SpoolTorn
from syncing.fetching.pages import Page, Plan
from syncing.fetching.spool import ENVELOPE, Spool
from syncing.fetching.writing import as_json, write_whole
from syncing.registry import Entity


class OtherReading(FetchError):
    """The parts in the way belong to another request."""

    code = "other_reading"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a file was asked to hold: the same command resumes, another one must say `--fresh`."""

    entity: str
    mode: str
    api_url: str
    query: str
    """Digest of the query: a changed declaration does not continue an older reading."""
    window: Mapping[str, object] = field(default_factory=dict)
    started_at: str = ""

    @classmethod
    def of(cls, plan: Plan, mode: str, api_url: str) -> Request:
        digest = hashlib.sha256(plan.query.encode()).hexdigest()[:16]
        now = datetime.now(UTC).isoformat(timespec="seconds")
        window = dict(plan.variables)
        return cls(entity=plan.entity, mode=mode, api_url=api_url, query=digest, window=window, started_at=now)

    def same_as(self, other: Request, *, any_window: bool) -> bool:
        """Whether they ask the same thing; a window counted back from now differs at each call."""
        mine, theirs = asdict(self), asdict(other)
        for name in ("started_at", *(["window"] if any_window else [])):
            del mine[name], theirs[name]
        return mine == theirs


@dataclass(frozen=True)
class Summary:
    """What an assembled file holds."""

    path: Path
    pages: int
    records: int
    total: int | None
    faults: tuple[str, ...]


class Parts:
    """The folder beside the output file where a reading waits to be whole."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.directory = output.with_name(f"{output.name}.parts")
        self.spool = Spool(self.directory)
        self._request = self.directory / "request.json"

    @contextmanager
    def held(self) -> Iterator[None]:
        """For one process at a time: two would write each other's pages. Raises OtherReading when taken."""
        lock = self.output.with_name(f"{self.directory.name}.lock")
        lock.parent.mkdir(parents=True, exist_ok=True)
        with lock.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # released by the system when its holder dies
            except BlockingIOError:
                raise OtherReading(
                    f"Une autre commande écrit déjà {self.output}.", action="Attendez sa fin, ou arrêtez-la."
                ) from None
            try:
                yield
            finally:
                lock.unlink(missing_ok=True)

    def open(self, request: Request, *, fresh: bool, any_window: bool) -> Request:
        """The request being read: the one found here when it is the same, else the given one."""
        if fresh:
            self.remove()
        found = self._found()
        if found is None and self._is_foreign():
            raise OtherReading(
                f"{self.directory} contient autre chose qu’une lecture interrompue.",
                action="Choisissez un autre --output, ou ajoutez --fresh pour effacer ce dossier.",
            )
        if found is None:
            write_whole(self._request, [json.dumps(asdict(request)).encode()])
            return request
        if not request.same_as(found, any_window=any_window):
            raise OtherReading(
                f"{self.directory} contient une autre lecture, commencée le {found.started_at}.",
                action="Relancez la commande d’origine pour la reprendre, ou ajoutez --fresh pour l’abandonner.",
            )
        return found

    def last(self, entity: str, leg: str) -> Page | None:
        """The page from which to go on: the last of those that follow each other without a gap.

        What lies beyond a gap or a torn page is dropped, or it would outlive a list that became shorter.
        """
        last: Page | None = None
        sound = True
        for path in self._paths(entity, leg):
            page = self._sound(path) if sound else None
            if page is None or page.number != (last.number if last else 0) + 1:
                sound = False
                self.spool.delete(path)
            else:
                last = page
        return last

    def assemble(self, entity: Entity, request: Request, leg: str) -> Summary:
        """Write the whole file, then drop the parts."""
        faults: list[str] = []
        pages, records, last = 0, 0, None
        for page in self._pages(entity.name, leg):
            pages, records, last = pages + 1, records + len(page.nodes), page
            faults += page.faults
        total = last.total if last else None
        metadata = {
            "envelope": ENVELOPE,
            "entity": entity.name,
            "label": entity.label,
            "mode": request.mode,
            "window": dict(request.window),
            "started_at": request.started_at,
            "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "api_url": request.api_url,
            "pages": pages,
            "records": records,
            "total": total,
            "faults": faults,
        }
        write_whole(self.output, self._chunks(metadata, entity.name, leg))
        self.remove()
        return Summary(self.output, pages, records, total, tuple(faults))

    def remove(self) -> None:
        """Drop what was gathered."""
        with suppress(FileNotFoundError):
            shutil.rmtree(self.directory)

    def _is_foreign(self) -> bool:
        """Whether the folder holds files without the request they belong to: nobody's to delete unasked."""
        files = (path for path in self.directory.rglob("*") if path.is_file())
        return any(not path.name.startswith(self._request.name) for path in files)

    def _found(self) -> Request | None:
        try:
            return Request(**json.loads(self._request.read_text("utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def _paths(self, entity: str, leg: str) -> list[Path]:
        return sorted((self.directory / entity / leg).glob("page-*.json"))

    def _pages(self, entity: str, leg: str) -> Iterator[Page]:
        return (self.spool.read(path) for path in self._paths(entity, leg))

    def _sound(self, path: Path) -> Page | None:
        try:
            return self.spool.read(path)
        except SpoolTorn:
            return None

    def _chunks(self, metadata: Mapping[str, object], entity: str, leg: str) -> Iterator[bytes]:
        """The bytes of the file: metadata first, then one node a line."""
        yield json.dumps(metadata, ensure_ascii=False, indent=1).encode()[:-2] + b',\n "nodes": ['
        separator = b"\n"
        for page in self._pages(entity, leg):
            for node in page.nodes:
                yield separator + as_json(node)
                separator = b",\n"
        yield b"\n]}\n"
