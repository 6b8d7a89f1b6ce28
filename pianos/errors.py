"""What can go wrong with instruments, told to the person who asked."""

from __future__ import annotations

from syncing.vocabulary import SyncError


class NotInThatState(SyncError):
    """The alert is no longer what the page showed."""

    code = "not_in_that_state"
    action = "Rechargez la page : quelqu’un d’autre, ou une note, l’a déjà changée."


class NothingSaid(SyncError):
    """A note without words."""

    code = "nothing_said"
    action = "Écrivez quelques mots."
