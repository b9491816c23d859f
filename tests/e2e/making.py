"""What must exist before all pages can be looked at, made in the browser as people would."""

from __future__ import annotations

import hmac
import re
import struct
import time
from base64 import b32decode
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page
from tests.e2e.inputs import MISTAKES, as_csv
from tests.e2e.visitors import (
    ANALYST,
    E_WASTE,
    FACILITY_EMISSIONS,
    FOCAL_POINT,
    HALFWAY,
    MINISTRY,
    NEWCOMER,
    OPERATOR,
    PASSWORD,
    SECRETARIAT,
    VERIFIER,
    WATCHER,
    fill_password,
    sample_run,
    send,
    start,
    wait_for_result,
)
from tests.e2e.ways import confirmed

Visit = Callable[[str], BrowserContext]
"""The browser of a person, who has signed in; of a stranger, where the name is empty."""

UUID = "([0-9a-f-]{36})"
NUMBER = r"(\d+)"

LINKS = {
    "project": ("", "/projects/", f"/projects/{UUID}/"),
    "pair": (SECRETARIAT, "/projects/pairs/", f"/projects/pairs/{NUMBER}/"),
    "draft": (SECRETARIAT, "/desk/", f"/projects/{UUID}/edit/check/"),
    "training": ("", "/projects/", f'/projects/{UUID}/">Training'),
    "milestone": (
        SECRETARIAT,
        "/projects/{training}/edit/milestones/",
        f"/parts/milestone/{NUMBER}/",
    ),
    "revision": (SECRETARIAT, "/desk/", f"/projects/revisions/{UUID}/"),
    "edit": (SECRETARIAT, "/projects/revisions/{revision}/", f"/edits/{NUMBER}/"),
    "round": ("", "/progress/totals/", f"/progress/totals/{UUID}/"),
    "owed": (SECRETARIAT, "/progress/rounds/{round}/", f"/progress/owed/{UUID}/"),
    "published": (
        "",
        "/progress/totals/{round}/activity/1-2-4-1/",
        f"/progress/reports/{UUID}/",
    ),
    "submitted": (SECRETARIAT, "/desk/", f"/progress/reports/{UUID}/review/"),
    "returned": (FOCAL_POINT, "/progress/", f"/progress/reports/{UUID}/write/texts/"),
    "proposal": (FOCAL_POINT, "/proposals/space/", f"/proposals/{UUID}/"),
    "person": (SECRETARIAT, "/people/", f'/people/{NUMBER}/">Agency in A<'),
    "membership": (SECRETARIAT, "/people/{person}/", f"/memberships/{NUMBER}/end/"),
    "facility": ("", "/facilities/", f"/facilities/{UUID}/"),
    "plan": (OPERATOR, "/facilities/{facility}/", f"/facilities/plans/{UUID}/"),
    "next_plan": (OPERATOR, "/facilities/{facility}/", f'/facilities/plans/{UUID}/">Plan 2'),
    "factor": ("", "/factors/", f"/factors/{UUID}/"),
    "regional": ("", "/inventories/region/", f"/inventories/region/{UUID}/"),
    "inventory": ("", "/inventories/", f"/inventories/{UUID}/"),
    "facility_report": ("", "/facilities/{facility}/", f"/facilities/yearly/{UUID}/"),
    "facility_draft": (
        OPERATOR,
        "/facilities/{facility}/",
        f'/facilities/yearly/{UUID}/">Report 2025',
    ),
    "draft_submission": (
        OPERATOR,
        "/facilities/yearly/{facility_draft}/",
        f"/facilities/submissions/{UUID}/entries/",
    ),
    "verified_facility": ("", "/facilities/", f'/facilities/{UUID}/">Sample brick works'),
    "verified_report": ("", "/facilities/{verified_facility}/", f"/facilities/yearly/{UUID}/"),
    "engagement": (
        VERIFIER,
        "/facilities/yearly/{verified_report}/",
        f"/verifiers/engagements/{UUID}/",
    ),
    "accreditation": (MINISTRY, "/verifiers/", f"/verifiers/accreditations/{UUID}/end/"),
    "statement": ("", "/ndc/XAA/", f'/statements/{UUID}/">Sample energy efficiency act'),
    "statement_submitted": (
        FOCAL_POINT,
        "/ndc/XAA/statements/",
        f'/statements/{UUID}/">Sample methane plan',
    ),
    "statement_draft": (
        MINISTRY,
        "/ndc/XAA/statements/",
        f'/statements/{UUID}/">Sample transport plan',
    ),
    "organisation": (SECRETARIAT, "/organisations/", f"/organisations/{NUMBER}/"),
}
"""What the sample data hold: who sees it, on which page, in which link."""


def make(visit: Visit, folder: Path) -> dict[str, str]:
    """Numbers and secrets that stand in addresses, by the names they have in the list of pages."""
    made: dict[str, str] = {}
    for name, (who, path, pattern) in LINKS.items():
        text = visit(who).request.get(f"/en{path.format(**made)}").text()
        found = re.search(pattern, text)
        assert found is not None, name
        made[name] = found[1]
    return made | _runs(visit, folder) | _draft_proposal(visit) | _token(visit) | _people(visit)


def _runs(visit: Visit, folder: Path) -> dict[str, str]:
    """The public sample, one of the analyst, one that was refused."""
    page = visit(ANALYST).new_page()
    sample = sample_run(page, FACILITY_EMISSIONS)
    page.goto(f"/en/methods/{E_WASTE}/")
    own = start(page, "example")
    wait_for_result(page)
    wrong = as_csv(folder / "wrong.csv", *(mistake.line for mistake in MISTAKES))
    refused = send(page, FACILITY_EMISSIONS, wrong, table="activity")
    wait_for_result(page)
    page.close()
    return {"sample": sample, "own": own, "refused": refused}


def _draft_proposal(visit: Visit) -> dict[str, str]:
    page = visit(FOCAL_POINT).new_page()
    page.goto("/en/proposals/space/new/?kind=reword&of=1-1-2")
    for name in ("reason-en", "reason-ja"):
        page.locator(f"main [name='{name}']").fill("Clearer for ministries. 明確にする。")
    page.locator("main [name='title-0-en']").fill("Clearer words")
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile(f"/proposals/{UUID}/"))
    found = re.search(UUID, page.url)
    assert found is not None
    page.close()
    return {"draft_proposal": found[1]}


def _token(visit: Visit) -> dict[str, str]:
    page = visit(ANALYST).new_page()
    page.goto("/en/account/tokens/")
    page.locator("main [name='name']").fill("Nightly copy")
    page.locator("main form [type=checkbox]").first.check()
    page.locator("main form button").last.click()
    page.goto("/en/account/tokens/")
    link = page.locator("main a[href$='/withdraw/']").first.get_attribute("href") or ""
    page.close()
    found = re.search(UUID, link)
    assert found is not None
    return {"token": found[1]}


def _people(visit: Visit) -> dict[str, str]:
    """Two who have accepted, one of them with a second factor, and one who has not answered."""
    newcomer = visit(NEWCOMER).new_page()
    _accept(newcomer, _invite(visit, NEWCOMER, "secretariat"))
    newcomer.close()
    watcher = visit(WATCHER).new_page()
    _accept(watcher, _invite(visit, WATCHER, "auditor"))
    confirmed(watcher, "/en/account/second-factor/app/add/")
    secret = watcher.locator("main code").inner_text()
    watcher.locator("main [name='code']").fill(one_time_code(secret, time.time()))
    watcher.locator("main form button").click()
    watcher.wait_for_url("**/account/second-factor/**/codes/**")
    watcher.close()
    halfway = visit(HALFWAY).new_page()
    halfway.goto("/en/sign-in/")
    fill_password(halfway, WATCHER, PASSWORD)
    halfway.wait_for_url("**/sign-in/second-factor/**")
    halfway.close()
    found = re.search(
        f"/invitations/{UUID}/([^/]+)/", _invite(visit, "next@sample.example", "auditor")
    )
    assert found is not None
    return {"invitation": found[1], "secret": found[2]}


def _invite(visit: Visit, email: str, role: str) -> str:
    """The path that the letter leads to, in English."""
    page = visit(SECRETARIAT).new_page()
    page.goto("/en/people/invite/")
    page.locator("main [name='email']").fill(email)
    page.locator("main [name='display_name']").fill(email.partition("@")[0].title())
    page.locator("main [name='language']").select_option("en")
    page.locator("main [name='organisation']").select_option(index=1)
    page.locator("main [name='role']").select_option(role)
    page.locator("main form button").last.click()
    link = page.locator("#link").input_value()
    page.close()
    return link[link.index("/en/") :]


def _accept(page: Page, path: str) -> None:
    page.goto(path)
    for name in ("password", "again"):
        page.locator(f"main [name='{name}']").fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_selector("header a[href$='/sign-out/']")


def one_time_code(secret: str, seconds: float) -> str:
    """Six digits for the half minute, as RFC 6238 makes them with SHA-1."""
    mark = hmac.digest(b32decode(secret), struct.pack(">Q", int(seconds // 30)), "sha1")
    start_at = mark[-1] & 15
    (number,) = struct.unpack(">I", mark[start_at : start_at + 4])
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"
