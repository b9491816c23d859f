"""What statements put on a person's desk."""

from __future__ import annotations

from collections.abc import Iterator

from kyoso.core.text import Text
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence.ndc import selectors
from kyoso.hub.evidence.ndc.enums import State
from kyoso.hub.evidence.ndc.models import Statement
from kyoso.hub.texts import say
from kyoso.hub.waiting import Item, page

MOST = 60
"""So many are looked at."""


def items(user: User) -> Iterator[Item]:
    """What others of one's country submitted, and what came back to its authors."""
    countries = selectors.own(user)
    if not countries:
        return
    waiting = Statement.objects.filter(
        country__in=countries, state__in=(State.SUBMITTED, State.RETURNED)
    )
    for one in waiting.order_by("submitted_at", "pk")[:MOST]:
        is_author = user.pk in one.authors
        if is_author is (one.state == State.RETURNED):
            yield Item(
                key=f"ndc/statement/{one.pk}/{one.state}/{one.version}",
                act=say(f"ndc.desk.{one.state}"),
                of=say("ndc.desk.of", kind=say(f"ndc.kind.{one.kind}"), name=one.title),
                to=page("ndc:statement", one.pk),
                note=_reason(one),
                sample=one.sample,
            )


def _reason(one: Statement) -> Text | None:
    because = one.reason if one.state == State.RETURNED else ""
    return say("ndc.desk.because", why=because) if because else None
