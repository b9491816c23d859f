"""What people write into the draft of a transparency report, and reports on adaptation beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import Settings
from tests.hub.people import person
from tests.hub.progress_sample import a_round, activity
from tests.hub.sample_world import login

from kyoso.core.text import Text
from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.evidence.ndc import kinds, linked, selectors, services
from kyoso.hub.evidence.ndc.enums import Kind
from kyoso.hub.evidence.ndc.models import Statement
from kyoso.hub.progress import rounds, writing
from kyoso.hub.progress import services as progress
from kyoso.hub.progress.enums import Part, WrittenIn
from kyoso.hub.progress.models import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

ACTIVITY = "programmes/space/2025/1-3-1/"


@pytest.fixture(autouse=True)
def people(settings: Settings, tmp_path: Path) -> None:
    """The sample logins, and a place for files."""
    settings.KYOSO_HOME = tmp_path
    accounts.load_sample_users(password="sample-only-2025")


def reported(key: str, *, published: bool = True) -> Report:
    """A report of XAA on an activity."""
    duty = rounds.require(actor=None, round=a_round(), activity=activity(key), member="XAA")
    focal = person(Role.FOCAL_POINT, country="XAA")
    report = progress.begin(duty, actor=focal)
    report = writing.write_texts(
        report,
        actor=focal,
        expected=report.version,
        written_in=WrittenIn.EN,
        texts={Part.NARRATIVE: "A plan was written."},
    )
    report = progress.submit(report, actor=focal, expected=report.version)
    lead = person(Role.ACTIVITY_LEAD, scope=f"space/{key}")
    report = progress.accept(report, actor=lead, expected=report.version)
    secretariat = person(Role.SECRETARIAT)
    if published:
        report = progress.publish(report, actor=secretariat, expected=report.version)
    return report


def written(**content: str) -> Statement:
    one = services.write(
        actor=login("ministry-a"), country="XAA", kind=Kind.SECTION, content=content
    )
    one = services.submit(one, actor=login("ministry-a"), expected=one.version)
    return services.publish(one, actor=login("focal-a"), expected=one.version)


def test_a_section_keeps_its_paragraphs_and_the_addresses_of_public_pages(
    settings: Settings,
) -> None:
    settings.KYOSO_URL = "https://kyoso.example/"
    report = reported("1-3-1")
    found = kinds.checked(
        Kind.SECTION,
        {
            "heading": "risks",
            "text_en": " Floods  rise.\r\n\r\n\r\n\r\nSo do\r\nhot days. ",
            "pages": f"https://kyoso.example/ja/{ACTIVITY}?a=1\n/en/progress/reports/{report.pk}/",
        },
    )
    assert found == {
        "heading": "risks",
        "text_en": "Floods rise.\n\nSo do\nhot days.",
        "pages": f"{ACTIVITY}\nprogress/reports/{report.pk}/",
    }
    assert linked.titles([ACTIVITY]) == {
        ACTIVITY: Text("1-3-1 Adaptation and disaster plans", "1-3-1 適応計画と防災行動計画")
    }


def test_a_section_without_text_or_with_a_page_that_not_everybody_sees_is_refused() -> None:
    accepted = reported("1-3-1", published=False)
    for page in (f"/en/progress/reports/{accepted.pk}/", "/en/ndc/", "https://example.org/"):
        with pytest.raises(ValidationError) as caught:
            kinds.checked(Kind.SECTION, {"heading": "risks", "text_ja": "洪水。", "pages": page})
        assert set(caught.value.message_dict) == {"pages"}
    with pytest.raises(ValidationError) as caught:
        kinds.checked(Kind.SECTION, {"heading": "weather"})
    assert set(caught.value.message_dict) == {"heading", "text_en"}


def test_the_draft_holds_what_was_written_and_approved_and_the_reports_on_adaptation() -> None:
    adaptation, elsewhere = reported("1-3-5"), reported("1-1-2")
    assert [one.pk for one in selectors.adaptation_reports("XAA")] == [adaptation.pk]
    assert not selectors.adaptation_reports("XAB").exists()
    own, public = Client(), Client()
    own.force_login(login("ministry-a"))
    ask = "/en/ndc/XAA/add/section/?heading=risks"
    page = own.get("/en/ndc/XAA/btr/")
    before = page.context["missing"]
    assert f'<a href="{ask}">Impacts, risks and vulnerabilities</a>' in page.content.decode()
    assert '<option value="risks" selected>' in own.get(ask).content.decode()
    one = written(
        heading="risks", text_en="Floods rise.\n\nSo do hot days.", pages=ACTIVITY, sources="Atlas"
    )
    for spoken, title, source in (
        ("en", "1-3-1 Adaptation and disaster plans", "Source: Atlas"),
        ("ja", "1-3-1 適応計画と防災行動計画", "出典：Atlas"),
    ):
        answer = public.get(f"/{spoken}/ndc/XAA/btr/")
        page = answer.content.decode()
        assert answer.context["missing"] == before - 1
        assert "Floods rise.</" in page
        assert f'<a href="/{spoken}/{ACTIVITY}">{title}</a>' in page
        assert f"<li>{source}</li>" in page
        assert f'<a href="/{spoken}/statements/{one.pk}/"><span class="soft">' in page
        assert f'<a href="/{spoken}/progress/reports/{adaptation.pk}/">' in page
        assert str(elsewhere.pk) not in page
    page = public.get(f"/en/statements/{one.pk}/").content.decode()
    assert "<h1>Impacts, risks and vulnerabilities</h1>" in page
    assert "decision 18/CMA.1, annex, chapter IV.B · two sources" in page
    assert "Floods rise.<br><br>So do hot days." in page
    assert f'<a href="/en/{ACTIVITY}">1-3-1' in page


def test_sections_with_pages_ask_no_more_for_many_than_for_one(
    django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client = Client()
    reported("1-3-3")
    written(heading="risks", text_en="Floods.", pages=ACTIVITY)
    client.get("/en/ndc/XAA/btr/")
    with django_assert_max_num_queries(30) as first:
        client.get("/en/ndc/XAA/btr/")
    for heading in ("priorities", "plans", "cooperation"):
        written(
            heading=heading, text_ja="洪水。", pages=f"{ACTIVITY}\nprogrammes/space/2025/1-3-2/"
        )
    with django_assert_num_queries(len(first)):
        client.get("/en/ndc/XAA/btr/")
