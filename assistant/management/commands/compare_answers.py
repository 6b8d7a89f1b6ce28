"""`manage.py compare_answers FILE --as USER`: the old assistant's answers beside ours."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.loader import render_to_string
from django.utils import timezone

from assistant.comparing import Compared, Unreadable, account_named, cases, compare
from syncing import french


class Command(BaseCommand):
    help = "Pose les questions d’un fichier et met nos réponses à côté de celles de l’ancien assistant."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="JSONL ou CSV : question, v4, et au besoin user, now, intent…")
        parser.add_argument("--as", dest="account", required=True, help="Qui demande, quand la ligne ne le dit pas.")
        parser.add_argument("--html", type=Path, help="Écrit aussi la comparaison, côte à côte, dans ce fichier.")

    def handle(self, *args: object, file: Path, account: str, html: Path | None, **options: object) -> None:
        usual = account_named(account)
        if usual is None:
            raise CommandError(f"Aucun compte ne s’appelle {account}.", returncode=2)
        try:
            asked = cases(file)
        except Unreadable as error:
            raise CommandError(str(error), returncode=2) from None
        told = []
        for case in asked:
            told.append(compare(case, usual=usual, now=case.now or timezone.now()))
            self.stdout.write("\n".join(lines(told[-1])))
        wrong = sum(bool(one.unexpected) for one in told)
        beside = sum(bool(one.only_theirs) for one in told)
        self.stdout.write(
            f"{french.counted(len(told), 'question', 'questions')}, "
            f"{french.counted(wrong, 'comprise autrement', 'comprises autrement')}, "
            f"{french.counted(beside, 'où V4 en disait plus', 'où V4 en disait plus')}."
        )
        if html:
            html.write_text(render_to_string("assistant/comparaison.html", {"compared": told}), "utf-8")
        if wrong:
            sys.exit(1)


def lines(one: Compared) -> Iterator[str]:
    """One comparison as text."""
    yield f"« {one.case.question} »"
    if one.said:
        yield f"  compris : {', '.join(one.said.reply.understood)}"
    yield from (f"  ≠ {difference}" for difference in one.unexpected)
    yield from (f"  V4    | {line}" for line in one.case.theirs.splitlines())
    yield from (f"  ici   | {line}" for line in one.ours.splitlines())
    if one.only_theirs:
        yield f"  seulement dans V4 : {', '.join(one.only_theirs)}"
    yield ""
