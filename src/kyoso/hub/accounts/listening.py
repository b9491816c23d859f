"""What the record is told of what other packages do to an account."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.db import transaction
from django.dispatch import receiver

from kyoso.hub.accounts.models import User
from kyoso.hub.record.services import log


@receiver(authenticator_added)
def second_factor_added(user: User, authenticator: Authenticator, **_: Any) -> None:
    _tell(user, "accounts.second_factor_added", authenticator)


@receiver(authenticator_removed)
def second_factor_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    _tell(user, "accounts.second_factor_removed", authenticator)


@transaction.atomic
def _tell(user: User, act: str, authenticator: Authenticator) -> None:
    log(actor=user, act=act, record=user, data={"kind": str(authenticator.type)})
