"""The parts of a project as its pages know them, and the steps in which it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import QuerySet

from kyoso.hub.projects.models import (
    Document,
    Finance,
    Milestone,
    Partner,
    Project,
    Result,
    ResultIndicator,
    Site,
    Target,
)
from kyoso.hub.record.models import Versioned

STEPS = (
    "basics",
    "places",
    "partners",
    "milestones",
    "finance",
    "results",
    "tags",
    "documents",
    "check",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of part: its model, the step in which it is written, the fields that are asked."""

    model: type[Versioned]
    step: str
    fields: tuple[str, ...]

    @property
    def name(self) -> str:
        return str(self.model._meta.model_name)

    def of(self, project: Project) -> QuerySet[Versioned]:
        """The parts of this sort that a project has."""
        rows = self.model._default_manager.filter(**{_PATHS.get(self.name, "project"): project})
        return rows.select_related(*_NAMED[self.name]) if self.name in _NAMED else rows


_NAMED = {"partner": ("organisation",), "finance": ("source",), "target": ("indicator",)}
_PATHS = {"resultindicator": "result__project", "target": "indicator__result__project"}

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind(Site, "places", ("name", "country", "latitude", "longitude")),
            Kind(Partner, "partners", ("organisation", "role")),
            Kind(Milestone, "milestones", ("title", "due", "done")),
            Kind(
                Finance,
                "finance",
                (
                    *("kind", "part", "instrument", "sector", "source", "currency", "amount"),
                    *("date", "climate_share", "mobilised_by", "reference"),
                ),
            ),
            Kind(Result, "results", ("level", "parent", "title")),
            Kind(
                ResultIndicator,
                "results",
                (
                    *("result", "title", "kind", "unit", "numerator", "denominator"),
                    *("categories", "reference"),
                ),
            ),
            Kind(
                Target,
                "results",
                (
                    *("indicator", "period", "category", "value", "numerator", "denominator"),
                    "statement",
                ),
            ),
            Kind(Document, "documents", ("title", "file", "link")),
        )
    }
)


def of_step(step: str) -> list[Kind]:
    return [kind for kind in KINDS.values() if kind.step == step]
