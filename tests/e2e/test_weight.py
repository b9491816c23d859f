"""What a first visit costs on a slow line: bytes as they travel, compressed."""

from __future__ import annotations

from collections import defaultdict

import pytest
from playwright.sync_api import Page
from tests.e2e.conftest import Window
from tests.e2e.pages import LANGUAGES

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

MOST = 300_000
"""Bytes of a first visit to the wall: page, style and faces. Some six seconds at 400 kbit/s."""


def travelled(page: Page, path: str) -> dict[str, int]:
    """Bytes received for a page that nothing was kept of, by kind of content."""
    received: dict[str, int] = defaultdict(int)
    kinds: dict[str, str] = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on(
        "Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]})
    )

    def finished(told: dict[str, object]) -> None:
        received[kinds[str(told["requestId"])]] += int(str(told["encodedDataLength"]).split(".")[0])

    session.on("Network.loadingFinished", finished)
    page.goto(path, wait_until="networkidle")
    return received


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_visit_to_the_wall_is_light(window: Window, language: str) -> None:
    received = travelled(window(), f"/{language}/")
    assert {"Document", "Stylesheet", "Font"} <= set(received)
    assert sum(received.values()) < MOST
