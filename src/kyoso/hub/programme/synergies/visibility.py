"""Which single scores a person sees, as a query."""

from __future__ import annotations

from django.db.models import QuerySet

from kyoso.hub.accounts.selectors import Viewer, standing
from kyoso.hub.programme.synergies.models import Score


def visible_to(viewer: Viewer) -> QuerySet[Score]:
    """What ``programme.view_score`` allows: all to whoever has a role, none to the public."""
    return Score.objects.all() if standing(viewer).posts else Score.objects.none()
