"""Tokens of programs, and the journal of what people changed: for the administration."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from syncing import french
from syncing.access import viewer_of
from syncing.gestures import Gesture, GesturesAdmin
from syncing.mirrored_admin import ReadOnlyAdmin
from syncing.people import tokens, trail
from syncing.people.models import AccessToken, ChangeRecord
from syncing.rights import Audience
from syncing.templatetags.words import badge

LASTS = {"90": "90 jours", "365": "un an", "": "sans fin"}


class TokenForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    scopes = forms.MultipleChoiceField(
        label="Ce qu’il ouvre", widget=forms.CheckboxSelectMultiple, choices=lambda: [
            (scope.name, f"{scope.label} ({scope.name})") for scope in tokens.scopes()
        ],
    )  # fmt: skip
    lasts = forms.ChoiceField(label="Durée", required=False, choices=tuple(LASTS.items()), initial="365")

    owners: QuerySet[User]

    class Meta:
        model = AccessToken
        fields = ("name", "owner")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset, owner.label_from_instance = self.owners, trail.name


@admin.register(AccessToken)
class AccessTokenAdmin(GesturesAdmin, ReadOnlyAdmin):
    """A token is created, shown once, and revoked; it is never changed."""

    audience = Audience.ADMINISTRATION
    list_display = ("name", "owner_name", "opens", "beginning", "used", "ends", "stands")
    list_select_related = ("owner",)
    search_fields = ("name", "beginning")
    fields = (
        *("name", "owner_name", "opens", "stands", "beginning", "created_at", "created_by", "expires_at"),
        *("last_used_at", "revoked_at"),
    )
    readonly_fields = ("owner_name", "opens", "stands", "beginning", "created_at", "created_by", "last_used_at")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return viewer_of(request.user).is_among(self.audience)

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj:
            return super().get_form(request, obj, change, **kwargs)
        return type("TokenForm", (TokenForm,), {"owners": may_own(_person(request))})

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return super().get_fields(request, obj) if obj else ("name", "owner", "scopes", "lasts")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return super().get_readonly_fields(request, obj) if obj else ()

    def gestures(self, request: HttpRequest, record: AccessToken) -> list[Gesture]:
        return [Gesture("revoquer", "Révoquer ce jeton", danger=True)] if record.revoked_at is None else []

    def perform(self, request: HttpRequest, record: AccessToken, name: str) -> str:
        tokens.revoke(record, by=_person(request))
        return "Le jeton est révoqué : il n’ouvre plus rien."

    def save_form(self, request: HttpRequest, form: TokenForm, change: bool) -> AccessToken:
        """Made whole by its own service, digest included: the form only says what is wanted."""
        told, days = form.cleaned_data, form.cleaned_data["lasts"]
        expires_at = timezone.now() + timedelta(days=int(days)) if days else None
        person = _person(request)
        token, request.new_secret = tokens.create(  # type: ignore[attr-defined]  # shown by `response_add`, once
            name=told["name"], owner=told["owner"], scopes=told["scopes"], expires_at=expires_at, by=person
        )
        form.save(commit=False)  # Django then asks the form for its many-to-many, of which there is none
        return token

    def save_model(self, request: HttpRequest, obj: AccessToken, form: TokenForm, change: bool) -> None:
        """Saved already."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Recorded already."""

    def response_add(
        self, request: HttpRequest, obj: AccessToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": "Jeton créé",
            "opts": self.opts,
            "token": obj,
            "secret": request.new_secret,  # type: ignore[attr-defined]  # left by `save_form`
        }
        return TemplateResponse(request, "admin/syncing/accesstoken/created.html", context)

    @admin.display(description="au nom de", ordering="owner")
    def owner_name(self, token: AccessToken) -> str:
        return trail.name(token.owner)

    @admin.display(description="ouvre")
    def opens(self, token: AccessToken) -> str:
        labels = {scope.name: scope.label for scope in tokens.scopes()}
        return ", ".join(labels.get(name, name) for name in token.scopes)

    @admin.display(description="dernier usage", ordering="last_used_at")
    def used(self, token: AccessToken) -> str:
        return french.ago(token.last_used_at, timezone.now()) if token.last_used_at else "jamais"

    @admin.display(description="expire", ordering="expires_at")
    def ends(self, token: AccessToken) -> str:
        return french.day(token.expires_at, timezone.now()) if token.expires_at else "sans fin"

    @admin.display(description="état")
    def stands(self, token: AccessToken) -> SafeString:
        if token.revoked_at is not None or not token.owner.is_active:
            return badge("unknown", "Révoqué")
        if token.expires_at is not None and token.expires_at <= timezone.now():
            return badge("watch", "Expiré")
        return badge("ok", "En vigueur")


@admin.register(ChangeRecord)
class ChangeRecordAdmin(ReadOnlyAdmin):
    """Who changed what, when, and what was there before. Nobody edits nor erases it."""

    audience = Audience.ADMINISTRATION
    list_display = ("when", "who", "subject", "what")
    list_select_related = ("user", "content_type")
    list_filter = ("action_time", ("user", admin.RelatedOnlyFieldListFilter))
    search_fields = ("object_repr", "change_message", "user__first_name", "user__last_name", "user__username")
    ordering = ("-action_time", "-pk")
    fields = ("when", "who", "subject", "what")
    readonly_fields = ("when", "who", "subject", "what")

    @admin.display(description="quand", ordering="action_time")
    def when(self, entry: LogEntry) -> str:
        return french.day_and_clock(entry.action_time, timezone.now())

    @admin.display(description="qui", ordering="user")
    def who(self, entry: LogEntry) -> str:
        return trail.name(entry.user)

    @admin.display(description="sur")
    def subject(self, entry: LogEntry) -> SafeString | str:
        kind = entry.content_type.name if entry.content_type else ""
        try:
            url = entry.get_admin_url()
        except NoReverseMatch:
            url = None
        shown = format_html('<a href="{}">{}</a>', url, entry.object_repr) if url else entry.object_repr
        return format_html('{}<br><span class="quiet small">{}</span>', shown, kind)

    @admin.display(description="changement")
    def what(self, entry: LogEntry) -> SafeString | str:
        values = trail.changes(entry)
        if not values:
            return entry.get_change_message()
        lines = ((one.field, one.before or "vide", one.after or "vide") for one in values)
        return format_html_join("", "<div>{} : « {} » → « {} »</div>", lines)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the admin let nobody else in
    return request.user


def may_own(person: User) -> QuerySet[User]:
    """In whose name this person may create a token: not a program's right to be more than she is."""
    rest = Q(is_superuser=False) | Q(pk=person.pk)
    return User.objects.filter(rest, is_active=True).exclude(groups=None, is_superuser=False).distinct()
