"""What is remembered to tell technicians of changes: how each appointment last was, and each notice with its end."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from syncing.rights import Audience, GuardedModel, GuardedQuerySet, Rights, Viewer

NoticeManager = models.Manager.from_queryset(GuardedQuerySet)


class ChangeWatch(models.Model):
    """Since when the agenda is compared: one row. Whoever compares holds it, so that two syncs never do at once."""

    SINGLETON = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=SINGLETON, editable=False)
    began_at = models.DateTimeField("depuis")
    looked_at = models.DateTimeField("dernière comparaison")

    class Meta:
        verbose_name = "veille des changements"
        constraints = (models.CheckConstraint(condition=Q(id=1), name="appointments_changewatch_single"),)

    def __str__(self) -> str:
        return "Veille des changements"


class WatchedAppointment(models.Model):
    """An appointment in or near the window: how it was when last compared, and what its technician was last told.

    One per appointment, which the row of `ChangeWatch` sees to: a constraint would refuse the merge of two records that
    both are watched.
    """

    appointment = models.ForeignKey("appointments.Appointment", models.PROTECT, related_name="+")
    technician = models.ForeignKey("clients.Technician", models.PROTECT, null=True, related_name="+")
    start = models.DateTimeField(null=True)
    is_all_day = models.BooleanField(default=False)
    is_gone = models.BooleanField(default=False)
    told_technician = models.ForeignKey("clients.Technician", models.PROTECT, null=True, related_name="+")
    told_start = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "rendez-vous suivi"
        verbose_name_plural = "rendez-vous suivis"

    def __str__(self) -> str:
        return self.appointment_id


class ChangeKind(models.TextChoices):
    """What changed, for whom the notice is."""

    NEW = "new", "Nouveau"
    REASSIGNED = "reassigned", "Attribué"
    FREED = "freed", "Plage libérée"
    RESCHEDULED = "rescheduled", "Déplacé"
    CANCELLED = "cancelled", "Annulé"
    RESTORED = "restored", "Rétabli"
    UNDOCUMENTED = "undocumented", "Annulation à documenter"


class NoticeState(models.TextChoices):
    """Where a notice stands before it is a message; from there its message says what became of it."""

    PENDING = "pending", "En attente"
    HELD = "held", "Retenu"
    SKIPPED = "skipped", "Ignoré"
    UNSENDABLE = "unsendable", "Sans adresse"
    COMPOSED = "composed", "Remis à l’envoi"


def their_own(viewer: Viewer) -> Q:
    return Q(technician__login=viewer.user_id, technician__login__isnull=False)


class ChangeNotice(GuardedModel):
    """One change to be told to one technician."""

    rights = Rights(Audience.MEMBERS, narrowed=their_own)

    appointment = models.ForeignKey("appointments.Appointment", models.PROTECT, related_name="change_notices")
    technician = models.ForeignKey(
        "clients.Technician", models.PROTECT, related_name="change_notices", verbose_name="technicien"
    )
    kind = models.CharField("changement", max_length=20, choices=ChangeKind)
    start = models.DateTimeField("début", help_text="Celui que le technicien apprend, ou perd.")
    is_all_day = models.BooleanField("toute la journée", default=False)
    day = models.DateField("jour", help_text="À Montréal : avec le genre, ce qui n’est dit qu’une fois.")
    before_start = models.DateTimeField("début d’avant", null=True, blank=True)
    state = models.CharField("état", max_length=12, choices=NoticeState, default=NoticeState.PENDING)
    reason = models.TextField("pourquoi", blank=True)
    created_at = models.DateTimeField("constaté", default=timezone.now)
    not_before = models.DateTimeField("pas avant", default=timezone.now)
    attempts = models.PositiveSmallIntegerField("vérifications remises", default=0)
    closed_at = models.DateTimeField("réglé", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="décidé par"
    )
    cause = models.CharField("cause du message", max_length=60, blank=True, help_text="Vide tant qu’il n’y en a pas.")

    objects = NoticeManager()

    class Meta:
        verbose_name = "avis de changement"
        verbose_name_plural = "avis de changement"
        ordering = ("-created_at", "-pk")
        base_manager_name = "objects"
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=ChangeKind.values), name="appointments_changenotice_kind"),
            models.CheckConstraint(condition=Q(state__in=NoticeState.values), name="appointments_changenotice_state"),
        )
        indexes = (
            # the page, newest first
            models.Index(fields=("-created_at", "-id"), name="appointments_notice_newest"),
            # what is to be sent: the job, every minute; and what waits for the office
            models.Index(
                fields=("state", "not_before"),
                name="appointments_notice_open",
                condition=Q(state__in=("pending", "held")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.appointment_id}, {self.technician_id}"
