"""What the tests of pages rest on notices faults that are planted into a page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.e2e.conftest import Window
from tests.e2e.looking import NARROWEST, PHONE, WIDE, Noise, look

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]


@pytest.fixture
def page(window: Window) -> Page:
    return window()


@pytest.fixture
def noise(page: Page) -> Noise:
    listening = Noise(page)
    page.goto("/en/sign-in/")
    return listening


def test_a_page_without_language_breaks_a_rule(page: Page, noise: Noise) -> None:
    page.evaluate("document.documentElement.removeAttribute('lang')")
    found = look(page, noise)
    assert [one.partition(":")[0] for one in found.violations(WIDE)] == ["html-has-lang"]


def test_what_is_too_wide_is_named(page: Page, noise: Noise) -> None:
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<svg width=350></svg>');"
        "document.querySelector('main svg').style.maxWidth = 'none'"
    )
    found = look(page, noise)
    assert found.too_wide(WIDE) == found.too_wide(PHONE) == ()
    assert [one[:4] for one in found.too_wide(NARROWEST)] == ["366 ", "<svg"]


def test_an_inline_style_is_refused_by_the_browser_and_heard(page: Page, noise: Noise) -> None:
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("document.head.insertAdjacentHTML('beforeend', '<style>p {}</style>')")
    assert len(noise.errors) == 2
    assert all("Content Security Policy" in one for one in noise.errors)


def test_a_stranger_is_not_asked_and_the_attempt_is_heard(page: Page, noise: Noise) -> None:
    page.evaluate("fetch('http://elsewhere.invalid/').catch(() => null)")
    assert noise.errors
    assert all("elsewhere.invalid" in one for one in noise.errors)
    assert noise.hosts == {noise.page.url.removesuffix("/en/sign-in/")}


def test_a_jump_between_headings_and_a_repeated_id_are_seen(page: Page, noise: Noise) -> None:
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML("
        "'beforeend', '<h4 id=main>Too deep</h4>')"
    )
    found = look(page, noise)
    assert (found.jumps, found.repeated_ids) == (((1, 4),), ("main",))
