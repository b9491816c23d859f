"""A page on paper: A4, every column on it, without what only a screen needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pypdfium2
import pytest
from playwright.sync_api import Browser
from tests.e2e.conftest import DESKTOP
from tests.e2e.pages import LANGUAGES
from tests.e2e.serving import Site
from tests.e2e.visitors import FACILITY_EMISSIONS, sample_run

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

A4 = (595, 842)
"""210 × 297 mm in points of 1/72 inch (ISO 216)."""

MARGIN = 42.5
"""15 mm in the same points."""

ROUNDING = 2.5
"""A character's box is wider than its ink, and the sheet's size is a whole number here."""

LARGEST = 1_500_000
"""Bytes. A page in two scripts takes a tenth of it; where patterns are drawn, fifty times."""

ON_SCREENS_ONLY = {
    "en": ("Skip to the content", "日本語"),
    "ja": ("本文へ進む", "English"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its size in points, its text, the right end of the last character on a line."""

    size: tuple[int, int]
    text: str
    rightmost: float


Printing = Callable[[str, str], bytes]


@pytest.fixture(scope="module")
def printing(browser: Browser, site: Site) -> Iterator[Printing]:
    """Prints a page as a person would, on A4 with margins of 15 mm; each page once."""
    context = browser.new_context(base_url=site.address, viewport=DESKTOP)
    run = sample_run(context.new_page(), FACILITY_EMISSIONS)
    made: dict[tuple[str, str], bytes] = {}

    def print_it(path: str, language: str) -> bytes:
        if (path, language) not in made:
            page = context.new_page()
            page.goto(f"/{language}{path.format(run=run)}")
            sides = dict.fromkeys(("top", "right", "bottom", "left"), "15mm")
            made[path, language] = page.pdf(format="A4", margin=sides)
            page.close()
        return made[path, language]

    yield print_it
    context.close()


def sheets(data: bytes) -> list[Sheet]:
    document = pypdfium2.PdfDocument(data)
    found = [_sheet(page) for page in document]
    document.close()
    return found


def _sheet(page: pypdfium2.PdfPage) -> Sheet:
    text = page.get_textpage()
    words = text.get_text_range()
    boxes = [text.get_charbox(at) for at, sign in enumerate(words) if sign.strip()]
    ends = [right for left, _, right, _ in boxes if right > left]
    width, height = page.get_size()
    return Sheet((int(width), int(height)), words, max(ends))


PRINTED = {
    "home": "/",
    "edition": "/programmes/space/2025/",
    "activity": "/programmes/space/2025/1-1-1/",
    "member": "/members/XAA/",
    "method": f"/methods/{FACILITY_EMISSIONS}/",
    "run": "/runs/{run}/",
}
every_printed_page = pytest.mark.parametrize("path", PRINTED.values(), ids=PRINTED)
both_languages = pytest.mark.parametrize("language", LANGUAGES)


@every_printed_page
@both_languages
def test_text_stays_between_the_margins_of_a4(printing: Printing, path: str, language: str) -> None:
    found = sheets(printing(path, language))
    assert {sheet.size for sheet in found} == {A4}
    assert max(sheet.rightmost for sheet in found) <= A4[0] - MARGIN + ROUNDING


@every_printed_page
@both_languages
def test_what_only_a_screen_needs_is_not_printed(
    printing: Printing, path: str, language: str
) -> None:
    words = "\n".join(sheet.text for sheet in sheets(printing(path, language)))
    assert [word for word in ON_SCREENS_ONLY[language] if word in words] == []


@every_printed_page
@both_languages
def test_a_print_can_be_sent_by_mail(printing: Printing, path: str, language: str) -> None:
    assert len(printing(path, language)) < LARGEST


@both_languages
def test_the_wall_is_printed_to_its_last_column(printing: Printing, language: str) -> None:
    first, *others = sheets(printing("/", language))
    samples = ["XAA", "XAB", "XAC", "XAD", "XAE"]
    members = ["BRN", "KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "TLS", "VNM"]
    wanted = [*samples, *members, "JPN"]
    heads = [word for word in first.text.split() if word in wanted]
    assert heads == wanted
    assert "1-1-1" in first.text
    assert "3-2-2" in "".join(sheet.text for sheet in others)


@both_languages
def test_the_tables_of_a_run_are_printed_to_their_last_column(
    printing: Printing, language: str
) -> None:
    words = "".join(sheet.text for sheet in sheets(printing(PRINTED["run"], language))).split()
    heads = ["country", "year", "category", "co2e", "lower", "upper"]
    assert [head for head in heads if head not in words] == []
    assert "uncertainty" in words


AS_NARROW_AS_A_SHEET = {"width": 680, "height": 900}

SHORT_ROWS = """() => [...document.querySelectorAll('main table:not(:has([colspan], [rowspan]))')]
  .flatMap(table => [...table.querySelectorAll('tbody tr')].filter(row =>
    [...row.cells].filter(cell => getComputedStyle(cell).display === 'table-cell').length
      !== table.tHead.rows[0].cells.length))
  .map(row => row.textContent)"""


def test_a_printed_inventory_has_a_cell_under_every_head(browser: Browser, site: Site) -> None:
    page = browser.new_page(base_url=site.address, viewport=AS_NARROW_AS_A_SHEET)
    page.emulate_media(media="print")
    page.goto("/en/inventories/")
    page.locator("main tbody a").first.click()
    assert page.locator(".inventory-tree td:empty").count() > 0
    assert page.evaluate(SHORT_ROWS) == []
    page.close()
