"""Activity data that came in, by file or by page: taken over, and what they come to foreseen."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from kyoso.core.errors import InputRefusedError
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import store
from kyoso.hub.evidence.facilities import reporting
from kyoso.hub.evidence.facilities.models import Submission
from kyoso.hub.record.errors import ConflictError


def take(
    submission: Submission, *, actor: User | None, expected: int, name: str, stored: store.Stored
) -> Submission:
    """Take a kept file over into a draft and compute what the report will come to.

    Raises what :func:`reporting.upload` raises; the file that was sent is not kept then.
    """
    try:
        sent = reporting.upload(
            submission, actor=actor, expected=expected, name=name, stored=stored
        )
    except (InputRefusedError, ValidationError, ConflictError):
        store.forget([stored.sha256])
        raise
    if submission.sheet_sha256:
        store.forget([submission.sheet_sha256])
    return reporting.foresee(sent, actor=actor)
