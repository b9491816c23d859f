"""Tokens: what a program shows in place of a password."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from kyoso.hub.api.enums import Scope
from kyoso.hub.record.models import Versioned


class Token(Versioned):
    """A token of a user, for some scopes, until a day. Only the hash of the token is kept.

    ``used_at`` is exact to a minute.
    """

    untold = frozenset({"key_hash"})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens"
    )
    name = models.CharField(max_length=120)
    scopes = models.JSONField(default=list)
    key_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["-made_at", "pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if not self.scopes or not set(self.scopes) <= set(Scope.values):
            raise ValidationError({"scopes": "at least one of the scopes that exist"})
