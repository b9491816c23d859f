"""What is read about verification. Who sees what agrees with the rules."""

from __future__ import annotations

import uuid

from django.db.models import Prefetch, Q, QuerySet

from kyoso.hub.accounts.enums import OrganisationKind, Role
from kyoso.hub.accounts.models import Organisation
from kyoso.hub.accounts.selectors import Viewer, standing
from kyoso.hub.evidence.facilities.enums import PUBLIC
from kyoso.hub.evidence.facilities.models import Report, Submission
from kyoso.hub.evidence.facilities.selectors import concerning
from kyoso.hub.evidence.verification.models import (
    Accreditation,
    Engagement,
    Finding,
    Statement,
    Visit,
)
from kyoso.hub.record.models import Event


def engaged(viewer: Viewer) -> QuerySet[Engagement]:
    """The open engagements of the organisations for which the viewer verifies."""
    own = standing(viewer).organisations((Role.VERIFIER,))
    return Engagement.objects.filter(organisation__in=own, ended_at__isnull=True)


def visible_to(viewer: Viewer) -> QuerySet[Engagement]:
    """Those of facilities that concern the viewer, and those for which the viewer is engaged."""
    return Engagement.objects.filter(
        Q(report__facility__in=concerning(viewer).values("pk"))
        | Q(pk__in=engaged(viewer).values("pk"))
    )


def visits_visible_to(viewer: Viewer) -> QuerySet[Visit]:
    return Visit.objects.filter(engagement__in=visible_to(viewer).values("pk"))


def findings_visible_to(viewer: Viewer) -> QuerySet[Finding]:
    return Finding.objects.filter(engagement__in=visible_to(viewer).values("pk"))


def statements_visible_to(viewer: Viewer) -> QuerySet[Statement]:
    """Those on what is or was published, and those of engagements that the viewer sees."""
    return Statement.objects.filter(
        Q(submission__state__in=PUBLIC) | Q(engagement__in=visible_to(viewer).values("pk"))
    )


# --- pages --------------------------------------------------------------------------------


def accreditations() -> QuerySet[Accreditation]:
    """The register, which is public."""
    return Accreditation.objects.select_related("organisation")


def accredited(country: str) -> QuerySet[Accreditation]:
    """The register of a country, by the names of verifiers."""
    return accreditations().filter(country=country).order_by("organisation", "since")


def verifiers() -> QuerySet[Organisation]:
    """The organisations that verify."""
    return Organisation.objects.filter(kind=OrganisationKind.VERIFIER).order_by("pk")


def engagement(viewer: Viewer, pk: uuid.UUID) -> Engagement:
    """An engagement with what was found. Raises ``Engagement.DoesNotExist``."""
    findings = Finding.objects.select_related("stream", "submission", "corrected_in")
    found = visible_to(viewer).select_related("report__facility", "organisation", "accreditation")
    return found.prefetch_related(
        "visits",
        Prefetch("findings", findings),
        Prefetch("statements", Statement.objects.select_related("signed_by", "submission")),
        "report__submissions",
    ).get(pk=pk)


def handed_in(one: Engagement) -> Submission | None:
    """The latest version that was handed in, of those that were fetched with the engagement."""
    return next((each for each in one.report.submissions.all() if each.is_handed_in), None)


def engagements_of(viewer: Viewer, report: Report) -> QuerySet[Engagement]:
    """Who verifies or verified a report, as far as the viewer may know."""
    found = visible_to(viewer).filter(report=report)
    return found.select_related("organisation").order_by("-engaged_at")


def statement_on(viewer: Viewer, submission: Submission) -> Statement | None:
    """What was signed on a version of a report, if the viewer sees it."""
    found = statements_visible_to(viewer).filter(submission=submission)
    return found.select_related("engagement__organisation", "signed_by").first()


def findings_on(viewer: Viewer, submission: Submission) -> QuerySet[Finding]:
    """What was found in a version of a report or before it, if the viewer sees it."""
    found = findings_visible_to(viewer).filter(
        submission__report=submission.report_id, submission__number__lte=submission.number
    )
    return found.select_related("stream", "submission", "corrected_in").order_by("number")


def acts(engagement: Engagement) -> QuerySet[Event]:
    """All acts on an engagement, its visits, findings and statements, latest first."""
    asked = Q(kind=engagement._meta.label_lower, key=str(engagement.pk))
    for rows in (engagement.visits, engagement.findings, engagement.statements):
        keys = [str(one.pk) for one in rows.all()]
        asked |= Q(kind=rows.model._meta.label_lower, key__in=keys)
    return Event.objects.filter(asked).order_by("-number")
