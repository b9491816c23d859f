"""What is read about people and organisations."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone

from kyoso.hub.accounts.models import Membership, User
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
