"""The status report: what it takes from the catalogues and from results, in both languages.

Counts are those of the published text: SPACE 2025 has 43 activities in 9 sections of 3 pillars.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pypdf
import pytest

from kyoso import reference
from kyoso.core.errors import NotFoundError
from kyoso.core.text import LANGUAGES, Language
from kyoso.methods import registry, running
from kyoso.methods.result import Result
from kyoso.publishing import documents, fonts, measured, words
from kyoso.publishing.documents import model
from kyoso.publishing.status import status_report

DAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def runs() -> list[Result]:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return [
        running.run(method, running.example_inputs(method), now=now)
        for method in registry.methods().values()
    ]


def tables(document: model.Document) -> dict[str, model.Table]:
    return {block.caption: block for block in document.blocks if isinstance(block, model.Table)}


def activity_rows(document: model.Document) -> dict[str, tuple[model.Cell, ...]]:
    found = {}
    for table in tables(document).values():
        for row in table.rows:
            first = row[0]
            if isinstance(first, tuple) and first[0].role == "code" and len(row) == 4:
                found[first[0].text.strip()] = row
    return found


def said(cell: model.Cell) -> str | None:
    return model.words(cell) if isinstance(cell, tuple) else None


def glance(document: model.Document) -> dict[str, str | None]:
    first = next(block for block in document.blocks if isinstance(block, model.Table))
    return {str(said(row[0])): said(row[1]) for row in first.rows}


def headings(document: model.Document, level: int) -> list[str]:
    return [
        f"{block.code} {block.text}".strip()
        for block in document.blocks
        if isinstance(block, model.Heading) and block.level == level
    ]


def test_every_activity_of_space_stands_once_under_its_pillar_and_section() -> None:
    report = status_report("en", runs=[], as_of=DAY)
    codes = [row["code"] for row in reference.load("programme/activities").where(programme="space")]
    assert len(codes) == 43
    assert list(activity_rows(report)) == codes
    assert headings(report, 1) == [
        "At a glance",
        "1 Climate change",
        "2 Pollution",
        "3 Biodiversity loss",
        "Indicators",
        "Sources",
    ]
    assert [text.split()[0] for text in headings(report, 2)] == [
        *("1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3", "3.1", "3.2")
    ]


def test_coverage_names_the_methods_that_serve_an_activity() -> None:
    rows = activity_rows(status_report("en", runs=[], as_of=DAY))
    for code, row in rows.items():
        serving = ", ".join(method.title.en for method in registry.serving(code))
        assert said(row[2]) == (serving or "not yet")
    assert "Facility emissions" in said(rows["1-1-2"][2]).split(", ")


def test_participation_is_counted_where_reported_and_absent_elsewhere() -> None:
    silent = status_report("en", runs=[], as_of=DAY)
    assert {row[3] for row in activity_rows(silent).values()} == {None}
    assert glance(silent)["Activities whose participation was reported"] is None
    told = status_report("en", runs=[], as_of=DAY, participation={"1-1-1": 0, "3-2-2": 7})
    rows = activity_rows(told)
    assert (said(rows["1-1-1"][3]), said(rows["3-2-2"][3])) == ("0", "7")
    assert [code for code, row in rows.items() if row[3] is not None] == ["1-1-1", "3-2-2"]
    assert glance(told)["Activities whose participation was reported"] == "2 of 43"


@pytest.mark.parametrize(("day", "members"), [(date(2025, 9, 4), "10"), (DAY, "11")])
def test_members_are_those_of_the_day(day: date, members: str) -> None:
    # Timor-Leste joined on 26 October 2025.
    assert glance(status_report("en", runs=[], as_of=day))["Members of ASEAN"] == members


def test_indicators_keep_promise_report_and_forecast_apart() -> None:
    found = tables(status_report("en", runs=[], as_of=DAY))
    targets = {str(said(row[0])): row for row in found["Targets of the programme"].rows}
    members = next(row for name, row in targets.items() if name.startswith("1-3-2"))
    assert (members[3], members[4], said(members[5])) == (None, None, "6 or more, 2025")
    stated = found["Stated in the programme"]
    assert [column.heading for column in stated.columns] == [
        *("indicator", "unit", "baseline", "now", "target")
    ]
    jcm = next(row for row in stated.rows if str(said(row[0])).startswith("1-2-3-2"))
    assert (jcm[2], said(jcm[3]), said(jcm[4])) == (None, "200 or more, September 2025", "none set")
    forecast = found["Forecasts stated in the programme"]
    assert "forecast" in [column.heading for column in forecast.columns]
    assert [said(cell) for cell in forecast.rows[0][3:]] == ["19.4", "38.4, 2060", "none set"]


def test_results_come_with_figure_table_checks_record_and_limits(runs: list[Result]) -> None:
    report = status_report("en", runs=runs, as_of=DAY)
    charts = [block for block in report.blocks if isinstance(block, model.Chart)]
    assert [chart.caption for chart in charts] == [
        figure.title.en for run in runs for figure in run.method.figures
    ]
    of_checks = [
        block
        for block in report.blocks
        if isinstance(block, model.Table) and block.caption.startswith("Checks: ")
    ]
    for run, checks in zip(runs, of_checks, strict=True):
        passed = sum(check.verdict == "passed" for check in run.checks)
        assert checks.caption == f"Checks: {passed} passed, {len(run.checks) - passed} to look at"
        assert [said(row[1]) for row in checks.rows] == [check.title.en for check in run.checks]
        assert run.method.title.en in [text[len(" ".join(run.method.activities)) + 1 :]
                                       for text in headings(report, 2)]  # fmt: skip
    items = [i for b in report.blocks if isinstance(b, model.Bullets) for i in b.items]
    assert [model.words(item) for item in items] == [
        limit.en for run in runs for limit in run.method.limits
    ]


def test_a_chart_stands_beside_the_rows_it_draws(runs: list[Result]) -> None:
    run = next(run for run in runs if run.method.id.endswith("facility-emissions"))
    chart = next(b for b in measured.blocks(run, "en") if isinstance(b, model.Chart))
    drawn = [row for row in run.tables["totals"].arrow().to_pylist() if row["year"] == 2023]
    assert [[said(cell) for cell in row[1:4]] for row in chart.table.rows] == [
        ["2023", row["category"], f"{row['co2e']:,.0f}"] for row in drawn
    ]
    assert [said(row[4]) for row in chart.table.rows if said(row[2]) == "2A1"] == ["not known"] * 2


def test_only_the_first_rows_are_printed_and_the_count_is_said(runs: list[Result]) -> None:
    run = next(run for run in runs if run.method.id.endswith("e-waste-generation"))
    printed = [b.table for b in measured.blocks(run, "ja") if isinstance(b, model.Chart)]
    rows = run.tables["generated"].arrow().num_rows
    assert len(printed[0].rows) == measured.ROWS < rows
    assert printed[0].note.startswith(f"全{rows}行のうち最初の{measured.ROWS}行。")


def notes(document: model.Document | Sequence[model.Block]) -> list[str]:
    blocks = document.blocks if isinstance(document, model.Document) else document
    return [model.words(block.content) for block in blocks if isinstance(block, model.Note)]


def test_sample_and_unverified_are_said_where_the_result_is_shown(runs: list[Result]) -> None:
    for run in runs:
        found = notes(list(measured.blocks(run, "en")))
        assert found[0].startswith("sample data ")
        unverified = [one for one in run.provenance.reference if one.unverified]
        marked = [note for note in found if note.startswith("unverified ")]
        assert len(marked) == bool(unverified)
        for one in unverified:
            assert f"{one.name} ({one.unverified} of {one.rows} rows)" in marked[0]
        doubtful = [note for note in found if note.startswith("▲ ")]
        titles = [f"▲ {check.title.en}" for check in run.checks if check.verdict != "passed"]
        assert len(doubtful) == len(titles)
        assert all(map(str.startswith, doubtful, titles))
    assert status_report("ja", runs=runs, as_of=DAY).marks == (words.SAMPLE["ja"],)
    assert status_report("ja", runs=[], as_of=DAY).marks == ()


def test_sources_carry_the_weakest_of_their_verifications() -> None:
    report = status_report("en", runs=[], as_of=DAY)
    entries = [e for b in report.blocks if isinstance(b, model.Sources) for e in b.entries]
    text = next(e for e in entries if e.document.startswith("Japan–ASEAN Climate Environment"))
    assert model.words(text.status) == "one source"
    assert len({(e.document, e.year) for e in entries}) == len(entries)


def test_a_programme_without_codes_is_reported_as_well() -> None:
    report = status_report("en", programme="clean-asia", runs=[], as_of=DAY)
    assert report.title == "Clean Asia Initiative: status report"
    assert list(activity_rows(report)) == [f"({n})" for n in range(1, 7)]
    assert {said(row[2]) for row in activity_rows(report).values()} == {"not yet"}
    assert "Indicators" not in headings(report, 1)


def test_a_programme_that_is_not_known_is_refused() -> None:
    with pytest.raises(NotFoundError) as caught:
        status_report("en", programme="spaces", runs=[], as_of=DAY)
    assert caught.value.line("en") == "spaces: no such programme; one of: space, clean-asia"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_report_is_set_in_the_shipped_faces(
    language: Language, runs: list[Result], tmp_path: Path
) -> None:
    report = status_report(language, runs=runs, as_of=DAY)
    assert fonts.missing("".join(text for _, text in model.texts(report))) == ""
    paths = documents.write(report, tmp_path, "status")
    reader = pypdf.PdfReader(paths[1])
    used = {
        str(font.get_object()["/BaseFont"]).split("+")[1].removesuffix("-Identity-H")
        for page in reader.pages
        for font in (page["/Resources"].get("/Font") or {}).values()
    }
    assert used <= {path.stem for path in fonts.FACES.values()}


def test_both_languages_have_the_same_blocks(runs: list[Result]) -> None:
    english, japanese = (status_report(one, runs=runs, as_of=DAY) for one in LANGUAGES)
    assert [type(b) for b in english.blocks] == [type(b) for b in japanese.blocks]
    assert {name for name, row in activity_rows(english).items()} == set(activity_rows(japanese))
