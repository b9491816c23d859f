"""The forms of a project: its own fields, its links, its parts; made from the models."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from kyoso.core.text import LANGUAGES, Text
from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.evidence.store import safe_name
from kyoso.hub.fields import BilingualField
from kyoso.hub.programme import selectors as programme
from kyoso.hub.programme.models import Activity, Framework, Initiative, Programme
from kyoso.hub.projects import initiatives, rules, store
from kyoso.hub.projects.enums import CrossCutting, Verdict
from kyoso.hub.projects.models import Milestone, Pair, Project
from kyoso.hub.projects.parts import Kind
from kyoso.hub.projects.selectors import texts_of_activities
from kyoso.hub.projects.wholes import Whole
from kyoso.hub.record.models import Versioned
from kyoso.hub.texts import entries, language, say
from kyoso.reference.countries import countries, sample_countries

Choices = list[tuple[str, str]]
NONE: Choices = [("", "–")]
_LONG = ("summary", "statement")


def _say(key: str, **values: object) -> str:
    return say(f"projects.{key}", **values)[language()]


class _Form(forms.Form):
    """``version`` is the one that was seen, ``once`` the mark of what is made by this form."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    once = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    bilingual: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = uuid.uuid4().hex

    def put(self, name: str, field: forms.Field) -> None:
        """Add a field with its label, and its help where the texts have one."""
        field.label = _say(f"field.{name}")
        if f"projects.help.{name}" in entries():
            field.help_text = _say(f"help.{name}")
        self.fields[name] = field

    def put_text(self, name: str, *, required: bool, long: bool = False) -> None:
        """Add a field for each language."""
        self.bilingual = (*self.bilingual, name)
        for one in LANGUAGES:
            widget = (
                forms.Textarea(attrs={"rows": 4, "lang": one})
                if long
                else forms.TextInput(attrs={"lang": one})
            )
            field = forms.CharField(
                required=required, max_length=4000 if long else 300, widget=widget
            )
            field.label = _say(f"form.in_{one}", label=_say(f"field.{name}"))
            self.fields[f"{name}_{one}"] = field

    def start_with(self, record: models.Model, names: Iterable[str]) -> None:
        """Show what a record holds."""
        for name in names:
            value = getattr(record, name)
            if name in self.bilingual:
                for one in LANGUAGES:
                    self.initial[f"{name}_{one}"] = "" if value is None else value[one]
            elif isinstance(value, list):
                self.initial[name] = "\n".join(value)
            else:
                self.initial[name] = getattr(value, "pk", value)

    def clean(self) -> dict[str, Any]:
        """A text is there in both languages, or in none where it may be absent."""
        for name in self.bilingual:
            said = {one: self.cleaned_data.get(f"{name}_{one}") or "" for one in LANGUAGES}
            if all(said.values()):
                self.cleaned_data[name] = Text(said["en"], said["ja"])
                continue
            self.cleaned_data[name] = None
            for one in LANGUAGES:
                if any(said.values()) and not said[one]:
                    self.add_error(f"{name}_{one}", _say("fault.both_languages"))
        return self.cleaned_data

    def take(self, refused: ValidationError) -> None:
        """Show what a service refused beside the fields that the form has."""
        said = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
        for name, messages in said.items():
            place = f"{name}_en" if name in self.bilingual else name
            for message in messages:
                self.add_error(place if place in self.fields else None, message)

    def ask_why(self) -> None:
        """Ask for the reason of what waits for another person."""
        widget = forms.Textarea(attrs={"rows": 2})
        self.put("why", forms.CharField(required=False, max_length=2000, widget=widget))
        self.fields["why"].help_text = _say("help.revision_why")

    @property
    def why(self) -> str:
        return str(self.cleaned_data.get("why") or "")

    @property
    def mark(self) -> str | None:
        """``once`` as the services take it."""
        return self.cleaned_data.get("once") or None


# --- the project itself -------------------------------------------------------------------


class BasicsForm(_Form):
    """Title, summary, initiative, lead, dates, activities, countries."""

    FIELDS = ("title", "summary", "initiative", "lead", "starts", "ends")

    def __init__(self, user: User, whole: Whole | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        project = None if whole is None else whole.project
        self.put_text("title", required=True)
        self.put_text("summary", required=True, long=True)
        self.put("initiative", _Chosen(_initiatives(project)))
        self.put("lead", _Chosen(_leads(user, project)))
        self.put("starts", _day(required=False))
        self.put("ends", _day(required=False))
        self.put("countries", _several(_countries()))
        self.put("activities", _several(_activities()))
        if whole is not None:
            self.start_with(whole.project, self.FIELDS)
            self.initial["version"] = whole.project.version
            self.initial["countries"] = list(whole.links["countries"])
            self.initial["activities"] = [str(one) for one in whole.links["activities"]]

    def values(self) -> dict[str, Any]:
        """What the services take."""
        chosen = Activity.objects.filter(pk__in=self.cleaned_data["activities"])
        return {name: self.cleaned_data[name] for name in self.FIELDS} | {
            "countries": self.cleaned_data["countries"],
            "activities": list(chosen.select_related("programme")),
        }


class TagsForm(_Form):
    """What a project serves: frameworks, and what concerns every pillar."""

    def __init__(self, whole: Whole, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        frameworks = Framework.objects.order_by("pk")
        self.put(
            "themes", _several([(t, _say(f"theme.{t}")) for t in CrossCutting], required=False)
        )
        self.put(
            "tags",
            _several([(str(f.pk), f.name[language()]) for f in frameworks], required=False),
        )
        self.initial["version"] = whole.project.version
        self.initial["tags"] = [str(one) for one in whole.links["tags"]]
        self.initial["themes"] = list(whole.links["themes"])

    def values(self) -> dict[str, Any]:
        return {
            "tags": list(Framework.objects.filter(pk__in=self.cleaned_data["tags"])),
            "themes": self.cleaned_data["themes"],
        }


class ReasonForm(_Form):
    """An act on a project or a revision, with its reason."""

    def __init__(self, version: int, *args: Any, required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = forms.Textarea(attrs={"rows": 3})
        self.put("why", forms.CharField(required=required, max_length=2000, widget=widget))
        self.initial["version"] = version


class MilestoneForm(_Form):
    """The day on which a milestone was reached."""

    def __init__(self, milestone: Milestone, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.put("done", _day(required=True))
        self.initial["version"] = milestone.version
        self.initial["done"] = milestone.done


class JudgeForm(_Form):
    """What a person makes of a pair."""

    def __init__(self, pair: Pair, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verdicts = [(one.value, _say(f"verdict.{one.value}")) for one in Verdict]
        self.put("verdict", forms.ChoiceField(choices=verdicts, widget=forms.RadioSelect))
        sides = [(str(one.pk), one.title[language()]) for one in (pair.first, pair.second)]
        self.put("part_of", forms.ChoiceField(choices=[*NONE, *sides], required=False))
        widget = forms.Textarea(attrs={"rows": 4})
        self.put("reason", forms.CharField(max_length=4000, widget=widget))
        self.initial["version"] = pair.version
        self.pair = pair

    @property
    def part(self) -> Project | None:
        chosen = self.cleaned_data["part_of"]
        both = (self.pair.first, self.pair.second)
        return next((one for one in both if str(one.pk) == chosen), None)

    def take(self, refused: ValidationError) -> None:
        if hasattr(refused, "error_dict") and "part" in refused.error_dict:
            refused.error_dict["part_of"] = refused.error_dict.pop("part")
        super().take(refused)


# --- parts --------------------------------------------------------------------------------


class PartForm(_Form):
    """A part of a project, from the fields of its model."""

    def __init__(
        self, kind: Kind, whole: Whole, part: Versioned | None, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.whole, self.part = kind, whole, part
        for name in kind.fields:
            self._put_part(name)
        if part is not None:
            self.start_with(part, [name for name in kind.fields if name != "file"])
            self.initial["version"] = part.version

    def _put_part(self, name: str) -> None:
        if name == "file":
            self.put("file", forms.FileField(required=False))
            return
        field = self.kind.model._meta.get_field(name)
        assert isinstance(field, models.Field)
        if isinstance(field, BilingualField):
            self.put_text(name, required=not field.blank, long=name in _LONG)
        elif name in _OFFERS:
            offered = _OFFERS[name](self.whole)
            self.put(name, _Chosen(offered, required=not field.blank))
        elif field.choices:
            values = [(str(value), _say(f"{name}.{value}")) for value, _ in field.choices]
            self.put(name, forms.ChoiceField(choices=values))
        elif isinstance(field, models.DateField):
            self.put(name, _day(required=not field.blank))
        elif isinstance(field, models.URLField):
            self.put(name, forms.URLField(required=False, max_length=500, assume_scheme="https"))
        elif isinstance(field, models.JSONField):
            widget = forms.Textarea(attrs={"rows": 3})
            self.put(name, forms.CharField(required=False, widget=widget))
        else:
            made = field.formfield()
            assert made is not None
            self.put(name, made)

    def clean(self) -> dict[str, Any]:
        """A document is a file or a link; the file is checked."""
        super().clean()
        if "categories" in self.kind.fields:
            written = self.cleaned_data.get("categories") or ""
            found = [line.strip() for line in written.splitlines() if line.strip()]
            self.cleaned_data["categories"] = found
        if "file" in self.kind.fields:
            self._clean_file()
        return self.cleaned_data

    def _clean_file(self) -> None:
        sent, link = self.cleaned_data.get("file"), self.cleaned_data.get("link")
        has_file = bool(sent) or (self.part is not None and bool(getattr(self.part, "sha256", "")))
        if has_file == bool(link) and not self.errors:
            self.add_error("file", _say("fault.file_or_link"))
        elif sent is not None and (fault := store.fault(sent)) is not None:
            self.add_error("file", fault[language()])

    def values(self) -> dict[str, Any]:
        """The fields of the model."""
        found = {name: self.cleaned_data[name] for name in self.kind.fields if name != "file"}
        sent = self.cleaned_data.get("file")
        if sent:
            kept = store.keep(sent)
            found |= {
                "name": safe_name(str(sent.name)),
                "sha256": kept.sha256,
                "size": kept.size,
                "content_type": kept.content_type,
            }
        return found

    def made(self) -> Versioned:
        """A new part that is not saved yet."""
        own = (
            {}
            if self.kind.name in ("resultindicator", "target")
            else {"project": self.whole.project}
        )
        return self.kind.model(**own, **self.values())


def _results(whole: Whole) -> list[tuple[Any, str]]:
    return [(one, one.title[language()]) for one in whole.rows["result"]]


def _outcomes(whole: Whole) -> list[tuple[Any, str]]:
    return [(one, title) for one, title in _results(whole) if one.parent_id is None]


def _indicators(whole: Whole) -> list[tuple[Any, str]]:
    return [(one, one.title[language()]) for one in whole.rows["resultindicator"]]


def _organisations(whole: Whole) -> list[tuple[Any, str]]:
    found = Organisation.objects.filter(sample=whole.project.sample)
    return sorted(((one, one.name[language()]) for one in found), key=lambda pair: pair[1])


def _own_countries(whole: Whole) -> list[tuple[Any, str]]:
    return [(code, countries()[code].name[language()]) for code in whole.links["countries"]]


_OFFERS: Mapping[str, Any] = {
    "result": _results,
    "parent": _outcomes,
    "indicator": _indicators,
    "organisation": _organisations,
    "source": _organisations,
    "country": _own_countries,
}


# --- fields -------------------------------------------------------------------------------


class _Chosen(forms.TypedChoiceField):
    """One of some records or codes; answers the record itself."""

    def __init__(self, offered: list[tuple[Any, str]], *, required: bool = True) -> None:
        self.known = {str(getattr(one, "pk", one)): one for one, _ in offered}
        named = [(str(getattr(one, "pk", one)), name) for one, name in offered]
        super().__init__(
            choices=[*NONE, *named],
            required=required,
            coerce=lambda value: self.known[value],
            empty_value=None,
        )


def _several(choices: Choices, *, required: bool = True) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        choices=choices, required=required, widget=forms.CheckboxSelectMultiple
    )


def _day(*, required: bool) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(required=required, widget=widget, input_formats=["%Y-%m-%d"])


def _initiatives(project: Project | None) -> list[tuple[Initiative, str]]:
    found = sorted(initiatives.homes(), key=lambda one: one.relation != initiatives.NEW)
    return [(one, one.name[language()]) for one in found]


def _leads(user: User, project: Project | None) -> list[tuple[Organisation, str]]:
    """The organisations for which the person may begin a project, and the one it has."""
    found = [
        one
        for one in Organisation.objects.all()
        if rules.may_begin.test(user, Project(lead=one))
        or (project is not None and one.pk == project.lead_id)
    ]
    return sorted(((one, one.name[language()]) for one in found), key=lambda pair: pair[1])


def _countries() -> Choices:
    """Members and partners of the programmes, then the sample countries that have people."""
    today = timezone.localdate()
    codes = {
        member.code for one in Programme.objects.all() for member in programme.members(one, today)
    }
    samples = set(
        Organisation.objects.filter(sample=True, country__in=sample_countries()).values_list(
            "country", flat=True
        )
    )
    known = countries()
    named = sorted((known[code].name[language()], code) for code in codes)
    return [(code, name) for name, code in named] + [
        (code, known[code].name[language()]) for code in sorted(samples)
    ]


def _activities() -> Choices:
    texts = sorted(
        texts_of_activities().values(),
        key=lambda text: (text.edition.programme.position, text.position),
    )
    return [(str(text.activity_id), f"{text.code} {text.title[language()]}") for text in texts]
