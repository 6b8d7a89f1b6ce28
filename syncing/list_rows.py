"""The rows of a list in the back-office, drawn letter for letter as Django draws them, in a fraction of the time.

Django asks of each cell anew what its column is, and of each row where its page is and which filters to keep; here that
is asked once for a list. What it draws by other means, a pop-up or a list with fields, is left to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, time
from typing import Any
from urllib.parse import quote as url_quote

from django.contrib.admin.templatetags import admin_list
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import display_for_field, display_for_value, quote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db.models import DateField, Field, ForeignKey, TimeField
from django.db.models.constants import LOOKUP_SEP
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

Cell = Callable[[Any], str]
Told = Callable[[Any], tuple[str, bool]]
"""What a column says of a record, and whether that stays on one line."""
SOME_KEY = "Z9key9Z"
"""Nobody's: where the key of a row goes in the address of its page."""
KEPT_IN_A_PATH = "!$&'()*+,;=/~:@"


def drawn(changelist: ChangeList) -> SafeString:
    """Every row of the page."""
    if _is_beyond_us(changelist):
        rows = ("".join(map(str, row)) for row in admin_list.results(changelist))
    else:
        cells = list(_cells(changelist))
        rows = ("".join(cell(record) for cell in cells) for record in changelist.result_list)
    return mark_safe("".join(f"<tr>{row}</tr>\n" for row in rows))  # noqa: S308  # each cell is escaped


def _is_beyond_us(changelist: ChangeList) -> bool:
    """A form in the list, a choice for another window, boxes to tick, a column of another table."""
    names = [name for name in changelist.list_display if isinstance(name, str)]
    far = any(LOOKUP_SEP in name.strip("_") for name in names)
    return bool(changelist.formset or changelist.is_popup or changelist.to_field or far or "action_checkbox" in names)


def _cells(changelist: ChangeList) -> Iterator[Cell]:
    links, tag = changelist.list_display_links, "th"
    for index, name in enumerate(changelist.list_display):
        linked = name in links if links else index == 0 and links is not None
        told = _told(changelist, name, linked=linked)
        css = f"field-{admin_list._coerce_field_name(name, index)}"  # type: ignore[attr-defined]  # private, as its cells are
        if linked:
            yield _link(changelist, told, tag, css)
            tag = "td"  # the first link heads its row
        else:
            yield _plain(told, css)


def _plain(told: Told, css: str) -> Cell:
    def cell(record: Any) -> str:
        text, in_one_line = told(record)
        return f'<td class="{css}{" nowrap" if in_one_line else ""}">{conditional_escape(text)}</td>'

    return cell


def _link(changelist: ChangeList, told: Told, tag: str, css: str) -> Cell:
    """The cell that leads to the page of the record."""
    address, key = _addresses(changelist), changelist.pk_attname

    def cell(record: Any) -> str:
        text, in_one_line = told(record)
        text = conditional_escape(text)
        if url := address(getattr(record, key)):
            text = f'<a href="{url}">{text}</a>'
        return f'<{tag} class="{css}{" nowrap" if in_one_line else ""}">{text}</{tag}>'

    return cell


def _addresses(changelist: ChangeList) -> Callable[[Any], str]:
    """The page of a record by its key, with the filters of the list; "" where records have none."""
    kept: dict[str, Any] = {"preserved_filters": changelist.preserved_filters, "opts": changelist.opts}
    some = changelist.model(**{changelist.pk_attname: SOME_KEY})
    try:
        url = add_preserved_filters(kept, changelist.url_for_result(some))
    except NoReverseMatch:
        return lambda _key: ""
    before, _, after = (str(conditional_escape(part)) for part in url.partition(SOME_KEY))

    def address(key: Any) -> str:
        return f"{before}{conditional_escape(url_quote(str(quote(key)), safe=KEPT_IN_A_PATH))}{after}"

    return address


def _told(changelist: ChangeList, name: Any, *, linked: bool) -> Told:
    """How a column is read; a record that is cited and gone is empty, as for Django."""
    empty = changelist.model_admin.get_empty_value_display()
    found = _field(changelist, name)
    if found is None:
        read = _of_a_method(changelist, name, empty)
    elif isinstance(found, ForeignKey):
        read = _of_a_key(found, empty)
    else:
        read = _of_a_field(found, empty, linked=linked)

    def told(record: Any) -> tuple[str, bool]:
        try:
            return read(record)
        except ObjectDoesNotExist:
            return empty, False

    return told


def _field(changelist: ChangeList, name: Any) -> Field[Any, Any] | None:
    """The column of the table; None for what is computed, and for a foreign key asked for by its key."""
    try:
        field = changelist.model._meta.get_field(name) if isinstance(name, str) else None
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) and not (field.is_relation and field.attname == name) else None


def _of_a_key(field: Field[Any, Any], empty: str) -> Told:
    def read(record: Any) -> tuple[str, bool]:
        value = getattr(record, field.name)
        return empty if value is None else str(value), True

    return read


def _of_a_field(field: Field[Any, Any], empty: str, *, linked: bool) -> Told:
    in_one_line = isinstance(field, (DateField, TimeField))

    def read(record: Any) -> tuple[str, bool]:
        value = getattr(record, field.name)
        if isinstance(value, str) and not value.strip():
            value = ""
        return display_for_field(value, field, empty, avoid_link=linked), in_one_line

    return read


def _of_a_method(changelist: ChangeList, name: Any, empty: str) -> Told:
    """A method of the admin or of the record, or what its attribute holds."""
    owner = changelist.model_admin
    of_admin = getattr(owner, name) if isinstance(name, str) and name != "__str__" and hasattr(owner, name) else None
    method = name if callable(name) else of_admin
    said = method if method is not None else getattr(changelist.model, name, None)
    said = said.fget if isinstance(said, property) else said
    empty, as_icon = getattr(said, "empty_value_display", empty), getattr(said, "boolean", False)

    def read(record: Any) -> tuple[str, bool]:
        value = method(record) if method is not None else getattr(record, name)
        if method is None and callable(value):
            value = value()
        if isinstance(value, str) and not value.strip():
            value = ""
        return display_for_value(value, empty, as_icon), isinstance(value, (date, time))

    return read
