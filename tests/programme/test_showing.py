"""Editions and comparisons as a person sees them."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from tests.programme.published import JAPANESE, printed
from tests.programme.test_comparing import FIRST, SECOND, THIRD, edition, with_section
from tests.programme.test_outline import JAPANESE as OUTLINE

from kyoso.core.text import LANGUAGES, Language
from kyoso.programme.comparing import Comparison, compare
from kyoso.programme.reading import read_text
from kyoso.programme.showing import as_html, as_page, comparison_lines, edition_lines


@pytest.fixture
def comparison() -> Comparison:
    assert isinstance(FIRST, str)
    assert isinstance(THIRD, str)
    after = with_section([FIRST.replace("測り手の育成", "<案内人&友>"), THIRD])
    return compare(edition(JAPANESE), edition(replace(after, commitments=JAPANESE.commitments[:2])))


class Outline(HTMLParser):
    """Balanced tags, headings, and what a reader without styles hears."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[str] = []
        self.heard = ""
        self.languages: list[str | None] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)
        self.languages += [value for name, value in attrs if name == "lang"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.heard += data
        if self.open and self.open[-1] in ("h1", "h2", "h3"):
            self.headings.append(f"{self.open[-1]} {data}")


def test_the_fragment_has_headings_and_speaks_its_marks(comparison: Comparison) -> None:
    outline = Outline(as_html(comparison, "en"))
    assert outline.open == []
    assert outline.headings == [
        "h2 Removed (1)",
        "h2 Renumbered (1)",
        "h2 Reworded (1)",
        "h2 Headings and commitments (1)",
    ]
    assert "inserted: <案内人&友> end" in outline.heard
    assert f"deleted: {comparison.of('removed')[0].entry.text} end" in outline.heard
    assert "1-1-3 → 1-1-2" in outline.heard
    assert "commitment 3 (Removed)" in outline.heard


def test_headings_take_their_place_in_the_page_around(comparison: Comparison) -> None:
    assert Outline(as_html(comparison, "ja", level=3)).headings[0] == "h3 削除 (1)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_stands_alone_and_names_both_languages(
    comparison: Comparison, language: Language
) -> None:
    page = as_page(comparison, language)
    outline = Outline(page)
    assert outline.open == []
    assert outline.languages[0] == language
    assert "ja" in outline.languages
    assert outline.headings[0] == {"en": "h1 What changed", "ja": "h1 変更点"}[language]
    assert "http" not in page
    assert "<script" not in page


def test_what_was_read_with_warnings_is_said() -> None:
    damaged = read_text(printed(JAPANESE).replace("\n1-1-2. ", "\n1-1-4. ")).edition
    text = "\n".join(comparison_lines(compare(edition(JAPANESE), damaged), "en"))
    assert f"was read with {len(damaged.warnings)} warnings" in text


def test_the_comparison_as_text(comparison: Comparison) -> None:
    lines = list(comparison_lines(comparison, "ja"))
    removed = lines.index("削除 (1)")
    assert isinstance(SECOND, str)
    assert lines[removed + 1 : removed + 3] == [
        "  1-1-2",
        "    [-衛星（TIDEシリーズ）による濁りの推定-]",
    ]
    assert any("[-測り手の育成-]{+<案内人&友>+}" in line for line in lines)
    assert lines[-1] == f"変更のない協力活動は{comparison.unchanged}件です。"


def test_no_change_is_said() -> None:
    same = compare(edition(JAPANESE), edition(JAPANESE))
    assert list(comparison_lines(same, "en"))[-1] == "Nothing changed."
    assert "変更はありません。" in as_html(same, "ja")


def test_the_listing_of_an_edition_shows_where_everything_stands() -> None:
    read = edition(JAPANESE)
    lines = list(edition_lines(read, "en"))
    first = read.activities[0]
    assert lines[0] == JAPANESE.title
    assert lines[1] == "2031-03-14 · ja"
    assert lines[2] == ("14 activities, 4 groups, 6 sections, 3 pillars, 3 commitments, 0 warnings")
    assert lines[lines.index("1 水の見守り") + 1] == "  1.1 色と濁り"
    place = f"annex 1, lines {first.first_line}–{first.last_line}"
    assert f"      1-1-1 {first.text['ja']} [{place}]" in lines
    assert "    1-2-1 流れの図" in lines


def test_the_listing_of_an_outline_shows_its_goals_and_warnings() -> None:
    lines = list(edition_lines(read_text(OUTLINE.replace("(3) 年", "(5) 年")).edition, "ja"))
    assert lines[lines.index("目標") + 1 : lines.index("目標") + 3] == [
        "  1 澄んだ水の実現",
        "    – 色の物差しの共有",
    ]
    assert lines[lines.index("警告") + 1 :] == [
        "  20～22行: (3)が欠けています（(2)の次が(5)です）",
        "  20～22行: (4)が欠けています（(2)の次が(5)です）",
    ]
