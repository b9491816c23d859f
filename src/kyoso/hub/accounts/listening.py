"""What the record is told of what other packages do to an account."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_removed
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from kyoso.hub.accounts.models import User
from kyoso.hub.record.services import log


@receiver(post_save, sender=Authenticator)
def second_factor_added(instance: Authenticator, *, created: bool, raw: bool, **_: Any) -> None:
    """When it is saved, not by allauth's signal: that comes after the transaction."""
    if created and not raw:
        _tell(instance.user, "accounts.second_factor_added", instance)


@receiver(authenticator_removed)
def second_factor_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    _tell(user, "accounts.second_factor_removed", authenticator)


@transaction.atomic
def _tell(user: User, act: str, authenticator: Authenticator) -> None:
    log(actor=user, act=act, record=user, data={"kind": str(authenticator.type)})
