"""Everything can be reached and done with the keys alone, and one sees where one is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.e2e.conftest import Window
from tests.e2e.pages import LANGUAGES, PAGES, Listed
from tests.e2e.visitors import (
    ANALYST,
    FACILITY_EMISSIONS,
    RUN,
    sample_run,
    wait_for_result,
)

import kyoso.hub
from kyoso.cli.site import SAMPLE_PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

MOST_STOPS = 400

_STOP = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return {
    name: one.outerHTML.slice(0, 120), href: one.getAttribute('href'), id: one.id,
    outline: `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor}`,
    area: box.width * box.height,
    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""


@dataclass(frozen=True, slots=True)
class Stop:
    """A place where the tab key stops."""

    name: str
    href: str | None
    id: str
    outline: str
    area: float
    seen: bool


def stops(page: Page) -> Iterator[Stop]:
    """Every stop of the tab key, from the top of the page until it leaves the page."""
    first: str | None = None
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        found = page.evaluate(_STOP)
        if found is None or found["name"] == first:
            return
        first = first or found["name"]
        yield Stop(**found)
    raise AssertionError(f"more than {MOST_STOPS} stops")


def focus_colour() -> str:
    """The design's token as the browser writes it."""
    sheet = (Path(kyoso.hub.__file__).parent / "static" / "kyoso.css").read_text(encoding="utf-8")
    token = re.search(r"--focus: #([0-9a-f]{6});", sheet)
    assert token is not None
    red, green, blue = bytes.fromhex(token[1])
    return f"rgb({red}, {green}, {blue})"


EVERY_DAY = {"home", "edition", "compare", "data", "projects", "sign-in"}
public = [
    one
    for one in PAGES
    if one.way == "goto" and not (one.signed_in or one.same_as or "{" in one.path)
]


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param(one, id=one.name, marks=() if one.name in EVERY_DAY else pytest.mark.long)
        for one in public
    ],
)
def test_every_stop_of_the_tab_key_is_seen(window: Window, listed: Listed) -> None:
    page = window()
    page.goto(listed.at("en"))
    visited = list(stops(page))
    outline = f"solid 3px {focus_colour()}"
    assert [one for one in visited if one.outline != outline or not one.seen or not one.area] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tab_key_goes_from_skip_link_to_name_navigation_and_tools(
    window: Window, language: str
) -> None:
    page = window()
    page.goto(f"/{language}/")
    header = [
        link.get_attribute("href")
        for link in page.locator(".skip, header.top a").all()
        if link.is_visible()
    ]
    visited = [one.href for one, _ in zip(stops(page), header, strict=False)]
    assert visited == header
    assert visited[0] == "#main"


def test_the_skip_link_leads_past_the_header(window: Window) -> None:
    page = window()
    page.goto("/en/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    assert page.evaluate("document.activeElement === document.querySelector('main a')")


@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_in_takes_only_keys(window: Window, language: str) -> None:
    page = window()
    page.goto(f"/{language}/sign-in/")
    for stop in stops(page):
        if stop.id == "id_login":
            break
    page.keyboard.type(ANALYST)
    page.keyboard.press("Tab")
    page.keyboard.type(SAMPLE_PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("header a[href$='/sign-out/']").count() == 1


def test_the_example_runs_with_the_enter_key(window: Window) -> None:
    page = window(ANALYST)
    page.goto(f"/en/methods/{FACILITY_EMISSIONS}/")
    for _ in stops(page):
        if page.evaluate("document.activeElement.name") == "example":
            break
    page.keyboard.press("Enter")
    page.wait_for_url(RUN)
    wait_for_result(page)
    assert page.locator("#checks").count() == 1


def test_the_rows_of_a_run_that_scroll_are_reached_by_the_tab_key(window: Window) -> None:
    page = window(viewport={"width": 390, "height": 844})
    page.goto(f"/en/runs/{sample_run(page, FACILITY_EMISSIONS)}/")
    scrolling = sum(one.is_visible() for one in page.locator(".scroll").all())
    page.goto(page.url)
    reached = {one.name for one in stops(page) if 'class="scroll' in one.name}
    assert scrolling > 0
    assert len(reached) == scrolling
