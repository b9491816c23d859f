"""Numbers of the published layout: how they are written, and what a line that opens with one is.

All patterns look at the plain form of a line (:data:`kyoso.programme.layout.PLAIN`), in which
full-width digits, points and the many dashes are one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from kyoso.programme.layout import PLAIN

Number = tuple[int, ...]
"""``(1, 2, 3, 2)`` for 1-2-3-2."""

_STEP = r"[1-9]\d?"
CODE = re.compile(
    rf"(?P<code>{_STEP}(?: ?- ?{_STEP}){{2,}}|{_STEP}(?:\.{_STEP}){{2,}})(?!\d)(?! ?- ?\d)"
)
_AFTER_CODE = re.compile(r" *(?:[.:]|-(?!\d))? *")
_SECTION = re.compile(
    rf"(?P<code>{_STEP}[.-]{_STEP})(?!\d)(?! ?[.-] ?\d)(?:[.:]| -(?= ))? *(?P<title>(?!-).*)"
)
_PILLAR = re.compile(
    rf"(?:(?:pillar|柱|第) *)?(?P<code>{_STEP})(?: *[.:] *| +)(?P<title>\D.*)", re.IGNORECASE
)
_NUMBERED = re.compile(rf"(?P<code>{_STEP})\.(?!\d) *(?P<title>\S.*)")
_ANNEX_WORD = r"(?:附属書|附属文書|付属書|付属文書|別添|別紙|annex|appendix|attachment)"
ANNEX_ALONE = re.compile(_ANNEX_WORD, re.IGNORECASE)
_ANNEX = re.compile(
    rf"{_ANNEX_WORD} *"
    rf"(?P<code>{_STEP}(?:[.-]{_STEP})?)(?!\d)[.:]? *(?P<title>.*)",
    re.IGNORECASE,
)
_MEASURE = re.compile(rf"\((?P<code>{_STEP})\) *(?P<title>\S.*)")

_RUNS_ON = re.compile(
    r"[、。,;)」』】〕/~〜～]"
    r"|(?:及び|および|又は|または|から|まで|より|等|など|参照)|[とのにをはがへでも](?![ぁ-ん])"
    r"|(?:and|or|to|of|in|is|are|was|were|has|have|under|above|below|through|shall|will)\b"
)
"""How a text goes on after a number it merely names."""

_QUANTITY = re.compile(
    r"℃|°|度(?![一-龥])|[%％‰]|[倍割](?![一-龥])|[億万兆]|トン|ポイント"
    r"|(?:[kMGT]?t|kg|ha|km|m|[kMGT]Wh?|ppm|ppb|percent|million|billion|times|tonnes?|degrees?)\b"
)
"""How a text goes on after a decimal: ``1.5 ℃`` is no section."""

_COUNTED = re.compile(r"(?:[かカヶヵ]国|[つ年月日時人台件条項号章版回位個節](?![一-龥ァ-ヶ]))")
"""How a text goes on after a whole number: ``3 つの柱`` heads no pillar."""

MarkKind = Literal["annex", "section", "pillar", "numbered", "code", "measure", "bullet", "plain"]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a line opens with: kind, number, and where in the line its words begin."""

    kind: MarkKind
    number: Number
    begins: int


NO_MARK = Mark("plain", (), 0)


def number_of(code: str) -> Number:
    """``"1-2-3"``, ``"1.2"`` in any width or dash, as a number."""
    return tuple(int(step) for step in re.split(r"\D+", code.translate(PLAIN)) if step)


def written(number: Number) -> str:
    """A number as Kyoso writes it: points for pillar, section and annex, hyphens below.

    >>> written((1, 2)), written((1, 2, 3))
    ('1.2', '1-2-3')
    """
    return ("." if len(number) <= 2 else "-").join(map(str, number))


def as_measure(number: Number) -> str:
    """The number of a measure as its text prints it; a bare ``1`` would be a pillar or a goal.

    >>> as_measure((1,))
    '(1)'
    """
    return f"({written(number)})" if number else ""


def code_at(plain: str) -> tuple[Number, int] | None:
    """The code of three levels or more that ``plain`` opens with, and where the words begin."""
    found = CODE.match(plain)
    if found is None:
        return None
    after = _AFTER_CODE.match(plain, found.end())
    return number_of(found["code"]), after.end() if after else found.end()


def is_named_in_passing(plain: str) -> bool:
    """Whether the text after the code at the start of ``plain`` goes on as after a reference."""
    found = CODE.match(plain)
    return found is not None and _RUNS_ON.match(plain[found.end() :].lstrip(" ")) is not None


def section_at(plain: str) -> Mark | None:
    """A heading such as ``1.1. …``, ``1.1 …`` or ``3-1. …``; its title may be on the next line."""
    found = _SECTION.match(plain)
    if found is None or _QUANTITY.match(found["title"]) or _RUNS_ON.match(found["title"]):
        return None
    return Mark("section", number_of(found["code"]), found.start("title"))


def pillar_at(plain: str) -> Mark | None:
    """A heading such as ``1 …``, ``1. …`` or ``Pillar 1: …``."""
    found = _PILLAR.match(plain)
    if found is None or _QUANTITY.match(found["title"]) or _RUNS_ON.match(found["title"]):
        return None
    return Mark("pillar", number_of(found["code"]), found.start("title"))


def is_count(plain: str) -> bool:
    """Whether a line opens with a number of things, such as ``3 つの柱``."""
    found = _PILLAR.match(plain)
    return found is not None and _COUNTED.match(found["title"]) is not None


def numbered_at(plain: str) -> Mark | None:
    """A numbered heading or paragraph such as ``1. …``."""
    found = _NUMBERED.match(plain)
    if found is None or _RUNS_ON.match(found["title"]):
        return None
    return Mark("numbered", number_of(found["code"]), found.start("title"))


def annex_at(plain: str) -> Mark | None:
    """The heading of an annex, such as ``附属書 2.1 …`` or ``Annex 1 …``."""
    found = _ANNEX.match(plain)
    if found is None or _RUNS_ON.match(found["title"]):
        return None
    return Mark("annex", number_of(found["code"]), found.start("title"))


def measure_at(plain: str) -> Mark | None:
    """A measure of a text without codes, such as ``(1) …``."""
    found = _MEASURE.match(plain)
    if found is None or _RUNS_ON.match(found["title"]):
        return None
    return Mark("measure", number_of(found["code"]), found.start("title"))


def may_follow(number: Number, last: Number) -> bool:
    """Whether ``number`` is a next one after ``last``: the next on a level, or a first below.

    >>> may_follow((1, 1, 3), (1, 1, 2)), may_follow((1, 2, 1), (1, 1, 5))
    (True, True)
    >>> may_follow((1, 1, 4), (1, 1, 2))
    False
    """
    level = next(
        (i for i, (a, b) in enumerate(zip(number, last, strict=False)) if a != b),
        min(len(number), len(last)),
    )
    if level == len(number):
        return False
    if level == len(last):
        return all(step == 1 for step in number[level:])
    return number[level] == last[level] + 1 and all(step == 1 for step in number[level + 1 :])
