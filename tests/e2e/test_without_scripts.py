"""The whole walk with JavaScript off: from the wall to a result that is taken away."""

from __future__ import annotations

import csv
import io

import pytest
from tests.e2e.conftest import Window
from tests.e2e.pages import LANGUAGES
from tests.e2e.serving import Site
from tests.e2e.visitors import ANALYST, FACILITY_EMISSIONS, fill_sign_in, start, wait_for_result

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_walk_from_the_wall_to_a_result_needs_no_script(
    window: Window, site: Site, language: str
) -> None:
    page = window(java_script_enabled=False)
    page.goto(f"/{language}/")
    page.locator(f"main a[href='/{language}/programmes/space/2025/']").first.click()
    page.locator(f"main a[href='/{language}/programmes/space/2025/1-1-1/']").first.click()
    page.locator(f"main a[href='/{language}/methods/{FACILITY_EMISSIONS}/']").first.click()
    page.locator("main a.button[href*='/sign-in/']").click()
    fill_sign_in(page, ANALYST)
    assert page.url.startswith(f"{site.address}/{language}/methods/{FACILITY_EMISSIONS}/")
    worker = site.worker()
    worker.suspend()
    try:
        start(page, "example")
        assert page.locator("#progress").is_visible()
    finally:
        worker.resume()
    wait_for_result(page)
    with page.expect_download() as downloading:
        page.locator("a[href$='/tables/totals.csv']").click()
    taken = downloading.value.path().read_text(encoding="utf-8")
    written = (site.folder / "out" / FACILITY_EMISSIONS / "totals.csv").read_text(encoding="utf-8")
    assert taken == written
    assert len(list(csv.DictReader(io.StringIO(taken)))) > 0
