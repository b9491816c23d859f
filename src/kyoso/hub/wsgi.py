"""The door for the web server."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.template.utils import get_app_template_dirs
from django.urls import URLResolver, get_resolver

from kyoso.hub import texts

YOUNG = 10_000
"""So many new objects are made before the collector looks at them."""


def _settle() -> None:
    """Load now what the first visitors would wait for, and keep the collector away from it.

    All of it lives as long as the process, and a full collection would look at each part of it:
    that takes longer than most pages.
    """
    _load(get_resolver())
    texts.entries()
    for name in _templates():
        engines["django"].get_template(name)
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)


def _load(resolver: URLResolver) -> None:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            _load(one)


def _templates() -> Iterator[str]:
    """The names of Kyoso's own templates."""
    known = (Path(one) for one in get_app_template_dirs("templates"))
    for folder in (settings.BASE / "templates", *known):
        if folder.is_relative_to(settings.BASE):
            for file in folder.rglob("*.html"):
                yield file.relative_to(folder).as_posix()


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kyoso.hub.settings")

application = get_wsgi_application()
_settle()
