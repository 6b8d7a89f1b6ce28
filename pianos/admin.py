"""Instruments and their history in the back-office: Gazelle's columns read-only, ours and the shared ones edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clients.models import Client
from pianos.models import Measurement, Piano, ProblemPhrase, ProblemType, TimelineEntry
from syncing.access import viewer_of
from syncing.folding import fold
from syncing.gestures import GesturesAdmin
from syncing.lookups import at_least
from syncing.mirrored_admin import Choices, MirroredAdmin
from syncing.rights import Audience

ENTRY_TYPES = {
    "SERVICE_ENTRY_MANUAL": "Service, note",
    "SERVICE_ENTRY_AUTOMATED": "Service, par facture",
    "PIANO_MEASUREMENT": "Mesure",
    "USER_COMMENT": "Commentaire",
    "APPOINTMENT": "Rendez-vous",
    "APPOINTMENT_LOG": "Rendez-vous, journal",
    "CONTACT_EMAIL_MANUAL": "Courriel",
    "CONTACT_EMAIL_AUTOMATED": "Courriel automatique",
    "CONTACT_SMS_MANUAL": "Texto",
    "CONTACT_SMS_AUTOMATED": "Texto automatique",
    "CONTACT_PHONE_MANUAL_TALKED": "Appel, conversation",
    "CONTACT_PHONE_MANUAL_MESSAGE": "Appel, message laissé",
    "CONTACT_PHONE_AUTOMATED": "Appel automatique",
    "CONTACT_POST_MANUAL": "Poste",
    "CONTACT_POST_AUTOMATED": "Poste automatique",
    "CONTACT_OTHER_MANUAL": "Autre contact",
    "SCHEDULED_MESSAGE_EMAIL": "Courriel prévu",
    "SCHEDULED_MESSAGE_SMS": "Texto prévu",
    "SCHEDULED_MESSAGE_PHONE": "Appel prévu",
    "ESTIMATE": "Soumission",
    "ESTIMATE_LOG": "Soumission, journal",
    "INVOICE": "Facture",
    "INVOICE_LOG": "Facture, journal",
    "INVOICE_PAYMENT": "Paiement",
    "INVOICE_SYNC": "Facture, comptabilité",
    "SYSTEM_MESSAGE": "Message du système",
    "SYSTEM_NOTIFICATION": "Avis du système",
    "ERROR_MESSAGE": "Erreur",
}


@admin.register(Piano)
class PianoAdmin(MirroredAdmin):
    list_display = ("__str__", "client", "location", "status", "calculated_last_service")
    search_fields = ("search_key", "id", "client__search_key")
    list_filter = ("status", "type")
    ours = ("house_tags",)
    readonly_fields = ("climate",)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        own, *rest = super().get_fieldsets(request, obj)
        return [own, ("Climat", {"fields": ("climate",)}), *rest]

    @admin.display(description="lectures")
    def climate(self, piano: Piano) -> SafeString:
        address = reverse("piano-mesures", args=[piano.pk])
        return format_html('<a href="{}">{}</a>', address, "La courbe d’humidité et toutes les lectures")


@admin.register(Measurement)
class MeasurementAdmin(MirroredAdmin):
    list_display = ("__str__", "piano", "taken_on", "temperature", "humidity", "a4_pitch")
    search_fields = ("piano__search_key", "id")


class EntryTypeFilter(admin.SimpleListFilter):
    """The types of the contract: listing those of the table would read all of it."""

    title = "genre"
    parameter_name = "genre"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Choices:
        return list(ENTRY_TYPES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(entry_type=self.value()) if self.value() else queryset


@admin.register(TimelineEntry)
class TimelineEntryAdmin(MirroredAdmin):
    list_display = ("__str__", "occurred_at", "kind", "client", "piano", "technician")
    search_fields = ("id",)
    search_help_text = "Des mots du texte (humid* pour un début), un client, un piano, ou l’identifiant de l’entrée."
    list_filter = (EntryTypeFilter, "technician")
    sortable_by = ("occurred_at",)  # any other order would sort the whole table for one page of it

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Whose, or what: the words of the text."""
        words = [Q(search_key__contains=word) for word in fold(search_term).split()]
        if not words:
            return queryset, False
        clients, pianos = (list(model.objects.filter(*words).values_list("pk", flat=True)) for model in (Client, Piano))
        return queryset.filter(
            Q(pk=search_term.strip()) | Q(client__in=clients) | Q(piano__in=pianos) | Q(words__worded=search_term)
        ), False

    def found_at_least(self, typed: str, limit: int) -> int:
        """A frequent word is known for one by the index of words alone; nothing merged is left in it."""
        return at_least(TimelineEntry, typed, limit)

    @admin.display(description="genre", ordering="entry_type")
    def kind(self, entry: TimelineEntry) -> str:
        return ENTRY_TYPES.get(entry.entry_type, entry.entry_type)


class PhraseInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    model = ProblemPhrase
    extra = 1

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Named: the head of its column is no label to a screen reader."""
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs["aria-label"] = str(field.label)
        return field

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return viewer_of(request.user).is_among(Audience.OFFICE)

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission


@admin.register(ProblemType)
class ProblemTypeAdmin(GesturesAdmin):
    """The types of maintenance alerts and the words of the office; what words would catch is tried on their page."""

    audience = Audience.OFFICE
    list_display = ("label", "rank", "is_followed")
    fields = ("label", "slug", "rank", "is_followed", "trial")
    readonly_fields = ("trial",)
    inlines = (PhraseInline,)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return viewer_of(request.user).is_among(self.audience)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Its alerts would lose their name: a type is no longer followed instead."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return (*self.readonly_fields, "slug") if obj else self.readonly_fields

    @admin.display(description="aperçu")
    def trial(self, record: ProblemType) -> SafeString:
        told = "Essayer des mots sur les notes de la dernière année"
        return format_html('<a href="{}">{}</a>', reverse("alertes-mots"), told)
