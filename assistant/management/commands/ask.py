"""`manage.py ask "question" --as USER`: the assistant in a terminal; with `--batch`, what a file of questions means."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from assistant.comparing import account_named, as_text
from assistant.conversations import NotAnswered, reply_to
from assistant.understanding.batch import understand_line
from assistant.understanding.vocabulary import Vocabulary
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
            understand_file(batch, roster, output)
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


def understand_file(asked: Path, roster: Path, output: Path) -> None:
    """Each line of `asked` as understood, to `output`. Raises CommandError that names the line that cannot be read."""
    try:
        vocabulary = Vocabulary.from_roster(json.loads(roster.read_text("utf-8")))
    except (OSError, ValueError, LookupError) as error:
        raise CommandError(f"{roster} ne se lit pas : {error}", returncode=2) from None
    with asked.open(encoding="utf-8") as lines, output.open("w", encoding="utf-8") as told:
        for rank, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                understood = understand_line(json.loads(line), vocabulary)
            except (ValueError, LookupError, TypeError, AttributeError):
                raise CommandError(f"{asked}, ligne {rank} : ce n’est pas une question.", returncode=2) from None
            told.write(json.dumps(understood, ensure_ascii=False) + "\n")
