"""Content addresses. Expected digests: FIPS 180-4 examples, and `sha256sum` on the same bytes."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.core import hashes

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_bytes_and_files_have_the_published_digests(tmp_path: Path) -> None:
    file = tmp_path / "abc"
    file.write_bytes(b"abc")
    assert hashes.of_bytes(b"") == EMPTY
    assert hashes.of_bytes(b"abc") == ABC
    assert hashes.of_path(file) == ABC


def test_a_folder_has_the_hash_of_its_listing(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2").write_bytes(b"")
    (tmp_path / "a").write_bytes(b"abc")
    listing = f"a\0{ABC}\nb/2\0{EMPTY}\n".encode()
    assert hashes.of_path(tmp_path) == hashlib.sha256(listing).hexdigest()


def test_a_folder_changes_its_hash_with_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    before = hashes.of_path(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    renamed = hashes.of_path(tmp_path)
    (tmp_path / "b").write_bytes(b"abd")
    assert len({before, renamed, hashes.of_path(tmp_path)}) == 3


def test_canonical_json_has_one_form() -> None:
    assert hashes.canonical({"b": [1, None], "a": "施設"}) == '{"a":"施設","b":[1,null]}'.encode()
    assert hashes.of_data({"a": 1, "b": 2}) == hashes.of_data({"b": 2, "a": 1})


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_has_no_canonical_form(value: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        hashes.canonical({"a": value})


@given(st.lists(st.dictionaries(st.text(), st.integers()), min_size=2, max_size=5))
def test_a_chain_shows_any_change_to_what_came_before(
    entries: list[dict[str, int]],
) -> None:
    def end(these: list[dict[str, int]]) -> str:
        last = hashes.CHAIN_START
        for entry in these:
            last = hashes.chained(last, entry)
        return last

    changed = [{**entries[0], "changed": -1}, *entries[1:]]
    assert end(entries) == end(list(entries))
    assert (end(entries) == end(changed)) == (entries == changed)
    assert (end(entries) == end(entries[::-1])) == (entries == entries[::-1])
