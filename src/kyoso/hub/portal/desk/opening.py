"""Whether a person may open a page: found out by opening it as that person."""

from __future__ import annotations

import io
from importlib import import_module
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404
from django.urls import resolve

from kyoso.core.errors import KyosoError
from kyoso.hub.accounts.middleware import lacks_second_factor
from kyoso.hub.accounts.models import User
from kyoso.hub.waiting import Page


def opens(page: Page, user: User) -> bool:
    """Whether ``page`` answers ``user`` with itself, in the language that is spoken now.

    A page that leads elsewhere, is hidden or may not be read does not open; nor does any page to
    a person who must first set up a second factor.
    """
    if lacks_second_factor(user):
        return False
    request = _request(page.path, user)
    found = resolve(request.path_info)
    request.resolver_match = found
    try:
        answer = found.func(request, *found.args, **found.kwargs)
    except (Http404, PermissionDenied, KyosoError):
        return False
    return bool(answer.status_code == 200)


def _request(path: str, user: User) -> WSGIRequest:
    site = urlsplit(settings.KYOSO_URL)
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": site.hostname or "localhost",
            "SERVER_PORT": str(site.port or (443 if site.scheme == "https" else 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": site.scheme,
            "wsgi.input": io.BytesIO(),
        }
    )
    request.user = user
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    return request
