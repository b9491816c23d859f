"""The form of the workbench, made from a method's declaration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from kyoso.core.errors import UsageError
from kyoso.core.text import Text
from kyoso.hub.evidence.models import Run
from kyoso.hub.texts import language, say
from kyoso.methods.declaration import Method, Parameter, Value
from kyoso.tables.declaration import Table

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".parquet")


@dataclass(frozen=True, slots=True)
class TableField:
    """An input table as the form asks for it; ``kept`` is the file of the run that is repeated."""

    table: Table
    name: str
    kept: str | None
    needed: bool
    errors: list[str]


@dataclass(frozen=True, slots=True)
class ParameterField:
    """A parameter as the form asks for it."""

    parameter: Parameter
    name: str
    value: Value
    errors: list[str]


def _said(text: Text) -> str:
    return text[language()]


class RunForm(forms.Form):
    """Input files and parameters of a run. ``repeats`` gives the files of an earlier one."""

    def __init__(
        self, method: Method, *args: Any, repeats: Run | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.method = method
        self.repeats = repeats
        self.kept = {one.table: one.name for one in repeats.inputs.all()} if repeats else {}
        for table in method.inputs:
            self.fields[f"table-{table.name}"] = forms.FileField(required=False)
            self.fields[f"keep-{table.name}"] = forms.BooleanField(required=False)
        for parameter in method.parameters:
            self.fields[f"parameter-{parameter.name}"] = forms.CharField(required=False)

    @property
    def from_example(self) -> bool:
        """Whether the button of the example was pressed: no files are needed then."""
        return "example" in self.data

    def clean(self) -> dict[str, Any]:
        """Every fault beside its field: a file of a wrong kind or size, one missing, a value."""
        for table in self.method.inputs:
            self._clean_table(table)
        for parameter in self.method.parameters:
            name = f"parameter-{parameter.name}"
            written = self.cleaned_data.get(name) or parameter.default
            try:
                self.cleaned_data[name] = parameter.parse(written)
            except UsageError as fault:
                self.add_error(name, _said(fault.hint or fault.message))
        return self.cleaned_data

    def _clean_table(self, table: Table) -> None:
        name = f"table-{table.name}"
        sent: UploadedFile | None = self.cleaned_data.get(name)
        if sent is not None:
            if not str(sent.name).lower().endswith(ENDINGS):
                self.add_error(name, _said(say("evidence.form.kind", name=sent.name)))
            elif (sent.size or 0) > settings.KYOSO_UPLOAD:
                limit = settings.KYOSO_UPLOAD // settings.MEGABYTE
                self.add_error(name, _said(say("evidence.form.size", megabytes=limit)))
        elif self._needs(table) and not self.from_example and not self._keeps(table):
            self.add_error(name, _said(say("evidence.form.missing")))

    @staticmethod
    def _needs(table: Table) -> bool:
        return table.shipped is None and not table.optional

    def _keeps(self, table: Table) -> bool:
        return table.name in self.kept and bool(self.cleaned_data.get(f"keep-{table.name}"))

    def values(self) -> dict[str, Value]:
        """The parameters."""
        return {p.name: self.cleaned_data[f"parameter-{p.name}"] for p in self.method.parameters}

    def sent(self) -> Mapping[str, UploadedFile]:
        """The files sent, by table."""
        sent = {
            table.name: self.cleaned_data.get(f"table-{table.name}") for table in self.method.inputs
        }
        return {name: file for name, file in sent.items() if file is not None}

    def kept_tables(self) -> list[str]:
        """The tables whose file of the repeated run is used again."""
        sent = self.sent()
        return [t.name for t in self.method.inputs if t.name not in sent and self._keeps(t)]

    def _said_of(self, field: str) -> list[str]:
        return [str(error) for error in self.errors.get(field, ())]

    def table_fields(self) -> Iterator[TableField]:
        for table in self.method.inputs:
            yield TableField(
                table=table,
                name=f"table-{table.name}",
                kept=self.kept.get(table.name),
                needed=self._needs(table),
                errors=self._said_of(f"table-{table.name}"),
            )

    def parameter_fields(self) -> Iterator[ParameterField]:
        earlier = self.repeats.parameters if self.repeats else {}
        for parameter in self.method.parameters:
            name = f"parameter-{parameter.name}"
            value = earlier.get(parameter.name, parameter.default)
            yield ParameterField(
                parameter=parameter,
                name=name,
                value=self.data.get(name, value) if self.is_bound else value,
                errors=self._said_of(name),
            )
