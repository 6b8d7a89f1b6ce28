"""The forms of a person at the door: signing in, asking for a link, choosing a password."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.auth import forms as auth_forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from syncing.people.throttling import REFUSED, refusal


def in_house(form: forms.BaseForm) -> None:
    """Fields in the look of the site; those of a refused form point to the reason."""
    for field in form.fields.values():
        field.widget.attrs["class"] = "input"
    if form.is_bound:
        for name in form.fields if form.non_field_errors() else form.errors:
            where = "refus" if form.non_field_errors() else f"{form[name].auto_id}_error"
            form.fields[name].widget.attrs |= {"aria-invalid": "true", "aria-describedby": where}


class SignInForm(auth_forms.AuthenticationForm):
    """Django's form under the words of the house; one sentence for every refusal, so that it tells nothing."""

    error_messages = {"invalid_login": REFUSED, "inactive": REFUSED}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Courriel"
        self.fields["username"].widget.attrs |= {"inputmode": "email", "autofocus": True}
        in_house(self)

    def clean_username(self) -> str:
        """As the account writes it: capitals are a phone's, not a person's, and must not open new tries."""
        typed: str = self.cleaned_data["username"]
        known = list(User.objects.filter(username__iexact=typed).values_list("username", flat=True)[:2])
        return known[0] if len(known) == 1 else typed

    def get_invalid_login_error(self) -> ValidationError:
        assert self.request is not None  # noqa: S101  # the view hands it over
        return ValidationError(refusal(self.request, self.cleaned_data["username"]), code="invalid_login")


class AskLinkForm(auth_forms.PasswordResetForm):
    """Whoever was invited and lost the mail asks for another one here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "Courriel"
        in_house(self)

    def get_users(self, email: str) -> Iterator[User]:
        return User.objects.filter(email__iexact=email, is_active=True).iterator()


class ChoosePasswordForm(auth_forms.SetPasswordForm):  # type: ignore[type-arg]  # generic in the stubs only
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_house(self)


class ChangePasswordForm(auth_forms.PasswordChangeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["old_password"].widget.attrs["autofocus"]  # it is one part of a page, not its subject
        in_house(self)
