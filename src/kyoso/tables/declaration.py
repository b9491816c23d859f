"""Declared tables: what a column is called, holds, means, and may contain (DESIGN §4)."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NoReturn

from kyoso.core.text import Language, Text, joined, same


class Type(enum.StrEnum):
    """What a column holds, independent of file format and engine."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"

    @property
    def label(self) -> Text:
        return _TYPE_LABELS[self]


_TYPE_LABELS = {
    Type.TEXT: Text("text", "文字列"),
    Type.INTEGER: Text("whole number", "整数"),
    Type.NUMBER: Text("number", "数値"),
    Type.BOOLEAN: Text("yes or no", "はい・いいえ"),
    Type.DATE: Text("date", "日付"),
}


def bounds(minimum: float | None, maximum: float | None, *, above: float | None = None) -> str:
    """Bounds in symbols: ``≥ 0``, ``> 0, ≤ 1``, ``1990 … 2100``, or an empty string."""
    if minimum is not None and maximum is not None and above is None:
        return f"{minimum:.15g} … {maximum:.15g}"
    signs = (("≥", minimum), (">", above), ("≤", maximum))
    return ", ".join(f"{sign} {value:.15g}" for sign, value in signs if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    ``unit`` is the unit the method calculates in; a file may state another compatible one in
    its header (``quantity [kt]``). ``unit_column`` names the column that states the unit row
    by row instead. ``refers_to`` is ``(table, column)`` of the same method; ``allowed`` is the
    closed list of values. Both compare without regard to letter case where ``any_case`` is set.
    ``named_by`` is the reference file in which the codes have titles, for people who read them;
    ``words`` are the words of the codes of a closed list, which pages and reports say in their
    place while files keep the codes. ``japanese`` is the column of the same table that tells in
    Japanese what this one tells in English.
    A required column must be there and filled; one that is not required may be absent, in
    whole or in a row, and then holds ``default`` or stays absent.
    """

    name: str
    type: Type
    meaning: Text
    unit: str | None = None
    unit_column: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    required: bool = True
    default: str | float | bool | None = None
    allowed: tuple[str, ...] = ()
    allowed_name: Text | None = None
    refers_to: tuple[str, str] | None = None
    pattern: str | None = None
    pattern_hint: Text | None = None
    any_case: bool = False
    named_by: str | None = None
    words: Mapping[str, Text] = field(default_factory=dict, hash=False)
    japanese: str | None = None

    def said(self, value: str) -> Text:
        """A value as people read it: each code in it by its words, anything else as it stands.

        A value may hold several codes, or a code beside something else: ``level, trend``. Letter
        case makes no difference.
        """
        if not self.words:
            return same(value)
        pattern, codes = _codes(tuple(self.words))
        if value.lower() in codes:
            return self.words[codes[value.lower()]]

        def words(found: re.Match[str]) -> Text:
            return self.words[codes[found[0].lower()]]

        return Text(
            pattern.sub(lambda found: words(found).en, value),
            pattern.sub(lambda found: words(found).ja, value),
        )

    def offered(self) -> tuple[Text, ...]:
        """The allowed values as they are written, each with its words where they say more."""
        return tuple(_offered(code, self.words.get(code)) for code in self.allowed)

    @property
    def is_category(self) -> bool:
        """Whether the values come from a closed list or have a set form."""
        return bool(self.allowed or self.pattern or self.refers_to)

    def heading(self) -> str:
        """The name as it stands in a header, with its unit: ``quantity [t]``."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name

    def bounds(self) -> str:
        """The bounds in symbols, see :func:`bounds`."""
        return bounds(self.minimum, self.maximum, above=self.above)


@lru_cache(maxsize=256)
def _codes(codes: tuple[str, ...]) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """One of some codes between marks of punctuation, and the codes by their lower case.

    The longest comes first, for one may begin with another. A code within other words is none of
    them: ``Paper`` is not said in ``Paper mill of the bay``.
    """
    ordered = sorted(codes, key=len, reverse=True)
    before, after = r"(?:^|(?<=[,;:(])|(?<=[,;:] ))", r"(?=\s*(?:$|[,;:()]))"
    pattern = re.compile(f"{before}(?:{'|'.join(map(re.escape, ordered))}){after}", re.IGNORECASE)
    return pattern, {code.lower(): code for code in codes}


def says_more(words: str, code: str) -> bool:
    """Whether words tell something that is not to be read off the code itself."""
    return words != code.replace("-", " ").replace("_", " ")


def _offered(code: str, words: Text | None) -> Text:
    if words is None:
        return same(code)
    english = f"{code} ({words.en})" if says_more(words.en, code) else code
    return Text(english, f"{code}（{words.ja}）")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A declared table. ``key`` names the columns that together occur once.

    ``shipped`` is the reference file that stands in when an input table is not given;
    ``optional`` says that the method also works without the table. ``beside`` names columns that a
    workbook may hold for whoever fills it in: nothing reads them, and nobody is told of them.
    """

    name: str
    title: Text
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    shipped: str | None = None
    optional: bool = False
    beside: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            self._refuse("a column is repeated", names)
        if wrong := [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]*", name)]:
            self._refuse("names are lower case", wrong)
        named = {*self.key, *(c.unit_column for c in self.columns if c.unit_column)}
        if unknown := sorted(named - set(names)):
            self._refuse("not declared", unknown)
        if wrong := [c.name for c in self.columns if c.unit and c.type is not Type.NUMBER]:
            self._refuse("a unit is a number's", wrong)
        if wrong := [c.name for c in self.columns if c.is_category and c.type is not Type.TEXT]:
            self._refuse("a closed list or pattern is a text's", wrong)
        worded = [c for c in self.columns if c.words]
        if wrong := [c.name for c in worded if c.allowed and not set(c.allowed) <= c.words.keys()]:
            self._refuse("words are of the allowed values", wrong)
        if wrong := [c.name for c in self.columns if c.japanese and c.japanese not in names]:
            self._refuse("their Japanese is not declared", wrong)

    def _refuse(self, what: str, names: Sequence[str]) -> NoReturn:
        message = f"table {self.name}: {what}: {', '.join(names)}"
        raise ValueError(message)

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def spoken(self, language: Language) -> tuple[Column, ...]:
        """The columns, without those that tell in the other language what one of them tells."""
        pairs = {c.name: c.japanese for c in self.columns if c.japanese}
        other = pairs.values() if language == "en" else pairs.keys()
        return tuple(column for column in self.columns if column.name not in other)

    def told(self, row: Mapping[str, Any], name: str) -> Text | None:
        """What a row tells in a column, in both languages; ``None`` where it tells nothing.

        Codes are said in their words. Of a pair of columns either name will do, and where one of
        them is empty the other stands for both.
        """
        english = next((c for c in self.columns if c.japanese == name), self[name])
        found = row.get(english.name)
        if not english.japanese:
            return None if found in (None, "") else english.said(str(found))
        other = row.get(english.japanese)
        both = [one for one in (found, other) if one]
        return Text(both[0], both[-1]) if both else None

    def line(self, row: Mapping[str, Any], names: Iterable[str] = ()) -> Text:
        """What a row tells in some columns, those of its key if none are named, in one line.

        At least one of them must be filled.
        """
        told = (self.told(row, name) for name in tuple(names) or self.key)
        return joined((one for one in told if one is not None), " ")

    def as_dict(self, language: Language | None = None) -> dict[str, object]:
        """The declaration as data; texts in one language, or in both when none is given."""

        def text(value: Text | None) -> object:
            if value is None:
                return None
            return value[language] if language else value.as_dict()

        return {
            "name": self.name,
            "title": text(self.title),
            "key": list(self.key),
            "default": self.shipped,
            "optional": self.optional or self.shipped is not None,
            "columns": [
                {
                    "name": c.name,
                    "type": c.type.value,
                    "unit": c.unit,
                    "unit_column": c.unit_column,
                    "meaning": text(c.meaning),
                    "required": c.required,
                    "default": c.default,
                    "minimum": c.minimum,
                    "above": c.above,
                    "maximum": c.maximum,
                    "allowed": list(c.allowed) or None,
                    "words": {code: text(said) for code, said in c.words.items()} or None,
                    "japanese": c.japanese,
                    "refers_to": list(c.refers_to) if c.refers_to else None,
                    "pattern": c.pattern,
                    "ignore_case": c.any_case,
                }
                for c in self.columns
            ],
        }
