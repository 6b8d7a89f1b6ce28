"""A toy domain, so that the engine is tested without a single word of the trade."""

from __future__ import annotations

from django.db import models

from syncing.models import MirroredModel, OwnedModel


class Maker(MirroredModel):
    """A toy maker."""

    name = models.TextField(blank=True)

    class Meta:
        app_label = "toyshop"


class Toy(MirroredModel):
    """A toy, made by somebody, with a note people may change here."""

    maker = models.ForeignKey("toyshop.Maker", models.PROTECT, null=True, blank=True, db_constraint=True)
    name = models.TextField(blank=True)
    note = models.TextField(blank=True)
    price = models.IntegerField(null=True, blank=True)
    tags = models.JSONField(default=list, blank=True)
    sticker = models.TextField(blank=True, default="")
    state = models.TextField(blank=True)
    sold_on = models.DateField(null=True, blank=True)

    class Meta:
        app_label = "toyshop"


class Part(OwnedModel):
    """A part of a toy; gone when its toy no longer lists it."""

    toy = models.ForeignKey("toyshop.Toy", models.PROTECT, related_name="parts")
    name = models.TextField(blank=True)
    maker = models.ForeignKey("toyshop.Maker", models.PROTECT, null=True, blank=True)

    class Meta:
        app_label = "toyshop"


class Sign(models.Model):
    """A row of the house about a maker: Gazelle knows nothing of it."""

    maker = models.OneToOneField("toyshop.Maker", models.PROTECT)
    text = models.TextField(blank=True)

    class Meta:
        app_label = "toyshop"

    def __str__(self) -> str:
        return self.text
