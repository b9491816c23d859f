"""What is done while the person who asked for it does not wait."""

from __future__ import annotations

from django_tasks import task

from kyoso.hub.accounts import letters
from kyoso.hub.accounts.models import User


@task(priority=50)
def send_reset(pk: int) -> None:
    """Write the letter with which a password is chosen anew.

    It is not written while the page is made: how long that takes would tell which addresses have
    an account. The link is made here, so that no queue holds it.
    """
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is not None:
        letters.send_reset(user)
