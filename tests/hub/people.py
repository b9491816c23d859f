"""People of the tests: a user in a role, an organisation."""

from __future__ import annotations

import os
from datetime import date
from itertools import count

from kyoso.core.text import same
from kyoso.hub.accounts import services
from kyoso.hub.accounts.enums import OrganisationKind, Role
from kyoso.hub.accounts.models import Organisation, User

PASSWORD = "long-enough-19"
_numbers = count(os.getpid() * 1000)
"""Several processes may make people in one database."""


def organisation(name: str = "", country: str = "XAA", **fields: object) -> Organisation:
    """A ministry; each has its own name unless one is given."""
    return services.add_organisation(
        actor=None,
        name=same(name or f"Ministry {next(_numbers)}"),
        kind=OrganisationKind.MINISTRY,
        country=country,
        **fields,
    )


def person(
    role: Role | None = None,
    *,
    country: str = "",
    scope: str = "",
    of: Organisation | None = None,
    name: str = "",
    since: date | None = None,
) -> User:
    """Somebody who has signed in before, in a role from a day on (today if none is named)."""
    name = name or f"person{next(_numbers)}"
    made = User.objects.create_user(f"{name}@site.example", PASSWORD, display_name=name)
    if role is not None:
        services.appoint(
            actor=None,
            user=made,
            organisation=of or organisation(country=country),
            role=role,
            country=country,
            scope=scope,
            since=since,
        )
    return made
