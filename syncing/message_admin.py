"""The back-office of messages: what was told to whom, and the receipt; never edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from syncing import french
from syncing.access import is_administration
from syncing.mirrored_admin import Choices, ReadOnlyAdmin
from syncing.models import Message, MessageState, Preference
from syncing.notifying.kinds import kinds
from syncing.notifying.queueing import ANSWERABLE
from syncing.templatetags.words import badge, message_badge


class KindFilter(admin.SimpleListFilter):
    title = "genre"
    parameter_name = "genre"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Choices:
        return [(kind.name, kind.label) for kind in kinds()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class MessageStateFilter(admin.SimpleListFilter):
    title = "état"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Choices:
        return [(state.value, str(state.label)) for state in MessageState]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(state=self.value()) if self.value() else queryset


class AnsweredFilter(admin.SimpleListFilter):
    title = "réponse"
    parameter_name = "classe"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Choices:
        return [("non", "À renvoyer ou classer"), ("oui", "Renvoyés ou classés")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "non":
                return queryset.filter(state__in=ANSWERABLE, settled_at=None)
            case "oui":
                return queryset.exclude(settled_at=None)
        return queryset


class KindAdmin(ReadOnlyAdmin):
    """What both tables share: the kind by its French name."""

    @admin.display(description="genre", ordering="kind")
    def told_kind(self, row: Any) -> str:
        return kinds().label(row.kind)


class MessageAdmin(KindAdmin):
    list_display = ("subject", "stands", "to", "created", "receipt_or_error", "attempts", "told_kind")
    list_filter = (MessageStateFilter, AnsweredFilter, KindFilter, "level", "channel")
    list_select_related = ("user",)
    search_fields = ("=address", "=message_id", "=cause")
    ordering = ("-created_at", "-pk")
    fieldsets = (
        (None, {"fields": ("told_kind", "to", "stands", "answer", "subject", "body")}),
        ("Preuve", {"fields": ("receipt", "message_id", "sent_at", "attempts", "last_error", "not_before")}),
        (
            "Tout le reste",
            {
                "classes": ("collapse",),
                "fields": ("cause", "number", "level", "channel", "ends", "created_at", "settled_at", "settled_by"),
            },
        ),
    )
    readonly_fields = ("told_kind", "to", "stands", "answer")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The way to answer is for those who may."""
        shown = super().get_fieldsets(request, obj)
        if is_administration(request.user):
            return shown
        return [(title, {**told, "fields": [f for f in told["fields"] if f != "answer"]}) for title, told in shown]

    @admin.display(description="à")
    def to(self, message: Message) -> str:
        if not message.address:
            return "Salon Slack"
        name = message.user.get_full_name() if message.user else ""
        return f"{name} ({message.address})" if name else message.address

    @admin.display(description="créé", ordering="created_at")
    def created(self, message: Message) -> str:
        return french.day_and_clock(message.created_at, timezone.now())

    @admin.display(description="état", ordering="state")
    def stands(self, message: Message) -> SafeString:
        return message_badge(message)

    @admin.display(description="reçu ou cause")
    def receipt_or_error(self, message: Message) -> str:
        return message.receipt or message.last_error

    @admin.display(description="que faire")
    def answer(self, message: Message) -> SafeString | str:
        if message.settled_at:
            return "Renvoyé ou classé"
        if message.state not in ANSWERABLE:
            return self.get_empty_value_display()
        return format_html('<a href="{}">Renvoyer ou classer</a>', reverse("avis-repondre", args=[message.pk]))


class PreferenceAdmin(KindAdmin):
    """Chosen by each person on « Mes avis »; here is who said what."""

    list_display = ("who", "told_kind", "channel", "says")
    list_filter = (KindFilter, "wanted")
    list_select_related = ("user",)
    search_fields = ("user__username",)
    ordering = ("user__username", "kind")
    fields = ("who", "told_kind", "channel", "says")
    readonly_fields = ("who", "told_kind", "says")

    @admin.display(description="qui", ordering="user__username")
    def who(self, preference: Preference) -> str:
        return str(preference.user or "Salon Slack")

    @admin.display(description="reçoit")
    def says(self, preference: Preference) -> SafeString:
        return badge("ok", "Oui") if preference.wanted else badge("unknown", "Non")
