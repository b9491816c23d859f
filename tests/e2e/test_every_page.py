"""What holds for every page: accessible, narrow enough, silent, alone, in its language.

The rules are those of axe-core for WCAG 2.2 AA and good practice; the widths are the design's
desktop, a phone, and 320 CSS pixels, at which WCAG 1.4.10 allows no scrolling sideways.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Browser, Page
from tests.e2e.conftest import DESKTOP
from tests.e2e.inputs import MISTAKES, as_csv
from tests.e2e.looking import NARROWEST, PHONE, WIDE, Look, Noise, look
from tests.e2e.pages import LANGUAGES, NO_PAGES, PAGES, Listed
from tests.e2e.serving import Site
from tests.e2e.visitors import (
    ANALYST,
    E_WASTE,
    FACILITY_EMISSIONS,
    sample_run,
    send,
    sign_in,
    start,
    wait_for_result,
)

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

Looking = Callable[[Listed, str], Look]


@pytest.fixture(scope="module")
def looking(
    browser: Browser, site: Site, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Looking]:
    """Looks at a page once, however many questions are asked of it."""
    seen: dict[tuple[Listed, str], Look] = {}
    stranger = browser.new_context(base_url=site.address, viewport=DESKTOP)
    analyst = browser.new_context(base_url=site.address, viewport=DESKTOP)
    made = _made(analyst.new_page(), tmp_path_factory.mktemp("made"))

    def look_at(listed: Listed, language: str) -> Look:
        if (listed, language) not in seen:
            page = (analyst if listed.signed_in else stranger).new_page()
            noise = Noise(page)
            answer = page.goto(listed.at(language, **made), wait_until="networkidle")
            assert answer is not None
            assert answer.status == listed.status
            seen[listed, language] = look(page, noise)
            page.close()
        return seen[listed, language]

    yield look_at
    stranger.close()
    analyst.close()


def _made(page: Page, folder: Path) -> dict[str, str]:
    """Runs to look at: the public sample, one of the analyst, one that was refused."""
    sample = sample_run(page, FACILITY_EMISSIONS)
    sign_in(page, ANALYST)
    page.goto(f"/en/methods/{E_WASTE}/")
    own = start(page, "example")
    wait_for_result(page)
    wrong = as_csv(folder / "wrong.csv", *(mistake.line for mistake in MISTAKES))
    refused = send(page, FACILITY_EMISSIONS, wrong, table="activity")
    wait_for_result(page)
    return {"sample": sample, "own": own, "refused": refused}


every_page = pytest.mark.parametrize("listed", PAGES, ids=lambda one: one.name)
both_languages = pytest.mark.parametrize("language", LANGUAGES)


@every_page
@both_languages
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_a_page_breaks_no_rule_of_accessibility(
    looking: Looking, listed: Listed, language: str, width: int
) -> None:
    assert looking(listed, language).violations[width] == ()


@every_page
@both_languages
@pytest.mark.parametrize("width", [WIDE, PHONE, NARROWEST])
def test_a_page_never_scrolls_sideways(
    looking: Looking, listed: Listed, language: str, width: int
) -> None:
    assert looking(listed, language).too_wide[width] == ()


@every_page
@both_languages
def test_a_page_loads_without_a_complaint_of_the_browser(
    looking: Looking, listed: Listed, language: str
) -> None:
    assert looking(listed, language).errors == ()


@every_page
@both_languages
def test_a_page_asks_nobody_but_the_site(
    looking: Looking, site: Site, listed: Listed, language: str
) -> None:
    assert looking(listed, language).hosts == {site.address}


@every_page
@both_languages
def test_a_page_says_its_language(looking: Looking, listed: Listed, language: str) -> None:
    assert looking(listed, language).language == language


@every_page
@both_languages
def test_headings_start_with_one_title_and_leave_out_no_level(
    looking: Looking, listed: Listed, language: str
) -> None:
    found = looking(listed, language)
    assert found.headings.count(1) == 1
    assert found.jumps == ()


@every_page
@both_languages
def test_no_id_stands_twice(looking: Looking, listed: Listed, language: str) -> None:
    assert looking(listed, language).repeated_ids == ()


@both_languages
def test_no_two_pages_share_a_title(looking: Looking, language: str) -> None:
    titles = Counter(looking(listed, language).title for listed in PAGES if not listed.same_as)
    assert [title for title, count in titles.items() if count > 1] == []


@both_languages
def test_every_link_leads_to_a_page(
    looking: Looking, site: Site, browser: Browser, language: str
) -> None:
    links = {
        urldefrag(link).url: listed.name
        for listed in PAGES
        if not listed.signed_in
        for link in looking(listed, language).links
        if link.startswith(site.address)
    }
    visitor = browser.new_context()
    broken = [
        f"{link} on {name}"
        for link, name in sorted(links.items())
        if not urlsplit(link).path.endswith("/nothing/") and not visitor.request.get(link).ok
    ]
    visitor.close()
    assert broken == []


def test_the_list_of_pages_is_whole() -> None:
    """A module of views is in the list with all its pages or, until its first one, with none."""
    listed = {one.view for one in PAGES} | NO_PAGES
    modules = _views(get_resolver().url_patterns)
    begun = {name: views for name, views in modules.items() if not views.isdisjoint(listed)}
    missing = {name: views - listed for name, views in begun.items() if views - listed}
    assert missing == {}
    assert set().union(*begun.values()) >= NO_PAGES


def _views(patterns: list[URLPattern | URLResolver], inside: str = "") -> dict[str, set[str]]:
    """The names of Kyoso's own addresses, by the module that answers them."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in patterns:
        if isinstance(one, URLResolver):
            within = _views(one.url_patterns, f"{one.namespace}:" if one.namespace else inside)
            for module, names in within.items():
                found[module] |= names
        elif one.name and one.callback.__module__.startswith("kyoso."):
            found[one.callback.__module__].add(f"{inside}{one.name}")
    return found
