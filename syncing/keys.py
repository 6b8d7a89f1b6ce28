"""Foreign keys that lead to a table, in whatever table they are: what a record is cited by."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from django.db.models import ForeignKey, Model


class Key(NamedTuple):
    """A foreign key of a table."""

    model: type[Model]
    field: ForeignKey[Any, Any]

    @property
    def column(self) -> str:
        return self.field.attname

    @property
    def label(self) -> str:
        """How it is named where it is written down."""
        return f"{self.model._meta.label}.{self.column}"


@cache
def keys_to(target: type[Model]) -> tuple[Key, ...]:
    """Every foreign key to this table, mirrored, owned or of the house, always in one order."""
    relations = target._meta.get_fields(include_hidden=True)
    found = [
        Key(relation.related_model, relation.field)  # type: ignore[union-attr,arg-type]  # a reverse relation has both
        for relation in relations
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
    ]
    return tuple(sorted(found, key=lambda key: key.label))
