"""A project and all that belongs to it.

The parts of a project are rows of their own, each with its version: two people who work on two
parts do not stand in each other's way.
"""

from __future__ import annotations

from kyoso.hub.projects.models.checks import check_country, check_currency, check_period
from kyoso.hub.projects.models.likeness import Judgement, Pair
from kyoso.hub.projects.models.parts import Document, Finance, Milestone, Partner, Site
from kyoso.hub.projects.models.project import (
    Project,
    ProjectActivity,
    ProjectCountry,
    ProjectTag,
    ProjectTheme,
)
from kyoso.hub.projects.models.results import Result, ResultIndicator, Target
from kyoso.hub.projects.models.revision import Edit, Revision

__all__ = [
    "Document",
    "Edit",
    "Finance",
    "Judgement",
    "Milestone",
    "Pair",
    "Partner",
    "Project",
    "ProjectActivity",
    "ProjectCountry",
    "ProjectTag",
    "ProjectTheme",
    "Result",
    "ResultIndicator",
    "Revision",
    "Site",
    "Target",
    "check_country",
    "check_currency",
    "check_period",
]
