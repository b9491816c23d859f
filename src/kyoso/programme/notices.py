"""What the reader says to a person when a text is not as it should be: kinds and their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from kyoso.core.text import Text

Kind = Literal[
    "no-title",
    "statement-title",
    "no-date",
    "date-in-text",
    "missing",
    "missing-run",
    "missing-annex",
    "missing-commitment",
    "missing-heading",
    "duplicate",
    "duplicate-commitment",
    "duplicate-heading",
    "out-of-order",
    "out-of-order-run",
    "wrong-annex",
    "wrong-annex-run",
    "no-annex",
    "no-pillar-heading",
    "no-section-heading",
    "no-group-heading",
    "not-announced",
    "no-activities",
    "empty-group",
    "too-deep",
    "no-text",
    "mention",
    "cut-short",
    "perhaps-rest",
    "unplaced",
]

MESSAGES: Mapping[Kind, Text] = {
    "no-title": Text(
        "no title of the programme was found; the first line is taken",
        "プログラムの題名が見つからないため、最初の行を題名としました",
    ),
    "statement-title": Text(
        "the programme has no title of its own before its first heading; "
        "the title of the joint statement is taken",
        "最初の見出しの前にプログラム自体の題名がないため、共同声明の題名を題名としました",
    ),
    "no-date": Text(
        "the text gives no date of the edition",
        "版の日付が本文に見つかりません",
    ),
    "date-in-text": Text(
        "there is no date line; the date is taken from running text",
        "日付の行がないため、文中の日付を版の日付としました",
    ),
    "missing": Text(
        "{code} is missing: {before} is followed by {after}",
        "{code}が欠けています（{before}の次が{after}です）",
    ),
    "missing-run": Text(
        "{code} to {last} are missing: {before} is followed by {after}",
        "{code}から{last}までが欠けています（{before}の次が{after}です）",
    ),
    "missing-annex": Text(
        "the heading of annex {code} is missing before that of annex {after}",
        "附属書{code}の見出しが、附属書{after}の見出しの前に欠けています",
    ),
    "missing-commitment": Text(
        "commitment {number} is missing from the joint statement",
        "共同声明の合意事項{number}が欠けています",
    ),
    "missing-heading": Text(
        "numbered heading {number} is missing here",
        "番号付き見出し{number}がここで欠けています",
    ),
    "duplicate": Text(
        "{code} already stands on line {first}; both are kept",
        "{code}は{first}行目にもあります（両方とも記録しました）",
    ),
    "duplicate-commitment": Text(
        "commitment {number} already stands on line {first}; both are kept",
        "合意事項{number}は{first}行目にもあります（両方とも記録しました）",
    ),
    "duplicate-heading": Text(
        "numbered heading {number} already stands on line {first}; "
        "the heading of an annex may be missing between the two",
        "番号付き見出し{number}は{first}行目にもあります（間の附属書の見出しが欠けている可能性があります）",
    ),
    "out-of-order": Text(
        "{code} is out of order: it stands between {before} and {after}",
        "{code}の順序が違います（{before}と{after}の間に置かれています）",
    ),
    "out-of-order-run": Text(
        "{code} to {last} are out of order: they stand between {before} and {after}",
        "{code}から{last}までの順序が違います（{before}と{after}の間に置かれています）",
    ),
    "wrong-annex": Text(
        "{code} stands in annex {annex}; by its number it belongs elsewhere",
        "{code}は附属書{annex}に置かれていますが、番号からは別の附属書のものです",
    ),
    "wrong-annex-run": Text(
        "{code} to {last} stand in annex {annex}; the heading of their own annex is missing",
        "{code}から{last}までが附属書{annex}に置かれています（本来の附属書の見出しが欠けています）",
    ),
    "no-annex": Text(
        "from {code} on, activities stand before any annex heading; their annex is left open",
        "{code}以降の協力活動の前に附属書の見出しがないため、附属書は空欄としました",
    ),
    "no-pillar-heading": Text(
        "pillar {code} has no heading in the overview",
        "柱{code}の見出しが概要にありません",
    ),
    "no-section-heading": Text(
        "section {code} has no heading above {activity}",
        "{activity}の前に節{code}の見出しがありません",
    ),
    "no-group-heading": Text(
        "group {code} has no heading above {activity}",
        "{activity}の前に項{code}の見出しがありません",
    ),
    "not-announced": Text(
        "section {code} is not announced in the overview",
        "節{code}は概要に挙げられていません",
    ),
    "no-activities": Text(
        "{code} is announced here but has no activities",
        "{code}はここに挙げられていますが、協力活動がありません",
    ),
    "empty-group": Text(
        "{code} was read as the heading of a group without activities",
        "{code}は、協力活動のない項の見出しとして読みました",
    ),
    "too-deep": Text(
        "{code} has more than four levels",
        "{code}は4階層を超えています",
    ),
    "no-text": Text(
        "nothing follows the number {code}",
        "{code}の番号の後に本文がありません",
    ),
    "mention": Text(
        "{code} at the start of this line was read as a reference in running text, not as a number",
        "行頭の{code}は、番号ではなく文中の引用として読みました",
    ),
    "cut-short": Text(
        "the paragraph breaks off at the end of this line; a line may be missing after it",
        "この行で段落が途切れています（次の行が欠けている可能性があります）",
    ),
    "perhaps-rest": Text(
        "read as prose, but a number is missing here: it may be the rest of that item",
        "説明文として読みましたが、ここで番号が欠けているため、欠けた項目の残りの可能性があります",
    ),
    "unplaced": Text(
        "could not be placed: {text}",
        "位置づけられませんでした：{text}",
    ),
}
