"""Letters that this app writes."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation

from kyoso.core.text import language_of
from kyoso.hub import writing
from kyoso.hub.accounts.models import Invitation, User
from kyoso.hub.texts import say

logger = logging.getLogger(__name__)


def address_of(invitation: Invitation, secret: str) -> str:
    """Where the invitation is accepted, in the language of the person invited."""
    with translation.override(invitation.language):
        path = reverse("accounts:accept", args=[invitation.pk, secret])
    return f"{settings.KYOSO_URL.rstrip('/')}{path}"


def send_invitation(invitation: Invitation, secret: str) -> bool:
    """Write the letter; answer whether it could be handed to the mail server or the outbox."""
    spoken = language_of(invitation.language)
    organisation = invitation.organisation.name[spoken]
    role = say(f"accounts.role.{invitation.role}")[spoken]
    body = say(
        "accounts.letter.invitation",
        name=invitation.display_name,
        organisation=organisation,
        role=role,
        address=address_of(invitation, secret),
        day=writing.day(invitation.expires_at.date()),
    )
    return _sent(say("accounts.letter.subject")[spoken], body[spoken], invitation.email)


def send_reset(user: User) -> bool:
    """Write with which link a person chooses another password, in their language."""
    spoken = language_of(user.language)
    with translation.override(spoken):
        path = reverse(
            "account_reset_password_from_key",
            kwargs={
                "uidb36": user_pk_to_url_str(user),
                "key": default_token_generator.make_token(user),
            },
        )
    body = say(
        "accounts.letter.reset",
        name=user.display_name,
        address=f"{settings.KYOSO_URL.rstrip('/')}{path}",
        hours=settings.PASSWORD_RESET_TIMEOUT // 3600,
    )
    return _sent(say("accounts.letter.reset_subject")[spoken], body[spoken], user.email)


def _sent(subject: str, body: str, to: str) -> bool:
    try:
        EmailMessage(subject=subject, body=body, to=[to]).send()
    except (OSError, SMTPException):
        logger.exception("a letter could not be sent: %s", subject)
        return False
    return True
