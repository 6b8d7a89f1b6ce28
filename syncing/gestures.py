"""What is done to one record by one button of its page in the back-office, besides its form."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from syncing.people import trail
from syncing.vocabulary import SyncError


class Gesture(NamedTuple):
    """A button: its name in the address, and its words."""

    name: str
    label: str
    danger: bool = False


class GesturesAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """A page with buttons; what its form changes is recorded with the values before and after."""

    def gestures(self, request: HttpRequest, record: Any) -> list[Gesture]:
        """Those that make sense now, for this person."""
        return []

    def perform(self, request: HttpRequest, record: Any, name: str) -> str:
        """Do it and say so. Raises SyncError with the reason when it cannot be done."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_gesture"
        view = self.admin_site.admin_view(require_POST(self._gesture_view))
        view.model_admin = self  # type: ignore[attr-defined]  # as Django marks its own
        return [path("<path:object_id>/geste/<slug:name>/", view, name=name), *super().get_urls()]

    def _gesture_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = self.get_object(request, object_id)  # None too for a key that cannot be one
        if record is None:
            raise Http404
        if name not in {gesture.name for gesture in self.gestures(request, record)}:
            messages.error(request, "Rien n’a été fait : ce geste n’est plus possible, ou pas avec votre accès.")
        else:
            try:
                messages.success(request, self.perform(request, record, name))
            except SyncError as error:
                messages.error(request, f"{error} {error.action}")
        there = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[record.pk])
        return HttpResponseRedirect(there)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        record: Any = context.get("original")
        address = f"admin:{self.opts.app_label}_{self.opts.model_name}_gesture"
        context["gestures"] = [
            (gesture, reverse(address, args=[record.pk, gesture.name]))
            for gesture in (self.gestures(request, record) if record else ())
        ]
        return super().render_change_form(request, context, *args, **kwargs)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        return trail.message(
            trail.Change(str(form.fields[name].label), _told(form.initial.get(name)), _told(form.cleaned_data[name]))
            for name in form.changed_data
            if name in {field.name for field in self.opts.fields}  # the rest is recorded by the act that did it
        )

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return super().log_change(request, obj, message) if '"fields": []' not in message else None


def _told(value: object) -> str:
    return "" if value is None else str(value)
