"""A whole round of the sample region by five people, each in a browser of their own.

Invite → participate → register a project → overlap found and judged → report → returned →
resubmitted → accepted → routed → shown in the aggregate → proposal → new edition; in English and
in Japanese. The round changes the programme's text: it has a site to itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.conftest import DESKTOP
from tests.e2e.serving import Site
from tests.e2e.visitors import sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("round")]

SECRETARIAT = "secretariat@sample.example"
COLLEAGUE = "secretariat2@sample.example"
AGENCY = "agency-a@sample.example"
LEAD = "lead@sample.example"
COUNTRY = "XAC"
CODE = "1-1-1"
"""The activity that the sample lead leads."""
ROUND = {"en": "Sample round 2026, first half", "ja": "見本の報告期2026年前半"}
ANSWER = {"en": "2-2-3", "ja": "1-3-1"}
"""An activity on which the sample country has given no answer before."""
PASSWORD = "a-long-enough-word-19"


@dataclass
class Region:
    """The five people at their browsers; ``tag`` tells what they make from other rounds."""

    language: str
    browser: Browser
    address: str
    tag: str
    windows: dict[str, Page] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)

    def at(self, who: str) -> Page:
        """The browser of a person, who has signed in."""
        if who not in self.windows:
            self.windows[who] = self.open()
            sign_in(self.windows[who], who, language=self.language)
        return self.windows[who]

    def open(self) -> Page:
        context = self.browser.new_context(base_url=self.address, viewport=DESKTOP)
        context.set_default_timeout(20_000)
        return context.new_page()

    def go(self, page: Page, path: str) -> None:
        answer = page.goto(f"/{self.language}{path}")
        assert answer is not None
        assert answer.status == 200, path

    def desk(self, page: Page) -> None:
        self.go(page, "/desk/")

    def close(self) -> None:
        for page in self.windows.values():
            page.context.close()


def press(page: Page, name: str = "", value: str = "") -> None:
    """Send the form that has a button of this name and value; the only one without them."""
    button = f"main form button[name='{name}'][value='{value}']" if name else "main form button"
    before = page.url
    page.locator(button).last.click()
    page.wait_for_load_state()
    alert = page.locator("main [role='alert']")
    assert alert.count() == 0, f"{before}: {alert.first.inner_text()}"


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"main [name='{name.replace('__', '-')}']").first.fill(value)


@pytest.mark.parametrize("language", ["en", pytest.param("ja", marks=pytest.mark.long)])
def test_five_people_go_through_a_whole_round(
    language: str, browser: Browser, own_site: Site
) -> None:
    region = Region(language, browser, own_site.address, tag=f"of the {language} round")
    try:
        whole_round(region)
    finally:
        region.close()
    assert "Traceback" not in own_site.log


def whole_round(region: Region) -> None:
    newcomer = invite(region)
    participate(region, newcomer)
    first = draft_project(region, "A")
    register(region, first)
    draft_project(region, "B")
    judge_overlap(region)
    ask_for_report(region)
    report = write_report(region)
    send_back(region, report)
    resubmit(region, report)
    accept(region, report)
    reading_list(region)
    publish_and_find_in_the_aggregate(region, report)
    propose(region, newcomer)
    adopt(region)


# --- invite, accept, participate ----------------------------------------------------------


def invite(region: Region) -> str:
    """The secretariat invites a focal point, who chooses a password and is known from then on."""
    page, email = region.at(SECRETARIAT), f"{region.tag.replace(' ', '-')}@sample.example"
    region.go(page, "/people/invite/")
    fill(page, email=email, display_name=f"Newcomer {region.tag}")
    page.locator("[name='language']").select_option(region.language)
    page.locator("[name='organisation']").select_option(index=1)
    page.locator("[name='role']").select_option("focal_point")
    page.locator("[name='country']").select_option(COUNTRY)
    press(page)
    link = page.locator("#link").input_value()
    newcomer = region.open()
    region.windows[email] = newcomer
    newcomer.goto(f"{region.address}{re.sub('^https?://[^/]+', '', link)}")
    fill(newcomer, password=PASSWORD, again=PASSWORD)
    press(newcomer)
    newcomer.wait_for_selector("header a[href$='/sign-out/']")
    return email


def participate(region: Region, newcomer: str) -> None:
    """From the desk to the answers; one activity is answered."""
    page = region.at(newcomer)
    region.desk(page)
    page.locator(f"main .desk a[href$='/participation/space/members/{COUNTRY}/']").click()
    page.locator(f"main a[href*='/members/{COUNTRY}/answer/']").first.click()
    slug = ANSWER[region.language]
    page.locator(f"#level-{slug}").select_option(index=2)
    press(page)
    region.go(page, "/")
    row = page.locator(f".wall tbody tr:has(a[href$='/{slug}/'])")
    expect(row.locator(f"td[data-of='{COUNTRY}'].participate")).to_have_count(1)


# --- projects -----------------------------------------------------------------------------


def draft_project(region: Region, name: str) -> str:
    """The agency drafts a project under the activity; its address."""
    page = region.at(AGENCY)
    region.go(page, "/projects/new/")
    fill(
        page,
        title_en=f"Rain gauges of the upper valley {name} {region.tag}",
        title_ja=f"上流の雨量計 {name} {region.tag}",
        summary_en="Rain gauges along the river report every hour to the ministry.",
        summary_ja="川沿いの雨量計が毎時、省に報告する。",
        starts="2026-04-01",
        ends="2028-03-31",
    )
    page.locator("[name='initiative']").select_option(index=1)
    page.locator("[name='lead']").select_option(index=1)
    page.locator("[name='countries'][value='XAA']").check()
    page.locator("p:has([name='activities'])").filter(has_text=CODE).locator("input").check()
    press(page)
    found = re.search(r"/projects/([0-9a-f-]{36})/", page.url)
    assert found is not None, page.url
    return found[1]


def register(region: Region, project: str) -> None:
    """The author submits it and no more; the secretariat finds it on the desk and registers it."""
    author = region.at(AGENCY)
    region.go(author, f"/projects/{project}/edit/check/")
    author.locator(f"main a[href$='/{project}/submit/']").click()
    press(author)
    region.go(author, f"/projects/{project}/edit/check/")
    assert author.locator(f"a[href$='/{project}/register/']").count() == 0
    page = region.at(SECRETARIAT)
    region.desk(page)
    page.locator(f"main .desk a[href*='{project}']").click()
    page.locator(f"main a[href$='/{project}/register/']").click()
    press(page)
    region.made["project"] = project
    public = region.open()
    region.go(public, f"/projects/{project}/")
    public.context.close()


def judge_overlap(region: Region) -> None:
    """Two that look alike are on the desk; a person judges, and the verdict stays."""
    page = region.at(SECRETARIAT)
    region.desk(page)
    title = {"en": "Rain gauges of the upper valley", "ja": "上流の雨量計"}[region.language]
    pair = page.locator("main .desk a[href*='/projects/pairs/']")
    pair = pair.filter(has_text=f"{title} A {region.tag}").filter(
        has_text=f"{title} B {region.tag}"
    )
    pair.first.click()
    page.locator("[name='verdict'][value='related']").check()
    fill(page, reason="Two valleys, one model of gauge.")
    address = page.url
    press(page)
    page.goto(address)
    expect(page.locator("#judgements ~ ol li")).to_have_count(1)


# --- the report ---------------------------------------------------------------------------


def ask_for_report(region: Region) -> None:
    """The secretariat asks for a report on the project in the round that is open."""
    page = region.at(SECRETARIAT)
    region.go(page, "/progress/")
    page.get_by_role("link", name=ROUND[region.language]).click()
    region.made["round"] = re.findall(r"[0-9a-f-]{36}", page.url)[0]
    page.locator("select[name='project']").select_option(region.made["project"])
    press(page, "act", "require_projects")


def write_report(region: Region) -> str:
    """The agency begins from the desk, writes, and submits; the number of the report."""
    page = region.at(AGENCY)
    region.desk(page)
    title = {"en": "Rain gauges of the upper valley A", "ja": "上流の雨量計 A"}[region.language]
    item = page.locator("main .desk li").filter(has_text=f"{title} {region.tag}")
    item.locator("button").click()
    found = re.search(r"/progress/reports/([0-9a-f-]{36})/write/texts/", page.url)
    assert found is not None, page.url
    page.locator("[name='language']").select_option(region.language)
    fill(page, narrative="Twelve gauges stand." if region.language == "en" else "12基を設置した。")
    press(page)
    submit(region, page, found[1])
    return found[1]


def submit(region: Region, page: Page, report: str) -> None:
    region.go(page, f"/progress/reports/{report}/write/check/")
    press(page)
    assert page.url.endswith(f"/progress/reports/{report}/")


def send_back(region: Region, report: str) -> None:
    """A colleague of the secretariat returns it, saying why."""
    page = region.at(COLLEAGUE)
    region.desk(page)
    page.locator(f"main .desk a[href*='{report}']").click()
    fill(page, reason__narrative="Say on which rivers.")
    press(page, "act", "return")


def resubmit(region: Region, report: str) -> None:
    """The reason stands on the agency's desk; the agency mends the report."""
    page = region.at(AGENCY)
    region.desk(page)
    item = page.locator(f"main .desk li:has(a[href*='{report}'])")
    expect(item).to_contain_text("Say on which rivers.")
    item.locator("a").click()
    fill(page, narrative="Twelve gauges stand on two rivers.")
    press(page)
    submit(region, page, report)


def accept(region: Region, report: str) -> None:
    """No author finds a way to judge; the lead of the activity accepts."""
    author = region.at(AGENCY)
    answer = author.goto(f"/{region.language}/progress/reports/{report}/review/")
    assert answer is not None
    assert answer.status == 403
    page = region.at(LEAD)
    region.desk(page)
    page.locator(f"main .desk a[href*='{report}']").click()
    press(page, "act", "accept")


def reading_list(region: Region) -> None:
    """The accepted report went to the bodies that follow the activity."""
    page = region.at(SECRETARIAT)
    region.go(page, "/progress/reading/")
    lists = [
        link.get_attribute("href") or ""
        for link in page.locator("main ul.rows a[href*='/progress/reading/']").all()
    ]
    found = []
    for path in lists:
        page.goto(path)
        if page.locator("main tbody tr").filter(has_text=f"A {region.tag}").count():
            found.append(path)
    assert found, "no body reads the report"


def publish_and_find_in_the_aggregate(region: Region, report: str) -> None:
    """Published by the secretariat, it is counted under its activity for everybody."""
    public = region.open()
    totals = f"/progress/totals/{region.made['round']}/activity/{CODE}/"
    before = reported(region, public, totals)
    page = region.at(SECRETARIAT)
    region.desk(page)
    page.locator(f"main .desk a[href*='{report}']").click()
    press(page, "act", "publish")
    assert reported(region, public, totals) == before + 1
    expect(public.locator(f"main a[href$='/progress/reports/{report}/']").first).to_be_visible()
    public.context.close()


def reported(region: Region, page: Page, path: str) -> int:
    """How many reports a place of the aggregate lists."""
    page.goto(f"/{region.language}{path}")
    return page.locator("main a[href*='/progress/reports/']").count()


# --- the living document ------------------------------------------------------------------


def propose(region: Region, newcomer: str) -> None:
    """The focal point proposes other words for the activity and puts them before the members."""
    page = region.at(newcomer)
    region.go(page, "/proposals/space/new/")
    page.locator("[name='kind']").select_option("reword")
    page.locator("#id_of").select_option(CODE)
    press(page)
    if page.locator("select[name='member']").count():
        page.locator("select[name='member']").select_option(COUNTRY)
    fill(
        page,
        title__0__en=f"Words {region.tag}",
        title__0__ja=f"言葉 {region.tag}",
        reason__en="Clearer for ministries.",
        reason__ja="省にとって分かりやすい。",
    )
    press(page)
    region.made["proposal"] = re.findall(r"[0-9a-f-]{36}", page.url)[0]
    page.locator(f"form[action*='{region.made['proposal']}/open/'] button").click()
    page.wait_for_load_state()


def adopt(region: Region) -> None:
    """The secretariat decides from the desk; the new edition says it with its redline."""
    page = region.at(SECRETARIAT)
    region.desk(page)
    page.locator(f"main .desk a[href*='{region.made['proposal']}']").click()
    page.locator("main a[href$='/proposals/space/adopt/']").click()
    page.locator(f"#proposal-{region.made['proposal']}").check()
    label = {"en": "2026-1", "ja": "2026-2"}[region.language]
    fill(
        page,
        label=label,
        title_en=f"Edition {region.tag}",
        title_ja=f"版 {region.tag}",
        adopted=datetime.now(UTC).date().isoformat(),
    )
    press(page)
    public = region.open()
    region.go(public, f"/programmes/space/{label}/{CODE}/")
    words = {"en": "Words", "ja": "言葉"}[region.language] + f" {region.tag}"
    expect(public.locator("h1")).to_contain_text(words)
    region.go(public, f"/proposals/space/{label}/origins/")
    expect(public.locator("main")).to_contain_text(words)
    public.context.close()
