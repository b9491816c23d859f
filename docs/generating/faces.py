"""The style sheet that names the shipped faces; the build puts the files beside the pages."""

from __future__ import annotations

from collections.abc import Iterator

from kyoso.publishing.fonts import WEB_FACES, web_face


def pages() -> Iterator[tuple[str, str]]:
    """Path and text of the style sheet."""
    rules = (web_face(face, f"../assets/fonts/{face.path.name}") for face in WEB_FACES)
    yield "faces.css", "".join(rules)
