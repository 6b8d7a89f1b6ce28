"""Accounts and roles: for the administration only."""

from __future__ import annotations

from functools import partial
from typing import Any

from axes.models import AccessAttempt
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clients import services
from clients.models import Technician
from syncing import french
from syncing.access import ROLES, TECHNICIAN, viewer_of
from syncing.gestures import Gesture, GesturesAdmin
from syncing.mirrored_admin import ReadOnlyAdmin
from syncing.people import accounts
from syncing.people.links import send_invitation
from syncing.people.models import OpenSession
from syncing.rights import Audience
from syncing.templatetags.words import ago, badge
from syncing.vocabulary import SyncError

admin.site.unregister((User, Group))


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Who somebody is, what she may do, and who she is in Gazelle."""

    roles = forms.MultipleChoiceField(
        label="Rôles",
        required=False,
        choices=[(role, role) for role in ROLES],
        widget=forms.CheckboxSelectMultiple,
        help_text="Sans rôle, le compte ne donne accès à rien.",
    )
    technician = forms.ModelChoiceField(
        Technician.objects.none(),
        label="Dans Gazelle",
        required=False,
        help_text="Le rôle Technicien montre les rendez-vous de cette personne-là, et d’aucune autre.",
    )
    by: User  # set for each request

    class Meta:
        model = User
        fields = ("email", "first_name", "last_name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account = self.instance
        self.fields["email"].required = account.pk is None
        self.fields["email"].label = "Courriel"
        self.fields["email"].help_text = "Ce que la personne écrit pour se connecter ; l’invitation y est envoyée."
        choice: Any = self.fields["technician"]
        choice.queryset = services.linkable(account)
        if account.pk is not None:
            self.initial["roles"] = sorted(group.name for group in account.groups.all())
            self.initial["technician"] = getattr(account, "technician", None)
            if account.pk == self.by.pk:
                self.fields["roles"].disabled = True
                self.fields["roles"].help_text = "Les vôtres : une autre personne de l’administration les change."

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        others = User.objects.exclude(pk=self.instance.pk)
        if email and others.filter(Q(username__iexact=email) | Q(email__iexact=email)).exists():
            raise ValidationError(f"Un compte existe déjà pour {email}.")
        return email

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if TECHNICIAN in told.get("roles", ()) and told.get("technician") is None:
            self.add_error("technician", "Choisissez qui c’est dans Gazelle : ce rôle montre ses propres rendez-vous.")
        if self.instance.pk is not None and "roles" in told:
            try:
                accounts.may_give(self.instance, told["roles"], by=self.by)
            except SyncError as refused:
                self.add_error("roles", str(refused))
        return told


@admin.register(User)
class AccountAdmin(GesturesAdmin, ReadOnlyAdmin):
    """Accounts open by invitation and are closed, never deleted: the journal keeps naming who did what."""

    audience = Audience.ADMINISTRATION
    form = AccountForm
    list_display = ("person", "roles_told", "access", "seen", "sessions")
    list_filter = ("is_active", "groups")
    search_fields = ("first_name", "last_name", "username", "email")
    ordering = ("-is_active", "first_name", "last_name", "username")
    invitation = ((None, {"fields": ("email", "first_name", "last_name", "roles", "technician")}),)
    fieldsets = (
        ("Personne", {"fields": ("first_name", "last_name", "email")}),
        ("Accès", {"fields": ("access", "roles", "technician", "seen", "date_joined")}),
        ("Sessions et jetons", {"fields": ("open_sessions", "tokens")}),
    )
    readonly_fields = ("access", "seen", "date_joined", "open_sessions", "tokens", "roles_told")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        now = timezone.now()
        tries = AccessAttempt.objects.filter(
            username=OuterRef("username"), attempt_time__gte=now - settings.AXES_COOLOFF_TIME
        )
        paused = tries.values("ip_address").annotate(tries=Sum("failures_since_start"))
        return (
            User.objects.prefetch_related("groups")
            .select_related("technician")
            .annotate(
                open_now=Count("open_sessions", filter=Q(open_sessions__expire_date__gt=now)),
                paused=Exists(paused.filter(tries__gte=settings.AXES_FAILURE_LIMIT)),
            )
            .order_by(*self.ordering)
        )

    # -- who may ---------------------------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return viewer_of(request.user).is_among(self.audience)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """An owner's account is out of reach: whoever could change its address would become an owner."""
        out_of_reach = isinstance(obj, User) and obj.is_superuser and not _person(request).is_superuser
        return viewer_of(request.user).is_among(self.audience) and not out_of_reach

    # -- the form --------------------------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        if obj is None:
            return self.invitation
        if self.has_change_permission(request, obj):
            return self.fieldsets
        told = ("access", "roles_told", "seen", "date_joined")  # a form's own fields cannot be shown
        return (self.fieldsets[0], ("Accès", {"fields": told}))

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return super().get_form(request, obj, change, **kwargs | {"form": forms.ModelForm})
        return type("AccountForm", (AccountForm,), {"by": _person(request)})

    def save_form(self, request: HttpRequest, form: AccountForm, change: bool) -> User:
        account: User = super().save_form(request, form, change)
        if change and account.email and "email" in form.changed_data:
            account.username = account.email
        return account

    def save_model(self, request: HttpRequest, obj: User, form: AccountForm, change: bool) -> None:
        told, by = form.cleaned_data, _person(request)
        if change:
            obj.save()
            accounts.give_roles(obj, told["roles"], by=by)
        else:
            names = {name: told[name] for name in ("email", "first_name", "last_name")}
            obj.pk = accounts.invite(**names, roles=told["roles"], by=by).pk
            obj.refresh_from_db()
            # Once the account is there for good: a link must never lead nowhere.
            transaction.on_commit(partial(self._mail_invitation, request, obj))
        services.link_login(technician=told["technician"], account=obj, by=by)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Recorded by the invitation itself."""

    def _mail_invitation(self, request: HttpRequest, account: User) -> None:
        if send_invitation(account, by=_person(request), request=request):
            messages.success(request, f"L’invitation est partie à {account.email}.")
        else:
            failed = f"L’invitation à {account.email} n’est pas partie : le serveur de courriel ne l’a pas prise."
            messages.error(request, f"{failed} Renvoyez-la depuis la fiche.")

    # -- the buttons -----------------------------------------------------------------------------------------------

    def gestures(self, request: HttpRequest, record: Any) -> list[Gesture]:
        if not self.has_change_permission(request, record):
            return []
        if not record.is_active:
            return [Gesture("rouvrir", "Rouvrir l’accès")]
        offered = []
        if not record.has_usable_password():
            offered.append(Gesture("inviter", "Renvoyer l’invitation"))
        if record.paused:
            offered.append(Gesture("debloquer", "Lever l’attente"))
        if record.open_now:
            offered.append(Gesture("deconnecter", "Fermer ses sessions"))
        if record.pk != _person(request).pk:
            offered.append(Gesture("fermer", "Fermer l’accès", danger=True))
        return offered

    def perform(self, request: HttpRequest, record: User, name: str) -> str:
        by = _person(request)
        match name:
            case "rouvrir":
                accounts.reopen(record, by=by)
                return "L’accès est rouvert. Les jetons révoqués le restent."
            case "inviter":
                accounts.renew_invitation(record, by=by)
                self._mail_invitation(request, record)
                return "Le lien d’avant ne vaut plus."
            case "debloquer":
                accounts.lift_pause(record, by=by)
                return "L’attente est levée : la personne peut réessayer."
            case "deconnecter":
                here = request.session.session_key if record.pk == by.pk else None  # not the one that asks
                count = accounts.end_sessions(record, by=by, but=here)
                return f"{french.counted(count, 'session fermée', 'sessions fermées')}."
            case _:
                accounts.close(record, by=by)
                return "L’accès est fermé : sessions et jetons ne valent plus."

    # -- what is shown ---------------------------------------------------------------------------------------------

    @admin.display(description="personne", ordering="first_name")
    def person(self, account: User) -> SafeString | str:
        name = account.get_full_name()
        return format_html("{}<br><small>{}</small>", name, account.get_username()) if name else account.get_username()

    @admin.display(description="rôles")
    def roles_told(self, account: User) -> SafeString | str:
        """And under it, who that is in Gazelle."""
        given = ", ".join(group.name for group in account.groups.all()) or "Sans rôle : aucun accès"
        roles, technician = "Propriétaire" if account.is_superuser else given, getattr(account, "technician", None)
        return format_html("{}<br><small>{}</small>", roles, technician) if technician else roles

    @admin.display(description="accès", ordering="is_active")
    def access(self, account: Any) -> SafeString:
        if not account.is_active:
            return badge("unknown", "Fermé")
        if account.paused:
            return badge("watch", "En attente après des essais")
        return badge("ok", "Ouvert") if account.has_usable_password() else badge("pending", "Invitation envoyée")

    @admin.display(description="connexion", ordering="last_login")
    def seen(self, account: User) -> str:
        return ago(account.last_login)

    @admin.display(description="sessions", ordering="open_now")
    def sessions(self, account: Any) -> str:
        return french.number(account.open_now)

    @admin.display(description="ouvertes")
    def open_sessions(self, account: User) -> SafeString | str:
        now = timezone.now()
        rows = OpenSession.objects.filter(user=account, expire_date__gt=now, seen_at__isnull=False).order_by("-seen_at")
        lines = ((row.browser, row.network or "réseau inconnu", ago(row.seen_at)) for row in rows)
        return format_html_join("", "<div>{}, {}, {}</div>", lines) or "Aucune"

    @admin.display(description="jetons en vigueur")
    def tokens(self, account: User) -> str:
        return ", ".join(token.name for token in account.access_tokens.in_force()) or "Aucun"


@admin.register(Group)
class RoleAdmin(ReadOnlyAdmin, GroupAdmin):
    """The three roles are known to the code by name: they are read here, and given on the account's page."""

    audience = Audience.ADMINISTRATION
    list_display = ("name",)
    fields = ("name",)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the admin let nobody else in
    return request.user
