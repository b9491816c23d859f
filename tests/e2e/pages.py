"""Every page of the site, once: what is asked of every page is asked of this list.

A new address of the site belongs here, or, where it answers with a file or only takes a form,
into :data:`NO_PAGES`; ``test_every_page.py`` compares both with the site's own addresses.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.e2e.visitors import E_WASTE, FACILITY_EMISSIONS

LANGUAGES = ("en", "ja")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page: the name of its address in Django, where it stands, who may see it.

    ``same_as`` names the page whose title this one may share: it is that page at another address
    or for another reader.
    """

    name: str
    view: str | None
    path: str
    status: int = 200
    signed_in: bool = False
    same_as: str | None = None

    def at(self, language: str, **made: str) -> str:
        """Its address in a language; ``made`` holds numbers of runs that these tests start."""
        return f"/{language}{self.path.format(**made)}"


PAGES = (
    Listed(name="home", view="portal:home", path="/"),
    Listed(name="programme", view="portal:programme", path="/programmes/space/", same_as="home"),
    Listed(name="programme-clean-asia", view="portal:programme", path="/programmes/clean-asia/"),
    Listed(name="edition", view="programme:edition", path="/programmes/space/2025/"),
    Listed(name="edition-clean-asia", view="programme:edition", path="/programmes/clean-asia/2008/"),
    Listed(name="activity", view="programme:activity", path="/programmes/space/2025/1-1-1/"),
    Listed(name="activity-2-2-3", view="programme:activity", path="/programmes/space/2025/2-2-3/"),
    Listed(name="activity-clean-asia", view="programme:activity", path="/programmes/clean-asia/2008/1/"),
    Listed(name="compare", view="programme:compare", path="/compare/"),
    Listed(name="compare-two", view="programme:compare", path="/compare/?a=space/2025&b=clean-asia/2008", same_as="compare"),
    Listed(name="members", view="portal:members", path="/members/"),
    Listed(name="member", view="portal:member", path="/members/VNM/"),
    Listed(name="member-sample", view="portal:member", path="/members/XAA/"),
    Listed(name="member-partner", view="portal:member", path="/members/JPN/?programme=clean-asia"),
    Listed(name="methods", view="evidence:methods", path="/methods/"),
    Listed(name="method", view="evidence:method", path=f"/methods/{FACILITY_EMISSIONS}/"),
    Listed(name="method-e-waste", view="evidence:method", path=f"/methods/{E_WASTE}/"),
    Listed(name="workbench", view="evidence:method", path=f"/methods/{FACILITY_EMISSIONS}/", signed_in=True, same_as="method"),
    Listed(name="workbench-again", view="evidence:method", path=f"/methods/{E_WASTE}/?again={{own}}", signed_in=True, same_as="method-e-waste"),
    Listed(name="run", view="evidence:run", path="/runs/{sample}/"),
    Listed(name="run-origin", view="evidence:run", path="/runs/{sample}/?of=totals&row=3", same_as="run"),
    Listed(name="run-e-waste", view="evidence:run", path="/runs/{own}/", signed_in=True),
    Listed(name="run-refused", view="evidence:run", path="/runs/{refused}/", signed_in=True),
    Listed(name="table", view="evidence:table", path="/runs/{sample}/tables/emissions/"),
    Listed(name="table-e-waste", view="evidence:table", path="/runs/{own}/tables/stock/", signed_in=True),
    Listed(name="runs", view="evidence:runs", path="/runs/"),
    Listed(name="runs-own", view="evidence:runs", path="/runs/", signed_in=True, same_as="runs"),
    Listed(name="delete", view="evidence:delete", path="/runs/{own}/delete/", signed_in=True),
    Listed(name="report", view="portal:report", path="/report/"),
    Listed(name="data", view="portal:data", path="/data/"),
    Listed(name="desk", view="portal:desk", path="/desk/", signed_in=True),
    Listed(name="desk-options", view="portal:desk_options", path="/desk/options/", signed_in=True),
    Listed(name="sign-in", view="account_login", path="/sign-in/"),
    Listed(name="sign-out", view="account_logout", path="/sign-out/", signed_in=True),
    Listed(name="inactive", view="account_inactive", path="/inactive/"),
    Listed(name="not-found", view=None, path="/nothing/", status=404),
)  # fmt: skip

NO_PAGES = frozenset({
    "evidence:archive", "evidence:declaration", "evidence:example", "evidence:figure_file",
    "evidence:input_file", "evidence:record", "evidence:state", "evidence:table_file",
    "evidence:template",
    "portal:calendar_feed", "portal:calendar_file", "portal:desk_seen",
    "portal:participation", "portal:participation_metadata", "portal:programme_json",
    "portal:report_file", "portal:table", "portal:table_metadata",
    "programme:changes_json", "programme:changes_text",
})  # fmt: skip
