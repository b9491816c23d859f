"""Bilingual text: what a person reads exists in English and in Japanese (law 8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

Language = Literal["en", "ja"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@lru_cache(maxsize=64)
def language_of(code: str) -> Language:
    """The supported language for a code such as ``ja-JP`` or ``C.UTF-8``; English otherwise."""
    head = code.lower().replace("_", "-").split("-")[0].split(".")[0]
    return next((language for language in LANGUAGES if language == head), "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages.

    ``Text("Facility", "施設")["ja"]`` is ``"施設"``. Both are required: a missing
    translation is a defect of the data, found where the text is made.
    """

    en: str
    ja: str

    def __post_init__(self) -> None:
        if not self.en or not self.ja:
            message = f"a text needs both languages: en={self.en!r}, ja={self.ja!r}"
            raise ValueError(message)

    def __getitem__(self, language: Language) -> str:
        return self.ja if language == "ja" else self.en

    def format(self, **values: object) -> Text:
        """The text with ``{name}`` filled in, in both languages.

        A value that is itself a :class:`Text` is filled in in the language of its place.
        """

        def fill(template: str, language: Language) -> str:
            return template.format(
                **{k: v[language] if isinstance(v, Text) else v for k, v in values.items()}
            )

        return Text(fill(self.en, "en"), fill(self.ja, "ja"))

    def as_dict(self) -> dict[str, str]:
        return {"en": self.en, "ja": self.ja}


COMMA, SEMICOLON, COLON = Text(", ", "、"), Text("; ", "；"), Text(": ", "：")
"""What stands between texts."""


def joined(texts: Iterable[Text], between: Text | str) -> Text:
    """Several texts as one; there must be at least one of them."""
    parts, text = tuple(texts), same(between) if isinstance(between, str) else between
    return Text(text.en.join(one.en for one in parts), text.ja.join(one.ja for one in parts))


def same(value: str) -> Text:
    """A text that reads the same in both languages: a code, a symbol, a file name."""
    return Text(value, value)
