"""django-allauth's hooks into our accounts."""

from collections.abc import Iterator
from smtplib import SMTPException
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless.adapter import DefaultHeadlessAdapter
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest
from django.utils.translation import get_language

from backend.accounts import services
from backend.accounts.models import Person
from backend.accounts.refusals import refuse
from backend.accounts.sentences import MESSAGES
from backend.infra import counters

log = structlog.get_logger(__name__)
MAX_EMAIL_LENGTH = 254  # RFC 5321; the column's length
MAX_PASSWORD_LENGTH = 128

# Failures alone count. Ten wrong tries close one person's door at one place; the wide limits stop a guesser who
# spreads over people or places, and leave room for a ward office that shares one address.
_HERE = counters.Limit("sign_in_failed_here", most_count=10, window_s=300)
_PERSON = counters.Limit("sign_in_failed_person", most_count=100, window_s=300)
_PLACE = counters.Limit("sign_in_failed_place", most_count=600, window_s=300)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Our words, our limits, and the person's profile and consent in the person's own transaction."""

    error_messages = MESSAGES

    def clean_email(self, email: str) -> str:
        if len(email) > MAX_EMAIL_LENGTH:
            raise ValidationError(MESSAGES["invalid_email"], code="invalid")
        return email

    def clean_password(self, password: str, user: Person | None = None) -> str:
        if len(password) > MAX_PASSWORD_LENGTH:
            raise self.validation_error("password_too_long")
        try:
            return str(super().clean_password(password, user))
        except ValidationError as error:
            raise ValidationError([self.validation_error(one.code) for one in error.error_list]) from error

    def set_password(self, user: Person, password: str) -> None:
        # The password alone: whoever was erased while it was hashed must not be written back as they were read.
        user.set_password(password)
        Person.objects.filter(pk=user.pk, erased_at=None).update(password=user.password)

    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Person:
        super().save_user(request, user, form, commit=False)
        try:
            services.register_person(
                person=user,
                display_name=form.cleaned_data["display_name"],
                locale="en" if get_language() == "en" else "vi",
                consent_version=form.cleaned_data["consent_version"],
                given_at=request.received_at,  # type: ignore[attr-defined]  # set by middleware
            )
        except IntegrityError as error:
            # Two phones signed up with one address at once; the form of each saw it free.
            raise ImmediateHttpResponse(refuse("email_taken", status=400, param="email")) from error
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        for limit, subject in self._limits(request, **credentials):
            if wait_s := counters.take(limit, subject):
                raise ImmediateHttpResponse(refuse("too_many_login_attempts", status=429, retry_after_s=wait_s))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        person: Person | None = super().authenticate(request, **credentials)
        if person is not None:
            for limit, subject in self._limits(request, **credentials):
                counters.give_back(limit, subject)
        return person

    def reauthenticate(self, user: Person, password: str) -> bool:
        # By the address of the account: a command that makes one need not know allauth's table of addresses.
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:
            # Never the address. The answer stays the same, or it would tell who has an account.
            log.error("mail_not_sent", template=template_prefix, error=type(error).__name__)

    def _limits(self, request: HttpRequest, **credentials: Any) -> Iterator[tuple[counters.Limit, str]]:
        email = str(credentials.get("email", "")).lower()
        place = self.get_client_ip(request)
        yield _HERE, f"{email} {place}"
        yield _PERSON, email
        yield _PLACE, place


class HeadlessAdapter(DefaultHeadlessAdapter):  # type: ignore[misc]  # allauth ships no types
    """What allauth's answers tell of the person: the public uuid, never the row's id."""

    def serialize_user(self, user: Person) -> dict[str, Any]:
        return {
            "id": str(user.uuid),
            "display": display(user),
            "email": user.email,
            "has_usable_password": user.has_usable_password(),
        }


def display(person: Person) -> str:
    """Return what allauth may show of a person: never the e-mail address."""
    return str(person.uuid)
