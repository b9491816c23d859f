"""Pages of people and organisations, and of one's own account."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.conf import settings
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET, require_http_methods

from kyoso.core.text import language_of
from kyoso.hub import asking, mailing
from kyoso.hub.accounts import exporting, letters, selectors, services
from kyoso.hub.accounts.forms import (
    AcceptForm,
    AppointForm,
    CloseForm,
    EndForm,
    InviteForm,
    OrganisationForm,
    PasswordForm,
    ProfileForm,
    SearchForm,
)
from kyoso.hub.accounts.middleware import lacks_second_factor
from kyoso.hub.accounts.models import Invitation, Membership, Organisation, User
from kyoso.hub.record.selectors import history
from kyoso.hub.record.services import allow
from kyoso.hub.texts import language, say

A_PAGE = 100
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _history(record: Any) -> list[Any]:
    return list(history(record)[:A_PAGE])


# --- people -------------------------------------------------------------------------------


@login_required
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, and the invitations that nobody has answered."""
    allow(asking.user(request), "accounts.list_people", asking.user(request))
    form = SearchForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"words": "", "role": ""}
    found = selectors.people(asking.user(request), asked["words"], asked["role"])
    context = {
        "form": form,
        "query": "".join(f"&{name}={quote(word)}" for name, word in asked.items() if word),
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "invitations": selectors.open_invitations(request.user),
        "may_invite": request.user.has_perm("accounts.invite"),
    }
    return render(request, "accounts/people.html", context)


@login_required
@require_GET
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: roles with their days, what was done to the account."""
    one = _person(request, pk)
    context = {
        "person": one,
        "posts": one.memberships.select_related("organisation").order_by("-since", "pk"),
        "events": _history(one),
        "may_appoint": request.user.has_perm("accounts.appoint") and one.is_active,
        "may_close": request.user.has_perm("accounts.close_user", one) and one.is_active,
    }
    return render(request, "accounts/person.html", context)


def _person(request: HttpRequest, pk: int) -> User:
    one = selectors.users_visible_to(asking.user(request)).filter(pk=pk).first()
    if one is None:
        raise Http404
    return one


@login_required
@get_or_post
def invite(request: HttpRequest) -> HttpResponse:
    """Offer an account; the answer shows what became of the letter."""
    allow(asking.user(request), "accounts.invite", Invitation())
    start = {
        "language": translation.get_language(),
        "organisation": request.GET.get("organisation"),
    }
    form = InviteForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made, secret = services.invite(
                actor=asking.user(request),
                email=data["email"],
                display_name=data["display_name"],
                language=language_of(data["language"]),
                once=data["once"],
                **form.post(),
            )
        except ValidationError as refused:
            form.take(refused)
        else:
            return _sent(request, made, secret)
    return render(request, "accounts/invite.html", {"form": form}, status=_status(form))


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


def _sent(request: HttpRequest, made: Invitation, secret: str) -> HttpResponse:
    """What became of the letter. The link is shown where no mail server takes it to the person.

    It is in no redirect and in no session, so a page that is loaded again does not have it.
    """
    new = services.holds(made, secret)
    sent = new and letters.send_invitation(made, secret)
    reaches = sent and mailing.reaches_people()
    context = {
        "invitation": made,
        "new": new,
        "reaches": reaches,
        "link": letters.address_of(made, secret) if new and not reaches else "",
    }
    return render(request, "accounts/invited.html", context)


@login_required
@get_or_post
def invitation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One invitation; a POST writes the letter anew."""
    found = selectors.invitations_visible_to(request.user).select_related("organisation")
    one = found.filter(pk=pk).first()
    if one is None:
        raise Http404
    if request.method == "POST":
        version = asking.version(request)
        return _sent(
            request, *services.renew_invitation(one, actor=asking.user(request), expected=version)
        )
    context = {
        "invitation": one,
        "events": _history(one),
        "may_renew": request.user.has_perm("accounts.renew_invitation", one),
    }
    return render(request, "accounts/invitation.html", context)


@login_required
@require_http_methods(["POST"])
def withdraw(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The invitation does not hold any more."""
    one = selectors.invitations_visible_to(request.user).filter(pk=pk).first()
    if one is None:
        raise Http404
    services.withdraw_invitation(one, actor=asking.user(request), expected=asking.version(request))
    return redirect("accounts:invitation", one.pk)


@get_or_post
def accept(request: HttpRequest, pk: uuid.UUID, secret: str) -> HttpResponse:
    """What the letter leads to: choose a password and a language; no account is needed yet."""
    one = Invitation.objects.select_related("organisation").filter(pk=pk).first()
    if one is None or not services.holds(one, secret):
        return render(request, "accounts/invitation_gone.html", status=404)
    known = User.objects.filter(email__iexact=one.email).exists()
    posted = request.POST if request.method == "POST" else None
    form = AcceptForm(posted, known=known, initial={"language": one.language})
    if form.is_valid():
        try:
            user = services.accept(
                one,
                secret=secret,
                password=form.cleaned_data.get("password", ""),
                language=language_of(form.cleaned_data.get("language") or one.language),
            )
        except ValidationError as refused:
            for message in refused.messages:
                form.add_error("password", message)
        else:
            return _welcome(request, user, known=known)
    context = {
        "form": form,
        "invitation": one,
        "known": known,
        "organisation": one.organisation.name[language()],
        "role": say(f"accounts.role.{one.role}")[language()],
    }
    return render(request, "accounts/accept.html", context, status=_status(form))


def _welcome(request: HttpRequest, user: User, *, known: bool) -> HttpResponse:
    if not known:
        login(request, user, backend=BACKEND)
        reauthenticate_by_password(request)  # it was typed on this very page
    with translation.override(user.language):
        return redirect("accounts:me")


@login_required
@get_or_post
def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a further role."""
    one = _person(request, pk)
    allow(asking.user(request), "accounts.appoint", Membership(user=one))
    form = AppointForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.appoint(
                actor=asking.user(request),
                user=one,
                since=data["since"],
                once=data["once"],
                **form.post(),
            )
        except ValidationError as refused:
            form.take(refused)
        else:
            return redirect("accounts:person", one.pk)
    context = {"form": form, "person": one}
    return render(request, "accounts/appoint.html", context, status=_status(form))


@login_required
@get_or_post
def end_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then let a role end on a day."""
    found = selectors.memberships_visible_to(asking.user(request)).select_related(
        "user", "organisation"
    )
    one = found.filter(pk=pk).first()
    if one is None:
        raise Http404
    allow(asking.user(request), "accounts.end_membership", one)
    posted = request.POST if request.method == "POST" else None
    form = EndForm(posted, initial={"version": one.version})
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.end_membership(
                one,
                actor=asking.user(request),
                until=data["until"],
                expected=data["version"],
                why=data["why"],
            )
        except ValidationError as refused:
            form.take(refused)
        else:
            return redirect("accounts:person", one.user_id)
    context = {"form": form, "post": one, "events": _history(one)}
    return render(request, "accounts/end.html", context, status=_status(form))


# --- organisations ------------------------------------------------------------------------


@login_required
@require_GET
def organisations(request: HttpRequest) -> HttpResponse:
    """The organisations that a person may see, by country."""
    found = selectors.organisations(request.user)
    context = {
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "may_add": request.user.has_perm("accounts.add_organisation"),
    }
    return render(request, "accounts/organisations.html", context)


def _organisation(request: HttpRequest, pk: int) -> Organisation:
    one = selectors.organisations_visible_to(request.user).filter(pk=pk).first()
    if one is None:
        raise Http404
    return one


@login_required
@require_GET
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """One organisation, who acts for it since when, and its history."""
    one = _organisation(request, pk)
    context = {
        "organisation": one,
        "posts": one.memberships.select_related("user").order_by("-since", "pk"),
        "events": _history(one),
        "may_change": request.user.has_perm("accounts.change_organisation", one),
        "may_invite": request.user.has_perm("accounts.invite"),
        "sees_people": request.user.has_perm("accounts.list_people"),
    }
    return render(request, "accounts/organisation.html", context)


@login_required
@get_or_post
def add_organisation(request: HttpRequest) -> HttpResponse:
    """A new organisation."""
    allow(asking.user(request), "accounts.add_organisation", Organisation())
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = services.add_organisation(
                actor=asking.user(request), once=form.cleaned_data["once"] or None, **form.values()
            )
        except ValidationError as refused:
            form.take(refused)
        else:
            return redirect("accounts:organisation", made.pk)
    return render(request, "accounts/organisation_form.html", {"form": form}, status=_status(form))


@login_required
@get_or_post
def change_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """What an organisation is called and what it is."""
    one = _organisation(request, pk)
    allow(asking.user(request), "accounts.change_organisation", one)
    start = {
        "name_en": one.name.en,
        "name_ja": one.name.ja,
        "abbreviation": one.abbreviation,
        "kind": one.kind,
        "country": one.country,
        "version": one.version,
    }
    form = OrganisationForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_valid():
        try:
            services.change_organisation(
                one,
                actor=asking.user(request),
                expected=form.cleaned_data["version"] or 0,
                why=form.cleaned_data["why"],
                **form.values(),
            )
        except ValidationError as refused:
            form.take(refused)
        else:
            return redirect("accounts:organisation", one.pk)
    context = {"form": form, "organisation": one}
    return render(request, "accounts/organisation_form.html", context, status=_status(form))


@login_required
@require_GET
def organisation_data(request: HttpRequest, pk: int) -> FileResponse:
    """Everything that is an organisation's own, in one file."""
    one = _organisation(request, pk)
    allow(asking.user(request), "accounts.export_organisation", one)
    return _zip(
        exporting.of_organisation(one, asking.user(request)), f"kyoso-organisation-{one.pk}.zip"
    )


def _zip(stream: Any, name: str) -> FileResponse:
    return FileResponse(stream, as_attachment=True, filename=name, content_type="application/zip")


# --- one's own account --------------------------------------------------------------------


@login_required
@get_or_post
def me(request: HttpRequest) -> HttpResponse:
    """One's own name, language and roles, and what can be done with the account."""
    user = asking.user(request)
    start = {"display_name": user.display_name, "language": user.language}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_valid():
        services.set_profile(
            user,
            actor=user,
            display_name=form.cleaned_data["display_name"],
            language=form.spoken(),
        )
        with translation.override(form.spoken()):
            return redirect("accounts:me")
    context = {
        "form": form,
        "posts": user.memberships.select_related("organisation").order_by("-since", "pk"),
        "secured": selectors.has_second_factor(user),
        "lacks": lacks_second_factor(user),
        "sees_people": user.has_perm("accounts.list_people"),
        "events": _history(user),
    }
    return render(request, "accounts/me.html", context, status=_status(form))


@login_required
@get_or_post
def password(request: HttpRequest) -> HttpResponse:
    """Choose another password."""
    user = asking.user(request)
    form = PasswordForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        try:
            changed = services.set_password(
                user, actor=user, password=form.cleaned_data["password"]
            )
        except ValidationError as refused:
            for message in refused.messages:
                form.add_error("password", message)
        else:
            update_session_auth_hash(request, changed)
            return redirect("accounts:me")
    return render(request, "accounts/password.html", {"form": form}, status=_status(form))


@login_required
@require_GET
def second_factor_needed(request: HttpRequest) -> HttpResponse:
    """Why a second factor is asked for, and the way to one."""
    user = asking.user(request)
    if not lacks_second_factor(user):
        return redirect("accounts:me")
    roles = [role for role in settings.KYOSO_SECOND_FACTOR_FOR if user.standing.has(role)]
    return render(request, "accounts/second_factor_needed.html", {"roles": roles})


@login_required
@require_GET
def own_data(request: HttpRequest) -> FileResponse:
    """Everything that the person signed in has made or is named in, in one file."""
    user = asking.user(request)
    return _zip(exporting.of_person(user), "kyoso-own-data.zip")


@login_required
@get_or_post
def close_own(request: HttpRequest) -> HttpResponse:
    """Ask once, then take oneself out of the profile."""
    return _close(request, asking.user(request))


@login_required
@get_or_post
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for another person, with a reason."""
    return _close(request, _person(request, pk))


def _close(request: HttpRequest, one: User) -> HttpResponse:
    user = asking.user(request)
    allow(user, "accounts.close_user", one)
    own = one.pk == user.pk
    form = CloseForm(request.POST if request.method == "POST" else None, user=user, own=own)
    if form.is_valid():
        services.close_account(one, actor=user, why=form.cleaned_data.get("why", ""))
        if not own:
            return redirect("accounts:person", one.pk)
        request.session.flush()
        return redirect(reverse("portal:home"))
    context = {"form": form, "person": one, "own": own}
    return render(request, "accounts/close.html", context, status=_status(form))
