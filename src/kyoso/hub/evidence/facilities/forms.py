"""The forms of facilities, plans and reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from kyoso.climate.transparency import rule_sets
from kyoso.core.text import Text
from kyoso.hub.accounts.models import Organisation
from kyoso.hub.evidence import store
from kyoso.hub.evidence.facilities import sheets
from kyoso.hub.evidence.facilities.enums import Approach
from kyoso.hub.evidence.facilities.models import Plan, Stream, Unit
from kyoso.hub.evidence.facilities.services import Row, row_of
from kyoso.hub.texts import language, say
from kyoso.reference.countries import country

EMPTY_ROWS = 3
"""So many rows for further streams stand under those of a plan."""
_STREAM_FIELDS = tuple(Row.__slots__)
_DAY = {"type": "date"}


def said(key: str, **values: object) -> str:
    """Words of this app in the language of the page."""
    return say(f"facilities.{key}", **values)[language()]


class _Form(forms.Form):
    """Fields are called as the texts call them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = said(f"field.{name}")

    def tell(self, fault: ValidationError) -> None:
        """Show what a service refused, beside its field where the form has it."""
        if not hasattr(fault, "error_dict"):
            self.add_error(None, fault)
            return
        for name, errors in fault.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


def _day(*, required: bool = True) -> forms.DateField:
    return forms.DateField(required=required, widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))


def _rule_set_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=[(key, one.title[language()]) for key, one in rule_sets.known().items()]
    )


class RegisterForm(_Form):
    """A facility to be registered in one of the countries that the reader regulates."""

    country = forms.ChoiceField()
    code = forms.CharField(max_length=20)
    name_en = forms.CharField(max_length=200)
    name_ja = forms.CharField(max_length=200)
    place = forms.CharField(max_length=200, required=False)
    latitude = forms.DecimalField(required=False, max_digits=8, decimal_places=5)
    longitude = forms.DecimalField(required=False, max_digits=8, decimal_places=5)

    def __init__(self, countries: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = ((code, country(code)) for code in sorted(countries))
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, one.name[language()] if one else code) for code, one in named]

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return data | {"name": Text(data.pop("name_en"), data.pop("name_ja"))}


class _Organisations(forms.ModelChoiceField):
    """Organisations by their names."""

    def label_from_instance(self, obj: Organisation) -> str:
        return str(obj.name[language()])


class OperatorForm(_Form):
    """Who operates a facility from a day on."""

    organisation = _Organisations(Organisation.objects.none())
    since = _day()

    def __init__(self, country_code: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.filter(country=country_code).order_by("pk")


class PermitForm(_Form):
    """A permit of a facility."""

    number = forms.CharField(max_length=60)
    issuer = forms.CharField(max_length=200)
    subject = forms.CharField(max_length=200, required=False)
    since = _day()
    until = _day(required=False)


class UnitForm(_Form):
    """A unit of a facility."""

    code = forms.CharField(max_length=20)
    name = forms.CharField(max_length=200)


class PlanForm(_Form):
    """The rule set of a plan, and from which year on it holds."""

    rule_set = forms.ChoiceField()
    from_year = forms.IntegerField(min_value=1990, max_value=2100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = self.fields["rule_set"].label
        self.fields["rule_set"] = _rule_set_field()
        self.fields["rule_set"].label = label
        self.order_fields(["rule_set", "from_year"])


class YearForm(_Form):
    """The year of a report."""

    year = forms.IntegerField(min_value=1990, max_value=2100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year - 1


class StreamForm(_Form):
    """A source stream of a plan; one without a code is no stream."""

    code = forms.CharField(required=False, max_length=20)
    unit = forms.ChoiceField(required=False)
    category = forms.CharField(required=False, max_length=20)
    source = forms.CharField(required=False, max_length=120)
    approach = forms.ChoiceField(required=False)
    tier = forms.IntegerField(required=False, min_value=1, max_value=4)
    meter = forms.CharField(required=False, max_length=120)
    meter_uncertainty = forms.DecimalField(
        required=False, min_value=0, max_value=100, max_digits=6, decimal_places=3
    )
    sampling = forms.CharField(required=False, max_length=500)
    contract = forms.CharField(required=False, max_length=120)
    biogenic = forms.BooleanField(required=False)
    confidential = forms.BooleanField(required=False)

    def __init__(self, units: Sequence[Unit], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit, approach = self.fields["unit"], self.fields["approach"]
        assert isinstance(unit, forms.ChoiceField)
        assert isinstance(approach, forms.ChoiceField)
        unit.choices = [(one.code, f"{one.code} {one.name}") for one in units]
        approach.choices = [
            (one.value, said(f"approach.{one.value.replace('-', '_')}")) for one in Approach
        ]

    @property
    def is_stream(self) -> bool:
        return bool(self.cleaned_data.get("code"))

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("code"):
            for name in ("source", "unit", "approach"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, str(self.fields["code"].error_messages["required"]))
        return data

    def row(self) -> Row:
        data = {name: self.cleaned_data[name] for name in _STREAM_FIELDS}
        return Row(**data | {"approach": Approach(data["approach"])})


def stream_forms(plan: Plan, data: Any | None) -> list[StreamForm]:
    """A form for each stream of a plan, and some empty ones."""
    units = list(plan.facility.units.all())
    if data is not None:
        sent = {int(key.split("-")[1]) for key in data if _is_of_a_row(key)}
        return [StreamForm(units, data, prefix=f"row-{at}") for at in sorted(sent)[:500]]
    there: list[Stream] = list(plan.streams.select_related("unit"))
    given = [{name: getattr(row_of(one), name) for name in _STREAM_FIELDS} for one in there]
    return [
        StreamForm(units, prefix=f"row-{at}", initial=initial)
        for at, initial in enumerate([*given, *({} for _ in range(EMPTY_ROWS))])
    ]


def _is_of_a_row(key: str) -> bool:
    parts = key.split("-")
    return len(parts) == 3 and parts[0] == "row" and parts[1].isdecimal()


def are_whole(rows: Sequence[StreamForm]) -> bool:
    """Whether all rows are right and no code stands twice."""
    whole = all([one.is_valid() for one in rows])  # noqa: C419 -- every row names its faults
    seen: set[str] = set()
    for one in rows:
        code = one.cleaned_data.get("code")
        if code and code in seen:
            one.add_error("code", said("fault.twice"))
            whole = False
        seen.add(code or "")
    return whole


class FileForm(_Form):
    """A workbook or CSV file of activity data."""

    file = forms.FileField(
        widget=forms.FileInput(attrs={"accept": ",".join(sheets.ENDINGS)}), required=False
    )

    def clean_file(self) -> UploadedFile:
        sent: UploadedFile | None = self.cleaned_data["file"]
        if sent is None:
            raise ValidationError(said("fault.file"))
        if not str(sent.name).lower().endswith(sheets.ENDINGS):
            raise ValidationError(said("fault.kind"))
        if (sent.size or 0) > sheets.MOST_BYTES:
            raise ValidationError(said("fault.size", n=sheets.MOST_BYTES >> 20))
        return sent

    def kept(self) -> tuple[str, store.Stored]:
        """Keep the file that was sent; the name it came by, and its address."""
        sent = self.cleaned_data["file"]
        return store.safe_name(str(sent.name)).lower(), store.keep(sent)
