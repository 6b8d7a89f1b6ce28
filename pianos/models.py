"""Instruments, and later what is known of their service."""

from __future__ import annotations

from django.db import models

from syncing.models import MirroredModel


class Piano(MirroredModel):
    """An instrument, usually of a client; some have lost theirs and wait for a decision."""

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
        )

    def __str__(self) -> str:
        name = " ".join(part for part in (self.make, self.model) if part)
        serial = f"nº\u00a0{self.serial_number}" if self.serial_number else ""
        shown = ", ".join(part for part in (name, serial) if part)
        return shown or (self.unknown_name if self.is_placeholder else f"Piano sans marque ({self.id})")
