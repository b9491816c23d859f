"""What can be compared: each edition in our own words, and each official text that was imported."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from kyoso.core.text import LANGUAGES, Language, Text, language_of
from kyoso.hub.programme import selectors
from kyoso.hub.programme.models import Edition, ImportedText
from kyoso.hub.texts import say
from kyoso.programme import editions
from kyoso.programme.comparing import Comparison, compare
from kyoso.reference.loading import load


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of an edition: the official text in one language, or our own summary of it.

    ``key`` names it in an address: ``space/2025`` is our summary, ``space/2025/ja`` the text.
    """

    edition: Edition
    imported: ImportedText | None = None

    @property
    def key(self) -> str:
        summary = f"{self.edition.programme.key}/{self.edition.label}"
        return summary if self.imported is None else f"{summary}/{self.imported.language}"

    @property
    def name(self) -> Text:
        if self.imported is None:
            return say("programme.wording.summary", title=self.edition.title)
        language = say(f"programme.languages.{language_of(self.imported.language)}")
        return say("programme.wording.official", title=self.edition.title, language=language)


def wordings() -> Mapping[str, Wording]:
    """Everything that can be compared, by its key, the latest edition of each programme first.

    An edition that was made from an imported text has no summary of its own; one that was adopted
    from proposals has the words that were proposed.
    """
    shipped = {(row["programme"], row["edition"]) for row in load("programme/editions").rows}
    found = []
    for edition in selectors.all_editions().select_related("adoption").prefetch_related("imports"):
        adopted_here = hasattr(edition, "adoption")
        if adopted_here or (edition.programme.key, edition.label) in shipped:
            found.append(Wording(edition))
        found += [Wording(edition, one) for one in selectors.current_imports(edition)]
    return {wording.key: wording for wording in found}


def compared(before: Wording, after: Wording, language: Language) -> Comparison:
    """What changed from one wording to the other; ``language`` is that of the reader.

    A summary says with other words what its text says, so the two are paired by number, and of
    their activities only: no summary has commitments. Raises ``InputRefusedError`` where two
    texts share no language.
    """
    texts = (read(before, language), read(after, language))
    if (before.imported is None) == (after.imported is None):
        return compare(*texts)
    one, other = (
        dataclasses.replace(text, pillars=(), sections=(), groups=(), commitments=())
        for text in texts
    )
    return compare(one, other, by_number=True)


def read(wording: Wording, language: Language) -> editions.Edition:
    """A wording as the comparison takes it; lines of a summary are its activities' places."""
    edition = wording.edition
    if wording.imported is not None:
        return editions.Edition.from_dict(wording.imported.parsed, source=wording.imported.name)
    return editions.Edition(
        title=wording.name[language],
        date=edition.adopted,
        language=language,
        activities=tuple(
            editions.Activity(
                code=text.code,
                pillar=text.pillar.code if text.pillar else None,
                section=text.section.code if text.section else None,
                group=text.group.code if text.group else None,
                annex=text.annex or None,
                text={each: text.aim[each] for each in LANGUAGES},
                first_line=text.position + 1,
                last_line=text.position + 1,
            )
            for text in edition.activities.select_related("pillar", "section", "group")
        ),
    )
