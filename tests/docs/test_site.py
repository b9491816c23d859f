"""The site builds without a warning, its links resolve, and it asks nothing of other servers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
FETCHING = {
    ("link", "href"),
    ("script", "src"),
    ("img", "src"),
    ("source", "src"),
    ("iframe", "src"),
}


class Reader(HTMLParser):
    """The links, fetched addresses, ids and language of a page."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.ids: set[str] = set()
        self.language: str | None = None
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang")
        if given.get("id"):
            self.ids.add(str(given["id"]))
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        for name, value in attrs:
            if (tag, name) in FETCHING and value:
                self.fetched.append(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Reader]:
    return {page: Reader(page) for page in sorted(site.rglob("*.html")) if page.name != "404.html"}


def unresolved(site: Path, pages: dict[Path, Reader]) -> Iterator[str]:
    for page, reader in pages.items():
        for link in (*reader.links, *reader.fetched):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            place = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            known = pages[place].ids if place in pages else set()
            if not place.is_file() or (parts.fragment and unquote(parts.fragment) not in known):
                yield f"{page.relative_to(site)}: {link}"


@pytest.mark.xdist_group("docs-site")
def test_every_internal_link_resolves(site: Path, pages: dict[Path, Reader]) -> None:
    assert list(unresolved(site, pages)) == []
    assert sum(len(reader.links) for reader in pages.values()) > 500


@pytest.mark.xdist_group("docs-site")
def test_nothing_is_fetched_from_elsewhere(site: Path, pages: dict[Path, Reader]) -> None:
    fetched = {address for reader in pages.values() for address in reader.fetched}
    assert [address for address in fetched if urlsplit(address).netloc] == []
    styles = [path.read_text(encoding="utf-8") for path in (site / "generated").glob("*.css")]
    assert styles
    assert all('url("http' not in style for style in styles)


@pytest.mark.xdist_group("docs-site")
def test_a_page_says_its_language(site: Path, pages: dict[Path, Reader]) -> None:
    for page, reader in pages.items():
        assert reader.language == ("ja" if "ja" in page.relative_to(site).parts else "en"), page


@pytest.mark.xdist_group("docs-site")
def test_the_makings_of_the_site_stay_out_of_it(site: Path) -> None:
    assert [path for path in site.rglob("*") if path.suffix == ".py"] == []
