"""Editions and comparisons for people: plain text for a terminal, HTML for a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from kyoso.core.text import Language, Text
from kyoso.programme.comparing import CHANGE_KINDS, Change, ChangeKind, Comparison, Part
from kyoso.programme.editions import Activity, Edition, Words

_NO_TITLE = Text("(no title)", "（題名なし）")
_LINES = Text("lines {first}–{last}", "{first}～{last}行")
_LINE = Text("line {first}", "{first}行")
_WARNINGS = Text("Warnings", "警告")
_GOALS = Text("Goals", "目標")
_COMMITMENTS = Text("Commitments", "合意事項")
_ANNEX = Text("annex {code}", "附属書{code}")
_COUNTS = Text(
    "{activities} activities, {groups} groups, {sections} sections, {pillars} pillars, "
    "{commitments} commitments, {warnings} warnings",
    "協力活動{activities}、項{groups}、節{sections}、柱{pillars}、"
    "合意事項{commitments}、警告{warnings}",
)

_TITLE = Text("What changed", "変更点")
_NONE = Text("Nothing changed.", "変更はありません。")
_FROM_TO = Text("From “{before}” to “{after}”", "「{before}」から「{after}」へ")
_READ_WITH = Text(
    "“{title}” was read with {count} warnings; see them before you rely on this comparison.",
    "「{title}」の読み取りで{count}件の警告があります。比較結果を使う前に確認してください。",
)
_BY_NUMBER = Text(
    "One of the two is a summary: activities are paired by their numbers, and each wording is "
    "shown whole.",
    "一方は要約です。協力活動は番号だけで対応させ、文言は全体を並べて示します。",
)
_UNCHANGED = Text("Activities unchanged: {count}.", "変更のない協力活動は{count}件です。")
_HEADINGS: Mapping[ChangeKind, Text] = {
    "added": Text("Added", "追加"),
    "removed": Text("Removed", "削除"),
    "moved": Text("Moved to another section", "別の節への移動"),
    "renumbered": Text("Renumbered", "番号の変更"),
    "reworded": Text("Reworded", "文言の変更"),
}
_PART_NAMES: Mapping[Part, Text] = {
    "activity": Text("activity", "協力活動"),
    "group": Text("group", "項"),
    "section": Text("section", "節"),
    "pillar": Text("pillar", "柱"),
    "commitment": Text("commitment", "合意事項"),
}
_OTHER_PARTS = Text("Headings and commitments", "見出しと合意事項")
_DELETED = Text("deleted:", "削除：")
_INSERTED = Text("inserted:", "挿入：")
_END = Text("end", "ここまで")


def edition_lines(edition: Edition, language: Language) -> Iterator[str]:
    """The edition as a listing; ``language`` is that of the labels."""
    date = edition.date.isoformat() if edition.date else "–"
    yield edition.title or _NO_TITLE[language]
    yield f"{date} · {edition.language}"
    yield _COUNTS.format(
        activities=len(edition.activities),
        groups=len(edition.groups),
        sections=len(edition.sections),
        pillars=len(edition.pillars),
        commitments=len(edition.commitments),
        warnings=len(edition.warnings),
    )[language]
    yield from _commitment_lines(edition, language)
    yield from _activity_lines(edition, language)
    yield from _goal_lines(edition, language)
    if edition.warnings:
        yield ""
        yield _WARNINGS[language]
    for notice in edition.warnings:
        yield f"  {_place(notice.line, notice.last_line)[language]}: {notice.message[language]}"


def _commitment_lines(edition: Edition, language: Language) -> Iterator[str]:
    if edition.commitments:
        yield ""
        yield _COMMITMENTS[language]
    for one in edition.commitments:
        yield f"  {one.number}. {_first(one.text)}"


def _activity_lines(edition: Edition, language: Language) -> Iterator[str]:
    """Activities in the order of the text, a heading wherever pillar, section or group begins."""
    headings = {("pillar", one.code): one.title for one in reversed(edition.pillars)} | {
        ("section", one.code): one.title for one in reversed(edition.sections)
    }
    headings |= {("group", one.code): one.title for one in reversed(edition.groups)}
    above: tuple[str | None, ...] = (None, None, None)
    yield ""
    for one in edition.activities:
        branch = (one.pillar, one.section, one.group)
        for level, (kind, code) in enumerate(
            zip(("pillar", "section", "group"), branch, strict=True)
        ):
            if code is not None and branch[: level + 1] != above[: level + 1]:
                title = headings.get((kind, code))
                yield f"{'  ' * level}{code} {_first(title) if title else ''}".rstrip()
        above = branch
        yield _activity_line(one, language)


def _activity_line(one: Activity, language: Language) -> str:
    annex = f"{_ANNEX.format(code=one.annex)[language]}, " if one.annex else ""
    place = _place(one.first_line, one.last_line)[language]
    text = _first(one.text).replace("\n", "\n        ")
    return f"      {one.code} {text} [{annex}{place}]"


def _goal_lines(edition: Edition, language: Language) -> Iterator[str]:
    if edition.goals:
        yield ""
        yield _GOALS[language]
    for goal in edition.goals:
        yield f"  {goal.code} {_first(goal.title)}"
        for item in goal.items:
            yield f"    – {_first(item.text)}"


def _first(words: Words) -> str:
    return next(iter(words.values()))


def _place(first: int, last: int) -> Text:
    return (_LINE if first == last else _LINES).format(first=first, last=last)


def comparison_lines(comparison: Comparison, language: Language) -> Iterator[str]:
    """The comparison as text: deleted words in ``[-…-]``, inserted ones in ``{+…+}``."""
    yield _FROM_TO.format(**_titles(comparison, language))[language]
    for caution in _cautions(comparison):
        yield caution[language]
    for heading, changes in _chapters(comparison):
        yield ""
        yield f"{heading[language]} ({len(changes)})"
        for change in changes:
            yield f"  {_label(change, language)}"
            yield f"    {''.join(_marked(*step) for step in change.redline)}"
    yield ""
    yield _summary(comparison)[language]


def _marked(operation: str, text: str) -> str:
    form = {"equal": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}[operation]
    return form.format(text)


def _titles(comparison: Comparison, language: Language) -> dict[str, str]:
    return {
        "before": _dated(comparison.before, language),
        "after": _dated(comparison.after, language),
    }


def _dated(edition: Edition, language: Language) -> str:
    title = edition.title or _NO_TITLE[language]
    return f"{title} ({edition.date.isoformat()})" if edition.date else title


def _cautions(comparison: Comparison) -> Iterator[Text]:
    if comparison.by_number:
        yield _BY_NUMBER
    for edition in (comparison.before, comparison.after):
        if edition.warnings:
            yield _READ_WITH.format(title=edition.title, count=len(edition.warnings))


def _summary(comparison: Comparison) -> Text:
    if not comparison.changes:
        return _NONE
    return _UNCHANGED.format(count=comparison.unchanged)


def _chapters(comparison: Comparison) -> Iterator[tuple[Text, Sequence[Change]]]:
    """Changes of activities by the first of their kinds, each once; then those of other parts."""
    for kind in CHANGE_KINDS:
        changes = [one for one in comparison.of(kind) if one.kinds[0] == kind]
        if changes:
            yield _HEADINGS[kind], changes
    others = [one for one in comparison.changes if one.entry.part != "activity"]
    if others:
        yield _OTHER_PARTS, others


def _label(change: Change, language: Language) -> str:
    """Where the item was and is, and what else became of it: ``1-1-3 → 1-1-2, reworded``."""
    entry = change.entry
    name = "" if entry.part == "activity" else f"{_PART_NAMES[entry.part][language]} "
    codes = [one.code for one in (change.before, change.after) if one]
    kinds = change.kinds if entry.part != "activity" else change.kinds[1:]
    words = [_HEADINGS[kind][language] for kind in kinds]
    label = name + " → ".join(dict.fromkeys(codes))
    return f"{label} ({', '.join(words)})" if words else label


def as_html(comparison: Comparison, language: Language, *, level: int = 2) -> str:
    """The comparison as a fragment of HTML for a page in ``language``.

    ``level`` is that of its headings. Deletions and insertions are ``del`` and ``ins``, with
    words for those who do not see them in ``.visually-hidden``, which the page must style.
    """
    titles = escape(_FROM_TO.format(**_titles(comparison, language))[language])
    parts = [f'<p class="comparison-editions">{titles}</p>']
    parts += [
        f'<p class="comparison-caution">{escape(caution[language])}</p>'
        for caution in _cautions(comparison)
    ]
    for heading, changes in _chapters(comparison):
        items = "\n".join(_item(change, comparison.language, language) for change in changes)
        parts.append(
            f"<section>\n<h{level}>{escape(heading[language])} ({len(changes)})</h{level}>\n"
            f'<dl class="comparison-changes">\n{items}\n</dl>\n</section>'
        )
    parts.append(f'<p class="comparison-summary">{escape(_summary(comparison)[language])}</p>')
    return '<div class="comparison">\n' + "\n".join(parts) + "\n</div>\n"


def _item(change: Change, text_language: Language, language: Language) -> str:
    steps = "".join(_step(operation, text, language) for operation, text in change.redline)
    label = escape(_label(change, language))
    return f'<dt>{label}</dt>\n<dd lang="{text_language}">{steps}</dd>'


def _step(operation: str, text: str, language: Language) -> str:
    words = escape(text)
    if operation == "equal":
        return words
    tag, before = ("del", _DELETED) if operation == "delete" else ("ins", _INSERTED)
    start, end = (
        f'<span class="visually-hidden" lang="{language}">{spoken}</span>'
        for spoken in (f"{before[language]} ", f" {_END[language]} ")
    )
    return f"<{tag}>{start}{words}{end}</{tag}>"


_STYLE = """
body { font: 1rem/1.7 "Noto Sans", "Noto Sans JP", sans-serif; color: #1c2430;
  background: #fff; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
dt { font-weight: 600; margin-top: 1rem; } dd { margin: 0.2rem 0 0; }
del { background: #fbe9e7; color: #7a1c10; text-decoration: line-through; }
ins { background: #e3f1ea; color: #0c4a30; text-decoration: underline; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
@media print { del, ins { background: none; } section { break-inside: auto; } }
"""


def as_page(comparison: Comparison, language: Language) -> str:
    """The comparison as one HTML file that needs no other."""
    title = escape(_TITLE[language])
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n{as_html(comparison, language)}</main>\n</body>\n</html>\n"
    )
