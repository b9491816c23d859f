"""The command line, command by command, from the application itself."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc
from typing import Any

import typer

from generating.markdown import lede, page, table
from kyoso.cli import application

_TITLE = "Command line"
_LEDE = (
    "Every command with its arguments and options. Exit status: 0 done, 1 the input fails its "
    "checks and nothing is written, 2 wrong usage. Errors go to standard error, one a line."
)
_LANGUAGE = (
    "The variable `KYOSO_LANGUAGE` (`en` or `ja`) sets the language of messages; without it, the "
    "language of the terminal decides."
)


def pages() -> Iterator[tuple[str, str]]:
    """Path and text of the page."""
    commands = typer.main.get_command(application())
    yield (
        "commands.md",
        page("en", f"# {_TITLE}", lede(_LEDE), _LANGUAGE, *_walk(commands, ("kyoso",))),
    )


def _walk(command: Any, names: tuple[str, ...]) -> Iterator[str]:
    """A command and then, in the order of their names, all below it."""
    if len(names) > 1:
        yield _described(command, names)
    below = getattr(command, "commands", {})
    for name in sorted(below):
        yield from _walk(below[name], (*names, name))


def _described(command: Any, names: tuple[str, ...]) -> str:
    title = " ".join(names)
    parts = [
        f"{'#' * len(names)} `{title}` {{ #{'-'.join(names)} }}",
        _sentence(cleandoc(command.help or "")),
        f"```text\n{' '.join((title, *_usage(command)))}\n```",
    ]
    if command.params:
        parts.append(
            table(("argument or option", "meaning", "default"), map(_parameter, command.params))
        )
    return "\n\n".join(parts)


def _sentence(said: str) -> str:
    return said[:1].upper() + said[1:]


def _usage(command: Any) -> Iterator[str]:
    for one in command.params:
        shown = _is_argument(one) or one.required
        if shown:
            yield _value(one) if _is_argument(one) else f"{one.opts[0]} {_value(one)}"
    if any(not _is_argument(one) and not one.required for one in command.params):
        yield "[OPTIONS]"
    if getattr(command, "commands", None):
        yield "COMMAND …"
    if command.context_settings.get("allow_extra_args"):
        yield "…"


def _is_argument(parameter: Any) -> bool:
    return str(parameter.param_type_name) == "argument"


def _parameter(one: Any) -> tuple[str, str, str]:
    if _is_argument(one):
        return f"`{_value(one)}`", one.help, "required"
    flags = ", ".join(f"`{flag}`" for flag in one.opts)
    value = "" if one.is_flag else f" `{_value(one)}`"
    return flags + value, one.help or "", "required" if one.required else _default(one)


def _value(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper())


def _default(option: Any) -> str:
    return "" if option.default in (None, "", False) else f"`{option.default}`"
