"""How the log tells of projects what their models do not say."""

from __future__ import annotations

from collections.abc import Mapping

from kyoso.hub.record.telling import HIDDEN, Field

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
