"""From the meter to the biennial report by five people, each in a browser of their own.

A workbook with mixed units → two faults at their cells, mended → submitted → a verifier engaged,
independent, on the site → a misstatement above materiality → corrected as version 2 → the statement
signed → published → read by everybody, with the way back to the meter → the inventory of the year
made from it (in Japanese: calculated anew), accepted and published by another → the indicator of
the country's target moves → the draft of the biennial report shows it, and leads back to the meter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import docx
import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.serving import Site
from tests.e2e.test_round import Region, fill, press
from tests.e2e.visitors import FOCAL_POINT, MINISTRY, OPERATOR, VERIFIER

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.xdist_group("verification site")]

YEARS = {"en": 2023, "ja": 2022}
"""Of each language its own year: the plan of the sample facility holds in both.

The sample country has no inventory of 2023 yet, and a published one of 2022.
"""
WRONG = ((-500, "TJ", "NCV"), ("much", "t", None), (42, "kg", None))
FIRST = ((500, "TJ", "NCV"), (1_400_000, "kg", None), (42, "kg", None))
SECOND = ((550_000, "GJ", "NCV"), (1400, "t", None), (42_000, "g", None))
"""Gas, wood, refrigerant, in the units of each bill; the first leaves out 50 TJ of gas."""
GAS = 56.1545
"""t CO2-equivalent per TJ of natural gas: 56,100 kg CO2, 1 kg CH4, 0.1 kg N2O (IPCC 2006, Volume 2,
Table 2.3) by the AR5 potentials 28 and 265."""
REST = 1.4 * 15.6 * 1.9 + 42 * 1.3
"""Wood: 30 kg CH4 and 4 kg N2O per TJ at 15.6 TJ/kt; HFC-134a: 1,300."""
INVENTORIES = (2022, 2024)
"""Years of which the sample country has a published inventory."""
FACILITY = {"en": "Sample food plant", "ja": "見本食品工場"}
SAID = {
    "en": {"unqualified": "without qualification", "faults": "2 faults", "cell": "cell"},
    "ja": {"unqualified": "無限定意見", "faults": "2件の誤り", "cell": "セル"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A report that everybody reads: where it stands, and what it comes to in t CO2-equivalent."""

    path: str
    facility: str
    country: str
    year: int
    version: int
    total: float
    by_category: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounted:
    """A published inventory: its number in addresses, and its totals in t CO2-equivalent."""

    pk: str
    total: float
    without_land: float


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_report_goes_from_the_meter_to_the_biennial_report_by_five_people(
    language: str, browser: Browser, own_site: Site, tmp_path: Path
) -> None:
    region = Region(language, browser, own_site.address, tag=f"of {YEARS[language]}")
    try:
        follow(region, publish(region, tmp_path))
    finally:
        region.close()
    assert "Traceback" not in own_site.log


def publish(region: Region, folder: Path) -> Published:
    """The chain from the workbook to the publication of a verified report."""
    begin_report(region, folder)
    engage(region)
    refuse(region)
    correct(region, folder)
    sign(region)
    return make_public(region)


def follow(region: Region, report: Published) -> None:
    """What the public reads of the report, and what rests on it: inventory, target, draft."""
    read_back_to_the_meter(region, report)
    before = indicator(region, report.year)
    inventory = account(region, report)
    after = indicator(region, report.year)
    assert after is not None
    assert after == pytest.approx(inventory.without_land / 1000, abs=0.6)
    assert (before is None) is (report.year not in INVENTORIES)
    assert after != before
    read_the_draft(region, report, inventory)


# --- the operator -------------------------------------------------------------------------


def begin_report(region: Region, folder: Path) -> None:
    """The workbook goes out, comes back wrong, is told so at its cells, and comes back right."""
    page = region.at(OPERATOR)
    region.go(page, "/facilities/")
    page.locator("main tbody tr").filter(has_text="SAMPLE-1").locator("a").first.click()
    region.made["facility"] = uuid_of(page)
    page.locator("main a[href$='/add/report/']").click()
    fill(page, year=str(YEARS[region.language]))
    press(page)
    region.made["report"] = uuid_of(page)
    book = take(page, folder)
    send(page, filled(book, folder / "wrong.xlsx", WRONG))
    alert = page.locator("main section[role='alert']")
    expect(alert).to_contain_text(SAID[region.language]["faults"])
    places = alert.locator(".place").all_inner_texts()
    assert [re.findall(r"[A-Z]+\d+", place)[-1][1:] for place in places] == ["2", "3"], places
    expect(alert.locator("code.value").first).to_have_text("-500")
    send(page, filled(book, folder / "right.xlsx", FIRST))
    expect(page.locator("main [role='alert']")).to_have_count(0)
    press(page, "act", "submit")


def take(page: Page, folder: Path) -> Path:
    with page.expect_download() as coming:
        page.locator("main a[href$='/workbook.xlsx']").click()
    to = folder / "taken.xlsx"
    coming.value.save_as(to)
    return to


def filled(book: Path, to: Path, rows: tuple[tuple[object, str, str | None], ...]) -> Path:
    """The workbook with quantity, unit and basis of each stream."""
    opened = openpyxl.load_workbook(book)
    sheet = opened["activity"]
    at = {str(cell.value): cell.column_letter for cell in sheet[1]}
    for number, cells in enumerate(rows, start=2):
        for name, value in zip(("quantity", "unit", "heat_basis"), cells, strict=True):
            sheet[f"{at[name]}{number}"] = value
    opened.save(to)
    return to


def send(page: Page, file: Path) -> None:
    page.set_input_files("main input[type='file']", file)
    page.locator("main button[name='act'][value='upload']").click()
    page.wait_for_load_state()


def engage(region: Region) -> None:
    """The desk asks the operator for a verifier, and stops asking when there is one."""
    page = region.at(OPERATOR)
    way = f"main .desk a[href*='{region.made['report']}/engage/']"
    region.desk(page)
    page.locator(way).click()
    page.locator("[name='organisation']").select_option(index=1)
    page.locator("[name='level']").select_option("reasonable")
    press(page)
    region.desk(page)
    expect(page.locator(way)).to_have_count(0)


def correct(region: Region, folder: Path) -> None:
    """The reason stands on the operator's desk; the next version takes the place of the first."""
    page = region.at(OPERATOR)
    region.desk(page)
    item = page.locator(f"main .desk li:has(a[href*='{region.made['report']}'])")
    expect(item).to_contain_text("Fifty terajoules are missing.")
    item.locator("a").first.click()
    fill(page, why="A bill of gas was left out.")
    press(page, "act", "correct")
    send(page, filled(take(page, folder), folder / "second.xlsx", SECOND))
    press(page, "act", "submit")


# --- the verifier -------------------------------------------------------------------------


def refuse(region: Region) -> None:
    """Independence, plan, visit; then a misstatement above materiality, and the way back."""
    page = region.at(VERIFIER)
    find_on_desk(region, page)
    assert page.locator("main button[value='find']").count() == 0
    fill(page, independence="We have no other business with the operator.")
    press(page, "act", "declare")
    fill(page, strategic_analysis="Gas is nearly all of it.")
    page.locator("main [name='sampling-S1']").fill("all bills")
    press(page, "act", "plan")
    uncover(page, "visit")
    fill(page, place="Sample city")
    press(page, "act", "visit")
    uncover(page, "find")
    page.locator("main [name='stream']").select_option("S1")
    fill(page, found=f"{550 * GAS:.4f}", text="The bill of March is missing.")
    press(page, "act", "find")
    values = page.locator("section:has(#judged) td").all_inner_texts()
    net, share = (float(part) for part in re.findall(r"[\d.]+", values[1].replace(",", "")))
    assert net == pytest.approx(50 * GAS, rel=1e-5)
    assert share == pytest.approx(100 * 50 * GAS / (500 * GAS + REST), rel=1e-5)
    options = page.locator("main [name='opinion'] option")
    assert {one.get_attribute("value") for one in options.all()} == {"qualified", "adverse"}
    fill(page, reason="Fifty terajoules are missing.")
    press(page, "act", "return")


def find_on_desk(region: Region, page: Page) -> None:
    """From the desk to the verification of this report."""
    region.desk(page)
    name = {"en": f", {YEARS['en']}", "ja": f"、{YEARS['ja']}年"}[region.language]
    page.locator("main .desk li").filter(has_text=name).locator("a").first.click()
    region.made.setdefault("work", page.url)


def uncover(page: Page, act: str) -> None:
    """Open the part of the page that has the form of an act."""
    page.locator(f"main details:has(button[value='{act}']) > summary").click()


def sign(region: Region) -> None:
    """Version 2 shows what was found; nothing stands against the statement any more."""
    page = region.at(VERIFIER)
    find_on_desk(region, page)
    assert page.locator("main button[value='sign']").count() == 0
    press(page, "act", "confirm")
    page.locator("main [name='opinion']").select_option("unqualified")
    fill(page, statement="Free of material misstatement.")
    press(page, "act", "sign")
    assert page.locator("main button[value='find'], main button[value='sign']").count() == 0


# --- the regulator and the public ---------------------------------------------------------


def make_public(region: Region) -> Published:
    """The regulator finds statement and findings on the page, and publishes."""
    public = region.open()
    path = f"/facilities/yearly/{region.made['report']}/"
    answer = public.goto(f"/{region.language}{path}")
    assert answer is not None
    assert answer.status == 404
    public.context.close()
    page = region.at(MINISTRY)
    region.desk(page)
    page.locator(f"main .desk a[href*='{region.made['report']}']").first.click()
    expect(page.locator("section:has(#verification)")).to_contain_text("The bill of March")
    press(page, "act", "publish")
    total = 550 * GAS + REST
    return Published(
        path=path,
        facility=region.made["facility"],
        country="XAA",
        year=YEARS[region.language],
        version=2,
        total=total,
        by_category={"1A2d": 550 * GAS + 1.4 * 15.6 * 1.9, "2F1": 42 * 1.3},
    )


def read_back_to_the_meter(region: Region, report: Published) -> None:
    """Everybody reads total and statement, and goes from a number to the meter behind it."""
    page = region.open()
    region.go(page, report.path)
    said = SAID[region.language]
    expect(page.locator("section:has(#verification)")).to_contain_text(said["unqualified"])
    assert "The bill of March" not in page.content()
    cells = page.locator("section:has(#totals) td strong").all_inner_texts()
    assert float(cells[0].replace(",", "")) == pytest.approx(report.total, abs=1)
    page.locator("section:has(#lines) tbody tr").first.locator("a[href*='of=lines']").click()
    expect(page.locator("main")).to_contain_text("GM-1")
    expect(page.locator("main")).to_contain_text("550")
    page.context.close()


# --- inventory, target, biennial report ---------------------------------------------------


def account(region: Region, report: Published) -> Accounted:
    """The focal point makes the inventory of the year, or makes it anew; the ministry publishes."""
    page = region.at(FOCAL_POINT)
    region.go(page, "/inventories/")
    there = page.locator("main td a").filter(has_text=str(report.year))
    if report.year in INVENTORIES:
        there.first.click()
        expect(page.locator("section:has(#later)")).to_contain_text(FACILITY[region.language])
        page.locator("main [name='cause']").select_option("activity-data")
        fill(page, why="A facility has reported.")
        press(page, "act", "recalculate")
    else:
        assert there.count() == 0
        region.go(page, "/inventories/begin/")
        page.locator("main [name='country']").select_option(report.country)
        fill(page, year=str(report.year))
        press(page)
    pk = uuid_of(page)
    press(page, "act", "calculate")
    press(page, "act", "submit")
    page = region.at(MINISTRY)
    region.desk(page)
    page.locator(f"main .desk a[href*='{pk}']").first.click()
    press(page, "act", "accept")
    press(page, "act", "publish")
    totals = page.locator("main dl.facts dd").all_inner_texts()
    total, without_land = (number(text.split()[0]) for text in totals[:2])
    if report.year not in INVENTORIES:
        assert total == pytest.approx(report.total, abs=1)
    return Accounted(pk=pk, total=total, without_land=without_land)


def indicator(region: Region, year: int) -> float | None:
    """What everybody reads of the first target of the country in a year [kt CO2-equivalent]."""
    page = region.open()
    region.go(page, "/ndc/XAA/")
    rows = page.locator("section:has(#target-1) tbody tr")
    row = rows.filter(has=page.locator("th", has_text=str(year)))
    found = number(row.locator("td").first.inner_text()) if row.count() else None
    page.context.close()
    return found


def number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def read_the_draft(region: Region, report: Published, inventory: Accounted) -> None:
    """The draft has the year's total, and its link leads through the category to the meter."""
    page = region.open()
    region.go(page, f"/ndc/{report.country}/")
    with page.expect_download() as coming:
        page.locator("main a[href$='/btr.docx']").click()
    document = docx.Document(str(coming.value.path()))
    cells = {
        cell.text: row.cells[0].text
        for table in document.tables
        for row in table.rows
        for cell in row.cells
    }
    assert f"{inventory.total:,.0f}" in cells
    links = {one.target_ref for one in document.part.rels.values() if one.is_external}
    (way,) = (link for link in links if f"/inventories/{inventory.pk}/" in link)
    page.goto(region.address + urlsplit(way).path)
    page.locator("main a[href$='/categories/1A2d/']").click()
    expect(page.locator("section:has(#sources)")).to_contain_text("GM-1")
    page.locator(f"main h3 a[href*='{region.made['report']}']").click()
    expect(page.locator("section:has(#lines)")).to_contain_text("550")
    page.context.close()


def uuid_of(page: Page) -> str:
    found = re.search(r"[0-9a-f-]{36}", page.url)
    assert found is not None, page.url
    return found[0]
