"""Text files in four encodings, PDFs, and files that are neither."""

from __future__ import annotations

from pathlib import Path

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from tests.programme.published import ENGLISH, JAPANESE, Programme, printed

from kyoso.core.errors import InputRefusedError, UsageError
from kyoso.programme.reading import read
from kyoso.programme.sources import is_pdf, text_of

FONTS = Path(__file__).parents[2] / "src" / "kyoso" / "publishing" / "fonts"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932"]
)
def test_japanese_text_is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "text.txt"
    file.write_bytes(printed(JAPANESE).encode(encoding))
    assert text_of(file).lstrip("\ufeff") == printed(JAPANESE)


@given(
    st.text(alphabet="水の色ab1 \n", min_size=1).filter(str.strip),
    st.sampled_from(["utf-16-le", "utf-16-be"]),
)
def test_the_order_of_bytes_shows_without_a_mark(
    tmp_path_factory: pytest.TempPathFactory, text: str, encoding: str
) -> None:
    if not any(char.isascii() for char in text):
        return
    file = tmp_path_factory.mktemp("text") / "text.txt"
    file.write_bytes(text.encode(encoding))
    assert text_of(file) == text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "there is no text"),
        (b" \n\n ", "there is no text"),
        (b"PK\x03\x04\x00\x01\x02\x03\xff\xfe\x00", "not a text file"),
        (b"\x80\x81\xff\xff\xfe", "not a text file"),
        (b"%PDF-1.7 and no more", "cannot be opened"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "plan.txt"
    file.write_bytes(content)
    with pytest.raises(InputRefusedError) as refused:
        text_of(file)
    (line,) = refused.value.lines("en")
    assert line.startswith("plan.txt: ")
    assert words in line


def test_a_path_without_a_file_is_a_wrong_call(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(UsageError):
            text_of(path)


def typeset(programme: Programme, folder: Path) -> Path:
    """The programme as a real PDF: every paragraph of the printed text is one of Typst's."""
    lines = printed(programme).split("\n")
    paragraphs, paragraph = [], ""
    for line in lines:
        if not line.strip():
            continue
        glue = "" if programme.language == "ja" or not paragraph else " "
        paragraph += glue + line.strip()
        if line.endswith(" "):
            paragraphs.append(paragraph)
            paragraph = ""
    escaped = "\n\n".join(
        "".join(f"\\{char}" if char in "\\#$*_`<>@[]~-./=+'\"" else char for char in one)
        for one in paragraphs
    )
    font = '("Noto Sans", "Noto Sans JP")'
    source = folder / "programme.typ"
    source.write_text(
        f'#set text(font: {font}, lang: "{programme.language}", size: 11pt)\n'
        f'#set page(paper: "a5", numbering: "1")\n{escaped}\n',
        encoding="utf-8",
    )
    pdf = folder / "programme.pdf"
    pdf.write_bytes(typst.compile(str(source), font_paths=[str(FONTS)]))
    return pdf


@pytest.mark.parametrize("programme", [JAPANESE, ENGLISH], ids=["ja", "en"])
def test_a_pdf_is_read_page_by_page(tmp_path: Path, programme: Programme) -> None:
    pdf = typeset(programme, tmp_path)
    reading = read(pdf)
    language = programme.language
    assert is_pdf(pdf)
    assert reading.is_extracted
    assert "\f" in reading.text
    assert [
        (one.code, "".join(one.text[language].split())) for one in reading.edition.activities
    ] == [(code, "".join(text.split())) for code, *_, text in programme.activities()]
    assert reading.edition.title == programme.title
    assert [one.message["en"] for one in reading.edition.warnings] == []
