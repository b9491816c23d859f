"""The data page and its downloads."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import quote_etag
from django.views.decorators.http import condition

from kyoso import reference
from kyoso.core import hashes
from kyoso.hub.portal import opendata
from kyoso.hub.programme import selectors
from kyoso.hub.programme.models import Edition, Programme
from kyoso.reference.loading import ReferenceTable

_CSV = "text/csv; charset=utf-8"
_CSVM = "application/csvm+json"
_JSON = "application/json"


def data(request: HttpRequest) -> HttpResponse:
    """Everything that can be taken along."""
    context = {"programmes": opendata.programmes(), "subjects": opendata.subjects()}
    return render(request, "portal/data.html", context)


def _table(name: str) -> ReferenceTable:
    if name not in reference.catalogue():
        raise Http404
    return reference.load(name)


def table_csv(request: HttpRequest, subject: str, name: str) -> HttpResponse:
    """A reference table as shipped."""
    table = _table(f"{subject}/{name}")
    answer = _file(request, table.path.read_bytes(), _CSV, f"{name}.csv")
    return _described(answer, reverse("portal:table_metadata", args=[subject, name]))


def table_metadata(request: HttpRequest, subject: str, name: str) -> HttpResponse:
    """What a reference table holds, and where it comes from, for machines."""
    metadata = opendata.table_metadata(_table(f"{subject}/{name}"))
    return _file(request, _written(metadata), _CSVM, f"{name}.csv-metadata.json")


def _programme(key: str) -> Programme:
    try:
        return Programme.objects.prefetch_related("editions").get(key=key)
    except Programme.DoesNotExist as fault:
        raise Http404 from fault


def programme_json(request: HttpRequest, key: str) -> HttpResponse:
    """The catalogue of a programme."""
    catalogue = opendata.programme_catalogue(_programme(key))
    return _file(request, _written(catalogue), _JSON, f"{key}.json")


def participation_csv(request: HttpRequest, key: str) -> HttpResponse:
    """What members answered, without the sample countries."""
    programme = _programme(key)
    try:
        edition = selectors.latest_edition(key, sample=False)
    except Edition.DoesNotExist as fault:
        raise Http404 from fault
    content = opendata.participation_csv(programme, edition).encode()
    answer = _file(request, content, _CSV, f"{key}-participation.csv")
    return _described(answer, reverse("portal:participation_metadata", args=[key]))


def participation_metadata(request: HttpRequest, key: str) -> HttpResponse:
    metadata = opendata.participation_metadata(_programme(key))
    return _file(request, _written(metadata), _CSVM, "participation.csv-metadata.json")


def _written(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def _file(request: HttpRequest, content: bytes, kind: str, name: str) -> HttpResponse:
    """A download that any page may read and that is not sent again while it is the same."""

    def etag(_request: HttpRequest) -> str:
        return quote_etag(hashes.of_bytes(content))

    @condition(etag_func=etag)
    def answer(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(
            content,
            content_type=kind,
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "Access-Control-Allow-Origin": "*",
            },
        )

    return answer(request)


def _described(answer: HttpResponse, address: str) -> HttpResponse:
    answer.headers["Link"] = f'<{address}>; rel="describedby"; type="{_CSVM}"'
    return answer
