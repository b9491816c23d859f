"""The record: chained, append-only, and no change lost."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connection

from kyoso.core.text import same
from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import OrganisationKind, Role
from kyoso.hub.accounts.models import Membership, Organisation, User
from kyoso.hub.record import selectors
from kyoso.hub.record.errors import ConflictError, NotAllowedError
from kyoso.hub.record.models import Event
from kyoso.hub.record.services import change, create

pytestmark = pytest.mark.django_db(transaction=True)


def user(name: str, role: Role | None = None, country: str = "") -> User:
    made = User.objects.create_user(f"{name}@site.example", "long-enough-19", display_name=name)
    if role is not None:
        accounts.appoint(
            actor=None, user=made, organisation=organisation(), role=role, country=country
        )
    return made


def organisation(name: str = "Ministry") -> Organisation:
    return create(
        Organisation(name=same(name), kind=OrganisationKind.MINISTRY, country="XAA"),
        actor=None,
        act="accounts.organisation_added",
    )


def renamed(one: Organisation, name: str, *, expected: int | None = None, actor: User | None = None,
            once: str | None = None) -> Organisation:  # fmt: skip
    return change(
        one,
        actor=actor,
        act="accounts.organisation_changed",
        permission="accounts.change_organisation",
        expected=expected,
        once=once,
        abbreviation=name,
    )


def test_a_change_is_logged_with_what_was_before_who_and_why() -> None:
    secretary = user("s", Role.SECRETARIAT)
    one = organisation()
    change(one, actor=secretary, act="accounts.organisation_changed", expected=1,
           why="new law", abbreviation="MoE")  # fmt: skip
    event = selectors.history(one).first()
    assert event is not None
    assert selectors.changes(event) == [selectors.Change("abbreviation", "", "MoE")]
    assert (event.actor, event.actor_name, event.data["why"]) == (secretary, "s", "new law")


def test_what_changes_nothing_leaves_no_trace() -> None:
    one = renamed(organisation(), "A")
    count = Event.objects.count()
    assert renamed(one, "A", expected=1).version == one.version
    assert Event.objects.count() == count


def test_an_act_with_a_mark_is_carried_out_once() -> None:
    first = create(
        Organisation(name=same("X"), kind=OrganisationKind.CITY),
        actor=None, act="accounts.organisation_added", once="mark",
    )  # fmt: skip
    again = create(
        Organisation(name=same("X"), kind=OrganisationKind.CITY),
        actor=None, act="accounts.organisation_added", once="mark",
    )  # fmt: skip
    assert (again.pk, Organisation.objects.count()) == (first.pk, 1)
    assert renamed(first, "A", once="second").version == 2
    assert renamed(first, "B", once="second").abbreviation == "A"


def test_who_saw_an_older_version_is_refused_and_loses_nothing() -> None:
    one = organisation()
    renamed(one, "first", expected=1)
    with pytest.raises(ConflictError) as refused:
        renamed(one, "second", expected=1)
    assert refused.value.current.abbreviation == "first"
    assert refused.value.yours == {"abbreviation": "second"}
    one.refresh_from_db()
    assert one.abbreviation == "first"


def test_who_may_not_is_refused_and_nothing_is_written() -> None:
    one, stranger = organisation(), user("stranger")
    count = Event.objects.count()
    with pytest.raises(NotAllowedError):
        renamed(one, "mine", actor=stranger)
    assert Event.objects.count() == count


def test_a_record_that_is_not_sound_is_refused_as_a_whole() -> None:
    one = organisation()
    count = Event.objects.count()
    with pytest.raises(ValidationError):
        change(one, actor=None, act="accounts.organisation_changed", expected=1, kind="nonsense")
    one.refresh_from_db()
    assert (one.kind, Event.objects.count()) == (OrganisationKind.MINISTRY, count)


# --- the chain ----------------------------------------------------------------------------


def test_the_chain_is_whole_and_names_every_entry_that_was_changed() -> None:
    for name in ("a", "b", "c"):
        organisation(name)
    assert list(selectors.faults()) == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE record_event SET act = 'forged' WHERE number = 2")
    assert [fault.number for fault in selectors.faults()] == [2]


def test_entries_that_are_missing_in_the_middle_or_at_the_end_are_noticed() -> None:
    for name in ("a", "b", "c"):
        organisation(name)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM record_event WHERE number = 3")
    assert [fault.what for fault in selectors.faults()] == ["end"]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM record_event WHERE number = 1")
    assert [fault.what for fault in selectors.faults()] == ["missing", "changed", "end"]


def test_an_entry_can_be_neither_saved_again_nor_deleted() -> None:
    organisation()
    event = Event.objects.get()
    with pytest.raises(TypeError, match="never changed"):
        event.save()
    with pytest.raises(TypeError, match="never changed"):
        event.delete()


def test_the_log_outlives_the_account_and_stays_whole() -> None:
    secretary = user("s", Role.SECRETARIAT)
    renamed(organisation(), "A", actor=secretary)
    secretary.delete()
    last = Event.objects.last()
    assert last is not None
    assert (last.actor, last.actor_name) == (None, "s")
    assert list(selectors.faults()) == []


def test_twenty_writers_at_once_lose_no_change_and_break_no_link() -> None:
    one = organisation()
    refused: list[Exception] = []

    def write(number: int) -> None:
        try:
            for step in range(5):
                renamed(one, f"{number}-{step}")
        except Exception as error:  # noqa: BLE001 -- a thread must hand its fault over
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    one.refresh_from_db()
    assert refused == []
    assert one.version == 1 + 20 * 5
    assert selectors.history(one).count() == 1 + 20 * 5
    assert list(selectors.faults()) == []


# --- roles --------------------------------------------------------------------------------


def test_a_role_holds_between_its_days_only() -> None:
    one = user("one")
    Membership.objects.create(
        user=one, organisation=organisation(), role=Role.FOCAL_POINT, country="XAA",
        since=date(2025, 1, 1), until=date(2025, 12, 31),
    )  # fmt: skip
    from kyoso.hub.accounts.selectors import standing_of

    assert standing_of(one, date(2025, 12, 31)).countries(Role.FOCAL_POINT) == {"XAA"}
    assert standing_of(one, date(2026, 1, 1)).posts == ()
    assert standing_of(one, date(2024, 12, 31)).posts == ()


def test_an_invitation_makes_an_account_with_its_role_once() -> None:
    secretary = user("s", Role.SECRETARIAT)
    invitation, secret = accounts.invite(
        actor=secretary, email="New@Site.example", display_name="New", language="ja",
        organisation=organisation(), role=Role.FOCAL_POINT, country="XAA",
    )  # fmt: skip
    assert secret not in str(Event.objects.values_list("data", flat=True))
    new = accounts.accept(invitation, secret=secret, password="a-long-word-of-mine-7")
    assert new.standing.countries(Role.FOCAL_POINT) == {"XAA"}
    from kyoso.hub.record.errors import WrongStateError

    with pytest.raises(WrongStateError):
        accounts.accept(invitation, secret=secret, password="a-long-word-of-mine-7")
    assert User.objects.filter(email="new@site.example").count() == 1


def test_only_the_secretariat_invites() -> None:
    with pytest.raises(NotAllowedError):
        accounts.invite(
            actor=user("focal", Role.FOCAL_POINT, "XAA"), email="x@site.example",
            display_name="X", language="en", organisation=organisation(), role=Role.SECRETARIAT,
        )  # fmt: skip


def test_the_log_tells_that_a_secret_is_new_and_not_its_hash() -> None:
    secretary = user("s", Role.SECRETARIAT)
    invitation, _ = accounts.invite(
        actor=secretary, email="new@site.example", display_name="New", language="en",
        organisation=organisation(), role=Role.AUDITOR,
    )  # fmt: skip
    assert invitation.secret not in str(list(Event.objects.values_list("data", flat=True)))
    event = selectors.history(invitation).get()
    assert selectors.Change("secret", None, "•") in selectors.changes(event)
