"""Pages of the desk, and the person's calendar."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kyoso.hub import asking, mailing, reported
from kyoso.hub.accounts.models import User
from kyoso.hub.portal.desk import calendar, counting, selectors, services, showing
from kyoso.hub.portal.desk.enums import Digest
from kyoso.hub.portal.desk.models import Desk
from kyoso.hub.texts import language

AHEAD = timedelta(days=92)
"""How far ahead the page shows the days that come."""
CHANGES = 30
DAYS = 12


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for the person, what is late, what others must do, what changed."""
    user = asking.user(request)
    own = selectors.desk(user)
    items = selectors.items(user)
    counting.keep(request, sum(one.own for one in items))
    changes = selectors.changes(user, after=own.seen)
    days = selectors.dues(user, past=timedelta(0), ahead=AHEAD)
    context = {
        "desk": own,
        "layout": showing.laid_out(items),
        "changes": changes[:CHANGES],
        "more_changes": max(0, len(changes) - CHANGES),
        "last": changes[0].number if changes else None,
        "window": selectors.DAYS,
        "days": [one for one in days if not one.cancelled][:DAYS],
        "listings": reported.listings(),
    }
    return render(request, "portal/desk/desk.html", context)


@login_required
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """The person has seen the changes that the page showed."""
    number = request.POST.get("number", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 18):
        raise BadRequest("number")
    services.mark_seen(asking.user(request), number=int(number))
    return redirect("portal:desk")


@login_required
@require_http_methods(["GET", "POST"])
def options(request: HttpRequest) -> HttpResponse:
    """How often the person is written to, and the address of their calendar."""
    user = asking.user(request)
    if request.method == "POST":
        if request.POST.get("act") == "renew":
            services.renew_calendar(user)
        elif (chosen := request.POST.get("digest")) in Digest.values:
            services.set_digest(user, digest=Digest(chosen))
        else:
            raise BadRequest("digest")
        return redirect("portal:desk_options")
    own = Desk.objects.get_or_create(user=user)[0]
    path = reverse("portal:calendar_feed", args=[calendar.token_of(own)])
    context = {
        "desk": own,
        "digests": Digest.values,
        "address": settings.KYOSO_URL.rstrip("/") + path,
        "reaches_people": mailing.reaches_people(),
    }
    return render(request, "portal/desk/options.html", context)


@login_required
@require_GET
def calendar_file(request: HttpRequest) -> HttpResponse:
    """The days that concern the person, to be kept."""
    answer = _calendar(asking.user(request))
    answer["Content-Disposition"] = 'attachment; filename="kyoso.ics"'
    return answer


@require_GET
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The same for a calendar that asks again and again; whoever has the address may read it."""
    user = calendar.owner_of(token)
    if user is None:
        raise Http404
    answer = _calendar(user)
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _calendar(user: User) -> HttpResponse:
    content = calendar.written(selectors.dues(user), language(), now=timezone.now())
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, no-store"
    return answer
