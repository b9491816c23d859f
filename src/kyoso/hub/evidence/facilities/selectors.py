"""What is read about facilities. Who sees what agrees with the rules."""

from __future__ import annotations

import uuid

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.selectors import Viewer, standing
from kyoso.hub.evidence.facilities.enums import HANDED_IN, PUBLIC, PlanState
from kyoso.hub.evidence.facilities.models import (
    Entry,
    Facility,
    Holding,
    Permit,
    Plan,
    Report,
    Stream,
    Submission,
    Unit,
)
from kyoso.hub.evidence.facilities.rules import OF_A_COUNTRY


def _operated(viewer: Viewer) -> Q:
    """Of facilities those that the viewer's organisations operate today."""
    today = timezone.localdate()
    own = standing(viewer).organisations((Role.OPERATOR,))
    held = Holding.objects.filter(
        Q(until__isnull=True) | Q(until__gte=today), organisation__in=own, since__lte=today
    )
    return Q(pk__in=held.values("facility"))


def operated_by(viewer: Viewer) -> QuerySet[Facility]:
    """The facilities that the viewer's organisations operate today."""
    return Facility.objects.filter(_operated(viewer))


def _watched(viewer: Viewer) -> QuerySet[Facility]:
    """Of which the viewer sees drafts as well."""
    if standing(viewer).has(Role.AUDITOR):
        return Facility.objects.all()
    return operated_by(viewer)


def concerning(viewer: Viewer) -> QuerySet[Facility]:
    """Of which the viewer sees what is handed in."""
    if standing(viewer).has(Role.AUDITOR):
        return Facility.objects.all()
    countries = standing(viewer).countries(*OF_A_COUNTRY)
    return Facility.objects.filter(_operated(viewer) | Q(country__in=countries))


def verified_by(viewer: Viewer) -> QuerySet[Report]:
    """The reports for which the viewer's verifier organisation is engaged."""
    own = standing(viewer).organisations((Role.VERIFIER,))
    return Report.objects.filter(
        engagements__organisation__in=own, engagements__ended_at__isnull=True
    )


def visible_to(viewer: Viewer) -> QuerySet[Facility]:
    """Facilities with a published report, and those that concern or engage the viewer."""
    published = Report.objects.filter(submissions__state__in=PUBLIC)
    return Facility.objects.filter(
        Q(pk__in=published.values("facility"))
        | Q(pk__in=concerning(viewer).values("pk"))
        | Q(pk__in=verified_by(viewer).values("facility"))
    )


def holdings_visible_to(viewer: Viewer) -> QuerySet[Holding]:
    return Holding.objects.filter(facility__in=visible_to(viewer).values("pk"))


def permits_visible_to(viewer: Viewer) -> QuerySet[Permit]:
    return Permit.objects.filter(facility__in=visible_to(viewer).values("pk"))


def units_visible_to(viewer: Viewer) -> QuerySet[Unit]:
    return Unit.objects.filter(
        Q(facility__in=concerning(viewer).values("pk"))
        | Q(facility__in=verified_by(viewer).values("facility"))
    )


def plans_visible_to(viewer: Viewer) -> QuerySet[Plan]:
    """Handed in to the viewer's country, of one's own facilities, under what one verifies."""
    verified = Submission.objects.filter(report__in=verified_by(viewer), state__in=HANDED_IN)
    return Plan.objects.filter(
        Q(facility__in=_watched(viewer).values("pk"))
        | (Q(facility__in=concerning(viewer).values("pk")) & ~Q(state=PlanState.DRAFT))
        | Q(pk__in=verified.values("plan"))
    )


def streams_visible_to(viewer: Viewer) -> QuerySet[Stream]:
    return Stream.objects.filter(plan__in=plans_visible_to(viewer).values("pk"))


def reports_visible_to(viewer: Viewer) -> QuerySet[Report]:
    """With a published version, of facilities that concern the viewer, and what one verifies."""
    public = Submission.objects.filter(state__in=PUBLIC)
    return Report.objects.filter(
        Q(pk__in=public.values("report"))
        | Q(facility__in=concerning(viewer).values("pk"))
        | Q(pk__in=verified_by(viewer).values("pk"))
    )


def _inside(viewer: Viewer) -> Q:
    handed_in = Q(report__facility__in=concerning(viewer).values("pk")) | Q(
        report__in=verified_by(viewer).values("pk")
    )
    return Q(report__facility__in=_watched(viewer).values("pk")) | (
        handed_in & Q(state__in=HANDED_IN)
    )


def submissions_visible_to(viewer: Viewer) -> QuerySet[Submission]:
    """What is or was published, what was handed in to one's country, all of one's own."""
    return Submission.objects.filter(Q(state__in=PUBLIC) | _inside(viewer))


def opened_to(viewer: Viewer) -> QuerySet[Submission]:
    """The submissions of which the viewer sees entries and what is confidential."""
    return Submission.objects.filter(_inside(viewer))


def entries_visible_to(viewer: Viewer) -> QuerySet[Entry]:
    return Entry.objects.filter(submission__in=opened_to(viewer).values("pk"))


def runs_shown(viewer: Viewer) -> QuerySet[Submission]:
    """The submissions whose runs the viewer sees: agrees with ``rules.shows_run``."""
    return Submission.objects.filter(
        Q(state__in=PUBLIC, withheld=False) | _inside(viewer), run__isnull=False
    )


# --- pages --------------------------------------------------------------------------------


def listed(viewer: Viewer) -> QuerySet[Facility]:
    """The facilities that a viewer sees, with their operators and reports."""
    return visible_to(viewer).prefetch_related(
        Prefetch("holdings", Holding.objects.select_related("organisation")),
        Prefetch("reports", reports_visible_to(viewer)),
        Prefetch("reports__submissions", submissions_visible_to(viewer)),
    )


def facility(viewer: Viewer, pk: uuid.UUID) -> Facility:
    """A facility with what the viewer may see of it. Raises ``Facility.DoesNotExist``."""
    return (
        listed(viewer)
        .prefetch_related(
            "permits",
            Prefetch("units", units_visible_to(viewer)),
            Prefetch("plans", plans_visible_to(viewer)),
        )
        .get(pk=pk)
    )


def plan(viewer: Viewer, pk: uuid.UUID) -> Plan:
    """A plan with its streams. Raises ``Plan.DoesNotExist``."""
    found = plans_visible_to(viewer).select_related("facility")
    return found.prefetch_related("streams__unit", "facility__holdings").get(pk=pk)


def report(viewer: Viewer, pk: uuid.UUID) -> Report:
    """A report with the versions that the viewer sees. Raises ``Report.DoesNotExist``."""
    versions = submissions_visible_to(viewer).select_related("plan", "run")
    return (
        reports_visible_to(viewer)
        .select_related("facility")
        .prefetch_related("facility__holdings", Prefetch("submissions", versions))
        .get(pk=pk)
    )


def submission(viewer: Viewer, pk: uuid.UUID) -> Submission:
    """A version of a report. Raises ``Submission.DoesNotExist``."""
    found = submissions_visible_to(viewer).select_related("report__facility", "plan", "run")
    return found.get(pk=pk)


def draft(viewer: Viewer, pk: uuid.UUID) -> Submission:
    """A version that the viewer may open, with its plan. Raises ``Submission.DoesNotExist``."""
    found = opened_to(viewer).select_related("report__facility", "plan__facility")
    return found.prefetch_related("report__facility__holdings").get(pk=pk)
