"""The country's approved factors that reports of facilities took: on both pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kyoso.hub.accounts.selectors import Viewer
from kyoso.hub.evidence.facilities import lending
from kyoso.hub.evidence.facilities import selectors as facilities
from kyoso.hub.evidence.facilities.companions import Part
from kyoso.hub.evidence.facilities.models import Report, Submission
from kyoso.hub.evidence.inventory import selectors, showing
from kyoso.hub.evidence.inventory.models import Factor


def on_report(viewer: Viewer, _report: Report, version: Submission) -> Part | None:
    """The factors that a version took, and whether others hold now.

    Nothing is said where a stream is confidential to those who do not see it: a factor names its
    source.
    """
    if not version.run_id or not _told(viewer, version):
        return None
    now = lending.keys(version) if version.is_handed_in else version.factors
    if not version.factors and not now:
        return None
    factors = {
        str(one.pk): showing.factor(one)
        for one in selectors.factors_visible_to(viewer).filter(pk__in={*version.factors, *now})
    }
    said = {
        "factors": [one for key, one in factors.items() if key in version.factors],
        "others": [one for key, one in factors.items() if key not in version.factors],
        "ended": set(version.factors) - set(now),
    }
    return Part("inventory/_factors_taken.html", said)


def _told(viewer: Viewer, version: Submission) -> bool:
    return not version.withheld or facilities.opened_to(viewer).filter(pk=version.pk).exists()


@dataclass(frozen=True, slots=True)
class Taking:
    """A report that took a factor; ``outdated`` where the factor holds in its year no more."""

    submission: Submission
    outdated: bool


def by_reports(viewer: Viewer, one: Factor) -> Sequence[Taking]:
    """The reports that were handed in with a factor, of those that a viewer sees."""
    seen = facilities.submissions_visible_to(viewer).filter(
        factors__has_key=str(one.pk), submitted_at__isnull=False
    )
    told = facilities.opened_to(viewer).values("pk")
    open_ = seen.filter(withheld=False) | seen.filter(pk__in=told)
    found = open_.distinct().select_related("report__facility").order_by("report__facility__code")
    return [Taking(each, not one.holds_in(each.report.year)) for each in found]
