"""What is remembered of alerts: one row for each appointment, technician and day."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from syncing.rights import Audience, GuardedModel, GuardedQuerySet, Rights, Viewer
from syncing.scheduling.models import Trigger


def to_them(viewer: Viewer) -> Q:
    # Somebody without an account is not the technician who has none.
    return Q(technician__login=viewer.user_id, technician__login__isnull=False)


class AppointmentAlert(GuardedModel):
    """A technician is told that a client did not confirm: what was known then, by which run, and who has seen to it.

    What became of the mail is not here. It is read from the message itself, which alone holds the server's answer.
    """

    rights = Rights(Audience.MEMBERS, narrowed=to_them)

    appointment = models.ForeignKey(
        "appointments.Appointment", models.PROTECT, related_name="alerts", verbose_name="rendez-vous"
    )
    technician = models.ForeignKey(
        "clients.Technician", models.PROTECT, related_name="alerts", db_index=False, verbose_name="technicien"
    )
    day = models.DateField("jour du rendez-vous")
    cause = models.CharField(max_length=200, editable=False, help_text="Ce qui la relie à ses messages.")
    start = models.DateTimeField("début")
    technician_name = models.TextField("nom du technicien", blank=True)
    address = models.CharField("adresse", max_length=254, blank=True, help_text="Vide : personne n’a pu être averti.")
    unreachable = models.CharField("pourquoi personne", max_length=60, blank=True)
    client_name = models.TextField("client", blank=True)
    client_phone = models.TextField("téléphone", blank=True)
    service = models.TextField("services prévus", blank=True)
    title = models.TextField("titre", blank=True)
    notes = models.TextField("notes", blank=True)
    is_checked = models.BooleanField("vérifié dans Gazelle", default=False)
    unchecked = models.TextField("pourquoi pas vérifié", blank=True)
    trigger = models.CharField("déclencheur", max_length=12, choices=Trigger)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="par")
    created_at = models.DateTimeField("écrite", default=timezone.now)
    acknowledged_at = models.DateTimeField("vue", null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="vue par"
    )

    objects = models.Manager.from_queryset(GuardedQuerySet)()

    class Meta:
        verbose_name = "alerte de rendez-vous"
        verbose_name_plural = "alertes de rendez-vous"
        ordering = ("-created_at", "-pk")
        base_manager_name = "objects"
        constraints = (
            # Two runs at once, or five in a row, meet here: one mail for an appointment, a technician and a day.
            models.UniqueConstraint(fields=("technician", "appointment", "day"), name="appointments_alert_once"),
            models.CheckConstraint(condition=Q(trigger__in=Trigger.values), name="appointments_alert_trigger"),
            models.CheckConstraint(
                condition=Q(address="") & ~Q(unreachable="") | ~Q(address="") & Q(unreachable=""),
                name="appointments_alert_reached_or_not",
            ),
        )
        indexes = (
            # the log, latest first, and its counts of 7 and 30 days
            models.Index(fields=("-created_at", "-id"), name="appointments_alert_latest"),
            # those that nobody has seen to, by day and hour
            models.Index(fields=("start",), name="appointments_alert_pending", condition=Q(acknowledged_at=None)),
        )

    def __str__(self) -> str:
        return f"{self.client_name or self.appointment_id}, {self.day:%Y-%m-%d}"
