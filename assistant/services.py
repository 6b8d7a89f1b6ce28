"""What people do to the log of questions: judge an answer, teach a word, settle what was not understood."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from assistant.models import HouseWord, Question
from syncing.folding import fold
from syncing.people import trail
from syncing.vocabulary import SyncError


class NotTaught(SyncError):
    """A word that cannot be added; nothing was changed."""

    code = "not_taught"
    action = "Rien n’a été changé."


def judge(question: Question, *, useful: bool, comment: str = "") -> None:
    """Keep what the person thought of an answer; a displeasing one is looked at again even when it was settled."""
    question.is_useful, question.comment = useful, comment.strip()
    if not useful:
        question.settled_at = None
    question.save(update_fields=["is_useful", "comment", "settled_at"])


def forget(*, account: User, thread: int) -> int:
    """End a conversation of somebody's and erase its answers; the questions stay in the log. How many there were."""
    return Question.objects.filter(account=account, thread=thread).update(reply=None, memory=None, thread=None)


def teach(*, word: str, kind: str, means: str, by: User, now: datetime, mends: str = "") -> HouseWord:
    """A word of the house, understood from the next question on; `mends` is the key of the questions it settles.

    Raises NotTaught.
    """
    taught = HouseWord(word=word.strip(), kind=kind, means=means.strip(), added_by=by, changed_at=now)
    with transaction.atomic():
        try:
            taught.full_clean()
        except ValidationError as refused:
            raise NotTaught(" ".join(refused.messages)) from None
        taught.save()
        trail.record(taught, by, f"Ajouté : {taught}.", added=True)
        if mends:
            settle(key=mends, now=now)
    return taught


def settle(*, key: str, now: datetime) -> int:
    """Set a group of questions aside; how many there were."""
    return Question.objects.filter(key=fold(key), settled_at=None).update(settled_at=now)
