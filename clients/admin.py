"""People and places in the back-office: Gazelle's columns read-only, ours and the shared ones edited."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clients.institutions import accept, proposals, refuse
from clients.models import Client, Contact, Institution, Technician
from syncing.access import viewer_of
from syncing.gestures import Gesture, GesturesAdmin
from syncing.mirrored_admin import MirroredAdmin
from syncing.rights import Audience


@admin.register(Technician)
class TechnicianAdmin(MirroredAdmin):
    list_display = ("__str__", "email", "access_level", "status", "login")
    search_fields = ("search_key", "id")
    list_filter = ("status", "access_level")


@admin.register(Institution)
class InstitutionAdmin(GesturesAdmin):
    """What the office says of the houses it watches over; their clients are proposed here, or set on the clients."""

    audience = Audience.OFFICE
    change_form_template = "admin/clients/institution/change_form.html"
    list_display = ("name", "tab", "rank", "is_watched")
    fields = ("name", "slug", "tab", "rank", "is_watched", "name_patterns", "told_clients")
    readonly_fields = ("told_clients",)
    prepopulated_fields: ClassVar = {"slug": ("name",)}

    def has_module_permission(self, request: HttpRequest) -> bool:
        return viewer_of(request.user).is_among(self.audience)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission

    def gestures(self, request: HttpRequest, record: Any) -> list[Gesture]:
        """Two for each client proposed; an id that an address cannot carry is answered on the client's own page."""
        return [
            Gesture(f"{verb}-{client.pk}", label)
            for client in _proposed(request, record)
            if IN_ADDRESS.fullmatch(client.pk)
            for verb, label in ANSWERS
        ]

    def perform(self, request: HttpRequest, record: Institution, name: str) -> str:
        assert isinstance(request.user, User)  # noqa: S101  # the admin let nobody else in
        verb, _, client_id = name.partition("-")
        if verb == ACCEPT:
            return f"« {accept(record, client_id, by=request.user)} » est un client de {record}."
        return f"« {refuse(record, client_id, by=request.user)} » ne sera plus proposé pour {record}."

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        answer = super().render_change_form(request, context, *args, **kwargs)
        buttons = {gesture.name: (gesture.label, address) for gesture, address in context["gestures"]}
        context["proposed"] = [
            (client, _page(client), [buttons[key] for verb, _ in ANSWERS if (key := f"{verb}-{client.pk}") in buttons])
            for client in (_proposed(request, context["original"]) if context.get("original") else ())
        ]
        return answer

    @admin.display(description="clients")
    def told_clients(self, institution: Institution) -> SafeString | str:
        """Its clients, each leading to its page, where its institution is changed."""
        rows = institution.clients.lightly().order_by("search_key", "pk") if institution.pk else ()
        lines = format_html_join("", '<li><a href="{}">{}</a></li>', ((_page(client), client) for client in rows))
        return format_html('<ul class="linked">{}</ul>', lines) if lines else "Aucun pour l’instant."


ACCEPT, REFUSE = "accepter", "ecarter"
ANSWERS = ((ACCEPT, "C’est un de ses clients"), (REFUSE, "Ce n’en est pas un"))
IN_ADDRESS = re.compile(r"[-\w]+", re.ASCII)


def _proposed(request: HttpRequest, institution: Institution) -> list[Client]:
    """Read once a request: both the buttons and the list are made of them."""
    known: list[Client] | None = getattr(request, "_proposed_clients", None)
    if known is None:
        known = proposals(institution)
        request._proposed_clients = known  # type: ignore[attr-defined]  # remembered on it
    return known


def _page(client: Client) -> str:
    return reverse("admin:clients_client_change", args=[client.pk])


@admin.register(Client)
class ClientAdmin(MirroredAdmin):
    list_display = ("__str__", "status", "preferred_technician", "gazelle_updated_at")
    search_fields = ("search_key", "id", "contacts__search_key")
    list_filter = ("status", "client_type", "institution")
    ours = ("house_tags", "institution")


@admin.register(Contact)
class ContactAdmin(MirroredAdmin):
    list_display = ("__str__", "client", "phone", "email", "municipality", "archived")
    search_fields = ("search_key", "id")
    list_filter = ("archived", "is_default")
