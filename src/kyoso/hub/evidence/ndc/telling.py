"""How the log tells of statements what their model does not say."""

from __future__ import annotations

from collections.abc import Mapping

from kyoso.hub.record.telling import HIDDEN, Field

FIELDS: Mapping[str, Field] = {
    "ndc.statement.authors": HIDDEN,
    "ndc.statement.content": HIDDEN,
    "ndc.statement.kind": Field("coded", words="ndc.kind"),
}
