"""What is done to users."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from kyoso.core.text import Language
from kyoso.hub.accounts.models import User


@dataclass(frozen=True, slots=True)
class SampleLogin:
    """A user of the sample data. The domain ``.example`` can never receive mail (RFC 2606)."""

    email: str
    display_name: str
    language: Language


SAMPLE_LOGINS = (
    SampleLogin("analyst@sample.example", "Sample analyst", "en"),
    SampleLogin("secretariat@sample.example", "見本事務局", "ja"),
)


@transaction.atomic
def load_sample_users(*, password: str) -> None:
    """The sample logins, all with ``password``; safe to repeat."""
    for login in SAMPLE_LOGINS:
        user = User.objects.filter(email=login.email).first()
        if user is None:
            User.objects.create_user(
                login.email,
                password,
                display_name=login.display_name,
                language=login.language,
                sample=True,
            )
        elif user.sample and not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])


@transaction.atomic
def remove_sample_users() -> None:
    """No sample login is left."""
    User.objects.filter(sample=True).delete()
