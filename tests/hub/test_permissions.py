"""Who may do what: every role, every record of the sample data, every action that an app declares.

Nothing is named here. An app is found by its ``rules.ACTIONS`` and its ``visible_to``; what people
have agreed on stands in ``permissions.csv``, and a person reads that table when it changes:
``python -m pytest -n0 tests/hub/test_permissions.py --agreed`` writes it anew.
"""

from __future__ import annotations

import csv
import inspect
import io
import re
from collections.abc import Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from tests.hub.people import organisation, person

from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import Membership, Organisation, User
from kyoso.hub.programme import services as programme
from kyoso.hub.programme.models import Activity
from kyoso.hub.record import visibility
from kyoso.hub.record.services import allow

pytestmark = pytest.mark.django_db

AGREED = Path(__file__).with_name("permissions.csv")
HERE, ELSEWHERE = "XAA", "XAZ"
ACTIVITY, OTHER_ACTIVITY = "space/1-1-1", "space/3-2-2"
APPROVING = re.compile(r"approve|accept|adopt|decline|issue|judge|publish|register|review|verify")
"""Verbs by which somebody else's work comes to hold."""

Viewer = User | AnonymousUser


@pytest.fixture
def world(catalogue: None) -> None:
    """All sample data of every app, in the order of the apps."""
    accounts.load_sample_users(password="sample-only-2025")
    programme.load_sample_stances()
    accounts.invite(
        actor=None, email="invited@sample.example", display_name="Invited", language="en",
        organisation=Organisation.objects.filter(sample=True)[0], role=Role.OPERATOR,
    )  # fmt: skip
    for module in visibility.modules("services"):
        for name, load in vars(module).items():
            if name.startswith("load_sample_") and load.__module__ == module.__name__:
                wanted = inspect.signature(load).parameters
                if not any(one.default is one.empty for one in wanted.values()):
                    load()


def viewers() -> dict[tuple[str, str], Viewer]:
    """One person for each role where the sample data are about, and one elsewhere; the public."""
    ours = Organisation.objects.filter(sample=True, country=HERE).order_by("pk").last()
    found: dict[tuple[str, str], Viewer] = {("public", "–"): AnonymousUser()}
    for role in Role:
        found[role, "here"] = person(role, country=HERE, scope=ACTIVITY, of=ours)
        found[role, "elsewhere"] = person(role, country=ELSEWHERE, scope=OTHER_ACTIVITY)
    found["signed in", "–"] = person()
    return found


def rows(model: type[Model]) -> list[Any]:
    return list(model._default_manager.order_by("pk"))


def fresh(user: Viewer) -> Viewer:
    return User.objects.get(pk=user.pk) if isinstance(user, User) else user


# --- predicate and selector ---------------------------------------------------------------


@pytest.mark.usefixtures("world")
def test_every_selector_shows_what_its_rule_allows() -> None:
    everybody = viewers()
    everybody |= {("sample", one.email): one for one in User.objects.filter(sample=True)}
    differing = []
    for model, selector in visibility.selectors().items():
        permission = f"{model._meta.app_label}.view_{model._meta.model_name}"
        there = rows(model)
        for name, viewer in everybody.items():
            allowed = {row.pk for row in there if viewer.has_perm(permission, row)}
            shown = set(selector(viewer).values_list("pk", flat=True))
            if allowed != shown:
                differing.append((permission, *name, len(allowed - shown), len(shown - allowed)))
    assert differing == []


@pytest.mark.usefixtures("world")
def test_what_a_rule_hides_has_a_selector_that_hides_it() -> None:
    hidden = [
        permission
        for permission, model in visibility.actions().items()
        if permission == f"{model._meta.app_label}.view_{model._meta.model_name}"
        and any(not AnonymousUser().has_perm(permission, row) for row in rows(model))
        and model not in visibility.selectors()
    ]
    assert hidden == []


# --- what people have agreed on -----------------------------------------------------------


def decided() -> Iterator[dict[str, str]]:
    """What each person may do: on ``all`` rows of the sample data or on ``some``; else no line.

    An action for which there is no row yet has one line that says so.
    """
    everybody = viewers()
    for permission, model in sorted(visibility.actions().items()):
        there = rows(model)
        if not there:
            yield _line(permission, "–", "–", "no row")
        for (role, relation), viewer in everybody.items():
            count = sum(viewer.has_perm(permission, row) for row in there)
            if count:
                yield _line(permission, role, relation, "all" if count == len(there) else "some")


def _line(permission: str, role: str, relation: str, allowed: str) -> dict[str, str]:
    return {"permission": permission, "role": role, "relation": relation, "allowed": allowed}


@pytest.mark.usefixtures("world")
def test_everybody_may_do_what_was_agreed_and_nothing_else(request: pytest.FixtureRequest) -> None:
    found = list(decided())
    if request.config.getoption("--agreed", default=False):
        stream = io.StringIO()
        writer = csv.DictWriter(stream, list(found[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
        AGREED.write_text(stream.getvalue(), encoding="utf-8")
    with AGREED.open(encoding="utf-8", newline="") as file:
        agreed = list(csv.DictReader(file))
    assert [one for one in found if one not in agreed] == []
    assert [one for one in agreed if one not in found] == []


# --- nobody approves their own ------------------------------------------------------------


def authors(row: Any) -> set[int]:
    """Who wrote a record: its ``authors``, ``writers`` or ``author``."""
    for name in ("authors", "writers"):
        if hasattr(row, name):
            named = getattr(row, name)
            return {
                getattr(one, "pk", one) for one in (named.all() if hasattr(named, "all") else named)
            }
    own = getattr(row, "author_id", None)
    if own is not None:
        return {own}
    pair = [getattr(row, name) for name in ("first", "second") if hasattr(row, name)]
    return {one for part in pair for one in authors(part)}


def give_every_role(user: User) -> None:
    """All roles, for all organisations, countries and activities that the sample data know."""
    scopes = [f"{one.programme.key}/{one.key}"
              for one in Activity.objects.select_related("programme")]  # fmt: skip
    some = Organisation.objects.filter(sample=True).first()
    since = user.date_joined.date()
    make = partial(Membership, user=user, since=since)
    posts = [
        *(make(organisation=some, role=role, country=country)
          for role, country in product(Role, (HERE, "XAB", "XAC", "XAD")) if role != Role.ACTIVITY_LEAD),
        *(make(organisation=some, role=Role.ACTIVITY_LEAD, scope=scope) for scope in scopes),
        *(make(organisation=one, role=role, country=one.country or HERE)
          for one, role in product(Organisation.objects.exclude(pk=some.pk), Role)
          if role != Role.ACTIVITY_LEAD),
    ]  # fmt: skip
    Membership.objects.bulk_create(posts, ignore_conflicts=True)


@pytest.mark.usefixtures("world")
def test_nobody_approves_their_own_even_with_every_role_there_is() -> None:
    approving = {
        name: model
        for name, model in visibility.actions().items()
        if APPROVING.search(name.partition(".")[2])
    }
    stranger = person()
    give_every_role(stranger)
    own, of_others = [], set()
    for permission, model in approving.items():
        for row in rows(model):
            for pk in authors(row):
                author = User.objects.get(pk=pk)
                give_every_role(author)
                if User.objects.get(pk=pk).has_perm(permission, row):
                    own.append((permission, row.pk, author.email))
            if authors(row) and fresh(stranger).has_perm(permission, row):
                of_others.add(permission)
    assert own == []
    with_authors = {name for name, model in approving.items() if any(map(authors, rows(model)))}
    assert of_others == with_authors


def test_a_service_asks_the_rule_and_refuses() -> None:
    from kyoso.hub.record.errors import NotAllowedError

    with pytest.raises(NotAllowedError):
        allow(
            person(Role.FOCAL_POINT, country=HERE), "accounts.change_organisation", organisation()
        )
