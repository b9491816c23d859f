"""What is on public record, list by list: what a country reported, and whether it is verified.

An app has a module ``reported`` with ``listings()``; nobody names it. The page that gathers them,
the home page, the page of a country and that of an activity are made of what they answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Count, Model, QuerySet
from django.urls import reverse

from kyoso.core.text import Text
from kyoso.hub.record import visibility
from kyoso.hub.texts import say
from kyoso.methods import registry

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What stands on record of a country in a list, and the page where it is read.

    ``mark`` is ``passed`` or ``look`` where it says how far what is reported was verified.
    """

    text: Text
    view: str
    args: tuple[Any, ...] = ()
    asked: Mapping[str, str] | None = None
    mark: str = ""

    @property
    def path(self) -> str:
        """Where it is read, in the language that is spoken now."""
        query = f"?{urlencode(self.asked)}" if self.asked else ""
        return reverse(self.view, args=self.args) + query


Speaker = Callable[[Collection[str] | None], Mapping[str, Said]]
"""By the codes of countries what is on record; of all countries where none are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list of public records. ``method`` is what they rest on, and so whose activities it serves.

    ``head`` says in few words what ``said`` tells; ``said`` issues a fixed number of queries,
    however many countries there are.
    """

    head: Text
    title: Text
    about: Text
    view: str
    method: str
    said: Speaker
    order: int

    @property
    def path(self) -> str:
        """The page of the list, in the language that is spoken now."""
        return reverse(self.view)

    @property
    def activities(self) -> Collection[str]:
        """The codes of the activities that it serves."""
        return registry.methods()[self.method].activities


def listing(name: str, texts: str, *, view: str, method: str, said: Speaker, order: int) -> Listing:
    """A list whose title and lede are ``texts``; ``name`` is that of its head on the portal."""
    return Listing(
        head=say(f"portal.reported.head.{name}"),
        title=say(f"{texts}.title"),
        about=say(f"{texts}.lede"),
        view=view,
        method=method,
        said=said,
        order=order,
    )


def among(
    found: QuerySet[Row], codes: Collection[str] | None, country: str = "country"
) -> QuerySet[Row]:
    """The rows of some countries, or of all where none are named."""
    return found if codes is None else found.filter(**{f"{country}__in": codes})


def counted(
    found: QuerySet[Row],
    codes: Collection[str] | None,
    tell: Callable[..., Said],
    *,
    by: Sequence[str] = ("country",),
    **counts: Count,
) -> Mapping[str, Said]:
    """What is told of each country's rows, grouped by the fields ``by``: the last group tells.

    The first of the fields is the country; ``tell`` gets the fields and then the ``counts``.
    """
    rows = among(found, codes, by[0]).order_by(*by).values_list(*by).annotate(**counts)
    return {row[0]: tell(*row) for row in rows}


@cache
def _apps() -> tuple[ModuleType, ...]:
    return tuple(visibility.modules("reported"))


def listings() -> list[Listing]:
    """All lists, from the facility to the country's target."""
    found = (one for app in _apps() for one in app.listings())
    return sorted(found, key=lambda one: one.order)


def serving(code: str) -> list[Listing]:
    """The lists that serve an activity."""
    return [one for one in listings() if code in one.activities]


def of_country(code: str) -> list[tuple[Listing, Said | None]]:
    """What stands on record of a country, list by list; nothing where it has not reported."""
    return [(one, one.said([code]).get(code)) for one in listings()]
