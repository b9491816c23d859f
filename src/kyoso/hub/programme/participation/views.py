"""Pages of members' answers: read, written one by one or all at once, sent as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kyoso.core import hashes
from kyoso.core.text import Text
from kyoso.hub.accounts.models import User
from kyoso.hub.programme import selectors as programme
from kyoso.hub.programme.enums import Level
from kyoso.hub.programme.models import ActivityText, Edition, Participation
from kyoso.hub.programme.participation import (
    reading,
    returned,
    selectors,
    services,
    showing,
)
from kyoso.hub.programme.participation import workbook as books
from kyoso.hub.programme.participation.enums import ReasonKind
from kyoso.hub.programme.participation.forms import Form, Typed, typed_of
from kyoso.hub.programme.selectors import Member
from kyoso.hub.record import selectors as record
from kyoso.hub.record.models import Event
from kyoso.hub.record.services import allow
from kyoso.hub.texts import language

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PREVIEW_SALT = "kyoso.participation.preview"
PREVIEW_HOLDS = 24 * 60 * 60
"""Seconds between seeing what a workbook changes and confirming it."""


def _today() -> date:
    return timezone.localdate()


def _edition(key: str) -> Edition:
    try:
        return programme.latest_edition(key)
    except Edition.DoesNotExist as fault:
        raise Http404 from fault


# --- reading ------------------------------------------------------------------------------


@require_GET
def gaps(request: HttpRequest, programme: str) -> HttpResponse:
    """Where demand has no supply: members by themselves, sample countries by themselves."""
    edition = _edition(programme)
    groups = []
    for sample in (False, True):
        found = selectors.demands(edition, _today(), sample=sample)
        if sample and not any(one.wanted or one.needs or one.leads for one in found):
            continue
        groups.append(
            {
                "sample": sample,
                "answered": any(one.wanted or one.needs or one.leads for one in found),
                "leaderless": [one for one in found if one.lacks_lead and one.wanted],
                "unmet": [one for one in found if one.lacks_supply],
            }
        )
    context = {
        "edition": edition,
        "groups": groups,
        "details": selectors.sees_details(request.user),
    }
    return render(request, "programme/participation/gaps.html", context)


@require_GET
def activity(request: HttpRequest, programme: str, slug: str) -> HttpResponse:
    """Who stands how to an activity, and what each needs of it."""
    edition = _edition(programme)
    text = _text(edition, slug)
    rows = selectors.stances_on(text)
    columns = selectors.columns(edition.programme, _today())
    context = {
        "edition": edition,
        "text": text,
        "rows": [
            (one, showing.shown(rows[one.code]) if one.code in rows else None) for one in columns
        ],
        "samples": any(one.sample for one in columns),
        "details": selectors.sees_details(request.user),
    }
    return render(request, "programme/participation/activity.html", context)


def _text(edition: Edition, slug: str) -> ActivityText:
    found = edition.activities.select_related("activity", "pillar", "section").filter(slug=slug)
    text = found.first()
    if text is None:
        raise Http404
    return text


@require_GET
def member(request: HttpRequest, programme: str, code: str) -> HttpResponseBase:
    """All that a member answered, for people with a role; others see its public page."""
    place = _place(programme, code)
    if not selectors.sees_details(request.user):
        return redirect(f"{reverse('portal:member', args=[code])}?programme={programme}")
    context = {
        **place.context(request),
        "bands": [
            (band.heading, [(text, _shown(place, text)) for text in band.activities])
            for band in place.bands
        ],
        "recorded": _number(request.GET.get("recorded", "")),
    }
    return render(request, "programme/participation/member.html", context)


def _number(written: str) -> int | None:
    return int(written) if written.isdecimal() and len(written) < 5 else None


@require_GET
def history(request: HttpRequest, programme: str, code: str, slug: str) -> HttpResponseBase:
    """What became of an answer; for people with a role, as it tells of reasons and needs."""
    place = _place(programme, code)
    text = _text(place.edition, slug)
    if not selectors.sees_details(request.user):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Http404
    stance = place.stances.get(text.activity_id)
    context = {
        **place.context(request),
        "text": text,
        "stance": stance,
        "events": record.history(stance) if stance else [],
    }
    return render(request, "programme/participation/history.html", context)


# --- whose answers ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A member in a programme, with its answers as they are now."""

    edition: Edition
    member: Member
    bands: list[programme.Band]
    stances: Mapping[int, Participation]

    @property
    def texts(self) -> list[ActivityText]:
        return [text for band in self.bands for text in band.activities]

    def may_answer(self, request: HttpRequest) -> bool:
        blank = services.unsaved(self.edition.programme, self.member.code)
        return bool(request.user.has_perm(services.PERMISSION, blank))

    def context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "edition": self.edition,
            "member": self.member,
            "may_answer": self.may_answer(request),
            "details": selectors.sees_details(request.user),
        }


def _place(programme_key: str, code: str) -> Place:
    edition = _edition(programme_key)
    found = selectors.member_of(edition.programme, code, _today())
    if found is None:
        raise Http404
    return Place(
        edition,
        found,
        programme.bands(edition),
        selectors.stances(edition.programme, code),
    )


def _shown(place: Place, text: ActivityText) -> showing.Shown | None:
    stance = place.stances.get(text.activity_id)
    return showing.shown(stance) if stance and stance.level else None


def _writer(request: HttpRequest, place: Place) -> User | None:
    """Who writes; ``None`` for who must sign in first. Raises :class:`NotAllowedError`."""
    if not isinstance(request.user, User):
        return None
    blank = services.unsaved(place.edition.programme, place.member.code)
    allow(request.user, services.PERMISSION, blank)
    return request.user


# --- writing ------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def answer(
    request: HttpRequest, programme: str, code: str, slug: str | None = None
) -> HttpResponseBase:
    """One answer of a member, or all of them, as a form."""
    place = _place(programme, code)
    writer = _writer(request, place)
    if writer is None:
        return redirect_to_login(request.get_full_path())
    if slug is not None and all(text.slug != slug for text in place.texts):
        raise Http404
    slugs = [text.slug for text in place.texts if slug in (None, text.slug)]
    typed = typed_of(request.POST, slugs) if request.method == "POST" else {}
    form = _form(request, writer, place, typed)
    if request.method == "POST":
        if form.is_ready:
            try:
                done = _record(writer, place, form)
                return _answers(place, len(done))
            except (services.AnswersConflictError, services.AnswersRefusedError):
                # Somebody was quicker between reading and writing: look again.
                form = _form(request, writer, _place(programme, code), typed)
        return _form_page(request, place, form, slugs, status=409 if form.conflicts else 422)
    return _form_page(request, place, form, slugs)


def _form(request: HttpRequest, writer: User, place: Place, typed: Mapping[str, Typed]) -> Form:
    form = Form.made(
        place.texts,
        typed,
        programme=place.edition.programme,
        member=place.member.code,
        people=selectors.contacts(place.member.code),
        stances=place.stances,
    )
    form.why = request.POST.get("why", "").strip()
    form.confirmed = request.POST.get("confirm") == "yes"
    form.needs_why = place.member.code not in selectors.answering(writer)
    return form


def _record(writer: User, place: Place, form: Form, **origin: Any) -> list[Participation]:
    return services.record_answers(
        actor=writer,
        programme=place.edition.programme,
        member=place.member.code,
        cells=form.cells(),
        why=form.why,
        **origin,
    )


def _answers(place: Place, recorded: int) -> HttpResponse:
    address = reverse("programme:answers", args=[place.edition.programme.key, place.member.code])
    return redirect(f"{address}?recorded={recorded}")


def _form_page(
    request: HttpRequest, place: Place, form: Form, slugs: list[str], *, status: int = 200
) -> HttpResponse:
    rows = {row.slug: row for row in form.rows if row.slug in slugs}
    context = {
        **place.context(request),
        "form": form,
        "bands": [
            (band.heading, [rows[text.slug] for text in band.activities if text.slug in rows])
            for band in place.bands
        ],
        "only": next(iter(rows.values())) if len(slugs) == 1 else None,
        **_choices(form),
    }
    return render(request, "programme/participation/answer.html", context, status=status)


def _choices(form: Form) -> dict[str, Any]:
    return {
        "levels": [reading.level_name(level.value)[language()] for level in Level],
        "kinds": [kind.value for kind in ReasonKind],
        "yes": reading.YES[language()],
        "people": [reading.person_line(one) for one in form.people],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, programme: str, code: str, slug: str) -> HttpResponseBase:
    """Asks once, then takes an answer back."""
    place = _place(programme, code)
    writer = _writer(request, place)
    if writer is None:
        return redirect_to_login(request.get_full_path())
    text = _text(place.edition, slug)
    stance = place.stances.get(text.activity_id)
    if stance is None:
        raise Http404
    needs_why = code not in selectors.answering(writer)
    why = request.POST.get("why", "").strip()
    lacks_why = request.method == "POST" and needs_why and not why
    if request.method == "POST" and not lacks_why:
        services.withdraw(
            stance, actor=writer, expected=_number(request.POST.get("version", "")) or 0, why=why
        )
        return _answers(place, 1)
    context = {
        **place.context(request),
        "text": text,
        "stance": stance,
        "shown": showing.shown(stance),
        "needs_why": needs_why,
        "lacks_why": lacks_why,
    }
    status = 422 if lacks_why else 200
    return render(request, "programme/participation/withdraw.html", context, status=status)


# --- the workbook -------------------------------------------------------------------------


@require_GET
def workbook_file(request: HttpRequest, programme: str, code: str) -> HttpResponseBase:
    """The answers as a workbook in the language of the page."""
    place = _place(programme, code)
    if _writer(request, place) is None:
        return redirect_to_login(request.get_full_path())
    people = selectors.contacts(code)
    named = {s.focal_point for s in place.stances.values() if s.focal_point is not None}
    content = books.made(
        place.edition,
        place.member,
        [(text, place.stances.get(text.activity_id)) for text in place.texts],
        people=[*people, *sorted(named - set(people), key=lambda one: one.pk)],
        language=language(),
    )
    name = f"kyoso-{place.edition.programme.key}-{code}.xlsx"
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition})


@require_http_methods(["GET", "HEAD", "POST"])
def workbook(request: HttpRequest, programme: str, code: str) -> HttpResponseBase:
    """Takes a workbook in, and shows what it would change; nothing is recorded here."""
    place = _place(programme, code)
    writer = _writer(request, place)
    if writer is None:
        return redirect_to_login(request.get_full_path())
    if request.method != "POST":
        return _book_page(request, place, {})
    sent = request.FILES.get("workbook")
    try:
        content = _content(sent)
        mark = services.import_mark(place.edition.programme, code, content)
        before = Event.objects.filter(once=mark).first()
        if before is not None:
            return _book_page(request, place, {"before": before})
        given = returned.read(content, place.edition, place.member, place.texts)
    except returned.WorkbookRefusedError as fault:
        return _book_page(request, place, {"refused": fault}, status=422)
    form = _form(request, writer, place, given.rows)
    for row in form.wrong:
        given.problems += [given.problem_at(row.slug, fault) for fault in row.faults]
    if given.problems:
        problems = sorted(given.problems, key=lambda one: _cell_order(one.cell or ""))
        return _book_page(request, place, {"problems": problems}, status=422)
    payload = {
        "file": hashes.of_bytes(content),
        "mark": mark,
        "programme": programme,
        "member": code,
        "writer": writer.pk,
        "rows": {
            row.slug: [dict(row.typed.values), row.typed.expected, row.typed.seen]
            for row in form.changed
        },
    }
    sealed = signing.dumps(payload, salt=PREVIEW_SALT, compress=True)
    context = {
        "form": form,
        "sealed": sealed,
        "fresh": True,
        "absent": given.absent,
        "absent_codes": ", ".join(text.code for text in given.absent),
        "places": {
            row.slug: ", ".join(given.place_of(row.slug, one.field) for one in row.differences)
            for row in form.conflicts
        },
    }
    return _book_page(request, place, context)


def _content(sent: UploadedFile | None) -> bytes:
    if sent is None:
        raise returned.WorkbookRefusedError(
            Text("no file was chosen", "ファイルが選ばれていません"),
            hint=Text("choose the workbook that you filled in", "記入したブックを選んでください"),
        )
    # One byte more than is allowed is enough to see that it is too large.
    content: bytes = sent.read(returned.MOST_BYTES + 1)
    return content


def _cell_order(cell: str) -> tuple[int, int, str]:
    head = cell.partition(":")[0]
    column = head.rstrip("0123456789")
    return int(head[len(column) :] or 0), len(column), column


@require_POST
def apply(request: HttpRequest, programme: str, code: str) -> HttpResponseBase:
    """Records what a workbook changes, as it was shown."""
    place = _place(programme, code)
    writer = _writer(request, place)
    if writer is None:
        return redirect_to_login(reverse("programme:workbook", args=[programme, code]))
    payload = _opened(request.POST.get("sealed", ""), programme, code, writer)
    if payload is None:
        return _book_page(request, place, {"expired": True}, status=422)
    typed = {
        slug: Typed(
            values=values,
            expected=expected,
            seen=seen,
            choice=request.POST.get(f"choice-{slug}", ""),
            asked=_number(request.POST.get(f"asked-{slug}", "")),
        )
        for slug, (values, expected, seen) in payload["rows"].items()
    }
    form = _form(request, writer, place, typed)
    if form.is_ready:
        try:
            done = _record(
                writer, place, form, once=payload["mark"], data={"file": payload["file"]}
            )
            return _answers(place, len(done))
        except (services.AnswersConflictError, services.AnswersRefusedError):
            form = _form(request, writer, _place(programme, code), typed)
    context = {"form": form, "sealed": request.POST["sealed"], "tried": True}
    return _book_page(request, place, context, status=409 if form.conflicts else 422)


def _opened(sealed: str, key: str, code: str, writer: User) -> dict[str, Any] | None:
    """What was shown, if it was shown to this person, for this member, not long ago."""
    try:
        payload: dict[str, Any] = signing.loads(sealed, salt=PREVIEW_SALT, max_age=PREVIEW_HOLDS)
    except signing.BadSignature:
        return None
    shown = (payload["programme"], payload["member"], payload["writer"])
    return payload if shown == (key, code, writer.pk) else None


def _book_page(
    request: HttpRequest, place: Place, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    everything = {**place.context(request), "megabytes": returned.MOST_BYTES >> 20, **context}
    return render(request, "programme/participation/workbook.html", everything, status=status)
