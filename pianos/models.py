"""Instruments, and what is known of their service: measurements, and everything that happened."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pianos.report.models import ReportBatch, ReportRow, ReportSheet, TimelineReport  # noqa: F401  # Django finds them here
from syncing.french import NBSP
from syncing.models import MirroredModel
from syncing.rights import Audience, Rights, Viewer

SHOWN = 80  # characters of an entry's text that make its name


class Piano(MirroredModel):
    """An instrument, usually of a client; some have lost theirs and wait for a decision."""

    rights = Rights(Audience.MEMBERS)

    client = models.ForeignKey("clients.Client", models.PROTECT, null=True, blank=True, related_name="pianos")
    make = models.TextField("marque", blank=True)
    model = models.TextField("modèle", blank=True)
    serial_number = models.TextField("numéro de série", blank=True)
    type = models.TextField("genre", blank=True)
    year = models.IntegerField("année", null=True, blank=True)
    size = models.TextField("taille", blank=True)
    location = models.TextField("emplacement", blank=True, help_text="Le local, dans une institution.")
    status = models.TextField("statut", blank=True)
    use_type = models.TextField("usage", blank=True)
    notes = models.TextField("notes", blank=True)
    tags = models.JSONField("étiquettes de Gazelle", default=list, blank=True)
    house_tags = models.JSONField(
        "étiquettes de la maison", default=list, blank=True, help_text="À nous : aucune lecture de Gazelle n’y touche."
    )
    case_color = models.TextField("couleur", blank=True)
    case_finish = models.TextField("fini", blank=True)
    has_ivory = models.BooleanField("touches d’ivoire", null=True, blank=True)
    reference_id = models.TextField("référence", blank=True)
    lifecycle_state = models.TextField("cycle de rappel", blank=True)
    service_interval_months = models.IntegerField("intervalle d’entretien (mois)", null=True, blank=True)
    manual_last_service = models.DateField("dernier entretien, saisi", null=True, blank=True)
    event_last_service = models.DateField("dernier accord, par rendez-vous", null=True, blank=True)
    calculated_last_service = models.DateField("dernier entretien", null=True, blank=True)
    calculated_next_service = models.DateField("prochain entretien", null=True, blank=True)
    next_service_override = models.DateField("prochain entretien, imposé", null=True, blank=True)
    dampp_chaser_installed = models.BooleanField(
        "système d’humidité",
        null=True,
        blank=True,
        help_text="Souvent inconnu dans Gazelle ; les notes en disent plus.",
    )
    dampp_chaser_humidistat_model = models.TextField("humidistat", blank=True)
    dampp_chaser_mfg_date = models.DateField("fabrication du système", null=True, blank=True)
    player_installed = models.BooleanField("lecteur installé", null=True, blank=True)
    player_make = models.TextField("marque du lecteur", blank=True)
    player_model = models.TextField("modèle du lecteur", blank=True)
    player_serial_number = models.TextField("série du lecteur", blank=True)
    consignment = models.BooleanField("en consignation", null=True, blank=True)
    rental = models.BooleanField("en location", null=True, blank=True)
    rental_contract_ends_on = models.DateField("fin de location", null=True, blank=True)
    needs_repair_or_rebuilding = models.BooleanField("à réparer ou reconstruire", null=True, blank=True)
    total_loss = models.BooleanField("perte totale", null=True, blank=True)
    potential_performance_level = models.IntegerField("potentiel", null=True, blank=True)
    search_key = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = "piano"
        ordering = ("search_key", "id")
        indexes = (
            # the piano list, sorted by make, and its prefix search
            models.Index(fields=("search_key", "id"), name="pianos_piano_by_make"),
            # the choices of two filters
            models.Index(fields=("status",), name="pianos_piano_by_status"),
            models.Index(fields=("type",), name="pianos_piano_by_type"),
            # those that left Gazelle, next to none: their list, and what a count leaves out
            models.Index(fields=("id",), name="pianos_piano_gone", condition=Q(deleted_at__isnull=False)),
        )

    def __str__(self) -> str:
        name = " ".join(part for part in (self.make, self.model) if part)
        serial = f"nº\u00a0{self.serial_number}" if self.serial_number else ""
        shown = ", ".join(part for part in (name, serial) if part)
        return shown or (self.unknown_name if self.is_placeholder else f"Piano sans marque ({self.id})")


class Measurement(MirroredModel):
    """Humidity, temperature and pitch of a piano on one day; the pitch of the other octaves stays in `raw_data`."""

    rights = Rights(Audience.MEMBERS)

    # No index of its own: the one by piano and date begins with it.
    piano = models.ForeignKey(
        "pianos.Piano", models.PROTECT, null=True, blank=True, related_name="measurements", db_index=False
    )
    taken_on = models.DateField("prise le", null=True, blank=True)
    temperature = models.IntegerField("température (°C)", null=True, blank=True)
    humidity = models.IntegerField("humidité (%)", null=True, blank=True)
    a4_pitch = models.IntegerField("la 4", null=True, blank=True, help_text="Tel que Gazelle le donne.")

    class Meta:
        verbose_name = "mesure"
        ordering = ("-taken_on", "-id")
        indexes = (
            # the measurements of a piano, newest first
            models.Index(fields=("piano", "-taken_on"), name="pianos_measure_by_piano"),
            # those that left Gazelle, next to none: their list, and what a count leaves out
            models.Index(fields=("id",), name="pianos_measure_gone", condition=Q(deleted_at__isnull=False)),
            # the list of all measurements, newest first
            models.Index(fields=("-taken_on", "-id"), name="pianos_measure_by_date"),
        )

    def __str__(self) -> str:
        if self.is_placeholder:
            return self.unknown_name
        parts = (
            self.taken_on.isoformat() if self.taken_on else "",
            f"{self.temperature}{NBSP}°C" if self.temperature is not None else "",
            f"{self.humidity}{NBSP}%" if self.humidity is not None else "",
        )
        return ", ".join(part for part in parts if part) or f"Mesure vide ({self.id})"


SERVICE_HISTORY = ("SERVICE_ENTRY_MANUAL", "SERVICE_ENTRY_AUTOMATED", "PIANO_MEASUREMENT", "USER_COMMENT")
"""What was done and said about an instrument. Mails, bills and the notes of appointments hold amounts and door codes; a
type that Gazelle invents tomorrow is for the office until somebody adds it here."""


def of_service(viewer: Viewer) -> Q:
    return Q(entry_type__in=SERVICE_HISTORY)


class TimelineEntry(MirroredModel):
    """One thing that happened: a service note, a mail, a call, a measurement, an invoice; most are machine-written."""

    rights = Rights(Audience.MEMBERS, narrowed=of_service)

    entry_type = models.TextField("genre", blank=True)
    occurred_at = models.DateTimeField("survenue", null=True, blank=True)
    summary = models.TextField("résumé", blank=True)
    comment = models.TextField("texte", blank=True)
    words = models.TextField("mots", blank=True, editable=False, help_text="Sans accents ; voir syncing.wording.")
    # None of the three has an index of its own: those by date begin with it.
    client = models.ForeignKey(
        "clients.Client", models.PROTECT, null=True, blank=True, related_name="timeline", db_index=False
    )
    piano = models.ForeignKey(
        "pianos.Piano", models.PROTECT, null=True, blank=True, related_name="timeline", db_index=False
    )
    technician = models.ForeignKey(
        "clients.Technician",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="timeline",
        db_index=False,
        verbose_name="technicien",
    )
    duration = models.IntegerField("durée (min)", null=True, blank=True)
    related_type = models.TextField("genre de la fiche liée", blank=True)
    related_id = models.TextField("fiche liée", blank=True)
    alert_type = models.TextField("gravité", blank=True)
    email_status = models.TextField("état du courriel", blank=True)
    sms_status = models.TextField("état du texto", blank=True)
    email_failure_reason = models.TextField("raison de l’échec", blank=True)
    email_recipient_name = models.TextField("destinataire", blank=True)
    appointment_gazelle_id = models.TextField("rendez-vous", blank=True)
    invoice_gazelle_id = models.TextField("facture", blank=True)
    invoice_payment_gazelle_id = models.TextField("paiement", blank=True)
    estimate_gazelle_id = models.TextField("soumission", blank=True)

    class Meta:
        verbose_name = "entrée d’historique"
        verbose_name_plural = "entrées d’historique"
        ordering = ("-occurred_at", "-id")
        indexes = (
            # the history of a piano, newest first
            models.Index(fields=("piano", "-occurred_at"), name="pianos_timeline_by_piano"),
            # the history of a client, newest first
            models.Index(fields=("client", "-occurred_at"), name="pianos_timeline_by_client"),
            # what a technician did, newest first
            models.Index(fields=("technician", "-occurred_at"), name="pianos_timeline_by_technician"),
            # the list of everything, newest first
            models.Index(fields=("-occurred_at", "-id"), name="pianos_timeline_by_date"),
            # the same list filtered by type, such as service notes only
            models.Index(fields=("entry_type", "-occurred_at"), name="pianos_timeline_by_type"),
            # the lists of those that left Gazelle, and of those it has not given yet: next to none of either
            models.Index(
                fields=("-occurred_at", "-id"), name="pianos_timeline_gone", condition=Q(deleted_at__isnull=False)
            ),
            models.Index(
                fields=("-occurred_at", "-id"), name="pianos_timeline_unknown", condition=Q(is_placeholder=True)
            ),
            # those that Gazelle gives to nobody, to be given to somebody here
            models.Index(
                fields=("-occurred_at", "-id"),
                name="pianos_timeline_orphans",
                condition=Q(client=None, piano=None, deleted_at=None, is_placeholder=False),
            ),
            # what was said about an appointment, an invoice, a payment, an estimate: most entries are about none
            models.Index(
                fields=("appointment_gazelle_id",),
                name="pianos_timeline_by_visit",
                condition=~Q(appointment_gazelle_id=""),
            ),
            models.Index(
                fields=("invoice_gazelle_id",), name="pianos_timeline_by_invoice", condition=~Q(invoice_gazelle_id="")
            ),
            models.Index(
                fields=("invoice_payment_gazelle_id",),
                name="pianos_timeline_by_payment",
                condition=~Q(invoice_payment_gazelle_id=""),
            ),
            models.Index(
                fields=("estimate_gazelle_id",),
                name="pianos_timeline_by_estimate",
                condition=~Q(estimate_gazelle_id=""),
            ),
        )

    def __str__(self) -> str:
        text = " ".join((self.summary or self.comment).split())
        if text:
            return text if len(text) <= SHOWN else f"{text[: SHOWN - 1].rstrip()}…"
        return self.unknown_name if self.is_placeholder else f"Sans texte ({self.id})"


from pianos.maintenance.models import (  # noqa: E402  # Django looks for an app's tables here
    AlertAct,
    AlertMention,
    MaintenanceAlert,
    NoteScan,
    ProblemPhrase,
    ProblemType,
)

__all__ = [
    "SERVICE_HISTORY",
    "AlertAct",
    "AlertMention",
    "MaintenanceAlert",
    "Measurement",
    "NoteScan",
    "Piano",
    "ProblemPhrase",
    "ProblemType",
    "TimelineEntry",
    "of_service",
]
