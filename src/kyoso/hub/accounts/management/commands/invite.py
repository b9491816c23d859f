"""``kyoso manage invite``: the first person of the secretariat, whom nobody could invite yet."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from kyoso.core.text import Text, same
from kyoso.hub.accounts import letters, services
from kyoso.hub.accounts.enums import OrganisationKind, Role
from kyoso.hub.accounts.models import Organisation
from kyoso.hub.commands import KyosoCommand


class Command(KyosoCommand):
    help = "Invite a person of the secretariat and print the link at which they choose a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("email", help="the address of the person")
        parser.add_argument("--name", required=True, help="how the person is called")
        parser.add_argument("--organisation", required=True, help="the name of the secretariat")

    def handle(self, *_args: Any, email: str, name: str, organisation: str, **_: Any) -> None:
        invitation, secret = services.invite(
            actor=None,
            email=email,
            display_name=name,
            language=self.language,
            organisation=_named(organisation),
            role=Role.SECRETARIAT,
        )
        self.tell(
            Text(
                "hand this link over; it holds for {n} days:",
                "次のリンクを渡してください（{n}日間有効）。",
            ).format(n=services.DAYS_AN_INVITATION_HOLDS)
        )
        self.stdout.write(letters.address_of(invitation, secret))


def _named(name: str) -> Organisation:
    there = Organisation.objects.filter(kind=OrganisationKind.SECRETARIAT)
    found = next((one for one in there if name in (one.name.en, one.name.ja)), None)
    return found or services.add_organisation(
        actor=None, name=same(name), kind=OrganisationKind.SECRETARIAT
    )
