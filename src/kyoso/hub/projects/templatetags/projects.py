"""How amounts and shares stand in the pages of projects."""

from __future__ import annotations

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def money(value: Decimal) -> str:
    """An amount with its thousands set apart; hundredths only where there are some.

    >>> money(Decimal("1234567.00")), money(Decimal("0.5"))
    ('1,234,567', '0.50')
    """
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"


@register.filter
def percent(value: float) -> int:
    """A share in percent, as a whole number.

    >>> percent(0.678)
    68
    """
    return round(100 * value)
