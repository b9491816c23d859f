"""Amounts of money: decimal in Python, whole hundredths in the database.

SQLite keeps a decimal column as a binary fraction of fifteen digits, and sums it as such. A whole
number is exact in both databases, also where it is summed.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from kyoso.hub.texts import language, say

if TYPE_CHECKING:
    _Whole = models.BigIntegerField[Decimal, Decimal]
else:
    _Whole = models.BigIntegerField

HUNDREDTHS = 100
DIGITS = 17
"""So many digits, two of them after the point, fit a whole number of 64 bits."""


class MoneyField(_Whole):
    """An amount with two decimals, exact up to 10^15 of any currency."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else Decimal(value) / HUNDREDTHS

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            return Decimal(str(value))
        except InvalidOperation as fault:
            raise ValidationError(
                say("projects.money.number")[language()], code="invalid"
            ) from fault

    def get_prep_value(self, value: Any) -> int | None:
        amount = self.to_python(value)
        return None if amount is None else int(amount * HUNDREDTHS)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if not value.is_finite() or value != round(value, 2):
            raise ValidationError(say("projects.money.number")[language()], code="decimals")
        if abs(value) >= Decimal(10) ** (DIGITS - 2):
            raise ValidationError(say("projects.money.large")[language()], code="large")

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    def formfield(self, **kwargs: Any) -> Any:
        return forms.DecimalField(
            max_digits=DIGITS, decimal_places=2, required=not self.blank, localize=False
        )
