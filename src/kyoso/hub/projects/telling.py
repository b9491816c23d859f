"""How the log tells of projects what their models do not say."""

from __future__ import annotations

from collections.abc import Mapping

from kyoso.core.text import Text, joined
from kyoso.hub.projects.models import Pair
from kyoso.hub.record.telling import HIDDEN, Field, Title

FIELDS: Mapping[str, Field] = {
    "projects.project.activities": Field(),
    "projects.project.countries": Field("place"),
    "projects.project.tags": Field("named", model="programme.framework", by="key"),
    "projects.project.themes": Field("coded", words="projects.theme"),
    **{
        f"projects.{part}.project": HIDDEN
        for part in ("site", "partner", "milestone", "finance", "result", "document")
    },
    **{
        f"projects.revision.{name}": HIDDEN
        for name in ("project", "begun_at", "written_at", "reason", "decided_by", "decided_at")
    },
    **{
        f"projects.edit.{name}": HIDDEN
        for name in (
            *("revision", "sort", "key", "removed", "values", "base"),
            *("written_on", "why", "author", "author_name", "written_at"),
        )
    },
    "projects.pair.reasons": HIDDEN,
    "projects.judgement.reasons": HIDDEN,
}


def _pair(one: Pair) -> Text:
    return joined((one.first.title, one.second.title), " / ")


TITLES: Mapping[str, Title] = {"projects.pair": Title(_pair, ("first", "second"))}
