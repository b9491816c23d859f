"""The first version of the interface: its resources under ``/api/v1/``."""

from __future__ import annotations

from kyoso.hub.api import errors
from kyoso.hub.api.documents import Api
from kyoso.hub.api.routers import (
    accreditations,
    bodies,
    engagements,
    events,
    evidence,
    facilities,
    inventories,
    ndc,
    overlaps,
    participation,
    people,
    programmes,
    project_parts,
    projects,
    proposals,
    reports,
    revisions,
    rounds,
    submissions,
    synergies,
    verification_statements,
)

api = Api(
    title="Kyoso",
    version="1",
    urls_namespace="api-1",
    docs_url=None,
    openapi_url="/openapi.json",
    openapi_extra={"info": {"license": {"name": "Apache-2.0"}}},
)
errors.install(api)
api.add_router("/programmes", programmes.router)
api.add_router("/participation", participation.router)
api.add_router("/projects", projects.router)
api.add_router("/projects", project_parts.router)
api.add_router("/revisions", revisions.router)
api.add_router("/overlaps", overlaps.router)
api.add_router("/rounds", rounds.router)
api.add_router("/requirements", rounds.requirements)
api.add_router("/reports", reports.router)
api.add_router("/bodies", bodies.router)
api.add_router("/programmes", synergies.router)
api.add_router("/scores", synergies.scores)
api.add_router("/proposals", proposals.router)
api.add_router("/methods", evidence.methods)
api.add_router("/runs", evidence.runs)
api.add_router("/facilities", facilities.router)
api.add_router("/plans", facilities.plans)
api.add_router("/facility-reports", submissions.reports)
api.add_router("/submissions", submissions.router)
api.add_router("/accreditations", accreditations.router)
api.add_router("/engagements", engagements.router)
api.add_router("/verification-statements", verification_statements.router)
api.add_router("/inventories", inventories.router)
api.add_router("/factors", inventories.factors)
api.add_router("/ndc", ndc.router)
api.add_router("/statements", ndc.statements)
api.add_router("/organisations", people.organisations)
api.add_router("/memberships", people.memberships)
api.add_router("/events", events.router)
