"""The status report of a programme: what it says, what serves it, what has been measured."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from kyoso import reference
from kyoso.core.errors import NotFoundError
from kyoso.core.places import members_on
from kyoso.core.text import Language, Text
from kyoso.methods import registry
from kyoso.methods.result import Result
from kyoso.publishing import measured, palette, words
from kyoso.publishing.documents import model
from kyoso.publishing.documents.model import Span, line
from kyoso.publishing.indicators import Indicator, bar, indicators, written

Row = reference.Row

_NOT_YET = Text("not yet", "未対応")
_NO_TARGET = Text("none set", "設定なし")
_KINDS = (
    (("target",), Text("Targets of the programme", "プログラムの目標")),
    (("achieved", "context"), Text("Stated in the programme", "プログラムに記載された数値")),
    (("projection",), Text("Forecasts stated in the programme", "プログラムに記載された予測")),
)


def status_report(
    language: Language,
    *,
    programme: str = "space",
    runs: Sequence[Result],
    participation: Mapping[str, int] | None = None,
    as_of: date,
) -> model.Document:
    """The report on ``programme`` as of a day, with the results of ``runs``.

    ``participation`` counts the members that take part in an activity, by its code; an activity
    that it does not hold is not reported, which is not zero (law 1). Raises
    :class:`kyoso.core.errors.NotFoundError` for a programme without a catalogue.
    """
    about = programme_named(programme)
    counts = participation or {}
    sample = any(measured.is_sample(run) for run in runs)
    return model.Document(
        title=Text("{name}: status report", "{name}　状況報告").format(
            name=reference.load("programme/programmes").text(about, "name")
        )[language],
        subtitle=_adopted(programme, language),
        date=as_of,
        language=language,
        marks=(words.SAMPLE[language],) if sample else (),
        blocks=(
            *_glance(about, counts, runs, as_of, language),
            *_pillars(programme, counts, language),
            *_indicators(programme, language),
            *_results(runs, language),
            *_sources(programme, runs, language),
        ),
    )


def programme_named(name: str) -> Row:
    """The catalogue's row of a programme. Raises :class:`NotFoundError` naming those there are."""
    known = reference.load("programme/programmes").by("id")
    if name not in known:
        raise NotFoundError(
            Text("no such programme", "そのプログラムはありません"),
            where=name,
            hint=Text("one of: {names}", "次のいずれか：{names}").format(names=", ".join(known)),
        )
    return known[name]


def _adopted(programme: str, language: Language) -> str:
    """The latest edition, with place and day where they are known."""
    table = reference.load("programme/editions")
    edition = max(table.where(programme=programme), key=lambda row: row["edition"])
    title = table.text(edition, "title")
    place = table.texts(edition, "place")
    if not edition["adopted"] or place is None:
        return title[language]
    return Text("{title}, adopted at {place} on {day}", "{title}（{day}、{place}で採択）").format(
        title=title, place=place, day=words.day(date.fromisoformat(edition["adopted"]), language)
    )[language]


# --- at a glance --------------------------------------------------------------------------


def _glance(
    about: Row,
    counts: Mapping[str, int],
    runs: Sequence[Result],
    as_of: date,
    language: Language,
) -> Iterator[model.Block]:
    programme = about["id"]
    activities = reference.load("programme/activities").where(programme=programme)
    sections = reference.load("programme/sections").where(programme=programme)
    served = sum(bool(registry.serving(row["code"])) for row in _coded(activities))
    found = indicators(programme)
    members = members_on(reference.memberships(), about["members"], as_of)
    whole = len(activities)
    facts: list[tuple[Text, Text | None]] = [
        (
            Text("Members of {group}", "{group}の加盟国").format(group=about["members"]),
            _count(len(members)) if members else None,
        ),
        (
            Text("Activities", "協力活動"),
            Text("{n} in {sections} sections", "{sections}節{n}活動").format(
                n=whole, sections=len(sections)
            )
            if sections
            else _count(whole),
        ),
        (Text("Activities served by a method", "手法のある活動"), _share(served, whole)),
        (
            Text("Activities whose participation was reported", "参加状況の報告がある活動"),
            _share(sum(row["code"] in counts for row in activities), whole) if counts else None,
        ),
        (
            Text("Indicators with a target", "目標のある指標"),
            _share(sum(one.target is not None for one in found), len(found)),
        ),
        (
            Text("Indicators with a target and a value", "目標と実績値のある指標"),
            _share(
                sum(one.target is not None and one.value is not None for one in found),
                sum(one.target is not None for one in found),
            ),
        ),
        (Text("Results in this report", "本報告の計算結果"), _count(len(runs))),
    ]
    yield model.Heading(level=1, text=Text("At a glance", "概況")[language])
    yield model.Table(
        caption=Text("The programme in numbers", "数字で見るプログラム")[language],
        columns=(
            model.Column(heading=Text("what", "項目")[language], share=3),
            model.Column(heading=Text("number", "数")[language], numeric=True),
        ),
        rows=tuple(
            (line(name[language]), line(value[language]) if value else None)
            for name, value in facts
        ),
    )


def _count(n: int) -> Text:
    return Text(str(n), str(n))


def _share(n: int, whole: int) -> Text:
    return Text("{n} of {whole}", "{whole}のうち{n}").format(n=n, whole=whole)


def _coded(activities: Iterable[Row]) -> list[Row]:
    """Activities whose codes methods refer to: those that stand in a section."""
    return [row for row in activities if row["section"]]


# --- the programme by pillar --------------------------------------------------------------


def _pillars(
    programme: str, counts: Mapping[str, int], language: Language
) -> Iterator[model.Block]:
    pillars = reference.load("programme/pillars")
    sections = reference.load("programme/sections")
    activities = reference.load("programme/activities")
    mine = activities.where(programme=programme)
    for pillar in pillars.where(programme=programme):
        title = pillars.text(pillar, "title")
        yield model.Heading(
            level=1,
            code=pillar["code"],
            text=title[language],
            beside=_other(title, language),
            colour=palette.of_pillar(pillar["code"]),
        )
        yield from _goal_items(programme, pillar["code"], language)
        for section in sections.where(programme=programme, pillar=pillar["code"]):
            yield from _section(section, mine, counts, language)
    outside = [row for row in mine if not row["section"]]
    if outside:
        yield model.Heading(level=1, text=Text("Measures", "施策")[language])
        yield _activities(outside, Text("Measures", "施策")[language], counts, language)


def _other(title: Text, language: Language) -> model.Line:
    """A title in the language that the document is not in, beside it."""
    other: Language = "en" if language == "ja" else "ja"
    return line(Span(title[other], "soft", other))


def _goal_items(programme: str, pillar: str, language: Language) -> Iterator[model.Block]:
    items = reference.load("programme/goal_items")
    rows = items.where(programme=programme, goal=pillar)
    if rows:
        yield model.Bullets(tuple(line(items.text(row, "title")[language]) for row in rows))


def _section(
    section: Row, activities: Sequence[Row], counts: Mapping[str, int], language: Language
) -> Iterator[model.Block]:
    sections, groups = reference.load("programme/sections"), reference.load("programme/groups")
    title = sections.text(section, "title")
    yield model.Heading(
        level=2,
        code=section["code"],
        text=title[language],
        beside=_other(title, language),
        colour=palette.of_pillar(section["pillar"]),
    )
    inside = [row for row in activities if row["section"] == section["code"]]
    titled = {row["code"]: row for row in groups.where(programme=section["programme"])}
    for code, rows in itertools.groupby(inside, key=lambda row: row["group"]):
        caption = title[language]
        if code:
            caption = groups.text(titled[code], "title")[language]
            yield model.Heading(level=3, code=code, text=caption)
        yield _activities(
            list(rows),
            Text("Activities: {title}", "協力活動：{title}").format(title=caption)[language],
            counts,
            language,
        )


def _activities(
    rows: Sequence[Row], caption: str, counts: Mapping[str, int], language: Language
) -> model.Table:
    activities = reference.load("programme/activities")

    def participation(code: str) -> model.Cell:
        return line(str(counts[code])) if code in counts else None

    return model.Table(
        caption=caption,
        captioned=False,
        columns=(
            model.Column(heading=Text("activity", "協力活動")[language], share=2.2),
            model.Column(heading=Text("aim", "目的")[language], share=4.2),
            model.Column(heading=Text("served by", "手法")[language], share=1.7),
            model.Column(
                heading=Text("taking part", "参加")[language],
                unit=Text("members", "か国")[language],
                numeric=True,
                share=1.2,
            ),
        ),
        rows=tuple(
            (
                line(
                    Span(f"{row['code']} ", "code"),
                    activities.text(row, "title")[language],
                    *_status(row["verification"], language),
                ),
                line(activities.text(row, "aim")[language]),
                _served(row, language),
                participation(row["code"]),
            )
            for row in rows
        ),
    )


def _served(activity: Row, language: Language) -> model.Line:
    methods = registry.serving(activity["code"]) if activity["section"] else []
    if not methods:
        return line(Span(_NOT_YET[language], "soft"))
    return line((", " if language == "en" else "、").join(m.title[language] for m in methods))


def _status(verification: str, language: Language) -> tuple[Span, ...]:
    """Only what is not verified is said beside what it stands for."""
    if verification != "unverified":
        return ()
    return (Span(" "), Span(words.UNVERIFIED[language], "mark"))


# --- indicators ---------------------------------------------------------------------------


def _indicators(programme: str, language: Language) -> Iterator[model.Block]:
    found = indicators(programme)
    if not found:
        return
    yield model.Heading(
        level=1,
        text=Text("Indicators", "指標")[language],
        beside=line(
            Text(
                "bar: now · line: baseline · diamond: target · dashed: not reported or forecast",
                "棒：実績値、縦線：基準値、菱形：目標値、破線：未報告または予測",
            )[language]
        ),
    )
    for kinds, caption in _KINDS:
        these = [one for one in found if one.kind in kinds]
        if these:
            yield _indicator_table(these, caption[language], language)


def _indicator_table(found: Sequence[Indicator], caption: str, language: Language) -> model.Table:
    """Indicators with their bars, which are left out where no row has anything to compare."""
    forecast = found[0].kind == "projection"
    now = Text("forecast", "予測") if forecast else Text("now", "実績値")
    columns = {
        "indicator": model.Column(heading=Text("indicator", "指標")[language], share=3.4),
        "unit": model.Column(heading=Text("unit", "単位")[language], share=1.3),
        "course": model.Column(heading=Text("course", "推移")[language], share=2.2),
        "baseline": model.Column(
            heading=Text("baseline", "基準値")[language], numeric=True, share=1.4
        ),
        "now": model.Column(heading=now[language], numeric=True, share=1.9),
        "target": model.Column(heading=Text("target", "目標値")[language], numeric=True, share=1.4),
    }
    if not any(one.is_comparable() for one in found):
        del columns["course"]
    return model.Table(
        caption=caption,
        columns=tuple(columns.values()),
        rows=tuple(
            tuple(cells[column] for column in columns)
            for cells in (_indicator_cells(one, language) for one in found)
        ),
    )


def _indicator_cells(one: Indicator, language: Language) -> Mapping[str, model.Cell]:
    value = one.value
    return {
        "indicator": line(
            Span(f"{one.code or one.section} ", "code"),
            Span(one.title[language], "strong"),
            Span(f" {one.scope[language]}" if one.scope else "", "soft"),
            *_status(one.verification, language),
        ),
        "unit": line(words.unit(one.unit[language])),
        "course": bar(one, language),
        "baseline": line(written(one.baseline, language)) if one.baseline else None,
        "now": line(written(value, language, qualifier=one.qualifier)) if value else None,
        "target": _target(one, language),
    }


def _target(one: Indicator, language: Language) -> model.Line:
    if one.target is None:
        return line(Span(_NO_TARGET[language], "soft"))
    return line(written(one.target, language, qualifier=one.qualifier))


# --- results and sources ------------------------------------------------------------------


def _results(runs: Sequence[Result], language: Language) -> Iterator[model.Block]:
    if not runs:
        return
    yield model.PageBreak()
    yield model.Heading(level=1, text=Text("Results of methods", "手法による計算結果")[language])
    for run in runs:
        yield from measured.blocks(run, language)


def _sources(programme: str, runs: Sequence[Result], language: Language) -> Iterator[model.Block]:
    yield model.Heading(
        level=1,
        text=Text("Sources", "出典")[language],
        beside=line(
            Text("how the rows taken from each were verified", "各出典に基づく行の検証状況")[
                language
            ]
        ),
    )
    yield model.Sources(tuple(_catalogue_sources(programme, language)))
    for run in runs:
        yield model.Heading(level=2, text=run.method.title[language])
        yield model.Sources(
            tuple(
                model.Source(
                    document=source.document,
                    place=source.place,
                    year=str(source.year),
                    link=source.link,
                )
                for source in run.method.sources
            )
        )


def _catalogue_sources(programme: str, language: Language) -> Iterator[model.Source]:
    """The documents behind the programme's part, each with the weakest of its verifications."""
    found: dict[tuple[str, str], set[str]] = {}
    for name in ("programmes", "editions", "pillars", "sections", "groups", "activities",
                 "indicators"):  # fmt: skip
        table = reference.load(f"programme/{name}")
        column = "id" if name == "programmes" else "programme"
        for row in table.where(**{column: programme}):
            statuses = found.setdefault((row["document"], row["year"]), set())
            statuses.add(row["verification"])
    for (document, year), statuses in found.items():
        weakest = next(s for s in reversed(reference.VERIFICATIONS) if s in statuses)
        role: model.Role = "mark" if weakest == "unverified" else "soft"
        yield model.Source(
            document=document,
            year=year,
            status=line(Span(reference.VERIFICATION[weakest][language], role)),
        )
