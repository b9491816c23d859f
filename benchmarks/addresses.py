"""Every address of the site, with an example of what stands in it, from the rows that are there.

The addresses come from the site itself: one that is new and has no example is an error, so that
no page is left out of the measurement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

NOT_MEASURED: Mapping[str, str] = {
    "account_": "signing in takes time on purpose: the password is hashed",
    "mfa_": "the library's own pages, of one person's rows",
    "accounts:accept": "needs the secret of a letter",
    "accounts:own_data": "a file is made",
    "accounts:organisation_data": "a file is made",
    "portal:calendar_feed": "needs the secret of a person",
    "portal:desk_seen": "only takes a form",
    "portal:desk_options": "only takes a form",
    "programme:withdraw_score": "only takes a form",
    "programme:workbook_apply": "only takes a form",
    "programme:workbook_file": "a file is made",
    "programme:decline_proposal": "only takes a form",
    "programme:comment_proposal": "only takes a form",
    "programme:take_side": "only takes a form",
    "programme:move_proposal": "only takes a form",
    "progress:begin": "only takes a form",
    "inventory:workbook": "a file is made",
    "inventory:factor_table": "a file is made",
    "ndc:common_tables": "a file is made",
    "ndc:interchange": "a file is made",
    "ndc:description": "a file is made",
    "ndc:draft": "a file is made",
    "inventory:sent": "a file is read",
    "inventory:table": "a file is made",
    "evidence:template": "a file is made",
    "evidence:example": "a file is read",
    "evidence:table_file": "a file is made",
    "evidence:figure_file": "a file is read",
    "evidence:input_file": "a file is read",
    "evidence:archive": "a file is made",
    "evidence:delete": "the sample run is nobody's to delete",
    "portal:report_file": "a file is read",
    "progress:document": "a file is read",
    "projects:document": "a file is read",
    "projects:edited_file": "a file is read",
    "api-1": "programs use it",
}
"""By name or the beginning of a name: why an address is not among the pages."""


@dataclass(frozen=True, slots=True)
class Address:
    """One address: the name by which the site knows it, and where it stands."""

    name: str
    path: str


def addresses() -> list[Address]:
    """Every page of the site that is measured. Raises ``LookupError`` for one without example."""
    from django.urls import reverse
    from django.utils import translation

    examples = _examples()
    found = []
    with translation.override("en"):
        for name, wanted in _named():
            if any(name.startswith(one) for one in NOT_MEASURED):
                continue
            if wanted and name not in examples:
                message = f"{name} needs an example of {', '.join(sorted(wanted))}"
                raise LookupError(message)
            for arguments in examples.get(name, [{}]):
                asked = {key: value for key, value in arguments.items() if key != "?"}
                path = reverse(name, kwargs=asked)
                found.append(Address(name, path + str(arguments.get("?", ""))))
    return found


def _named() -> list[tuple[str, set[str]]]:
    """The names of all addresses, each with what must stand in it."""
    from django.urls import get_resolver

    def walk(resolver: Any, space: str, above: set[str]) -> Iterator[tuple[str, set[str]]]:
        for one in resolver.url_patterns:
            wanted = above | set(one.pattern.converters)
            if hasattr(one, "url_patterns"):
                inner = f"{space}{one.namespace}:" if one.namespace else space
                yield from walk(one, inner, wanted)
            elif one.name:
                yield f"{space}{one.name}", wanted

    return list(dict(walk(get_resolver(), "", set())).items())


def _examples() -> dict[str, list[dict[str, Any]]]:
    return {
        **_of_programmes(),
        **_of_people(),
        **_of_evidence(),
        **_of_facilities(),
        **_of_verification(),
        **_of_inventories(),
        **_of_statements(),
        **_of_projects(),
        **_of_progress(),
    }


def _of_programmes() -> dict[str, list[dict[str, Any]]]:
    from kyoso.hub.programme.models import ActivityFramework
    from kyoso.hub.programme.proposals.models import Proposal

    space = {"programme": "space"}
    edition, member = {**space, "label": "2025"}, {**space, "code": "VNM"}
    proposal = {"pk": Proposal.objects.order_by("pk").first().pk}
    served = ActivityFramework.objects.filter(activity__programme__key="space").order_by("pk")
    link = served.select_related("activity", "framework").first()
    key = {**space, "key": "1-1-1"}
    framework = {**space, "key": link.activity.key, "framework": link.framework.key}
    return {
        "programme:compare": [{}, {"?": "?a=space/2025&b=clean-asia/2008"}],
        "programme:edition": [edition],
        "programme:activity": [{**edition, "slug": "1-1-1"}],
        "programme:gaps": [space],
        "programme:stances": [{**space, "slug": "1-1-1"}],
        "programme:answers": [member],
        "programme:answer": [member],
        "programme:answer_one": [{**member, "slug": "1-1-1"}],
        "programme:withdraw": [{**member, "slug": "1-1-1"}],
        "programme:history": [{**member, "slug": "1-1-1"}],
        "programme:workbook": [member],
        "programme:proposal": [proposal],
        "programme:change_proposal": [proposal],
        "programme:proposals": [space],
        "programme:propose": [space, {**space, "?": "?kind=changed&on=1-1-1"}],
        "programme:adopt": [space],
        "programme:origins": [edition],
        "programme:synergies": [space],
        "programme:synergies_choose": [space],
        "programme:synergy_suggestions": [space],
        "programme:synergies_csv": [space],
        "programme:synergies_of": [key],
        "programme:synergy_pair": [{**key, "other": "1-1-2"}],
        "programme:synergy_with_framework": [framework],
        "portal:programme": [space, {"programme": "clean-asia"}],
        "portal:member": [{"code": "VNM"}, {"code": "XAA"}],
        "portal:table": [{"subject": "programme", "name": "activities"}],
        "portal:table_metadata": [{"subject": "programme", "name": "activities"}],
        "portal:programme_json": [{"key": "space"}],
        "portal:participation": [{"key": "space"}],
        "portal:participation_metadata": [{"key": "space"}],
    }


def _of_people() -> dict[str, list[dict[str, Any]]]:
    from kyoso.hub.accounts.models import Invitation, Membership, Organisation, User

    user = {"pk": User.objects.get(email="focal_point-vnm@bench.example").pk}
    organisation = {"pk": Organisation.objects.filter(country="VNM").first().pk}
    membership = {"pk": Membership.objects.get(user=user["pk"]).pk}
    invited = Invitation.objects.order_by("pk").first()
    invitation = [{"pk": invited.pk}] if invited else []
    return {
        "accounts:person": [user],
        "accounts:appoint": [user],
        "accounts:close": [user],
        "accounts:end_membership": [membership],
        "accounts:invitation": invitation,
        "accounts:withdraw": invitation,
        "accounts:organisation": [organisation],
        "accounts:change_organisation": [organisation],
        "api:withdraw": [],
    }


def _of_evidence() -> dict[str, list[dict[str, Any]]]:
    from kyoso.hub.evidence.models import Run

    run = Run.objects.filter(method="climate.transparency.facility-emissions").first()
    pk = {"pk": run.pk}
    return {
        "evidence:method": [{"name": run.method}],
        "evidence:declaration": [{"name": run.method}],
        "evidence:run": [pk, {**pk, "?": "?of=totals&row=3"}],
        "evidence:state": [pk],
        "evidence:table": [{**pk, "table": "emissions"}],
        "evidence:record": [pk],
    }


def _of_inventories() -> dict[str, list[dict[str, Any]]]:
    from kyoso.hub.evidence.inventory.models import Factor, Inventory, Regional

    found = [{"pk": one.pk} for one in Inventory.objects.exclude(run=None).order_by("year")[:2]]
    return {
        "inventory:inventories": [{}],
        "inventory:begin": [{}],
        "inventory:regionals": [{}],
        "inventory:regional": [{"pk": one.pk} for one in Regional.objects.order_by("pk")[:1]],
        "inventory:inventory": found,
        "inventory:category": [{**found[0], "code": "1A1"}],
        "inventory:factors": [{}],
        "inventory:propose_factor": [{}],
        "inventory:factor": [{"pk": Factor.objects.order_by("pk").first().pk}],
    }


def _of_statements() -> dict[str, list[dict[str, Any]]]:
    from kyoso.hub.evidence.ndc.models import Statement

    code = {"code": "XAA"}
    written = Statement.objects.filter(sample=True).order_by("begun_at")
    return {
        "ndc:country": [code],
        "ndc:reading": [code],
        "ndc:statements": [code],
        "ndc:add": [{**code, "kind": "target"}],
        "ndc:statement": [{"pk": written.first().pk}],
        "ndc:write": [{"pk": written.filter(state="draft").first().pk}],
    }


def _of_facilities() -> dict[str, list[dict[str, Any]]]:
    from kyoso.hub.evidence.facilities.models import Facility, Plan, Report, Submission

    facility = {"pk": Facility.objects.order_by("created_at").first().pk}
    plans = Plan.objects.filter(facility=facility["pk"]).order_by("number")
    submission = {"pk": Submission.objects.exclude(sheet_sha256="").first().pk}
    draft = Submission.objects.filter(report__facility=facility["pk"], state="draft").first()
    return {
        "facilities:facility": [facility],
        "facilities:add": [{**facility, "what": "permit"}],
        "facilities:plan": [{"pk": plans.first().pk}],
        "facilities:write": [{"pk": plans.last().pk}],
        "facilities:report": [{"pk": one.pk} for one in Report.objects.order_by("year")[:2]],
        "facilities:enter": [{"pk": draft.pk}],
        "facilities:workbook": [submission],
        "facilities:file": [submission],
    }


def _of_verification() -> dict[str, list[dict[str, Any]]]:
    from kyoso.hub.evidence.facilities.models import Report
    from kyoso.hub.evidence.verification.models import Accreditation, Engagement

    return {
        "verification:end": [{"pk": Accreditation.objects.first().pk}],
        "verification:engagement": [{"pk": Engagement.objects.first().pk}],
        "verification:engage": [{"pk": Report.objects.order_by("year").last().pk}],
    }


def _of_projects() -> dict[str, list[dict[str, Any]]]:
    from kyoso.hub.projects import parts
    from kyoso.hub.projects.models import Edit, Milestone, Pair, Project, Site

    theirs = Project.objects.filter(countries__country="VNM", sample=False)
    public = {"pk": theirs.filter(state="registered").order_by("pk").first().pk}
    draft = {"pk": theirs.filter(state="draft").order_by("pk").first().pk}
    site = Site.objects.filter(project=public["pk"]).first().pk
    planned = theirs.filter(state="registered", milestones__done=None).exclude(milestones=None)
    reached = Milestone.objects.filter(project=planned.order_by("pk").first(), done=None).first()
    pair = Pair.objects.filter(first__sample=False, waiting=True).first()
    waiting = Edit.objects.filter(
        revision__state="waiting", revision__project__sample=False, key=""
    )
    # A small region may have none of theirs; who sees all projects sees that of another then.
    added = waiting.filter(revision__project__in=theirs).first() or waiting.first()
    narrowed = ("?activity=space/1-1-1", "?country=VNM", "?state=registered", "?page=30")
    return {
        "projects:projects": [{}, *({"?": one} for one in narrowed)],
        "projects:pairs": [{}, {"?": "?judged=1"}],
        "projects:pair": [{"pk": pair.pk}],
        "projects:project": [public, draft],
        "projects:history": [public],
        "projects:revision": [{"pk": added.revision_id}],
        "projects:edited": [{"pk": added.revision_id, "number": added.pk}],
        "projects:milestone": [{"pk": reached.project_id, "part": reached.pk}],
        "projects:edit": [{**draft, "step": step} for step in parts.STEPS],
        "projects:edit_part": [{**public, "sort": "site", "part": site}],
        "projects:act": [{**draft, "what": "submit"}, {**public, "what": "complete"}],
    }


def _of_progress() -> dict[str, list[dict[str, Any]]]:
    from kyoso.hub.programme.models import Body
    from kyoso.hub.progress.enums import State, Step
    from kyoso.hub.progress.models import Report, ReportingRound, Requirement

    rounds = ReportingRound.objects.filter(sample=False).order_by("due")
    latest = {"pk": rounds.last().pk}
    owed = Requirement.objects.filter(round=latest["pk"], member="VNM")
    reports = Report.objects.filter(requirement__in=owed.values("pk")).order_by("pk")
    by_state = {state: {"pk": reports.filter(state=state).first().pk} for state in State}
    of_project = Report.objects.exclude(requirement__project=None)
    project = of_project.filter(
        state=State.PUBLISHED, requirement__project__countries__country="VNM"
    )
    body = Body.objects.filter(deliveries__isnull=False).order_by("pk").first()
    places = (("pillar", "1"), ("activity", "1-1-1"))
    return {
        "progress:round": [latest, {"pk": rounds.first().pk}],
        "progress:change_round": [latest],
        "progress:owed": [{"pk": owed.first().pk}],
        "progress:report": [*by_state.values(), {"pk": project.order_by("pk").first().pk}],
        "progress:write": [{**by_state[State.DRAFT], "step": step} for step in Step],
        "progress:review": [by_state[State.SUBMITTED]],
        "progress:totals": [{}],
        "progress:place": [{**latest, "kind": kind, "code": code} for kind, code in places],
        "progress:reading_list": [{"key": body.key}],
    }
