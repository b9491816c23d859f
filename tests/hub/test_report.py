"""The status report on the site: made by a command, served as it is, never by a visitor."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from docx import Document
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries, Settings

from kyoso.hub.portal import reports
from kyoso.hub.programme import services
from kyoso.hub.programme.models import Activity, Programme
from kyoso.methods import registry

DAY = date(2026, 3, 1)

Make = Callable[[], reports.Made]


@pytest.fixture
def make(loaded: None, settings: Settings, tmp_path: Path) -> Make:
    """Makes the English report of SPACE without runs, which is quick."""
    settings.KYOSO_HOME = tmp_path
    return lambda: next(reports.make(Programme.objects.get(key="space"), (), DAY))


def test_the_page_says_how_a_report_is_made_where_there_is_none(make: Make, client: Client) -> None:
    for language in ("en", "ja"):
        answer = client.get(f"/{language}/report/")
        assert answer.status_code == 200
        assert "kyoso manage make_report" in answer.content.decode()
    assert client.get("/en/report/space.pdf").status_code == 404


def test_the_page_shows_the_report_within_the_site(make: Make, client: Client) -> None:
    make()
    page = client.get("/en/report/").content.decode()
    assert page.count("<h1>") == 1
    assert "As of 1 March 2026" in page
    assert "Harmonised GHG MRV through PaSTI" in page
    assert 'href="/en/report/space.pdf"' in page
    report = page.split('<div class="report">')[1]
    assert "style=" not in report


def test_the_report_can_be_taken_along_as_pdf_and_word(make: Make, client: Client) -> None:
    made = make()
    pdf = client.get("/en/report/space.pdf")
    name = "kyoso-status-space-en-2026-03-01.pdf"
    assert pdf.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert pdf.headers["Content-Type"] == "application/pdf"
    content = io.BytesIO(b"".join(pdf.streaming_content))
    assert made.title in " ".join(PdfReader(content).pages[0].extract_text().split())
    word = client.get("/en/report/space.docx")
    document = Document(io.BytesIO(b"".join(word.streaming_content)))
    assert made.title in [paragraph.text for paragraph in document.paragraphs]


@pytest.mark.parametrize("address", ["space.html", "space.zip", "none.pdf", "clean-asia.pdf"])
def test_nothing_else_can_be_fetched(make: Make, client: Client, address: str) -> None:
    make()
    assert client.get(f"/en/report/{address}").status_code == 404


def test_visitors_set_nothing_off(make: Make, client: Client, tmp_path: Path) -> None:
    client.get("/en/report/")
    client.get("/en/report/space.pdf")
    assert list(tmp_path.iterdir()) == []


def test_the_answers_of_members_are_counted_and_those_of_samples_are_not(make: Make) -> None:
    assert "not reported" in make().fragment.split("1-1-2")[1].split("</tr>")[0]
    activity = Activity.objects.get(programme__key="space", key="1-1-2")
    for member, level in {"LAO": "lead", "THA": "participate", "VNM": "not_now"}.items():
        services.record_stance(activity=activity, member=member, level=level)
    assert '<td class="number">2</td>' in make().fragment.split("1-1-2")[1].split("</tr>")[0]


def test_a_report_that_is_behind_the_data_says_so(make: Make, client: Client) -> None:
    make()
    assert "have changed since" not in client.get("/en/report/").content.decode()
    activity = Activity.objects.get(programme__key="space", key="1-1-2")
    services.record_stance(activity=activity, member="LAO", level="lead")
    assert "have changed since" in client.get("/en/report/").content.decode()


def test_a_new_report_takes_the_place_of_the_last_and_leaves_the_one_before(make: Make) -> None:
    folders = [Path(make().folder) for _ in range(3)]
    assert [folder.exists() for folder in folders] == [False, True, True]
    latest = reports.latest("space", "en")
    assert latest is not None
    assert Path(latest.folder) == folders[-1]


def test_the_page_asks_a_fixed_number_of_queries(
    make: Make, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make()
    with django_assert_max_num_queries(6):
        client.get("/en/report/")


@pytest.mark.long
def test_the_command_makes_every_report_from_runs_of_the_methods(
    make: Make, client: Client
) -> None:
    said = StringIO()
    call_command("make_report", language="en", stdout=said)
    assert said.getvalue().count("\n") == 4
    for language in ("en", "ja"):
        page = client.get(f"/{language}/report/").content.decode()
        for method in registry.methods().values():
            assert method.id in page
        assert client.get(f"/{language}/report/?programme=clean-asia").status_code == 200
    assert "sample" in client.get("/en/report/").content.decode()
