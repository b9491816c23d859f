"""What is read about the answers of members. Every function issues a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q
from django.utils import timezone

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import Viewer, active_on, standing
from kyoso.hub.programme.enums import Level
from kyoso.hub.programme.models import ActivityText, Edition, Participation, Programme
from kyoso.hub.programme.participation.answers import NO_REPLY, Answer
from kyoso.hub.programme.rules import is_sample
from kyoso.hub.programme.selectors import Member, members, sample_members
from kyoso.hub.record.models import Event
from kyoso.reference.countries import countries

DETAILS = "programme.view_stance_details"
"""The permission to read more of an answer than its level."""
CREATED = "programme.stance_recorded"


def contacts(member: str, day: date | None = None) -> list[User]:
    """The people who act for a country, by name: who can be named as its focal point."""
    posts = active_on(day or timezone.localdate()).filter(country=member)
    people = User.objects.filter(pk__in=posts.values("user"), is_active=True)
    return list(people.order_by("display_name", "pk"))


def stances(programme: Programme, member: str) -> dict[int, Participation]:
    """The rows of a member by activity, those of withdrawn answers included."""
    found = Participation.objects.filter(programme=programme, member=member)
    return {row.activity_id: row for row in found.select_related("focal_point")}


def stances_on(text: ActivityText) -> dict[str, Participation]:
    """The answers on an activity by member."""
    found = Participation.objects.answered().filter(activity=text.activity_id)
    return {row.member: row for row in found.select_related("focal_point")}


def answers_at(versions: Mapping[Participation, int]) -> dict[int, Answer]:
    """The answers of some rows as they were at a version, by activity: the log undone backward."""
    keys = [str(row.pk) for row in versions]
    events: dict[str, list[Event]] = {}
    kind = Participation._meta.label_lower
    for event in Event.objects.filter(kind=kind, key__in=keys).order_by("-number"):
        events.setdefault(event.key, []).append(event)
    return {
        row.activity_id: _undone(row, events.get(str(row.pk), [])[: max(0, row.version - seen)])
        for row, seen in versions.items()
    }


def _undone(row: Participation, events: Sequence[Event]) -> Answer:
    data = row.answer.as_dict()
    for event in events:
        if event.act == CREATED:
            return NO_REPLY
        data |= {name: before for name, (before, _) in event.data.get("changes", {}).items()}
    return Answer.from_dict(data)


def member_of(programme: Programme, code: str, day: date) -> Member | None:
    """A country that may answer: a member or partner on ``day``, or a sample country."""
    if is_sample(code):
        return Member(place=countries()[code], sample=True)
    return next((one for one in members(programme, day) if one.code == code), None)


def answering(viewer: Viewer) -> frozenset[str]:
    """The countries for which somebody answers as their focal point."""
    return standing(viewer).countries(Role.FOCAL_POINT)


def sees_details(viewer: Viewer) -> bool:
    """Whether somebody reads more of an answer than its level."""
    return viewer is not None and bool(viewer.has_perm(DETAILS, Participation()))


def columns(programme: Programme, day: date) -> list[Member]:
    """Everyone who has a column on the wall."""
    return [*sample_members(), *members(programme, day)]


# --- where demand has no supply -----------------------------------------------------------


@dataclass(slots=True)
class Demand:
    """Who wants an activity, who needs something of it, and who could supply that.

    ``projects`` are those registered under it.
    """

    text: ActivityText
    wanted: list[tuple[Member, Level]] = field(default_factory=list)
    needs: list[tuple[Member, str]] = field(default_factory=list)
    leads: list[Member] = field(default_factory=list)
    partners: list[Member] = field(default_factory=list)
    projects: int = 0

    @property
    def lacks_lead(self) -> bool:
        """Members want it or need something of it, and nobody leads it."""
        return bool(self.wanted or self.needs) and not self.leads

    @property
    def lacks_supply(self) -> bool:
        """Needs are stated, and there is no lead, no partner and no project."""
        return bool(self.needs) and not (self.leads or self.partners or self.projects)


def demands(edition: Edition, day: date, *, sample: bool) -> list[Demand]:
    """Each activity of an edition with its demand and supply.

    The sample countries are looked at by themselves: one that leads would hide that no member
    does.
    """
    who = [one for one in columns(edition.programme, day) if one.sample is sample]
    rows = _by_activity(edition, who, sample=sample)
    projects = _projects(edition, sample=sample)
    found = []
    for text in edition.activities.select_related("pillar", "section"):
        one = Demand(text, projects=projects.get(text.activity_id, 0))
        for member, stance in rows.get(text.activity_id, ()):
            _count(one, member, stance)
        found.append(one)
    return found


def _by_activity(
    edition: Edition, who: Sequence[Member], *, sample: bool
) -> Mapping[int, list[tuple[Member, Participation]]]:
    by_code = {one.code: one for one in who}
    found: dict[int, list[tuple[Member, Participation]]] = {}
    answered = Participation.objects.answered().filter(programme=edition.programme_id)
    for row in answered.filter(sample=sample).order_by("activity", "member"):
        if row.member in by_code:
            found.setdefault(row.activity_id, []).append((by_code[row.member], row))
    return found


def _count(one: Demand, member: Member, stance: Participation) -> None:
    level = Level(stance.level)
    if level is Level.LEAD:
        one.leads.append(member)
    elif member.partner and level is Level.PARTICIPATE:
        one.partners.append(member)
    elif level in (Level.PARTICIPATE, Level.INTERESTED):
        one.wanted.append((member, level))
    if stance.needs:
        one.needs.append((member, stance.needs))


def _projects(edition: Edition, *, sample: bool) -> dict[int, int]:
    """How many registered projects each activity has."""
    public = Q(
        activity__projects__project__registered_at__isnull=False,
        activity__projects__project__sample=sample,
    )
    counted = edition.activities.annotate(n=Count("activity__projects", filter=public))
    return dict(counted.filter(n__gt=0).values_list("activity_id", "n"))
