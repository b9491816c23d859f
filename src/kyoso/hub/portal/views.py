"""Pages of the public face."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from kyoso.core.text import Text
from kyoso.hub import reported as on_record
from kyoso.hub.portal import reports, rules
from kyoso.hub.programme import selectors
from kyoso.hub.programme.enums import Level
from kyoso.hub.programme.models import Edition
from kyoso.hub.programme.participation import selectors as participation
from kyoso.hub.texts import language, say
from kyoso.hub.writing import day
from kyoso.reference.countries import countries, sample_countries
from kyoso.reference.loading import Row


def _today() -> date:
    return timezone.now().date()


def _latest(programme: str | None = None) -> Edition:
    try:
        return selectors.latest_edition(programme)
    except Edition.DoesNotExist as fault:
        raise Http404 from fault


def home(request: HttpRequest) -> HttpResponse:
    """The wall of the first programme."""
    edition = selectors.all_editions().first()
    if edition is None:
        return render(request, "portal/empty.html")
    return render(request, "portal/home.html", _home(edition))


def programme(request: HttpRequest, programme: str) -> HttpResponse:
    """The wall of a programme."""
    return render(request, "portal/home.html", _home(_latest(programme)))


def _home(edition: Edition) -> dict[str, Any]:
    wall = selectors.wall(edition, _today())
    return {
        "edition": edition,
        "adopted": day(edition.adopted) if edition.adopted else None,
        "wall": wall,
        "tiles": selectors.tiles(wall),
        "off_map": selectors.off_map(wall),
        "bars": selectors.bars(edition),
        "programmes": selectors.programmes(),
        "headline": _headline(wall),
        "listings": on_record.listings(),
    }


def _headline(wall: selectors.Wall) -> Text:
    real = [member for member in wall.members if not member.sample]
    partners = [member.name for member in real if member.partner]
    return say(
        "portal.home.headline" if partners else "portal.home.headline_alone",
        activities=wall.activities,
        members=rules.in_words(len(real) - len(partners)),
        partners=Text(" and ".join(p.en for p in partners), "・".join(p.ja for p in partners))
        if partners
        else "",
    )


# --- members ------------------------------------------------------------------------------


def members(request: HttpRequest) -> HttpResponse:
    """Who belongs to a programme, since when, and how each has replied."""
    edition = _asked_for(request)
    if edition is None:
        return render(request, "portal/empty.html")
    wall = selectors.wall(edition, _today())
    replies = selectors.member_replies(wall)
    context = {
        "edition": edition,
        "programmes": selectors.programmes(),
        "today": day(_today()),
        "wall": wall,
        "tiles": selectors.tiles(wall),
        "off_map": selectors.off_map(wall),
        "levels": list(Level),
        "real": [one for one in replies if not one.member.sample],
        "samples": [one for one in replies if one.member.sample],
        "sources": _numbered([member.source for member in wall.members if member.source]),
        "own": [one for one in wall.members if one.code in participation.answering(request.user)],
    }
    return render(request, "portal/members.html", context)


def member(request: HttpRequest, code: str) -> HttpResponse:
    """How one member stands to every activity of an edition."""
    edition = _asked_for(request)
    if edition is None:
        raise Http404
    column = selectors.column(selectors.wall(edition, _today()), code)
    if column is None:
        raise Http404
    [replies] = selectors.member_replies(column)
    context = {
        "edition": edition,
        "programmes": [
            one
            for one in selectors.programmes()
            if replies.member.sample or code in {m.code for m in selectors.members(one, _today())}
        ],
        "wall": column,
        "member": replies.member,
        "replies": replies,
        "may_answer": code in participation.answering(request.user),
        "details": participation.sees_details(request.user),
        "said": on_record.of_country(code),
    }
    return render(request, "portal/member.html", context)


def _asked_for(request: HttpRequest) -> Edition | None:
    """The latest edition of the programme that the address names, of the first if it names none."""
    key = request.GET.get("programme")
    return _latest(key) if key else selectors.all_editions().first()


def _numbered(sources: Sequence[Row]) -> dict[str, int]:
    """Sources as cited, each once, in the order in which they come."""
    return {cited: n for n, cited in enumerate(dict.fromkeys(map(rules.cited, sources)), start=1)}


# --- what countries reported --------------------------------------------------------------


def reported(request: HttpRequest) -> HttpResponse:
    """Country by country what is on public record, and how far it is verified."""
    listings = on_record.listings()
    said = [one.said(None) for one in listings]
    edition = selectors.all_editions().first()
    members = [] if edition is None else selectors.members(edition.programme, _today())
    reporting = {code for one in said for code in one}
    codes = reporting | {one.code for one in members if not one.partner}
    context = {
        "listings": listings,
        "rows": [
            (
                place,
                place.code in sample_countries(),
                place.code in reporting,
                [(one, found.get(place.code)) for one, found in zip(listings, said, strict=True)],
            )
            for place in sorted(
                (countries()[code] for code in codes),
                key=lambda place: (place.code not in reporting, place.name.en),
            )
        ],
    }
    return render(request, "portal/reported.html", context)


# --- the status report --------------------------------------------------------------------


def report(request: HttpRequest) -> HttpResponse:
    """The status report of a programme as it was made last."""
    edition = _asked_for(request)
    if edition is None:
        return render(request, "portal/empty.html")
    programme = edition.programme
    made = reports.latest(programme.key, language())
    context = {
        "programme": programme,
        "programmes": selectors.programmes(),
        "made": made,
        "is_old": made is not None and made.state != reports.state(programme, _today()),
        "formats": reports.FORMATS,
    }
    return render(request, "portal/report.html", context)


def report_file(request: HttpRequest, programme: str, form: str) -> FileResponse:
    """The report as PDF or Word."""
    made = reports.latest(programme, language()) if form in reports.FORMATS else None
    if made is None:
        raise Http404
    name = f"kyoso-status-{programme}-{language()}-{made.as_of}.{form}"
    return FileResponse(made.file(form).open("rb"), as_attachment=True, filename=name)


# --- when something is in the way ---------------------------------------------------------


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form came without its mark: an old page, or cookies are off."""
    return render(
        request, "portal/error.html", _error("403", "form_title", "form_lede"), status=403
    )


def _error(code: str, title: str = "title", lede: str = "lede", **values: object) -> dict[str, Any]:
    return {
        "title": say(f"portal.error.{code}.{title}"),
        "lede": say(f"portal.error.{code}.{lede}", **values),
    }


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "portal/error.html", _error("404"), status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "portal/error.html", _error("403"), status=403)


def too_large(request: HttpRequest, limit: int) -> HttpResponse:
    """More was sent than this viewer may send."""
    context = _error("413", megabytes=limit // settings.MEGABYTE)
    if limit < settings.KYOSO_UPLOAD:
        context["also"] = say(
            "portal.error.413.sign_in",
            megabytes=settings.KYOSO_UPLOAD // settings.MEGABYTE,
        )
    return render(request, "portal/error.html", context, status=413)


def server_error(request: HttpRequest) -> HttpResponse:
    """Must not touch the database: it may be what failed."""
    return render(request, "portal/failure.html", _error("500"), status=500)
