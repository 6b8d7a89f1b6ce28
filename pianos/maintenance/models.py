"""What notes tell of what harms the instruments of institutions, until it is put right."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from syncing.rights import Audience, GuardedModel, GuardedQuerySet, Rights


class ProblemType(models.Model):
    """A kind of problem looked for in notes: cover, power, tank, room; the office adds its own."""

    slug = models.SlugField("abrégé", primary_key=True, max_length=40, validators=[RegexValidator(r"^[a-z][a-z-]*$")])
    label = models.CharField("nom", max_length=60)
    rank = models.PositiveSmallIntegerField("rang", default=100)
    is_followed = models.BooleanField("suivi", default=True, help_text="Sans cela, aucune note n’en lève d’alerte.")

    class Meta:
        verbose_name = "type d’alerte d’entretien"
        verbose_name_plural = "types d’alerte d’entretien"
        ordering = ("rank", "slug")

    def __str__(self) -> str:
        return self.label


class ProblemPhrase(models.Model):
    """Words of the office that tell of a problem, or of its end, beside those the reader of notes knows."""

    type = models.ForeignKey(ProblemType, models.CASCADE, related_name="phrases")
    phrase = models.CharField("mots", max_length=80, help_text="Sans égard aux accents ni aux majuscules.")
    is_resolution = models.BooleanField("dit que c’est réglé", default=False)

    class Meta:
        verbose_name = "mots-clés"
        verbose_name_plural = "mots-clés"
        ordering = ("type", "is_resolution", "phrase")
        constraints = (models.UniqueConstraint(fields=("type", "phrase"), name="pianos_problemphrase_once"),)

    def __str__(self) -> str:
        return self.phrase


class MaintenanceAlert(GuardedModel):
    """One problem of one instrument, from the first note that tells of it until it is put right."""

    rights = Rights(Audience.MEMBERS)

    type = models.ForeignKey(ProblemType, models.PROTECT, related_name="alerts")
    piano = models.ForeignKey(
        "pianos.Piano", models.PROTECT, null=True, blank=True, related_name="maintenance_alerts", verbose_name="piano"
    )
    client = models.ForeignKey(
        "clients.Client", models.PROTECT, null=True, blank=True, related_name="maintenance_alerts"
    )
    opened_by = models.CharField("première note", max_length=64, help_text="L’entrée d’historique qui l’a levée.")
    observed_at = models.DateTimeField("constatée")
    last_told_at = models.DateTimeField("redite")
    resolved_at = models.DateTimeField("résolue", null=True, blank=True)
    archived_at = models.DateTimeField("archivée", null=True, blank=True)
    closing = models.TextField("comment elle a fini", blank=True)
    assigned_to = models.ForeignKey(
        "clients.Technician", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="confiée à"
    )
    created_at = models.DateTimeField("levée", default=timezone.now)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        verbose_name = "alerte d’entretien"
        verbose_name_plural = "alertes d’entretien"
        ordering = ("-observed_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("opened_by", "type"), name="pianos_maintenancealert_one_per_note"),
        )
        indexes = (
            # the page of open alerts, and what a new note of the same instrument may change
            models.Index(
                fields=("-observed_at",), name="pianos_alert_open", condition=Q(resolved_at=None, archived_at=None)
            ),
            models.Index(fields=("-resolved_at",), name="pianos_alert_resolved"),
        )

    def __str__(self) -> str:
        return f"{self.type}, {self.piano or self.client or 'sans piano'}"

    @property
    def state(self) -> str:
        if self.archived_at:
            return "archivees"
        return "resolues" if self.resolved_at else "ouvertes"

    def get_state_word(self) -> str:
        """« ouverte », « résolue », « archivée »."""
        return {"ouvertes": "ouverte", "resolues": "résolue", "archivees": "archivée"}[self.state]


class AlertMention(models.Model):
    """What one note says of one type of problem, in its exact words."""

    entry = models.ForeignKey("pianos.TimelineEntry", models.CASCADE, related_name="mentions")
    type = models.ForeignKey(ProblemType, models.CASCADE, related_name="+")
    alert = models.ForeignKey(MaintenanceAlert, models.SET_NULL, null=True, blank=True, related_name="mentions")
    piano_gazelle_id = models.CharField("piano", max_length=64, blank=True)
    client_gazelle_id = models.CharField("client", max_length=64, blank=True)
    occurred_at = models.DateTimeField("écrite le")
    is_problem = models.BooleanField("dit un problème")
    is_open = models.BooleanField("le laisse ouvert")
    words = models.TextField("mots exacts")
    search_key = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = "mention"
        ordering = ("occurred_at", "pk")
        constraints = (models.UniqueConstraint(fields=("entry", "type"), name="pianos_alertmention_once"),)
        indexes = (
            # the story of one type of problem at one place
            models.Index(fields=("type", "piano_gazelle_id", "client_gazelle_id"), name="pianos_mention_place"),
        )

    def __str__(self) -> str:
        return self.words


class AlertAct(models.Model):
    """What a person did with an alert."""

    class Kind(models.TextChoices):
        RESOLVED = "resolved", "résolue"
        ARCHIVED = "archived", "archivée"
        REOPENED = "reopened", "rouverte"
        ASSIGNED = "assigned", "confiée"
        NOTED = "noted", "annotée"

    alert = models.ForeignKey(MaintenanceAlert, models.CASCADE, related_name="acts")
    kind = models.CharField("geste", max_length=10, choices=Kind.choices)
    at = models.DateTimeField("le", default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="par")
    text = models.TextField("mots", blank=True)

    class Meta:
        verbose_name = "geste sur une alerte"
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["resolved", "archived", "reopened", "assigned", "noted"]),
                name="pianos_alertact_kind_is_known",
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()


class NoteScan(models.Model):
    """A note was read, with these words and this lexicon: it is read again only when one of them changes."""

    entry = models.OneToOneField("pianos.TimelineEntry", models.CASCADE, related_name="scan", primary_key=True)
    digest = models.CharField("empreinte", max_length=64)
    scanned_at = models.DateTimeField("lue le")
    has_found = models.BooleanField("dit quelque chose")

    class Meta:
        verbose_name = "note lue"
        verbose_name_plural = "notes lues"

    def __str__(self) -> str:
        return str(self.pk)
