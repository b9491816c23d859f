"""Under which initiative a project stands, by section 4 of the text of SPACE.

What was under way stays under the initiative it began under; what is new stands under SPACE. The
dates are those of the reference data.
"""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from kyoso.core.periods import Period
from kyoso.core.text import Text
from kyoso.hub.programme.models import Initiative
from kyoso.hub.texts import say
from kyoso.hub.writing import day

NEW = "new-projects"
HOMES = (NEW, "ongoing-projects-stay", "followed-by-2.0", "earlier")
"""The relations of an initiative to the programme in which it can be the home of a project."""

_ISO_DAY = len("2023-08-24")


def homes() -> QuerySet[Initiative]:
    """The initiatives under which a project can stand."""
    return Initiative.objects.filter(relation__in=HOMES)


def begun(initiative: Initiative) -> date | None:
    """The first day on which an initiative can have begun; ``None`` where it is not known.

    A year or a month stands for its first day: a doubt is not held against the project.
    """
    if len(initiative.begun) == _ISO_DAY:
        return date.fromisoformat(initiative.begun)
    return Period.parse(initiative.begun).start if initiative.begun else None


def misfit(starts: date, chosen: Initiative, new: Initiative) -> Text | None:
    """Why a project that starts on this day cannot stand under ``chosen``; ``None`` if it can."""
    since = begun(new)
    if chosen.relation not in HOMES:
        return say("projects.initiative.no_home", name=chosen.name)
    if since is None:
        return None
    values = {"starts": day(starts), "since": day(since), "new": new.name}
    if chosen == new and starts < since:
        return say("projects.initiative.earlier", **values)
    if chosen != new and starts >= since:
        return say("projects.initiative.later", **values, chosen=chosen.name)
    first = begun(chosen)
    if first is not None and starts < first:
        return say(
            "projects.initiative.before_it",
            starts=day(starts),
            chosen=chosen.name,
            first=day(first),
        )
    return None
