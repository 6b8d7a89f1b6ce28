"""What is known of jobs: the schedule as declared, what people paused, and each run from its plan to its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from syncing import french

BEAT = timedelta(seconds=30)
"""How often work at hand gives a sign of life."""
LOST = timedelta(minutes=2)
"""Silent for this long, it is lost: four signs of life did not come."""
ORPHAN = ":orphan"
"""Ends the name of a cluster whose main process is dead."""


class JobPlan(models.Model):
    """A line of the schedule as `schedules` declared it; what was planned before `since` is nobody's fault."""

    name = models.CharField("ligne", primary_key=True, max_length=100)
    job = models.CharField("travail", max_length=60)
    cron = models.CharField("horaire", max_length=100)
    since = models.DateTimeField("depuis", default=timezone.now)

    class Meta:
        verbose_name = "ligne de l’horaire"
        verbose_name_plural = "lignes de l’horaire"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class JobPause(models.Model):
    """Somebody asked that a job not start by itself until an hour; `resumed_at` when somebody ended it before."""

    job = models.CharField("travail", max_length=60)
    reason = models.TextField("pourquoi")
    until = models.DateTimeField("jusqu’à")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="par")
    at = models.DateTimeField("depuis", default=timezone.now)
    resumed_at = models.DateTimeField("reprise", null=True, blank=True)
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="reprise par"
    )

    class Meta:
        verbose_name = "pause d’un travail"
        verbose_name_plural = "pauses des travaux"
        ordering = ("-at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("job",), condition=Q(resumed_at=None), name="syncing_jobpause_one_in_force"
            ),
        )

    def __str__(self) -> str:
        return f"{self.job} : {self.reason}"


class Trigger(models.TextChoices):
    """Who asked for a run."""

    SCHEDULER = "scheduler", "par l’horaire"
    MANUAL = "manual", "à la main"
    API = "api", "par l’API"


class RunOutcome(models.TextChoices):
    """How a run ended."""

    SUCCESS = "success", "Réussi"
    WARNING = "warning", "À voir"
    ERROR = "error", "En échec"
    LOST = "lost", "Perdu"
    SKIPPED = "skipped", "Non lancé"
    MISSED = "missed", "Manqué"


WORKED = (RunOutcome.SUCCESS, RunOutcome.WARNING, RunOutcome.ERROR, RunOutcome.LOST)
"""Ends of runs that began."""


class JobRun(models.Model):
    """One run of a job, written before its work begins, whatever then becomes of it. Attempts and slices share a row.

    No column says « running »: `owner` and the last sign of life tell it, so that nothing can get stuck.
    """

    job = models.CharField("travail", max_length=60)
    slot = models.DateTimeField("prévu", help_text="L’heure de l’horaire, ou celle de la demande.")
    trigger = models.CharField("déclencheur", max_length=12, choices=Trigger)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="par")
    created_at = models.DateTimeField("inscrit", default=timezone.now)
    not_before = models.DateTimeField("pas avant", default=timezone.now)
    poked_at = models.DateTimeField("annoncé à la file", null=True, blank=True)
    owner = models.CharField("détenteur", max_length=120, blank=True)
    started_at = models.DateTimeField("début", null=True, blank=True)
    heartbeat_at = models.DateTimeField("signe de vie", null=True, blank=True)
    finished_at = models.DateTimeField("fin", null=True, blank=True)
    attempt = models.PositiveIntegerField("essai", default=0)
    seconds = models.FloatField("secondes de travail", default=0)
    outcome = models.CharField("issue", max_length=10, choices=RunOutcome, blank=True)
    message = models.TextField("ce qui s’est passé", blank=True)
    action = models.TextField("prochain pas", blank=True)
    stats = models.JSONField("détails", default=dict, blank=True)
    worker = models.CharField("grappe", max_length=120, blank=True, help_text="Machine et numéro de son processus.")

    class Meta:
        verbose_name = "exécution"
        ordering = ("-slot", "-pk")
        constraints = (
            # Two clusters that wake up for the same slot meet here.
            models.UniqueConstraint(
                fields=("job", "slot"), condition=Q(trigger="scheduler"), name="syncing_jobrun_once"
            ),
            models.UniqueConstraint(
                fields=("job",),
                condition=Q(finished_at=None) & ~Q(trigger="scheduler"),
                name="syncing_jobrun_asked_once",
            ),
            models.CheckConstraint(condition=Q(trigger__in=Trigger.values), name="syncing_jobrun_trigger"),
            models.CheckConstraint(
                condition=Q(finished_at=None, outcome="") | Q(finished_at__isnull=False, outcome__in=RunOutcome.values),
                name="syncing_jobrun_outcome",
            ),
        )
        indexes = (
            # the history of a job, and its last run
            models.Index(fields=("job", "-slot"), name="syncing_jobrun_by_job"),
            # what happened lately, all jobs together: the page, the watch
            models.Index(fields=("slot",), name="syncing_jobrun_lately"),
            # what is at work or waits: the runner and `tick`, every minute
            models.Index(fields=("job",), name="syncing_jobrun_open", condition=Q(finished_at=None)),
        )

    def __str__(self) -> str:
        return f"{self.job}, {self.slot:%Y-%m-%d %H:%M}"

    def is_lost(self, now: datetime) -> bool:
        """Somebody had it in hand, and gives no sign of life any more."""
        return self.finished_at is None and bool(self.owner) and not self.is_working(now)

    def is_working(self, now: datetime) -> bool:
        beat = self.heartbeat_at
        return self.finished_at is None and bool(self.owner) and beat is not None and french.elapsed(beat, now) < LOST
