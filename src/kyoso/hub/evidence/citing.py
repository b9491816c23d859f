"""What rests on runs in other apps: whoever sees that, sees the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from kyoso.hub.evidence.models import Run


@dataclass(frozen=True, slots=True)
class Citing:
    """An app whose records rest on runs.

    ``runs`` answers the keys of the runs that a viewer sees for that reason, ``shows`` the same of
    one run.
    """

    runs: Callable[[Any], QuerySet[Any, Any]]
    shows: Callable[[Any, Run], bool]


_known: list[Citing] = []


def rest_on(citing: Citing) -> None:
    """Make an app known whose records rest on runs."""
    _known.append(citing)


def known() -> Iterator[Citing]:
    """All apps whose records rest on runs."""
    yield from _known
