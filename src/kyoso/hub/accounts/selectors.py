"""What is read about people and organisations."""

from __future__ import annotations

from datetime import date
from typing import TypeGuard

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import Invitation, Membership, Organisation, User
from kyoso.hub.accounts.standing import PUBLIC, Post, Standing

Viewer = User | AnonymousUser | None


def active_on(day: date) -> QuerySet[Membership]:
    """The memberships that hold on a day."""
    return Membership.objects.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)


def standing_of(viewer: Viewer, day: date | None = None) -> Standing:
    """In which posts a person acts on a day, today if none is named."""
    if not isinstance(viewer, User) or not viewer.is_active:
        return PUBLIC
    found = active_on(day or timezone.localdate()).filter(user=viewer)
    return Standing(
        tuple(Post(m.role, m.organisation_id, m.country, m.scope) for m in found.order_by("pk"))
    )


def standing(viewer: Viewer) -> Standing:
    """Today's standing of whoever looks at a page."""
    return viewer.standing if isinstance(viewer, User) else PUBLIC


def has_second_factor(user: User) -> bool:
    """Whether an authenticator app or a passkey is set up; codes for an emergency are none."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(is_mfa_enabled(user, kinds))


# --- who sees whom ------------------------------------------------------------------------


def _sees_all(viewer: Viewer) -> bool:
    return standing(viewer).has(Role.SECRETARIAT, Role.AUDITOR)


def users_visible_to(viewer: Viewer) -> QuerySet[User]:
    """Everybody for the secretariat and the auditor, oneself for others."""
    if _sees_all(viewer):
        return User.objects.all()
    return User.objects.filter(pk=viewer.pk) if _is_active(viewer) else User.objects.none()


def _is_active(viewer: Viewer) -> TypeGuard[User]:
    return isinstance(viewer, User) and viewer.is_active


def memberships_visible_to(viewer: Viewer) -> QuerySet[Membership]:
    """One's own, and those of the organisations for which one acts."""
    if _sees_all(viewer):
        return Membership.objects.all()
    if not _is_active(viewer):
        return Membership.objects.none()
    own = standing(viewer).organisations()
    return Membership.objects.filter(Q(user=viewer) | Q(organisation__in=own))


def organisations_visible_to(viewer: Viewer) -> QuerySet[Organisation]:
    """The organisations for which one acts."""
    if _sees_all(viewer):
        return Organisation.objects.all()
    return Organisation.objects.filter(pk__in=standing(viewer).organisations())


def invitations_visible_to(viewer: Viewer) -> QuerySet[Invitation]:
    """All for the secretariat and the auditor; who is invited has the letter."""
    return Invitation.objects.all() if _sees_all(viewer) else Invitation.objects.none()


# --- lists --------------------------------------------------------------------------------


def people(viewer: Viewer, words: str = "", role: str = "") -> QuerySet[User]:
    """The people a viewer sees, by name, with their roles; those whose name or address fits."""
    posts = Membership.objects.select_related("organisation")
    found = users_visible_to(viewer).prefetch_related(Prefetch("memberships", posts))
    if words:
        found = found.filter(Q(display_name__icontains=words) | Q(email__icontains=words))
    if role:
        today = active_on(timezone.localdate()).filter(role=role)
        found = found.filter(pk__in=today.values("user"))
    return found.order_by("-is_active", "display_name", "pk")


def open_invitations(viewer: Viewer) -> QuerySet[Invitation]:
    """The invitations that nobody has answered, latest first."""
    waiting = invitations_visible_to(viewer).filter(accepted_by__isnull=True, withdrawn=False)
    return waiting.select_related("organisation", "invited_by")


def organisations(viewer: Viewer) -> QuerySet[Organisation]:
    """The organisations a viewer sees, with their people."""
    posts = Membership.objects.select_related("user")
    return organisations_visible_to(viewer).prefetch_related(Prefetch("memberships", posts))
