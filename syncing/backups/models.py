"""What is known of each backup, from its beginning to its proof; a row is written before any work."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone


class BackupOutcome(models.TextChoices):
    """How far a backup went."""

    MADE = "made", "Faite, non vérifiée"
    VERIFIED = "verified", "Vérifiée"
    UNREADABLE = "unreadable", "Illisible"
    FAILED = "failed", "En échec"


class Backup(models.Model):
    """One archive of the house: the database, the pages that wait, what the apps asked to keep."""

    started_at = models.DateTimeField("début", default=timezone.now)
    finished_at = models.DateTimeField("fin", null=True, blank=True)
    file = models.CharField("fichier", max_length=120)
    size = models.BigIntegerField("octets", null=True, blank=True)
    sha256 = models.CharField("empreinte", max_length=64, blank=True)
    rows = models.BigIntegerField("lignes", null=True, blank=True)
    places = models.JSONField("où", default=list, blank=True)
    encrypted = models.BooleanField("chiffrée", default=False)
    outcome = models.CharField("issue", max_length=12, choices=BackupOutcome, blank=True)
    verified_at = models.DateTimeField("restaurée à l’essai", null=True, blank=True)
    message = models.TextField("ce qui s’est passé", blank=True)
    action = models.TextField("prochain pas", blank=True)
    removed_at = models.DateTimeField("retirée", null=True, blank=True)

    class Meta:
        verbose_name = "sauvegarde"
        ordering = ("-started_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(finished_at=None, outcome="")
                | Q(finished_at__isnull=False, outcome__in=BackupOutcome.values),
                name="syncing_backup_outcome",
            ),
        )

    def __str__(self) -> str:
        return self.file
