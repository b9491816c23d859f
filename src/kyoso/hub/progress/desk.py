"""What rounds and reports put on a person's desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from kyoso.core.text import Text
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.programme.models import ActivityText
from kyoso.hub.progress import owing, rules, selectors, showing
from kyoso.hub.progress.clock import days_late
from kyoso.hub.progress.enums import OPEN, Clock, State, Step
from kyoso.hub.progress.models import Delivery, Report, Requirement
from kyoso.hub.texts import say
from kyoso.hub.waiting import Due, Item, News, page

MOST = 60
"""So many of each sort are looked at; the pages of the rounds have them all."""
_NAMED_BY = ("member", "activity", "project__title")
_ROUND = ("round__due", "round__version", "round__sample")
_PLACED_BY = ("scope", "round__sample")
_JUDGED = ("state", "version", "authors", "submitted_at")
_ACTIVITIES = "requirement__project__activities__activity__programme"


def items(user: User) -> Iterator[Item]:
    """Reports to write, to judge, to publish; those of others that are late."""
    today = timezone.localdate()
    own = owing.own_open(user, today)
    judged = _to_judge(user)
    late = _late_of_others(user, today, {one.requirement.pk for one in own})
    names = _names([*(one.requirement for one in own), *(r.requirement for r in judged), *late])
    for one in own:
        yield _to_write(one, names[one.requirement.pk])
    for report in judged:
        yield _to_review(report, names[report.requirement_id])
    for requirement in late:
        yield _to_follow(requirement, names[requirement.pk], today, user)


def _names(requirements: Sequence[Requirement]) -> dict[Any, Text]:
    """What each is about; an activity as the latest edition words it."""
    activities = {one.activity_id for one in requirements if one.activity_id is not None}
    worded = ActivityText.objects.filter(activity__in=activities).order_by("edition__label")
    texts = {text.activity_id: text for text in worded.only("activity", "code", "title")}
    return {
        one.pk: showing.subject_of(one, texts.get(one.activity_id or 0)) for one in requirements
    }


def _to_write(one: owing.Owed, name: Text) -> Item:
    requirement, report = one.requirement, one.report
    state = "begin" if report is None else str(report.state)
    to = (
        page("progress:rounds") if report is None else page("progress:write", report.pk, Step.TEXTS)
    )
    stage = f"{state}/{report.version}" if report and report.state == State.RETURNED else state
    clock = one.clock if one.clock in (Clock.OVERDUE, Clock.ESCALATED) else ""
    return Item(
        key=f"progress/{requirement.pk}/{stage}/{clock}",
        act=say(f"progress.desk.{state}"),
        of=name,
        to=to,
        press=page("progress:begin", requirement.pk) if report is None else None,
        due=requirement.due_on,
        late=one.late,
        escalated=one.clock == Clock.ESCALATED,
        note=_reasons(report),
        sample=requirement.round.sample,
    )


def _reasons(report: owing.Filed | None) -> Text | None:
    if report is None or report.state != State.RETURNED:
        return None
    given = _after_another(str(words).strip() for words in report.reasons.values())
    return say("progress.desk.because", why=given) if given else None


def _after_another(sentences: Iterable[str]) -> str:
    """Sentences one after the other; a semicolon stands after what ends without a mark."""
    joined = ""
    for sentence in sentences:
        between = " " if joined.endswith(_ENDS) else "; "
        joined = f"{joined}{between}{sentence}" if joined else sentence
    return joined


_ENDS = (".", "!", "?", "…", "。", "！", "？")


def _to_judge(user: User) -> list[Report]:
    """Submitted reports that the person may judge, and accepted ones that they may publish."""
    if not standing(user).has(Role.SECRETARIAT, Role.ACTIVITY_LEAD):
        return []
    judged_by = () if standing(user).has(Role.SECRETARIAT) else (_ACTIVITIES,)
    found = (
        selectors.visible_to(user)
        .filter(state__in=(State.SUBMITTED, State.ACCEPTED))
        .select_related("requirement__round", "requirement__project")
        .prefetch_related(*judged_by)
        .only(*_JUDGED, *(f"requirement__{name}" for name in (*_NAMED_BY, *_PLACED_BY)))
        .order_by("submitted_at", "pk")
    )[:MOST]
    return [one for one in found if user.has_perm(_asks(one), one)]


def _asks(report: Report) -> str:
    submitted = report.state == State.SUBMITTED
    return "progress.review_report" if submitted else "progress.publish_report"


def _to_review(report: Report, name: Text) -> Item:
    submitted = report.state == State.SUBMITTED
    return Item(
        key=f"progress/{report.pk}/{report.state}/{report.version}",
        act=say("progress.desk.review" if submitted else "progress.desk.publish"),
        of=name,
        to=page("progress:review" if submitted else "progress:report", report.pk),
        sample=report.requirement.round.sample,
    )


def _late_of_others(user: User, today: date, own: set[Any]) -> list[Requirement]:
    """What concerns the person, is late, and is not theirs to write; longest late first."""
    handed_in = Report.objects.filter(requirement=OuterRef("pk")).exclude(state__in=OPEN)
    found = (
        selectors.concerning(user)
        .filter(Q(due__lt=today) | Q(due=None, round__due__lt=today), waived=False)
        .exclude(Exists(handed_in))
        .exclude(pk__in=own)
        .order_by("round__due", "scope", "member", "pk")
    )
    return list(owing.named(found)[:MOST])


def _to_follow(one: Requirement, name: Text, today: date, user: User) -> Item:
    late = days_late(day=today, due=one.due_on)
    escalated = late > one.round.escalates_after
    return Item(
        key=f"progress/{one.pk}/follow/{escalated}",
        act=say("progress.desk.follow" if escalated else "progress.desk.missing"),
        of=name,
        to=page("progress:round", one.round_id),
        due=one.due_on,
        late=late,
        escalated=escalated,
        own=escalated and standing(user).has(Role.SECRETARIAT),
        sample=one.round.sample,
    )


# --- days -----------------------------------------------------------------------------------


def dues(user: User, since: date, until: date) -> Iterator[Due]:
    """When the person's own reports are due, and for who keeps the rounds when these are."""
    found = standing(user)
    own = Q(organisation__in=found.organisations(rules.WRITING)) | Q(
        organisation=None, member__in=found.countries(*rules.OF_A_COUNTRY)
    )
    handed_in = Report.objects.filter(requirement=OuterRef("pk")).exclude(state__in=OPEN)
    requirements = list(
        Requirement.objects.filter(own)
        .filter(Q(due__range=(since, until)) | Q(due=None, round__due__range=(since, until)))
        .exclude(Exists(handed_in))
        .select_related("round", "project")
        .only("activity", "member", "version", "due", "waived", "project__title", *_ROUND)
    )
    names = _names(requirements)
    for one in requirements:
        yield Due(
            key=f"progress.requirement/{one.pk}",
            act=say("progress.desk.due"),
            of=names[one.pk],
            day=one.due_on,
            to=page("progress:rounds"),
            revision=one.version + one.round.version - 2,
            cancelled=one.waived,
            sample=one.round.sample,
        )
    if found.has(Role.SECRETARIAT, Role.ACTIVITY_LEAD):
        yield from _of_rounds(since, until, user)


def _of_rounds(since: date, until: date, user: User) -> Iterator[Due]:
    for one in selectors.rounds_visible_to(user).filter(due__range=(since, until)):
        yield Due(
            key=f"progress.round/{one.pk}",
            act=say("progress.desk.round_due"),
            of=one.title,
            day=one.due,
            to=page("progress:round", one.pk),
            revision=one.version - 1,
            sample=one.sample,
        )


# --- what was done --------------------------------------------------------------------------


def news() -> Sequence[News]:
    """Rounds are told to all, the way of a report to those whose it is, the rest to its readers."""
    return (
        News(
            acts=("progress.round_opened", "progress.round_changed"),
            seen=selectors.rounds_visible_to,
            of=lambda rows: {one.pk: one.title for one in rows},
            to=lambda one: page("progress:round", one.pk),
        ),
        News(
            acts=("progress.submitted", "progress.returned"),
            seen=_followed,
            of=_names_of_reports,
            to=lambda one: page("progress:report", one.pk),
        ),
        News(
            acts=("progress.accepted",),
            seen=_approved,
            of=_names_of_reports,
            to=lambda one: page("progress:report", one.pk),
        ),
        News(
            acts=("progress.published",),
            seen=lambda user: _with(selectors.visible_to(user)),
            of=_names_of_reports,
            to=lambda one: page("progress:report", one.pk),
        ),
        News(
            acts=("progress.routed",),
            seen=lambda user: (
                selectors.deliveries_visible_to(user)
                .select_related("body", "report__requirement__project")
                .only(
                    "body__key",
                    "body__name",
                    *(f"report__requirement__{name}" for name in _NAMED_BY),
                )
            ),
            of=_names_of_deliveries,
            to=lambda one: page("progress:reading_list", one.body.key),
        ),
    )


def _with(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Reports with no more than what names them."""
    return reports.select_related("requirement__project").only(
        *(f"requirement__{name}" for name in _NAMED_BY)
    )


def _followed(user: User) -> QuerySet[Report]:
    """The reports whose way a person may know: their own, those they lead or oversee."""
    return _with(selectors.visible_to(user).filter(selectors.concerns(user, "requirement__")))


def _approved(user: User) -> QuerySet[Report]:
    """The same, and what was sent to the person's bodies."""
    sent = selectors.deliveries_visible_to(user).values("report")
    concerned = selectors.concerns(user, "requirement__")
    if not concerned:
        return _with(selectors.visible_to(user))
    return _with(selectors.visible_to(user).filter(concerned | Q(pk__in=sent)))


def _names_of_reports(reports: Sequence[Report]) -> dict[Any, Text]:
    names = _names([one.requirement for one in reports])
    return {one.pk: names[one.requirement_id] for one in reports}


def _names_of_deliveries(rows: Sequence[Delivery]) -> dict[Any, Text]:
    names = _names([one.report.requirement for one in rows])
    return {
        one.pk: say(
            "progress.desk.sent_to", subject=names[one.report.requirement_id], body=one.body.name
        )
        for one in rows
    }
