"""How an entity's draft meets its Django model: which column is a reference, what a row holds now."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey

from syncing.drafts import Draft
from syncing.models import MirroredModel
from syncing.registry import Entity

AUDIT = ("is_placeholder", "updated_at", "synced_at", "deleted_at", "version", "raw_data", "given")


@dataclass(frozen=True)
class Table:
    """The domain table of an entity."""

    entity: Entity
    model: type[MirroredModel]

    def reference_column(self, name: str) -> tuple[str, bool]:
        """The column that holds a reference, and whether it is a foreign key that needs a row to point to.

        An upward reference has no foreign key: it is the plain text column `<name>_gazelle_id`.
        """
        if name not in self._reference_columns:
            self._reference_columns[name] = self._look_up(name)
        return self._reference_columns[name]

    def _look_up(self, name: str) -> tuple[str, bool]:
        try:
            field = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return f"{name}_gazelle_id", False
        return field.attname, isinstance(field, ForeignKey)  # type: ignore[union-attr]  # a concrete field by declaration

    @cached_property
    def _reference_columns(self) -> dict[str, tuple[str, bool]]:
        """Looked up once: this is asked several times for every record."""
        return {}

    def values(self, draft: Draft) -> dict[str, object]:
        """The draft's columns under the names the model stores them by, references as ids."""
        values = dict(draft.columns)
        for name, reference in draft.references.items():
            column, is_key = self.reference_column(name)
            values[column] = reference.id if reference else (None if is_key else "")
        return values


@cache
def table(entity: Entity) -> Table:
    """The table of an entity; raises LookupError when its model does not exist."""
    model = apps.get_model(entity.model)
    if not issubclass(model, MirroredModel):
        raise LookupError(f"{entity.model} must inherit MirroredModel")
    return Table(entity, model)
