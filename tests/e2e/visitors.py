"""Who visits, and what visitors do."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page

from kyoso.cli.site import SAMPLE_PASSWORD

ANALYST = "analyst@sample.example"
SECRETARIAT = "secretariat@sample.example"
AGENCY = "agency-a@sample.example"
OPERATOR = "operator-a@sample.example"
MINISTRY = "ministry-a@sample.example"
VERIFIER = "verifier-a@sample.example"
FOCAL_POINT = "focal-a@sample.example"
NEWCOMER = "newcomer@sample.example"
"""Invited by these tests to the secretariat; has not set up a second factor."""
WATCHER = "watcher@sample.example"
"""Invited as an auditor; has a second factor."""
HALFWAY = "halfway"
"""The same person, whose password was right and whose second factor was not yet asked for."""

PASSWORD = "a-long-enough-word-19"
"""Of those whom these tests invite."""

FACILITY_EMISSIONS = "climate.transparency.facility-emissions"
E_WASTE = "pollution.circularity.e-waste-generation"

RUN = re.compile(r"/runs/([0-9a-f-]{36})/")
"""The address of a run, with its number."""

CALCULATING = 60_000
"""Milliseconds that a run may wait and take on a busy machine."""


def sign_in(page: Page, email: str, *, language: str = "en") -> None:
    """Open the page to sign in and do so."""
    page.goto(f"/{language}/sign-in/")
    fill_sign_in(page, email)


def fill_sign_in(page: Page, email: str) -> None:
    """Fill and send the form that is open; the visitor is known afterwards."""
    fill_password(page, email, SAMPLE_PASSWORD)
    page.wait_for_selector("header a[href$='/sign-out/']")


def fill_password(page: Page, email: str, password: str) -> None:
    """Fill and send the form that is open."""
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(password)
    page.locator("main form button[type=submit]").click()


def sample_run(page: Page, method: str) -> str:
    """The number of the public run of a method on sample data."""
    page.goto(f"/en/methods/{method}/")
    return number_of(page.locator("dl.facts a[href*='/runs/']").get_attribute("href") or "")


def number_of(address: str) -> str:
    """The number of the run that stands in an address."""
    found = RUN.search(address)
    assert found is not None, address
    return found[1]


def send(page: Page, method: str, file: Path, *, language: str = "en", table: str) -> str:
    """Send ``file`` as an input of ``method``; the number of the run that was started."""
    page.goto(f"/{language}/methods/{method}/")
    page.set_input_files(f"#table-{table}", file)
    return start(page, "run")


def start(page: Page, button: str) -> str:
    """Press ``run`` or ``example``; the number of the run that was started."""
    page.locator(f"button[name={button}]").click()
    page.wait_for_url(RUN)
    return number_of(page.url)


def wait_for_result(page: Page) -> None:
    """Wait until the page shows what came of its run: figures and tables, or faults."""
    page.wait_for_selector("#checks, #problems, #failed", timeout=CALCULATING)
