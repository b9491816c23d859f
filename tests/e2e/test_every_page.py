"""What holds for every page: accessible, narrow enough, silent, alone, in its language.

The rules are those of axe-core for WCAG 2.2 AA and good practice; the widths are the design's
desktop, a phone, and 320 CSS pixels, at which WCAG 1.4.10 allows no scrolling sideways. Every day
each second page is looked at in one language and held against the rules at one width, by turns; the
pages between, the other language and the other width are long.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urlsplit

import pytest
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Browser, BrowserContext, StorageState
from tests.e2e.conftest import DESKTOP, signed_in
from tests.e2e.looking import NARROWEST, PHONE, WIDE, Look, Noise, look
from tests.e2e.making import make
from tests.e2e.pages import ELSEWHERE, LANGUAGES, NO_PAGES, PAGES, Listed
from tests.e2e.serving import Site
from tests.e2e.visitors import HALFWAY, NEWCOMER, WATCHER
from tests.e2e.ways import WAYS

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

MADE_HERE = ("", NEWCOMER, WATCHER, HALFWAY)
"""Visitors who do not come with the sample data."""

A_FEW = 3
"""Links that are followed every day of those that lead to one kind of page."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A page in a language, and the width at which it is held against the rules every day."""

    listed: Listed
    language: str
    width: int

    @property
    def other_width(self) -> int:
        return PHONE if self.width == WIDE else WIDE


ALL = [
    Turn(listed, language, (WIDE, PHONE)[at // 4 % 2])
    for at, listed in enumerate(PAGES)
    for language in LANGUAGES
]
TODAY = ALL[::8] + ALL[5::8]
OTHERS = [one for one in ALL if one not in TODAY]

Looking = Callable[[Turn], Look]


@pytest.fixture(scope="module")
def looking(
    browser: Browser,
    site: Site,
    known: dict[str, StorageState],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Looking]:
    """Opens a page and looks at it; it stays open until the next one."""
    contexts: dict[str, BrowserContext] = {}
    seen: dict[Turn, Look] = {}
    made: dict[str, str] = {}

    def visit(who: str) -> BrowserContext:
        if who not in contexts:
            state = None if who in MADE_HERE else signed_in(browser, site, known, who)
            contexts[who] = browser.new_context(
                base_url=site.address, viewport=DESKTOP, storage_state=state
            )
            contexts[who].set_default_timeout(15_000)
        return contexts[who]

    def look_at(turn: Turn) -> Look:
        if turn not in seen:
            for one in seen.values():
                one.page.close()
            page = visit(turn.listed.who).new_page()
            noise = Noise(page)
            answer = WAYS[turn.listed.way](page, turn.listed.at(turn.language, **made))
            page.evaluate("document.fonts.ready.then(() => null)")
            assert answer is not None
            assert answer.status == turn.listed.status
            seen[turn] = look(page, noise)
        return seen[turn]

    made |= make(visit, tmp_path_factory.mktemp("made"))
    yield look_at
    for context in contexts.values():
        context.close()


def _named(turn: Turn) -> str:
    return f"{turn.listed.name}-{turn.language}"


@pytest.fixture(
    scope="module",
    params=[
        *(pytest.param(one, id=_named(one)) for one in TODAY),
        *(pytest.param(one, id=_named(one), marks=pytest.mark.long) for one in OTHERS),
    ],
)
def turn(request: pytest.FixtureRequest) -> Turn:
    """Each page in each language; all that is asked of one is asked before the next is opened."""
    one: Turn = request.param
    return one


@pytest.fixture(scope="module")
def found(looking: Looking, turn: Turn) -> Look:
    return looking(turn)


def test_a_page_breaks_no_rule_of_accessibility(found: Look, turn: Turn) -> None:
    assert found.violations(turn.width) == ()


@pytest.mark.long
def test_a_page_breaks_no_rule_of_accessibility_at_another_width(found: Look, turn: Turn) -> None:
    assert found.violations(turn.other_width) == ()


@pytest.mark.parametrize("width", [WIDE, PHONE, NARROWEST])
def test_a_page_never_scrolls_sideways(found: Look, width: int) -> None:
    assert found.too_wide(width) == ()


def test_a_page_loads_without_a_complaint_of_the_browser(found: Look) -> None:
    assert found.errors == ()


def test_a_page_asks_nobody_but_the_site(found: Look, site: Site) -> None:
    assert found.hosts == {site.address}


def test_a_page_says_its_language(found: Look, turn: Turn) -> None:
    # What is shown when the site fails is one page in both languages.
    assert found.language == ("en" if turn.listed.status == 500 else turn.language)


def test_headings_start_with_one_title_and_leave_out_no_level(found: Look) -> None:
    assert found.headings.count(1) == 1
    assert found.jumps == ()


def test_no_id_stands_twice(found: Look) -> None:
    assert found.repeated_ids == ()


every_day_and_all = pytest.mark.parametrize(
    "turns", [TODAY, pytest.param(ALL, marks=pytest.mark.long)], ids=["today", "all"]
)


@every_day_and_all
def test_no_two_pages_share_a_title(looking: Looking, turns: list[Turn]) -> None:
    titles = Counter((one.language, looking(one).title) for one in turns if not one.listed.same_as)
    assert [title for title, count in titles.items() if count > 1] == []


@every_day_and_all
def test_every_link_leads_to_a_page(
    looking: Looking, site: Site, browser: Browser, turns: list[Turn]
) -> None:
    links = {
        urldefrag(link).url: one.listed.name
        for one in turns
        if one.listed.status == 200 and not one.listed.who
        for link in looking(one).links
        if link.startswith(site.address)
    }
    followed = links if turns is not TODAY else _few(links)
    visitor = browser.new_context()
    broken = [
        f"{link} on {links[link]}" for link in sorted(followed) if not visitor.request.get(link).ok
    ]
    visitor.close()
    assert broken == []


def _few(links: dict[str, str]) -> list[str]:
    """A few links to each kind of page, and all that lead to none."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for link in links:
        try:
            kind = resolve(urlsplit(link).path).view_name
        except Resolver404:
            kind = link
        by_kind[kind].append(link)
    return [link for several in by_kind.values() for link in several[:A_FEW]]


def test_the_list_of_pages_is_whole() -> None:
    """A module of views is in the list with all its pages or, until its first one, with none."""
    listed = {one.view for one in PAGES} | NO_PAGES | ELSEWHERE
    modules = _views(get_resolver().url_patterns)
    begun = {name: views for name, views in modules.items() if not views.isdisjoint(listed)}
    missing = {name: views - listed for name, views in begun.items() if views - listed}
    assert missing == {}
    assert set().union(*begun.values()) >= NO_PAGES


def test_no_page_is_listed_twice() -> None:
    names = Counter(one.name for one in PAGES)
    assert [name for name, count in names.items() if count > 1] == []


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
