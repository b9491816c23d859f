"""Who may do what: every role, every record of the sample data, every action that an app declares.

Nothing is named here. An app is found by its ``rules.ACTIONS`` and its ``visible_to``; what people
have agreed on stands in ``permissions.csv``, and a person reads that table when it changes:
``python -m pytest -n0 tests/hub/test_permissions.py --agreed`` writes it anew.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.utils import timezone
from tests.hub import sample_world
from tests.hub.people import organisation, person
from tests.hub.worlds import lasting

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import Membership, Organisation, User
from kyoso.hub.api import services as api
from kyoso.hub.api.enums import Scope
from kyoso.hub.programme.models import Activity
from kyoso.hub.progress.models import Delivery
from kyoso.hub.progress.rules import scope_of_body
from kyoso.hub.record import visibility
from kyoso.hub.record.services import allow

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("permissions")]

AGREED = Path(__file__).with_name("permissions.csv")
HERE, ELSEWHERE = "XAA", "XAZ"
ACTIVITY, OTHER_ACTIVITY = "space/1-1-1", "space/3-2-2"
APPROVING = re.compile(
    r"approve|accept|adopt|confirm|decline|issue|judge|publish|register|review|verify"
)
"""Verbs by which somebody else's work comes to hold."""

Viewer = User | AnonymousUser


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The sample region with a record in every state."""
    with lasting(django_db_blocker, tmp_path_factory.mktemp("home")):
        sample_world.load()
        sample_world.complete()
        for user in User.objects.filter(sample=True):
            api.make(actor=user, name="sample", scopes=list(Scope), days=30)
        yield


def viewers() -> dict[tuple[str, str], Viewer]:
    """One person for each role where the sample data are about, and one elsewhere; the public.

    The sample logins besides: some records are those of the people who made them.
    """
    ours = sample_world.organisation_of("agency-a")
    found: dict[tuple[str, str], Viewer] = {("public", "–"): AnonymousUser()}
    for role in Role:
        found[role, "here"] = person(role, country=HERE, scope=ACTIVITY, of=ours)
        found[role, "elsewhere"] = person(role, country=ELSEWHERE, scope=OTHER_ACTIVITY)
    body = Delivery.objects.order_by("pk")[0].body
    found[Role.WORKING_GROUP, "of a body"] = person(
        Role.WORKING_GROUP, scope=scope_of_body(body.key), of=ours
    )
    found["signed in", "–"] = person()
    for login in User.objects.filter(sample=True).order_by("pk"):
        found["sample login", login.email.partition("@")[0]] = login
    return found


def unusual() -> Iterator[tuple[str, Viewer]]:
    """People whose posts are not as simple: several, over, to come; who may not sign in."""
    ours, today = sample_world.organisation_of("agency-a"), timezone.localdate()
    for role in Role:
        several = person(role, country=HERE, scope=ACTIVITY, of=ours)
        for other, country, scope in (
            (Role.VERIFIER, ELSEWHERE, ""),
            (Role.ACTIVITY_LEAD, "", OTHER_ACTIVITY),
            (Role.FOCAL_POINT, "XAB", ""),
        ):
            Membership.objects.create(
                user=several, organisation=organisation(country=country), role=other,
                country=country, scope=scope, since=today,
            )  # fmt: skip
        yield f"{role}, several", several
        yield f"{role}, over", _dated(role, ours, today - timedelta(9), today - timedelta(1))
        yield f"{role}, to come", _dated(role, ours, today + timedelta(1), None)
        yield f"{role}, suspended", _suspended(role, ours)


def _dated(role: Role, ours: Organisation, since: Any, until: Any) -> User:
    made = person(role, country=HERE, scope=ACTIVITY, of=ours)
    made.memberships.update(since=since, until=until)
    return User.objects.get(pk=made.pk)


def _suspended(role: Role, ours: Organisation) -> User:
    made = person(role, country=HERE, scope=ACTIVITY, of=ours)
    User.objects.filter(pk=made.pk).update(is_active=False)
    return User.objects.get(pk=made.pk)


def rows(model: type[Model]) -> list[Any]:
    """All of them with what stands beside them: each is asked about thousands of times."""
    meta = model._meta
    beside = [
        *(field.name for field in meta.concrete_fields if field.is_relation),
        *(one.get_accessor_name() for one in meta.related_objects if not one.hidden),
    ]
    return list(model._default_manager.order_by("pk").prefetch_related(*beside))


def fresh(user: Viewer) -> Viewer:
    return User.objects.get(pk=user.pk) if isinstance(user, User) else user


# --- the sample region knows every state ---------------------------------------------------


@pytest.mark.usefixtures("world")
def test_no_action_is_without_a_record_and_no_record_without_one_in_each_of_its_states() -> None:
    lacking = []
    for permission, model in visibility.actions().items():
        there = rows(model)
        if not there:
            lacking.append((permission, "any"))
        if (states := _states(model)) and (missing := states - {one.state for one in there}):
            lacking.append((permission, ", ".join(sorted(missing))))
    assert lacking == []


def _states(model: type[Model]) -> set[str]:
    fields = {field.name: field for field in model._meta.concrete_fields}
    return {value for value, _ in fields["state"].choices or ()} if "state" in fields else set()


# --- predicate and selector ---------------------------------------------------------------


@pytest.mark.usefixtures("world")
def test_every_selector_shows_what_its_rule_allows() -> None:
    everybody = viewers()
    everybody |= {("unusual", name): one for name, one in unusual()}
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


def test_every_selector_has_a_rule_beside_it() -> None:
    asked = visibility.actions()
    alone = [
        model._meta.label
        for model in visibility.selectors()
        if asked.get(f"{model._meta.app_label}.view_{model._meta.model_name}") is not model
    ]
    assert alone == []


@pytest.mark.usefixtures("world")
def test_a_post_that_is_over_or_to_come_gives_nothing_and_who_is_suspended_is_nobody() -> None:
    asked = [(name, row) for name, model in visibility.actions().items() for row in rows(model)]
    public, signed_in = _allowed(AnonymousUser(), asked), _allowed(person(), asked)
    differing = []
    for name, viewer in unusual():
        expected = public if name.endswith("suspended") else signed_in
        if not name.endswith("several") and _allowed(viewer, asked) != expected:
            differing.append(name)
    assert differing == []


def _allowed(viewer: Viewer, asked: Iterable[tuple[str, Any]]) -> set[tuple[str, Any]]:
    return {(name, row.pk) for name, row in asked if viewer.has_perm(name, row)}


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

    Of records with states each state is named that is allowed; before one of which only some rows
    are stands ``some``.
    """
    everybody = viewers()
    for permission, model in sorted(visibility.actions().items()):
        by_state: dict[str, list[Any]] = {}
        for row in rows(model):
            by_state.setdefault(getattr(row, "state", ""), []).append(row)
        for (role, relation), viewer in everybody.items():
            counts = {
                state: sum(viewer.has_perm(permission, row) for row in there)
                for state, there in by_state.items()
            }
            if any(counts.values()):
                yield _line(permission, role, relation, _in_words(counts, by_state))


def _in_words(counts: Mapping[str, int], by_state: Mapping[str, list[Any]]) -> str:
    if all(counts[state] == len(there) for state, there in by_state.items()):
        return "all"
    if "" in by_state:
        return "some"
    return ", ".join(
        state if counts[state] == len(by_state[state]) else f"some {state}"
        for state in sorted(by_state)
        if counts[state]
    )


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
    assert _differing(found, agreed) == []
    assert _differing(agreed, found) == []


def _differing(some: Iterable[dict[str, str]], others: Iterable[dict[str, str]]) -> list[Any]:
    known = {tuple(one.values()) for one in others}
    return [one for one in some if tuple(one.values()) not in known]


# --- nobody approves their own ------------------------------------------------------------


def authors(row: Any) -> set[int]:
    """Who wrote a record: its ``authors``, ``writers``, ``author`` or ``reported_by``."""
    for name in ("authors", "writers"):
        if hasattr(row, name):
            named = getattr(row, name)
            return {
                getattr(one, "pk", one) for one in (named.all() if hasattr(named, "all") else named)
            }
    for name in ("author_id", "reported_by_id"):
        if (own := getattr(row, name, None)) is not None:
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
