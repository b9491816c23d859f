"""The workbook of answers: out filled in, back checked, nothing half-imported."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from tests.hub import people

from kyoso.core.text import LANGUAGES, Language
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.programme import selectors as programme
from kyoso.hub.programme.enums import Level
from kyoso.hub.programme.models import Activity, ActivityText, Edition, Participation
from kyoso.hub.programme.participation import returned, selectors, services, workbook
from kyoso.hub.programme.participation.answers import NO_REPLY, RANKED, Answer, faults, tidy
from kyoso.hub.programme.participation.enums import ReasonKind
from kyoso.hub.programme.participation.forms import Form
from kyoso.hub.programme.participation.services import Cell
from kyoso.hub.programme.selectors import Member
from kyoso.hub.record import selectors as record
from kyoso.hub.record.models import Event

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("catalogue")]

BOOK = "/en/participation/space/members/LAO/workbook/"
APPLY = f"{BOOK}apply/"
FILE = f"{BOOK}answers.xlsx"


@pytest.fixture
def focal() -> User:
    return people.person(Role.FOCAL_POINT, country="LAO", name="focal")


@pytest.fixture
def client(focal: User) -> Client:
    return signed_in(focal)


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def answered(actor: User | None, **answers: Answer) -> None:
    """Record the answers of Laos; ``a1_1_1`` is activity 1-1-1."""
    space = programme.latest_edition("space").programme
    keys = {key: key.removeprefix("a").replace("_", "-") for key in answers}
    services.record_answers(
        actor=actor,
        programme=space,
        member="LAO",
        cells=[
            Cell(activity=Activity.objects.get(programme=space, key=keys[key]), answer=answer)
            for key, answer in answers.items()
        ],
    )


def stance(key: str) -> Participation:
    return Participation.objects.get(activity__key=key, member="LAO")


def taken(client: Client, page: str = FILE) -> bytes:
    answer = client.get(page)
    assert answer.status_code == 200
    return answer.content


def edited(content: bytes, change: Callable[[Worksheet, dict[str, int]], None]) -> bytes:
    """The workbook as a person changes it, with a program of its own (openpyxl)."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[3]}
    change(sheet, columns)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def filled(content: bytes, **cells: Any) -> bytes:
    """Write into cells; ``needs__1_1_1`` is the needs of activity 1-1-1."""

    def change(sheet: Worksheet, columns: dict[str, int]) -> None:
        rows = {sheet.cell(row, 1).value: row for row in range(5, sheet.max_row + 1)}
        for name, value in cells.items():
            field, _, code = name.partition("__")
            sheet.cell(rows[code.replace("_", "-")], columns[field]).value = value

    return edited(content, change)


def sent(client: Client, content: bytes, name: str = "answers.xlsx") -> Any:
    return client.post(BOOK, {"workbook": SimpleUploadedFile(name, content)})


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the form that confirms."""
    form = page.split(f'action="{APPLY}"')[1].split("</form>", maxsplit=1)[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def problems(page: str) -> list[str]:
    """The cells that a page names."""
    return re.findall(r'<span class="place">[^<]*cell ([A-Z]+[0-9]+[^<]*)</span>', page)


# --- round trip ---------------------------------------------------------------------------

texts = st.text(max_size=60).map(tidy)
days = st.none() | st.dates(date(1850, 1, 1), date(2100, 12, 31))


@st.composite
def sound_answers(draw: st.DrawFn, people: list[int]) -> Answer:
    """Any answer that can be recorded, without a rank."""
    span = sorted(one for one in (draw(days), draw(days)) if one is not None)
    named = draw(st.booleans())
    name = draw(texts)
    answer = Answer(
        level=draw(st.sampled_from(Level.values)),
        reasons=tuple(kind.value for kind in ReasonKind if draw(st.booleans())),
        reason=draw(texts),
        needs=draw(texts | st.sampled_from(["=1+1", "+1", "-1", "@A1", "1.50", "yes"])),
        focal_point=draw(st.sampled_from(people)) if named else None,
        focal_name="" if named else name,
        focal_organisation="" if named or not name else draw(texts),
        since=span[0] if span else None,
        until=span[1] if len(span) == 2 else None,
    )
    assert faults(answer) == []
    return answer


@st.composite
def all_answers(draw: st.DrawFn, count: int, people: list[int]) -> list[Answer]:
    """Some answers of a member, with ranks that are given once."""
    answers = draw(
        st.lists(st.just(NO_REPLY) | sound_answers(people), min_size=count, max_size=count)
    )
    ranks = iter(draw(st.permutations(range(1, count + 1))))
    return [
        Answer(**{name: getattr(one, name) for name in Answer.__slots__} | {"priority": rank})
        if one.level in RANKED and (rank := next(ranks)) % 2
        else one
        for one in answers
    ]


def back(content: bytes, place: tuple[Edition, Member, list[ActivityText]]) -> Form:
    """What the workbook says, as the form that would be shown."""
    edition, member, rows = place
    given = returned.read(content, edition, member, rows)
    assert given.problems == []
    return Form.made(
        rows,
        given.rows,
        programme=edition.programme,
        member=member.code,
        people=selectors.contacts(member.code),
        stances=selectors.stances(edition.programme, member.code),
    )


@given(data=st.data(), language=st.sampled_from(LANGUAGES))
@settings(max_examples=25)
def test_what_goes_out_comes_back_as_no_change(data: st.DataObject, language: Language) -> None:
    """For any answers, also through another program, and read in the other language."""
    edition = programme.latest_edition("space")
    rows = list(edition.activities.select_related("activity")[:6])
    member = selectors.member_of(edition.programme, "LAO", date(2026, 1, 1))
    assert member is not None
    person = User.objects.filter(email="any@site.example").first() or people.person(
        Role.FOCAL_POINT, country="LAO", name="any"
    )
    Participation.objects.all().delete()
    answers = data.draw(all_answers(len(rows), [person.pk]))
    cells = [Cell(activity=t.activity, answer=a) for t, a in zip(rows, answers, strict=True)]
    services.record_answers(
        actor=None, programme=edition.programme, member="LAO", cells=cells
    )  # fmt: skip
    stances = selectors.stances(edition.programme, "LAO")
    content = workbook.made(
        edition,
        member,
        [(text, stances.get(text.activity_id)) for text in rows],
        people=[person],
        language=language,
    )
    for book in (content, edited(content, lambda *_: None)):
        for other in LANGUAGES:
            with translation.override(other):
                form = back(book, (edition, member, rows))
                assert [row.answer for row in form.rows] == answers
                assert (form.changed, form.wrong) == ([], [])


def test_what_looks_like_an_escape_of_workbooks_is_text(client: Client, focal: User) -> None:
    """ECMA-376 Part 1, 22.9.2.19: ``_x0041_`` stands for A, unless it is escaped itself."""
    answered(focal, a1_1_1=Answer(level="lead", needs="_x0041_"))
    assert "nothing would change" in sent(client, taken(client)).content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_goes_out_in_the_language_of_the_page(
    client: Client, focal: User, language: str
) -> None:
    answered(focal, a1_1_1=Answer(level="lead", reasons=("policy",), since=date(2026, 4, 1)))
    content = taken(client, FILE.replace("/en/", f"/{language}/"))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[3]}
    assert sheet.row_dimensions[3].hidden
    hidden = sheet.column_dimensions["A"]
    assert (hidden.hidden, hidden.min, hidden.max) == (True, 1, 3)
    words = {"en": ("leads", "yes"), "ja": ("主導", "はい")}[language]
    assert (sheet.cell(5, columns["level"]).value, sheet.cell(5, columns["policy"]).value) == words
    assert sheet.cell(5, columns["since"]).value == "2026-04-01"
    assert len(sheet.data_validations.dataValidation) == 6


def test_the_same_answers_make_the_same_bytes(client: Client) -> None:
    assert taken(client) == taken(client)


def test_a_sample_country_carries_its_badge_and_a_member_does_not(client: Client) -> None:
    sample = signed_in(people.person(Role.FOCAL_POINT, country="XAA"))
    of_sample = taken(sample, FILE.replace("LAO", "XAA"))
    assert b"sample data" in zipfile.ZipFile(io.BytesIO(of_sample)).read("xl/sharedStrings.xml")
    assert b"sample data" not in zipfile.ZipFile(io.BytesIO(taken(client))).read(
        "xl/sharedStrings.xml"
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_cells_that_begin_like_formulas_are_text(client: Client, focal: User, start: str) -> None:
    answered(focal, a1_1_1=Answer(level="lead", needs=f"{start}HYPERLINK(1)"))
    sheet = openpyxl.load_workbook(io.BytesIO(taken(client))).worksheets[0]
    [cell] = [one for one in sheet[5] if one.value == f"{start}HYPERLINK(1)"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


# --- taking it in -------------------------------------------------------------------------


def test_an_unchanged_workbook_changes_nothing(client: Client, focal: User) -> None:
    answered(focal, a1_1_1=Answer(level="lead", priority=1, needs="Ships."))
    count = Event.objects.count()
    page = sent(client, taken(client)).content.decode()
    assert "nothing would change" in page
    assert APPLY not in page
    assert Event.objects.count() == count


def test_changes_are_shown_first_and_recorded_when_confirmed(client: Client, focal: User) -> None:
    answered(focal, a1_1_1=Answer(level="lead", priority=1, needs="Ships."))
    content = filled(taken(client), level__1_1_1="takes part", level__1_1_2="関心あり",
                     needs__1_1_2="Boats.", until__1_1_2=2027)  # fmt: skip
    preview = sent(client, content)
    page = preview.content.decode()
    assert preview.status_code == 200
    assert "<del>leads</del> → <ins>takes part</ins>" in page
    assert stance("1-1-1").level == "lead"
    done = client.post(APPLY, fields(page))
    assert done.status_code == 302
    assert "2 answers recorded" in client.get(done.url).content.decode()
    assert stance("1-1-1").answer == Answer(level="participate", priority=1, needs="Ships.")
    expected = Answer(level="interested", needs="Boats.", until=date(2027, 12, 31))
    assert stance("1-1-2").answer == expected
    imported = Event.objects.get(act="programme.stances_imported")
    assert (imported.data["member"], imported.data["answers"]) == ("LAO", 2)


def test_the_same_file_has_no_second_effect(client: Client, focal: User) -> None:
    content = filled(taken(client), level__1_1_1="leads")
    confirm = fields(sent(client, content).content.decode())
    client.post(APPLY, confirm)
    answered(focal, a1_1_1=Answer(level="not_now"))
    count = Event.objects.count()
    assert "taken in already" in sent(client, content).content.decode()
    client.post(APPLY, confirm | {"choice-1-1-1": "mine", "asked-1-1-1": "2"})
    assert (stance("1-1-1").level, Event.objects.count()) == ("not_now", count)


def test_every_bad_cell_is_named_with_its_remedy_and_nothing_is_recorded(client: Client) -> None:
    content = filled(
        taken(client),
        level__1_1_1="maybe", priority__1_1_1="first", policy__1_1_1="perhaps",
        level__1_1_2="leads", focal_point__1_1_2="nobody@site.example", since__1_1_2="soon",
        needs__1_1_3="Ships.",
        level__1_1_4="not now", priority__1_1_4=4,
        level__1_1_5="leads", needs__1_1_5="x" * 2001, until__1_1_5="=1/0",
        level__1_2_1_1="leads", priority__1_2_1_1=7, level__1_2_1_2="leads", priority__1_2_1_2=7,
    )  # fmt: skip
    answer = sent(client, content)
    assert answer.status_code == 422
    assert problems(answer.content.decode()) == [
        *("F5", "G5", "I5", "M6", "P6", "F7", "G8", "L9", "Q9", "G10", "G11"),
    ]
    assert Participation.objects.count() == 0


def test_bad_rows_are_named_too(client: Client) -> None:
    def change(sheet: Worksheet, columns: dict[str, int]) -> None:
        sheet.cell(5, columns["activity"]).value = "9-9-9"
        sheet.cell(6, columns["version"]).value = "new"
        for at in range(1, 5):
            sheet.cell(8, at).value = sheet.cell(7, at).value
        sheet.merge_cells("F9:F10")

    answer = sent(client, edited(taken(client), change))
    assert problems(answer.content.decode()) == ["A5", "A6", "F8", "F9:F10"]


def test_columns_may_be_moved_and_rows_deleted(client: Client) -> None:
    def change(sheet: Worksheet, columns: dict[str, int]) -> None:
        sheet.cell(6, columns["level"]).value = "leads"
        sheet.delete_rows(7, 30)
        sheet.insert_cols(2)
        sheet.insert_rows(1)

    page = sent(client, edited(taken(client), change)).content.decode()
    assert re.findall(r'id="change-([^"]+)"', page) == ["1-1-2"]
    assert "Activities without a row stay as they are: 1-1-3" in page


def test_what_was_changed_on_the_site_meanwhile_is_a_conflict_cell_by_cell(
    client: Client, focal: User
) -> None:
    answered(focal, a1_1_1=Answer(level="lead"), a1_1_2=Answer(level="lead"),
             a1_1_3=Answer(level="lead"))  # fmt: skip
    content = filled(taken(client), needs__1_1_1="Ships.", needs__1_1_2="Boats.")
    answered(focal, a1_1_1=Answer(level="not_now"), a1_1_2=Answer(level="not_now"),
             a1_1_3=Answer(level="not_now"))  # fmt: skip
    page = sent(client, content).content.decode()
    assert re.findall(r'id="conflict-([^"]+)"', page) == ["1-1-1", "1-1-2"]
    assert "cell L5" in page
    confirm = fields(page)
    assert client.post(APPLY, confirm).status_code == 409
    assert client.post(
        APPLY, confirm | {"choice-1-1-1": "mine", "choice-1-1-2": "theirs"}
    ).status_code == 302  # fmt: skip
    assert stance("1-1-1").answer == Answer(level="not_now", needs="Ships.")
    assert [stance(key).level for key in ("1-1-2", "1-1-3")] == ["not_now", "not_now"]


def test_a_change_between_seeing_and_confirming_is_a_conflict(client: Client, focal: User) -> None:
    answered(focal, a1_1_1=Answer(level="lead"))
    confirm = fields(sent(client, filled(taken(client), needs__1_1_1="x")).content.decode())
    answered(focal, a1_1_1=Answer(level="not_now"))
    refused = client.post(APPLY, confirm)
    assert refused.status_code == 409
    assert stance("1-1-1").level == "not_now"
    chosen = fields(refused.content.decode()) | {"choice-1-1-1": "mine"}
    assert client.post(APPLY, chosen).status_code == 302
    assert stance("1-1-1").answer == Answer(level="not_now", needs="x")


def test_emptying_an_answer_withdraws_it_and_asks_once(client: Client, focal: User) -> None:
    answered(focal, a1_1_1=Answer(level="lead", needs="Ships."))
    page = sent(client, filled(taken(client), level__1_1_1=None)).content.decode()
    assert "Answers that will be withdrawn" in page
    assert client.post(APPLY, fields(page)).status_code == 422
    assert stance("1-1-1").level == "lead"
    assert client.post(APPLY, fields(page) | {"confirm": "yes"}).status_code == 302
    assert stance("1-1-1").answer == NO_REPLY
    assert record.history(stance("1-1-1"))[0].act == "programme.stance_withdrawn"


# --- who may ------------------------------------------------------------------------------


def test_a_focal_point_cannot_answer_for_another_country_by_workbook(client: Client) -> None:
    other = signed_in(people.person(Role.FOCAL_POINT, country="THA"))
    content = filled(taken(client), level__1_1_1="leads")
    confirm = fields(sent(client, content).content.decode())
    assert sent(other, content).status_code == 403
    assert other.post(APPLY, confirm).status_code == 403
    own = BOOK.replace("LAO", "THA")
    refused = other.post(own, {"workbook": SimpleUploadedFile("answers.xlsx", content)})
    assert refused.status_code == 422
    assert "this workbook is of LAO" in refused.content.decode()
    assert other.post(f"{own}apply/", confirm).status_code == 422
    assert Participation.objects.count() == 0


def test_what_was_shown_to_one_person_is_not_confirmed_by_another(client: Client) -> None:
    secretary = signed_in(people.person(Role.SECRETARIAT))
    content = filled(taken(client), level__1_1_1="leads")
    confirm = fields(sent(client, content).content.decode())
    assert secretary.post(APPLY, confirm | {"why": "letter"}).status_code == 422
    assert Participation.objects.count() == 0
    page = sent(secretary, content).content.decode()
    assert secretary.post(APPLY, fields(page)).status_code == 422
    assert secretary.post(APPLY, fields(page) | {"why": "letter"}).status_code == 302
    assert record.history(stance("1-1-1"))[0].data["why"] == "letter"


# --- what is no workbook of ours ----------------------------------------------------------


def bomb() -> bytes:
    """A sheet that unpacks to 60 MB."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (60 << 20))
    return stream.getvalue()


def understated() -> bytes:
    """The same, but the archive says that it is small."""
    content = bytearray(bomb())
    size = struct.pack("<I", 60 << 20)
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = struct.pack("<I", 1000)
    return bytes(content)


def repacked(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for entry in old.infolist():
            body = old.read(entry)
            new.writestr(entry.filename, change(body) if entry.filename == part else body)
    return stream.getvalue()


def bad_files(content: bytes) -> Iterator[tuple[str, bytes, str]]:
    yield "empty", b"", "cannot be opened"
    yield "text", b"code;answer\n", "cannot be opened"
    yield "cut", content[: len(content) // 2], "cannot be opened"
    yield "large", b"x" * ((2 << 20) + 1), "more than 2 MB"
    yield "bomb", bomb(), "unpacks to more than 50 MB"
    yield "understated", understated(), "cannot be opened"
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet/>'
    yield "entities", repacked(content, "xl/worksheets/sheet1.xml", lambda _: entities), "entities"
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    vast = repacked(
        content,
        "xl/worksheets/sheet1.xml",
        lambda body: body.replace(b"</sheetData>", far),
    )
    yield "vast", vast, "reach to XFD1048576"
    yield "marks", edited(content, _forge), "did not come from this site"
    yield "codes", edited(content, lambda sheet, _: sheet.delete_rows(3)), "row of codes is gone"
    plain = io.BytesIO()
    openpyxl.Workbook().save(plain)
    yield "other", plain.getvalue(), "did not come from this site"


def _forge(sheet: Worksheet, _columns: dict[str, int]) -> None:
    marks = sheet.parent["kyoso"]
    for row in marks.iter_rows():
        if row[0].value == "member":
            row[1].value = "THA"


def test_files_that_cannot_be_used_are_refused_in_words(client: Client) -> None:
    said = {}
    for name, content, words in bad_files(taken(client)):
        answer = sent(client, content)
        assert answer.status_code == 422, name
        said[name] = words in answer.content.decode()
    assert [name for name, was in said.items() if not was] == []


def test_a_confirmation_that_was_tampered_with_is_refused(client: Client) -> None:
    confirm = fields(sent(client, filled(taken(client), level__1_1_1="leads")).content.decode())
    assert client.post(APPLY, confirm | {"sealed": confirm["sealed"] + "x"}).status_code == 422
    assert client.post(APPLY, {}).status_code == 422
    assert Participation.objects.count() == 0


def test_taking_in_asks_a_fixed_number_of_queries(client: Client) -> None:
    counts = []
    for keys in (["1-1-1"], [f"1-1-{n}" for n in range(1, 6)]):
        content = filled(taken(client), **{f"level__{k.replace('-', '_')}": "leads" for k in keys})
        with CaptureQueriesContext(connection) as queries:
            assert sent(client, content).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
