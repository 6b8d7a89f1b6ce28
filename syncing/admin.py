"""The back-office of the engine: the journal, staged rows, conflicts, leases, the connection; never edited."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from syncing import french
from syncing import job_admin as job_admin  # Django finds the admin of an app here
from syncing import people_admin as people_admin  # and here
from syncing.message_admin import MessageAdmin, PreferenceAdmin
from syncing.mirrored_admin import Choices, ReadOnlyAdmin, pretty
from syncing.models import (
    Acceptance,
    AcceptedGap,
    Conflict,
    Drift,
    GazelleConnection,
    Lease,
    Leg,
    Message,
    Move,
    Pairing,
    Preference,
    Redirect,
    StagedRecord,
    Suspension,
    Version,
)
from syncing.monitoring.awaiting import field_name, record_url
from syncing.monitoring.journal import MODES, TRIGGERS, compared, ending, outcomes
from syncing.monitoring.metrics import metrics, reasons
from syncing.registry import entities
from syncing.templatetags.words import ROW_STATES, badge
from syncing.vocabulary import RowState


def record_link(entity: str, gazelle_id: str) -> SafeString | str:
    """From a row of the engine to the record it speaks of, when its table has a page."""
    url = record_url(entities()[entity], gazelle_id) if entity in entities() and gazelle_id else ""
    return format_html('<a class="mono" href="{}">{}</a>', url, gazelle_id) if url else gazelle_id


class EntityFilter(admin.SimpleListFilter):
    """By declared entity: asking a big table for its distinct values would read it whole."""

    title = "table"
    parameter_name = "table"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Choices:
        return [(entity.name, entity.label) for entity in entities()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(entity=self.value()) if self.value() else queryset


class EngineAdmin(ReadOnlyAdmin):
    """What the engine's own tables share: the entity by its French name."""

    @admin.display(description="table", ordering="entity")
    def table(self, row: Any) -> str:
        return entities()[row.entity].label if row.entity in entities() else row.entity

    @admin.display(description="champ", ordering="column")
    def field(self, row: Any) -> str:
        return field_name(entities()[row.entity], row.column) if row.entity in entities() else row.column

    @admin.display(description="fiche")
    def record(self, row: Any) -> SafeString | str:
        return record_link(row.entity, row.gazelle_id)


@admin.register(Leg)
class LegAdmin(EngineAdmin):
    list_display = (
        *("table", "started", "how", "ended", "rows", "written", "unchanged_rows", "in_error", "freshness"),
        "lasted",
    )
    list_filter = (EntityFilter, "started_at")
    search_fields = ("=entity", "error_message")
    list_select_related = ("user",)
    fieldsets = (
        (
            None,
            {"fields": ("table", "how", "ended", "effect", "user", "source", "started_at")},
        ),
        ("En chiffres", {"fields": ("rows", "written", "unchanged_rows", "in_error", "freshness", "speed", "lasted")}),
        ("Ce qui n’a pas été", {"fields": ("error_message", "error_action", "error_code", "why", "warnings")}),
        ("Vérification", {"fields": ("audited",)}),
        (
            "Tout le reste",
            {
                "classes": ("collapse",),
                "fields": (
                    *("since", "until", "heartbeat_at", "sealed_at", "finished_at", "resumed", "query", "page"),
                    *("total", "fetched", "distinct", "null_nodes", "staged", "created", "updated", "unchanged"),
                    *("revived", "rejected", "deleted", "failed", "placeholders", "requests", "steps"),
                ),
            },
        ),
    )
    readonly_fields = (
        *("table", "how", "ended", "rows", "written", "unchanged_rows", "in_error", "freshness", "speed", "lasted"),
        *("effect", "why", "audited", "steps"),
    )

    @admin.display(description="début", ordering="started_at")
    def started(self, leg: Leg) -> str:
        return french.day_and_clock(leg.started_at, timezone.now())

    @admin.display(description="lecture")
    def how(self, leg: Leg) -> str:
        return f"{MODES.get(leg.mode, leg.mode)}, {TRIGGERS.get(leg.trigger, leg.trigger)}"

    @admin.display(description="issue")
    def ended(self, leg: Leg) -> SafeString:
        return badge(*ending(timezone.now(), leg))

    @admin.display(description="lues", ordering="fetched")
    def rows(self, leg: Leg) -> str:
        return french.number(leg.fetched)

    @admin.display(description="écrites")
    def written(self, leg: Leg) -> str:
        return french.number(metrics(leg, entities()).processed)

    @admin.display(description="inchangées")
    def unchanged_rows(self, leg: Leg) -> str:
        return french.number(metrics(leg, entities()).skipped)

    @admin.display(description="en échec")
    def in_error(self, leg: Leg) -> str:
        told = metrics(leg, entities())
        return f"{french.number(told.failed)} ({french.percent(told.error_rate)})" if told.failed else "0"

    @admin.display(description="fraîcheur")
    def freshness(self, leg: Leg) -> str | None:
        told = metrics(leg, entities()).freshness
        return None if told is None else french.percent(told)

    @admin.display(description="vitesse")
    def speed(self, leg: Leg) -> str:
        told = metrics(leg, entities())
        return " · ".join(filter(None, (told.pace, told.steps))) or "comptée avec la table qui la porte"

    @admin.display(description="motifs")
    def why(self, leg: Leg) -> SafeString | str:
        """The commonest reasons of the rows that this reading brought and that are still refused."""
        told = ((french.number(count), text) for text, count in reasons(leg))
        return format_html_join(mark_safe("<br>"), "{} × {}", told) or self.get_empty_value_display()

    @admin.display(description="effet ici")
    def effect(self, leg: Leg) -> str:
        return outcomes(leg)

    @admin.display(description="comparée à Gazelle")
    def audited(self, leg: Leg) -> str:
        return compared(leg)

    @admin.display(description="durées")
    def steps(self, leg: Leg) -> str:
        return metrics(leg, entities()).steps

    @admin.display(description="durée")
    def lasted(self, leg: Leg) -> str:
        return metrics(leg, entities()).duration


class RowStateFilter(admin.SimpleListFilter):
    title = "état"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Choices:
        return [(state.value, word) for state, (_, word) in ROW_STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(state=self.value()) if self.value() else queryset


@admin.register(StagedRecord)
class StagedRecordAdmin(EngineAdmin):
    list_display = ("gazelle_id", "table", "stands", "reason", "attempts", "received")
    list_filter = (RowStateFilter, EntityFilter)
    search_fields = ("=gazelle_id",)
    fields = (
        *("table", "record", "stands", "last_error", "attempts", "not_before", "leg"),
        *("fetched_at", "staged_at", "reconciled_at", "digest", "received_text"),
    )
    readonly_fields = ("table", "record", "stands", "received_text")

    def get_queryset(self, request: HttpRequest) -> QuerySet[StagedRecord]:
        """The list never reads the raw text; the page of one row does, on demand."""
        return super().get_queryset(request).defer("raw")

    @admin.display(description="état", ordering="state")
    def stands(self, row: StagedRecord) -> SafeString:
        return badge(*ROW_STATES[RowState(row.state)])

    @admin.display(description="motif")
    def reason(self, row: StagedRecord) -> str:
        return row.last_error

    @admin.display(description="reçue", ordering="staged_at")
    def received(self, row: StagedRecord) -> str:
        return french.day_and_clock(row.staged_at, timezone.now())

    @admin.display(description="réponse brute")
    def received_text(self, row: StagedRecord) -> SafeString:
        if row.raw is None:
            return format_html('<span class="quiet">{}</span>', "Archivée : la fiche garde la même réponse.")
        text = bytes(row.raw).decode(errors="replace")
        try:
            return pretty(json.loads(text))
        except ValueError:  # staging accepts everything: what is no JSON is shown as it came
            return format_html('<pre class="raw">{}</pre>', text)


class SettledFilter(admin.SimpleListFilter):
    title = "réglé"
    parameter_name = "regle"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Choices:
        return [("non", "À décider"), ("oui", "Réglé")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(settled_at__isnull=self.value() == "non") if self.value() else queryset


@admin.register(Conflict)
class ConflictAdmin(EngineAdmin):
    list_display = ("record", "table", "column", "ours_said", "theirs_said", "opened_at", "settled_at", "settled_by")
    list_display_links = ("column",)
    list_filter = (SettledFilter, EntityFilter)
    list_select_related = ("settled_by",)
    search_fields = ("=gazelle_id", "=column")
    ordering = ("-opened_at",)

    @admin.display(description="ici")
    def ours_said(self, conflict: Conflict) -> str:
        return short(conflict.ours)

    @admin.display(description="dans Gazelle")
    def theirs_said(self, conflict: Conflict) -> str:
        return short(conflict.theirs)


def short(value: object) -> str:
    """A value on one line of a list."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:79]}…"


class DecidedFilter(admin.SimpleListFilter):
    title = "décision"
    parameter_name = "decision"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Choices:
        return [("attente", "À prendre"), ("oui", "Acceptée"), ("non", "Refusée"), ("levee", "Levée d’elle-même")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "attente":
                return queryset.filter(decided_at=None)
            case "oui" | "non":
                return queryset.filter(decided_at__isnull=False, accepted=self.value() == "oui")
            case "levee":
                return queryset.filter(decided_at__isnull=False, accepted=None)
        return queryset


@admin.register(Suspension)
class SuspensionAdmin(EngineAdmin):
    """Decisions are taken on their own page; here is who took which."""

    list_display = ("kind", "table", "field", "records", "scanned", "opened_at", "decision", "decided_by", "decided_at")
    list_filter = (DecidedFilter, "kind", EntityFilter)
    list_select_related = ("decided_by",)
    ordering = ("-opened_at",)
    fields = (
        *("kind", "table", "field", "reason", "records", "scanned", "opened_at", "decision", "decided_by"),
        *("decided_at", "ids"),
    )
    readonly_fields = ("table", "field", "records", "decision")

    @admin.display(description="fiches")
    def records(self, row: Suspension) -> str:
        return french.number(len(row.ids))

    @admin.display(description="décision")
    def decision(self, row: Suspension) -> SafeString:
        if row.decided_at is None:
            return badge("watch", "À prendre")
        if row.accepted is None:
            return badge("unknown", "Levée d’elle-même")
        return badge("ok", "Acceptée") if row.accepted else badge("ok", "Refusée")


@admin.register(Drift)
class DriftAdmin(EngineAdmin):
    list_display = (
        *("path", "kind", "table", "value", "seen", "first_seen_at", "last_seen_at", "settled_at"),
        "settled_by",
    )
    list_filter = (SettledFilter, "kind", EntityFilter)
    list_select_related = ("settled_by",)
    search_fields = ("=path", "=value")
    ordering = ("-last_seen_at",)


@admin.register(AcceptedGap)
class AcceptedGapAdmin(EngineAdmin):
    """Accepted on the page of decisions; here is who accepted which, and why."""

    list_display = ("table", "kind", "ours", "theirs", "why", "by", "accepted_at")
    list_filter = ("kind", EntityFilter)
    list_select_related = ("by",)
    ordering = ("-accepted_at",)


@admin.register(Version)
class VersionAdmin(EngineAdmin):
    """The history of every record; that of one is on its page too."""

    list_display = ("version", "record", "table", "columns", "cause", "by", "at")
    list_filter = ("cause", EntityFilter)
    list_select_related = ("by",)
    search_fields = ("=gazelle_id",)
    ordering = ("-pk",)

    @admin.display(description="champs")
    def columns(self, version: Version) -> str:
        known = entities()
        names = [
            field_name(known[version.entity], name) if version.entity in known else name for name in version.changes
        ]
        return short(french.listed(names))


@admin.register(Move)
class MoveAdmin(EngineAdmin):
    list_display = ("record", "table", "column", "origin", "destination", "moved_at")
    list_display_links = ("column",)
    list_filter = (EntityFilter,)
    search_fields = ("=gazelle_id", "=before", "=after")
    ordering = ("-moved_at",)

    @admin.display(description="avant")
    def origin(self, row: Move) -> SafeString | str:
        return record_link(row.target, row.before)

    @admin.display(description="après")
    def destination(self, row: Move) -> SafeString | str:
        return record_link(row.target, row.after)


@admin.register(Redirect)
class RedirectAdmin(EngineAdmin):
    list_display = ("old_id", "table", "kept", "why", "by", "created_at", "undone_at", "page")
    list_filter = (EntityFilter,)
    list_select_related = ("by",)
    search_fields = ("=old_id", "=kept_id")
    ordering = ("-created_at",)

    fields = ("table", "old_id", "kept", "why", "by", "created_at", "undone_at", "page")
    readonly_fields = ("table", "kept", "page")

    @admin.display(description="identifiant gardé", ordering="kept_id")
    def kept(self, row: Redirect) -> SafeString | str:
        return record_link(row.entity, row.kept_id)

    @admin.display(description="fusion")
    def page(self, row: Redirect) -> SafeString:
        return format_html('<a href="{}">Voir ou défaire</a>', reverse("merge", args=[row.pk]))


@admin.register(Pairing)
class PairingAdmin(EngineAdmin):
    list_display = ("verdict", "table", "left", "right", "by", "at", "withdrawn_at")
    list_filter = ("verdict", EntityFilter)
    list_select_related = ("by",)
    search_fields = ("=left_id", "=right_id")

    @admin.display(description="l’une", ordering="left_id")
    def left(self, row: Pairing) -> SafeString | str:
        return record_link(row.entity, row.left_id)

    @admin.display(description="l’autre", ordering="right_id")
    def right(self, row: Pairing) -> SafeString | str:
        return record_link(row.entity, row.right_id)


@admin.register(Acceptance)
class AcceptanceAdmin(EngineAdmin):
    list_display = ("gazelle_id", "table", "why", "by", "at", "withdrawn_at", "record")
    list_filter = (EntityFilter,)
    list_select_related = ("by",)
    search_fields = ("=gazelle_id",)


@admin.register(Lease)
class LeaseAdmin(ReadOnlyAdmin):
    list_display = ("name", "owner", "acquired_at", "expires_at", "holds")
    search_fields = ("name", "owner")
    ordering = ("name",)

    @admin.display(description="état")
    def holds(self, lease: Lease) -> SafeString:
        return badge("pending", "Tenu") if lease.expires_at > timezone.now() else badge("unknown", "Échu")


@admin.register(GazelleConnection)
class GazelleConnectionAdmin(ReadOnlyAdmin):
    """Dates only: the tokens are never shown, not even encrypted."""

    list_display = ("__str__", "stands", "connected_at", "connected_by", "refreshed_at", "expires_at")
    list_select_related = ("connected_by",)
    fields: ClassVar[Any] = (
        *("stands", "connected_at", "connected_by", "refreshed_at", "expires_at", "refused_at", "refused_reason"),
    )
    readonly_fields = ("stands",)

    @admin.display(description="état")
    def stands(self, connection: GazelleConnection) -> SafeString:
        return badge("fault", "Refusée") if connection.refused_at else badge("ok", "Connectée")


admin.site.register(Message, MessageAdmin)
admin.site.register(Preference, PreferenceAdmin)
