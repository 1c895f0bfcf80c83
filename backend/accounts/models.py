"""Persons, what they tell of themselves, what they agreed to, and what staff may do."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from backend.accounts.enums import AccountMove, ConsentKind, Locale, Role


class PersonManager(BaseUserManager["Person"]):
    """Creates persons by e-mail address, which is kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "Person":
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser):
    """One human being with one account. Staff are persons with roles; there is no superuser flag.

    `erased_at`: since then nothing here tells who it was. The row stays, because counted results hang on it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(email=Lower("email")), name="email_is_lower"),)

    def __str__(self) -> str:
        # Never the e-mail address: this text ends up in logs.
        return f"person {self.uuid}"


class Profile(models.Model):
    """What a person tells of themselves; little, and units live in `units.Membership`.

    `born_on` is asked for where a contest has a minimum age, and shown to the person alone; it is fixed once an attempt
    began in such a contest.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="profile")
    display_name = models.CharField(max_length=80)
    locale = models.CharField(max_length=2, choices=Locale.choices, default=Locale.VI)
    born_on = models.DateField(null=True, blank=True)
    born_on_locked_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)


class Consent(models.Model):
    """A person's agreement to one version of one text. Withdrawing keeps the row."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=20, choices=ConsentKind.choices, default=ConsentKind.TAKE_PART)
    version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "kind", "version"],
                condition=models.Q(withdrawn_at=None),
                name="consent_once_per_version",
            ),
        )


class Identity(models.Model):
    """The identity number of a person who takes part where the rules demand one; nobody else has a row.

    `digest` (keyed) finds the same number again, `sealed` (AES-GCM with `nonce`, bound to the person) holds it: not a
    digit is stored in the clear. `locked_at`: since the first attempt that needed it. `keep_until`: then it is deleted.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="identity")
    digest = models.BinaryField()
    sealed = models.BinaryField()
    nonce = models.BinaryField()
    stated_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True, blank=True)
    keep_until = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["digest"], name="identity_number_once"),)
        indexes = (models.Index(fields=["keep_until"], name="identities_by_end"),)

    def __str__(self) -> str:
        return f"identity of person {self.person_id}"


class StaffRole(models.Model):
    """A right to work behind the desk. Roles do not include each other, save that admin has all."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="staff_roles")
    role = models.CharField(max_length=12, choices=Role.choices)
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "role"], name="role_once_per_person"),)


class AccountStep(models.Model):
    """What was done to an account from the desk or by the clock: the audit. Never a value, only which facts it was.

    `actor` is null where the time of a withdrawal ran out.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="account_steps")
    move = models.CharField(max_length=9, choices=AccountMove.choices)
    actor = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    facts = ArrayField(models.CharField(max_length=20), default=list)
    reason = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.move} account of person {self.person_id}"
