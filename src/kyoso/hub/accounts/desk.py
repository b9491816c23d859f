"""What invitations put on a person's desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils import timezone

from kyoso.core.text import Text, same
from kyoso.hub.accounts import selectors
from kyoso.hub.accounts.models import Invitation, User
from kyoso.hub.texts import say
from kyoso.hub.waiting import Item, News, page
from kyoso.hub.writing import day


def items(user: User) -> Iterator[Item]:
    """The invitations that the person sent and nobody has accepted."""
    now = timezone.now()
    sent = selectors.open_invitations(user).filter(invited_by=user)
    for one in sent.order_by("expires_at", "pk"):
        expired = one.expires_at <= now
        yield Item(
            key=f"accounts.invitation/{one.pk}/{'expired' if expired else 'open'}",
            act=say("accounts.desk.renew" if expired else "accounts.desk.invited"),
            of=_name(one),
            to=page("accounts:invitation", one.pk),
            note=None if expired else say("accounts.desk.until", day=day(one.expires_at.date())),
            own=expired,
        )


def _name(one: Invitation) -> Text:
    return say(
        "accounts.desk.of",
        name=same(one.display_name),
        role=say(f"accounts.role.{one.role}"),
    )


def news() -> Sequence[News]:
    """Who accepted."""
    return (
        News(
            acts=("accounts.accepted",),
            seen=selectors.invitations_visible_to,
            of=lambda rows: {one.pk: _name(one) for one in rows},
            to=lambda one: page("accounts:invitation", one.pk),
        ),
    )
