"""What the report remembers: the sheets it writes to, what Google accepted there, and how each report went."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone


class ReportSheet(models.Model):
    """A sheet of the spreadsheet that we made: the tab people read, or the one that is about to take its place."""

    LIVE, BUILDING = "live", "building"
    STATES = ((LIVE, "en place"), (BUILDING, "en cours d’écriture"))

    spreadsheet = models.CharField("classeur", max_length=120)
    tab = models.CharField("onglet", max_length=100)
    number = models.BigIntegerField("numéro de Google")
    state = models.CharField("état", max_length=10, choices=STATES)
    created_at = models.DateTimeField("créé", default=timezone.now)

    class Meta:
        verbose_name = "onglet du rapport"
        verbose_name_plural = "onglets du rapport"
        constraints = (
            models.UniqueConstraint(fields=("spreadsheet", "number"), name="pianos_reportsheet_number"),
            models.UniqueConstraint(fields=("spreadsheet", "tab", "state"), name="pianos_reportsheet_one_of_each"),
            models.CheckConstraint(condition=Q(state__in=("live", "building")), name="pianos_reportsheet_state"),
        )

    def __str__(self) -> str:
        return self.tab


class ReportBatch(models.Model):
    """A write to a sheet, written down before it is sent; `entries` are forgotten once it is accepted."""

    sheet = models.ForeignKey(ReportSheet, models.CASCADE, related_name="batches", verbose_name="onglet")
    mark = models.BigIntegerField("marque", unique=True)
    entries = models.JSONField("entrées", default=list, help_text="Les identifiants de chaque ligne.")
    rows = models.PositiveIntegerField("lignes", default=0)
    sent_at = models.DateTimeField("envoyé", default=timezone.now)
    accepted_at = models.DateTimeField("accepté par Google", null=True, blank=True)

    class Meta:
        verbose_name = "envoi du rapport"
        verbose_name_plural = "envois du rapport"
        constraints = (
            # Two processes that write at once meet here: the second sends what the first did, under its mark.
            models.UniqueConstraint(
                fields=("sheet",), condition=Q(accepted_at=None), name="pianos_reportbatch_one_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.sheet_id}, {self.mark}"


class ReportRow(models.Model):
    """An entry that a sheet has, as Google accepted it: it is never appended there again."""

    sheet = models.ForeignKey(ReportSheet, models.CASCADE, related_name="rows", verbose_name="onglet", db_index=False)
    entry_id = models.CharField("entrée", max_length=64)
    batch = models.ForeignKey(ReportBatch, models.CASCADE, related_name="accepted", verbose_name="envoi")

    class Meta:
        verbose_name = "ligne du rapport"
        verbose_name_plural = "lignes du rapport"
        constraints = (models.UniqueConstraint(fields=("sheet", "entry_id"), name="pianos_reportrow_once"),)

    def __str__(self) -> str:
        return self.entry_id


class TimelineReport(models.Model):
    """How one report went: what it wrote in each tab, what it left out, what people should know."""

    SHEET, FILE = "sheet", "file"
    TARGETS = ((SHEET, "Google Sheets"), (FILE, "fichier .xlsx"))

    at = models.DateTimeField("produit", default=timezone.now)
    seconds = models.FloatField("secondes", default=0)
    target = models.CharField("où", max_length=10, choices=TARGETS)
    place = models.TextField("classeur ou fichier", blank=True)
    full_refresh = models.BooleanField("réécriture complète", default=False)
    data_of = models.DateTimeField("données de", null=True, blank=True)
    tabs = models.JSONField("onglets", default=list, help_text="Pour chacun : tab, written, total, told, fault.")
    left_out = models.JSONField("laissé de côté", default=list, help_text="Pour chaque motif : why, count, examples.")
    told = models.JSONField("remarques", default=list)

    class Meta:
        verbose_name = "rapport chronologique"
        verbose_name_plural = "rapports chronologiques"
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("-at", "-id"), name="pianos_report_latest"),)  # its page
        constraints = (models.CheckConstraint(condition=Q(target__in=("sheet", "file")), name="pianos_report_target"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"

    @property
    def is_troubled(self) -> bool:
        """Whether somebody should look at it."""
        return bool(self.told) or any(one["fault"] or one["told"] for one in self.tabs)
