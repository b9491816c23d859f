"""How one comes to a page: by its address alone, or by what one sends there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.test import RequestFactory
from playwright.sync_api import Page, Response, Route
from tests.e2e.visitors import PASSWORD

from kyoso.hub.middleware import CONTENT_SECURITY_POLICY
from kyoso.hub.portal.views import server_error

TOO_MUCH = 1_300_000
"""Bytes; a visitor who has not signed in may send one mebibyte and a tenth."""


def goto(page: Page, path: str) -> Response | None:
    return page.goto(path)


def confirmed(page: Page, path: str) -> Response | None:
    """A page that may ask for the password first, as it does ten minutes after signing in."""
    answer = page.goto(path)
    if "/confirm/" not in page.url:
        return answer
    page.locator("main [name='password']").fill(PASSWORD)
    with page.expect_navigation() as going:
        page.locator("main form button").first.click()
    return going.value


def unfilled(page: Page, path: str) -> Response | None:
    """The last form of the page, sent as it is."""
    page.goto(path)
    return _sent(page)


def outdated(page: Page, path: str) -> Response | None:
    """A change, as if somebody had changed the record in between."""
    page.goto(path)
    page.locator("main form input[type=text]").first.fill("Changed by one of two")
    page.locator("main form [name='version']").last.evaluate("field => { field.value = 99 }")
    return _sent(page)


def oversized(page: Page, path: str) -> Response | None:
    page.goto(path)
    page.locator("main form [name='login']").evaluate(
        "(field, many) => { field.type = 'text'; field.value = 'a'.repeat(many) }", TOO_MUCH
    )
    return _sent(page)


def _sent(page: Page) -> Response | None:
    with page.expect_navigation() as going:
        page.locator("main form").last.evaluate("form => form.submit()")
    return going.value


def failing(page: Page, path: str) -> Response | None:
    """What the site answers when it fails; it does not fail on demand."""
    answer = server_error(RequestFactory().get(path))

    def fail(route: Route) -> None:
        route.fulfill(
            status=answer.status_code,
            body=answer.content,
            headers={
                "Content-Type": answer["Content-Type"],
                "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            },
        )

    page.route(f"**{path}", fail)
    return page.goto(path)


WAYS: Mapping[str, Callable[[Page, str], Response | None]] = {
    way.__name__: way for way in (goto, confirmed, unfilled, outdated, oversized, failing)
}
