"""What an organisation and a person can take away, and the log as data."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from tests.hub.people import organisation, person
from tests.hub.progress_sample import a_round, activity
from tests.hub.test_projects import begin
from typer.testing import CliRunner

from kyoso.core.text import same
from kyoso.hub.accounts import exporting, services
from kyoso.hub.accounts.enums import OrganisationKind, Role
from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.progress import rounds, writing
from kyoso.hub.progress import services as progress
from kyoso.hub.progress.enums import Part, WrittenIn
from kyoso.hub.projects import services as projects
from kyoso.hub.projects.enums import PartnerRole
from kyoso.hub.projects.models import Finance, Partner
from kyoso.hub.record.services import change

pytestmark = pytest.mark.django_db


def taken(user: User, address: str) -> zipfile.ZipFile:
    client = Client()
    client.force_login(user)
    answer = client.get(address)
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def made_of(one: Organisation) -> zipfile.ZipFile:
    with exporting.of_organisation(one) as stream:
        return zipfile.ZipFile(io.BytesIO(stream.read()))


def data(archive: zipfile.ZipFile, name: str) -> Any:
    return json.loads(archive.read(f"data/{name}.json"))


def log(archive: zipfile.ZipFile) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read("log.jsonl").splitlines()]


def test_an_organisation_takes_its_own_and_nothing_of_others() -> None:
    ours, theirs = organisation("Ours"), organisation("Theirs", country="XAB")
    focal = person(Role.FOCAL_POINT, country="XAA", of=ours, name="mine")
    person(Role.FOCAL_POINT, country="XAB", of=theirs, name="notmine")
    change(ours, actor=focal, act="accounts.organisation_changed", expected=None, abbreviation="O")
    archive = taken(focal, f"/en/organisations/{ours.pk}/data.zip")
    assert [one["id"] for one in data(archive, "accounts.organisation")] == [ours.pk]
    assert [one["user"] for one in data(archive, "accounts.membership")] == [focal.pk]
    assert {(one["kind"], one["key"]) for one in log(archive)} == {
        ("accounts.organisation", str(ours.pk)),
        ("accounts.membership", str(focal.memberships.get().pk)),
    }
    assert json.loads(archive.read("about.json"))["rows"] == {
        "accounts.membership": 1,
        "accounts.organisation": 1,
    }
    everything = b"".join(archive.read(one) for one in archive.namelist())
    assert b"Theirs" not in everything


@pytest.mark.usefixtures("catalogue")
def test_an_organisation_takes_its_own_drafts_and_those_of_another_stay_out() -> None:
    ours, theirs = organisation("Ours"), organisation("Theirs", country="XAB")
    mine, stranger = (person(Role.IMPLEMENTING_AGENCY, of=one) for one in (ours, theirs))
    word = "Zyxwvut"
    draft = begin(actor=mine, lead=ours, countries=["XAA"], title=same(word))
    for role in (PartnerRole.FUNDER, PartnerRole.PARTNER):
        projects.add_part(Partner(project=draft, organisation=theirs, role=role), actor=mine)
    projects.add_part(
        Finance(
            project=draft, kind="budget", instrument="grant", sector="public", currency="USD",
            amount=10, date=date(2026, 4, 1), source=theirs, reference=word,
        ),
        actor=mine,
    )  # fmt: skip
    owed = rounds.require(
        actor=None, round=a_round(), activity=activity(), member="XAA", organisation=ours
    )
    report = progress.begin(owed, actor=mine)
    writing.write_texts(
        report, actor=mine, expected=report.version, written_in=WrittenIn.EN,
        texts={Part.NARRATIVE: word},
    )  # fmt: skip
    own = taken(mine, f"/en/organisations/{ours.pk}/data.zip")
    assert [one["title"]["en"] for one in data(own, "projects.project")] == [word]
    assert [one["narrative"] for one in data(own, "progress.report")] == [word]
    other = taken(stranger, f"/en/organisations/{theirs.pk}/data.zip")
    everything = b"".join(other.read(one) for one in other.namelist()).decode()
    for hidden in (word, str(draft.pk), str(report.pk), str(owed.pk)):
        assert hidden not in everything


def test_no_export_holds_what_opens_an_account() -> None:
    secretary, ours = person(Role.SECRETARIAT), organisation()
    invitation, _ = services.invite(
        actor=secretary, email="new@site.example", display_name="New", language="en",
        organisation=ours, role=Role.OPERATOR,
    )  # fmt: skip
    for archive in (
        made_of(ours),
        taken(secretary, "/en/account/own-data.zip"),
    ):
        rows = "".join(
            archive.read(one).decode() for one in archive.namelist() if one.startswith("data/")
        )
        assert "new@site.example" in rows
        assert invitation.secret not in rows
        assert secretary.password not in rows


def test_a_person_takes_their_profile_their_roles_and_their_acts() -> None:
    one = person(Role.OPERATOR, name="one")
    services.set_profile(one, actor=one, display_name="Uno", language="ja")
    archive = taken(one, "/en/account/own-data.zip")
    [profile] = data(archive, "accounts.user")
    assert (profile["display_name"], profile["email"]) == ("Uno", "one@site.example")
    assert "password" not in profile
    assert [event["act"] for event in log(archive)] == ["accounts.profile_set"]


def test_no_cell_of_an_export_is_taken_for_a_formula() -> None:
    risky = services.add_organisation(
        actor=None, name=same("x"), abbreviation="=1+1", kind=OrganisationKind.CITY
    )
    archive = made_of(risky)
    assert "'=1+1" in archive.read("data/accounts.organisation.csv").decode()
    assert data(archive, "accounts.organisation")[0]["abbreviation"] == "=1+1"


def test_the_command_writes_the_same_archive(tmp_path: Path) -> None:
    ours = organisation("Ours")
    call_command("export_organisation", str(ours.pk), str(tmp_path / "o.zip"), language="en")
    with zipfile.ZipFile(tmp_path / "o.zip") as archive:
        assert [one["id"] for one in data(archive, "accounts.organisation")] == [ours.pk]


# --- the log ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_exported_log_can_be_checked_without_kyoso(tmp_path: Path) -> None:
    """The rule of the chain, as the command's help words it, with the standard library alone."""
    from kyoso.cli.audit import group

    for name in ("a", "b", "省"):
        organisation(name)
    lines = CliRunner().invoke(group, ["export"]).stdout.splitlines()
    assert len(lines) == 3
    before = "0" * 64
    for line in lines:
        entry = json.loads(line)
        found = entry.pop("hash")
        written = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        before = hashlib.sha256(before.encode() + written.encode()).hexdigest()
        assert found == before


@pytest.mark.django_db(transaction=True)
def test_verifying_ends_with_one_where_the_log_was_changed() -> None:
    from django.db import connection

    from kyoso.cli.audit import group

    organisation("a")
    whole = CliRunner().invoke(group, ["verify"], env={"KYOSO_LANGUAGE": "en"})
    assert (whole.exit_code, whole.stdout) == (0, "1 entries, the chain is whole\n")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE record_event SET act = 'forged' WHERE number = 1")
    found = CliRunner().invoke(group, ["verify", "--json"])
    assert (found.exit_code, json.loads(found.stdout)) == (
        1,
        {"entries": 1, "faults": [{"number": 1, "fault": "changed"}]},
    )
