"""Which proposals a person sees, as a query."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from kyoso.hub.accounts.selectors import Viewer, standing
from kyoso.hub.programme.proposals.enums import State
from kyoso.hub.programme.proposals.models import Proposal
from kyoso.hub.programme.proposals.rules import OF_A_MEMBER, OVERSEES


def visible_to(viewer: Viewer) -> QuerySet[Proposal]:
    """What ``programme.view_proposal`` allows."""
    found = standing(viewer)
    if found.has(*OVERSEES):
        return Proposal.objects.all()
    shown = Q(state=State.ADOPTED)
    if found.posts:
        shown |= Q(opened_at__isnull=False)
        shown |= Q(organisation__in=found.organisations())
        shown |= Q(member__in=found.countries(*OF_A_MEMBER))
    return Proposal.objects.filter(shown)
