"""What is read about national inventories. Who sees what agrees with the rules."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q, QuerySet

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.selectors import Viewer, standing
from kyoso.hub.evidence.facilities.enums import State as SubmissionState
from kyoso.hub.evidence.facilities.models import Submission
from kyoso.hub.evidence.facilities.rules import OF_A_COUNTRY
from kyoso.hub.evidence.inventory.enums import OPEN, PUBLIC, FactorState, RegionalState, State
from kyoso.hub.evidence.inventory.models import Factor, Inventory, Regional
from kyoso.hub.evidence.inventory.results import rows_of
from kyoso.hub.evidence.models import Run, RunInput


def _inside(viewer: Viewer) -> Q:
    if standing(viewer).has(Role.AUDITOR):
        return Q(pk__isnull=False)  # an empty condition is nothing beside another
    return Q(country__in=standing(viewer).countries(*OF_A_COUNTRY))


def visible_to(viewer: Viewer) -> QuerySet[Inventory]:
    """What is or was published, and all of one's own country."""
    return Inventory.objects.filter(Q(state__in=PUBLIC) | _inside(viewer))


def published(country: str) -> QuerySet[Inventory]:
    """The inventories of a country that hold now, one a year, the latest year first."""
    return Inventory.objects.filter(country=country, state=State.PUBLISHED)


def runs_shown(viewer: Viewer) -> QuerySet[Any, Any]:
    """The keys of the runs that a viewer sees under inventories: agrees with ``rules.shows_run``."""
    inside = Inventory.objects.filter(_inside(viewer))
    public = Inventory.objects.filter(state__in=PUBLIC)
    seen = visible_to(viewer)
    return Run.objects.filter(
        Q(inventories__in=inside.values("pk"))
        | Q(inventories__in=public.filter(withheld=False).values("pk"))
        | Q(inventories_by_key__in=seen.values("pk"))
        | Q(inventories_by_uncertainty__in=seen.values("pk"))
        | Q(inventories_by_drawing__in=seen.values("pk"))
        | Q(inventories_by_change__in=seen.values("pk"))
        | Q(factors__in=factors_visible_to(viewer).values("pk"))
        | Q(regionals__in=regionals_visible_to(viewer).values("pk"))
        | Q(regionals_by_drawing__in=regionals_visible_to(viewer).values("pk"))
    ).values("pk")


def inventory(viewer: Viewer, pk: uuid.UUID) -> Inventory:
    """An inventory that the viewer sees. Raises ``Inventory.DoesNotExist``."""
    return visible_to(viewer).select_related("run").get(pk=pk)


def numbers(viewer: Viewer, one: Inventory) -> list[Inventory]:
    """All numbers of a country and year that the viewer sees, the latest first."""
    return list(visible_to(viewer).filter(country=one.country, year=one.year).order_by("-number"))


def open_of(country: str, year: int) -> Inventory | None:
    """The inventory of a year that is on its way."""
    return Inventory.objects.filter(country=country, year=year, state__in=OPEN).first()


def base_of(one: Inventory) -> Inventory | None:
    """The published inventory of the earliest year before: what trends are told against."""
    earlier = published(one.country).filter(year__lt=one.year, gwp=one.gwp)
    return earlier.select_related("run").order_by("year").first()


# --- facility reports ---------------------------------------------------------------------


def reported(country: str, year: int) -> QuerySet[Submission]:
    """The published reports of a country's facilities on a year."""
    return (
        Submission.objects.filter(
            state=SubmissionState.PUBLISHED,
            report__year=year,
            report__facility__country=country,
        )
        .select_related("report__facility", "plan", "run")
        .order_by("report__facility__code", "report__rule_set")
    )


def to_take(one: Inventory) -> list[Submission]:
    """Those of them that the inventory takes: all but what was left out."""
    left = set(one.left_out)
    return [each for each in reported(one.country, one.year) if str(each.pk) not in left]


def taken(one: Inventory) -> list[Submission]:
    """The submissions that were calculated with."""
    found = Submission.objects.filter(inventory_parts__inventory=one)
    return list(
        found.select_related("report__facility", "plan", "run").order_by(
            "report__facility__code", "report__rule_set"
        )
    )


def is_outdated(one: Inventory) -> bool:
    """Whether facilities published, or a factor was approved or ended, since it was calculated."""
    if {each.pk for each in taken(one)} != {each.pk for each in to_take(one)}:
        return True
    return has_other_factors(one)


def own_factors(one: Inventory, run: Run | None) -> list[str]:
    """The country's own factors that hold in the year for a source that is reconciled."""
    sources = {row["source"].lower() for row in rows_of(run, "reconciliation")}
    return sorted(
        str(each.pk)
        for each in approved(one.country)
        if each.holds_in(one.year) and each.source.lower() in sources
    )


def has_other_factors(one: Inventory) -> bool:
    """Whether other factors of the country hold now than those that were calculated with.

    Where the workbook brought a table of factors of its own, the library does not matter.
    """
    brought = any(
        given.table == "factors" and given.name == one.sheet_name for given in _inputs(one)
    )
    return not brought and one.factors != own_factors(one, one.run)


def _inputs(one: Inventory) -> list[RunInput]:
    return [] if one.run is None else list(one.run.inputs.all())


def factors_of(one: Inventory) -> list[Factor]:
    """The country's own factors that were calculated with."""
    return list(Factor.objects.filter(pk__in=one.factors))


# --- the library of factors ---------------------------------------------------------------


def factors_visible_to(viewer: Viewer) -> QuerySet[Factor]:
    """What is approved, and all of one's own country."""
    return Factor.objects.filter(Q(state=FactorState.APPROVED) | _inside(viewer))


def approved(country: str) -> list[Factor]:
    """The approved factors of a country."""
    return list(Factor.objects.filter(country=country, state=FactorState.APPROVED))


# --- the region ---------------------------------------------------------------------------


def regionals_visible_to(viewer: Viewer) -> QuerySet[Regional]:
    """What is or was published; the secretariat and auditors see what is on its way as well."""
    if standing(viewer).has(Role.SECRETARIAT, Role.AUDITOR):
        return Regional.objects.all()
    return Regional.objects.exclude(state=RegionalState.DRAFT)


def regional(viewer: Viewer, pk: uuid.UUID) -> Regional:
    """The uncertainty of the region that a viewer sees. Raises ``Regional.DoesNotExist``."""
    return regionals_visible_to(viewer).select_related("run", "drawn_run").get(pk=pk)


def regional_numbers(viewer: Viewer, one: Regional) -> list[Regional]:
    """All numbers of the same years and potentials that the viewer sees, the latest first."""
    return list(regionals_visible_to(viewer).filter(**same_years(one)).order_by("-number"))


def same_years(one: Regional) -> dict[str, Any]:
    """What numbers of one uncertainty of the region have in common."""
    return {name: getattr(one, name) for name in ("year", "base_year", "gwp", "sample")}
