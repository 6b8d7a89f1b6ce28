"""What the assistant remembers: the log of every question, which holds its conversations, and the house’s words."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from syncing.folding import fold
from syncing.french import NBSP
from syncing.people.models import AccessToken

GROUPED_BY = 200  # characters of a folded question: two that differ only beyond are asked as one


class Question(models.Model):
    """One question as typed, what it was understood as, what came of it, and what the person thought of the answer.

    A conversation is the questions of one thread and has no row of its own: a turn of it is one statement, whole or not
    at all, and waits once for SQLite's only writer.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="questions", db_index=False, verbose_name="personne"
    )
    token = models.ForeignKey(
        AccessToken, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="programme"
    )
    thread = models.BigIntegerField(
        "conversation",
        null=True,
        editable=False,
        help_text="Un nombre tiré au sort, commun à ses questions ; vide une fois qu’elle est effacée.",
    )
    as_office = models.BooleanField(
        "avec les droits du bureau",
        default=False,
        editable=False,
        help_text="Qui n’a plus ces droits ne relit pas ce qu’il a lu avec eux.",
    )
    text = models.TextField("question")
    key = models.CharField("sans accents", max_length=GROUPED_BY, editable=False)
    intent = models.CharField("intention", max_length=40)
    slots = models.JSONField("précisions", default=dict)
    outcome = models.CharField("issue", max_length=20)
    source = models.CharField("comprise par", max_length=20, blank=True)
    shown = models.PositiveIntegerField("montrés", default=0)
    total = models.PositiveIntegerField("trouvés", null=True, blank=True, help_text="Vide quand rien n’est énuméré.")
    milliseconds = models.PositiveIntegerField("durée (ms)", default=0)
    reply = models.JSONField(
        "réponse", null=True, editable=False, help_text="Telle que montrée ; effacée avec sa conversation."
    )
    memory = models.JSONField(
        "mémoire", null=True, editable=False, help_text="Ce que la conversation retient après elle ; effacée avec elle."
    )
    is_useful = models.BooleanField("bonne réponse", null=True, blank=True)
    comment = models.TextField("commentaire", blank=True)
    asked_at = models.DateTimeField("posée", default=timezone.now)
    settled_at = models.DateTimeField("classée", null=True, blank=True)

    class Meta:
        verbose_name = "question"
        ordering = ("-asked_at", "-pk")
        indexes = (
            # how many somebody asked in the last minute, and the list of all by person
            models.Index(fields=("account", "asked_at"), name="assistant_question_by_account"),
            # the turns of a conversation, and its last one
            models.Index(fields=("thread",), name="assistant_question_by_thread", condition=Q(thread__isnull=False)),
            # what was not understood: the page where the office mends the words
            models.Index(fields=("key",), name="assistant_question_open", condition=Q(settled_at=None)),
        )

    def __str__(self) -> str:
        return self.text[:80]


class HouseWord(models.Model):
    """How the house calls somebody or something: « jm » is Jean-Marc Doiron, « la place » is Place des Arts."""

    class Kind(models.TextChoices):
        TECHNICIAN = "technician", "un technicien"
        INSTITUTION = "institution", "une institution"
        MAKE = "make", "une marque"
        CITY = "city", "une ville"
        TERM = "term", "un mot du métier"

    word = models.CharField("mot", max_length=80, help_text="Comme on l’écrit ; accents et majuscules ne comptent pas.")
    folded = models.CharField(max_length=80, editable=False)
    kind = models.CharField("désigne", max_length=20, choices=Kind)
    means = models.CharField("nom exact", max_length=120)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, verbose_name="ajouté par"
    )
    changed_at = models.DateTimeField("changé", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "mot de la maison"
        verbose_name_plural = "mots de la maison"
        ordering = ("kind", "means", "word")
        constraints = (
            models.UniqueConstraint(
                fields=("folded", "kind", "means"),
                name="assistant_houseword_once",
                violation_error_message="Ce mot est déjà là.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("technician", "institution", "make", "city", "term")),
                name="assistant_houseword_kind",
            ),
        )

    def __str__(self) -> str:
        return f"«{NBSP}{self.word}{NBSP}»{NBSP}: {self.means}"

    def clean(self) -> None:
        self.folded = fold(self.word)
