"""What is read about runs. Who may see a run is decided here, once."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import citing
from kyoso.hub.evidence.enums import State
from kyoso.hub.evidence.models import Run
from kyoso.hub.programme import selectors as programme
from kyoso.hub.programme.models import ActivityText, Edition

Viewer = User | AnonymousUser


def visible_to(viewer: Viewer) -> QuerySet[Run]:
    """Sample runs, the viewer's own, and those that something rests on which the viewer sees."""
    cited = Run.objects.filter(cited_by__report__state="published").values("pk")
    seen = Q(sample=True) | Q(pk__in=cited)
    for citing_app in citing.known():
        seen |= Q(pk__in=citing_app.runs(viewer))
    if isinstance(viewer, User) and viewer.is_active:
        seen |= Q(owner=viewer)
    return Run.objects.filter(seen)


def may_open_inputs(viewer: Viewer, run: Run) -> bool:
    """What was sent may name facilities: it stays with whoever sent it, results do not."""
    return viewer.has_perm("evidence.open_inputs", run)


def run(viewer: Viewer, pk: uuid.UUID) -> Run:
    """A run that this viewer may see. Raises ``Run.DoesNotExist``."""
    return visible_to(viewer).select_related("owner").prefetch_related("inputs").get(pk=pk)


def own(user: User) -> QuerySet[Run]:
    """The runs of a user, latest first."""
    return Run.objects.filter(owner=user).prefetch_related("inputs")


def samples() -> QuerySet[Run]:
    """The public sample runs that are done, latest first."""
    return Run.objects.filter(sample=True, state=State.DONE).prefetch_related("inputs")


def before(run: Run) -> int:
    """How many runs are executed before this one."""
    waiting = Run.objects.filter(state__in=(State.QUEUED, State.RUNNING))
    return waiting.filter(created_at__lt=run.created_at).count()


def activity_texts() -> dict[str, ActivityText]:
    """The activities of the latest edition of the first programme, by code."""
    try:
        edition = programme.latest_edition()
    except Edition.DoesNotExist:
        return {}
    texts = edition.activities.select_related("edition__programme")
    return {text.code: text for text in texts}
