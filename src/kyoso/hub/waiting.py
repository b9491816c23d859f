"""What an app tells a person: what waits for them, what is due, what was done.

An app has a module ``desk`` with any of ``items(user)``, ``dues(user, since, until)`` (two days) and
``news()``; nobody names it. Each issues a fixed number of queries, and names only what the person may open.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from kyoso.core.text import Text
from kyoso.hub.accounts.models import User


@dataclass(frozen=True, slots=True)
class Page:
    """A page by the name of its address, so that it can be opened in either language."""

    view: str
    args: tuple[Any, ...] = ()

    @property
    def path(self) -> str:
        """Where it stands in the language that is spoken now."""
        return reverse(self.view, args=self.args)


def page(view: str, *args: Any) -> Page:
    """The page of an address and what stands in it.

    >>> page("progress:report", 7).args
    (7,)
    """
    return Page(view, args)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that waits.

    ``key`` names the thing and the stage it is in: at another stage it is told anew. ``act`` says
    what is to be done and ``of`` with what. ``to`` is where it is done; where it takes no more
    than a button, ``press`` is the address of the button. ``late`` counts days, and what is
    ``escalated`` is so late that it concerns others too. What others must do is not ``own``.
    """

    key: str
    act: Text
    of: Text
    to: Page
    press: Page | None = None
    due: date | None = None
    late: int = 0
    escalated: bool = False
    note: Text | None = None
    own: bool = True
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A day in a person's calendar.

    ``key`` stays the same for as long as the thing lives; ``revision`` grows when it changes.
    """

    key: str
    act: Text
    of: Text
    day: date
    to: Page
    revision: int = 0
    cancelled: bool = False
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Acts of the log that are told to who sees the record, and may know of these acts.

    ``seen`` answers the records on which the acts are no secret to a person, with what ``of``
    reads. ``of`` names all records at once, so that it may ask for what they have in common.
    """

    acts: Collection[str]
    seen: Callable[[User], QuerySet[Any]]
    of: Callable[[Sequence[Any]], Mapping[Any, Text]]
    to: Callable[[Any], Page]
