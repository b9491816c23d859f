"""Whether a proposal fits the edition that it would change."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kyoso.core.text import Text
from kyoso.hub.programme.enums import HeadingKind
from kyoso.hub.programme.models import Edition, Heading
from kyoso.hub.programme.proposals.enums import Kind
from kyoso.hub.programme.proposals.shapes import SHAPES, TITLE, WORDS, Proposed
from kyoso.hub.texts import language, say
from kyoso.programme.codes import number_of, written

_CODED = re.compile(r"[1-9]\d?(?:-[1-9]\d?){2,3}", re.ASCII)
_COUNTED = re.compile(r"\([1-9]\d?\)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """The headings that a number stands under."""

    pillar: Heading | None = None
    section: Heading | None = None
    group: Heading | None = None


class Places:
    """Where a number of an activity stands in an edition."""

    def __init__(self, headings: Sequence[Heading]) -> None:
        self._headings = {(one.kind, one.code): one for one in headings}
        self._sections = any(one.kind == HeadingKind.SECTION for one in headings)

    def of(self, code: str) -> Place | None:
        """The place of a number; ``None`` where the edition has none for it.

        ``1-2-3-2`` stands in group 1-2-3 of section 1.2 of pillar 1, ``(4)`` under no heading.
        """
        if not self._sections:
            return Place() if _COUNTED.fullmatch(code) else None
        if not _CODED.fullmatch(code):
            return None
        number = number_of(code)
        pillar = self._headings.get((HeadingKind.PILLAR, written(number[:1])))
        section = self._headings.get((HeadingKind.SECTION, written(number[:2])))
        group = self._headings.get((HeadingKind.GROUP, written(number[:3])))
        if pillar is None or section is None or (len(number) == 4) != (group is not None):
            return None
        return Place(pillar, section, group)


def faults(
    edition: Edition, kind: str, targets: Sequence[str], texts: Sequence[Proposed]
) -> dict[str, list[str]]:
    """What is wrong with a proposal to ``edition``, by the field of its form."""
    codes = dict(edition.activities.values_list("activity__key", "code"))
    places = Places(list(edition.headings.all()))
    found: dict[str, list[str]] = defaultdict(list)
    for target in targets:
        if target not in codes:
            found["targets"].append(_said("no_activity", activity=target))
    for at, text in enumerate(texts):
        for field, message in _of_text(places, kind, codes, targets, text):
            found[f"{field}-{at}"].append(message)
    if len({one.code for one in texts}) != len(texts):
        found[f"code-{len(texts) - 1}"].append(_said("code_twice"))
    return dict(found)


def _of_text(
    places: Places,
    kind: str,
    codes: Mapping[str, str],
    targets: Sequence[str],
    text: Proposed,
) -> list[tuple[str, str]]:
    found = []
    if SHAPES[kind].numbered and places.of(text.code) is None:
        found.append(("code", _said("no_place", code=text.code)))
    if kind == Kind.RENUMBER and codes.get(targets[0]) == text.code:
        found.append(("code", _said("same_code")))
    if kind == Kind.REWORD and codes.get(targets[0], text.code) != text.code:
        found.append(("code", _said("other_code")))
    found += [
        (field, _said("too_long", n=most))
        for field, words, most in (("title", text.title, TITLE), ("text", text.words, WORDS))
        if words and _longest(words) > most
    ]
    return found


def _longest(words: Text) -> int:
    return max(len(words.en), len(words.ja))


def _said(key: str, **values: object) -> str:
    return say(f"programme.proposals.fault.{key}", **values)[language()]
