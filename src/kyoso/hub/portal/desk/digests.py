"""Letters that tell a person what is new on their desk: each thing once, and only what they may open."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from smtplib import SMTPException
from typing import Generic, TypeVar

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation

from kyoso.core.text import Text, language_of, same
from kyoso.hub import writing
from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import active_on
from kyoso.hub.portal.desk import selectors
from kyoso.hub.portal.desk.enums import Digest
from kyoso.hub.portal.desk.models import Desk
from kyoso.hub.portal.desk.opening import opens
from kyoso.hub.portal.desk.selectors import Change
from kyoso.hub.texts import say
from kyoso.hub.waiting import Item, Page

logger = logging.getLogger(__name__)

LISTED = 20
"""So many things stand in one part of a letter."""
_PAUSE = {Digest.DAILY: timedelta(days=1), Digest.WEEKLY: timedelta(days=7)}
_Row = TypeVar("_Row", Item, Change)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter, and how far it tells."""

    subject: str
    body: str
    told: Sequence[str]
    until: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many letters were sent, and how many could not be."""

    sent: int
    failed: int


def is_due(desk: Desk, day: date) -> bool:
    """Whether a letter may go out on ``day``: a day or a week after the last one."""
    pause = _PAUSE.get(Digest(desk.digest))
    if pause is None:
        return False
    return desk.digest_on is None or day >= desk.digest_on + pause


def readers(day: date) -> Iterator[User]:
    """Everybody who acts in a role; the sample logins can receive no mail."""
    posts = active_on(day).values("user")
    yield from User.objects.filter(pk__in=posts, is_active=True, sample=False).order_by("pk")


def send_all(*, day: date) -> Outcome:
    """Write to everybody whose letter is due and for whom there is something new.

    Safe to repeat, and to run twice at once: who has been written to is written down first, and
    taken back where the letter could not be handed over.
    """
    sent = failed = 0
    for user in readers(day):
        desk, _ = Desk.objects.get_or_create(user=user)
        if not is_due(desk, day) or (letter := compose(user, desk)) is None:
            continue
        if not _claim(desk, letter, day):
            continue
        if _send(user, letter):
            sent += 1
        else:
            failed += 1
            Desk.objects.filter(pk=desk.pk).update(**_state(desk))
    return Outcome(sent, failed)


def _state(desk: Desk) -> dict[str, object]:
    return {"digest_on": desk.digest_on, "told": desk.told, "told_until": desk.told_until}


def _claim(desk: Desk, letter: Letter, day: date) -> bool:
    """Write down what the letter tells, unless another run has written to the person meanwhile."""
    same_as_read = Desk.objects.filter(
        pk=desk.pk, digest_on=desk.digest_on, told_until=desk.told_until
    )
    told = {"digest_on": day, "told": list(letter.told), "told_until": letter.until}
    return same_as_read.update(**told) == 1


def _send(user: User, letter: Letter) -> bool:
    with translation.override(user.language):
        options = _address(reverse("portal:desk_options"))
    message = EmailMessage(
        subject=letter.subject,
        body=letter.body,
        to=[user.email],
        headers={"Auto-Submitted": "auto-generated", "List-Unsubscribe": f"<{options}>"},
    )
    try:
        message.send()
    except (OSError, SMTPException):
        logger.exception("the digest for %s could not be sent", user.pk)
        return False
    return True


def _address(path: str) -> str:
    return f"{settings.KYOSO_URL.rstrip('/')}{path}"


# --- what stands in a letter ----------------------------------------------------------------


def compose(user: User, desk: Desk) -> Letter | None:
    """What is new on the desk as a letter in the person's language; ``None`` if nothing is.

    A thing to which the person has no way is left out, and told when there is one.
    """
    until = selectors.head()
    after = max((n for n in (desk.seen, desk.told_until) if n is not None), default=None)
    standing = [one for one in selectors.items(user) if one.own]
    known = set(desk.told) & {one.key for one in standing}
    fresh = [one for one in standing if one.key not in known]
    done = [one for one in selectors.changes(user, after=after) if one.number <= until]
    with translation.override(user.language):
        door = _Door(user)
        late = door.listed([one for one in fresh if one.late])
        waiting = door.listed([one for one in fresh if not one.late])
        changed = door.listed(done)
        parts = [
            _part("portal.desk.late", [_item(one) for one in late.shown], late.more),
            _part("portal.desk.waiting", [_item(one) for one in waiting.shown], waiting.more),
            _part("portal.desk.changed", [_change(one) for one in changed.shown], changed.more),
        ]
        written = [part for part in parts if part is not None]
        if not written:
            return None
        shut = {*late.shut, *waiting.shut}
        new = [one.key for one in fresh if one not in shut]
        spoken = language_of(user.language)
        return Letter(
            subject=_subject(len(new))[spoken],
            body=_body(user, written)[spoken],
            told=sorted(known | set(new)),
            until=until,
        )


@dataclass(frozen=True, slots=True)
class _Listed(Generic[_Row]):
    """What stands in a part, what does not open, and how much more there is."""

    shown: Sequence[_Row]
    shut: Sequence[_Row]
    more: int


class _Door:
    """Opens each page once, and no more pages than a letter names."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.known: dict[Page, bool] = {}

    def opens(self, page: Page) -> bool:
        if page not in self.known:
            self.known[page] = opens(page, self.user)
        return self.known[page]

    def listed(self, rows: Sequence[_Row]) -> _Listed[_Row]:
        shown: list[_Row] = []
        shut: list[_Row] = []
        for at, row in enumerate(rows):
            if len(shown) == LISTED:
                return _Listed(shown, shut, len(rows) - at)
            (shown if self.opens(row.to) else shut).append(row)
        return _Listed(shown, shut, 0)


def _subject(waiting: int) -> Text:
    return say("portal.desk.letter.subject" if waiting else "portal.desk.letter.only", n=waiting)


def _body(user: User, parts: Sequence[Text]) -> Text:
    return say(
        "portal.desk.letter.body",
        name=user.display_name,
        parts=_joined("\n\n", parts),
        desk=_address(reverse("portal:desk")),
        options=_address(reverse("portal:desk_options")),
    )


def _part(key: str, rows: Sequence[Text], more: int) -> Text | None:
    if not rows:
        return None
    return _joined("\n\n", [say(key), *rows, *([say("portal.desk.more", n=more)] if more else [])])


def _joined(between: str, texts: Sequence[Text]) -> Text:
    return Text(between.join(one.en for one in texts), between.join(one.ja for one in texts))


def _item(one: Item) -> Text:
    facts = []
    if one.late:
        facts.append(say("portal.desk.days_late", n=one.late))
    if one.due is not None:
        facts.append(say("portal.desk.due", day=writing.day(one.due)))
    if one.note is not None:
        facts.append(one.note)
    line = say("portal.desk.letter.line", act=one.act, of=one.of)
    return _joined("\n  ", [line, *facts, same(_address(one.to.path))])


def _change(one: Change) -> Text:
    line = say(
        "portal.desk.letter.change",
        day=writing.day(one.at.date()),
        who=one.who or "Kyoso",
        act=_word_of(one.act),
        of=one.of,
    )
    return _joined("\n  ", [line, same(_address(one.to.path))])


def _word_of(act: str) -> Text:
    app, _, name = act.partition(".")
    return say(f"{app}.acts.{name}")
