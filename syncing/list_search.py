"""What is typed into the search of a list of mirrored records, as one condition.

The keys that answer are found in the indexes by name, which hold the words and the keys side by side: joined to its
people, or read row by row past Gazelle's whole answers, a table of ten thousand took as long as the rest of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import ManyToOneRel, Model, Q, QuerySet
from django.utils.text import smart_split, unescape_string_literal

FOLDED = "search_key"


def found(rows: QuerySet[Any], columns: Iterable[str], typed: str) -> QuerySet[Any]:
    """The rows that hold every word typed, each in one of these columns; words between quotes are one."""
    model, columns = rows.model, list(columns)
    for word in _words(typed):
        rows = rows.filter(_holding(model, columns, word))
    return rows


def _words(typed: str) -> Iterator[str]:
    for word in smart_split(typed):
        is_quoted = word[0] in "\"'" and word[-1] == word[0] and len(word) > 1
        yield unescape_string_literal(word) if is_quoted else word


def _holding(model: type[Model], columns: list[str], word: str) -> Q:
    """One list of keys: told of several, SQLite would walk the table and ask each row for all of them."""
    own = [column for column in columns if "__" not in column]
    holding = [_keys(model, own, word)] if own else []
    for path in columns:
        relation, _, column = path.partition("__")
        if not column:
            continue
        field: Any = model._meta.get_field(relation)
        keys = _keys(field.related_model, [column], word)
        if isinstance(field, ManyToOneRel):  # the many name the one
            naming = field.related_model._base_manager.filter(pk__in=keys).exclude(**{field.field.name: None})
            holding.append(naming.order_by().values(field.field.attname))
        else:
            holding.append(model._base_manager.filter(**{f"{relation}__in": keys}).order_by().values("pk"))
    return Q(pk__in=holding[0].union(*holding[1:]) if holding[1:] else holding[0])


def _keys(model: type[Model], columns: list[str], word: str) -> QuerySet[Any]:
    held = Q()
    for column in columns:
        held |= Q(**{f"{column}__{'contains' if column == FOLDED else 'icontains'}": word})
    return model._base_manager.filter(held).order_by().values("pk")
