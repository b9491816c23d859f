"""Every page of the site, once: what is asked of every page is asked of this list.

A new address of the site belongs here, or, where it answers with a file or only takes a form,
into :data:`NO_PAGES`; ``test_every_page.py`` compares both with the site's own addresses.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.e2e.visitors import (
    AGENCY,
    ANALYST,
    E_WASTE,
    FACILITY_EMISSIONS,
    FOCAL_POINT,
    HALFWAY,
    MINISTRY,
    NEWCOMER,
    OPERATOR,
    SECRETARIAT,
    WATCHER,
)

LANGUAGES = ("en", "ja")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page: the name of its address in Django, where it stands, who looks at it.

    ``same_as`` names the page whose title this one may share: it is that page at another address
    or for another reader. ``way`` names how one comes to a page that no address alone leads to.
    """

    name: str
    view: str | None
    path: str
    status: int = 200
    who: str = ""
    same_as: str | None = None
    way: str = "goto"

    @property
    def signed_in(self) -> bool:
        return bool(self.who)

    def at(self, language: str, **made: str) -> str:
        """Its address in a language; ``made`` holds what ``making.py`` finds and makes."""
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
    Listed(name="workbench", view="evidence:method", path=f"/methods/{FACILITY_EMISSIONS}/", who=ANALYST, same_as="method"),
    Listed(name="workbench-again", view="evidence:method", path=f"/methods/{E_WASTE}/?again={{own}}", who=ANALYST, same_as="method-e-waste"),
    Listed(name="run", view="evidence:run", path="/runs/{sample}/"),
    Listed(name="run-origin", view="evidence:run", path="/runs/{sample}/?of=totals&row=3", same_as="run"),
    Listed(name="run-e-waste", view="evidence:run", path="/runs/{own}/", who=ANALYST),
    Listed(name="run-refused", view="evidence:run", path="/runs/{refused}/", who=ANALYST),
    Listed(name="table", view="evidence:table", path="/runs/{sample}/tables/emissions/"),
    Listed(name="table-e-waste", view="evidence:table", path="/runs/{own}/tables/stock/", who=ANALYST),
    Listed(name="runs", view="evidence:runs", path="/runs/"),
    Listed(name="runs-own", view="evidence:runs", path="/runs/", who=ANALYST, same_as="runs"),
    Listed(name="delete", view="evidence:delete", path="/runs/{own}/delete/", who=ANALYST),
    Listed(name="report", view="portal:report", path="/report/"),
    Listed(name="data", view="portal:data", path="/data/"),
    Listed(name="desk", view="portal:desk", path="/desk/", who=ANALYST),
    Listed(name="desk-options", view="portal:desk_options", path="/desk/options/", who=ANALYST),
    Listed(name="sign-in", view="account_login", path="/sign-in/"),
    Listed(name="forgotten", view="account_reset_password", path="/sign-in/forgotten/"),
    Listed(name="forgotten-sent", view="account_reset_password_done", path="/sign-in/forgotten/sent/"),
    Listed(name="forgotten-gone", view="account_reset_password_from_key", path="/sign-in/forgotten/1-abc-def/"),
    Listed(name="forgotten-done", view="account_reset_password_from_key_done", path="/sign-in/forgotten/done/"),
    Listed(name="sign-out", view="account_logout", path="/sign-out/", who=ANALYST),
    Listed(name="inactive", view="account_inactive", path="/inactive/"),
    Listed(name="desk-secretariat", view="portal:desk", path="/desk/", who=SECRETARIAT, same_as="desk"),
    Listed(name="desk-agency", view="portal:desk", path="/desk/", who=AGENCY, same_as="desk"),
    Listed(name="desk-focal-point", view="portal:desk", path="/desk/", who=FOCAL_POINT, same_as="desk"),
    Listed(name="account", view="accounts:me", path="/account/", who=ANALYST),
    Listed(name="account-secretariat", view="accounts:me", path="/account/", who=SECRETARIAT, same_as="account"),
    Listed(name="password", view="accounts:password", path="/account/password/", who=ANALYST),
    Listed(name="close-own", view="accounts:close_own", path="/account/close/", who=ANALYST),
    Listed(name="second-factor-needed", view="accounts:second_factor_needed", path="/account/second-factor/needed/", who=NEWCOMER),
    Listed(name="second-factor", view="mfa_index", path="/account/second-factor/", who=NEWCOMER, way="confirmed"),
    Listed(name="second-factor-on", view="mfa_index", path="/account/second-factor/", who=WATCHER, same_as="second-factor", way="confirmed"),
    Listed(name="app-add", view="mfa_activate_totp", path="/account/second-factor/app/add/", who=NEWCOMER, way="confirmed"),
    Listed(name="app-remove", view="mfa_deactivate_totp", path="/account/second-factor/app/remove/", who=WATCHER, way="confirmed"),
    Listed(name="codes", view="mfa_view_recovery_codes", path="/account/second-factor/codes/", who=WATCHER, way="confirmed"),
    Listed(name="codes-make", view="mfa_generate_recovery_codes", path="/account/second-factor/codes/make/", who=WATCHER, way="confirmed"),
    Listed(name="passkeys", view="mfa_list_webauthn", path="/account/second-factor/passkeys/", who=NEWCOMER, way="confirmed"),
    Listed(name="passkey-add", view="mfa_add_webauthn", path="/account/second-factor/passkeys/add/", who=NEWCOMER, way="confirmed"),
    Listed(name="second-factor-asked", view="mfa_authenticate", path="/sign-in/second-factor/", who=HALFWAY),
    Listed(name="second-factor-confirm", view="mfa_reauthenticate", path="/account/second-factor/confirm/", who=WATCHER, same_as="password-confirm"),
    Listed(name="password-confirm", view="account_reauthenticate", path="/confirm/", who=ANALYST),
    Listed(name="people", view="accounts:people", path="/people/", who=SECRETARIAT),
    Listed(name="person", view="accounts:person", path="/people/{person}/", who=SECRETARIAT),
    Listed(name="invite", view="accounts:invite", path="/people/invite/", who=SECRETARIAT),
    Listed(name="invite-unfilled", view="accounts:invite", path="/people/invite/", status=422, who=SECRETARIAT, same_as="invite", way="unfilled"),
    Listed(name="appoint", view="accounts:appoint", path="/people/{person}/appoint/", who=SECRETARIAT),
    Listed(name="end-membership", view="accounts:end_membership", path="/memberships/{membership}/end/", who=SECRETARIAT),
    Listed(name="close", view="accounts:close", path="/people/{person}/close/", who=SECRETARIAT),
    Listed(name="invitation", view="accounts:invitation", path="/invitations/{invitation}/", who=SECRETARIAT),
    Listed(name="accept", view="accounts:accept", path="/invitations/{invitation}/{secret}/"),
    Listed(name="accept-gone", view="accounts:accept", path="/invitations/{invitation}/wrong/", status=404),
    Listed(name="organisations", view="accounts:organisations", path="/organisations/", who=SECRETARIAT),
    Listed(name="organisation", view="accounts:organisation", path="/organisations/{organisation}/", who=SECRETARIAT),
    Listed(name="organisation-add", view="accounts:add_organisation", path="/organisations/add/", who=SECRETARIAT),
    Listed(name="organisation-change", view="accounts:change_organisation", path="/organisations/{organisation}/change/", who=SECRETARIAT),
    Listed(name="api", view="api:reference", path="/api/"),
    Listed(name="tokens", view="api:tokens", path="/account/tokens/", who=ANALYST),
    Listed(name="token-withdraw", view="api:withdraw", path="/account/tokens/{token}/withdraw/", who=ANALYST),
    Listed(name="projects", view="projects:projects", path="/projects/"),
    Listed(name="projects-agency", view="projects:projects", path="/projects/?country=XAA", who=AGENCY, same_as="projects"),
    Listed(name="project", view="projects:project", path="/projects/{training}/"),
    Listed(name="project-secretariat", view="projects:project", path="/projects/{training}/", who=SECRETARIAT, same_as="project"),
    Listed(name="project-history", view="projects:history", path="/projects/{training}/history/", who=SECRETARIAT),
    Listed(name="project-begin", view="projects:begin", path="/projects/new/", who=AGENCY),
    Listed(name="project-begin-unfilled", view="projects:begin", path="/projects/new/", status=422, who=AGENCY, same_as="project-begin", way="unfilled"),
    Listed(name="project-edit-basics", view="projects:edit", path="/projects/{training}/edit/basics/", who=SECRETARIAT),
    Listed(name="project-edit-places", view="projects:edit", path="/projects/{training}/edit/places/", who=SECRETARIAT),
    Listed(name="project-edit-partners", view="projects:edit", path="/projects/{training}/edit/partners/", who=SECRETARIAT),
    Listed(name="project-edit-milestones", view="projects:edit", path="/projects/{training}/edit/milestones/", who=SECRETARIAT),
    Listed(name="project-edit-finance", view="projects:edit", path="/projects/{training}/edit/finance/", who=SECRETARIAT),
    Listed(name="project-edit-results", view="projects:edit", path="/projects/{training}/edit/results/", who=SECRETARIAT),
    Listed(name="project-edit-tags", view="projects:edit", path="/projects/{training}/edit/tags/", who=SECRETARIAT),
    Listed(name="project-edit-documents", view="projects:edit", path="/projects/{training}/edit/documents/", who=SECRETARIAT),
    Listed(name="project-check", view="projects:edit", path="/projects/{draft}/edit/check/", who=SECRETARIAT),
    Listed(name="project-part", view="projects:edit_part", path="/projects/{training}/parts/milestone/{milestone}/", who=SECRETARIAT),
    Listed(name="project-part-remove", view="projects:edit_part", path="/projects/{training}/parts/milestone/{milestone}/?remove", who=SECRETARIAT),
    Listed(name="project-milestone", view="projects:milestone", path="/projects/{training}/milestones/{milestone}/", who=SECRETARIAT),
    Listed(name="project-submit", view="projects:act", path="/projects/{draft}/submit/", who=SECRETARIAT),
    Listed(name="project-send-back", view="projects:act", path="/projects/{draft}/send_back/", who=SECRETARIAT),
    Listed(name="project-register", view="projects:act", path="/projects/{draft}/register/", who=SECRETARIAT),
    Listed(name="project-cancel", view="projects:act", path="/projects/{training}/cancel/", who=SECRETARIAT),
    Listed(name="pairs", view="projects:pairs", path="/projects/pairs/", who=SECRETARIAT),
    Listed(name="pairs-judged", view="projects:pairs", path="/projects/pairs/?judged=1", who=SECRETARIAT, same_as="pairs"),
    Listed(name="pair", view="projects:pair", path="/projects/pairs/{pair}/", who=SECRETARIAT),
    Listed(name="rounds", view="progress:rounds", path="/progress/"),
    Listed(name="rounds-own", view="progress:rounds", path="/progress/", who=FOCAL_POINT, same_as="rounds"),
    Listed(name="round-new", view="progress:new_round", path="/progress/rounds/new/", who=SECRETARIAT),
    Listed(name="round", view="progress:round", path="/progress/rounds/{round}/"),
    Listed(name="round-secretariat", view="progress:round", path="/progress/rounds/{round}/", who=SECRETARIAT, same_as="round"),
    Listed(name="round-change", view="progress:change_round", path="/progress/rounds/{round}/change/", who=SECRETARIAT),
    Listed(name="owed", view="progress:owed", path="/progress/owed/{owed}/", who=SECRETARIAT),
    Listed(name="progress-report", view="progress:report", path="/progress/reports/{published}/"),
    Listed(name="progress-report-own", view="progress:report", path="/progress/reports/{returned}/", who=FOCAL_POINT),
    Listed(name="write-texts", view="progress:write", path="/progress/reports/{returned}/write/texts/", who=FOCAL_POINT),
    Listed(name="write-values", view="progress:write", path="/progress/reports/{returned}/write/values/", who=FOCAL_POINT),
    Listed(name="write-milestones", view="progress:write", path="/progress/reports/{returned}/write/milestones/", who=FOCAL_POINT),
    Listed(name="write-finance", view="progress:write", path="/progress/reports/{returned}/write/finance/", who=FOCAL_POINT),
    Listed(name="write-documents", view="progress:write", path="/progress/reports/{returned}/write/documents/", who=FOCAL_POINT),
    Listed(name="write-check", view="progress:write", path="/progress/reports/{returned}/write/check/", who=FOCAL_POINT),
    Listed(name="review", view="progress:review", path="/progress/reports/{submitted}/review/", who=SECRETARIAT),
    Listed(name="totals", view="progress:totals", path="/progress/totals/"),
    Listed(name="place", view="progress:place", path="/progress/totals/{round}/pillar/1/"),
    Listed(name="place-activity", view="progress:place", path="/progress/totals/{round}/activity/1-2-4-1/"),
    Listed(name="reading", view="progress:reading", path="/progress/reading/", who=SECRETARIAT),
    Listed(name="reading-list", view="progress:reading_list", path="/progress/reading/awgesc/", who=SECRETARIAT),
    Listed(name="gaps", view="programme:gaps", path="/participation/space/"),
    Listed(name="stances", view="programme:stances", path="/participation/space/activities/1-1-1/"),
    Listed(name="stances-secretariat", view="programme:stances", path="/participation/space/activities/1-1-1/", who=SECRETARIAT, same_as="stances"),
    Listed(name="answers", view="programme:answers", path="/participation/space/members/XAA/", who=FOCAL_POINT),
    Listed(name="answer", view="programme:answer", path="/participation/space/members/XAA/answer/", who=FOCAL_POINT),
    Listed(name="answer-one", view="programme:answer_one", path="/participation/space/members/XAA/answer/1-1-1/", who=FOCAL_POINT),
    Listed(name="answer-withdraw", view="programme:withdraw", path="/participation/space/members/XAA/withdraw/1-1-1/", who=FOCAL_POINT),
    Listed(name="answer-history", view="programme:history", path="/participation/space/members/XAA/history/1-1-1/", who=FOCAL_POINT),
    Listed(name="workbook", view="programme:workbook", path="/participation/space/members/XAA/workbook/", who=FOCAL_POINT),
    Listed(name="proposals", view="programme:proposals", path="/proposals/space/"),
    Listed(name="proposals-secretariat", view="programme:proposals", path="/proposals/space/", who=SECRETARIAT, same_as="proposals"),
    Listed(name="proposal", view="programme:proposal", path="/proposals/{proposal}/", who=AGENCY),
    Listed(name="proposal-focal-point", view="programme:proposal", path="/proposals/{proposal}/", who=FOCAL_POINT, same_as="proposal"),
    Listed(name="proposal-secretariat", view="programme:proposal", path="/proposals/{proposal}/", who=SECRETARIAT, same_as="proposal"),
    Listed(name="proposal-change", view="programme:change_proposal", path="/proposals/{draft_proposal}/change/", who=FOCAL_POINT),
    Listed(name="propose", view="programme:propose", path="/proposals/space/new/", who=FOCAL_POINT),
    Listed(name="propose-split", view="programme:propose", path="/proposals/space/new/?kind=split&of=1-1-1", who=FOCAL_POINT, same_as="propose"),
    Listed(name="propose-nobody", view="programme:propose", path="/proposals/space/new/", status=403, who=AGENCY, same_as="propose"),
    Listed(name="adopt", view="programme:adopt", path="/proposals/space/adopt/", who=SECRETARIAT),
    Listed(name="synergies", view="programme:synergies", path="/synergies/space/"),
    Listed(name="synergy-suggestions", view="programme:synergy_suggestions", path="/synergies/space/suggestions/"),
    Listed(name="synergies-of", view="programme:synergies_of", path="/synergies/space/activities/1-1-1/"),
    Listed(name="synergy-pair", view="programme:synergy_pair", path="/synergies/space/pairs/1-1-1/1-2-4-1/"),
    Listed(name="synergy-pair-scored", view="programme:synergy_pair", path="/synergies/space/pairs/1-1-1/1-2-4-1/", who=FOCAL_POINT, same_as="synergy-pair"),
    Listed(name="synergy-framework", view="programme:synergy_with_framework", path="/synergies/space/frameworks/1-1-1/paris-8/", who=SECRETARIAT),
    Listed(name="facilities", view="facilities:facilities", path="/facilities/"),
    Listed(name="facilities-ministry", view="facilities:facilities", path="/facilities/", who=MINISTRY, same_as="facilities"),
    Listed(name="facility-register", view="facilities:register", path="/facilities/register/", who=MINISTRY),
    Listed(name="facility", view="facilities:facility", path="/facilities/{facility}/"),
    Listed(name="facility-operator", view="facilities:facility", path="/facilities/{facility}/", who=OPERATOR, same_as="facility"),
    Listed(name="facility-set-operator", view="facilities:add", path="/facilities/{facility}/add/operator/", who=MINISTRY),
    Listed(name="facility-permit", view="facilities:add", path="/facilities/{facility}/add/permit/", who=MINISTRY),
    Listed(name="facility-unit", view="facilities:add", path="/facilities/{facility}/add/unit/", who=OPERATOR),
    Listed(name="facility-begin-plan", view="facilities:add", path="/facilities/{facility}/add/plan/", who=OPERATOR),
    Listed(name="facility-begin-report", view="facilities:add", path="/facilities/{facility}/add/report/", who=OPERATOR),
    Listed(name="plan", view="facilities:plan", path="/facilities/plans/{plan}/", who=OPERATOR),
    Listed(name="plan-write", view="facilities:write", path="/facilities/plans/{next_plan}/write/", who=OPERATOR),
    Listed(name="facility-report", view="facilities:report", path="/facilities/yearly/{facility_report}/"),
    Listed(name="facility-report-draft", view="facilities:report", path="/facilities/yearly/{facility_draft}/", who=OPERATOR),
    Listed(name="forbidden", view="accounts:people", path="/people/", status=403, who=ANALYST),
    Listed(name="not-found", view=None, path="/nothing/", status=404),
    Listed(name="too-large", view=None, path="/sign-in/", status=413, way="oversized"),
    Listed(name="conflict", view="accounts:change_organisation", path="/organisations/{organisation}/change/", status=409, who=SECRETARIAT, way="outdated"),
    Listed(name="failure", view=None, path="/failing/", status=500, way="failing"),
)  # fmt: skip

NO_PAGES = frozenset({
    "accounts:organisation_data", "accounts:own_data", "accounts:withdraw",
    "evidence:archive", "evidence:declaration", "evidence:example", "evidence:figure_file",
    "evidence:input_file", "evidence:record", "evidence:state", "evidence:table_file",
    "evidence:template", "facilities:file", "facilities:workbook",
    "portal:calendar_feed", "portal:calendar_file", "portal:desk_seen",
    "portal:participation", "portal:participation_metadata", "portal:programme_json",
    "portal:report_file", "portal:table", "portal:table_metadata",
    "programme:changes_json", "programme:changes_text", "programme:comment_proposal",
    "programme:decline_proposal", "programme:move_proposal",
    "programme:synergies_choose", "programme:synergies_csv", "programme:take_side",
    "programme:withdraw_score", "programme:workbook_apply", "programme:workbook_file",
    "progress:begin", "progress:document", "projects:document",
})  # fmt: skip

ELSEWHERE = frozenset({"programme:origins"})
"""Pages that only a whole round brings about; ``test_round.py`` opens them."""
