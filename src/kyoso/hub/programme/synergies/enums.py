"""The closed lists of the scores."""

from __future__ import annotations

from django.db import models


class Value(models.IntegerChoices):
    """The seven points of the interaction scale.

    M. Nilsson, D. Griggs, M. Visbeck, Nature 534 (2016), pp. 320-322.
    """

    INDIVISIBLE = 3
    REINFORCING = 2
    ENABLING = 1
    CONSISTENT = 0
    CONSTRAINING = -1
    COUNTERACTING = -2
    CANCELLING = -3


def signed(value: int) -> str:
    """A score with its sign.

    >>> signed(2), signed(0), signed(-3)
    ('+2', '0', '−3')
    """
    return f"+{value}" if value > 0 else f"\N{MINUS SIGN}{-value}" if value < 0 else "0"
