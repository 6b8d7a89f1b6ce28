"""`manage.py ask --batch IN --roster ROSTER --output OUT`: what a file of questions is understood as."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistant.understanding.batch import understand_line
from assistant.understanding.vocabulary import Vocabulary


class Command(BaseCommand):
    help = "Dit comment l’assistant comprend chaque question d’un fichier, sans lire aucune donnée."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=Path, required=True, help="Une question JSON par ligne.")
        parser.add_argument("--roster", type=Path, required=True, help="Les personnes et les institutions, en JSON.")
        parser.add_argument("--output", type=Path, required=True, help="Où écrire une réponse JSON par ligne.")

    def handle(self, *args: object, batch: Path, roster: Path, output: Path, **options: object) -> None:
        vocabulary = _vocabulary(roster)
        count = 0
        with output.open("w", encoding="utf-8") as answers:
            for number, question in _questions(batch):
                try:
                    understood = understand_line(question, vocabulary)
                except (KeyError, TypeError, ValueError) as fault:
                    raise CommandError(f"{batch}, ligne {number} : ce n’est pas une question ({fault!r}).") from fault
                answers.write(json.dumps(understood, ensure_ascii=False) + "\n")
                count += 1
        self.stdout.write(f"{count} questions comprises.")


def _vocabulary(roster: Path) -> Vocabulary:
    try:
        return Vocabulary.from_roster(json.loads(roster.read_text("utf-8")))
    except (OSError, KeyError, TypeError, AttributeError, ValueError) as fault:
        raise CommandError(f"{roster} n’est pas une liste de personnes lisible ({fault}).") from fault


def _questions(batch: Path) -> Iterator[tuple[int, dict[str, Any]]]:
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
