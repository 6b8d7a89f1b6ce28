"""The agenda: appointments, the pianos they are for, and the services booked on them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from appointments.alerts.models import AppointmentAlert as AppointmentAlert  # Django finds an app's tables here
from appointments.changes.models import (  # noqa: F401  # Django finds an app's tables here
    ChangeNotice,
    ChangeWatch,
    WatchedAppointment,
)
from syncing.french import clock, day
from syncing.models import MirroredModel, OwnedModel
from syncing.rights import Audience, Rights, Viewer


def their_own(viewer: Viewer) -> Q:
    # Somebody without an account is not the technician who has none.
    return Q(technician__login=viewer.user_id, technician__login__isnull=False)


def of_their_own(viewer: Viewer) -> Q:
    return Q(appointment__technician__login=viewer.user_id, appointment__technician__login__isnull=False)


class Appointment(MirroredModel):
    """An event of one technician's calendar; a joint visit is a second, personal event in the other's."""

    rights = Rights(Audience.MEMBERS, narrowed=their_own)

    title = models.TextField("titre", blank=True)
    start = models.DateTimeField("début", null=True, blank=True)
    duration = models.IntegerField("durée (min)", null=True, blank=True)
    buffer = models.IntegerField("battement (min)", null=True, blank=True)
    is_all_day = models.BooleanField("toute la journée", null=True, blank=True)
    status = models.TextField("statut", blank=True)
    type = models.TextField("genre", blank=True)
    notes = models.TextField("notes", blank=True)
    timezone = models.TextField("fuseau", blank=True)
    client = models.ForeignKey(
        "clients.Client", models.PROTECT, null=True, blank=True, related_name="appointments", db_index=False
    )
    technician = models.ForeignKey(
        "clients.Technician",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
        db_index=False,
        verbose_name="technicien",
    )
    created_by = models.ForeignKey(
        "clients.Technician",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="created_appointments",
        verbose_name="créé par",
    )
    confirmed_by_client = models.BooleanField("confirmé par le client", null=True, blank=True)
    confirmed_at = models.DateTimeField("confirmé", null=True, blank=True)
    source = models.TextField("pris par", blank=True)
    travel_mode = models.TextField("trajet", blank=True)
    recurrence_id = models.TextField("série", blank=True)
    street1 = models.TextField("adresse", blank=True, help_text="Vide le plus souvent : l’adresse est celle du client.")
    municipality = models.TextField("ville", blank=True)
    postal_code = models.TextField("code postal", blank=True)
    search_key = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = "rendez-vous"
        verbose_name_plural = "rendez-vous"
        ordering = ("-start", "-id")
        indexes = (
            # the list of all, newest first, and what a window of days holds
            models.Index(fields=("-start", "-id"), name="appointments_by_start"),
            # the day of a technician
            models.Index(fields=("technician", "start"), name="appointments_by_technician"),
            # the visits to a client
            models.Index(fields=("client", "start"), name="appointments_by_client"),
            # which statuses and types there are, for the filters of the list: read without the rows
            models.Index(fields=("status", "type"), name="appointments_by_status"),
            # a word of a title
            models.Index(fields=("search_key", "id"), name="appointments_by_title"),
            # those that left Gazelle, next to none: their list, and what a count leaves out
            models.Index(fields=("id",), name="appointments_gone", condition=Q(deleted_at__isnull=False)),
        )

    def __str__(self) -> str:
        if self.start is None:
            return self.title or (self.unknown_name if self.is_placeholder else f"Sans titre ({self.id})")
        when = day(self.start, timezone.now())
        when = when if self.is_all_day else f"{when}, {clock(self.start)}"
        return f"{self.title}, {when}" if self.title else when[0].upper() + when[1:]


class AppointmentPiano(OwnedModel):
    """A piano that an appointment is for."""

    rights = Rights(Audience.MEMBERS, narrowed=of_their_own)

    appointment = models.ForeignKey("appointments.Appointment", models.PROTECT, related_name="appointment_pianos")
    piano = models.ForeignKey("pianos.Piano", models.PROTECT, null=True, blank=True, related_name="appointment_pianos")
    is_tuning = models.BooleanField("accord", null=True, blank=True)

    class Meta:
        verbose_name = "piano du rendez-vous"
        verbose_name_plural = "pianos du rendez-vous"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.piano_id or self.id


class AppointmentItem(OwnedModel):
    """A service booked on an appointment, in the words shown to the client."""

    rights = Rights(Audience.MEMBERS, narrowed=of_their_own, office_only=("amount",))

    appointment = models.ForeignKey("appointments.Appointment", models.PROTECT, related_name="items")
    name = models.TextField("service", blank=True)
    amount = models.IntegerField("prix (cents)", null=True, blank=True)
    quantity = models.IntegerField("quantité (centièmes)", null=True, blank=True)
    duration = models.IntegerField("durée (min)", null=True, blank=True)
    type = models.TextField("genre", blank=True)
    is_taxable = models.BooleanField("taxable", null=True, blank=True)
    is_tuning = models.BooleanField("accord", null=True, blank=True)
    piano = models.ForeignKey("pianos.Piano", models.PROTECT, null=True, blank=True, related_name="appointment_items")
    service_item_gazelle_id = models.TextField("service du catalogue", blank=True)

    class Meta:
        verbose_name = "service prévu"
        verbose_name_plural = "services prévus"
        ordering = ("id",)
        indexes = (
            # the appointments where a service of the catalogue is booked
            models.Index(fields=("service_item_gazelle_id",), name="appointments_item_by_service"),
        )

    def __str__(self) -> str:
        return self.name or self.id
