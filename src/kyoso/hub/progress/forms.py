"""The forms of rounds and reports. Each writes its faults beside the field."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from kyoso.core import units
from kyoso.core.errors import UnitError
from kyoso.core.text import Text
from kyoso.hub.evidence import store
from kyoso.hub.evidence.enums import State as RunState
from kyoso.hub.evidence.models import Run
from kyoso.hub.programme.models import Programme
from kyoso.hub.progress.enums import Flow, Part, ValueKind, WrittenIn
from kyoso.hub.progress.models import Document, Finance, Milestone, Report, ReportingRound, Value
from kyoso.hub.progress.selectors import Asked
from kyoso.hub.progress.showing import plain
from kyoso.hub.progress.writing import Answer, Sum
from kyoso.hub.projects.models import Milestone as PlannedMilestone
from kyoso.hub.projects.models import check_currency
from kyoso.hub.projects.store import misfit
from kyoso.hub.texts import language, say

ENDINGS = (".pdf", ".csv", ".xlsx", ".docx", ".png", ".jpg", ".jpeg")
SPARE_ROWS = 3
"""Empty rows at the end of a list: without scripts none can be added in the page."""


def said(key: str, **values: object) -> str:
    """A text in the language of the page."""
    text: str = say(key, **values)[language()]
    return text


def _choices(values: Iterable[Any], prefix: str, none: str = "") -> list[tuple[str, str]]:
    listed = [(str(value.value), said(f"{prefix}.{value.value}")) for value in values]
    return [("", said(none)), *listed] if none else listed


class _Labelled(forms.Form):
    """A form whose labels are texts of the interface."""

    labels = "progress.write"

    def __init__(self, declared: Mapping[str, forms.Field], *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields.update(declared)
        for name, field in self.fields.items():
            if field.label is None:
                field.label = said(f"{self.labels}.{name}")


def _day_field(**kwargs: Any) -> forms.DateField:
    return forms.DateField(
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": said("progress.fault.day")},
        **kwargs,
    )


# --- rounds ---------------------------------------------------------------------------------


class RoundForm(_Labelled):
    """Title, period and days of a round."""

    labels = "progress.form"

    def __init__(
        self, *args: Any, changes: bool = False, programmes: bool = False, **kwargs: Any
    ) -> None:
        self.programmes = {one.key: one for one in Programme.objects.all()} if programmes else {}
        declared: dict[str, forms.Field] = {
            "title_en": forms.CharField(max_length=200),
            "title_ja": forms.CharField(max_length=200),
            "starts": _day_field(),
            "ends": _day_field(),
            "opens": _day_field(),
            "due": _day_field(),
            "escalates_after": forms.IntegerField(min_value=0, max_value=366),
        }
        if changes:
            declared["why"] = forms.CharField(max_length=1000)
        if programmes:
            choices = [(key, one.name[language()]) for key, one in self.programmes.items()]
            declared = {"programme": forms.ChoiceField(choices=choices)} | declared
        super().__init__(declared, *args, **kwargs)

    @classmethod
    def of(cls, one: ReportingRound) -> RoundForm:
        """The form of a round as it stands."""
        names = ("starts", "ends", "opens", "due", "escalates_after")
        initial = {name: getattr(one, name) for name in names}
        return cls(
            changes=True, initial=initial | {"title_en": one.title.en, "title_ja": one.title.ja}
        )

    def clean(self) -> dict[str, Any]:
        for first, last, fault in (("starts", "ends", "ends"), ("opens", "due", "due")):
            start, end = self.cleaned_data.get(first), self.cleaned_data.get(last)
            if start and end and end < start:
                self.add_error(last, said(f"progress.fault.{fault}"))
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """The fields of the round."""
        values = {k: v for k, v in self.cleaned_data.items() if k != "why" and "title" not in k}
        values["title"] = Text(self.cleaned_data["title_en"], self.cleaned_data["title_ja"])
        if self.programmes:
            values["programme"] = self.programmes[values["programme"]]
        return values


class OwedForm(_Labelled):
    """Another day for a report that is owed, and why."""

    labels = "progress.duty"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        declared = {
            "due": _day_field(required=False, label=said("progress.duty.put_off_to")),
            "why": forms.CharField(max_length=1000),
        }
        super().__init__(declared, *args, **kwargs)


# --- texts ----------------------------------------------------------------------------------


class TextsForm(_Labelled):
    """The texts of a report, their language, and a translation beside each."""

    def __init__(self, report: Report, *args: Any, **kwargs: Any) -> None:
        self.report = report
        languages = [(code, said(f"progress.language.{code}")) for code, _ in settings.LANGUAGES]
        declared: dict[str, forms.Field] = {
            "language": forms.ChoiceField(choices=_choices(WrittenIn, "progress.language")),
            "translation_language": forms.ChoiceField(
                required=False,
                choices=[("", said("progress.write.no_translation")), *languages],
            ),
        }
        for part in Part:
            label = said(f"progress.part.{part.value}")
            declared[part.value] = _long(label)
            declared[f"{part.value}_translation"] = _long(
                said("progress.write.translation_of", part=label), rows=3
            )
            declared[f"{part.value}_holds"] = forms.BooleanField(
                required=False, label=said("progress.write.still_holds")
            )
        initial = {name: getattr(report, name) for name in declared if hasattr(report, name)}
        super().__init__(declared, *args, initial=initial, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("language") and data.get("language") == data.get("translation_language"):
            self.add_error("translation_language", said("progress.fault.translation_language"))
        return data

    def parts(self) -> Iterator[tuple[Part, Any, Any, Any]]:
        """Each text with its translation, and where that is stale whether it still holds."""
        for part in Part:
            holds = self[f"{part.value}_holds"] if self.report.is_stale(part) else None
            yield part, self[part.value], self[f"{part.value}_translation"], holds

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return {
            "written_in": WrittenIn(data["language"]),
            "translation_language": data["translation_language"],
            "texts": {part: data[part.value] for part in Part},
            "translations": {part: data[f"{part.value}_translation"] for part in Part},
            "still_hold": [part for part in Part if data[f"{part.value}_holds"]],
        }


def _long(label: str, rows: int = 6) -> forms.CharField:
    return forms.CharField(
        required=False,
        label=label,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


# --- values ---------------------------------------------------------------------------------


class ValueForm(_Labelled):
    """One answer to one indicator, for the whole or for a group."""

    def __init__(
        self,
        asked: Asked,
        documents: Sequence[Document],
        *args: Any,
        value: Value | None = None,
        for_group: bool = False,
        **kwargs: Any,
    ) -> None:
        self.asked, self.documents, self.for_group = asked, documents, for_group
        number = {"invalid": said("progress.fault.number")}
        digits: Mapping[str, Any] = {"max_digits": 15, "decimal_places": 4, "required": False}
        declared: dict[str, forms.Field] = {
            "group": forms.CharField(required=False, max_length=60),
            "kind": forms.ChoiceField(
                required=False,
                choices=_choices(ValueKind, "progress.kind", "progress.write.no_answer"),
            ),
            "number": forms.DecimalField(error_messages=number, **digits),
            "unit": forms.CharField(required=False, max_length=40),
            "numerator": forms.DecimalField(error_messages=number, **digits),
            "denominator": forms.DecimalField(error_messages=number, **digits),
            "statement": forms.CharField(
                required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
            ),
            "run": forms.UUIDField(
                required=False, error_messages={"invalid": said("progress.fault.run")}
            ),
            "run_table": forms.CharField(required=False, max_length=60),
            "run_row": forms.IntegerField(required=False, min_value=1),
            "document": forms.ChoiceField(
                required=False,
                choices=[
                    ("", said("progress.write.no_document")),
                    *((str(one.pk), one.name) for one in documents),
                ],
            ),
        }
        for field in ("number", "numerator", "denominator"):
            declared[field].widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(declared, *args, initial=_initial(value, asked), **kwargs)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        kind = data.get("kind")
        given = {
            ValueKind.NUMBER: data.get("number") is not None,
            ValueKind.SHARE: data.get("numerator") is not None
            or data.get("denominator") is not None,
        }
        if not kind:
            if any(given.values()) or data.get("statement"):
                self.add_error("kind", said("progress.fault.one_answer"))
            return data
        if self.errors:
            return data
        if kind == ValueKind.NUMBER:
            self._clean_number()
        elif kind == ValueKind.SHARE:
            self._clean_share()
        elif not data.get("statement"):
            self.add_error("statement", said("progress.fault.reason"))
        if any(there for one, there in given.items() if one != kind):
            self.add_error("kind", said("progress.fault.one_answer"))
        return data

    def _clean_number(self) -> None:
        if self.cleaned_data.get("number") is None:
            self.add_error("number", said("progress.fault.number"))
            return
        unit = self.cleaned_data["unit"] = self.cleaned_data.get("unit") or self.asked.unit
        try:
            units.conversion(unit, self.asked.unit)
        except UnitError as fault:
            self.add_error("unit", fault.line(language()))

    def _clean_share(self) -> None:
        numerator = self.cleaned_data.get("numerator")
        denominator = self.cleaned_data.get("denominator")
        if numerator is None or denominator is None or denominator <= 0:
            self.add_error("denominator", said("progress.fault.both_parts"))

    def check_run(self, runs: Mapping[uuid.UUID, Run]) -> None:
        """A run among ``runs``, those that the author may cite, with its result."""
        pk = self.cleaned_data.get("run")
        if pk is None:
            return
        run = runs.get(pk)
        if run is None:
            self.add_error("run", said("progress.fault.run"))
        elif run.state != RunState.DONE:
            self.add_error("run", said("progress.fault.run_done"))
        else:
            tables = sorted(store.tables_of(run.pk))
            named = self.cleaned_data.get("run_table")
            if named and named not in tables:
                self.add_error(
                    "run_table", said("progress.fault.run_table", tables=", ".join(tables))
                )

    def answer(self, runs: Mapping[uuid.UUID, Run]) -> Answer | None:
        """What the service takes; nothing where nothing was answered."""
        data = self.cleaned_data
        if not data["kind"]:
            return None
        kind = ValueKind(data["kind"])
        is_number, is_share = kind == ValueKind.NUMBER, kind == ValueKind.SHARE
        kept = {str(one.pk): one for one in self.documents}
        return Answer(
            **self.asked.named,
            group=data["group"],
            kind=kind,
            number=data["number"] if is_number else None,
            numerator=data["numerator"] if is_share else None,
            denominator=data["denominator"] if is_share else None,
            unit=data["unit"] if is_number or is_share else "",
            statement=data["statement"],
            run=runs.get(data["run"]),
            run_table=data["run_table"] if data["run"] else "",
            run_row=data["run_row"] if data["run"] else None,
            document=kept.get(data["document"]),
        )


def _initial(value: Value | None, asked: Asked) -> dict[str, Any]:
    if value is None:
        return {"unit": asked.unit}
    return {
        "group": value.group,
        "kind": value.kind,
        "number": plain(value.number),
        "unit": value.unit,
        "numerator": plain(value.numerator),
        "denominator": plain(value.denominator),
        "statement": value.statement,
        "run": value.run_id,
        "run_table": value.run_table,
        "run_row": value.run_row,
        "document": value.document_id,
    }


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator with the forms of its answers: the whole first, then groups, one to spare."""

    asked: Asked
    forms: Sequence[ValueForm]


class ValuesForm:
    """All answers of a report."""

    def __init__(
        self, report: Report, asked: Sequence[Asked], data: Mapping[str, Any] | None = None
    ) -> None:
        documents = list(report.documents.all())
        values = list(report.values.all())
        self.data = data
        self.lines = []
        for each in asked:
            own = [value for value in values if value.of == each.indicator]
            whole = next((value for value in own if not value.group), None)
            rows = [whole, *(value for value in own if value.group), None]
            rows += [None] * (_sent(data, f"{each.key}-", "-kind") - len(rows))
            self.lines.append(
                Line(
                    each,
                    [
                        ValueForm(
                            each,
                            documents,
                            data,
                            value=value,
                            for_group=at > 0,
                            prefix=f"{each.key}-{at}",
                        )
                        for at, value in enumerate(rows)
                    ],
                )
            )

    def __iter__(self) -> Iterator[ValueForm]:
        for line in self.lines:
            yield from line.forms

    def cited(self) -> set[uuid.UUID]:
        """The runs that are named."""
        return {form.cleaned_data["run"] for form in self if form.cleaned_data.get("run")}

    def is_valid(self) -> bool:
        valid = [form.is_valid() for form in self]
        for line in self.lines:
            groups: set[str] = set()
            for form in line.forms:
                group = form.cleaned_data.get("group", "")
                if form.cleaned_data.get("kind") and group in groups:
                    form.add_error("group", said("progress.fault.group_twice"))
                elif form.cleaned_data.get("kind"):
                    groups.add(group)
        return all(valid) and not any(form.errors for form in self)

    def answers(self, runs: Mapping[uuid.UUID, Run]) -> list[Answer] | None:
        """What the service takes; ``None`` where a run cannot be cited."""
        for form in self:
            form.check_run(runs)
        if any(form.errors for form in self):
            return None
        found = (form.answer(runs) for form in self)
        return [one for one in found if one is not None]


def _sent(data: Mapping[str, Any] | None, before: str, after: str) -> int:
    """How many rows were sent: more than there are where somebody else took some out meanwhile."""
    return next(at for at in count() if f"{before}{at}{after}" not in (data or {}))


# --- lists of rows --------------------------------------------------------------------------


class MilestoneForm(_Labelled):
    """A milestone that was reached: one that the project planned, or another by its name."""

    def __init__(self, planned: Sequence[PlannedMilestone], *args: Any, **kwargs: Any) -> None:
        self.by_pk = {str(one.pk): one for one in planned}
        declared: dict[str, forms.Field] = {
            "planned": forms.ChoiceField(
                required=False,
                choices=[
                    ("", said("progress.write.other_milestone")),
                    *((pk, one.title[language()]) for pk, one in self.by_pk.items()),
                ],
            ),
            "name": forms.CharField(
                required=False, max_length=200, label=said("progress.write.milestone")
            ),
            "reached": _day_field(required=False, label=said("progress.report.reached")),
        }
        if not planned:
            del declared["planned"]
        super().__init__(declared, *args, **kwargs)

    @property
    def is_empty(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in self.fields)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.is_empty or self.errors:
            return data
        if not data.get("name") and not data.get("planned"):
            self.add_error("name", said("progress.fault.name"))
        if data.get("reached") is None:
            self.add_error("reached", said("progress.fault.day"))
        return data

    def reached(self) -> tuple[str, date, PlannedMilestone | None]:
        """What the service takes."""
        planned = self.by_pk.get(self.cleaned_data.get("planned", ""))
        name = self.cleaned_data["name"] or (planned.title[language()] if planned else "")
        return name, self.cleaned_data["reached"], planned


def milestone_forms(
    report: Report, planned: Sequence[PlannedMilestone], data: Mapping[str, Any] | None = None
) -> list[MilestoneForm]:
    """The milestones of a report, and empty rows."""
    rows: list[Milestone | None] = [*report.milestones.all(), *([None] * SPARE_ROWS)]
    rows += [None] * (_sent(data, "milestone-", "-reached") - len(rows))
    return [
        MilestoneForm(
            planned,
            data,
            prefix=f"milestone-{at}",
            initial={"planned": row.planned_id, "name": row.name, "reached": row.reached}
            if row
            else {},
        )
        for at, row in enumerate(rows)
    ]


class FinanceForm(_Labelled):
    """An amount of money from one source."""

    labels = "progress.report"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        declared: dict[str, forms.Field] = {
            "flow": forms.ChoiceField(choices=_choices(Flow, "progress.flow"), required=False),
            "source": forms.CharField(required=False, max_length=120),
            "amount": forms.DecimalField(
                required=False,
                max_digits=17,
                decimal_places=2,
                min_value=0,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
                error_messages=dict.fromkeys(
                    ("invalid", "min_value", "max_decimal_places", "max_digits"),
                    said("progress.fault.amount"),
                ),
            ),
            "currency": forms.CharField(required=False, validators=[check_currency]),
        }
        super().__init__(declared, *args, **kwargs)

    @property
    def is_empty(self) -> bool:
        return not self.cleaned_data.get("source") and self.cleaned_data.get("amount") is None

    def clean(self) -> dict[str, Any]:
        if self.is_empty or self.errors:
            return self.cleaned_data
        if not self.cleaned_data.get("source"):
            self.add_error("source", said("progress.fault.source"))
        if self.cleaned_data.get("amount") is None:
            self.add_error("amount", said("progress.fault.amount"))
        if not self.cleaned_data.get("currency"):
            self.add_error("currency", said("progress.fault.currency"))
        return self.cleaned_data

    def sum(self) -> Sum:
        """What the service takes."""
        data = self.cleaned_data
        return Sum(
            flow=Flow(data["flow"]),
            source=data["source"],
            amount=data["amount"],
            currency=data["currency"],
        )


def finance_forms(report: Report, data: Mapping[str, Any] | None = None) -> list[FinanceForm]:
    """The money of a report, and empty rows."""
    rows: list[Finance | None] = [*report.finance.all(), *([None] * SPARE_ROWS)]
    rows += [None] * (_sent(data, "finance-", "-amount") - len(rows))
    return [
        FinanceForm(
            data,
            prefix=f"finance-{at}",
            initial={
                "flow": row.flow,
                "source": row.source,
                "amount": plain(row.amount),
                "currency": row.currency,
            }
            if row
            else {},
        )
        for at, row in enumerate(rows)
    ]


# --- documents ------------------------------------------------------------------------------


class DocumentForm(_Labelled):
    """A file that belongs to the report."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        declared: dict[str, forms.Field] = {
            "file": forms.FileField(
                error_messages={
                    "required": said("progress.fault.no_file"),
                    "empty": said("progress.fault.no_file"),
                },
                widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
            )
        }
        super().__init__(declared, *args, **kwargs)

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if not str(file.name).lower().endswith(ENDINGS):
            raise ValidationError(said("progress.fault.kind", kinds=", ".join(ENDINGS)))
        if (file.size or 0) > settings.KYOSO_UPLOAD:
            limit = settings.KYOSO_UPLOAD // settings.MEGABYTE
            raise ValidationError(said("progress.fault.size", megabytes=limit))
        if (fault := misfit(file)) is not None:
            raise ValidationError(fault[language()])
        return file
