"""Forms of people and organisations: what is asked, in the page's language."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from kyoso.core.text import Language, Text, language_of
from kyoso.hub.accounts.enums import OrganisationKind, Role
from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.programme.models import Activity
from kyoso.hub.texts import language, say
from kyoso.reference.countries import countries

Choices = list[tuple[str, str]]


def _say(key: str, **values: object) -> str:
    return say(f"accounts.{key}", **values)[language()]


class Form(forms.Form):
    """Labels and help come from the texts: ``accounts.field.NAME`` and ``accounts.help.NAME``."""

    helped: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name not in ("once", "version"):
                field.label = _say(f"field.{name}")
            if name in self.helped:
                field.help_text = _say(f"help.{name}")

    def offer(self, name: str, choices: Choices) -> None:
        """What a field lets one choose from, read when the form is made."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def take(self, refused: ValidationError) -> None:
        """Show what a service refused beside the fields that the form has."""
        said = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
        for name, messages in said.items():
            for message in messages:
                self.add_error(name if name in self.fields else None, message)


def once() -> str:
    """A mark by which a form that arrives twice is known."""
    return uuid.uuid4().hex


class OnceForm(Form):
    once = forms.CharField(max_length=64, widget=forms.HiddenInput, initial=once)


class VersionForm(Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


def _choice(**options: Any) -> Any:
    return forms.ChoiceField(**options)


def _empty() -> Choices:
    return [("", "–")]


def role_choices() -> Choices:
    return [(role.value, _say(f"role.{role.value}")) for role in Role]


def kind_choices() -> Choices:
    return [(kind.value, _say(f"kind.{kind.value}")) for kind in OrganisationKind]


def country_choices() -> Choices:
    here = language()
    return sorted(
        ((code, place.name[here]) for code, place in countries().items()), key=lambda one: one[1]
    )


def scope_choices() -> Choices:
    found = Activity.objects.select_related("programme").order_by("programme__position", "key")
    return [
        (f"{one.programme.key}/{one.key}", f"{one.programme.abbreviation} {one.key}")
        for one in found
    ]


def organisation_choices(found: Iterable[Organisation]) -> Choices:
    here = language()
    return [(str(one.pk), named(one, here)) for one in found]


def named(organisation: Organisation, here: Language) -> str:
    """An organisation with its country, as a list shows it."""
    name = organisation.name[here]
    return f"{organisation.country} · {name}" if organisation.country else name


class RoleForm(OnceForm):
    """Which role, for which organisation, bounded by what."""

    organisation = _choice()
    role = _choice()
    country = _choice(required=False)
    scope = _choice(required=False)
    helped = ("country", "scope")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Organisation.objects.order_by("country", "pk")
        chosen = {
            "organisation": _empty() + organisation_choices(found),
            "role": _empty() + role_choices(),
            "country": _empty() + country_choices(),
            "scope": _empty() + scope_choices(),
        }
        for name, choices in chosen.items():
            self.offer(name, choices)

    def clean(self) -> dict[str, Any]:
        role = self.cleaned_data.get("role")
        if role in (Role.FOCAL_POINT, Role.SECTOR_MINISTRY) and not self.cleaned_data["country"]:
            self.add_error("country", _say("fault.country"))
        if role == Role.ACTIVITY_LEAD and not self.cleaned_data["scope"]:
            self.add_error("scope", _say("fault.scope"))
        return self.cleaned_data

    def post(self) -> dict[str, Any]:
        """The role as services take it."""
        return {
            "organisation": Organisation.objects.get(pk=self.cleaned_data["organisation"]),
            "role": Role(self.cleaned_data["role"]),
            "country": self.cleaned_data["country"],
            "scope": self.cleaned_data["scope"],
        }


class InviteForm(RoleForm):
    email = forms.EmailField()
    display_name = forms.CharField(max_length=120)
    language = _choice(choices=settings.LANGUAGES)
    field_order = ("email", "display_name", "language")


class AppointForm(RoleForm):
    since = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = timezone.localdate


class EndForm(VersionForm):
    until = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    why = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    helped = ("until", "why")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = timezone.localdate


class OrganisationForm(Form):
    name_en = forms.CharField(max_length=200)
    name_ja = forms.CharField(max_length=200, required=False)
    abbreviation = forms.CharField(max_length=40, required=False)
    kind = _choice()
    country = _choice(required=False)
    once = forms.CharField(max_length=64, widget=forms.HiddenInput, required=False, initial=once)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    why = forms.CharField(max_length=500, required=False)
    helped = ("name_ja",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("kind", _empty() + kind_choices())
        self.offer("country", _empty() + country_choices())

    def values(self) -> dict[str, Any]:
        """The organisation as services take it."""
        data = self.cleaned_data
        return {
            "name": Text(data["name_en"], data["name_ja"] or data["name_en"]),
            "abbreviation": data["abbreviation"],
            "kind": OrganisationKind(data["kind"]),
            "country": data["country"],
        }


class AcceptForm(Form):
    """``known`` is the account that the address has already: it keeps its password."""

    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )
    again = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )
    language = _choice(choices=settings.LANGUAGES)
    helped = ("password",)

    def __init__(self, *args: Any, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            for name in ("password", "again", "language"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        _both_the_same(self)
        return self.cleaned_data


def _both_the_same(form: Form) -> None:
    if form.cleaned_data.get("password") != form.cleaned_data.get("again"):
        form.add_error("again", _say("fault.again"))


class ProfileForm(Form):
    display_name = forms.CharField(max_length=120)
    language = _choice(choices=settings.LANGUAGES)

    def spoken(self) -> Language:
        return language_of(self.cleaned_data["language"])


class PasswordForm(Form):
    """The present password proves who is at the keyboard."""

    present = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), strip=False
    )
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )
    again = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )
    helped = ("password",)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_present(self) -> str:
        return _present(self, self.user)

    def clean(self) -> dict[str, Any]:
        _both_the_same(self)
        return self.cleaned_data


class CloseForm(Form):
    """One closes one's own account with the password, another's with a reason."""

    present = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), strip=False
    )
    why = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, user: User, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        del self.fields["why" if own else "present"]

    def clean_present(self) -> str:
        return _present(self, self.user)


def _present(form: Form, user: User) -> str:
    written: str = form.cleaned_data["present"]
    if not user.check_password(written):
        raise ValidationError(_say("fault.present"))
    return written


class SearchForm(Form):
    words = forms.CharField(required=False, max_length=120)
    role = _choice(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("role", _empty() + role_choices())
