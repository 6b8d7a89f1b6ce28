"""What is billed and what is proposed. Money is integer cents, quantities hundredths, tax rates thousandths of a %."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from syncing.french import NBSP
from syncing.models import MirroredModel, OwnedModel


class Invoice(MirroredModel):
    """A bill to a client; its totals are Gazelle's, even when its lines do not add up to them."""

    number = models.IntegerField("numéro", null=True, blank=True)
    status = models.TextField("statut", blank=True)
    client = models.ForeignKey("clients.Client", models.PROTECT, null=True, blank=True, related_name="invoices")
    contact = models.ForeignKey("clients.Contact", models.PROTECT, null=True, blank=True, related_name="invoices")
    technician = models.ForeignKey(
        "clients.Technician",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invoices",
        verbose_name="technicien",
    )
    created_by = models.ForeignKey(
        "clients.Technician",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="created_invoices",
        verbose_name="créée par",
    )
    sub_total = models.IntegerField("avant taxes (cents)", null=True, blank=True)
    tax_total = models.IntegerField("taxes (cents)", null=True, blank=True)
    tip_total = models.IntegerField("pourboire (cents)", null=True, blank=True)
    total = models.IntegerField("total (cents)", null=True, blank=True)
    paid_total = models.IntegerField("payé (cents)", null=True, blank=True, help_text="Pourboire compris.")
    due_total = models.IntegerField("solde (cents)", null=True, blank=True)
    due_on = models.DateField("échéance", null=True, blank=True)
    net_days = models.IntegerField("délai (jours)", null=True, blank=True)
    notes = models.TextField("notes", blank=True)
    top_notes = models.TextField("notes d’en-tête", blank=True)
    archived = models.BooleanField("archivée", null=True, blank=True)
    summarize = models.BooleanField("résumée", null=True, blank=True)
    tax_pricing_mode = models.TextField("taxes dans les prix", blank=True)
    tags = models.JSONField("étiquettes de Gazelle", default=list, blank=True)

    class Meta:
        verbose_name = "facture"
        ordering = ("-number", "-id")
        indexes = (
            # the list of all, newest first, and a bill found by its number
            models.Index(fields=("-number", "-id"), name="invoicing_invoice_by_number"),
            # the choices of a filter
            models.Index(fields=("status",), name="invoicing_invoice_by_status"),
            # those that left Gazelle, next to none: their list, and what a count leaves out
            models.Index(fields=("id",), name="invoicing_invoice_gone", condition=Q(deleted_at__isnull=False)),
        )

    def __str__(self) -> str:
        if self.number is not None:
            return f"Facture nº{NBSP}{self.number}"
        return self.unknown_name if self.is_placeholder else f"Facture sans numéro ({self.id})"


class InvoiceItem(OwnedModel):
    """A line of a bill."""

    invoice = models.ForeignKey("invoicing.Invoice", models.PROTECT, related_name="items")
    description = models.TextField("description", blank=True)
    type = models.TextField("genre", blank=True)
    quantity = models.IntegerField("quantité (centièmes)", null=True, blank=True)
    amount = models.IntegerField("prix unitaire (cents)", null=True, blank=True)
    sub_total = models.IntegerField("avant taxes (cents)", null=True, blank=True)
    tax_total = models.IntegerField("taxes (cents)", null=True, blank=True)
    total = models.IntegerField("total (cents)", null=True, blank=True)
    taxable = models.BooleanField("taxable", null=True, blank=True)
    billable = models.BooleanField("facturable", null=True, blank=True)
    sequence_number = models.IntegerField("rang", null=True, blank=True)
    taxes = models.JSONField("taxes, une à une", default=list, blank=True)
    piano = models.ForeignKey("pianos.Piano", models.PROTECT, null=True, blank=True, related_name="invoice_items")
    service_item_gazelle_id = models.TextField("service du catalogue", blank=True)

    class Meta:
        verbose_name = "ligne de facture"
        verbose_name_plural = "lignes de facture"
        ordering = ("sequence_number", "id")
        indexes = (
            # the lines that bill a service of the catalogue
            models.Index(fields=("service_item_gazelle_id",), name="invoicing_item_by_service"),
        )

    def __str__(self) -> str:
        return self.description.partition("\n")[0] or self.id


class Payment(OwnedModel):
    """Money received for a bill, its tip included."""

    invoice = models.ForeignKey("invoicing.Invoice", models.PROTECT, related_name="payments")
    amount = models.IntegerField("montant (cents)", null=True, blank=True)
    tip_total = models.IntegerField("dont pourboire (cents)", null=True, blank=True)
    type = models.TextField("moyen", blank=True)
    status = models.TextField("statut", blank=True)
    payment_source = models.TextField("saisi par", blank=True)
    paid_at = models.DateTimeField("payé", null=True, blank=True)
    notes = models.TextField("notes", blank=True)
    failure_reason = models.TextField("raison de l’échec", blank=True)

    class Meta:
        verbose_name = "paiement"
        ordering = ("paid_at", "id")
        indexes = (
            # what was received on a day
            models.Index(fields=("paid_at",), name="invoicing_payment_by_date"),
        )

    def __str__(self) -> str:
        return self.type or self.id


class Estimate(MirroredModel):
    """A proposal for a piano, with one or more options (tiers)."""

    number = models.IntegerField("numéro", null=True, blank=True)
    client = models.ForeignKey("clients.Client", models.PROTECT, null=True, blank=True, related_name="estimates")
    piano = models.ForeignKey("pianos.Piano", models.PROTECT, null=True, blank=True, related_name="estimates")
    contact = models.ForeignKey("clients.Contact", models.PROTECT, null=True, blank=True, related_name="estimates")
    technician = models.ForeignKey(
        "clients.Technician",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="estimates",
        verbose_name="technicien",
    )
    created_by = models.ForeignKey(
        "clients.Technician",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="created_estimates",
        verbose_name="créée par",
    )
    estimated_on = models.DateField("faite le", null=True, blank=True)
    expires_on = models.DateField("valide jusqu’au", null=True, blank=True)
    is_archived = models.BooleanField("archivée", null=True, blank=True)
    locale = models.TextField("langue", blank=True)
    notes = models.TextField("notes", blank=True)
    recommended_tier_total = models.IntegerField("option recommandée (cents)", null=True, blank=True)
    current_performance_level = models.IntegerField("état actuel", null=True, blank=True)
    tags = models.JSONField("étiquettes de Gazelle", default=list, blank=True)

    class Meta:
        verbose_name = "soumission"
        ordering = ("-number", "-id")
        indexes = (
            # the list of all, newest first, and a proposal found by its number
            models.Index(fields=("-number", "-id"), name="invoicing_estimate_by_number"),
        )

    def __str__(self) -> str:
        if self.number is not None:
            return f"Soumission nº{NBSP}{self.number}"
        return self.unknown_name if self.is_placeholder else f"Soumission sans numéro ({self.id})"


class EstimateTier(OwnedModel):
    """An option of a proposal; it has no name, its notes tell it apart. Each update in Gazelle makes new ones."""

    estimate = models.ForeignKey("invoicing.Estimate", models.PROTECT, related_name="tiers")
    sequence_number = models.IntegerField("rang", null=True, blank=True)
    is_primary = models.BooleanField("principale", null=True, blank=True)
    notes = models.TextField("notes", blank=True)
    allow_self_schedule = models.BooleanField("réservable en ligne", null=True, blank=True)
    target_performance_level = models.IntegerField("état visé", null=True, blank=True)
    subtotal = models.IntegerField("avant taxes (cents)", null=True, blank=True)
    tax_total = models.IntegerField("taxes (cents)", null=True, blank=True)
    total = models.IntegerField("total (cents)", null=True, blank=True)

    class Meta:
        verbose_name = "option"
        ordering = ("sequence_number", "id")

    def __str__(self) -> str:
        return self.notes.partition("\n")[0] or self.id


class EstimateTierGroup(OwnedModel):
    """A titled group of lines within an option."""

    estimate = models.ForeignKey("invoicing.Estimate", models.PROTECT, related_name="groups")
    tier_gazelle_id = models.TextField("option", blank=True)
    name = models.TextField("nom", blank=True)
    sequence_number = models.IntegerField("rang", null=True, blank=True)

    class Meta:
        verbose_name = "groupe de lignes"
        verbose_name_plural = "groupes de lignes"
        ordering = ("sequence_number", "id")

    def __str__(self) -> str:
        return self.name or self.id


class EstimateTierItem(OwnedModel):
    """A line of an option, in a group or not."""

    estimate = models.ForeignKey("invoicing.Estimate", models.PROTECT, related_name="items")
    tier_gazelle_id = models.TextField("option", blank=True)
    group_gazelle_id = models.TextField("groupe", blank=True)
    name = models.TextField("nom", blank=True)
    description = models.TextField("description", blank=True)
    education_description = models.TextField("explication", blank=True)
    type = models.TextField("genre", blank=True)
    quantity = models.IntegerField("quantité (centièmes)", null=True, blank=True)
    amount = models.IntegerField("prix unitaire (cents)", null=True, blank=True)
    duration = models.IntegerField("durée (min)", null=True, blank=True)
    subtotal = models.IntegerField("avant taxes (cents)", null=True, blank=True)
    tax_total = models.IntegerField("taxes (cents)", null=True, blank=True)
    total = models.IntegerField("total (cents)", null=True, blank=True)
    taxes = models.JSONField("taxes, une à une", default=list, blank=True)
    is_taxable = models.BooleanField("taxable", null=True, blank=True)
    is_tuning = models.BooleanField("accord", null=True, blank=True)
    external_url = models.TextField("lien", blank=True)
    sequence_number = models.IntegerField("rang", null=True, blank=True)
    service_item_gazelle_id = models.TextField("service du catalogue", blank=True)

    class Meta:
        verbose_name = "ligne de soumission"
        verbose_name_plural = "lignes de soumission"
        ordering = ("tier_gazelle_id", "group_gazelle_id", "sequence_number", "id")
        indexes = (
            # the proposals that hold a service of the catalogue
            models.Index(fields=("service_item_gazelle_id",), name="invoicing_tieritem_by_service"),
        )

    def __str__(self) -> str:
        return self.name or self.id
