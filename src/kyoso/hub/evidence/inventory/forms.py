"""The forms of inventories."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from kyoso.climate.transparency.tables.columns import GAS
from kyoso.hub.evidence.inventory.enums import Cause, Potentials
from kyoso.hub.evidence.inventory.showing import country_name
from kyoso.hub.evidence.models import Run
from kyoso.hub.texts import language, say


class _Form(forms.Form):
    """Fields are called as the texts call them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = say(f"inventory.field.{name}")[language()]


class BeginForm(_Form):
    """The country and year of an inventory."""

    country = forms.ChoiceField()
    year = forms.IntegerField(min_value=1990, max_value=2100)
    gwp = forms.ChoiceField(choices=Potentials.choices, initial=Potentials.AR5)

    def __init__(self, countries: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, country_name(code)[language()]) for code in sorted(countries)]
        self.fields["year"].initial = timezone.localdate().year - 2

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year >= timezone.localdate().year:
            raise forms.ValidationError(say("inventory.fault.year")[language()])
        return year


class RegionalForm(_Form):
    """Which years on which potentials, of those that countries have published."""

    of = forms.ChoiceField()

    def __init__(
        self, found: Iterable[tuple[int, int, str, bool, int]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._found = {
            f"{year}-{base}-{gwp}-{'sample' if sample else 'real'}": (year, base, gwp, sample, n)
            for year, base, gwp, sample, n in found
        }
        field = self.fields["of"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, _choice(*one)) for key, one in self._found.items()]

    def chosen(self) -> dict[str, Any]:
        """What :func:`kyoso.hub.evidence.inventory.regional.make` is asked for."""
        names = ("year", "base_year", "gwp", "sample")
        return dict(zip(names, self._found[self.cleaned_data["of"]], strict=False))


def _choice(year: int, base: int, gwp: str, sample: bool, n: int) -> str:
    key = "choice_sample" if sample else "choice"
    return say(f"inventory.region.{key}", year=year, base=base, gwp=gwp, n=n)[language()]


class RecalculateForm(_Form):
    """Why an inventory is calculated anew."""

    cause = forms.ChoiceField()
    why = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False)
    gwp = forms.ChoiceField(choices=Potentials.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["cause"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (one.value, say(f"inventory.cause.{one.value.replace('-', '_')}")[language()])
            for one in Cause
        ]


class FactorForm(_Form):
    """The factor that a run on samples found, and the years that it holds for."""

    run = forms.ChoiceField()
    country = forms.ChoiceField()
    from_year = forms.IntegerField(min_value=1990, max_value=2100)
    until_year = forms.IntegerField(min_value=1990, max_value=2100, required=False)
    source = forms.CharField(max_length=120, required=False)
    gas = forms.ChoiceField(required=False)
    why_outside = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False)

    def __init__(
        self, found: Iterable[Run], countries: Iterable[str], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        run, country, gas = (self.fields[name] for name in ("run", "country", "gas"))
        assert isinstance(run, forms.ChoiceField)
        assert isinstance(country, forms.ChoiceField)
        assert isinstance(gas, forms.ChoiceField)
        run.choices = [(str(one.pk), _named(one)) for one in found]
        country.choices = [(code, country_name(code)[language()]) for code in sorted(countries)]
        gas.choices = [("", "–"), *((one, one) for one in GAS.allowed)]
        for name in ("source", "gas", "why_outside"):
            self.fields[name].help_text = say(f"inventory.factor.{name}_help")[language()]

    def tell(self, fault: forms.ValidationError) -> None:
        """Show what the service refused beside its field."""
        for name, errors in fault.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


def _named(one: Run) -> str:
    """A run as people tell it from others: what it found, when."""
    parameters = one.parameters
    return f"{one.label} {parameters.get('fuel')}, {parameters.get('quantity')}, {one.created_at:%Y-%m-%d}"
