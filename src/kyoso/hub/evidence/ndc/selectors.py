"""What is read of the statements of countries. Who sees what agrees with the rules."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import Viewer, standing
from kyoso.hub.evidence.facilities.rules import OF_A_COUNTRY
from kyoso.hub.evidence.inventory import selectors as inventories
from kyoso.hub.evidence.inventory.models import Inventory
from kyoso.hub.evidence.ndc.enums import OPEN, PUBLIC, State
from kyoso.hub.evidence.ndc.models import Statement, Tracking
from kyoso.hub.programme.enums import HeadingKind
from kyoso.hub.programme.models import Activity, Heading
from kyoso.hub.progress.enums import State as ReportState
from kyoso.hub.progress.models import Report


def visible_to(viewer: Viewer) -> QuerySet[Statement]:
    """What is or was published, and all of one's own country."""
    if standing(viewer).has(Role.AUDITOR):
        return Statement.objects.all()
    own = standing(viewer).countries(*OF_A_COUNTRY)
    return Statement.objects.filter(Q(state__in=PUBLIC) | Q(country__in=own))


def trackings_visible_to(_viewer: Viewer) -> QuerySet[Tracking]:
    """All: they rest on published data alone."""
    return Tracking.objects.all()


def statement(viewer: Viewer, pk: uuid.UUID) -> Statement:
    """A statement that the viewer sees. Raises ``Statement.DoesNotExist``."""
    return visible_to(viewer).get(pk=pk)


def numbers(viewer: Viewer, one: Statement) -> list[Statement]:
    """All numbers of a statement that the viewer sees, the latest first."""
    same = visible_to(viewer).filter(country=one.country, kind=one.kind, name=one.name)
    return list(same.order_by("-number"))


def published(country: str) -> list[Statement]:
    """The statements of a country that hold now."""
    return list(Statement.objects.filter(country=country, state=State.PUBLISHED))


def on_their_way(viewer: Viewer, country: str) -> list[Statement]:
    """What is not published yet and the viewer sees."""
    return list(visible_to(viewer).filter(country=country, state__in=OPEN))


def latest(country: str) -> Tracking | None:
    """The tracking of a country that holds now."""
    return Tracking.objects.filter(country=country).select_related("run").first()


def countries() -> list[str]:
    """The countries of which something is published."""
    found = Statement.objects.filter(state=State.PUBLISHED).order_by("country")
    return list(found.values_list("country", flat=True).distinct())


def latest_of_all() -> dict[str, Tracking]:
    """The tracking of each country that holds now."""
    rows = Tracking.objects.select_related("run").order_by("made_at", "pk").defer("drawings")
    return {one.country: one for one in rows}


def own(user: Viewer) -> frozenset[str]:
    """The countries for which a person writes."""
    return standing(user).countries(*OF_A_COUNTRY) if isinstance(user, User) else frozenset()


def inventories_of(country: str) -> Sequence[Inventory]:
    """The published inventories of a country, the earliest year first."""
    return list(inventories.published(country).select_related("run").order_by("year"))


# --- adaptation ---------------------------------------------------------------------------

ADAPTATION = "paris-7"
"""The framework of the catalogue that activities on adaptation are tagged with."""


def _on_adaptation() -> QuerySet[Activity]:
    """Activities tagged with adaptation, and those of a section whose title names it."""
    sections = [
        one.pk
        for one in Heading.objects.filter(kind=HeadingKind.SECTION)
        if "adaptation" in one.title.en.lower()
    ]
    tagged = Q(frameworks__framework__key=ADAPTATION)
    return Activity.objects.filter(tagged | Q(texts__section__in=sections))


def adaptation_reports(country: str) -> QuerySet[Report]:
    """The published reports of a country on adaptation, the latest period first.

    Reports on a project count for each country in which it is carried out. Of a report that was
    corrected there is the latest published revision alone.
    """
    activities = _on_adaptation().values("pk")
    of_project = Q(
        requirement__project__countries__country=country,
        requirement__project__activities__activity__in=activities,
    )
    of_member = Q(requirement__member=country, requirement__activity__in=activities)
    found = Report.objects.filter(of_member | of_project, state=ReportState.PUBLISHED)
    later = Report.objects.filter(
        requirement=OuterRef("requirement"),
        state=ReportState.PUBLISHED,
        revision__gt=OuterRef("revision"),
    )
    rows = Report.objects.filter(~Exists(later), pk__in=found.values("pk"))
    return rows.order_by("-requirement__round__ends", "requirement__scope", "pk")
