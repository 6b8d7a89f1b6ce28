"""The door, and what a person does with her own account: sign in, choose a password, see and end her sessions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.models import User
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from syncing.access import member_required, viewer_of
from syncing.people import accounts, resuming, trail
from syncing.people.forms import AskLinkForm, ChangePasswordForm, ChoosePasswordForm, SignInForm
from syncing.people.models import OpenSession


class SignIn(auth_views.LoginView):
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: BaseForm) -> HttpResponse:
        signed_in = super().form_valid(form)  # type: ignore[arg-type]  # the form of this very view
        waiting = resuming.kept(self.request)
        return resuming.resume_page(self.request, waiting) if waiting else signed_in

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """The same page, with the form that waits still in it."""
        context = self.get_context_data(form=form)
        if resuming.kept(self.request):
            context |= {"kept": self.request.POST[resuming.FIELD], "expired": True}
        blocked = getattr(self.request, "axes_locked_out", False)
        return self.render_to_response(context, status=429 if blocked else 200)


class AskLink(auth_views.PasswordResetView):
    """Whatever is typed, the answer is the same: this page tells nobody who has an account."""

    form_class = AskLinkForm
    template_name = "registration/ask_link.html"
    email_template_name = "registration/password_email.txt"
    subject_template_name = "registration/password_subject.txt"
    success_url = reverse_lazy("link-sent")


class LinkSent(auth_views.PasswordResetDoneView):
    template_name = "registration/link_sent.html"


class ChoosePassword(auth_views.PasswordResetConfirmView):
    """Behind the link of a mail; a closed account has none, whatever the mail says."""

    form_class = ChoosePasswordForm
    template_name = "registration/choose_password.html"
    success_url = reverse_lazy("login")

    def get_user(self, uidb64: str) -> Any:
        user = super().get_user(uidb64)
        return user if user is not None and user.is_active else None

    def form_valid(self, form: BaseForm) -> HttpResponse:
        chosen = super().form_valid(form)  # type: ignore[arg-type]  # the form of this very view
        assert isinstance(self.user, User)  # noqa: S101  # the link is valid: it names somebody
        OpenSession.objects.filter(user=self.user).delete()  # whoever held the former password is out
        trail.record(self.user, self.user, "Mot de passe choisi par le lien reçu.")
        messages.success(self.request, "Votre mot de passe est enregistré. Connectez-vous.")
        return chosen


@never_cache
@require_safe
@member_required
def account(request: HttpRequest) -> HttpResponse:
    """One's own account: role, sessions, password."""
    return _account_page(request, ChangePasswordForm(_person(request)))


@member_required
@require_POST
def change_password(request: HttpRequest) -> HttpResponseBase:
    """A new password; every other session ends with the former one."""
    person = _person(request)
    form = ChangePasswordForm(person, request.POST)
    if not form.is_valid():
        return _account_page(request, form)
    form.save()
    update_session_auth_hash(request, person)
    OpenSession.objects.filter(user=person).exclude(session_key=request.session.session_key).delete()
    trail.record(person, person, "Mot de passe changé.")
    messages.success(request, "Votre mot de passe est changé. Vos autres sessions sont fermées.")
    return redirect("account")


@member_required
@require_POST
def end_session(request: HttpRequest) -> HttpResponseBase:
    """End one of one's own sessions, or all the others."""
    person, handle = _person(request), request.POST.get("session", "")
    if handle:
        done = accounts.end_session(person, handle, by=person)
        messages.success(request, "La session est fermée." if done else "Cette session était déjà fermée.")
    else:
        accounts.end_sessions(person, by=person, but=request.session.session_key)
        messages.success(request, "Vos autres sessions sont fermées.")
    return redirect("account")


def _account_page(request: HttpRequest, form: ChangePasswordForm) -> HttpResponse:
    person = _person(request)
    sessions = OpenSession.objects.filter(user=person, expire_date__gt=timezone.now()).order_by("-seen_at")
    context = {
        "form": form,
        "roles": [group.name for group in person.groups.order_by("name")],
        "sessions": sessions,
        "here": request.session.session_key,
        "viewer": viewer_of(person),
    }
    return render(request, "syncing/compte.html", context)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the gate let nobody else in
    return request.user
