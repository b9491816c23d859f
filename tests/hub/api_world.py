"""The sample region as the tests of the interface meet it: a token of each role, known records."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.models import Membership, Organisation, User
from kyoso.hub.api import services
from kyoso.hub.api.enums import Scope
from kyoso.hub.evidence.facilities.models import Facility, Plan, Submission
from kyoso.hub.evidence.facilities.models import Report as FacilityReport
from kyoso.hub.evidence.inventory.models import Factor, Inventory
from kyoso.hub.evidence.models import Run
from kyoso.hub.evidence.ndc.models import Statement
from kyoso.hub.evidence.verification.models import Accreditation, Finding
from kyoso.hub.evidence.verification.models import Statement as Signed
from kyoso.hub.programme import services as programme
from kyoso.hub.programme.models import Body
from kyoso.hub.programme.proposals.models import Proposal
from kyoso.hub.programme.synergies.models import Score
from kyoso.hub.progress.models import Report, ReportingRound, Requirement
from kyoso.hub.projects.models import Edit, Pair, Site
from kyoso.hub.record import visibility
from kyoso.hub.record.models import Event

NOBODY = "nobody"


def token(user: User, *scopes: Scope) -> str:
    """The secret of a token of ``user``, for everything if no scope is named."""
    _, secret = services.make(
        actor=User.objects.get(pk=user.pk), name="test", scopes=scopes or list(Scope), days=30
    )
    assert secret is not None
    return secret


def bearer(user: User, *scopes: Scope) -> dict[str, str]:
    """The header that makes a request the user's."""
    return {"Authorization": f"Bearer {token(user, *scopes)}"}


@dataclass
class World:
    """Tokens by the name of a sample login, and the records that are there, by resource."""

    tokens: dict[str, str]
    there: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    def headers(self, name: str) -> dict[str, str]:
        secret = self.tokens[name]
        return {"Authorization": f"Bearer {secret}"} if secret else {}

    def known(self, path: str, at: int) -> Mapping[str, Any]:
        """Values for the places of an address that name something there is."""
        resource = path.removeprefix("/api/v1/").partition("/")[0]
        several = self.there.get(resource, ())
        return several[at % len(several)] if several else {}


def build() -> World:
    """All sample data, and a token of each sample login."""
    accounts.load_sample_users(password="sample-only-2025")
    programme.load_sample_stances()
    for module in visibility.modules("services", "sample"):
        for name, load in vars(module).items():
            if name.startswith("load_sample_") and load.__module__ == module.__name__:
                wanted = inspect.signature(load).parameters
                if not any(one.default is one.empty for one in wanted.values()):
                    load()
    tokens = {one.email.partition("@")[0]: token(one) for one in User.objects.filter(sample=True)}
    analyst = User.objects.get(email="analyst@sample.example")
    Run.objects.create(
        owner=analyst, method="pollution.circularity.e-waste-generation", version="1"
    )
    return World(tokens | {NOBODY: ""}, there())


def there() -> dict[str, list[dict[str, Any]]]:
    """Some records of each resource, by the first word of its address."""
    return {
        "programmes": [
            {"key": "space", "label": "2025", "slug": "1-1-1", "member": "XAA", "activity": "1-1-1"}
        ],
        "events": [{"number": one} for one in Event.objects.values_list("pk", flat=True)[:4]],
        "runs": [{"pk": str(one.pk), "table": "totals"} for one in Run.objects.all()[:4]],
        "methods": [{"id": "pollution.circularity.e-waste-generation"}],
        "participation": [
            {"programme": "space", "member": one, "activity": "1-1-1"} for one in ("XAA", "XAB")
        ],
        "projects": [
            {"pk": str(one.project_id), "part": one.pk}
            for one in Site.objects.select_related("project").order_by("pk")[:4]
        ],
        "revisions": [
            {"pk": str(one.revision_id), "number": one.pk}
            for one in Edit.objects.order_by("pk")[:4]
        ],
        "overlaps": _numbers(Pair),
        "rounds": _numbers(ReportingRound),
        "requirements": _numbers(Requirement),
        "reports": _numbers(Report),
        "bodies": [{"key": one} for one in Body.objects.values_list("key", flat=True)[:4]],
        "scores": _numbers(Score),
        "proposals": [one | {"member": "XAA"} for one in _numbers(Proposal)],
        "facilities": _numbers(Facility),
        "plans": _numbers(Plan),
        "facility-reports": _numbers(FacilityReport),
        "submissions": _numbers(Submission),
        "accreditations": _numbers(Accreditation),
        "engagements": [
            {"pk": str(one.engagement_id), "finding": str(one.pk)}
            for one in Finding.objects.order_by("pk")[:4]
        ],
        "verification-statements": _numbers(Signed),
        "inventories": [one | {"table": "totals"} for one in _numbers(Inventory)],
        "factors": _numbers(Factor),
        "ndc": [{"code": "XAA"}],
        "statements": _numbers(Statement),
        "organisations": _numbers(Organisation),
        "memberships": _numbers(Membership),
    }


def _numbers(model: type[Model]) -> list[dict[str, Any]]:
    return [{"pk": str(pk)} for pk in model._default_manager.values_list("pk", flat=True)[:4]]
