"""Model fields of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models

from kyoso.core.text import Text

if TYPE_CHECKING:
    _JSON = models.JSONField[Text | dict[str, str] | None, Any]
else:
    _JSON = models.JSONField


class BilingualField(_JSON):
    """A :class:`Text` in one column: ``{"en": …, "ja": …}``.

    One column per text, not one per language: a member's language is a further key, without a
    migration.
    """

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Text | None:
        return self.to_python(super().from_db_value(value, expression, connection))

    def to_python(self, value: Any) -> Text | None:
        if value is None or isinstance(value, Text):
            return value
        try:
            return Text(value["en"], value["ja"])
        except (KeyError, TypeError, ValueError) as fault:
            raise ValidationError("a text in English and Japanese", code="invalid") from fault

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value.as_dict() if isinstance(value, Text) else value)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value.as_dict() if isinstance(value, Text) else value, model_instance)

    def value_to_string(self, obj: models.Model) -> Any:
        return self.get_prep_value(self.value_from_object(obj))
