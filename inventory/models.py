"""What is sold: the catalogue of services, as Gazelle keeps it."""

from __future__ import annotations

from django.db import models

from syncing.models import MirroredModel
from syncing.rights import Audience, Rights


class ServiceItem(MirroredModel):
    """A service or a product of the catalogue; its texts are the French ones, the others stay in `raw_data`."""

    rights = Rights(Audience.MEMBERS, office_only=("amount",))

    name = models.TextField("nom", blank=True)
    description = models.TextField("description", blank=True)
    education_description = models.TextField("explication", blank=True)
    amount = models.IntegerField("prix (cents)", null=True, blank=True)
    duration = models.IntegerField("durée (min)", null=True, blank=True)
    type = models.TextField("genre", blank=True)
    order = models.IntegerField("rang", null=True, blank=True)
    group_gazelle_id = models.TextField("groupe dans Gazelle", blank=True)
    group_name = models.TextField("groupe", blank=True)
    is_taxable = models.BooleanField("taxable", null=True, blank=True)
    is_tuning = models.BooleanField("accord", null=True, blank=True)
    is_archived = models.BooleanField("archivé", null=True, blank=True)
    is_any_user = models.BooleanField("par n’importe qui", null=True, blank=True)
    is_default = models.BooleanField("par défaut", null=True, blank=True)
    is_self_schedulable = models.BooleanField("réservable en ligne", null=True, blank=True)
    external_url = models.TextField("lien", blank=True)
    search_key = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = "service du catalogue"
        verbose_name_plural = "services du catalogue"
        ordering = ("group_name", "order", "id")
        indexes = (
            # the catalogue in its own order
            models.Index(fields=("group_name", "order", "id"), name="inventory_service_by_group"),
        )

    def __str__(self) -> str:
        return self.name or (self.unknown_name if self.is_placeholder else f"Sans nom ({self.id})")
