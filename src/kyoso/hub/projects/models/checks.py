"""What the fields of a project are held to."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from kyoso.core.errors import UsageError
from kyoso.core.periods import Period
from kyoso.hub.texts import language, say
from kyoso.reference.countries import country
from kyoso.reference.currencies import currencies

_SHOWN = 10


def refuse(field: str, key: str) -> ValidationError:
    """What is wrong with a field, in the language of the page."""
    return ValidationError({field: say(key)[language()]})


def check_country(code: str) -> None:
    """Raises ``ValidationError`` for a code that is not in the reference data."""
    if country(code) is None:
        raise ValidationError(say("projects.fault.country")[language()], code="country")


def check_currency(code: str) -> None:
    """Raises ``ValidationError`` for what is not the code of a currency in use (ISO 4217)."""
    if code not in currencies():
        message = say("projects.fault.currency", code=code[:_SHOWN])[language()]
        raise ValidationError(message, code="currency")


def check_period(form: str) -> None:
    """Raises ``ValidationError`` for what is not a year, half, quarter, month or span."""
    try:
        Period.parse(form)
    except UsageError as fault:
        raise ValidationError(fault.line(language()), code="period") from fault
