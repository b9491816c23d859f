"""How the log tells of verification what its models do not say."""

from __future__ import annotations

from collections.abc import Mapping

from kyoso.core.text import Text, same
from kyoso.hub.evidence.verification.models import Accreditation
from kyoso.hub.record.telling import HIDDEN, Field, Title

FIELDS: Mapping[str, Field] = {
    "verification.engagement.report": HIDDEN,
    "verification.visit.engagement": HIDDEN,
    "verification.finding.engagement": HIDDEN,
    "verification.finding.submission": HIDDEN,
    "verification.finding.corrected_in": HIDDEN,
    "verification.statement.engagement": HIDDEN,
    "verification.statement.submission": HIDDEN,
    "verification.statement.basis": HIDDEN,
    "verification.statement.grounds": Field("coded", words="verification.grounds"),
}


def _accreditation(one: Accreditation) -> Text:
    return same(f"{one.body} {one.number}")


TITLES: Mapping[str, Title] = {"verification.accreditation": Title(_accreditation)}
