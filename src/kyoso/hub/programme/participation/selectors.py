"""What is read about the answers of members. Every function issues a fixed number of queries."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import active_on
from kyoso.hub.programme.models import Participation, Programme


def contacts(member: str, day: date | None = None) -> list[User]:
    """The people who act for a country, by name: who can be named as its focal point."""
    posts = active_on(day or timezone.localdate()).filter(country=member)
    return list(
        User.objects.filter(pk__in=posts.values("user"), is_active=True).order_by(
            "display_name", "pk"
        )
    )


def stances(programme: Programme, member: str) -> dict[int, Participation]:
    """The rows of a member by activity, those of withdrawn answers included."""
    found = Participation.objects.filter(programme=programme, member=member)
    return {row.activity_id: row for row in found.select_related("focal_point", "activity")}
