"""Why something cannot be done in a state, and what can be done instead."""

from __future__ import annotations

from kyoso.hub.evidence.ndc.models import Statement
from kyoso.hub.record.errors import WrongStateError
from kyoso.hub.texts import say


def wrong_state(one: Statement) -> WrongStateError:
    """The error for an act that does not fit the state of a statement."""
    return WrongStateError(
        say("ndc.wrong.is", state=say(f"ndc.state.{one.state}")),
        where=f"{one._meta.label_lower}/{one.pk}",
        hint=say(f"ndc.wrong.{one.state}"),
    )
