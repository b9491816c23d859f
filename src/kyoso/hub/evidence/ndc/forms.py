"""The form of a statement: its fields are the columns of the kind's declared table."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kyoso.climate.transparency.ndc_sections import HEADINGS, PROSE
from kyoso.hub.evidence.ndc import kinds
from kyoso.hub.texts import language, say
from kyoso.publishing import words
from kyoso.tables.declaration import Column, Type

_LONG = frozenset({"description", "objective"})
_MOST_CHOICES = 20
"""So many can be chosen from; more are written, and checked."""


class StatementForm(forms.Form):
    """What a kind of statement asks; the service says what is wrong, beside its field."""

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in kinds.columns(kind):
            field = _field(column)
            field.label = _label(column)
            self.fields[column.name] = field

    def tell(self, fault: ValidationError) -> None:
        """Show what a service refused, beside its field where the form has it."""
        if not hasattr(fault, "error_dict"):
            self.add_error(None, fault)
            return
        for name, errors in fault.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


def _label(column: Column) -> str:
    unit = f" [{words.unit(column.unit)}]" if column.unit else ""
    need = "" if column.required else say("ndc.form.optional")[language()]
    return f"{column.meaning[language()]}{unit}{need}"


def _field(column: Column) -> forms.Field:
    choices = ("yes", "no") if column.type is Type.BOOLEAN else column.allowed
    if choices and len(choices) <= _MOST_CHOICES:
        blank = [("", "–")]
        return forms.ChoiceField(
            required=False, choices=[*blank, *((one, word(one)) for one in choices)]
        )
    if column.type in (Type.NUMBER, Type.INTEGER):
        return forms.CharField(
            required=False,
            max_length=40,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        )
    if column.name in PROSE:
        return forms.CharField(
            required=False,
            max_length=20_000,
            widget=forms.Textarea(attrs={"rows": 10 if column.name.startswith("text") else 3}),
        )
    widget = forms.Textarea(attrs={"rows": 3}) if column.name in _LONG else forms.TextInput()
    return forms.CharField(required=False, max_length=2000, widget=widget)


def word(value: str) -> str:
    """A value of a closed list as people read it."""
    from kyoso.hub.texts import entries

    if value in HEADINGS:
        return HEADINGS[value].title[language()]
    key = f"ndc.word.{value.replace('-', '_')}"
    return say(key)[language()] if key in entries() else value
