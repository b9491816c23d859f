"""What the pages of projects have in common."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest
from django.views.decorators.http import require_http_methods

from kyoso.hub import asking
from kyoso.hub.projects import selectors
from kyoso.hub.projects.enums import OPEN, UNREGISTERED, State
from kyoso.hub.projects.models import Pair, Project

UNFIT = 422

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def project(request: HttpRequest, pk: uuid.UUID) -> Project:
    """A project that the viewer may see. Raises ``Http404``."""
    found: Project = asking.found(lambda: selectors.project(request.user, pk))
    return found


def may(request: HttpRequest, project: Project) -> dict[str, bool]:
    """What the viewer may do to a project, in the state that it has."""
    allowed = {
        "change": (*OPEN, State.REGISTERED),
        "submit": OPEN,
        "send_back": (State.SUBMITTED,),
        "register": (State.SUBMITTED,),
        "complete": (State.REGISTERED,),
        "cancel": (*UNREGISTERED, State.REGISTERED),
    }
    return {
        act: project.state in states and request.user.has_perm(f"projects.{act}", project)
        for act, states in allowed.items()
    }


def other(pair: Pair, one: Project) -> Project:
    """The project that ``one`` looks like."""
    return pair.second if pair.first_id == one.pk else pair.first


def status(form: Any) -> int:
    """The status of a page with this form."""
    return UNFIT if form is not None and form.is_bound and form.errors else 200
