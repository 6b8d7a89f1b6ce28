"""What the assistant lets go of: answers name people and go first; questions say what to teach it and stay longer."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.models import Question

ANSWERS_KEPT = timedelta(days=30)  # as long as a technician reads the access notes that an answer may hold
QUESTIONS_KEPT = timedelta(days=400)  # as the journal: a year can be compared with the one before


def prune(now: datetime) -> dict[str, int]:
    """Forget old answers with what was remembered of them, then old questions; how many of each, in French."""
    old = Question.objects.filter(asked_at__lt=now - ANSWERS_KEPT, reply__isnull=False)
    return {
        "réponses de l’assistant oubliées": old.update(reply=None, memory=None, thread=None),
        "questions oubliées": Question.objects.filter(asked_at__lt=now - QUESTIONS_KEPT).delete()[0],
    }
