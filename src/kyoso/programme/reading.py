"""A published text into an edition.

:func:`read` takes a file, :func:`read_text` its text. Two layouts are known: the published one
with codes (:mod:`kyoso.programme.published`) and an outline of measures and goals without
codes (:mod:`kyoso.programme.outline`). Every line of the text that is not blank is either given
a role or named in a warning; no line is dropped silently.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kyoso.core.text import Language, Text
from kyoso.programme import outline, published
from kyoso.programme.editions import Edition
from kyoso.programme.layout import rows_of, without_furniture
from kyoso.programme.marking import has_codes
from kyoso.programme.placing import Placing, Role
from kyoso.programme.sources import is_pdf, refused, text_of

_KANA = re.compile(r"[\u3041-\u30ff]")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Reading:
    """An edition, the text it was read from, and the role of every placed line by its number.

    Lines that have no role are those of the warnings of kind ``unplaced``. ``is_extracted``: the
    text, and so the numbers of its lines, are not those of the file but were taken from a PDF.
    """

    edition: Edition
    roles: Mapping[int, Role]
    text: str
    is_extracted: bool = False


def read(path: Path) -> Reading:
    """Read a ``.txt`` or ``.pdf`` file; lines of a PDF are those of its extracted text.

    Raises :class:`UsageError` where there is no file and :class:`InputRefusedError` where it is
    empty, unreadable, or holds nothing that is known of a programme.
    """
    reading = read_text(text_of(path), name=path.name)
    return replace(reading, is_extracted=is_pdf(path))


def read_text(text: str, *, name: str = "text") -> Reading:
    """Read a text; ``name`` is what a refusal calls it. Raises :class:`InputRefusedError`."""
    rows, furniture = without_furniture(rows_of(text))
    placing = Placing()
    placing.place(furniture, "page")
    language = language_in(text)
    if has_codes(rows):
        edition = published.read(rows, language, placing)
    elif outline.has_measures(rows):
        edition = outline.read(rows, language, placing)
    else:
        raise refused(
            name,
            Text("no activities were found in this text", "協力活動が見つかりません"),
            Text(
                "activities begin a line with a number such as 1-1-1, measures with (1)",
                "協力活動は「1-1-1」、施策は「(1)」のような番号で行を始めてください",
            ),
        )
    warnings = sorted(placing.notices, key=lambda notice: (notice.line, notice.code or ""))
    return Reading(replace(edition, warnings=tuple(warnings)), placing.roles, text)


def language_in(text: str) -> Language:
    """Japanese where kana are not rare among the letters, else English."""
    kana = len(_KANA.findall(text))
    return "ja" if kana * 10 > len(_LATIN.findall(text)) else "en"


def open_edition(path: Path) -> Edition:
    """An edition from a published text, or from the ``edition.json`` of an earlier reading.

    Raises as :func:`read`, and :class:`InputRefusedError` for JSON that is no edition.
    """
    if path.suffix.lower() != ".json":
        return read(path).edition
    try:
        data = json.loads(text_of(path))
    except ValueError as error:
        raise refused(
            path.name,
            Text("this is not JSON", "JSONとして読めません"),
            Text(
                "give the edition.json that `kyoso programme read` wrote",
                "`kyoso programme read`が書き出したedition.jsonを指定してください",
            ),
        ) from error
    return Edition.from_dict(data, source=path.name)
