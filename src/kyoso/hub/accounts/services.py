"""What is done to people and organisations."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from kyoso.core import hashes
from kyoso.core.text import Language, Text, same
from kyoso.hub.accounts.enums import OrganisationKind, Role
from kyoso.hub.accounts.models import Invitation, Membership, Organisation, User
from kyoso.hub.accounts.selectors import active_on
from kyoso.hub.record.errors import WrongStateError
from kyoso.hub.record.services import allow, change, create, log

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


def renew_invitation(
    invitation: Invitation, *, actor: User, expected: int, once: str | None = None
) -> tuple[Invitation, str]:
    """Offer it anew under another secret; the earlier letter does not hold any more."""
    secret = secrets.token_urlsafe(32)
    _refuse_unless_open(invitation)
    made = change(
        invitation,
        actor=actor,
        act="accounts.invitation_renewed",
        permission="accounts.renew_invitation",
        expected=expected,
        once=once,
        secret=hashes.of_bytes(secret.encode()),
        expires_at=timezone.now() + timedelta(days=DAYS_AN_INVITATION_HOLDS),
    )
    return made, secret


def withdraw_invitation(invitation: Invitation, *, actor: User, expected: int) -> Invitation:
    """It does not hold any more. Raises :class:`WrongStateError` once it was accepted."""
    if invitation.accepted_by_id is not None:
        _refuse_unless_open(invitation)
    return change(
        invitation,
        actor=actor,
        act="accounts.invitation_withdrawn",
        permission="accounts.withdraw_invitation",
        expected=expected,
        withdrawn=True,
    )


def _refuse_unless_open(invitation: Invitation) -> None:
    if invitation.withdrawn or invitation.accepted_by_id is not None:
        raise WrongStateError(
            Text("this invitation is closed", "この招待は終了しています"),
            hint=Text("invite the person again", "改めて招待してください"),
        )


def holds(invitation: Invitation, secret: str) -> bool:
    """Whether the invitation can be accepted with this secret now."""
    return (
        secrets.compare_digest(invitation.secret, hashes.of_bytes(secret.encode()))
        and not invitation.withdrawn
        and invitation.accepted_by_id is None
        and invitation.expires_at > timezone.now()
    )


@transaction.atomic
def accept(
    invitation: Invitation, *, secret: str, password: str, language: Language | None = None
) -> User:
    """Make the account (or take the one with this address) and give it its role.

    Raises :class:`WrongStateError` where the invitation does not hold any more,
    ``ValidationError`` for a password that is too weak.
    """
    current = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not holds(current, secret):
        raise WrongStateError(
            Text("the invitation does not hold any more", "この招待は無効になっています"),
            hint=Text("ask the secretariat for a new one", "事務局に再発行を依頼してください"),
        )
    user = User.objects.filter(email__iexact=current.email).first()
    if user is None:
        user = User(
            email=current.email,
            display_name=current.display_name,
            language=language or current.language,
        )
        validate_password(password, user)
        user.set_password(password)
        user.full_clean()
        user.save()
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


# --- roles --------------------------------------------------------------------------------


def appoint(
    *,
    actor: User | None,
    user: User,
    organisation: Organisation,
    role: Role,
    country: str = "",
    scope: str = "",
    since: date | None = None,
    permission: str | None = "accounts.appoint",
    once: str | None = None,
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
        once=once,
    )


def end_membership(
    membership: Membership, *, actor: User, until: date, expected: int, why: str
) -> Membership:
    """A role ends on a day; what was done in it stays.

    Raises ``ValidationError`` for a day before it began, :class:`WrongStateError` where nobody
    of the secretariat would be left.
    """
    if membership.role == Role.SECRETARIAT and until <= timezone.localdate():
        _refuse_the_last_of_the_secretariat(membership.user, timezone.localdate())
    return change(
        membership,
        actor=actor,
        act="accounts.membership_ended",
        permission="accounts.end_membership",
        expected=expected,
        why=why,
        until=until,
    )


# --- organisations ------------------------------------------------------------------------


def add_organisation(
    *,
    actor: User | None,
    name: Text,
    kind: OrganisationKind,
    abbreviation: str = "",
    country: str = "",
    sample: bool = False,
    once: str | None = None,
) -> Organisation:
    """A new organisation. Raises ``ValidationError``."""
    return create(
        Organisation(
            name=name, kind=kind, abbreviation=abbreviation, country=country, sample=sample
        ),
        actor=actor,
        act="accounts.organisation_added",
        permission="accounts.add_organisation",
        once=once,
    )


def change_organisation(
    organisation: Organisation,
    *,
    actor: User | None,
    expected: int,
    name: Text,
    kind: OrganisationKind,
    abbreviation: str,
    country: str,
    why: str = "",
) -> Organisation:
    """Set what an organisation is called and what it is."""
    return change(
        organisation,
        actor=actor,
        act="accounts.organisation_changed",
        permission="accounts.change_organisation",
        expected=expected,
        why=why,
        name=name,
        kind=kind,
        abbreviation=abbreviation,
        country=country,
    )


# --- one's own account --------------------------------------------------------------------


@transaction.atomic
def set_profile(user: User, *, actor: User, display_name: str, language: Language) -> User:
    """How a person is called and in which language they are written to."""
    current = User.objects.select_for_update().get(pk=user.pk)
    allow(actor, "accounts.change_user", current)
    before = {"display_name": current.display_name, "language": current.language}
    after = {"display_name": display_name, "language": language}
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if not changes:
        return current
    current.display_name, current.language = display_name, language
    current.full_clean()
    current.save(update_fields=list(after))
    log(actor=actor, act="accounts.profile_set", record=current, data={"changes": changes})
    return current


@transaction.atomic
def set_password(user: User, *, actor: User, password: str) -> User:
    """A new password; every other session of the account ends. Raises ``ValidationError``."""
    current = User.objects.select_for_update().get(pk=user.pk)
    allow(actor, "accounts.change_user", current)
    validate_password(password, current)
    current.set_password(password)
    current.save(update_fields=["password"])
    log(actor=actor, act="accounts.password_set", record=current)
    return current


@transaction.atomic
def close_account(user: User, *, actor: User, why: str = "") -> User:
    """Take the person out of the profile; what they did stays, under the name that acted.

    Roles end, the address, the password and second factors go, nobody can sign in any more.
    The row stays, because the record points at it. Repeating it changes nothing.

    Raises :class:`WrongStateError` for the last person of the secretariat.
    """
    current = User.objects.select_for_update().get(pk=user.pk)
    allow(actor, "accounts.close_user", current)
    if not current.is_active:
        return current
    today = timezone.localdate()
    _refuse_the_last_of_the_secretariat(current, today)
    for membership in current.memberships.filter(until__isnull=True):
        change(
            membership,
            actor=actor,
            act="accounts.membership_ended",
            expected=None,
            why=why,
            until=max(today, membership.since),
        )
    for invitation in Invitation.objects.filter(email__iexact=current.email):
        _make_nameless(invitation)
    log(
        actor=actor,
        act="accounts.account_closed",
        record=current,
        data={"why": why} if why else None,
    )
    Authenticator.objects.filter(user=current).delete()
    current.email = f"{secrets.token_hex(16)}@closed.invalid"
    current.display_name = "–"
    current.is_active = False
    current.set_unusable_password()
    current.save()
    return current


def _refuse_the_last_of_the_secretariat(user: User, day: date) -> None:
    held = active_on(day).filter(role=Role.SECRETARIAT, user__is_active=True)
    if held.filter(user=user).exists() and not held.exclude(user=user).exists():
        raise WrongStateError(
            Text("nobody of the secretariat would be left", "事務局の担当者がいなくなります"),
            hint=Text("give another person the role first", "先に別の人に役割を付与してください"),
        )


def _make_nameless(invitation: Invitation) -> None:
    """The offer stays as a fact; to whom it went does not."""
    Invitation.objects.filter(pk=invitation.pk).update(
        email=f"{secrets.token_hex(16)}@closed.invalid", display_name="–", withdrawn=True
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
    SampleLogin("operator-a@sample.example", "Operator in A", "en", Role.OPERATOR, "XAA"),
    SampleLogin("ministry-a@sample.example", "Ministry of A", "en", Role.SECTOR_MINISTRY, "XAA"),
    SampleLogin("verifier-a@sample.example", "Verifier in A", "en", Role.VERIFIER, "XAA"),
    SampleLogin("auditor@sample.example", "Sample auditor", "en", Role.AUDITOR),
    SampleLogin("analyst@sample.example", "Sample analyst", "en"),
)
_KINDS = {
    Role.SECRETARIAT: OrganisationKind.SECRETARIAT,
    Role.FOCAL_POINT: OrganisationKind.MINISTRY,
    Role.SECTOR_MINISTRY: OrganisationKind.MINISTRY,
    Role.OPERATOR: OrganisationKind.COMPANY,
    Role.VERIFIER: OrganisationKind.VERIFIER,
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
