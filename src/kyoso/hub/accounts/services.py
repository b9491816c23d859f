"""What is done to people and organisations."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from kyoso.core import hashes
from kyoso.core.text import Language, Text, same
from kyoso.hub.accounts.enums import OrganisationKind, Role
from kyoso.hub.accounts.models import Invitation, Membership, Organisation, User
from kyoso.hub.record.errors import WrongStateError
from kyoso.hub.record.services import change, create

DAYS_AN_INVITATION_HOLDS = 14


# --- invitations --------------------------------------------------------------------------


def invite(
    *,
    actor: User | None,
    email: str,
    display_name: str,
    language: Language,
    organisation: Organisation,
    role: Role,
    country: str = "",
    scope: str = "",
    once: str | None = None,
) -> tuple[Invitation, str]:
    """Offer an account and a role; answer the invitation and its secret, which is not kept."""
    secret = secrets.token_urlsafe(32)
    invitation = Invitation(
        email=email.lower(),
        display_name=display_name,
        language=language,
        organisation=organisation,
        role=role,
        country=country,
        scope=scope,
        secret=hashes.of_bytes(secret.encode()),
        invited_by=actor,
        expires_at=timezone.now() + timedelta(days=DAYS_AN_INVITATION_HOLDS),
    )
    made = create(
        invitation, actor=actor, act="accounts.invited", permission="accounts.invite", once=once
    )
    return made, secret


@transaction.atomic
def accept(invitation: Invitation, *, secret: str, password: str) -> User:
    """Make the account (or take the one with this address) and give it its role.

    Raises :class:`WrongStateError` where the invitation does not hold any more,
    ``ValidationError`` for a password that is too weak.
    """
    current = Invitation.objects.select_for_update().get(pk=invitation.pk)
    holds = (
        secrets.compare_digest(current.secret, hashes.of_bytes(secret.encode()))
        and not current.withdrawn
        and current.accepted_by is None
        and current.expires_at > timezone.now()
    )
    if not holds:
        raise WrongStateError(
            Text("the invitation does not hold any more", "この招待は無効になっています"),
            hint=Text("ask the secretariat for a new one", "事務局に再発行を依頼してください"),
        )
    user = User.objects.filter(email__iexact=current.email).first()
    if user is None:
        validate_password(password)
        user = User.objects.create_user(
            current.email,
            password,
            display_name=current.display_name,
            language=current.language,
        )
    change(current, actor=user, act="accounts.accepted", expected=None, accepted_by=user)
    appoint(
        actor=user,
        user=user,
        organisation=current.organisation,
        role=Role(current.role),
        country=current.country,
        scope=current.scope,
        permission=None,
    )
    return user


def appoint(
    *,
    actor: User | None,
    user: User,
    organisation: Organisation,
    role: Role,
    country: str = "",
    scope: str = "",
    since: date | None = None,
    permission: str | None = "accounts.invite",
) -> Membership:
    """Give a person a role from a day on, today if none is named."""
    return create(
        Membership(
            user=user,
            organisation=organisation,
            role=role,
            country=country,
            scope=scope,
            since=since or timezone.localdate(),
        ),
        actor=actor,
        act="accounts.appointed",
        permission=permission,
    )


def end_membership(
    membership: Membership, *, actor: User, until: date, expected: int, why: str
) -> Membership:
    """A role ends on a day; what was done in it stays."""
    return change(
        membership,
        actor=actor,
        act="accounts.membership_ended",
        permission="accounts.end_membership",
        expected=expected,
        why=why,
        until=until,
    )


# --- sample data --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SampleLogin:
    """A user of the sample data. The domain ``.example`` can never receive mail (RFC 2606)."""

    email: str
    display_name: str
    language: Language
    role: Role | None = None
    country: str = ""
    scope: str = ""


SAMPLE_LOGINS = (
    SampleLogin("secretariat@sample.example", "見本事務局", "ja", Role.SECRETARIAT),
    SampleLogin("secretariat2@sample.example", "Sample secretariat", "en", Role.SECRETARIAT),
    SampleLogin("focal-a@sample.example", "Focal point of A", "en", Role.FOCAL_POINT, "XAA"),
    SampleLogin("focal-b@sample.example", "Focal point of B", "en", Role.FOCAL_POINT, "XAB"),
    SampleLogin("agency-a@sample.example", "Agency in A", "en", Role.IMPLEMENTING_AGENCY, "XAA"),
    SampleLogin(
        "lead@sample.example", "Lead of 1-1-1", "en", Role.ACTIVITY_LEAD, scope="space/1-1-1"
    ),
    SampleLogin("auditor@sample.example", "Sample auditor", "en", Role.AUDITOR),
    SampleLogin("analyst@sample.example", "Sample analyst", "en"),
)
_KINDS = {
    Role.SECRETARIAT: OrganisationKind.SECRETARIAT,
    Role.FOCAL_POINT: OrganisationKind.MINISTRY,
    Role.AUDITOR: OrganisationKind.BODY,
}


@transaction.atomic
def load_sample_users(*, password: str) -> None:
    """The sample logins, all with ``password``; safe to repeat."""
    for login in SAMPLE_LOGINS:
        user = User.objects.filter(email=login.email).first()
        if user is None:
            user = User.objects.create_user(
                login.email,
                password,
                display_name=login.display_name,
                language=login.language,
                sample=True,
            )
        elif user.sample and not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])
        if login.role is not None and user.sample:
            _appoint_sample(user, login, login.role)


def _appoint_sample(user: User, login: SampleLogin, role: Role) -> None:
    if user.memberships.exists():
        return
    name = f"Sample {role.label.lower()} {login.country}".strip()
    organisation = Organisation.objects.filter(sample=True, abbreviation=name).first()
    organisation = organisation or create(
        Organisation(
            name=same(name),
            abbreviation=name,
            kind=_KINDS.get(role, OrganisationKind.AGENCY),
            country=login.country,
            sample=True,
        ),
        actor=None,
        act="accounts.organisation_added",
    )
    appoint(
        actor=None,
        user=user,
        organisation=organisation,
        role=role,
        country=login.country,
        scope=login.scope,
    )


@transaction.atomic
def remove_sample_users() -> None:
    """No sample login is left."""
    User.objects.filter(sample=True).delete()
