"""Letters that this app writes."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation

from kyoso.core.text import language_of
from kyoso.hub import writing
from kyoso.hub.accounts.models import Invitation
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
    letter = EmailMessage(
        subject=say("accounts.letter.subject")[spoken], body=body[spoken], to=[invitation.email]
    )
    try:
        letter.send()
    except (OSError, SMTPException):
        logger.exception("the letter of invitation %s could not be sent", invitation.pk)
        return False
    return True
