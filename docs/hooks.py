"""What the build adds to mkdocs: the shipped faces, generated entries of the navigation, languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from kyoso.publishing.fonts import WEB_FACES


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """``folder/*.md`` in the navigation stands for its pages in order, the index first."""
    config.nav = _expanded(config.nav, Path(config.docs_dir))
    return config


def _expanded(entry: Any, root: Path) -> Any:
    if isinstance(entry, dict):
        return {title: _expanded(below, root) for title, below in entry.items()}
    if not isinstance(entry, list):
        return entry
    found: list[Any] = []
    for one in entry:
        starred = isinstance(one, str) and one.endswith("/*.md")
        found.extend(_pages(root, one) if starred else [_expanded(one, root)])
    return found


def _pages(root: Path, pattern: str) -> list[str]:
    paths = sorted(root.glob(pattern), key=lambda path: (path.name != "index.md", path.name))
    return [path.relative_to(root).as_posix() for path in paths]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The faces stay where the reports and the site take them from; the build copies them."""
    for face in WEB_FACES:
        place = f"assets/fonts/{face.path.name}"
        files.append(File.generated(config, place, abs_src_path=str(face.path)))
    return files


def on_post_page(output: str, page: Page, **_: Any) -> str:
    """A Japanese page says that it is Japanese."""
    if page.meta.get("language") == "ja":
        return output.replace('<html lang="en"', '<html lang="ja"', 1)
    return output
