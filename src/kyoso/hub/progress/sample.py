"""The sample round: made through the services, as people would make it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from kyoso.core.text import Text
from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.programme.models import Activity, Indicator, Programme
from kyoso.hub.progress import rounds, services, writing
from kyoso.hub.progress.enums import Flow, Part, ValueKind, WrittenIn
from kyoso.hub.progress.models import Report, ReportingRound, Requirement
from kyoso.hub.projects.enums import MeasureKind
from kyoso.hub.projects.enums import State as ProjectState
from kyoso.hub.projects.models import Project, ResultIndicator

_CITIES, _WARNING, _TRANSPARENCY = "1-2-4-1", "1-3-2", "1-1-1"


@transaction.atomic
def load() -> int:
    """Two rounds: one that is over, one that is open. Answers how many reports there are."""
    if not ReportingRound.objects.filter(sample=True).exists():
        today = timezone.localdate()
        _past(today)
        _present(today)
    return Report.objects.filter(requirement__round__sample=True).count()


def _user(name: str) -> User | None:
    """A sample login; where there is none, Kyoso itself acts."""
    return User.objects.filter(email=f"{name}@sample.example", sample=True).first()


def _activities() -> list[Activity]:
    keys = (_CITIES, _WARNING, _TRANSPARENCY)
    found = Activity.objects.filter(programme__key="space", key__in=keys)
    return list(found.select_related("programme"))


def _past(today: date) -> None:
    year = today.year - 1
    one = rounds.open_round(
        actor=_user("secretariat"),
        programme=Programme.objects.get(key="space"),
        title=Text(f"Sample round {year}", f"見本の報告期{year}年"),
        starts=date(year, 1, 1),
        ends=date(year, 12, 31),
        opens=today - timedelta(days=60),
        due=today - timedelta(days=20),
        sample=True,
    )
    rounds.require_of_participants(actor=_user("secretariat"), round=one, activities=_activities())
    _cities(one)
    _warning(one)
    _transparency(one, today)
    _project(one)


def _present(today: date) -> None:
    half = today.replace(month=1, day=1)
    one = rounds.open_round(
        actor=_user("secretariat"),
        programme=Programme.objects.get(key="space"),
        title=Text(f"Sample round {today.year}, first half", f"見本の報告期{today.year}年前半"),
        starts=half,
        ends=half.replace(month=6, day=30),
        opens=today - timedelta(days=5),
        due=today + timedelta(days=25),
        sample=True,
    )
    rounds.require_of_participants(actor=_user("secretariat"), round=one, activities=_activities())


def _owed(one: ReportingRound, key: str, member: str) -> Requirement | None:
    found = one.requirements.filter(activity__key=key, member=member, organisation=None)
    return found.select_related("round", "activity__programme").first()


def _cities(one: ReportingRound) -> None:
    """Two members and an agency, which disagree on a number; one report is still to be judged."""
    secretariat, second = _user("secretariat"), _user("secretariat2")
    partnerships = Indicator.objects.get(programme=one.programme, key="city-partnerships")

    def count(value: str) -> list[writing.Answer]:
        return [
            writing.Answer(
                indicator=partnerships,
                kind=ValueKind.NUMBER,
                number=Decimal(value),
                unit=partnerships.unit.en,
            )
        ]

    for member, actor, value, words, needs in (
        ("XAA", "focal-a", "3", "Three cities began to work together on street lighting.",
         "A guide in our own language."),
        ("XAB", "focal-b", "5", "Five partnerships met twice; two drew up a joint plan.", ""),
        ("XAC", "", "2", "Two cities exchanged staff.", "Travel funds for the second city."),
    ):  # fmt: skip
        owed = _owed(one, _CITIES, member)
        if owed is None:
            continue
        report = _written(owed, _user(actor), words, needs=needs)
        report = writing.write_values(
            report, actor=_user(actor), expected=report.version, answers=count(value)
        )
        report = services.submit(report, actor=_user(actor), expected=report.version)
        if member == "XAC":
            continue
        report = services.accept(report, actor=secretariat, expected=report.version)
        if member == "XAA":
            services.publish(report, actor=second, expected=report.version)
    _agency(one, count("4"))


def _agency(one: ReportingRound, answers: list[writing.Answer]) -> None:
    actor = _user("agency-a")
    agency = Organisation.objects.filter(sample=True, memberships__user=actor).first()
    if actor is None or agency is None:
        return
    owed = rounds.require(
        actor=_user("secretariat"),
        round=one,
        activity=Activity.objects.select_related("programme").get(
            programme=one.programme, key=_CITIES
        ),
        member="XAA",
        organisation=agency,
    )
    report = _written(owed, actor, "We count a fourth partnership, which is not signed yet.")
    report = writing.write_values(report, actor=actor, expected=report.version, answers=answers)
    report = writing.write_finance(
        report,
        actor=actor,
        expected=report.version,
        sums=[
            writing.Sum(
                flow=Flow.DISBURSED,
                source="Sample city fund",
                amount=Decimal("12500.50"),
                currency="USD",
            )
        ],
    )
    report = services.submit(report, actor=actor, expected=report.version)
    report = services.accept(report, actor=_user("secretariat"), expected=report.version)
    services.publish(report, actor=_user("secretariat2"), expected=report.version)


def _warning(one: ReportingRound) -> None:
    """A report without a value that says why, and one that was returned with its reasons."""
    members = Indicator.objects.get(programme=one.programme, key="cover-members")
    owed = _owed(one, _WARNING, "XAB")
    if owed is not None:
        actor = _user("focal-b")
        report = _written(owed, actor, "The warning centre moved; its network is being rebuilt.")
        report = writing.write_values(
            report,
            actor=actor,
            expected=report.version,
            answers=[
                writing.Answer(
                    indicator=members,
                    kind=ValueKind.NOT_AVAILABLE,
                    statement="The survey of districts ends next year.",
                )
            ],
        )
        report = services.submit(report, actor=actor, expected=report.version)
        report = services.accept(report, actor=_user("secretariat"), expected=report.version)
        services.publish(report, actor=_user("secretariat2"), expected=report.version)
    owed = _owed(one, _WARNING, "XAA")
    if owed is not None:
        actor = _user("focal-a")
        report = _written(owed, actor, "Sirens were installed.")
        report = services.submit(report, actor=actor, expected=report.version)
        services.send_back(
            report,
            actor=_user("secretariat"),
            expected=report.version,
            reasons={
                "narrative": "Please say in how many districts.",
                "values": "The indicator has no answer.",
            },
        )


def _transparency(one: ReportingRound, today: date) -> None:
    """A report in two languages that the activity lead has to judge, a draft, a day put off."""
    owed = _owed(one, _TRANSPARENCY, "XAA")
    if owed is not None:
        actor = _user("focal-a")
        words = "Twelve operators sent their first reports."
        report = services.begin(owed, actor=actor)
        texts = {Part.NARRATIVE: words, Part.VIEWS: "The activity should cover smaller plants."}
        for translation, narrative in (
            ("12の事業者が初めて報告した。", words),
            ("12の事業者が初めて報告した。", f"{words} Two were returned."),
        ):
            report = writing.write_texts(
                report,
                actor=actor,
                expected=report.version,
                written_in=WrittenIn.EN,
                texts=texts | {Part.NARRATIVE: narrative},
                translation_language="ja",
                translations={Part.NARRATIVE: translation},
            )
        report = writing.write_milestones(
            report,
            actor=actor,
            expected=report.version,
            reached=[("First reports received", one.ends, None)],
        )
        services.submit(report, actor=actor, expected=report.version)
    owed = _owed(one, _TRANSPARENCY, "XAB")
    if owed is not None:
        _written(owed, _user("focal-b"), "Draft: a law on reporting is before parliament.")
    owed = _owed(one, _TRANSPARENCY, "XAD")
    if owed is not None:
        rounds.put_off(
            owed,
            actor=_user("secretariat"),
            expected=owed.version,
            due=today + timedelta(days=10),
            why="A new focal point took office.",
        )


def _project(one: ReportingRound) -> None:
    """A project that says what its own indicators and milestones have come to."""
    actor = _user("agency-a")
    project = (
        Project.objects.filter(
            sample=True, state=ProjectState.REGISTERED, lead__memberships__user=actor
        )
        .order_by("registered_at", "pk")
        .first()
    )
    if actor is None or project is None:
        return
    owed = rounds.require_of_project(actor=_user("secretariat"), round=one, project=project)
    report = _written(owed, actor, "The first course was held; the pilot has begun.")
    measured = ResultIndicator.objects.filter(
        result__project=project, kind=MeasureKind.QUANTITATIVE
    )
    report = writing.write_values(
        report,
        actor=actor,
        expected=report.version,
        answers=[
            writing.Answer(
                result_indicator=indicator,
                kind=ValueKind.NUMBER,
                number=Decimal(40),
                unit=indicator.unit,
            )
            for indicator in measured
        ],
    )
    report = writing.write_milestones(
        report,
        actor=actor,
        expected=report.version,
        reached=[
            (planned.title.en, planned.done, planned)
            for planned in project.milestones.all()
            if planned.done is not None
        ],
    )
    report = services.submit(report, actor=actor, expected=report.version)
    report = services.accept(report, actor=_user("secretariat"), expected=report.version)
    services.publish(report, actor=_user("secretariat2"), expected=report.version)


def _written(owed: Requirement, actor: User | None, words: str, *, needs: str = "") -> Report:
    report = services.begin(owed, actor=actor)
    return writing.write_texts(
        report,
        actor=actor,
        expected=report.version,
        written_in=WrittenIn.EN,
        texts={Part.NARRATIVE: words, Part.NEEDS: needs},
    )
