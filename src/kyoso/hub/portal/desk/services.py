"""What a person does to their own desk."""

from __future__ import annotations

import uuid

from django.utils import timezone

from kyoso.hub.accounts.models import User
from kyoso.hub.portal.desk.enums import Digest
from kyoso.hub.portal.desk.models import Desk
from kyoso.hub.portal.desk.selectors import head


def mark_seen(user: User, *, number: int) -> Desk:
    """The person has seen all entries of the log up to ``number``; never fewer than before."""
    desk, _ = Desk.objects.get_or_create(user=user)
    if desk.seen is None or number > desk.seen:
        desk.seen, desk.seen_at = min(number, head()), timezone.now()
        desk.save(update_fields=["seen", "seen_at"])
    return desk


def set_digest(user: User, *, digest: Digest) -> Desk:
    """How often the person is written to."""
    desk, _ = Desk.objects.update_or_create(user=user, defaults={"digest": digest})
    return desk


def renew_calendar(user: User) -> Desk:
    """Another address of the person's calendar; the earlier one holds no more."""
    desk, _ = Desk.objects.update_or_create(user=user, defaults={"secret": uuid.uuid4()})
    return desk
