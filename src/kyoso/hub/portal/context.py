"""What the frame of every page needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from kyoso.core.text import LANGUAGES
from kyoso.hub import texts
from kyoso.hub.portal import rules
from kyoso.hub.portal.desk import counting


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same page in a language."""

    language: str
    name: str
    path: str
    url: str


def frame(request: HttpRequest) -> dict[str, Any]:
    """The language of the page, where the page is in the other one, and the part it is in.

    ``back`` is where signing in leads back to; ``waiting`` is worked out where a page shows it.
    """
    here = texts.language()
    alternates = {language: _alternate(request.get_full_path(), language) for language in LANGUAGES}
    return {
        "language": here,
        "here": alternates[here],
        "elsewhere": alternates["en" if here == "ja" else "ja"],
        "part": rules.part_of(request.path),
        "waiting": partial(counting.waiting, request),
        "back": request.get_full_path() if rules.is_worth_returning_to(request.path) else "",
    }


def _alternate(address: str, language: str) -> Alternate:
    path = path_in(address, language)
    name = dict(settings.LANGUAGES)[language]
    return Alternate(language, name, path, settings.KYOSO_URL.rstrip("/") + path)


def path_in(path: str, language: str) -> str:
    """The address of a page in a language: its first part is the language."""
    first, slash, rest = path.lstrip("/").partition("/")
    return f"/{language}/{rest}" if first in LANGUAGES and slash else f"/{language}/"
