"""What other apps say on the page of a report, of the version that is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kyoso.hub.accounts.selectors import Viewer
from kyoso.hub.evidence.facilities.models import Report, Submission


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page: a template, and the ``said`` that it is made of."""

    template: str
    said: Mapping[str, Any]


Companion = Callable[[Viewer, Report, Submission], Part | None]

_known: list[Companion] = []


def accompany(companion: Companion) -> None:
    """Make an app known that has something to say of reports."""
    _known.append(companion)


def parts(viewer: Viewer, report: Report, version: Submission) -> Iterator[Part]:
    """What the apps say to a viewer of a version of a report."""
    for companion in _known:
        if (part := companion(viewer, report, version)) is not None:
            yield part
