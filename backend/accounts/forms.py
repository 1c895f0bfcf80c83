"""What sign-up asks besides e-mail and password."""

from typing import Any

from django import forms
from django.conf import settings

from backend.accounts.names import tidy_name
from backend.accounts.sentences import MESSAGES
from backend.core.errors import UserError


class AsSent(forms.Field):
    """Hands on the JSON value untouched: Django's own boolean field takes "yes" for a tick."""

    def __init__(self) -> None:
        super().__init__(required=False)


class SignupForm(forms.Form):
    """Becomes the base of allauth's sign-up form; the box counts as ticked by JSON `true` alone."""

    display_name = AsSent()
    consent = AsSent()
    consent_version = AsSent()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            invalid = "invalid_email" if name == "email" else "invalid"
            field.error_messages.update(
                {
                    "required": MESSAGES["required"],
                    "invalid": MESSAGES[invalid],
                    "max_length": MESSAGES[invalid],
                    "null_characters_not_allowed": MESSAGES["invalid"],
                }
            )

    def clean_display_name(self) -> str:
        try:
            return tidy_name(self.cleaned_data["display_name"])
        except UserError as error:
            raise forms.ValidationError(MESSAGES[error.code], code=error.code) from error

    def clean_consent(self) -> bool:
        if self.cleaned_data["consent"] is not True:
            raise forms.ValidationError(MESSAGES["consent_required"], code="consent_required")
        return True

    def clean_consent_version(self) -> str:
        # Without a tick no version was agreed to; one refusal says enough.
        if "consent" in self.cleaned_data and self.cleaned_data["consent_version"] != settings.CONSENT_VERSION:
            raise forms.ValidationError(MESSAGES["consent_outdated"], code="consent_outdated")
        return settings.CONSENT_VERSION

    def signup(self, request: object, user: object) -> None:
        """allauth insists on this hook; `AccountAdapter.save_user` has stored everything already."""
