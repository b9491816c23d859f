"""The workbench: a run from the form to its downloads, with the real worker and real files."""

from __future__ import annotations

import io
import json
import re
import uuid
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from tests.hub.progress_sample import number, scene

from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import services, store
from kyoso.hub.evidence.enums import State
from kyoso.hub.evidence.models import Run, RunInput
from kyoso.hub.programme import services as programme
from kyoso.hub.progress import models as progress_models
from kyoso.hub.progress import services as progress
from kyoso.hub.progress import writing
from kyoso.methods import registry, running
from kyoso.publishing import results

FACILITY = registry.get("climate.transparency.facility-emissions")
PAGE = f"/en/methods/{FACILITY.id}/"
HEADER = "facility,country,year,category,source,quantity,unit\n"
# Natural gas: 56,100 kg CO2/TJ (2006 IPCC Guidelines, Volume 2, Table 2.2). By hand:
# 100 TJ → 5,610 t; 5,000 GJ = 5 TJ → 280.5 t.
MIXED = HEADER + "A,XAA,2023,1A1a,natural gas,100,TJ\nB,XAA,2023,1A1a,Natural Gas,5000,GJ\n"
WRONG = HEADER + "A,XXA,2023,1A1a,natural gas,-1,TJ\n,XAA,20x3,1A1a,natural gaz,1,parsec\n"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Settings) -> Path:
    settings.KYOSO_HOME = tmp_path
    return tmp_path


def user(name: str = "one") -> User:
    return User.objects.create_user(f"{name}@site.example", "long-enough-19", display_name=name)


@pytest.fixture
def client() -> Client:
    return signed_in("one")


def signed_in(name: str) -> Client:
    browser = Client()
    browser.force_login(user(name))
    return browser


def upload(text: str, name: str = "activity.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def send(client: Client, **fields: Any) -> Run:
    """Send the form; the run that it started."""
    answer = client.post(PAGE, {"run": "1"} | fields)
    assert answer.status_code == 302, answer.content.decode()
    return Run.objects.get(pk=uuid.UUID(answer.url.rstrip("/").split("/")[-1]))


def work() -> None:
    """The worker, until nothing waits."""
    call_command("db_worker", batch=True, verbosity=0, interval=0, startup_delay=False)


def finished(client: Client, **fields: Any) -> Run:
    run = send(client, **fields)
    work()
    run.refresh_from_db()
    return run


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def bytes_of(client: Client, address: str) -> bytes:
    with closing(client.get(address)) as answer:
        assert answer.status_code == 200
        return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def status_of(client: Client, address: str) -> int:
    with closing(client.get(address)) as answer:
        return int(answer.status_code)


# --- from the form to the result ----------------------------------------------------------


def test_a_run_waits_with_its_progress_and_then_shows_its_result(client: Client) -> None:
    run = send(client, example="1")
    waiting = text_of(client, f"/en/runs/{run.pk}/")
    assert "About to begin" in waiting
    assert f'hx-get="/en/runs/{run.pk}/state/"' in waiting
    assert '<noscript><meta http-equiv="refresh"' in waiting
    assert "HX-Refresh" not in client.get(f"/en/runs/{run.pk}/state/").headers
    work()
    assert client.get(f"/en/runs/{run.pk}/state/").headers["HX-Refresh"] == "true"
    for language, heading in (("en", "Where this number comes from"), ("ja", "この数値の来歴")):
        page = text_of(client, f"/{language}/runs/{run.pk}/")
        assert heading in page
        assert page.count("<svg") >= len(FACILITY.figures)


def test_mixed_units_give_the_tonnes_worked_out_by_hand(client: Client) -> None:
    run = finished(client, **{"table-activity": upload(MIXED)})
    lines = pq.read_table(store.tables_of(run.pk)["emissions"]).to_pylist()
    mass = {row["facility"]: row["mass"] for row in lines if row["gas"] == "CO2"}
    assert mass == {"A": pytest.approx(5610), "B": pytest.approx(280.5)}


def test_downloads_are_what_the_command_line_writes(client: Client, tmp_path: Path) -> None:
    run = finished(client, **{"table-activity": upload(MIXED)})
    file = tmp_path / "activity.csv"
    file.write_text(MIXED)
    with running.running(FACILITY, {"activity": file}) as result:
        results.write(result, tmp_path / "cli")
        results.write(result, tmp_path / "cli", form="parquet")
    with zipfile.ZipFile(io.BytesIO(bytes_of(client, f"/en/runs/{run.pk}/all.zip"))) as archive:
        assert sorted(archive.namelist()) == sorted(
            path.relative_to(tmp_path / "cli").as_posix()
            for path in (tmp_path / "cli").rglob("*")
            if path.is_file() and path.suffix != ".parquet"
        )
        for name in ("totals.csv", "emissions.csv", "figures/totals.svg"):
            assert archive.read(name) == (tmp_path / "cli" / name).read_bytes()
        record = json.loads(archive.read("result.json"))
    expected = json.loads((tmp_path / "cli" / "result.json").read_text())
    del record["provenance"]["time"], expected["provenance"]["time"]
    assert record == expected
    for form in ("csv", "parquet"):
        name = f"totals.{form}"
        taken = bytes_of(client, f"/en/runs/{run.pk}/tables/{name}")
        assert taken == (tmp_path / "cli" / name).read_bytes()
    assert bytes_of(client, f"/en/runs/{run.pk}/inputs/activity") == MIXED.encode()


def test_the_workbook_of_a_table_holds_its_numbers(client: Client) -> None:
    run = finished(client, **{"table-activity": upload(MIXED)})
    book = openpyxl.load_workbook(
        io.BytesIO(bytes_of(client, f"/en/runs/{run.pk}/tables/totals.xlsx"))
    )
    header, row = list(book["totals"].values)
    totals = pq.read_table(store.tables_of(run.pk)["totals"]).to_pylist()[0]
    assert row[header.index("co2e [t]")] == totals["co2e"]
    assert row[header.index("lower [t]")] is None


def test_a_number_leads_to_the_rows_of_the_file(client: Client) -> None:
    run = finished(client, **{"table-activity": upload(MIXED)})
    page = text_of(client, f"/en/runs/{run.pk}/?of=totals&row=2")
    chain = re.findall(r'<span class="link">(.*?)</span>', page, re.DOTALL)
    assert any("rows 2, 3" in link for link in chain)
    assert any(link.startswith("activity.csv, SHA-256") for link in chain)
    text_of(client, f"/en/runs/{run.pk}/?of=totals&row=99", status=404)
    text_of(client, f"/en/runs/{run.pk}/?of=nothing&row=2", status=404)


def test_a_run_of_an_earlier_version_shows_what_it_holds(client: Client) -> None:
    """A version that came later may declare a column, a table and a figure that were not there."""
    run = finished(client, **{"table-activity": upload(MIXED)})
    place = store.folder_of(run.pk)
    file = place / "tables" / "emissions.parquet"
    pq.write_table(pq.read_table(file).drop_columns(["uncertainty"]), file)
    (place / "tables" / "totals.parquet").unlink()
    for picture in place.glob("figures/*/totals.*"):
        picture.unlink()
    for language in ("en", "ja"):
        page = text_of(client, f"/{language}/runs/{run.pk}/?of=emissions&row=2")
        assert "5,610" in page
        assert "5,610" in text_of(client, f"/{language}/runs/{run.pk}/tables/emissions/")
    text_of(client, f"/en/runs/{run.pk}/tables/totals/", status=404)
    assert status_of(client, f"/en/runs/{run.pk}/figures/totals.svg") == 404
    assert bytes_of(client, f"/en/runs/{run.pk}/all.zip")


def test_running_again_keeps_the_file_and_takes_another_parameter(client: Client) -> None:
    first = finished(client, **{"table-activity": upload(MIXED)})
    page = text_of(client, f"{PAGE}?again={first.pk}")
    assert "Use activity.csv again" in page
    answer = client.post(
        f"{PAGE}?again={first.pk}", {"keep-activity": "on", "parameter-gwp": "AR6"}
    )
    second = Run.objects.get(pk=uuid.UUID(answer.url.rstrip("/").split("/")[-1]))
    work()
    second.refresh_from_db()
    assert (second.state, second.repeats) == (State.DONE, first)
    assert second.parameters == {"gwp": "AR6"}
    assert first.inputs.get().sha256 == second.inputs.get().sha256


# --- what is refused ----------------------------------------------------------------------


def test_every_fault_of_a_file_is_listed_with_its_place_and_remedy(client: Client) -> None:
    run = finished(client, **{"table-activity": upload(WRONG)})
    assert run.state == State.REFUSED
    page = text_of(client, f"/en/runs/{run.pk}/")
    places = re.findall(r'<span class="place">(.*?)</span>', page)
    assert (
        places
        == [
            "activity, row 2, column country",
            "activity, row 2, column quantity",
            "activity, row 3, column facility",
            "activity, row 3, column source",
            "activity, row 3, column unit",
            "activity, row 3, column year",
        ]
        or len(places) == run.problem_count
    )
    assert "did you mean Natural Gas?" in page
    assert "3行目" in text_of(client, f"/ja/runs/{run.pk}/")
    assert not store.folder_of(run.pk).exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "choose a file, or run on the example"),
        ({"table-activity": upload("x", "activity.pdf")}, "activity.pdf is of a kind"),
        ({"example": "1", "parameter-gwp": "AR7"}, "one of AR4, AR5, AR6"),
    ],
)
def test_a_form_that_is_off_starts_nothing(
    client: Client, fields: dict[str, Any], said: str
) -> None:
    answer = client.post(PAGE, {"run": "1"} | fields)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Run.objects.exists()


def test_a_sixth_run_must_wait_for_the_others(client: Client, settings: Settings) -> None:
    for _ in range(settings.KYOSO_RUNS_WAITING):
        send(client, example="1")
    answer = client.post(PAGE, {"example": "1"})
    assert answer.status_code == 422
    assert "5 of your runs are still waiting" in answer.content.decode()
    assert Run.objects.count() == 5


def test_more_than_a_user_may_send_is_refused_before_it_is_read(
    client: Client, settings: Settings
) -> None:
    settings.KYOSO_UPLOAD = 1000
    answer = client.post(PAGE, {"table-activity": upload(MIXED * 2000)})
    assert answer.status_code == 413
    assert not Run.objects.exists()


def test_a_file_name_cannot_leave_its_folder(client: Client) -> None:
    run = finished(client, **{"table-activity": upload(MIXED, "..\\..\\evil.csv")})
    assert run.state == State.DONE
    assert run.inputs.get().name == "evil.csv"


# --- who may see what ---------------------------------------------------------------------


def test_only_its_owner_can_open_a_run(client: Client) -> None:
    run = finished(client, **{"table-activity": upload(MIXED)})
    addresses = [
        "",
        "state/",
        "delete/",
        "tables/totals/",
        "tables/totals.csv",
        "figures/totals.svg",
        "inputs/activity",
        "result.json",
        "all.zip",
    ]
    other = signed_in("two")
    for address in addresses:
        assert status_of(client, f"/en/runs/{run.pk}/{address}") == 200
        assert status_of(other, f"/en/runs/{run.pk}/{address}") == 404
        asked_to_sign_in = address == "delete/"
        expected = 302 if asked_to_sign_in else 404
        assert status_of(Client(), f"/en/runs/{run.pk}/{address}") == expected
    assert f"{run.label}" in text_of(client, "/en/runs/")
    assert f"{run.pk}" not in text_of(other, "/en/runs/")
    assert "Use activity.csv again" not in text_of(other, f"{PAGE}?again={run.pk}")
    answer = other.post(f"{PAGE}?again={run.pk}", {"keep-activity": "on"})
    assert answer.status_code == 422


@pytest.mark.once_a_day
def test_sample_runs_are_open_to_all_marked_and_made_once() -> None:
    made = services.make_samples()
    assert [run.pk for run in services.make_samples()] == [run.pk for run in made]
    assert {run.method for run in made} == set(registry.methods())
    for run in made:
        page = text_of(Client(), f"/en/runs/{run.pk}/")
        assert "sample data" in page
        assert "Delete this run" not in page
    # Whoever is not signed in is asked to, and starts nothing.
    assert Client().post(PAGE, {"example": "1"}).url.startswith("/en/sign-in/")
    assert Run.objects.count() == len(made)


# --- crashes, repeats, the end ------------------------------------------------------------


def test_executing_a_run_twice_has_no_second_effect(client: Client) -> None:
    run = finished(client, example="1")
    services.execute(run.pk)
    again = Run.objects.get(pk=run.pk)
    assert (again.attempts, again.finished_at) == (1, run.finished_at)


def test_what_a_dead_worker_left_is_run_again_and_given_up_the_second_time(client: Client) -> None:
    run = send(client, example="1")
    Run.objects.filter(pk=run.pk).update(state=State.RUNNING, attempts=1)
    assert services.recover() == 1
    work()
    run.refresh_from_db()
    assert (run.state, run.attempts) == (State.DONE, 2)
    Run.objects.filter(pk=run.pk).update(state=State.RUNNING)
    assert services.recover() == 0
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert "not a fault of your file" in text_of(client, f"/en/runs/{run.pk}/")


def test_a_fault_of_ours_is_said_to_be_ours(client: Client, home: Path) -> None:
    run = send(client, example="1")
    (home / "evidence" / "runs").write_text("a file where the folder should be")
    work()
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert str(run.pk) in text_of(client, f"/en/runs/{run.pk}/")


def test_deleting_asks_first_and_spares_files_that_another_run_reads(client: Client) -> None:
    one = finished(client, **{"table-activity": upload(MIXED)})
    two = finished(client, **{"table-activity": upload(MIXED)})
    content = store.content_of(one.inputs.get().sha256)
    assert "cannot be undone" in text_of(client, f"/en/runs/{one.pk}/delete/")
    for run, left in ((one, True), (two, False)):
        assert client.post(f"/en/runs/{run.pk}/delete/").status_code == 302
        assert content.exists() is left
        assert not store.folder_of(run.pk).exists()
    assert not RunInput.objects.exists()


# --- pages --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_catalogue_and_every_method_have_a_page(language: str) -> None:
    programme.load_catalogue()
    visitor = Client()
    catalogue = text_of(visitor, f"/{language}/methods/")
    for method in registry.methods().values():
        assert f"/{language}/methods/{method.id}/" in catalogue
        page = text_of(visitor, f"/{language}/methods/{method.id}/")
        assert "<math" in page
        for table in (*method.inputs, *method.outputs):
            assert all(f"<code>{name}</code>" in page for name in table.names)
        data = visitor.get(f"/{language}/methods/{method.id}/declaration.json").json()
        assert data == json.loads(json.dumps(method.as_dict()))
    text_of(visitor, f"/{language}/methods/no.such.method/", status=404)


def test_the_template_is_in_the_language_of_the_page() -> None:
    for language, sheet in (("en", "Read me"), ("ja", "はじめに")):
        content = bytes_of(Client(), f"/{language}/methods/{FACILITY.id}/template.xlsx")
        assert sheet in openpyxl.load_workbook(io.BytesIO(content)).sheetnames


def test_a_long_table_is_read_page_by_page(client: Client) -> None:
    lines = "".join(f"F{n:03},XAA,2023,1A1a,natural gas,{n},TJ\n" for n in range(120))
    run = finished(client, **{"table-activity": upload(HEADER + lines)})
    address = f"/en/runs/{run.pk}/tables/emissions/"
    assert "Rows 1 to 100 of 360." in text_of(client, address)
    last = text_of(client, f"{address}?page=4")
    assert "Rows 301 to 360 of 360." in last
    assert "F119" in last
    text_of(client, f"{address}?page=5", status=404)


def test_pages_of_runs_ask_no_query_per_row(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def asked(address: str, most: int) -> None:
        with django_assert_max_num_queries(most):
            text_of(client, address)

    run = finished(client, example="1")
    for _ in range(5):
        Run.objects.create(
            owner=run.owner, method=run.method, version=run.version, state=State.REFUSED
        )
    asked("/en/runs/", 8)
    asked(f"/en/runs/{run.pk}/", 8)
    asked("/en/methods/", 8)


# --- what a published report rests on -----------------------------------------------------


def test_a_run_that_a_published_report_rests_on_is_open_but_what_was_sent_is_not() -> None:
    programme.load_catalogue()
    one = scene()
    author, stranger = Client(), Client()
    author.force_login(one.focal)
    run = finished(author, **{"table-activity": upload(MIXED)})
    report = one.draft()
    report = writing.write_values(
        report,
        actor=one.focal,
        expected=report.version,
        answers=[number("3", run=run, run_table="totals", run_row=2)],
    )
    report = progress.submit(report, actor=one.focal, expected=report.version)
    assert status_of(stranger, f"/en/runs/{run.pk}/") == 404
    report = progress.accept(report, actor=one.lead, expected=report.version)
    progress.publish(report, actor=one.secretariat, expected=report.version)
    page = text_of(stranger, f"/en/runs/{run.pk}/")
    assert "Where this number comes from" in page
    assert "natural gas" not in page.lower().split("record")[-1]
    assert status_of(stranger, f"/en/runs/{run.pk}/tables/totals.csv") == 200
    assert status_of(stranger, f"/en/runs/{run.pk}/inputs/activity") == 404
    assert status_of(stranger, f"/api/v1/runs/{run.pk}/tables/totals") == 200
    assert status_of(stranger, f"/api/v1/runs/{run.pk}/tables/activity") == 404
    # Evidence is kept: its author cannot delete it any more.
    assert author.post(f"/en/runs/{run.pk}/delete/").status_code == 409
    assert store.folder_of(run.pk).exists()


def test_a_content_that_another_app_holds_outlives_the_run(client: Client) -> None:
    run = finished(client, **{"table-activity": upload(MIXED)})
    held = run.inputs.get().sha256
    programme.load_catalogue()
    report = scene().draft()
    progress_models.Document.objects.create(report=report, name="a.csv", sha256=held, size=1)
    client.post(f"/en/runs/{run.pk}/delete/")
    assert store.content_of(held).exists()
