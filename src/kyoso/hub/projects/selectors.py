"""What is read about projects. Who sees a project is decided here, once, in agreement with rules.

Every function issues a fixed number of queries.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    prefetch_related_objects,
)

from kyoso.core import hashes
from kyoso.core.text import Text
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import Viewer, standing
from kyoso.hub.accounts.standing import Standing
from kyoso.hub.programme.models import Activity, ActivityText, Initiative
from kyoso.hub.projects import rules
from kyoso.hub.projects.enums import (
    UNDECIDED,
    FinanceKind,
    FinancePart,
    MeasureKind,
    PartnerRole,
    State,
    Verdict,
)
from kyoso.hub.projects.models import (
    Finance,
    Judgement,
    Pair,
    Partner,
    Project,
    ProjectActivity,
    ProjectCountry,
    Result,
    Revision,
    Target,
)
from kyoso.hub.projects.parts import KINDS
from kyoso.hub.record.models import Event
from kyoso.hub.record.selectors import history
from kyoso.programme.counting import Bond, Claim, Counted, LeftOut, count_once


def public() -> QuerySet[Project]:
    """What everybody sees."""
    return Project.objects.filter(registered_at__isnull=False)


def visible_to(viewer: Viewer) -> QuerySet[Project]:
    """What is registered; drafts of one's own organisation and country; all for who oversees."""
    found = standing(viewer)
    if found.has(*rules.OVERSEES):
        return Project.objects.all()
    seen = Q(registered_at__isnull=False) | _own(found)
    if (led := _of_scopes(found.scopes(Role.ACTIVITY_LEAD))) is not None:
        seen |= Q(state=State.SUBMITTED, pk__in=led.values("project"))
    return Project.objects.filter(seen)


def waited_for_by(viewer: User) -> QuerySet[Project]:
    """On which a person is to say what was reached: one's own, for a focal point the country's."""
    return Project.objects.filter(_own(standing(viewer), Role.FOCAL_POINT))


def _own(found: Standing, *roles: str) -> Q:
    """The projects of one's organisations, and of the countries for which one has a role."""
    theirs = Q(pk__in=[])
    if own := found.organisations(rules.WORKING):
        implements = Partner.objects.filter(role=PartnerRole.IMPLEMENTING, organisation__in=own)
        theirs |= Q(lead__in=own) | Q(pk__in=implements.values("project"))
    if places := found.countries(*(roles or rules.OF_A_COUNTRY)):
        there = ProjectCountry.objects.filter(country__in=places)
        theirs |= Q(pk__in=there.values("project"))
    return theirs


def _of_scopes(scopes: Iterable[str]) -> QuerySet[ProjectActivity] | None:
    """Links of projects to the activities of these scopes; nothing where there is no scope."""
    chosen = [scope.partition("/") for scope in scopes]
    if not chosen:
        return None
    of = Q()
    for programme, _, key in chosen:
        of |= Q(activity__programme__key=programme, activity__key=key)
    return ProjectActivity.objects.filter(of)


# --- lists --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; an empty part narrows nothing."""

    activity: str = ""
    country: str = ""
    state: str = ""
    initiative: str = ""

    def of(self, projects: QuerySet[Project]) -> QuerySet[Project]:
        """``activity`` is written as a scope: ``space/1-1-1``."""
        if self.activity:
            programme, _, key = self.activity.partition("/")
            projects = projects.filter(
                activities__activity__programme__key=programme, activities__activity__key=key
            )
        if self.country:
            projects = projects.filter(countries__country=self.country)
        if self.state:
            projects = projects.filter(state=self.state)
        if self.initiative:
            projects = projects.filter(initiative__key=self.initiative)
        return projects


def listed(projects: QuerySet[Project]) -> QuerySet[Project]:
    """With what a line of a list shows."""
    return projects.select_related("lead", "initiative").prefetch_related(
        "countries", "activities__activity__programme"
    )


def in_lines(projects: QuerySet[Project]) -> QuerySet[Project]:
    """With what a line of the page of projects shows, and no more."""
    activities = ProjectActivity.objects.select_related("activity")
    return (
        projects.select_related("lead", "initiative")
        .only(*("title", "state", "starts", "ends", "sample"), "lead__name", "initiative__name")
        .prefetch_related(
            "countries", Prefetch("activities", activities.only("project", "activity__key"))
        )
    )


def titles_of_activities() -> dict[int, Text]:
    """What each activity is called in the latest edition that has it, by the activity."""
    return dict(ActivityText.objects.order_by("edition__label").values_list("activity", "title"))


def texts_of_activities(keys: Iterable[int] | None = None) -> dict[int, ActivityText]:
    """The text of each activity in the latest edition that has it, by the activity."""
    texts = ActivityText.objects.select_related("edition__programme").order_by("edition__label")
    if keys is not None:
        texts = texts.filter(activity__in=list(keys))
    return {text.activity_id: text for text in texts}


def countries_with_projects(projects: QuerySet[Project]) -> list[str]:
    chosen = ProjectCountry.objects.filter(project__in=projects.order_by().values("pk"))
    return sorted(chosen.order_by().values_list("country", flat=True).distinct())


def initiatives_with_projects(projects: QuerySet[Project]) -> QuerySet[Initiative]:
    # Asked initiative by initiative: the first project that is found is enough.
    return Initiative.objects.filter(Exists(projects.order_by().filter(initiative=OuterRef("pk"))))


def activities_with_projects(projects: QuerySet[Project]) -> QuerySet[Activity]:
    there = projects.order_by().filter(activities__activity=OuterRef("pk"))
    found = Activity.objects.filter(Exists(there)).select_related("programme")
    return found.only("key", "programme__key")


# --- one project --------------------------------------------------------------------------


def project(viewer: Viewer, pk: uuid.UUID) -> Project:
    """A project that this viewer may see, with all that belongs to it.

    Raises ``Project.DoesNotExist``.
    """
    return with_parts(visible_to(viewer)).get(pk=pk)


def with_parts(projects: QuerySet[Project]) -> QuerySet[Project]:
    """With all that belongs to a project."""
    results = Result.objects.prefetch_related("indicators__targets", "outputs")
    return projects.select_related("lead", "initiative").prefetch_related(
        "authors",
        "countries",
        "activities__activity__programme",
        "tags__framework",
        "themes",
        "sites",
        "partners__organisation",
        "milestones",
        "finance__source",
        "documents",
        Prefetch("results", queryset=results),
    )


def history_of(project: Project, viewer: Viewer) -> QuerySet[Event]:
    """The acts on a project and its parts, latest first; ``project`` has its parts at hand.

    What was done to the draft is not public, also when the project is.
    """
    indicators = [one for result in project.results.all() for one in result.indicators.all()]
    parts = [
        project,
        *project.sites.all(),
        *project.partners.all(),
        *project.milestones.all(),
        *project.finance.all(),
        *project.results.all(),
        *indicators,
        *[target for one in indicators for target in one.targets.all()],
        *project.documents.all(),
    ]
    keys: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        keys[part._meta.label_lower].append(str(part.pk))
    chosen = Q()
    for kind, known in keys.items():
        chosen |= Q(kind=kind, key__in=known)
    found = Event.objects.filter(chosen).order_by("-number")
    if rules.sees_history.test(viewer, project):
        return found
    made_public = Event.objects.filter(
        kind=project._meta.label_lower, key=str(project.pk), act="projects.registered"
    )
    return found.filter(number__gte=made_public.order_by("number").values("number")[:1])


def latest_return(project: Project) -> Event | None:
    """Who returned a project and why, while it is with its authors again."""
    if project.state != State.RETURNED:
        return None
    return history(project).filter(act="projects.returned").first()


# --- revisions ----------------------------------------------------------------------------


def revisions_visible_to(viewer: Viewer) -> QuerySet[Revision]:
    """What is or was proposed in the projects whose drafts the viewer sees; none for the public."""
    found = standing(viewer)
    if not found.posts:
        return Revision.objects.none()
    if found.has(*rules.OVERSEES):
        return Revision.objects.all()
    return Revision.objects.filter(project__in=Project.objects.filter(_own(found)).values("pk"))


def with_edits(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    """With what was written in them, by whom."""
    return revisions.select_related("decided_by").prefetch_related("authors", "edits")


def undecided(viewer: Viewer, project: Project) -> Revision | None:
    """What waits in a project, for those who see it; ``project`` has its parts at hand."""
    if not project.is_public or not rules.sees_history.test(viewer, project):
        return None
    found = project.revisions.filter(state__in=UNDECIDED)
    return with_edits(found).first()


def seen_of(revision: Revision) -> int:
    """A number for what a revision says and what it would change: another when one differs."""
    versions: list[Any] = [revision.version, revision.project.version]
    by_sort: dict[str, list[int]] = defaultdict(list)
    for edit in revision.edits.all():
        if edit.key and not edit.is_empty and edit.sort in KINDS:
            by_sort[edit.sort].append(int(edit.key))
    for sort, keys in sorted(by_sort.items()):
        rows = KINDS[sort].model._default_manager.filter(pk__in=keys).order_by("pk")
        versions.append([sort, list(rows.values_list("pk", "version"))])
    return int(hashes.of_data(versions)[:_DIGITS], 16)


_DIGITS = 7
"""So many hexadecimal digits make a number that a form and a mark can carry."""


# --- pairs --------------------------------------------------------------------------------


def pairs_visible_to(viewer: Viewer) -> QuerySet[Pair]:
    """Pairs of which the viewer sees both projects; none for the public."""
    if not standing(viewer).posts:
        return Pair.objects.none()
    if standing(viewer).has(*rules.OVERSEES):
        return Pair.objects.all()
    # Asked pair by pair: two lists of all projects would be joined with each other first.
    seen = visible_to(viewer)
    return Pair.objects.filter(
        Exists(seen.filter(pk=OuterRef("first"))), Exists(seen.filter(pk=OuterRef("second")))
    )


def pairs_to_judge(user: User) -> QuerySet[Pair]:
    """The pairs that wait for a person, who may judge them: agrees with ``projects.judge``."""
    found = standing(user)
    waiting = pairs_visible_to(user).filter(waiting=True)
    if not found.has(Role.SECRETARIAT):
        answers = Q(pk__in=[])
        if places := found.countries(Role.FOCAL_POINT):
            there = ProjectCountry.objects.filter(country__in=places)
            answers |= Q(pk__in=there.values("project"))
        if (led := _of_scopes(found.scopes(Role.ACTIVITY_LEAD))) is not None:
            answers |= Q(pk__in=led.values("project"))
        answered_for = Project.objects.filter(answers).values("pk")
        waiting = waiting.filter(Q(first__in=answered_for) | Q(second__in=answered_for))
    wrote = Project.authors.through.objects.filter(user=user).values("project")
    return waiting.exclude(first__in=wrote).exclude(second__in=wrote)


def with_both(pairs: QuerySet[Pair]) -> QuerySet[Pair]:
    """Pairs with what a page shows of their projects and judgements."""
    sides = [
        f"{side}__{part}"
        for side in ("first", "second")
        for part in (
            *("countries", "authors", "activities__activity__programme"),
            *("partners__organisation", "tags__framework"),
        )
    ]
    return pairs.select_related(
        "first__lead", "second__lead", "first__initiative", "second__initiative", "part"
    ).prefetch_related("judgements__part", *sides)


def with_titles(pairs: QuerySet[Pair]) -> QuerySet[Pair]:
    """Pairs with what a line of a list shows of them; why they look alike is fetched for a page."""
    return (
        pairs.select_related("first__lead", "second__lead", "part")
        .defer("first__summary", "second__summary", "part__summary")
        .prefetch_related("judgements")
    )


def fetch_shared(pairs: Iterable[Pair]) -> None:
    """What two projects may have in common, for all pairs of a page at once."""
    sides = [side for pair in pairs for side in (pair.first, pair.second)]
    prefetch_related_objects(
        sides, "activities__activity", "partners__organisation", "tags__framework"
    )


def pairs_of(viewer: Viewer, project: Project) -> QuerySet[Pair]:
    """The pairs of one project that this viewer sees."""
    return pairs_visible_to(viewer).filter(Q(first=project) | Q(second=project))


_AGE = ("first__registered_at", "second__registered_at", "first__created_at", "second__created_at")


def bonds() -> tuple[Bond, ...]:
    """What people judged to stand under two projects: the same, or part of the other.

    Of two that are the same, what the one registered first reports counts.
    """
    found = []
    judged = Pair.objects.filter(verdict__in=(Verdict.SAME, Verdict.PART_OF)).order_by("pk")
    for verdict, named, first, second, *times in judged.values_list(
        "verdict", "part", "first", "second", *_AGE
    ):
        if verdict == Verdict.PART_OF:
            part = named if named == first else second
        else:
            registered, begun = times[:2], times[2:]
            ages = [at or made for at, made in zip(registered, begun, strict=True)]
            part = max(zip(ages, (first, second), strict=True), key=lambda x: (x[0], x[1].hex))[1]
        whole = second if part == first else first
        found.append(Bond(whole=str(whole), part=str(part)))
    return tuple(found)


# --- finance and tonnes -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """The amounts of one part of the money in one currency, by kind; absent where none is."""

    part: FinancePart
    currency: str
    amounts: Mapping[FinanceKind, Decimal]

    @property
    def cells(self) -> list[Decimal | None]:
        return [self.amounts.get(kind) for kind in FinanceKind]


@dataclass(frozen=True, slots=True)
class Totals:
    """Money by part, currency and kind, and what was not counted twice."""

    lines: Sequence[Line]
    left_out: Sequence[LeftOut]
    projects: int


def totals(projects: QuerySet[Project]) -> dict[bool, Totals]:
    """What ``projects`` report, each amount once; what the samples among them do by itself.

    By whether it is of samples. Currencies are not converted: no rate is given. Sums are made by
    the database; only rows that may stand twice are looked at one by one.
    """
    rows = Finance.objects.filter(project__in=projects.order_by().values("pk")).order_by()
    sums: dict[bool, dict[tuple[str, str, str], Decimal]] = {False: {}, True: {}}
    for sample, part, currency, kind, amount in rows.values_list(
        "project__sample", "part", "currency", "kind"
    ).annotate(amount_sum=Sum("amount")):
        sums[sample][part, currency, kind] = amount
    counted = _counted(rows)
    for sample, found in counted.items():
        for one in found.left_out:
            part, kind = one.claim.kind.split("/")
            sums[sample][part, one.claim.unit, kind] -= one.claim.amount
    reporting = projects.order_by().filter(Exists(Finance.objects.filter(project=OuterRef("pk"))))
    numbers = dict(reporting.values_list("sample").annotate(n=Count("pk", distinct=True)))
    return {
        sample: Totals(lines(of), counted[sample].left_out, numbers.get(sample, 0))
        for sample, of in sums.items()
    }


def lines(sums: Mapping[tuple[str, str, str], Decimal]) -> list[Line]:
    """Sums by part, currency and kind as lines, in the order of the parts."""
    found: dict[tuple[str, str], dict[FinanceKind, Decimal]] = defaultdict(dict)
    for (part, currency, kind), amount in sums.items():
        found[part, currency][FinanceKind(kind)] = amount
    order = [part.value for part in FinancePart]
    ordered = sorted(found, key=lambda key: (order.index(key[0]), key[1]))
    return [Line(FinancePart(part), currency, found[part, currency]) for part, currency in ordered]


def own_lines(project: Project) -> list[Line]:
    """What one project reports by itself; ``project`` has its finance at hand."""
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for row in project.finance.all():
        sums[row.part, row.currency, row.kind] += row.amount
    return lines(sums)


def _counted(rows: QuerySet[Finance]) -> dict[bool, Counted]:
    """Rows that another project has as well, and rows of judged pairs, counted once."""
    judged = bonds()
    bound = {side for bond in judged for side in (bond.whole, bond.part)}
    same = {name: OuterRef(name) for name in ("reference", "part", "kind", "currency")}
    elsewhere = Finance.objects.filter(**same).exclude(reference="")
    twice = ~Q(reference="") & Exists(elsewhere.exclude(project=OuterRef("project")))
    claims: dict[bool, list[Claim]] = {False: [], True: []}
    for sample, *fields in rows.filter(Q(project__in=bound) | twice).values_list(
        "project__sample", *_CLAIMED
    ):
        claims[sample].append(_claim(fields))
    return {sample: count_once(found, judged) for sample, found in claims.items()}


_CLAIMED = ("pk", "project", "part", "kind", "currency", "amount", "reference")


def _claim(fields: Sequence[Any]) -> Claim:
    key, project, part, kind, currency, amount, reference = fields
    return Claim(
        key=str(key),
        project=str(project),
        kind=f"{part}/{kind}",
        unit=currency,
        amount=amount,
        reference=reference,
    )


def _claims(rows: QuerySet[Finance]) -> list[Claim]:
    return [_claim(fields) for fields in rows.values_list(*_CLAIMED)]


TONNES = ("tCO2e", "t CO2e", "t-CO2e", "tCO2eq", "t CO2eq")


def tonnes(projects: QuerySet[Project]) -> Counted:
    """The targets in tonnes of carbon dioxide equivalent by period, each once."""
    targets = Target.objects.filter(
        indicator__result__project__in=projects.order_by().values("pk"),
        indicator__kind=MeasureKind.QUANTITATIVE,
        indicator__unit__in=TONNES,
        category="",
        value__isnull=False,
    ).select_related("indicator__result")
    return count_once([_target_claim(target) for target in targets], bonds())


def _target_claim(target: Target) -> Claim:
    return Claim(
        key=str(target.pk),
        project=str(target.indicator.result.project_id),
        kind=target.period,
        unit="t CO2e",
        amount=target.value or Decimal(0),
        reference=target.indicator.reference,
        period=target.period,
    )


@dataclass(frozen=True, slots=True)
class Twice:
    """A row of a project that stands under another project as well, and where it counts."""

    key: str
    other: Project
    counts_here: bool
    because: str
    differs: bool


def twice(viewer: Viewer, project: Project) -> tuple[list[Twice], list[Twice]]:
    """The amounts and the tonnes of a project that another visible project reports as well."""
    seen = visible_to(viewer).exclude(state=State.CANCELLED)
    judged = bonds()
    me = str(project.pk)
    bound = {
        side for bond in judged if me in (bond.whole, bond.part) for side in (bond.whole, bond.part)
    }
    references = {row.reference for row in project.finance.all() if row.reference}
    of_tonnes = {
        one.reference
        for result in project.results.all()
        for one in result.indicators.all()
        if one.reference
    }
    money = Finance.objects.filter(project__in=seen.values("pk")).filter(
        Q(reference__in=references) | Q(project__in=bound) | Q(project=project)
    )
    targets = (
        Target.objects.filter(
            indicator__result__project__in=seen.values("pk"),
            indicator__unit__in=TONNES,
            category="",
            value__isnull=False,
        )
        .filter(
            Q(indicator__reference__in=of_tonnes)
            | Q(indicator__result__project__in=bound)
            | Q(indicator__result__project=project)
        )
        .select_related("indicator__result")
    )
    counted = (
        count_once(_claims(money), judged),
        count_once([_target_claim(target) for target in targets], judged),
    )
    named = {
        side
        for one in counted
        for left in one.left_out
        for side in (left.claim.project, left.instead)
    }
    known = {str(one.pk): one for one in seen.filter(pk__in=named)}
    return (_twice(me, counted[0], known), _twice(me, counted[1], known))


def _twice(me: str, counted: Counted, known: Mapping[str, Project]) -> list[Twice]:
    found = []
    for left in counted.left_out:
        sides = {left.claim.project, left.instead}
        if me not in sides or len(sides & set(known)) != len(sides):
            continue
        other = next(side for side in sides if side != me)
        found.append(
            Twice(left.claim.key, known[other], left.instead == me, left.because, left.differs)
        )
    return found


def judged_differently(pair: Pair) -> bool:
    """Whether people disagree about a pair; ``pair`` has its judgements at hand."""
    verdicts = {(one.verdict, one.part_id) for one in pair.judgements.all()}
    return len(verdicts) > 1


def latest_judgement(pair: Pair) -> Judgement | None:
    return next(iter(pair.judgements.all()), None)
