"""The base every mirrored table's admin starts from, and the read-only base under it.

What comes from Gazelle is corrected in Gazelle: here only what is ours, and what Gazelle shares, is edited; nothing is
added nor deleted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from syncing import connection, list_search
from syncing.access import viewer_of
from syncing.decisions import Moved
from syncing.drafts import PHONE_DIGITS
from syncing.editing import edit
from syncing.folding import digits, fold
from syncing.light_lists import COUNTED_UP_TO as COUNTED_UP_TO  # part of what the base offers
from syncing.light_lists import SEARCHED, LightList, RecordFilter
from syncing.light_lists import CappedPaginator as CappedPaginator
from syncing.light_lists import Choices as Choices
from syncing.mirrored_form import EditedForm, edited_field
from syncing.mirrored_links import links, told_versions
from syncing.models import MirroredModel
from syncing.monitoring import kinship
from syncing.monitoring.awaiting import named_records
from syncing.registry import Entity, entities
from syncing.rights import Audience
from syncing.templatetags.words import badge

LONG_DISTANCE = 11  # digits of a telephone number written with its leading 1


class LookedAt:
    """What its audience, the office unless it says otherwise, may see and nobody may add, change or delete."""

    audience = Audience.OFFICE

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return viewer_of(request.user).is_among(self.audience)


class ReadOnlyAdmin(LookedAt, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """A list and its pages, to be looked at."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    actions = None
    show_facets = admin.ShowFacets.NEVER  # counting each choice would read the whole table several times

    def has_module_permission(self, request: HttpRequest) -> bool:
        return viewer_of(request.user).is_among(self.audience)


class MirroredAdmin(ReadOnlyAdmin):
    """What every mirrored table shows: its columns, the state of the record, its dates, Gazelle's own answer.

    A subclass sets `list_display` (the state is added at its end), `search_fields`, `list_filter` for what is its own,
    and `ours`: the columns of the house, edited here with the shared ones. Foreign keys shown in the list are joined by
    themselves, and lead to their record; the records that cite this one are counted and linked.
    """

    form = EditedForm
    ours: ClassVar[tuple[str, ...]] = ()

    @cached_property
    def entity(self) -> Entity | None:
        """What the table mirrors; None for a table nobody declares any more."""
        return next((one for one in entities() if one.model.lower() == self.model._meta.label_lower), None)

    @cached_property
    def edited(self) -> tuple[str, ...]:
        """The columns a person changes here."""
        return (*self.ours, *sorted(self.entity.shared if self.entity else ()))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A provisional record is filled by Gazelle first: what it would hold is unknown."""
        return bool(self.edited) and self.has_view_permission(request, obj) and not (obj and obj.is_placeholder)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        found: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        return edited_field(db_field, found) if found and db_field.name in self.edited else found

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        told = form.columns({name: form.cleaned_data[name] for name in form.changed_data})
        assert isinstance(request.user, User)  # noqa: S101  # nobody else changes anything
        edit(obj, self.entity, form.columns(form.seen()), told, by=request.user)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Moved as moved:  # between the check of the form and its writing
            self.message_user(request, f"{moved} {moved.action}", messages.ERROR)
            return redirect(request.path)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Through the one layer of rights, as everywhere else."""
        seen: QuerySet[Any] = self.model.objects.visible_to(viewer_of(request.user))
        return seen.order_by(*self.get_ordering(request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LightList

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [*super().get_list_display(request), "state"]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [RecordFilter, *super().get_list_filter(request)]

    def get_list_select_related(self, request: HttpRequest) -> Any:
        """The foreign keys of the list: without a join each row would ask for its own."""
        declared = super().get_list_select_related(request)
        if declared is not False:
            return declared
        return [field.name for field in self._foreign_keys() if field.name in self.list_display] or False

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Without accents nor case, and a telephone number whatever way it is typed."""
        number = digits(search_term)
        if len(number) == LONG_DISTANCE and number[0] == "1":
            number = number[1:]
        is_number = len(number) >= PHONE_DIGITS and not re.search(r"[^\W\d_]", search_term)
        typed = number if is_number else fold(search_term)
        return list_search.found(queryset, self.get_search_fields(request), typed), False

    def found_at_least(self, typed: str, limit: int) -> int:
        """How many records a search finds at least, up to a limit, where that is known sooner than which ones."""
        return 0

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        if self.fieldsets or self.fields:
            own = list(super().get_fieldsets(request, obj))
        else:
            engine = {field.name for field in MirroredModel._meta.fields} | SEARCHED
            own = [(None, {"fields": [f.name for f in self.model._meta.fields if f.name not in engine]})]
        return [
            *own,
            ("Fiches liées", {"fields": ("linked",)}),
            ("Versions", {"fields": ("versions",), "classes": ("collapse",)}),
            ("Dans le miroir", {"fields": MIRROR_FIELDS, "classes": ("collapse",)}),
            ("Réponse de Gazelle", {"fields": ("gazelle_answer",), "classes": ("collapse",)}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        declared = [*super().get_readonly_fields(request, obj), *MIRROR_FIELDS, "gazelle_answer", "linked", "versions"]
        gazelles = [field.name for field in self.model._meta.fields if field.name not in self.edited]
        return list(dict.fromkeys([*declared, *gazelles]))

    def _foreign_keys(self) -> Iterator[Any]:
        return (field for field in self.model._meta.fields if field.many_to_one or field.one_to_one)

    @admin.display(description="état", empty_value="")
    def state(self, record: Any) -> SafeString | str:
        if record.deleted_at and record.is_placeholder:
            return badge("unknown", "Fusionnée")
        if record.deleted_at:
            return badge("unknown", "Retirée de Gazelle")
        return badge("watch", "Fiche provisoire") if record.is_placeholder else ""

    @admin.display(description="identité")
    def identity(self, record: Any) -> SafeString | str:
        """Where a placeholder is settled, what it became, and the records that are this one too."""
        entity = next((one for one in entities() if one.model == self.model._meta.label), None)
        if entity is None:
            return self.get_empty_value_display()
        if record.is_placeholder:  # once merged, its page leads to the merge
            url, words = reverse("placeholder", args=[entity.name, record.pk]), "Dire qui elle est"
            return format_html('<a href="{}">{}</a>', url, "Voir la fusion" if record.deleted_at else words)
        others = named_records(entity, kinship.same_as(entity, record.pk)).values()
        if not others:
            return self.get_empty_value_display()
        told = format_html_join(", ", '<a href="{}">{}</a>', ((one.url, one.text) for one in others))
        sentence = 'Même fiche que {} ; la fusion se fait <a href="{}" rel="noreferrer">dans Gazelle</a>.'
        return format_html(sentence, told, connection.origin())

    @admin.display(description="fiches liées")
    def linked(self, record: Any) -> SafeString:
        return links(record, self.entity)

    @admin.display(description="versions")
    def versions(self, record: Any) -> SafeString:
        return told_versions(record, self.entity)

    @admin.display(description="réponse de Gazelle")
    def gazelle_answer(self, record: Any) -> SafeString:
        return pretty(record.raw_data)


class OwnedInline(LookedAt, admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """The rows a record owns today, to be looked at."""

    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        names = [name for name in self.fields or () if isinstance(name, str)]
        keys = [field.name for field in self.model._meta.fields if field.many_to_one and field.name in names]
        present: QuerySet[Any] = self.model.objects.visible_to(viewer_of(request.user)).filter(deleted_at=None)
        return present.select_related(*keys) if keys else present


MIRROR_FIELDS = (
    *("id", "state", "identity", "synced_at", "deleted_at", "gazelle_created_at", "gazelle_updated_at"),
    *("created_at", "updated_at", "version"),
)


def pretty(value: object) -> SafeString:
    """JSON as people read it, in the fixed-width face."""
    if value is None:
        return format_html('<span class="quiet">{}</span>', "Gazelle n’a pas encore donné cette fiche.")
    return format_html('<pre class="raw">{}</pre>', json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True))
