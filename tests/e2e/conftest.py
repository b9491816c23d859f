"""Chromium, the served site, and windows on it.

The sample data are made once for a run, and each site works on a copy. One site serves all tests
that change nothing others read: they stand in one group, so one worker of pytest has it. The browser lives for one module: its event loop must not be running when the same worker
goes on to tests that use Django's database in this process.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright
from tests.conftest import IN_BUILD
from tests.e2e.serving import Site, sample, serving
from tests.e2e.visitors import sign_in

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DESKTOP = {"width": 1240, "height": 900}

Window = Callable[..., Page]


def chromium() -> str:
    """The browser of this machine. Without one the tests are skipped, in the build they fail."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    reason = f"needs a browser, and there is none of {', '.join(BROWSERS)} here"
    if IN_BUILD:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """What ``kyoso demo`` made, once for all processes of the suite; to be copied."""
    chromium()
    own = tmp_path_factory.getbasetemp()
    return sample((own if worker_id == "master" else own.parent) / "sample")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, sample_home: Path) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("site"), sample_home) as one:
        yield one


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory, sample_home: Path) -> Iterator[Site]:
    """A site for one module, whose tests change what others read."""
    with serving(tmp_path_factory.mktemp("own"), sample_home) as one:
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium()
    # Chromium's sandbox refuses to start for root, as whom containers run.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=path, args=arguments)
        yield one
        one.close()


def signed_in(
    browser: Browser, site: Site, known: dict[str, StorageState], who: str
) -> StorageState:
    """What the browser of a person keeps; nobody signs in twice."""
    if who not in known:
        context = browser.new_context(base_url=site.address)
        sign_in(context.new_page(), who)
        known[who] = context.storage_state()
        context.close()
    return known[who]


@pytest.fixture(scope="session")
def known() -> dict[str, StorageState]:
    """What the browsers of people keep who have signed in once, by their e-mail."""
    return {}


@pytest.fixture
def window(browser: Browser, site: Site, known: dict[str, StorageState]) -> Iterator[Window]:
    """Opens windows of visitors who share nothing but who they are.

    ``who`` names a sample login that has signed in; options are those of a browser context.
    """
    opened: list[BrowserContext] = []

    def open_one(who: str = "", **options: Any) -> Page:
        if who:
            options["storage_state"] = signed_in(browser, site, known, who)
        context = browser.new_context(
            **{"base_url": site.address, "viewport": DESKTOP, "accept_downloads": True, **options}
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        return context.new_page()

    yield open_one
    for context in opened:
        context.close()
