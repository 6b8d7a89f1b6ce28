"""Old and new answers side by side, for the weeks when both assistants run: a file of questions in, differences out."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from django.contrib.auth.models import User

from assistant.answering.memory import Memory
from assistant.conversations import NotAnswered, Said, reply_to
from assistant.replies import Reply
from clients.models import Technician
from syncing.folding import fold, words

QUESTION = ("q", "question")
THEIRS = ("v4", "answer", "réponse", "reponse", "reponse_v4", "réponse_v4")
EXPECTED = ("intent", "outcome", "slots")
TELLING = re.compile(r"\w*\d[\w:,]*|[A-ZÀ-Ý][\w’'-]+")
"""What an answer is about: numbers, hours and names."""


class Refusal(NamedTuple):
    """How a question that nothing can be made of is written in such files."""

    intent: str = "empty"
    outcome: str = "error"
    slots: Mapping[str, Any] = MappingProxyType({})


class Unreadable(ValueError):
    """A file of questions that cannot be read; the message says which line."""


@dataclass(frozen=True)
class Case:
    """One question of the file, with what the old assistant said and what should be understood, when they are given."""

    question: str
    user: str = ""
    now: datetime | None = None
    theirs: str = ""
    readings: Sequence[Mapping[str, Any]] = ()
    """What may be understood: the expected `intent`, `slots` and `outcome`, then other readings that are right too."""
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class Compared:
    """A case, answered."""

    case: Case
    said: Said | None
    refusal: str
    unexpected: tuple[str, ...]
    """What was understood otherwise than the file says."""
    only_theirs: tuple[str, ...]
    """Numbers and names of the old answer that ours does not hold."""

    @property
    def ours(self) -> str:
        """Our answer with its list, as text."""
        return as_text(self.said.reply) if self.said else self.refusal


def as_text(reply: Reply) -> str:
    """An answer as a terminal shows it: its sentence, what it does not know, its choices or its list."""
    choices = (f"{rank}. {choice}" for rank, choice in enumerate(reply.choices, 1))
    cards = (" — ".join([card.title, *card.lines]) for card in reply.items)
    return "\n".join([reply.answer, *reply.notes, *(choices if reply.choices else cards)])


def cases(path: Path) -> list[Case]:
    """The questions of a JSONL or CSV file. Raises Unreadable."""
    read = _jsonl if path.suffix.lower() in (".jsonl", ".json") else _csv
    try:
        return [_case(row, rank) for rank, row in enumerate(read(path), 1)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(f"{path} ne se lit pas : {error}") from None


def account_named(user: str) -> User | None:
    """The account of an address, or of a name as Gazelle or the account writes it."""
    technician = Technician.objects.filter(full_name__iexact=user).exclude(login=None).select_related("login").first()
    if technician:
        return technician.login
    wanted = fold(user)
    every = User.objects.filter(is_active=True)
    return next((one for one in every if wanted in (fold(one.username), fold(one.get_full_name()))), None)


def compare(case: Case, *, usual: User, now: datetime) -> Compared:
    """Ask the question as whoever the line names, or else `usual`, after the earlier ones; nothing is written."""
    account = account_named(case.user) if case.user else usual
    if account is None:
        nobody = f"Aucun compte ne s’appelle {case.user}."
        return Compared(case, None, nobody, (nobody,), ())
    memory, said, refusal = Memory(), None, ""
    for earlier in case.earlier:
        with suppress(NotAnswered):
            memory = reply_to(earlier, account=account, now=now, memory=memory).memory
    try:
        said = reply_to(case.question, account=account, now=now, memory=memory)
    except NotAnswered as refused:
        refusal = str(refused)
    faults = [tuple(_unexpected(reading, said)) for reading in case.readings]
    unexpected = () if () in faults else next(iter(faults), ())
    told = Compared(case, said, refusal, unexpected, ())
    return Compared(case, said, refusal, unexpected, tuple(_missing(case.theirs, told.ours)))


def _unexpected(reading: Mapping[str, Any], said: Said | None) -> Iterator[str]:
    understood = said.understood if said else Refusal()
    for name, value in reading.items():
        found = getattr(understood, name)
        if found != value:
            yield f"{name} : {json.dumps(value, ensure_ascii=False)} attendu, {json.dumps(found, ensure_ascii=False)}"


def _missing(theirs: str, ours: str) -> Iterator[str]:
    held = set(words(ours).split())
    for telling in dict.fromkeys(TELLING.findall(theirs)):
        if not set(words(telling).split()) <= held:
            yield telling


def _jsonl(path: Path) -> Iterator[Mapping[str, Any]]:
    for rank, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            if not isinstance(row, dict):
                raise Unreadable(f"{path}, ligne {rank} : ce n’est pas un objet JSON.")
            yield row


def _csv(path: Path) -> Iterator[Mapping[str, Any]]:
    text = path.read_text("utf-8-sig")
    dialect = csv.Sniffer().sniff(text.partition("\n")[0], delimiters=",;\t")
    for row in csv.DictReader(text.splitlines(keepends=True), dialect=dialect):
        yield {(name or "").strip().lower(): value or "" for name, value in row.items()}


def _case(row: Mapping[str, Any], rank: int) -> Case:
    question = next((row[name] for name in QUESTION if name in row), None)
    if not isinstance(question, str):
        raise Unreadable(f"Question {rank} : la colonne « question » manque.")
    expected = {name: row[name] for name in EXPECTED if row.get(name) not in (None, "")}
    try:
        now = datetime.fromisoformat(row["now"]) if row.get("now") else None
        if isinstance(expected.get("slots"), str):
            expected["slots"] = json.loads(expected["slots"])
    except (ValueError, TypeError):
        raise Unreadable(f"Question {rank} : « now » ou « slots » ne se lit pas.") from None
    earlier = tuple(turn["content"] for turn in row.get("history") or () if turn.get("role") == "user")
    theirs = next((str(row[name]) for name in THEIRS if row.get(name)), "")
    others = [expected | other for other in row.get("alt") or ()]
    readings = [reading for reading in (expected, *others) if reading]
    return Case(question, str(row.get("user") or ""), now, theirs, readings, earlier)
