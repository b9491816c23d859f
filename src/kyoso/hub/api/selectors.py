"""What is read about tokens."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from kyoso.core import hashes
from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import Viewer
from kyoso.hub.api.models import Token


def visible_to(viewer: Viewer) -> QuerySet[Token]:
    """One's own."""
    if not isinstance(viewer, User) or not viewer.is_active:
        return Token.objects.none()
    return Token.objects.filter(user=viewer)


def holding(secret: str) -> Token | None:
    """The token with this secret, with its user, if it holds now."""
    return (
        Token.objects.select_related("user")
        .filter(
            key_hash=hashes.of_bytes(secret.encode()),
            withdrawn=False,
            expires_at__gt=timezone.now(),
            user__is_active=True,
        )
        .first()
    )
