"""The forms of verification."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from kyoso.climate.transparency.names import called
from kyoso.hub.accounts.models import Organisation
from kyoso.hub.evidence.facilities.models import Stream
from kyoso.hub.evidence.verification.enums import FindingKind, Level, Opinion, VisitKind
from kyoso.hub.texts import language, say
from kyoso.reference.countries import country

_CATEGORY = re.compile(r"[1-5](?:[A-Z]\w*)?")
_OF_STREAM = "sampling-"


def said(key: str, **values: object) -> str:
    """Words of this app in the language of the page."""
    return say(f"verification.{key}", **values)[language()]


class _Form(forms.Form):
    """Fields are called as the texts call them, and ids differ from form to form of a page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}-%s")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if not field.label:
                field.label = said(f"field.{name}")

    def tell(self, fault: ValidationError) -> None:
        """Show what a service refused, beside its field where the form has it."""
        if not hasattr(fault, "error_dict"):
            self.add_error(None, fault)
            return
        for name, errors in fault.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


def _words(*, required: bool = True, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        required=required, max_length=8000, widget=forms.Textarea(attrs={"rows": rows})
    )


def _day(*, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(required=required, widget=widget)


def _choices(values: Iterable[str], prefix: str) -> list[tuple[str, str]]:
    return [(str(value), said(f"{prefix}.{value}")) for value in values]


class _Organisations(forms.ModelChoiceField):
    """Organisations by their names."""

    def label_from_instance(self, obj: Organisation) -> str:
        return str(obj.name[language()])


class AccreditForm(_Form):
    """An entry of the register of a country."""

    organisation = _Organisations(Organisation.objects.none())
    body = forms.CharField(max_length=200)
    number = forms.CharField(max_length=60)
    country = forms.ChoiceField()
    categories = forms.CharField(max_length=200, required=False)
    since = _day()
    until = _day(required=False)

    def __init__(self, countries: Iterable[str], verifiers: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places, chosen = self.fields["country"], self.fields["organisation"]
        assert isinstance(places, forms.ChoiceField)
        assert isinstance(chosen, forms.ModelChoiceField)
        named = ((code, country(code)) for code in sorted(countries))
        places.choices = [(code, one.name[language()] if one else code) for code, one in named]
        chosen.queryset = verifiers

    def clean_categories(self) -> list[str]:
        given = [one for one in re.split(r"[\s,、]+", self.cleaned_data["categories"]) if one]
        if not all(_CATEGORY.fullmatch(one) for one in given):
            raise ValidationError(said("fault.categories"))
        return given


class EndForm(_Form):
    """The last day of an accreditation, and why."""

    until = _day()
    reason = _words(rows=2)


class EngageForm(_Form):
    """The verifier of a report."""

    organisation = _Organisations(Organisation.objects.none())
    level = forms.ChoiceField()

    def __init__(self, verifiers: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen, level = self.fields["organisation"], self.fields["level"]
        assert isinstance(chosen, forms.ModelChoiceField)
        assert isinstance(level, forms.ChoiceField)
        chosen.queryset = verifiers
        level.choices = _choices(Level, "level")


class DeclareForm(_Form):
    """The declaration of independence."""

    independence = _words()


class PlanForm(_Form):
    """The strategic analysis, and what is looked at of each stream."""

    strategic_analysis = _words(rows=4)

    def __init__(self, streams: Sequence[Stream], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in streams:
            label = said("field.sampling", code=one.code, source=called("source", one.source))
            self.fields[f"{_OF_STREAM}{one.code}"] = forms.CharField(
                required=False, max_length=1000, label=label
            )

    @staticmethod
    def initial_of(strategic_analysis: str, plan: Mapping[str, str]) -> dict[str, str]:
        """What stands in the form at first."""
        chosen = {f"{_OF_STREAM}{code}": words for code, words in plan.items()}
        return {"strategic_analysis": strategic_analysis} | chosen

    def values(self) -> dict[str, Any]:
        chosen = {
            name.removeprefix(_OF_STREAM): words
            for name, words in self.cleaned_data.items()
            if name.startswith(_OF_STREAM)
        }
        return {
            "strategic_analysis": self.cleaned_data["strategic_analysis"],
            "sampling_plan": chosen,
        }


class VisitForm(_Form):
    """A visit, or why there was none."""

    kind = forms.ChoiceField()
    day = _day()
    place = forms.CharField(max_length=200, required=False)
    visit_reason = _words(required=False, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = _choices(VisitKind, "visit.kind")
        kind.label = said("field.visit_kind")
        self.fields["day"].initial = timezone.localdate()

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return data | {"reason": data.pop("visit_reason")}


class FindForm(_Form):
    """A finding on the version that waits."""

    kind = forms.ChoiceField()
    stream = forms.ChoiceField(required=False)
    found = forms.DecimalField(required=False, max_digits=20, decimal_places=6)
    text = _words()

    def __init__(self, streams: Sequence[Stream], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, stream = self.fields["kind"], self.fields["stream"]
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(stream, forms.ChoiceField)
        kind.choices = _choices(FindingKind, "finding.kind")
        kind.label = said("field.finding_kind")
        named = [
            (one.code, f"{one.code} {called('source', one.source)[language()]}") for one in streams
        ]
        stream.choices = [("", said("finding.total")), *named]
        self._streams = {one.code: one for one in streams}

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return data | {"stream": self._streams.get(data["stream"])}


class SignForm(_Form):
    """The statement: an opinion that the findings allow, and its words."""

    opinion = forms.ChoiceField()
    statement = _words(rows=4)

    def __init__(self, opinions: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["opinion"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = _choices(opinions, "opinion")

    def values(self) -> dict[str, Any]:
        return {
            "opinion": Opinion(self.cleaned_data["opinion"]),
            "text": self.cleaned_data["statement"],
        }
