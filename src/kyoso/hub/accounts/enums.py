"""The closed lists of this app."""

from __future__ import annotations

from django.db import models


class Role(models.TextChoices):
    """As whom a person acts. Who has none is the public."""

    SECRETARIAT = "secretariat"
    FOCAL_POINT = "focal_point"
    SECTOR_MINISTRY = "sector_ministry"
    ACTIVITY_LEAD = "activity_lead"
    IMPLEMENTING_AGENCY = "implementing_agency"
    OPERATOR = "operator"
    VERIFIER = "verifier"
    WORKING_GROUP = "working_group"
    JOINT_COMMITTEE = "joint_committee"
    AUDITOR = "auditor"


class OrganisationKind(models.TextChoices):
    """What an organisation is."""

    SECRETARIAT = "secretariat"
    MINISTRY = "ministry"
    AGENCY = "agency"
    CITY = "city"
    COMPANY = "company"
    VERIFIER = "verifier"
    RESEARCH = "research"
    CIVIL_SOCIETY = "civil_society"
    BODY = "body"
    FUND = "fund"
