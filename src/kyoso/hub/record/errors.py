"""What an act may be refused for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied

from kyoso.core.errors import KyosoError
from kyoso.core.text import Text


class ConflictError(KyosoError):
    """Somebody else changed the record meanwhile.

    ``current`` is the record as it is now, ``yours`` are the values that were not saved.
    ``theirs`` are those that stand there instead, where they are not fields of the record.
    ``told_in`` is the record whose history tells of the change, where it is another one.
    """

    code = "conflict"

    def __init__(
        self,
        current: Any,
        yours: Mapping[str, Any],
        theirs: Mapping[str, Any] | None = None,
        *,
        told_in: Any = None,
    ) -> None:
        self.current = current
        self.told_in = told_in
        self.yours = dict(yours)
        self.theirs = None if theirs is None else dict(theirs)
        super().__init__(
            Text("somebody else changed this meanwhile", "ほかの人が先に変更しました"),
            where=f"{type(current)._meta.label_lower}/{current.pk}",
            hint=Text(
                "compare both versions, then decide which one holds",
                "両方の版を見比べて、どちらにするか決めてください",
            ),
        )


class NotAllowedError(KyosoError, PermissionDenied):
    """The actor may not do this; ``hint`` says who may."""

    code = "not-allowed"


class WrongStateError(KyosoError):
    """The record is not in a state in which this can be done."""

    code = "wrong-state"
