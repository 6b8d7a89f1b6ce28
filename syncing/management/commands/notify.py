"""`manage.py notify`: tell people what monitoring found, and send what waits; to be run every minute."""

from __future__ import annotations

import sys

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from syncing import french
from syncing.alerting import Announced, announce, tell
from syncing.models import Message, MessageState
from syncing.notifying.delivering import waiting

WORDS = {
    MessageState.SENT: ("envoyé", "envoyés"),
    MessageState.NOT_SENT: ("non envoyé", "non envoyés"),
    MessageState.PENDING: ("remis à plus tard", "remis à plus tard"),
    MessageState.UNCERTAIN: ("incertain", "incertains"),
    MessageState.FAILED: ("en échec", "en échec"),
}
BAD = (MessageState.UNCERTAIN, MessageState.FAILED)


class Command(BaseCommand):
    help = "Avise les personnes de ce qui ne va pas et envoie les avis en attente ; à lancer chaque minute."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Montre ce qui partirait, sans rien écrire.")

    def handle(self, *args: object, dry_run: bool, **options: object) -> None:
        if dry_run:
            self._show()
        elif not self._said(announce()):
            sys.exit(1)

    def _show(self) -> None:
        with transaction.atomic():
            told, due = tell(), waiting(timezone.now())
            transaction.set_rollback(True)
        for message in due:
            self.stdout.write(f"{_to(message)} : {message.subject}")
        if not due:
            self.stdout.write("Aucun avis ne partirait.")
        for error in told.unheard:
            self.stdout.write(f"{error} {error.action}")

    def _said(self, done: Announced) -> bool:
        """Tell what was done; whether all is well with it."""
        if done.outage:
            self.stderr.write(
                f"La base de données ne répond pas, ou rien ne s’y écrit : aucun avis n’est parti ; {done.outage}."
            )
            return False
        if not done.looked:
            self.stderr.write("La base de données a refusé de lire les avis ; la cause est au journal.")
            return False
        for state, count in done.delivered.items():
            self.stdout.write(f"Avis : {french.counted(count, *WORDS[state])}")
        for error in done.told.unheard:
            self.stderr.write(f"{error} {error.action}")
        return not done.told.unheard and not any(state in done.delivered for state in BAD)


def _to(message: Message) -> str:
    return message.address or "Salon Slack"
