"""How the terms of the lists that ship are said: fuels, waste, water regimes, treatment and others."""

from __future__ import annotations

from functools import cache

from kyoso import reference
from kyoso.core.text import Text, same

NAMES = "ghg/names"


@cache
def names(of: str) -> dict[str, Text]:
    """The terms of a list with their names, as ``words`` of a column takes them.

    >>> names("region")["World"].ja
    '世界'
    """
    table = reference.load(NAMES)
    return {row["name"]: table.text(row, "title") for row in table.rows if row["list"] == of}


@cache
def _folded(of: str) -> dict[str, Text]:
    return {name.lower(): text for name, text in names(of).items()}


def called(of: str, term: str) -> Text:
    """A term in any letter case by its name; one that is in no list stands for itself.

    >>> called("source", "natural gas").ja, called("source", "Gas of a field").ja
    ('天然ガス', 'Gas of a field')
    """
    return _folded(of).get(term.lower(), same(term))


@cache
def streams() -> dict[str, Text]:
    """Kinds of waste, in a climate or without one.

    >>> streams()["Food waste (tropical wet)"].ja
    '食物くず（熱帯、湿潤）'
    """
    pair = Text("{waste} ({climate})", "{waste}（{climate}）")
    kinds = names("waste")
    return {
        **kinds,
        **{
            f"{waste} ({climate})": pair.format(waste=said, climate=names("climate")[climate])
            for waste, said in kinds.items()
            for climate in names("climate")
        },
    }
