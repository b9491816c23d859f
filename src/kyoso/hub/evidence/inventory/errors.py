"""Why something cannot be done in a state, and what can be done instead."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from kyoso.hub.evidence.inventory.models import Inventory
from kyoso.hub.record.errors import WrongStateError
from kyoso.hub.texts import language, say


def wrong_state(one: Inventory) -> WrongStateError:
    """The error for an act that does not fit the state of an inventory."""
    return WrongStateError(
        say("inventory.wrong.is", state=say(f"inventory.state.{one.state}")),
        where=f"{one._meta.label_lower}/{one.pk}",
        hint=say(f"inventory.wrong.{one.state}"),
    )


def wrong(key: str) -> WrongStateError:
    """The error of a key of ``inventory.wrong``, with its hint."""
    return WrongStateError(say(f"inventory.wrong.{key}"), hint=say(f"inventory.wrong.{key}_hint"))


def fault(field: str, key: str) -> ValidationError:
    """A fault of a field, in the language of the page."""
    return ValidationError({field: say(f"inventory.fault.{key}")[language()]})
