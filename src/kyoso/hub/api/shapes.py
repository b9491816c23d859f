"""What several resources are made of: words in both languages, days, amounts, faults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import TextChoices
from ninja import Field, File, Header, Schema, UploadedFile

from kyoso.core.text import Text
from kyoso.hub.programme.models import Cited

# --- in -----------------------------------------------------------------------------------

_NO_NUL = r"^[^\x00]*$"
"""No database keeps the sign U+0000 in a text."""

Line = Annotated[str, Field(min_length=1, max_length=200, pattern=_NO_NUL)]
LineOrEmpty = Annotated[str, Field(max_length=200, pattern=_NO_NUL)]
LineOrNone = Annotated[str | None, Field(max_length=200, pattern=_NO_NUL)]
Words = Annotated[str, Field(max_length=8000, pattern=_NO_NUL)]
WordsOrNone = Annotated[str | None, Field(max_length=8000, pattern=_NO_NUL)]
Why = Annotated[str, Field(max_length=2000, pattern=_NO_NUL)]
Key = Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9._()-]+$")]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,19}$")]
"""What a facility, a unit or a stream is called in tables."""
Slug = Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9._()/-]+$")]
ScopeOfActivity = Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9-]+/[A-Za-z0-9.()-]+$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""A number that names a record."""
Year = Annotated[int, Field(ge=1990, le=2100)]
DecimalText = Annotated[str, Field(pattern=r"^-?[0-9]{1,13}(\.[0-9]{1,4})?$")]
"""A decimal number as text: no digit is lost on the way."""

IfMatch = Annotated[str | None, Header(None, alias="If-Match", max_length=100)]
IfNoneMatch = Annotated[str | None, Header(None, alias="If-None-Match", max_length=1000)]
Once = Annotated[str | None, Header(None, alias="Idempotency-Key", max_length=200)]

Upload = Annotated[UploadedFile, File(...)]
"""A file that is sent as a part of a form."""


def listed(choices: type[TextChoices]) -> Any:
    """Writes a closed list where it is used: several apps have one of the same name."""

    def inline(schema: dict[str, Any]) -> None:
        schema.clear()
        schema.update({"type": "string", "enum": list(choices.values)})

    return Field(json_schema_extra=inline)


class Sent(Schema, extra="forbid"):
    """What a client sends: an unknown name is a fault, not something to pass over."""


class BackSent(Sent):
    """Why something goes back to its authors."""

    reason: Annotated[str, Field(min_length=1, max_length=2000, pattern=_NO_NUL)]


class BothSent(Sent):
    """A text in English and Japanese."""

    en: Line
    ja: Line

    def text(self) -> Text:
        return Text(self.en, self.ja)


class BothWordsSent(Sent):
    """A longer text in English and Japanese."""

    en: Annotated[str, Field(min_length=1, max_length=8000, pattern=_NO_NUL)]
    ja: Annotated[str, Field(min_length=1, max_length=8000, pattern=_NO_NUL)]

    def text(self) -> Text:
        return Text(self.en, self.ja)


def decimal(written: str | None) -> Decimal | None:
    """A number that was sent as text."""
    return None if written is None else Decimal(written)


def given(sent: Sent) -> dict[str, Any]:
    """The fields that a client sent, those sent as null included."""
    return {name: getattr(sent, name) for name in sent.model_fields_set}


def chosen(only: Schema, fields: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What a list is narrowed to; whether samples are wanted is asked apart.

    ``fields`` are those of the rows, where what is sent has another name.
    """
    asked, known = only.model_dump(exclude={"sample"}), fields or {}
    return {known.get(name, name): value for name, value in asked.items() if value is not None}


# --- out ----------------------------------------------------------------------------------


class Both(Schema):
    """A text in English and Japanese."""

    en: str
    ja: str


class Fault(Schema):
    """One thing that is wrong, where, and what would be right."""

    code: str
    where: str | None
    message: Both
    hint: Both | None


class Refusal(Fault):
    """Why nothing was done; ``faults`` lists everything that is wrong with what was sent.

    ``current`` is the record as it is now, where somebody else changed it meanwhile.
    """

    faults: list[Fault]
    current: dict[str, Any] | None


class Source(Schema):
    """Where a row comes from and how well that was verified."""

    document: str | None
    place: str | None
    year: str | None
    licence: str | None
    verification: str


def both(text: Text | None) -> Both | None:
    return None if text is None else Both(en=text.en, ja=text.ja)


def in_both(text: Text) -> Both:
    return Both(en=text.en, ja=text.ja)


def absent(value: str) -> str | None:
    """An empty text is no text."""
    return value or None


def source(row: Cited) -> Source:
    return Source(
        document=absent(row.source_document),
        place=absent(row.source_place),
        year=absent(row.source_year),
        licence=absent(row.licence),
        verification=row.verification,
    )


def amount(value: Decimal | None) -> str | None:
    """A decimal number as text, without exponents and empty digits."""
    if value is None:
        return None
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def moment(value: datetime | None) -> str | None:
    """A point in time in UTC, to the second."""
    return None if value is None else value.strftime("%Y-%m-%dT%H:%M:%SZ")
