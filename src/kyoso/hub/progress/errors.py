"""Why something cannot be done to a report in its state, and what can be done instead."""

from __future__ import annotations

from kyoso.hub.progress.models import Report
from kyoso.hub.record.errors import WrongStateError
from kyoso.hub.texts import say


def wrong_state(report: Report) -> WrongStateError:
    """The error for an act that does not fit the state of ``report``."""
    return WrongStateError(
        say("progress.wrong.is", state=say(f"progress.state.{report.state}")),
        where=f"progress.report/{report.pk}",
        hint=say(f"progress.wrong.{report.state}"),
    )


def not_open() -> WrongStateError:
    """The error for a report that is begun before its round opens, or is not owed any more."""
    return WrongStateError(say("progress.wrong.not_open"), hint=say("progress.wrong.not_open_hint"))
