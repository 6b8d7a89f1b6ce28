"""`manage.py ask "question" --as USER`: the assistant in a terminal; with `--batch`, what a file of questions means."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from assistant.comparing import account_named, as_text
from assistant.conversations import NotAnswered, reply_to
from assistant.understanding.batch import understand_line
from assistant.understanding.vocabulary import Vocabulary
from syncing import french
from syncing.french import COMPANY_ZONE


class Command(BaseCommand):
    help = "Pose une question au nom de quelqu’un ; avec --batch, dit seulement comment un fichier de questions se lit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("question", nargs="?", help="Comme on l’écrirait dans la page.")
        parser.add_argument("--as", dest="account", help="Adresse ou nom de qui demande.")
        parser.add_argument("--now", type=datetime.fromisoformat, help="Instant ISO 8601 de la question.")
        parser.add_argument("--json", action="store_true", help="Intention, précisions, issue et liste, en JSON.")
        parser.add_argument("--batch", type=Path, help="Fichier JSONL de questions ; aucune donnée n’est lue.")
        parser.add_argument("--roster", type=Path, help="Personnes et institutions, en JSON, pour --batch.")
        parser.add_argument("--output", type=Path, help="Où écrire ce qui est compris, pour --batch.")

    def handle(
        self,
        *args: object,
        question: str | None,
        account: str | None,
        batch: Path | None,
        roster: Path | None,
        output: Path | None,
        **options: object,
    ) -> None:
        if batch:
            if not (roster and output):
                raise CommandError("--batch demande aussi --roster et --output.", returncode=2)
            count = understand_file(batch, roster, output)
            self.stdout.write(f"{french.counted(count, 'question comprise', 'questions comprises')}.")
        elif question is None or account is None:
            raise CommandError("Donnez une question et --as, ou --batch.", returncode=2)
        else:
            self._ask(question, account, now=options["now"], in_json=bool(options["json"]))

    def _ask(self, question: str, name: str, *, now: object, in_json: bool) -> None:
        account = account_named(name)
        if account is None:
            raise CommandError(f"Aucun compte ne s’appelle {name}.", returncode=2)
        at = now if isinstance(now, datetime) else timezone.now()
        try:
            said = reply_to(question, account=account, now=at if at.tzinfo else at.replace(tzinfo=COMPANY_ZONE))
        except NotAnswered as refused:
            raise CommandError(str(refused)) from None
        told = said.reply.model_dump_json(indent=2) if in_json else as_text(said.reply)
        self.stdout.write(told)


def understand_file(batch: Path, roster: Path, output: Path) -> int:
    """Each question of `batch` as understood, to `output`; how many. Raises CommandError that names the faulty line."""
    vocabulary, count = _vocabulary(roster), 0
    with output.open("w", encoding="utf-8") as told:
        for number, question in _questions(batch):
            try:
                understood = understand_line(question, vocabulary)
            except (LookupError, TypeError, AttributeError, ValueError) as fault:
                raise CommandError(f"{batch}, ligne {number} : ce n’est pas une question ({fault!r}).") from fault
            told.write(json.dumps(understood, ensure_ascii=False) + "\n")
            count += 1
    return count


def _vocabulary(roster: Path) -> Vocabulary:
    try:
        return Vocabulary.from_roster(json.loads(roster.read_text("utf-8")))
    except (OSError, LookupError, TypeError, AttributeError, ValueError) as fault:
        raise CommandError(f"{roster} n’est pas une liste de personnes lisible ({fault}).") from fault


def _questions(batch: Path) -> Iterator[tuple[int, Any]]:
    try:
        lines = batch.read_text("utf-8").splitlines()
    except (OSError, ValueError) as fault:
        raise CommandError(f"{batch} ne se lit pas ({fault}).") from fault
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except ValueError as fault:
                raise CommandError(f"{batch}, ligne {number} : ce n’est pas du JSON.") from fault
