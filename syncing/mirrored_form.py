"""The form of a mirrored record: the few columns people edit here, and what they saw before they typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.db.models import Field, JSONField, Model


class Words(forms.CharField):
    """A text as it is stored: browsers send every line end as two characters."""

    def to_python(self, value: object) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n")


class Tags(forms.CharField):
    """A list of short texts, written on one line."""

    def prepare_value(self, value: object) -> object:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: object) -> Any:
        if isinstance(value, list):
            return value
        return list(dict.fromkeys(word for part in str(value or "").split(",") if (word := " ".join(part.split()))))

    def has_changed(self, initial: object, data: object) -> bool:
        return bool(self.to_python(initial) != self.to_python(data))


def edited_field(column: Field[Any, Any], found: forms.Field) -> forms.Field:
    """The field of an edited column, which carries along what the person saw."""
    told: dict[str, Any] = {"label": found.label, "help_text": found.help_text, "required": False}
    if isinstance(column, JSONField):
        help_text = f"{column.help_text} Séparées par des virgules.".strip()
        field: forms.Field = Tags(widget=AdminTextInputWidget, **told | {"help_text": help_text})
    elif isinstance(found, forms.ModelChoiceField):  # few enough to be chosen in a list
        field = forms.ModelChoiceField(found.queryset, **told)
    else:
        field = Words(strip=False, widget=AdminTextareaWidget(attrs={"rows": 4}), **told)
    field.show_hidden_initial = True
    return field


class EditedForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Refuses to write over what changed meanwhile; what was typed stays in the page."""

    def seen(self) -> dict[str, object]:
        """The value of each field as the page showed it."""
        return {
            name: field.to_python(self.data[initial])
            for name, field in self.fields.items()
            if (initial := self.add_initial_prefix(name)) in self.data
        }

    def columns(self, values: Mapping[str, object]) -> dict[str, object]:
        """The values of fields as their columns hold them: a record by its key."""
        return {
            self._meta.model._meta.get_field(name).attname: value.pk if isinstance(value, Model) else value
            for name, value in values.items()
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        shown = self.seen()
        for name in self.changed_data:
            here = self.fields[name].to_python(self.initial.get(name))
            if name not in shown or shown[name] != here:
                said = (here if isinstance(here, Model) else self.fields[name].prepare_value(here)) or "vide"
                changed = f"Cette valeur a changé depuis que vous l’avez lue : « {said} »."
                self.add_error(name, f"{changed} Rechargez la fiche pour repartir d’elle.")
        return cleaned
