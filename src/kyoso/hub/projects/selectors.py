"""What is read about projects. Who sees a project is decided here, once, in agreement with rules."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from kyoso.hub.accounts.selectors import Viewer, standing
from kyoso.hub.projects import rules
from kyoso.hub.projects.enums import PartnerRole
from kyoso.hub.projects.models import Pair, Partner, Project, ProjectCountry


def visible_to(viewer: Viewer) -> QuerySet[Project]:
    """What is registered; drafts of one's own organisation and country; all for who oversees."""
    found = standing(viewer)
    if found.has(*rules.OVERSEES):
        return Project.objects.all()
    seen = Q(registered_at__isnull=False)
    if own := found.organisations(rules.WORKING):
        implements = Partner.objects.filter(role=PartnerRole.IMPLEMENTING, organisation__in=own)
        seen |= Q(lead__in=own) | Q(pk__in=implements.values("project"))
    if places := found.countries(*rules.OF_A_COUNTRY):
        there = ProjectCountry.objects.filter(country__in=places)
        seen |= Q(pk__in=there.values("project"))
    return Project.objects.filter(seen)


def pairs_visible_to(viewer: Viewer) -> QuerySet[Pair]:
    """Pairs of which the viewer sees both projects; none for the public."""
    if not standing(viewer).posts:
        return Pair.objects.none()
    seen = visible_to(viewer).values("pk")
    return Pair.objects.filter(first__in=seen, second__in=seen)
