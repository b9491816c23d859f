"""A region of the size that pages are measured with: members, projects, reports, people.

Rows are made in bulk from a fixed seed, beside what ``kyoso demo`` loads. They keep every
constraint of the database, and leave no entries in the log: bulk rows are nobody's act. The
installation is a temporary one; what stands in it about a member is a random number.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

SEED = 20250904
ROUNDS = 8
BATCH = 500

WORDS_EN = (
    "training monitoring cities waste plastics inventory emissions water quality rivers coastal"
    " mangrove forest methane cooling buildings transport energy grid finance law guideline"
    " laboratory satellite data warning drought flood harbour school market compost sorting"
    " collection refrigerant census wetland species corridor survey pilot plant sludge smoke"
    " sensor permit audit ministry province village farmers women youth companies standard"
)
WORDS_JA = (
    "研修 監視 都市 廃棄物 プラスチック 目録 排出 水質 河川 沿岸 森林 メタン 冷房 建物 交通 送電網"
    " 資金 法律 指針 試験所 衛星 資料 警報 干ばつ 洪水 港湾 学校 市場 堆肥 分別 収集 冷媒 湿地 生物"
    " 回廊 調査 実証 工場 汚泥 煤煙 許可 監査 省庁 州 村落 農家 女性 若者 企業 標準"
)


@dataclass(frozen=True, slots=True)
class Size:
    """How many projects and reports, and how many pairs of projects wait or are judged."""

    projects: int = 2_000
    reports: int = 20_000
    pairs: int = 600


def fill(size: Size) -> None:
    """Add the rows of ``size`` to the installation of this process."""
    from django.db import transaction

    with transaction.atomic():
        _Maker(size).make()


class _Maker:
    """Makes table after table; the later ones name rows of the earlier ones."""

    def __init__(self, size: Size) -> None:
        from kyoso.hub.programme import selectors
        from kyoso.hub.programme.models import Activity, Programme

        self.size = size
        self.random = random.Random(SEED)  # noqa: S311 -- the same numbers every time, on purpose
        self.english, self.japanese = WORDS_EN.split(), WORDS_JA.split()
        self.now = datetime.now(UTC)
        self.space = Programme.objects.get(key="space")
        self.activities = list(Activity.objects.filter(programme=self.space).order_by("pk"))
        today = self.now.date()
        everybody = selectors.members(self.space, today)
        self.members = [one.code for one in everybody if not one.partner]

    def make(self) -> None:
        self.organisations = self._organisations()
        self.people = self._people()
        self._stances()
        self.projects = self._projects()
        self._parts()
        self._pairs()
        self._revisions()
        self._reports()

    # --- texts and choices --------------------------------------------------------------

    def _some(self, values: Sequence[Any], most: int) -> list[Any]:
        return self.random.sample(values, self.random.randint(1, most))

    def _text(self, words: int) -> Any:
        from kyoso.core.text import Text

        english = " ".join(self.random.choices(self.english, k=words)).capitalize()
        japanese = "の".join(self.random.choices(self.japanese, k=words))
        return Text(english, japanese)

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128), version=4)

    def _day(self, year: int) -> date:
        return date(year, 1, 1) + timedelta(days=self.random.randrange(360))

    # --- people -------------------------------------------------------------------------

    def _organisations(self) -> list[Any]:
        from kyoso.hub.accounts.enums import OrganisationKind
        from kyoso.hub.accounts.models import Organisation

        kinds = (OrganisationKind.MINISTRY, OrganisationKind.AGENCY, OrganisationKind.CITY)
        return _put(
            Organisation(name=self._text(4), abbreviation=f"B{number}", kind=kind, country=member)
            for number, (member, kind) in enumerate(product(self.members, [*kinds] * 6))
        )

    def _people(self) -> list[Any]:
        """For each member a person in each role that acts for it, and two of each other role."""
        from django.contrib.auth.hashers import make_password

        from kyoso.hub.accounts.enums import Role
        from kyoso.hub.accounts.models import Membership, User

        of_country = (Role.FOCAL_POINT, Role.SECTOR_MINISTRY)
        posts = [(role, member) for role in Role for member in self.members]
        users = _put(
            User(
                email=f"{role}-{member}@bench.example".lower(),
                display_name=f"{role} {member}",
                password=make_password(None),
            )
            for role, member in posts
        )
        home = {one.country: one for one in reversed(self.organisations)}
        scopes = [f"space/{one.key}" for one in self.activities]
        _put(
            Membership(
                user=user,
                organisation=home[member],
                role=role,
                country=member if role in of_country else "",
                scope=scopes[number % len(scopes)] if role == Role.ACTIVITY_LEAD else "",
                since=date(2024, 1, 1),
            )
            for number, (user, (role, member)) in enumerate(zip(users, posts, strict=True))
        )
        return users

    def _stances(self) -> None:
        from kyoso.hub.programme.enums import Level
        from kyoso.hub.programme.models import Participation
        from kyoso.hub.programme.participation.answers import RANKED

        def rows() -> Iterator[Any]:
            for member in self.members:
                ranks = iter(self.random.sample(range(1, 44), 43))
                for activity in self.activities:
                    level = self.random.choice(Level.values)
                    yield Participation(
                        programme=self.space,
                        activity=activity,
                        member=member,
                        level=level,
                        priority=next(ranks) if level in RANKED else None,
                        reason=self._text(12).en,
                        needs=self._text(20).en if level in RANKED else "",
                        focal_name=f"Person of {member}",
                        focal_organisation=f"Ministry of {member}",
                        since=date(2025, 1, 1),
                    )

        _put(rows())

    # --- projects -----------------------------------------------------------------------

    def _projects(self) -> list[Any]:
        from kyoso.hub.programme.models import Initiative
        from kyoso.hub.projects import initiatives
        from kyoso.hub.projects.enums import State
        from kyoso.hub.projects.models import Project

        new = Initiative.objects.get(relation=initiatives.NEW)
        states = [*[State.REGISTERED] * 7, State.COMPLETED, State.DRAFT, State.CANCELLED]

        def one() -> Any:
            state = self.random.choice(states)
            starts = self._day(2026)
            return Project(
                pk=self._uuid(),
                title=self._text(6),
                summary=self._text(60),
                state=state,
                initiative=new,
                lead=self.random.choice(self.organisations),
                starts=starts,
                ends=starts + timedelta(days=self.random.randrange(200, 1500)),
                registered_at=None if state == State.DRAFT else self.now - timedelta(days=90),
            )

        return _put(one() for _ in range(self.size.projects))

    def _revisions(self) -> None:
        """In every twentieth registered project a place waits to be added."""
        from kyoso.hub.projects.models import Edit, Revision

        there = [one for one in self.projects if one.state == "registered"][::20]
        waiting = _put(Revision(pk=self._uuid(), project=one, written_at=self.now) for one in there)
        _put(
            Edit(
                revision=one,
                sort="site",
                values={
                    "name": self._text(2).as_dict(),
                    "country": self.countries[one.project_id][0],
                },
                author_name="Agency",
                written_at=self.now,
            )
            for one in waiting
        )

    def _parts(self) -> None:
        """Links, sites, partners, milestones, money and results of every project."""
        from kyoso.hub.programme.models import Framework
        from kyoso.hub.projects import models
        from kyoso.hub.projects.enums import CrossCutting, PartnerRole

        frameworks = list(Framework.objects.order_by("pk"))
        currencies = ("USD", "JPY", "EUR", "SGD")
        self.countries = {one.pk: self._some(self.members, 3) for one in self.projects}
        self.served = {one.pk: self._some(self.activities, 3) for one in self.projects}
        chosen = self.projects
        _put(
            models.ProjectCountry(project=one, country=code)
            for one in chosen
            for code in self.countries[one.pk]
        )
        _put(
            models.ProjectActivity(project=one, activity=activity)
            for one in chosen
            for activity in self.served[one.pk]
        )
        _put(
            models.ProjectTag(project=one, framework=tag)
            for one in chosen
            for tag in self._some(frameworks, 3)
        )
        _put(
            models.ProjectTheme(project=one, theme=theme)
            for one in chosen
            for theme in self._some(CrossCutting.values, 2)
        )
        _put(
            models.Site(
                project=one,
                name=self._text(1),
                country=self.countries[one.pk][0],
                latitude=self.random.uniform(-10, 20),
                longitude=self.random.uniform(95, 140),
            )
            for one in chosen
            for _ in range(2)
        )
        _put(
            models.Partner(project=one, organisation=organisation, role=role)
            for one in chosen
            for organisation, role in zip(
                self._some(self.organisations, 3), PartnerRole, strict=False
            )
        )
        _put(
            models.Milestone(project=one, title=self._text(5), due=self._day(2027))
            for one in chosen
            for _ in range(3)
        )
        _put(
            models.Finance(
                project=one,
                kind=kind,
                source=self.random.choice(self.organisations),
                instrument="grant",
                sector="public",
                currency=self.random.choice(currencies),
                amount=Decimal(self.random.randrange(10_000, 10_000_000)),
                date=self._day(2026),
                reference=f"T{self.random.randrange(20 * len(chosen))}",
            )
            for one in chosen
            for kind in ("budget", "commitment", "disbursement")
        )
        self._results()

    def _results(self) -> None:
        from kyoso.hub.projects.models import Result, ResultIndicator, Target

        outcomes = _put(
            Result(project=one, level="outcome", title=self._text(8)) for one in self.projects
        )
        outputs = _put(
            Result(project=one.project, level="output", parent=one, title=self._text(8))
            for one in outcomes
        )
        self.indicators = _put(
            ResultIndicator(result=output, title=self._text(5), kind="quantitative", unit=unit)
            for output in outputs
            for unit in ("people", "t CO2e")
        )
        _put(
            Target(indicator=one, period=period, value=Decimal(self.random.randrange(10, 1000)))
            for one in self.indicators
            for period in ("2026", "2027")
        )

    def _pairs(self) -> None:
        """Pairs that the finder found: half of them are judged, each as something else."""
        from kyoso.hub.projects import likenesses
        from kyoso.hub.projects.models import Judgement, Pair, Project
        from kyoso.programme import overlap

        public = [one for one in self.projects if one.is_public and one.state != "cancelled"]
        both = {
            tuple(sorted(self.random.sample(public, 2), key=lambda one: one.pk.hex))
            for _ in range(self.size.pairs)
        }
        named = {one.pk for pair in both for one in pair}
        rows = likenesses.profiles(Project.objects.filter(registered_at__isnull=False))
        profiles = {one.key: one for one in rows if uuid.UUID(one.key) in named}

        def pair(number: int, first: Any, second: Any) -> Any:
            sides = (profiles[str(first.pk)], profiles[str(second.pk)])
            (found,) = overlap.compare(sides[0], [sides[1]], at_least=0.0)
            verdict = ("", "related", "", "same", "", "different")[number % 6]
            return Pair(
                first=first,
                second=second,
                score=round(found.score, 4),
                reasons=[reason.as_dict() for reason in found.reasons],
                compared_at=self.now,
                waiting=not verdict,
                verdict=verdict,
            )

        in_order = sorted(both, key=lambda pair: (pair[0].pk.hex, pair[1].pk.hex))
        pairs = _put(pair(number, *sides) for number, sides in enumerate(in_order))
        _put(
            Judgement(
                pair=one,
                verdict=one.verdict,
                reason="Looked at both.",
                judge_name="Judge",
                judged_at=self.now,
                score=one.score,
                reasons=one.reasons,
            )
            for one in pairs
            if one.verdict
        )

    # --- reports ------------------------------------------------------------------------

    def _reports(self) -> None:
        from kyoso.hub.progress.models import Report

        requirements = self._requirements()
        kept = requirements[: self.size.reports]
        latest = requirements[-1].round
        reports = _put(self._report(one, one.round == latest) for one in kept)
        again = [
            Report(
                pk=self._uuid(),
                requirement=one.requirement,
                revision=2,
                correction="A number was wrong.",
                state=one.state,
                narrative=one.narrative,
                submitted_at=one.submitted_at,
                accepted_at=one.accepted_at,
                published_at=one.published_at,
            )
            for one in [one for one in reports if one.is_published][
                : max(0, self.size.reports - len(kept))
            ]
        ]
        self._contents([*reports, *_put(again)])

    def _requirements(self) -> list[Any]:
        """By round: every member on every activity, then projects until the reports suffice."""
        from kyoso.core.text import same
        from kyoso.hub.progress.models import ReportingRound, Requirement

        first = self.now.year - ROUNDS + 1
        rounds = _put(
            ReportingRound(
                pk=self._uuid(),
                programme=self.space,
                title=same(f"Round {year}"),
                starts=date(year, 1, 1),
                ends=date(year, 12, 31),
                opens=date(year, 10, 1),
                due=date(year, 12, 1),
            )
            for year in range(first, first + ROUNDS)
        )
        cells = len(self.members) * len(self.activities)
        public = [one for one in self.projects if one.is_public]
        each = max(0, self.size.reports // ROUNDS - cells)

        def rows() -> Iterator[Any]:
            for one in rounds:
                for activity, member in product(self.activities, self.members):
                    yield Requirement(
                        pk=self._uuid(),
                        round=one,
                        activity=activity,
                        scope=f"space/{activity.key}",
                        member=member,
                    )
                for project in public[:each]:
                    yield Requirement(
                        pk=self._uuid(), round=one, project=project, organisation=project.lead
                    )

        return _put(rows())

    def _report(self, requirement: Any, latest: bool) -> Any:
        """Earlier rounds are published; in the latest every state occurs."""
        from kyoso.hub.progress.enums import State
        from kyoso.hub.progress.models import Report

        state = self.random.choice(State.values) if latest else State.PUBLISHED
        sent = self.now - timedelta(days=60)
        approved = state in (State.ACCEPTED, State.PUBLISHED)
        return Report(
            pk=self._uuid(),
            requirement=requirement,
            state=state,
            narrative=self._text(60).en,
            difficulties=self._text(20).en,
            needs=self._text(20).en,
            views=self._text(20).en,
            submitted_at=None if state == State.DRAFT else sent,
            accepted_at=sent if approved else None,
            published_at=sent if state == State.PUBLISHED else None,
            reasons={"narrative": "Please say more."} if state == State.RETURNED else {},
        )

    def _contents(self, reports: Sequence[Any]) -> None:
        from kyoso.hub.programme.models import ActivityBody
        from kyoso.hub.progress.models import Delivery, Finance, Milestone

        self._values(reports)
        _put(
            Milestone(report=one, position=0, name=self._text(4).en, reached=self._day(2026))
            for one in reports
        )
        _put(
            Finance(
                report=one,
                position=0,
                flow="disbursed",
                source="A fund",
                amount=Decimal(self.random.randrange(1_000, 100_000)),
                currency=self.random.choice(("USD", "JPY")),
            )
            for one in reports
        )
        bodies: dict[int, list[int]] = {}
        for link in ActivityBody.objects.order_by("pk"):
            bodies.setdefault(link.activity_id, []).append(link.body_id)
        _put(
            Delivery(report=one, body_id=body)
            for one in reports
            if one.is_approved
            for body in sorted({body for key in self._about(one) for body in bodies.get(key, [])})
        )

    def _about(self, report: Any) -> list[int]:
        owed = report.requirement
        if owed.activity_id is not None:
            return [owed.activity_id]
        return [one.pk for one in self.served[owed.project_id]]

    def _values(self, reports: Sequence[Any]) -> None:
        """What each report must answer: indicators of its activity, or of its project."""
        from kyoso.hub.programme.models import Indicator
        from kyoso.hub.progress.models import Value
        from kyoso.hub.progress.selectors import is_due

        due = [one for one in Indicator.objects.filter(programme=self.space) if is_due(one)]
        of_activity: dict[int, list[Any]] = {
            activity.pk: [one for one in due if one.activity_id == activity.pk]
            for activity in self.activities
        }
        of_project: dict[Any, list[Any]] = {}
        for one in self.indicators:
            of_project.setdefault(one.result.project_id, []).append(one)

        def rows() -> Iterator[Any]:
            for report in reports:
                owed = report.requirement
                for one in of_activity.get(owed.activity_id, []):
                    yield self._value(report, {"indicator": one}, one.unit.en)
                for one in of_project.get(owed.project_id, []):
                    yield self._value(report, {"result_indicator": one}, one.unit)

        _put(rows(), Value)

    def _value(self, report: Any, named: dict[str, Any], unit: str) -> Any:
        from kyoso.hub.progress.models import Value

        number = Decimal(self.random.randrange(1, 500))
        return Value(report=report, kind="number", number=number, unit=unit[:40], **named)


def _put(rows: Iterator[Any] | Sequence[Any], model: Any = None) -> list[Any]:
    """Save rows of one model; they know their numbers afterwards."""
    made = list(rows)
    if made:
        (model or type(made[0])).objects.bulk_create(made, batch_size=BATCH)
    return made
