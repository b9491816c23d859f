"""The workbench from a person's own file to a result that can be taken away and checked."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page
from tests.e2e import inputs
from tests.e2e.conftest import DESKTOP, Window
from tests.e2e.looking import PHONE, WIDE, Noise, look
from tests.e2e.pages import LANGUAGES
from tests.e2e.serving import Site, kyoso
from tests.e2e.visitors import (
    ANALYST,
    FACILITY_EMISSIONS,
    SECRETARIAT,
    send,
    sign_in,
    start,
    wait_for_result,
)

from kyoso.methods import registry

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

METHOD = f"/methods/{FACILITY_EMISSIONS}/"


@dataclass(frozen=True, slots=True)
class Taken:
    """A run on the file in mixed units in the browser, and the same on the command line."""

    page: Page
    number: str
    command: Path

    def download(self, path: str) -> bytes:
        answer = self.page.context.request.get(f"/en/runs/{self.number}/{path}")
        assert answer.ok, path
        return answer.body()


@pytest.fixture(scope="module")
def taken(
    browser: Browser, site: Site, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Taken]:
    folder = tmp_path_factory.mktemp("taken")
    file = inputs.as_csv(folder / "activity.csv", *inputs.MIXED_UNITS)
    for form in ("csv", "parquet"):
        made = str(folder / form)
        kyoso("run", FACILITY_EMISSIONS, "-i", f"activity={file}", "-o", made, "--format", form)
    context = browser.new_context(base_url=site.address, viewport=DESKTOP)
    page = context.new_page()
    sign_in(page, ANALYST)
    number = send(page, FACILITY_EMISSIONS, file, table="activity")
    wait_for_result(page)
    yield Taken(page, number, folder)
    context.close()


@pytest.fixture
def analyst(window: Window) -> Page:
    return window(ANALYST)


def shown_totals(page: Page) -> dict[str, float]:
    """The column co2e of the totals on the page, by category."""
    table = page.locator("section[aria-labelledby=table-totals] table")
    heads = [head.split()[0] for head in table.locator("thead th").all_inner_texts()]
    lines = [line.locator("td").all_inner_texts() for line in table.locator("tbody tr").all()]
    rows = [dict(zip(heads, line, strict=True)) for line in lines]
    return {row["category"].split()[0]: float(row["co2e"].replace(",", "")) for row in rows}


# --- from a file to a result ----------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filled_template_in_mixed_units_gives_the_right_tonnes(
    analyst: Page, tmp_path: Path, language: str
) -> None:
    noise = Noise(analyst)
    analyst.goto(f"/{language}{METHOD}")
    with analyst.expect_download() as downloading:
        analyst.locator("aside a[href$='template.xlsx']").click()
    downloading.value.save_as(tmp_path / "template.xlsx")
    filled = inputs.into_template(tmp_path / "template.xlsx", *inputs.MIXED_UNITS)
    send(analyst, FACILITY_EMISSIONS, filled, table="activity", language=language)
    wait_for_result(analyst)
    assert shown_totals(analyst) == {
        "1A1a": pytest.approx(inputs.AR5, abs=0.5),
        "2A1": pytest.approx(inputs.CLINKER, abs=0.5),
    }
    assert noise.errors == []


def test_a_waiting_run_shows_its_place_and_then_its_result_by_itself(
    analyst: Page, site: Site
) -> None:
    noise = Noise(analyst)
    analyst.goto(f"/en{METHOD}")
    worker = site.worker()
    worker.suspend()
    try:
        start(analyst, "example")
        analyst.wait_for_selector("#progress progress")
        waiting = look(analyst, noise)
        broken = [waiting.violations(width) for width in (WIDE, PHONE)]
    finally:
        worker.resume()
    assert broken == [(), ()]
    assert waiting.errors == ()
    wait_for_result(analyst)
    assert analyst.locator("#checks").is_visible()


def test_the_page_of_a_result_shows_checks_figures_tables_and_origin(taken: Taken) -> None:
    page = taken.page
    method = registry.get(FACILITY_EMISSIONS)
    assert page.locator("ul.checks li").count() > 0
    assert page.locator("figure.chart svg:visible").count() == len(method.figures)
    assert page.locator("section[aria-labelledby^=table-] h2").count() == len(method.outputs)
    assert page.locator("ol.chain li").count() >= 4


# --- what is taken away ---------------------------------------------------------------------


@pytest.mark.parametrize("table", ["totals", "emissions"])
def test_a_table_taken_as_csv_has_the_bytes_of_the_command_line(taken: Taken, table: str) -> None:
    written = (taken.command / "csv" / f"{table}.csv").read_bytes()
    assert taken.download(f"tables/{table}.csv") == written


@pytest.mark.parametrize("table", ["totals", "emissions"])
def test_a_table_taken_as_parquet_is_that_of_the_command_line(taken: Taken, table: str) -> None:
    written = pq.read_table(taken.command / "parquet" / f"{table}.parquet")
    read = pq.read_table(io.BytesIO(taken.download(f"tables/{table}.parquet")))
    assert read.equals(written)


def test_a_table_taken_as_a_workbook_holds_the_same_values(taken: Taken) -> None:
    book = openpyxl.load_workbook(io.BytesIO(taken.download("tables/totals.xlsx")))
    heads, *lines = book["totals"].iter_rows(values_only=True)
    written = pq.read_table(taken.command / "parquet" / "totals.parquet")
    assert [str(head).split()[0] for head in heads] == written.column_names
    assert [list(line) for line in lines] == [list(row.values()) for row in written.to_pylist()]


def test_the_archive_holds_what_the_command_line_writes(taken: Taken) -> None:
    written = taken.command / "csv"
    names = {str(path.relative_to(written)) for path in written.rglob("*") if path.is_file()}
    with zipfile.ZipFile(io.BytesIO(taken.download("all.zip"))) as archive:
        assert set(archive.namelist()) == names
        for name in names - {"result.json"}:  # which tells the time
            assert archive.read(name) == (written / name).read_bytes()


def test_the_input_comes_back_as_it_was_sent(taken: Taken) -> None:
    assert taken.download("inputs/activity") == (taken.command / "activity.csv").read_bytes()


# --- what is wrong --------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mistake_is_named_with_row_column_and_value_and_nothing_is_run(
    analyst: Page, tmp_path: Path, language: str
) -> None:
    file = inputs.as_csv(tmp_path / "wrong.csv", *(mistake.line for mistake in inputs.MISTAKES))
    noise = Noise(analyst)
    number = send(analyst, FACILITY_EMISSIONS, file, table="activity", language=language)
    wait_for_result(analyst)
    lines = analyst.locator("ol.problems li").all()
    places = [line.locator(".place").inner_text() for line in lines]
    rows = [int(*re.findall(r"\d+", place)) for place in places]
    values = [line.locator("code.value").inner_text() for line in lines]
    assert rows == [mistake.row for mistake in inputs.MISTAKES]
    assert values == [mistake.value for mistake in inputs.MISTAKES]
    named = zip(places, inputs.MISTAKES, strict=True)
    assert [place for place, mistake in named if mistake.column not in place] == []
    answer = analyst.context.request.get(f"/{language}/runs/{number}/tables/totals.csv")
    assert answer.status == 404
    seen = look(analyst, noise)
    assert (seen.violations(WIDE), seen.violations(PHONE), seen.errors) == ((), (), ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_without_a_file_is_told_beside_the_field_and_on_top(
    analyst: Page, language: str
) -> None:
    analyst.goto(f"/{language}{METHOD}")
    analyst.locator("#parameter-gwp").select_option("AR6")
    with analyst.expect_navigation() as navigating:
        analyst.locator("button[name=run]").click()
    assert navigating.value.status == 422
    assert analyst.locator("#table-activity").get_attribute("aria-invalid") == "true"
    assert analyst.locator("#table-activity-help strong.wrong").is_visible()
    assert analyst.locator("#parameter-gwp").input_value() == "AR6"
    analyst.locator(".errors a").click()
    assert analyst.evaluate("document.activeElement.id || location.hash") in {
        "table-activity",
        "#table-activity",
    }
    assert look(analyst, Noise(analyst)).violations(WIDE) == ()


def test_a_file_of_another_kind_is_refused_in_words(analyst: Page, tmp_path: Path) -> None:
    file = tmp_path / "activity.docx"
    file.write_bytes(b"PK\x03\x04")
    analyst.goto(f"/en{METHOD}")
    analyst.set_input_files("#table-activity", file)
    analyst.locator("button[name=run]").click()
    assert "activity.docx" in analyst.locator(".errors").inner_text()


# --- again, and for whom --------------------------------------------------------------------


def test_a_run_is_repeated_with_the_same_file_and_another_parameter(taken: Taken) -> None:
    page = taken.page.context.new_page()
    page.goto(f"/en/runs/{taken.number}/")
    page.locator("a[href*='?again=']").click()
    page.locator("#parameter-gwp").select_option("AR4")
    again = start(page, "run")
    wait_for_result(page)
    assert again != taken.number
    assert shown_totals(page)["1A1a"] == pytest.approx(inputs.AR4, abs=0.5)
    assert page.locator(f"aside a[href*='{taken.number}']").count() == 1


@pytest.mark.parametrize("path", ["", "tables/totals.csv", "all.zip", "inputs/activity", "delete/"])
def test_nobody_else_can_open_a_run(taken: Taken, window: Window, path: str) -> None:
    other = window(SECRETARIAT)
    assert other.request.get(f"/en/runs/{taken.number}/{path}").status == 404


def test_a_stranger_cannot_open_a_run(taken: Taken, window: Window) -> None:
    assert window().request.get(f"/en/runs/{taken.number}/").status == 404


def test_a_run_is_deleted_only_after_it_was_asked(analyst: Page) -> None:
    analyst.goto(f"/en{METHOD}")
    number = start(analyst, "example")
    wait_for_result(analyst)
    analyst.locator(f"a[href$='/runs/{number}/delete/']").click()
    listed = analyst.context.request.get(f"/en/runs/{number}/").status
    analyst.locator("main form button").click()
    analyst.wait_for_url("**/runs/")
    assert listed == 200
    assert analyst.locator(f"a[href$='/runs/{number}/']").count() == 0
    assert analyst.context.request.get(f"/en/runs/{number}/").status == 404
