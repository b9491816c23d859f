"""What a person set on their desk, and how far they have read."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from kyoso.hub.portal.desk.enums import Digest


class Desk(models.Model):
    """One person's desk; it is theirs alone and no part of the record.

    ``seen`` is the last entry of the log that the person has seen. ``digest`` is how often they
    are written to; ``told`` are the keys of what waited when they last were, ``told_until`` the
    last entry told, ``digest_on`` the day. ``secret`` is what the address of their calendar is
    made of; another one makes the earlier address hold no more.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desk"
    )
    seen = models.PositiveBigIntegerField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=20, choices=Digest, default=Digest.WEEKLY)
    digest_on = models.DateField(null=True, blank=True)
    told = models.JSONField(default=list, blank=True)
    told_until = models.PositiveBigIntegerField(null=True, blank=True)
    secret = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    def __str__(self) -> str:
        return f"desk of {self.user_id}"
