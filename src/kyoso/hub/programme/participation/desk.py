"""What the answers of members put on a person's desk."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count
from django.utils import timezone

from kyoso.core.text import same
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.programme.models import Edition, Participation
from kyoso.hub.programme.participation import selectors
from kyoso.hub.programme.rules import is_sample
from kyoso.hub.programme.selectors import programmes
from kyoso.hub.texts import say
from kyoso.hub.waiting import Item, page
from kyoso.reference.countries import country


def items(user: User) -> Iterator[Item]:
    """The activities of each programme on which the person's country has not answered."""
    places = standing(user).countries(Role.FOCAL_POINT)
    if not places:
        return
    today = timezone.localdate()
    latest = list(_latest_editions().values())
    counted = Participation.objects.answered().filter(
        member__in=places, activity__texts__edition__in=[edition.pk for edition, _ in latest]
    )
    answered = {
        (member, programme): n
        for member, programme, n in counted.order_by()
        .values_list("member", "programme")
        .annotate(n=Count("activity", distinct=True))
    }
    for edition, all_of_it in latest:
        for code in sorted(places):
            left = all_of_it - answered.get((code, edition.programme_id), 0)
            if left > 0 and selectors.member_of(edition.programme, code, today) is not None:
                yield _item(edition, code, left)


def _latest_editions() -> dict[int, tuple[Edition, int]]:
    """Of each programme the latest edition, with how many activities it has."""
    editions = Edition.objects.filter(programme__in=programmes()).select_related("programme")
    counted = editions.annotate(n=Count("activities")).order_by("label")
    return {one.programme_id: (one, one.n) for one in counted}


def _item(edition: Edition, code: str, left: int) -> Item:
    place = country(code)
    return Item(
        key=f"programme.participation/{edition.pk}/{code}",
        act=say("programme.desk.answer"),
        of=say(
            "programme.desk.unanswered",
            programme=edition.programme.name,
            member=place.name if place else same(code),
            n=left,
        ),
        to=page("programme:answers", edition.programme.key, code),
        sample=is_sample(code),
    )
