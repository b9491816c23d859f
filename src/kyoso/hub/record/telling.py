"""How the log is told to people: fields by the words of their forms, values as pages write them.

What a field is follows from its model. Where that does not say enough, an app has a module
``telling`` with ``FIELDS``: a :class:`Field` by ``app.model.field``, and ``TITLES``: a
:class:`Title` by ``app.model`` for records that have no name of their own. Names of people,
projects and the like are asked for once for all acts that are told together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone

from kyoso.core.text import Language, Text
from kyoso.hub.fields import BilingualField
from kyoso.hub.record.models import Event
from kyoso.hub.record.redlines import Wording, set_against
from kyoso.hub.record.visibility import modules
from kyoso.hub.texts import entries, language, say
from kyoso.hub.writing import day, period
from kyoso.reference.countries import country

Shape = Literal[
    "words", "bilingual", "number", "day", "time", "yes_no", "period", "coded", "place", "named",
    "rows", "hidden",
]  # fmt: skip

TECHNICAL = frozenset(
    {"id", "version", "once", "sha256", "size", "content_type", "password", "secret", "key_hash"}
)
"""What tells nobody anything; the log has it."""
_PLACES = frozenset({"country", "countries", "member", "place"})


@dataclass(frozen=True, slots=True)
class Field:
    """How a field is told.

    ``words`` is where the words of a closed list stand, ``model`` and ``by`` what a value names,
    or whose fields the rows have. ``term`` says a code that is named in reference data.
    """

    shape: Shape = "words"
    label: Text | None = None
    words: str = ""
    model: str = ""
    by: str = "pk"
    term: Callable[[str], Text] | None = None


HIDDEN = Field("hidden")


@dataclass(frozen=True, slots=True)
class Title:
    """What a record is called that has no name of its own; ``related`` are read with it."""

    of: Callable[[Any], Text]
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One field that an act changed: what is its name, what stood there, what stands there now."""

    label: str
    wording: Wording


@dataclass(frozen=True, slots=True)
class Told:
    """An act in words. ``written_by`` are those whose writing the act accepted."""

    number: int
    at: date
    by: str
    act: str
    why: str
    lines: Sequence[Line]
    written_by: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """A field of two versions of a record that contradict each other."""

    label: str
    yours: str
    theirs: str
    differs: bool


# --- acts ---------------------------------------------------------------------------------


def told(events: Iterable[Event], named: Mapping[tuple[str, str], str] | None = None) -> list[Told]:
    """Acts of the log in the language of the page; a query for each model that is named in them.

    ``named`` are names, by model and primary key, of what is not in the database.
    """
    found = list(events)
    names = Names()
    for event in found:
        for name, pair in _changes(event):
            names.ask(field_of(_kind(event), name), *pair)
    names.load()
    for (kind, key), name in (named or {}).items():
        names.known.setdefault((kind, "pk"), {})[key] = name
    return [_told(event, names) for event in found]


def compared(kind: str, yours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[Compared]:
    """Two versions of the fields of a record, as plain data, in the language of the page."""
    names = Names()
    for name, value in yours.items():
        names.ask(field_of(kind, name), value, theirs[name])
    names.load()
    return [
        Compared(
            label_of(kind, name)[language()],
            _said(value, one, names),
            _said(theirs[name], one, names),
            value != theirs[name],
        )
        for name, value in yours.items()
        if (one := field_of(kind, name)).shape != "hidden"
    ]


def _kind(event: Event) -> str:
    """Whose fields were changed; ``of`` where it is not the record that the act is logged with."""
    return str(event.data.get("of", event.kind))


def _changes(event: Event) -> Iterable[tuple[str, tuple[Any, Any]]]:
    found: Mapping[str, tuple[Any, Any]] = event.data.get("changes", {})
    return found.items()


def _told(event: Event, names: Names) -> Told:
    kind = _kind(event)
    changes = sorted(_changes(event), key=lambda change: _place_of(kind, change[0]))
    lines = [_line(kind, name, before, after, names) for name, (before, after) in changes]
    app, _, act = event.act.partition(".")
    return Told(
        number=event.number,
        at=timezone.localdate(event.at),
        by=event.actor_name,
        act=say(f"{app}.acts.{act}")[language()],
        why=str(event.data.get("why", "")),
        lines=[line for line in lines if line is not None],
        written_by=say("record.value.comma")[language()].join(event.data.get("written_by", ())),
    )


def _line(kind: str, name: str, before: Any, after: Any, names: Names) -> Line | None:
    one = field_of(kind, name)
    unsaid: tuple[Any, ...] = (None, "", [], {}, False)
    if one.shape == "hidden" or (before in unsaid and after in unsaid):
        return None
    label, said = label_of(kind, name)[language()], language()
    if one.shape == "bilingual" and _same_in(said, before, after):
        said = "en" if said == "ja" else "ja"
    texts = (_said(value, one, names, said) for value in (before, after))
    wording = set_against(*texts)
    return Line(label, wording if said == language() else replace(wording, language=said))


def _same_in(said: Language, before: Any, after: Any) -> bool:
    return bool(before and after) and before.get(said) == after.get(said)


@cache
def _order(kind: str) -> Mapping[str, int]:
    model = _model(kind)
    fields = model._meta.concrete_fields if model else ()
    return {one.name: at for at, one in enumerate(fields)}


def _place_of(kind: str, name: str) -> tuple[int, str]:
    order = _order(kind)
    return (order.get(name, len(order)), name)


# --- fields -------------------------------------------------------------------------------


@cache
def _declared() -> Mapping[str, Field]:
    return {key: one for found in _in_modules("FIELDS") for key, one in found.items()}


@cache
def _titles() -> Mapping[str, Title]:
    return {kind: one for found in _in_modules("TITLES") for kind, one in found.items()}


def _in_modules(name: str) -> list[Mapping[str, Any]]:
    return [getattr(module, name, {}) for module in modules("telling")]


def _model(kind: str) -> type[models.Model] | None:
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None


@cache
def field_of(kind: str, name: str) -> Field:
    """How a field of ``app.model`` is told."""
    key = f"{kind}.{name}"
    if key in _declared():
        return _declared()[key]
    model = _model(kind)
    if model is None:
        return HIDDEN if name in TECHNICAL else Field()
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:
        return HIDDEN if name in TECHNICAL else Field()
    return _deduced(kind, found) if isinstance(found, models.Field) else Field()


_SHAPES: tuple[tuple[type[models.Field[Any, Any]], Shape], ...] = (
    (BilingualField, "bilingual"),
    (models.DateTimeField, "time"),
    (models.DateField, "day"),
    (models.BooleanField, "yes_no"),
    (models.DecimalField, "number"),
    (models.FloatField, "number"),
    (models.IntegerField, "number"),
)


def _deduced(kind: str, found: models.Field[Any, Any]) -> Field:
    if found.primary_key or found.name in TECHNICAL:
        return HIDDEN
    if found.is_relation:
        return Field("named", model=str(found.related_model._meta.label_lower))  # type: ignore[union-attr]  # a relation to a model that is loaded
    if found.choices:
        return _coded(kind, found)
    if found.name in _PLACES:
        return Field("place")
    if found.name == "period":
        return Field("period")
    return Field(next((shape for sort, shape in _SHAPES if isinstance(found, sort)), "words"))


def _coded(kind: str, found: models.Field[Any, Any]) -> Field:
    values = [str(value) for value, _ in found.flatchoices if value != ""]
    for place in _places(kind):
        words = f"{place}.{found.name}"
        if all(_entry(words, value) in entries() for value in values):
            return Field("coded", words=words)
    return Field()


def _entry(words: str, value: str) -> str:
    return f"{words}.{value.replace('-', '_').replace('.', '_')}"


def label_of(kind: str, name: str) -> Text:
    """What a field is called on its form; its own name where the texts do not know it."""
    label = field_of(kind, name).label
    keys = (f"{place}.field.{name}" for place in _places(kind))
    key = next((one for one in keys if one in entries()), None)
    return label or (say(key) if key else Text(name, name))


def _places(kind: str) -> Iterator[str]:
    """Where the words of a model are looked for: its own, those of its package, of its app."""
    app, _, _ = kind.partition(".")
    yield kind
    if model := _model(kind):
        yield model.__module__.removeprefix("kyoso.hub.").partition(".models")[0]
    yield app
    yield "record"


# --- values -------------------------------------------------------------------------------


@dataclass(slots=True)
class Names:
    """What keys stand for: asked for all at once, one query for each model."""

    wanted: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    known: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def ask(self, one: Field, *values: Any) -> None:
        """Note the keys that these values of a field hold."""
        for value in values:
            if one.shape == "rows" and isinstance(value, list):
                for row in value:
                    self._ask_row(one, row)
            elif one.shape == "named" and value not in (None, ""):
                keys = self.wanted.setdefault((one.model, one.by), set())
                keys.update(map(str, value if isinstance(value, list) else [value]))

    def _ask_row(self, one: Field, row: Any) -> None:
        if isinstance(row, dict):
            for name, value in row.items():
                self.ask(field_of(one.model, name), value)

    def load(self) -> None:
        """Read what was asked for."""
        for (kind, by), keys in self.wanted.items():
            rows = apps.get_model(kind)._default_manager.filter(**{f"{by}__in": keys})
            if kind in _titles():
                rows = rows.select_related(*_titles()[kind].related)
            self.known[kind, by] = {str(getattr(row, by)): _name_of(row) for row in rows}

    def of(self, one: Field, value: Any) -> str:
        """The name of what a key stands for; a key that people know stands for itself."""
        found = self.known.get((one.model, one.by), {}).get(str(value))
        if found is None and one.by != "pk":
            return str(value)
        return found or say("record.value.gone")[language()]


def _name_of(row: models.Model) -> str:
    if title := _titles().get(row._meta.label_lower):
        return title.of(row)[language()]
    for name in ("name", "title", "display_name", "label"):
        value = getattr(row, name, None)
        if isinstance(value, Text):
            return value[language()]
        if isinstance(value, str) and value:
            return value
    return str(row)


def _said(value: Any, one: Field, names: Names, said: Language | None = None) -> str:
    """A value in words; the empty text where there is none."""
    if one.shape == "yes_no":
        return "" if value is None else say(f"record.value.{'yes' if value else 'no'}")[language()]
    if value in (None, "", [], {}):
        return _absent(one)
    if isinstance(value, list):
        if one.shape == "rows":
            return "\n".join(_row(row, one, names) for row in value)
        comma = say("record.value.comma")[language()]
        return comma.join(_said(part, one, names, said) for part in value)
    if isinstance(value, dict):
        return _of_a_mapping(value, one, said or language())
    return _single(value, one, names)


def _absent(one: Field) -> str:
    key = f"{one.words}.none"
    return say(key)[language()] if one.shape == "coded" and key in entries() else ""


def _of_a_mapping(value: Mapping[str, Any], one: Field, said: Language) -> str:
    """A text in both languages, or words by the part that they are about."""
    if said in value:
        return str(value[said])
    named = ((_word(one, name or "whole"), words) for name, words in value.items())
    cells = (say("record.value.cell", label=name, value=words) for name, words in named)
    return "\n".join(cell[language()] for cell in cells)


def _word(one: Field, value: str) -> str:
    key = _entry(one.words, value)
    return say(key)[language()] if key in entries() else value


def _row(row: Any, one: Field, names: Names) -> str:
    if not isinstance(row, dict):
        return str(row)
    cells = [
        say(
            "record.value.cell",
            label=label_of(one.model, name),
            value=_said(value, cell, names),
        )[language()]
        for name, value in row.items()
        if value not in (None, "") and (cell := field_of(one.model, name)).shape != "hidden"
    ]
    return say("record.value.stop")[language()].join(cells)


def _single(value: Any, one: Field, names: Names) -> str:
    if one.term is not None:
        return one.term(str(value))[language()]
    if one.shape == "named":
        return names.of(one, value)
    if one.shape == "coded":
        return _word(one, str(value))
    if one.shape == "place":
        place = country(str(value))
        return place.name[language()] if place else str(value)
    if one.shape == "number":
        return _number(str(value))
    return _dated(str(value), one.shape)


def _number(written: str) -> str:
    try:
        value = Decimal(written)
    except InvalidOperation:
        return written
    return f"{value.normalize() if value % 1 else value.to_integral_value():,f}"


def _dated(written: str, shape: Shape) -> str:
    try:
        if shape == "day":
            return day(date.fromisoformat(written))[language()]
        if shape == "time":
            at = timezone.localtime(datetime.fromisoformat(written))
            return f"{day(at.date())[language()]} {at:%H:%M}"
    except ValueError:
        return written
    return period(written)[language()] if shape == "period" else written
