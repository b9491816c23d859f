"""What takes seconds to make, made once for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import override_settings

from kyoso.hub.accounts import services as accounts
from kyoso.hub.programme import services as programme


@contextmanager
def signed_up(blocker: Any, home: Path, **changed: Any) -> Iterator[None]:
    """The sample logins, and what is made by them; it stands until the module ends, then goes.

    Each test works in a transaction of its own inside of this one, and leaves nothing to the next.
    """
    with _standing(blocker, home, **changed):
        accounts.load_sample_users(password="sample-only-2025")
        yield


@contextmanager
def lasting(blocker: Any, home: Path, **changed: Any) -> Iterator[None]:
    """Both programmes, and what is made on them, for as long."""
    with _standing(blocker, home, **changed):
        programme.load_catalogue()
        yield


@contextmanager
def _standing(blocker: Any, home: Path, **changed: Any) -> Iterator[None]:
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    own = {"KYOSO_HOME": home, "KYOSO_SECOND_FACTOR_FOR": (), "PASSWORD_HASHERS": hashers}
    with override_settings(**own, **changed), blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
