"""People and organisations: invited, given roles, ended, closed; each page for whom it is."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from tests.hub.people import PASSWORD, organisation, person

from kyoso.core.errors import UsageError
from kyoso.hub import mailing
from kyoso.hub.accounts import services
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import Invitation, Membership, Organisation, User
from kyoso.hub.record import selectors as record
from kyoso.hub.record.models import Event

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "a-long-word-of-mine-7"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def secretary() -> User:
    return person(Role.SECRETARIAT)


def invited(client: Client, **changed: str) -> str:
    """The form of an invitation sent; the page that answers."""
    ours = organisation()
    data = {
        "email": "New@Site.example",
        "display_name": "New Person",
        "language": "ja",
        "organisation": str(ours.pk),
        "role": Role.FOCAL_POINT.value,
        "country": "XAA",
        "scope": "",
        "once": "a-mark",
    }
    return client.post("/en/people/invite/", data | changed).content.decode()


def link_in_letter() -> str:
    [found] = re.findall(r"http://127\.0\.0\.1:8000(/\S+)", str(mail.outbox[-1].body))
    return found


# --- invitations --------------------------------------------------------------------------


def test_an_invitation_becomes_an_account_that_is_signed_in() -> None:
    page = invited(signed_in(secretary()))
    assert "is on its way" in page
    assert (mail.outbox[0].to, mail.outbox[0].subject) == (["new@site.example"], "Kyosoへの招待")
    link = link_in_letter()
    assert link not in page
    guest = Client()
    assert "New Person" in guest.get(link).content.decode()
    data = {"password": NEW_PASSWORD, "again": NEW_PASSWORD, "language": "ja"}
    answer = guest.post(link, data)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/ja/account/")
    assert "窓口" in guest.get("/ja/account/").content.decode()
    made = User.objects.get(email="new@site.example")
    assert (made.language, made.check_password(NEW_PASSWORD)) == ("ja", True)
    assert made.standing.countries(Role.FOCAL_POINT) == {"XAA"}
    assert guest.get(link).status_code == 404


def test_sending_the_form_twice_invites_once_and_writes_once() -> None:
    client = signed_in(secretary())
    invited(client)
    assert "was made already" in invited(client)
    assert (Invitation.objects.count(), len(mail.outbox)) == (1, 1)


def test_without_a_mail_server_the_link_is_shown_once_to_hand_over(
    settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    client = signed_in(secretary())
    [link] = re.findall(r'value="http://127\.0\.0\.1:8000(/ja/invitations/\S+)"', invited(client))
    assert Client().get(link).status_code == 200
    one = Invitation.objects.get()
    assert link not in client.get(f"/en/invitations/{one.pk}/").content.decode()


def test_a_letter_written_anew_ends_the_earlier_one() -> None:
    client = signed_in(secretary())
    invited(client)
    first, one = link_in_letter(), Invitation.objects.get()
    client.post(f"/en/invitations/{one.pk}/", {"version": one.version})
    second = link_in_letter()
    assert (Client().get(first).status_code, Client().get(second).status_code) == (404, 200)
    one.refresh_from_db()
    client.post(f"/en/invitations/{one.pk}/withdraw/", {"version": one.version})
    assert Client().get(second).status_code == 404


def test_an_invitation_that_is_over_leads_nowhere() -> None:
    invited(signed_in(secretary()))
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(link_in_letter()).status_code == 404


def test_who_has_an_account_keeps_the_password_and_gets_the_role() -> None:
    known = person(name="known")
    invited(signed_in(secretary()), email="known@site.example")
    link = link_in_letter()
    assert "keeps its password" in Client().get(link.replace("/ja/", "/en/")).content.decode()
    answer = Client().post(link, {})
    assert answer.status_code == 302
    known = User.objects.get(pk=known.pk)
    assert (known.check_password(PASSWORD), known.standing.has(Role.FOCAL_POINT)) == (True, True)


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"country": ""}, "id_country"), ({"role": Role.ACTIVITY_LEAD.value}, "id_scope"),
     ({"email": "no address"}, "id_email"), ({"organisation": ""}, "id_organisation")],
)  # fmt: skip
def test_every_fault_of_an_invitation_stands_at_its_field(
    changed: dict[str, str], field: str
) -> None:
    page = invited(signed_in(secretary()), **changed)
    assert f'<li><a href="#{field}">' in page
    assert (Invitation.objects.count(), mail.outbox) == (0, [])


@pytest.mark.parametrize("word", ["short-7", "password123", "12345678901", "new@site.example"])
def test_a_weak_password_is_refused_beside_its_field(word: str) -> None:
    invited(signed_in(secretary()))
    answer = Client().post(link_in_letter(), {"password": word, "again": word, "language": "en"})
    assert answer.status_code == 422
    assert '<li><a href="#id_password">' in answer.content.decode()
    assert not User.objects.filter(email="new@site.example").exists()


def test_the_first_of_the_secretariat_is_invited_by_a_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("invite", "first@site.example", name="First", organisation="Programme Office",
                 language="en")  # fmt: skip
    link = capsys.readouterr().out.split()[-1].removeprefix("http://127.0.0.1:8000")
    data = {"password": NEW_PASSWORD, "again": NEW_PASSWORD, "language": "en"}
    guest = Client()
    assert guest.post(link, data).status_code == 302
    assert guest.get("/en/people/").status_code == 200


def test_a_superuser_is_above_no_rule() -> None:
    one = User.objects.create_superuser("root@site.example", PASSWORD)
    assert signed_in(one).get("/en/people/").status_code == 403


# --- roles and organisations --------------------------------------------------------------


def test_a_role_is_ended_with_a_reason_and_the_history_says_so() -> None:
    focal, client = person(Role.FOCAL_POINT, country="XAA"), signed_in(secretary())
    post = focal.memberships.get()
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(pk=post.pk).update(since=yesterday)
    data = {"version": post.version, "until": yesterday.isoformat(), "why": "moved on"}
    answer = client.post(f"/en/memberships/{post.pk}/end/", data)
    assert answer.status_code == 302
    assert User.objects.get(pk=focal.pk).standing.posts == ()
    assert "Reason: moved on" in client.get(f"/en/memberships/{post.pk}/end/").content.decode()


def test_a_role_ended_meanwhile_is_a_conflict() -> None:
    post, client = person(Role.FOCAL_POINT, country="XAA").memberships.get(), signed_in(secretary())
    today = timezone.localdate()
    services.end_membership(post, actor=secretary(), until=today, expected=1, why="first")
    later = (today + timedelta(days=1)).isoformat()
    data = {"version": "1", "until": later, "why": "second"}
    answer = client.post(f"/en/memberships/{post.pk}/end/", data)
    assert answer.status_code == 409
    assert later in answer.content.decode()
    assert Membership.objects.get(pk=post.pk).until == today


def test_the_last_of_the_secretariat_stays() -> None:
    last = secretary()
    post, today = last.memberships.get(), timezone.localdate().isoformat()
    data = {"version": "1", "until": today, "why": "tired"}
    assert signed_in(last).post(f"/en/memberships/{post.pk}/end/", data).status_code == 409
    answer = signed_in(last).post("/en/account/close/", {"present": PASSWORD})
    assert (answer.status_code, User.objects.get(pk=last.pk).is_active) == (409, True)
    secretary()
    answer = signed_in(last).post("/en/account/close/", {"present": PASSWORD})
    assert (answer.status_code, User.objects.get(pk=last.pk).is_active) == (302, False)


def test_an_organisation_is_added_once_and_changed_by_who_saw_it_last() -> None:
    client = signed_in(secretary())
    data = {"name_en": "Ministry of Sea", "name_ja": "", "kind": "ministry", "country": "XAA",
            "abbreviation": "MoS", "once": "one"}  # fmt: skip
    for _ in range(2):
        client.post("/en/organisations/add/", data)
    one = Organisation.objects.get(abbreviation="MoS")
    assert (one.name.en, one.name.ja) == ("Ministry of Sea", "Ministry of Sea")
    address = f"/en/organisations/{one.pk}/change/"
    assert client.post(address, data | {"name_ja": "海洋省", "version": "1"}).status_code == 302
    assert client.post(address, data | {"abbreviation": "M", "version": "1"}).status_code == 409
    one.refresh_from_db()
    assert (one.name.ja, one.abbreviation) == ("海洋省", "MoS")


# --- who sees what ------------------------------------------------------------------------

WATCHED = ("/en/people/", "/en/people/invite/", "/en/organisations/add/")


@pytest.mark.parametrize("address", WATCHED)
def test_pages_of_the_secretariat_are_closed_to_others(address: str) -> None:
    assert signed_in(secretary()).get(address).status_code == 200
    assert signed_in(person(Role.FOCAL_POINT, country="XAA")).get(address).status_code == 403
    assert Client().get(address).headers["Location"].startswith("/en/sign-in/")


def test_others_do_not_exist_for_who_may_not_see_them() -> None:
    other = person(Role.FOCAL_POINT, country="XAB")
    theirs, client = other.memberships.get().organisation, signed_in(person(Role.OPERATOR))
    hidden = (
        f"/en/people/{other.pk}/", f"/en/people/{other.pk}/close/",
        f"/en/organisations/{theirs.pk}/", f"/en/organisations/{theirs.pk}/data.zip",
        f"/en/memberships/{other.memberships.get().pk}/end/",
    )  # fmt: skip
    assert [client.get(address).status_code for address in hidden] == [404] * 5


def test_lists_ask_a_fixed_number_of_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client, counts = signed_in(secretary()), []
    client.get("/en/account/")  # the number beside "My desk" is worked out once a minute
    for wanted in (1, 50):
        for _ in range(wanted):
            person(Role.OPERATOR)
        for address in ("/en/people/", "/en/organisations/"):
            with django_assert_max_num_queries(20) as asked:
                client.get(address)
            counts.append(len(asked.captured_queries))
    assert counts[:2] == counts[2:]


# --- one's own account --------------------------------------------------------------------


def test_a_person_sets_name_and_language_and_the_record_tells() -> None:
    one = person(name="one")
    answer = signed_in(one).post("/en/account/", {"display_name": "Uno", "language": "ja"})
    assert answer.headers["Location"] == "/ja/account/"
    event = record.history(one).first()
    assert event is not None
    assert event.data["changes"] == {"display_name": ["one", "Uno"], "language": ["en", "ja"]}


def test_a_new_password_needs_the_present_one_and_ends_other_sessions() -> None:
    one = person()
    here, elsewhere = signed_in(one), signed_in(one)
    data = {"present": "not it", "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert here.post("/en/account/password/", data).status_code == 422
    assert here.post("/en/account/password/", data | {"present": PASSWORD}).status_code == 302
    assert here.get("/en/account/").status_code == 200
    assert elsewhere.get("/en/account/").status_code == 302


def test_closing_an_account_empties_the_profile_and_keeps_the_record_whole() -> None:
    secretary()
    one = person(Role.FOCAL_POINT, country="XAA", name="Leaving")
    services.set_profile(one, actor=one, display_name="Leaving Soon", language="en")
    client = signed_in(one)
    assert client.post("/en/account/close/", {"present": "wrong"}).status_code == 422
    assert client.post("/en/account/close/", {"present": PASSWORD}).status_code == 302
    closed = User.objects.get(pk=one.pk)
    assert (closed.is_active, closed.has_usable_password()) == (False, False)
    assert "leaving" not in f"{closed.email} {closed.display_name}".lower()
    assert [post.until for post in closed.memberships.all()] == [timezone.localdate()]
    assert client.get("/en/account/").status_code == 302
    assert Event.objects.filter(actor_name="Leaving Soon", act="accounts.account_closed").exists()
    assert list(record.faults()) == []


# --- mail ---------------------------------------------------------------------------------


def test_a_password_is_never_sent_in_the_clear(tmp_path: Path) -> None:
    with_password = mailing.parse("smtp://kyoso:p%40ss@mail.example", outbox=tmp_path)
    assert (with_password["EMAIL_USE_TLS"], with_password["EMAIL_PORT"]) == (True, 587)
    assert with_password["EMAIL_HOST_PASSWORD"] == "p@ss"
    secure = mailing.parse("smtps://kyoso:x@mail.example", outbox=tmp_path)
    assert (secure["EMAIL_USE_SSL"], secure["EMAIL_USE_TLS"], secure["EMAIL_PORT"]) == (
        True, False, 465,
    )  # fmt: skip
    assert mailing.parse("smtp://localhost", outbox=tmp_path)["EMAIL_PORT"] == 25
    assert mailing.parse("", outbox=tmp_path)["EMAIL_FILE_PATH"] == str(tmp_path)
    with pytest.raises(UsageError):
        mailing.parse("https://mail.example", outbox=tmp_path)


def test_a_membership_that_has_not_begun_gives_nothing() -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert person(Role.AUDITOR, since=tomorrow).standing.posts == ()
    assert person(Role.AUDITOR, since=date(2020, 1, 1)).standing.has(Role.AUDITOR)
