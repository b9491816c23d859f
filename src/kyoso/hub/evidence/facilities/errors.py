"""Why something cannot be done in a state, and what can be done instead."""

from __future__ import annotations

from kyoso.hub.evidence.facilities.models import Plan, Submission
from kyoso.hub.record.errors import WrongStateError
from kyoso.hub.texts import say


def wrong_state(one: Plan | Submission) -> WrongStateError:
    """The error for an act that does not fit the state of a plan or a submission."""
    return WrongStateError(
        say("facilities.wrong.is", state=say(f"facilities.state.{one.state}")),
        where=f"{one._meta.label_lower}/{one.pk}",
        hint=say(f"facilities.wrong.{one.state}"),
    )


def wrong(key: str) -> WrongStateError:
    """The error of a key of ``facilities.wrong``, with its hint."""
    return WrongStateError(say(f"facilities.wrong.{key}"), hint=say(f"facilities.wrong.{key}_hint"))
