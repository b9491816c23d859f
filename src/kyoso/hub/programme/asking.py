"""What the pages of this app have in common: labels from the texts, marks against repetition."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kyoso.hub.record.models import Event
from kyoso.hub.texts import entries, language, say


def once() -> str:
    """A mark by which a form that arrives twice is known."""
    return uuid.uuid4().hex


def said(key: str, **values: object) -> str:
    """A text of this app in the language of the page."""
    return say(f"programme.{key}", **values)[language()]


def told(events: Iterable[Event], *fields: str) -> list[Event]:
    """Acts as a page tells them: of what they changed only what a reader asks for."""
    found = list(events)
    for event in found:
        changes = event.data.get("changes", {})
        event.data["changes"] = {
            name: changes[name]
            for name in fields
            if name in changes and any(value not in ("", None) for value in changes[name])
        }
    return found


class Form(forms.Form):
    """Labels are ``programme.PART.field.NAME``, helps ``programme.PART.help.NAME`` where there."""

    part: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.name_field(name, name)

    def name_field(self, name: str, text: str) -> None:
        """Give a field the label and the help that stand under ``text``."""
        field = self.fields[name]
        if field.widget.is_hidden:
            return
        field.label = said(f"{self.part}.field.{text}")
        if f"programme.{self.part}.help.{text}" in entries():
            field.help_text = said(f"{self.part}.help.{text}")

    def take(self, refused: ValidationError) -> None:
        """Show what a service refused beside the fields that the form has."""
        found = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
        for name, messages in found.items():
            for message in messages:
                self.add_error(name if name in self.fields else None, message)


class OnceForm(Form):
    """A form that makes something, once however often it arrives."""

    once = forms.CharField(max_length=64, widget=forms.HiddenInput, initial=once)


class VersionForm(Form):
    """A form that changes what its reader saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)
