"""Why something cannot be done, and what can be done instead."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from kyoso.hub.record.errors import WrongStateError
from kyoso.hub.texts import language, say


def wrong(key: str) -> WrongStateError:
    """The error of a key of ``verification.wrong``, with its hint."""
    return WrongStateError(
        say(f"verification.wrong.{key}"), hint=say(f"verification.wrong.{key}_hint")
    )


def fault(field: str, key: str) -> ValidationError:
    """A fault of a field, in the language of the page."""
    return ValidationError({field: say(f"verification.fault.{key}")[language()]})
