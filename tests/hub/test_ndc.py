"""Targets, their tracking, and the files made of what is published, through the services."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import Settings
from tests.hub.people import person
from tests.hub.sample_world import login

from kyoso.climate.transparency import primap
from kyoso.climate.transparency.common_tables import read_workbook
from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.evidence import selectors as runs
from kyoso.hub.evidence.facilities import sample as facilities
from kyoso.hub.evidence.inventory import sample as inventories
from kyoso.hub.evidence.inventory import services as inventory
from kyoso.hub.evidence.inventory.models import Inventory
from kyoso.hub.evidence.ndc import desk, drafting, kinds, sample, selectors, services, tracking
from kyoso.hub.evidence.ndc.enums import Kind, State
from kyoso.hub.evidence.ndc.models import Statement, Tracking
from kyoso.hub.record.errors import ConflictError, NotAllowedError, WrongStateError
from kyoso.hub.record.models import Event

pytestmark = pytest.mark.django_db

MEASURE = {"name": "Cooling act", "status": "planned"}


@pytest.fixture(autouse=True)
def people(settings: Settings, tmp_path: Path) -> None:
    """The sample logins, and a place for files."""
    settings.KYOSO_HOME = tmp_path
    accounts.load_sample_users(password="sample-only-2025")


def stated(kind: str, content: dict[str, str], country: str = "XAA") -> Statement:
    return services.write(actor=login("ministry-a"), country=country, kind=kind, content=content)


def published(kind: str, content: dict[str, str]) -> Statement:
    one = stated(kind, content)
    one = services.submit(one, actor=login("ministry-a"), expected=one.version)
    return services.publish(one, actor=login("focal-a"), expected=one.version)


TARGET = {
    "target": "Power", "kind": "fixed-level", "indicator": "Share", "unit": "%",
    "direction": "increase", "level": "30", "target_year": "2030", "cooperation": "no",
}  # fmt: skip


def value(year: int, amount: str) -> dict[str, str]:
    return {"indicator": "Share", "year": str(year), "value": amount, "unit": "%"}


# --- writing and publishing ---------------------------------------------------------------


def test_people_of_the_country_write_and_nobody_else_does() -> None:
    assert stated(Kind.MEASURE, MEASURE).state == State.DRAFT
    for role, country in (
        (Role.FOCAL_POINT, "XAB"),
        (Role.SECRETARIAT, ""),
        (Role.OPERATOR, "XAA"),
        (Role.AUDITOR, ""),
    ):
        with pytest.raises(NotAllowedError):
            services.write(
                actor=person(role, country=country),
                country="XAA",
                kind=Kind.MEASURE,
                content=MEASURE | {"name": f"of {role}"},
            )


def test_the_author_does_not_publish_and_another_person_of_the_country_does() -> None:
    one = stated(Kind.MEASURE, MEASURE)
    one = services.submit(one, actor=login("ministry-a"), expected=one.version)
    for actor in (login("ministry-a"), login("focal-b"), login("secretariat")):
        with pytest.raises(NotAllowedError):
            services.publish(one, actor=actor, expected=one.version)
    one = services.publish(one, actor=login("focal-a"), expected=one.version)
    assert one.state == State.PUBLISHED
    events = Event.objects.count()
    assert services.publish(one, actor=login("focal-a"), expected=1).state == State.PUBLISHED
    assert Event.objects.count() == events


def test_a_draft_is_not_published_and_a_stale_version_is_a_conflict() -> None:
    one = stated(Kind.MEASURE, MEASURE)
    with pytest.raises(WrongStateError):
        services.publish(one, actor=login("focal-a"), expected=one.version)
    services.rewrite(
        one, actor=login("ministry-a"), expected=one.version, content=MEASURE | {"gases": "CO2"}
    )
    with pytest.raises(ConflictError):
        services.rewrite(
            one, actor=login("ministry-a"), expected=1, content=MEASURE | {"gases": "CH4"}
        )


def test_a_correction_is_a_new_number_with_its_reason_and_replaces_the_old_one() -> None:
    one = published(Kind.MEASURE, MEASURE)
    with pytest.raises(ValidationError):
        services.correct(one, actor=login("ministry-a"), why=" ")
    new = services.correct(one, actor=login("ministry-a"), why="It was adopted")
    assert (new.number, new.state, new.content) == (2, State.DRAFT, one.content)
    new = services.rewrite(
        new,
        actor=login("ministry-a"),
        expected=new.version,
        content=MEASURE | {"status": "adopted"},
    )
    new = services.submit(new, actor=login("ministry-a"), expected=new.version)
    services.publish(new, actor=login("focal-a"), expected=new.version)
    one.refresh_from_db()
    assert (one.state, one.content["status"]) == (State.REPLACED, "planned")
    assert [s.number for s in selectors.published("XAA")] == [2]


def test_what_came_back_is_written_again() -> None:
    one = stated(Kind.MEASURE, MEASURE)
    one = services.submit(one, actor=login("ministry-a"), expected=one.version)
    assert [item.of.en for item in desk.items(login("focal-a"))] == [
        "Policy or measure: Cooling act"
    ]
    assert list(desk.items(login("ministry-a"))) == []
    one = services.send_back(
        one, actor=login("focal-a"), expected=one.version, reason="Which sector?"
    )
    assert [item.act.en for item in desk.items(login("ministry-a"))] == ["Change"]
    one = services.rewrite(
        one, actor=login("ministry-a"), expected=one.version, content=MEASURE | {"sector": "1A4"}
    )
    assert one.state == State.DRAFT


def test_faults_of_a_statement_are_told_by_field_all_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        kinds.checked(
            Kind.TARGET,
            {"target": "T", "kind": "wish", "unit": "", "share": "-1", "target_year": "2030.5"},
        )
    assert set(caught.value.message_dict) == {"kind", "indicator", "unit", "share", "target_year"}
    with pytest.raises(ValidationError) as caught:
        kinds.checked(Kind.VALUE, value(2024, "1") | {"year": "2024.0"})
    assert set(caught.value.message_dict) == {"year"}
    with pytest.raises(ValidationError) as caught:
        kinds.checked(Kind.VALUE, value(2024, "NaN") | {"indicator": sample.TOTAL})
    assert set(caught.value.message_dict) == {"indicator", "value"}


def test_the_same_thing_is_stated_once_and_a_form_sent_twice_makes_one() -> None:
    make = {"actor": login("ministry-a"), "country": "XAA", "kind": Kind.MEASURE}
    first = services.write(**make, content=MEASURE, once="x")
    assert services.write(**make, content=MEASURE, once="x") == first
    with pytest.raises(ValidationError):
        services.write(**make, content=MEASURE, once="y")


def test_drafts_are_the_countrys_own_affair() -> None:
    one = stated(Kind.MEASURE, MEASURE)
    for name, sees in (
        ("focal-a", True),
        ("auditor", True),
        ("focal-b", False),
        ("secretariat", False),
    ):
        assert selectors.visible_to(login(name)).filter(pk=one.pk).exists() is sees, name
        assert login(name).has_perm("ndc.view_statement", one) is sees, name
    client = Client()
    client.force_login(login("focal-b"))
    assert client.get(f"/en/statements/{one.pk}/").status_code == 404
    assert client.get("/en/ndc/XAA/").status_code == 404


# --- tracking -----------------------------------------------------------------------------


def test_published_targets_are_tracked_and_everybody_sees_the_run() -> None:
    published(Kind.TARGET, TARGET)
    assert Tracking.objects.count() == 0
    published(Kind.VALUE, value(2024, "17.4"))
    first = selectors.latest("XAA")
    assert first is not None
    found = drafting.Published.of("XAA")
    assert [(row["value"], row["gap"]) for row in found.tracked] == [(17.4, 12.6), (None, None)]
    outsider = person()
    assert runs.visible_to(outsider).filter(pk=first.run_id).exists()
    assert tracking.refresh("XAA", actor=None) == first
    published(Kind.VALUE, value(2030, "30"))
    assert drafting.Published.of("XAA").summary[0]["status"] == "achieved"
    drawn = first.drawings["Power"]
    assert set(drawn) == {"en", "ja", "en-narrow", "ja-narrow"}
    assert ">target level<" in drawn["en"]
    assert "目標水準" in drawn["ja-narrow"]


def test_what_is_withdrawn_stays_to_be_read_and_is_counted_no_more() -> None:
    target = published(Kind.TARGET, TARGET)
    wrong = published(Kind.VALUE, value(2025, "99"))
    published(Kind.VALUE, value(2024, "17.4"))
    with pytest.raises(NotAllowedError):
        services.withdraw(
            wrong, actor=login("ministry-a"), expected=wrong.version, reason="typed wrongly"
        )
    with pytest.raises(ValidationError):
        services.withdraw(wrong, actor=login("focal-a"), expected=wrong.version, reason="")
    path = f"/en/statements/{wrong.pk}/"
    other = Client()
    other.force_login(login("focal-a"))
    sent = {"act": "withdraw", "version": wrong.version, "reason": "typed wrongly"}
    assert other.post(path, sent).status_code == 302
    assert [r["year"] for r in drafting.Published.of("XAA").tracked] == [2024, 2030]
    assert "typed wrongly" in Client().get(path).content.decode()
    again = services.correct(wrong, actor=login("ministry-a"), why="measured anew")
    assert (again.number, again.state) == (2, State.DRAFT)
    services.withdraw(target, actor=login("focal-a"), expected=target.version, reason="renewed")
    found = drafting.Published.of("XAA")
    assert (found.summary, found.tracked) == ([], [])


def test_an_intensity_shows_its_emissions_and_its_activity_with_their_sources() -> None:
    emissions = published(
        Kind.VALUE,
        {"indicator": "Emissions", "year": "2022", "value": "1000", "unit": "kt CO2e",
         "source": "Energy statistics"},
    )  # fmt: skip
    output = published(
        Kind.VALUE,
        {"indicator": "GDP", "year": "2022", "value": "500", "unit": "million USD",
         "source": "National accounts"},
    )  # fmt: skip
    intensity = {"target": "Intensity", "kind": "intensity", "indicator": "Emissions",
                 "unit": "t CO2e / million USD", "denominator": "GDP", "reference_year": "2022",
                 "share": "20", "first_year": "2022", "target_year": "2030", "cooperation": "no"}  # fmt: skip
    published(Kind.TARGET, intensity)
    found = drafting.Published.of("XAA")
    assert [(r["year"], r["value"]) for r in found.tracked] == [(2022, 2000.0), (2030, None)]
    parts = [(one.indicator, one.value, one.source) for one in found.components("Intensity")]
    assert parts == [
        ("Emissions", 1000.0, "Energy statistics"),
        ("GDP", 500.0, "National accounts"),
    ]
    client = Client()
    for page in ("/en/ndc/XAA/", "/en/ndc/XAA/btr/"):
        text = client.get(page).content.decode()
        assert f'<a href="/en/statements/{emissions.pk}/">Energy statistics</a>' in text
        assert f'<a href="/en/statements/{output.pk}/">National accounts</a>' in text
    assert found.tracking is not None
    chain = client.get(f"/en/runs/{found.tracking.run_id}/?of=tracking&row=2").content.decode()
    assert "Values of the indicators, row 2: 1,000 Emissions<" in chain
    assert "Values of the indicators, row 3: 500 GDP<" in chain


def test_what_would_stop_the_tracking_is_not_published() -> None:
    published(Kind.TARGET, TARGET)
    wrong = value(2024, "17.4") | {"unit": "GWh"}
    one = stated(Kind.VALUE, wrong)
    one = services.submit(one, actor=login("ministry-a"), expected=one.version)
    with pytest.raises(ValidationError, match="unit: not that of the target Power"):
        services.publish(one, actor=login("focal-a"), expected=one.version)
    one.refresh_from_db()
    assert one.state == State.SUBMITTED


def test_a_trajectory_waits_for_its_levels() -> None:
    course = TARGET | {"target": "Course", "kind": "trajectory"}
    del course["level"]
    published(Kind.VALUE, value(2024, "17.4"))
    published(Kind.TARGET, course)
    assert selectors.latest("XAA") is None
    published(Kind.LEVEL, {"target": "Course", "year": "2024", "level": "16"})
    assert drafting.Published.of("XAA").summary[0]["status"] == "achieved"


@pytest.fixture
def world() -> None:
    """The sample facility, the sample inventories and the sample statements."""
    facilities.load_sample_facilities()
    inventories.load_sample_inventories()
    sample.load_sample_statements()


def test_the_whole_way_from_inventories_to_files(
    world: None, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    """One walk, for the sample region takes seconds: tracking, files, then a later inventory."""
    assert sample.load_sample_statements() == len(sample._STATED) + 2
    found = drafting.Published.of("XAA")
    totals = {one.year: Decimal(one.totals["without_lulucf"]) for one in found.inventories}
    tracked = {r["year"]: r for r in found.tracked if r["target"] == sample.EMISSIONS}
    assert tracked[2024]["value"] == pytest.approx(float(totals[2024] / 1000), rel=1e-11)
    # Averages of 0, 12.5 and 25 kt; no inventory of 2023.
    assert (tracked[2022]["adjustment"], tracked[2024]["adjustment"]) == (0.0, 12.5)
    assert 2023 not in tracked
    assert tracked[2024]["level"] == pytest.approx(float(totals[2022] * 8 / 10000), rel=1e-11)

    client = Client()
    page = client.get("/en/ndc/XAA/").content.decode()
    for words in ("Emissions 2030", "sample data", "under way", "Inventory of 2024", "indicative"):
        assert words in page
    assert "Sample methane plan" not in page
    later = Inventory.objects.get(country="XAA", year=2024)
    assert f'/en/inventories/{later.pk}/" aria-label="{tracked[2024]["value"]:,.0f}: the' in page
    assert client.get("/ja/ndc/XAA/").status_code == 200
    assert client.get("/en/ndc/").status_code == 200

    public = client.get("/en/ndc/XAA/btr/")
    page = public.content.decode()
    assert f'<a href="/en/inventories/{later.pk}/">' in page
    latest = selectors.latest("XAA")
    assert latest is not None
    run = latest.run_id
    assert f'<a href="/en/runs/{run}/?of=tracking&amp;row=' in page
    assert page.count("<figure>") == 2
    assert "/add/" not in page
    _, _, lacking = page.partition("Categories not estimated, or in part only")
    assert f'href="/en/inventories/{later.pk}/categories/3A1/"' in lacking
    assert "Goats and buffalo (the sample census counts cattle alone)" in lacking
    assert "No data on industrial wastewater yet" in lacking
    assert "Coolants of those who do not report" in lacking
    client.force_login(login("ministry-a"))
    own = client.get("/ja/ndc/XAA/btr/")
    assert own.context["missing"] == public.context["missing"]
    assert own.context["missing"] == sum(one.missing for one in own.context["chapters"])
    solar = Statement.objects.get(name="Sample feed-in of solar power")
    label = "Sample feed-in of solar power：年間削減実績、年間削減見込み"
    assert f'<a href="/ja/statements/{solar.pk}/">{label}' in own.content.decode()
    assert "年度未了" in own.content.decode()
    livestock = client.get(f"/ja/inventories/{later.pk}/categories/3A1/")
    whole = client.get(f"/ja/inventories/{later.pk}/")
    told = {
        "Goats and buffalo": ("山羊・水牛（見本の家畜センサスは牛のみ）", {own, livestock, whole}),
        "No data on industrial wastewater": ("産業排水のデータがまだない", {own, whole}),
        "Coolants of those": ("報告対象外の事業者の冷媒", {own, whole}),
        "No coal is mined": ("見本の国に炭鉱はない", set()),
        "sample livestock census": ("Tier 1、見本の家畜センサス", {livestock}),
    }
    for english, (japanese, pages) in told.items():
        for page in (own, livestock, whole):
            assert english not in page.content.decode()
            assert (japanese in page.content.decode()) == (page in pages)
    client.logout()

    answer = client.get("/en/ndc/XAA/common-tables.xlsx")
    (tmp_path / "ctf.xlsx").write_bytes(answer.content)
    sheets = read_workbook(tmp_path / "ctf.xlsx")
    assert len(sheets["summary"]) == 2
    assert {row["title"] for row in sheets["transparency_needed"]} == {
        "Sample training of inventory compilers"
    }
    rows = {(r["year"], r["category"]): r for r in sheets["inventory_summary"]}
    assert rows[2024, "4D2"]["ch4_key"] == "NE"
    assert rows[2024, "4D2"]["ch4"] is None
    assert rows[2024, "2F1"]["hfcs_key"] == "NE"
    assert rows[2024, "2F1"]["hfcs"] > 0
    assert (rows[2024, "3A1"]["ch4_key"], rows[2024, "3C7"]["ch4_key"]) == ("NE", None)
    assert "Goats and buffalo" in rows[2024, "0"]["not_estimated"]
    assert "CH4 3A1：山羊・水牛" in rows[2024, "0"]["not_estimated_ja"]

    series = primap.read(client.get("/en/ndc/XAA/primap2.csv").content.decode())
    national = next(one for one in series if one.category == primap.WITHOUT_LAND)
    assert national.values == {year: float(total) for year, total in totals.items()}
    assert b'data_file: "kyoso-inventory-XAA.csv"' in client.get("/en/ndc/XAA/primap2.yaml").content

    for spoken, missing in (("en", "not reported"), ("ja", "未報告")):
        content = client.get(f"/{spoken}/ndc/XAA/btr.docx").content
        word = docx.Document(io.BytesIO(content))
        text = "\n".join(paragraph.text for paragraph in word.paragraphs)
        assert missing in text
        links = {one.target_ref for one in word.part.rels.values() if one.is_external}
        latest = selectors.latest("XAA")
        assert latest is not None
        run = latest.run_id
        assert any(f"/{spoken}/runs/{run}/?of=tracking" in link for link in links)
        assert any(f"/{spoken}/inventories/" in link for link in links)
    assert client.get("/en/ndc/XAA/btr.odt").status_code == 404

    before = selectors.latest("XAA")
    author, other = login("focal-a"), login("ministry-a")
    with django_capture_on_commit_callbacks(execute=True):
        one = inventory.begin(actor=author, country="XAA", year=2023, sample=True)
        one = inventories.calculated(one, author, 0)
        one = inventory.submit(one, actor=author, expected=one.version)
        one = inventory.accept(one, actor=other, expected=one.version)
        inventory.publish(one, actor=other, expected=one.version)
    after = selectors.latest("XAA")
    assert after != before
    moved = {
        r["year"] for r in drafting.Published.of("XAA").tracked if r["target"] == sample.EMISSIONS
    }
    assert moved == {2022, 2023, 2024, 2030}
    assert Inventory.objects.get(year=2023).is_public


def test_a_page_asks_as_often_for_many_statements_as_for_one(
    django_assert_max_num_queries: Any,
) -> None:
    client = Client()
    client.force_login(login("ministry-a"))
    published(Kind.MEASURE, MEASURE)
    for path in ("/en/ndc/", "/en/ndc/XAA/", "/en/ndc/XAA/btr/", "/en/ndc/XAA/statements/"):
        client.get(path)
        with django_assert_max_num_queries(30) as one:
            assert client.get(path).status_code == 200
        for number in range(20):
            stated(Kind.MEASURE, MEASURE | {"name": f"{path} {number}"})
        Statement.objects.filter(name__startswith=path).update(
            state=State.PUBLISHED,
            submitted_at="2026-01-01T00:00Z",
            published_at="2026-01-01T00:00Z",
        )
        with django_assert_max_num_queries(len(one)):
            assert client.get(path).status_code == 200


# --- pages --------------------------------------------------------------------------------


def test_a_person_writes_submits_and_another_publishes_on_the_pages() -> None:
    author, other = Client(), Client()
    author.force_login(login("ministry-a"))
    other.force_login(login("focal-a"))
    assert author.get("/en/ndc/XAA/add/target/").status_code == 200
    answer = author.post("/en/ndc/XAA/add/target/", TARGET | {"target_year": "soon", "once": "a"})
    assert answer.status_code == 422
    assert "write a number" in answer.content.decode()
    answer = author.post("/en/ndc/XAA/add/target/", TARGET | {"once": "a"})
    path = answer["Location"]
    one = Statement.objects.get()
    assert "not reported" in author.get(path).content.decode()
    answer = author.post(f"{path}write/", TARGET | {"level": "31", "version": str(one.version)})
    assert answer.status_code == 302
    one.refresh_from_db()
    author.post(path, {"act": "submit", "version": one.version})
    one.refresh_from_db()
    assert author.post(path, {"act": "publish", "version": one.version}).status_code == 403
    assert Client().post(path, {"act": "publish", "version": one.version}).status_code == 404
    assert other.post(path, {"act": "publish", "version": one.version}).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.content["level"]) == (State.PUBLISHED, "31")
    assert Client().get("/en/ndc/XAA/").status_code == 200
    assert author.get(f"{path}write/").status_code == 409


def test_an_address_of_nothing_is_not_found() -> None:
    client = Client()
    for path in (
        "/en/ndc/QQQ/",
        "/en/ndc/XAA/",
        "/en/ndc/XAA/btr/",
        "/en/ndc/XAA/btr.pdf",
        "/en/ndc/XAA/primap2.csv",
    ):
        assert client.get(path).status_code == 404, path
    client.force_login(login("ministry-a"))
    assert client.get("/en/ndc/XAA/").status_code == 200
    page = client.get("/en/ndc/XAA/btr/").content.decode()
    assert '<a href="/en/ndc/XAA/add/target/">Targets</a>' in page
    assert "/btr.pdf" not in page
    assert client.get("/en/ndc/XAA/add/wish/").status_code == 404
    assert client.get("/en/ndc/XAA/btr.pdf").status_code == 404
