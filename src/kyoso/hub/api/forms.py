"""The form by which a token is made."""

from __future__ import annotations

from typing import Any

from django import forms

from kyoso.hub.accounts.forms import OnceForm
from kyoso.hub.api.enums import Scope
from kyoso.hub.texts import language, say

DAYS = (30, 90, 365)


class TokenForm(OnceForm):
    """Name, scopes and days; labels stand under ``api.field.NAME``."""

    name = forms.CharField(max_length=120)
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    days = forms.ChoiceField(initial=str(DAYS[1]))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)
        for name in ("name", "scopes", "days"):
            self.fields[name].label = say(f"api.field.{name}")[language()]
        self.fields["name"].help_text = say("api.help.name")[language()]
        scopes = [(one.value, say(f"api.scope.{one.value}")[language()]) for one in Scope]
        self.offer("scopes", scopes)
        self.offer("days", [(str(n), say("api.tokens.days", n=n)[language()]) for n in DAYS])

    def chosen(self) -> list[Scope]:
        return [Scope(one) for one in self.cleaned_data["scopes"]]
