"""Letters about the desk: each thing once, in the reader's language, and no door that is shut."""

from __future__ import annotations

import re
from datetime import date, timedelta
from smtplib import SMTPException
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from tests.hub.people import organisation, person
from tests.hub.progress_sample import scene
from tests.hub.test_desk import window
from tests.hub.test_projects import begin as project

from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.portal.desk import digests, selectors, services
from kyoso.hub.portal.desk.enums import Digest
from kyoso.hub.portal.desk.models import Desk
from kyoso.hub.portal.desk.opening import opens
from kyoso.hub.progress import services as progress
from kyoso.hub.projects import services as projects
from kyoso.hub.waiting import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

TODAY = timezone.localdate()
LINK = re.compile(r"https?://\S+")


def letters(day: date = TODAY) -> dict[str, Any]:
    """What is sent on a day, by the address of the reader."""
    before = len(mail.outbox)
    digests.send_all(day=day)
    found = mail.outbox[before:]
    assert len({one.to[0] for one in found}) == len(found)
    return {one.to[0]: one for one in found}


def paths(letter: Any) -> list[str]:
    return [re.sub(r"^https?://[^/]+", "", link) for link in LINK.findall(letter.body)]


# --- no door that is shut -----------------------------------------------------------------


def test_no_letter_links_to_a_page_that_its_reader_may_not_open() -> None:
    one = scene(due=TODAY - timedelta(days=20))
    report = one.submitted()
    progress.send_back(report, actor=one.lead, expected=report.version, reasons={"": "more"})
    scene("XAC", "XAD").published()
    agency = organisation()
    author = person(Role.IMPLEMENTING_AGENCY, country="XAA", of=agency)
    for _ in range(2):
        project(author, lead=agency)
    projects.register(project(author, lead=agency), actor=None, expected=None)
    accounts.invite(
        actor=one.secretariat, email="new@site.example", display_name="New", language="en",
        organisation=organisation(), role=Role.OPERATOR,
    )  # fmt: skip
    for role in Role:
        person(role, country="XAA", scope="space/1-1-1")
    sent = letters()
    assert len(sent) > 10
    opened = 0
    for address, letter in sent.items():
        client = window(User.objects.get(email=address))
        for path in paths(letter):
            assert client.get(path).status_code == 200, (address, path)
            opened += 1
    assert opened > 60


PAGES = ("portal:desk", "accounts:people", "progress:reading", "progress:new_round", "portal:home")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", [None, Role.SECRETARIAT, Role.AUDITOR, Role.FOCAL_POINT])
def test_a_page_is_found_open_where_the_browser_of_the_person_finds_it_open(
    name: str, role: Role | None
) -> None:
    user = person(role, country="XAA")
    found = window(user).get(reverse(name)).status_code == 200
    assert opens(page(name), User.objects.get(pk=user.pk)) is found


def test_what_another_member_drafts_is_a_shut_door() -> None:
    one = scene()
    report = one.draft()
    for user, open_to in ((one.focal, True), (one.colleague, True), (one.stranger, False)):
        assert opens(page("progress:report", report.pk), user) is open_to


def test_nothing_opens_for_who_lacks_the_second_factor(settings: Settings) -> None:
    settings.KYOSO_SECOND_FACTOR_FOR = (Role.SECRETARIAT,)
    one = scene()
    one.submitted()
    assert one.secretariat.email not in letters()
    settings.KYOSO_SECOND_FACTOR_FOR = ()
    assert one.secretariat.email in letters()


def test_a_thing_without_an_open_page_is_told_when_it_has_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = scene()
    shut = page("progress:rounds")
    monkeypatch.setattr(digests, "opens", lambda to, user: to != shut and opens(to, user))
    first = letters()[one.focal.email]
    assert "Begin the report" not in first.body
    monkeypatch.undo()
    assert "Begin the report" in letters(TODAY + timedelta(days=7))[one.focal.email].body


# --- each thing once ----------------------------------------------------------------------


def test_each_thing_is_told_once_and_again_at_its_next_stage() -> None:
    one = scene()
    services.set_digest(one.focal, digest=Digest.DAILY)
    assert "Begin the report" in letters()[one.focal.email].body
    assert letters() == {}
    assert one.focal.email not in letters(TODAY + timedelta(days=1))
    report = one.submitted()
    progress.send_back(
        report, actor=one.lead, expected=report.version, reasons={"narrative": "which cities?"}
    )
    letter = letters(TODAY + timedelta(days=2))[one.focal.email]
    assert letter.subject == "Kyoso: 1 new thing waits for you"
    assert "Mend the report that was returned" in letter.body
    assert "Reason: which cities?" in letter.body
    assert "returned" in letter.body
    assert "Answer for your country" not in letter.body


def test_what_the_person_has_seen_on_the_desk_is_not_written_about() -> None:
    one = scene()
    one.published()
    services.mark_seen(one.stranger, number=selectors.head())
    assert "What others did" not in letters()[one.stranger.email].body


@pytest.mark.parametrize(
    ("digest", "days"), [(Digest.OFF, []), (Digest.DAILY, [0, 1, 2, 9]), (Digest.WEEKLY, [0, 9])]
)
def test_letters_come_as_often_as_the_person_wants(digest: Digest, days: list[int]) -> None:
    one = scene()
    services.set_digest(one.stranger, digest=digest)
    written = []
    for after in (0, 1, 2, 9):
        scene("XAC", "XAD", title=one.round.title).published()
        for other in User.objects.exclude(pk=one.stranger.pk):
            services.set_digest(other, digest=Digest.OFF)
        if one.stranger.email in letters(TODAY + timedelta(days=after)):
            written.append(after)
    assert written == days


@given(st.sampled_from(Digest), st.dates(), st.integers(0, 30))
def test_no_letter_is_due_before_its_time(digest: Digest, last: date, days: int) -> None:
    if last > date.max - timedelta(days=40):
        return
    desk = Desk(digest=digest, digest_on=last)
    wanted = {Digest.OFF: None, Digest.DAILY: 1, Digest.WEEKLY: 7}[digest]
    due = digests.is_due(desk, last + timedelta(days=days))
    assert due == (wanted is not None and days >= wanted)


class _Broken(EmailBackend):
    def send_messages(self, *_messages: Any) -> int:
        raise SMTPException


def test_a_letter_that_was_not_handed_over_is_written_again(settings: Settings) -> None:
    one = scene()
    settings.EMAIL_BACKEND = f"{__name__}._Broken"
    done = digests.send_all(day=TODAY)
    assert (done.sent, done.failed > 0) == (0, True)
    assert Desk.objects.get(user=one.focal).digest_on is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert "Begin the report" in letters()[one.focal.email].body


def test_two_runs_at_once_write_one_letter() -> None:
    one = scene()
    desk = Desk.objects.create(user=one.focal)
    letter = digests.compose(one.focal, desk)
    assert letter is not None
    claimed = [digests._claim(Desk(pk=desk.pk, user=one.focal), letter, TODAY) for _ in range(2)]
    assert claimed == [True, False]


# --- what it says -------------------------------------------------------------------------


def test_a_letter_is_plain_text_in_the_language_of_its_reader() -> None:
    one = scene()
    accounts.set_profile(one.focal, actor=one.focal, display_name="田中", language="ja")
    letter = letters()[one.focal.email]
    assert letter.subject == "Kyoso：新たに3件があなたを待っています"
    assert letter.message().get_content_type() == "text/plain"
    assert not letter.message().is_multipart()
    assert letter.body.startswith("田中 様\n")
    assert "報告を書き始める" in letter.body
    assert all(path.startswith("/ja/") for path in paths(letter))
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    with translation.override("ja"):
        assert letter.extra_headers["List-Unsubscribe"].endswith(
            f"{reverse('portal:desk_options')}>"
        )


def test_a_long_letter_is_cut_and_says_how_much_more_there_is() -> None:
    one = scene()
    agency = organisation()
    for _ in range(digests.LISTED + 3):
        draft = project(None, lead=agency, title=one.round.title, summary=one.round.title)
        projects.submit(draft, actor=None, expected=None)
    body = letters()[one.secretariat.email].body
    assert body.count("Register the project") == digests.LISTED
    assert "and 3 more" in body


def test_samples_and_people_without_a_role_are_not_written_to() -> None:
    scene()
    plain = person()
    accounts.load_sample_users(password="sample-only-2025")
    sent = letters()
    assert plain.email not in sent
    assert [address for address in sent if address.endswith("@sample.example")] == []


# --- the settings and the command ---------------------------------------------------------


def test_how_often_is_chosen_on_a_page() -> None:
    user = person(Role.OPERATOR, country="XAA")
    client = window(user)
    assert 'value="weekly" checked' in client.get("/en/desk/options/").content.decode()
    assert client.post("/en/desk/options/", {"digest": "off"}).status_code == 302
    assert Desk.objects.get(user=user).digest == Digest.OFF
    assert 'value="off" checked' in client.get("/ja/desk/options/").content.decode()
    assert client.post("/en/desk/options/", {"digest": "hourly"}).status_code == 400
    assert Client().post("/en/desk/options/", {"digest": "off"}).status_code == 302


def test_the_command_says_how_many_it_wrote(
    settings: Settings, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    one = scene()
    for user in (one.colleague, one.lead, one.secretariat, one.second, one.stranger):
        services.set_digest(user, digest=Digest.OFF)
    call_command("send_digests", language="en")
    assert capsys.readouterr().out == "letters sent: 1\n"
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    services.set_digest(one.stranger, digest=Digest.DAILY)
    call_command("send_digests", language="en")
    assert capsys.readouterr().out.startswith("No mail server is set")
    assert list(tmp_path.iterdir()) == []
    call_command("send_digests", "--outbox", language="ja")
    assert capsys.readouterr().out == "送信したメール：1件\n"
    assert len(list(tmp_path.iterdir())) == 1
