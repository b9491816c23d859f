"""The user: an e-mail address, a name to show, a language."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from rules.permissions import has_perm

from kyoso.hub.accounts.enums import OrganisationKind, Role
from kyoso.hub.accounts.standing import Standing
from kyoso.hub.fields import BilingualField
from kyoso.hub.record.models import Versioned


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail; ``createsuperuser`` of Django works with it."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user with a usable password only if one is given. Raises ``ValidationError``."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.full_clean()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        fields.setdefault("display_name", email.partition("@")[0])
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person. ``sample`` marks the logins that come and go with the sample data."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(unique=True)
    display_name = models.CharField(max_length=120)
    language = models.CharField(max_length=8, choices=settings.LANGUAGES, default="en")
    sample = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_email_without_case"),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """What the rules say, for everybody: no superuser stands above them (law 5).

        Whoever is suspended may what the public may.
        """
        return bool(has_perm(perm, self if self.is_active else AnonymousUser(), obj))

    @cached_property
    def standing(self) -> Standing:
        """In which roles, for whom, this person acts today; one query, kept with the object."""
        from kyoso.hub.accounts.selectors import standing_of

        return standing_of(self)


class Organisation(Versioned):
    """A ministry, agency, city, company or body. ``country`` is empty where it has none."""

    name = BilingualField()
    abbreviation = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    country = models.CharField(max_length=3, blank=True)
    sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["country", "pk"]

    def __str__(self) -> str:
        return self.abbreviation or self.name.en


class Membership(Versioned):
    """A person in a role for an organisation, from a day until a day.

    ``country`` bounds the roles that act for a member (focal point, sector ministry), ``scope``
    those that act for one activity or project (``space/1-1-1``); empty means the organisation's
    own matters. Memberships end; they are not deleted.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=20, choices=Role)
    country = models.CharField(max_length=3, blank=True)
    scope = models.CharField(max_length=60, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["user", "since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role", "country", "scope", "since"],
                name="accounts_membership_once",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="accounts_membership_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[Role.FOCAL_POINT, Role.SECTOR_MINISTRY]) | ~Q(country=""),
                name="accounts_role_for_a_country",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.ACTIVITY_LEAD) | ~Q(scope=""),
                name="accounts_role_for_an_activity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.country}{self.scope}"


class Invitation(Versioned):
    """An account that is offered; the letter holds a secret of which only the hash is kept."""

    untold = frozenset({"secret"})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField()
    display_name = models.CharField(max_length=120)
    language = models.CharField(max_length=8, choices=settings.LANGUAGES, default="en")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role)
    country = models.CharField(max_length=3, blank=True)
    scope = models.CharField(max_length=60, blank=True)
    secret = models.CharField(max_length=64)
    invited_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    invited_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["-invited_at"]

    def __str__(self) -> str:
        return self.email
