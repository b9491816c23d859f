"""What is done to tokens: made, withdrawn, used."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import timedelta

from django.utils import timezone

from kyoso.core import hashes
from kyoso.hub.accounts.models import User
from kyoso.hub.api.enums import Scope
from kyoso.hub.api.models import Token
from kyoso.hub.record.services import change, create

PREFIX = "kyoso_"
"""With which every token begins, so that one that leaked into a file can be found."""
USED_EXACT_TO = timedelta(minutes=1)


def make(
    *,
    actor: User,
    name: str,
    scopes: Collection[Scope],
    days: int,
    once: str | None = None,
) -> tuple[Token, str | None]:
    """A new token of ``actor`` and its secret, which is not kept.

    The secret is ``None`` where the token was made before (same ``once``). Raises
    ``ValidationError``.
    """
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token(
        user=actor,
        name=name,
        scopes=[scope.value for scope in Scope if scope in scopes],
        key_hash=hashes.of_bytes(secret.encode()),
        expires_at=timezone.now() + timedelta(days=days),
    )
    made = create(token, actor=actor, act="api.token_made", permission="api.make_token", once=once)
    return made, secret if made.pk == token.pk else None


def withdraw(token: Token, *, actor: User, expected: int | None = None) -> Token:
    """The token does not hold any more. Safe to repeat."""
    return change(
        token,
        actor=actor,
        act="api.token_withdrawn",
        permission="api.withdraw_token",
        expected=expected,
        withdrawn=True,
    )


def note_use(token: Token) -> None:
    """Remember that the token was used; no act on record, and written at most once a minute."""
    now = timezone.now()
    if token.used_at is None or now - token.used_at >= USED_EXACT_TO:
        Token.objects.filter(pk=token.pk).update(used_at=now)
