"""Pages of proposals: the list, one proposal, a new one, and the adoption of several."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kyoso.core.errors import UsageError
from kyoso.core.text import language_of
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.programme import selectors as programmes
from kyoso.hub.programme.models import ActivityText, Edition
from kyoso.hub.programme.proposals import adopting, rules, selectors, services
from kyoso.hub.programme.proposals.enums import Kind, Side, State
from kyoso.hub.programme.proposals.errors import ContradictionError
from kyoso.hub.programme.proposals.forms import (
    OFFERED,
    AdoptForm,
    ChangeForm,
    ChooseForm,
    CommentForm,
    DeclineForm,
    SideForm,
    TextsForm,
    initial_from,
    initial_of,
)
from kyoso.hub.programme.proposals.models import Adoption, Proposal
from kyoso.hub.programme.proposals.planning import Conflict
from kyoso.hub.programme.proposals.shapes import SHAPES
from kyoso.hub.record.errors import ConflictError, WrongStateError
from kyoso.hub.texts import language
from kyoso.programme import showing

Forms = dict[str, Any]


def _edition(programme: str) -> Edition:
    try:
        return programmes.latest_edition(programme)
    except Edition.DoesNotExist as fault:
        raise Http404 from fault


def _proposal(request: HttpRequest, pk: uuid.UUID) -> Proposal:
    try:
        return selectors.one(request.user, pk)
    except Proposal.DoesNotExist as fault:
        raise Http404 from fault


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _version(request: HttpRequest, one: Proposal) -> int:
    try:
        return int(request.POST.get("version", ""))
    except ValueError as fault:
        raise ConflictError(one, {}) from fault


@require_GET
def overview(request: HttpRequest, programme: str) -> HttpResponse:
    """All proposals that the reader may see, by what became of them."""
    edition = _edition(programme)
    found = list(selectors.listed(request.user, edition.programme))
    texts = selectors.texts_of(edition)
    context = {
        "edition": edition,
        "states": [
            (state, [(one, _codes(one, texts)) for one in found if one.state == state])
            for state in (State.OPEN, State.DRAFT, State.ADOPTED, State.DECLINED, State.WITHDRAWN)
        ],
        "empty": not found,
        "sees_open": bool(standing(request.user).posts),
        "may_propose": rules.may_propose(request.user, None),
        "may_adopt": rules.may_adopt(request.user, None),
    }
    return render(request, "programme/proposals/overview.html", context)


def _codes(one: Proposal, texts: dict[str, ActivityText]) -> list[str]:
    """The numbers of the activities concerned, and those proposed where they differ."""
    now = [texts[key].code if key in texts else key for key in one.targets]
    then = [text["code"] for text in one.texts]
    return now if now == then or not then else [*now, "→", *then]


# --- a new proposal, a draft --------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, programme: str) -> HttpResponse:
    """First what is to change, then the texts; saving makes a draft."""
    edition = _edition(programme)
    texts = selectors.texts_of(edition)
    members = _members(request)
    chosen = ChooseForm(request.GET if "kind" in request.GET else None, list(texts.values()))
    context: Forms = {"edition": edition, "choose": chosen, "members": members}
    if not members:
        return render(request, "programme/proposals/not_for_you.html", context, status=403)
    if not chosen.is_valid():
        context["more"] = range(OFFERED - 1)
        status = 422 if chosen.is_bound else 200
        return render(request, "programme/proposals/choose.html", context, status=status)
    kind, targets = chosen.cleaned_data["kind"], chosen.cleaned_data["of"]
    concerned = [texts[key] for key in targets]
    parts = chosen.cleaned_data["parts"] or 2 if kind == Kind.SPLIT else SHAPES[kind].texts[1]
    form = TextsForm(
        request.POST or None,
        kind=kind,
        parts=parts,
        members=members,
        codes=[text.code for text in concerned],
        initial=initial_from(kind, concerned),
    )
    if form.is_valid() and (made := _proposed(request, edition, form, targets)):
        return redirect("programme:proposal", made.pk)
    context |= {"form": form, "kind": kind, "concerned": concerned}
    status = 422 if form.is_bound else 200
    return render(request, "programme/proposals/write.html", context, status=status)


def _members(request: HttpRequest) -> list[str]:
    """For whom the reader may propose: members whose focal point they are, the secretariat."""
    found = standing(request.user)
    countries = sorted(found.countries(Role.FOCAL_POINT))
    return [*countries, *([""] if found.has(Role.SECRETARIAT) else [])]


def _proposed(
    request: HttpRequest, edition: Edition, form: TextsForm, targets: Sequence[str]
) -> Proposal | None:
    try:
        return services.propose(
            actor=_actor(request),
            programme=edition.programme,
            kind=form.kind,
            targets=targets,
            texts=form.texts(),
            reason=form.reason(),
            member=form.member(),
            once=form.cleaned_data["once"],
        )
    except ValidationError as refused:
        form.take(refused)
        return None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A draft is rewritten."""
    one = _proposal(request, pk)
    if not rules.may_change(request.user, one):
        raise Http404
    texts = selectors.texts_of(one.edition)
    concerned = [texts[key] for key in one.targets if key in texts]
    form = ChangeForm(
        request.POST or None,
        kind=one.kind,
        parts=len(one.texts),
        codes=[text.code for text in concerned],
        initial=initial_of(one),
    )
    if form.is_valid() and _changed(request, one, form):
        return redirect("programme:proposal", one.pk)
    context = {"edition": one.edition, "form": form, "kind": one.kind, "concerned": concerned,
               "proposal": one}  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "programme/proposals/write.html", context, status=status)


def _changed(request: HttpRequest, one: Proposal, form: ChangeForm) -> bool:
    try:
        services.change_proposal(
            one,
            actor=_actor(request),
            texts=form.texts(),
            reason=form.reason(),
            expected=form.cleaned_data["version"],
        )
    except ValidationError as refused:
        form.take(refused)
        return False
    return True


# --- one proposal -------------------------------------------------------------------------


@require_GET
def proposal(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What is proposed, what changes by it, what was said to it, what can be done."""
    return _page(request, _proposal(request, pk))


def _page(request: HttpRequest, one: Proposal, *, status: int = 200, **bound: Any) -> HttpResponse:
    texts = selectors.texts_of(one.edition)
    stances = list(one.stances.all())
    comparison = selectors.redline(one, texts, language())
    is_open = one.state == State.OPEN
    own = rules.may_change(request.user, one)
    context = {
        "proposal": one,
        "edition": one.edition,
        "concerned": [texts[key] for key in one.targets if key in texts],
        "redline": showing.as_html(comparison, language(), level=3),
        "stances": stances,
        "counts": [(side, sum(s.side == side for s in stances)) for side in Side.values],
        "comments": one.comments.select_related("organisation"),
        "conflicts": _named(request, one) if is_open else [],
        "may_change": own and one.state == State.DRAFT,
        "may_open": own and one.state == State.DRAFT,
        "may_withdraw": own and one.state in (State.DRAFT, State.OPEN),
        "decline": DeclineForm(initial={"version": one.version})
        if is_open and rules.may_decide(request.user, one)
        else None,
        "comment": CommentForm(initial={"language": language()})
        if is_open and standing(request.user).posts
        else None,
        "sides": _side_forms(request, stances) if is_open else [],
        "events": selectors.events_of(one) if standing(request.user).posts else None,
    } | bound
    return render(request, "programme/proposals/proposal.html", context, status=status)


def _side_forms(request: HttpRequest, stances: Sequence[Any]) -> list[SideForm]:
    now = {stance.member: stance for stance in stances}
    members = sorted(standing(request.user).countries(Role.FOCAL_POINT))
    return [
        SideForm(member=member, now=now.get(member), auto_id=f"{member}_%s") for member in members
    ]


def _named(request: HttpRequest, one: Proposal) -> list[tuple[Conflict, list[Proposal]]]:
    """Where an open proposal contradicts others, or the latest edition by now."""
    latest = programmes.latest_edition(one.programme.key)
    return [
        found
        for found in _with_proposals(latest, selectors.open_proposals(one.programme))
        if one in found[1]
    ]


def _with_proposals(
    edition: Edition, proposals: Sequence[Proposal]
) -> list[tuple[Conflict, list[Proposal]]]:
    return _of(selectors.contradictions(edition, proposals), proposals)


def _of(
    conflicts: Sequence[Conflict], proposals: Sequence[Proposal]
) -> list[tuple[Conflict, list[Proposal]]]:
    by_key = {str(one.pk): one for one in proposals}
    return [(one, [by_key[key] for key in one.proposals]) for one in conflicts]


@login_required
@require_POST
def move(request: HttpRequest, pk: uuid.UUID, to: str) -> HttpResponse:
    """Open or withdraw."""
    one = _proposal(request, pk)
    verbs = {"open": services.open_proposal, "withdraw": services.withdraw_proposal}
    if to not in verbs:
        raise Http404
    try:
        verbs[to](one, actor=_actor(request), expected=_version(request, one))
    except ValidationError as refused:
        return _page(request, one, status=422, faults=refused.messages)
    return redirect("programme:proposal", one.pk)


@login_required
@require_POST
def decline(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    one = _proposal(request, pk)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, one, status=422, decline=form)
    services.decline_proposal(
        one,
        actor=_actor(request),
        expected=form.cleaned_data["version"],
        answer=form.cleaned_data["answer"],
    )
    return redirect("programme:proposal", one.pk)


@login_required
@require_POST
def comment(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    one = _proposal(request, pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _page(request, one, status=422, comment=form)
    services.comment(
        one,
        actor=_actor(request),
        words=form.cleaned_data["words"],
        language=language_of(form.cleaned_data["language"]),
        once=form.cleaned_data["once"],
    )
    return redirect("programme:proposal", one.pk)


@login_required
@require_POST
def side(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A member supports, opposes or abstains."""
    one = _proposal(request, pk)
    member = request.POST.get("member", "")
    form = SideForm(request.POST, member=member)
    if not form.is_valid():
        return _page(request, one, status=422, sides=[form])
    services.take_side(
        one,
        actor=_actor(request),
        member=member,
        side=Side(form.cleaned_data["side"]),
        reason=form.cleaned_data["side_reason"],
        language=language_of(form.cleaned_data["language"]),
        expected=form.cleaned_data["version"],
        once=form.cleaned_data["once"],
    )
    return redirect("programme:proposal", one.pk)


# --- the next edition ---------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, programme: str) -> HttpResponse:
    """The secretariat makes the next edition of open proposals."""
    if not rules.may_adopt(request.user, None):
        raise Http404
    edition = _edition(programme)
    made = _made_by_this_form(request)
    if made is not None:
        return redirect("programme:edition", programme, made.edition.label)
    offered = selectors.open_proposals(edition.programme)
    texts = selectors.texts_of(edition)
    form = AdoptForm(
        request.POST or None,
        offered=offered,
        initial={"adopted": timezone.localdate()},
    )
    context: Forms = {
        "edition": edition,
        "form": form,
        "offered": [
            (one, _codes(one, texts), rules.may_decide(request.user, one)) for one in offered
        ],
        "chosen": request.POST.getlist("proposals"),
        "conflicts": _with_proposals(edition, offered),
    }
    if form.is_valid():
        try:
            made = _adopted(request, edition, form)
        except ContradictionError as refused:
            context["refused"] = _of(refused.conflicts, offered)
            form.add_error("proposals", refused.message[language()])
        except (UsageError, WrongStateError) as refused:
            form.add_error(None, refused.message[language()])
            if refused.hint:
                form.add_error(None, refused.hint[language()])
        else:
            return redirect("programme:edition", programme, made.edition.label)
    status = 422 if form.is_bound else 200
    return render(request, "programme/proposals/adopt.html", context, status=status)


def _made_by_this_form(request: HttpRequest) -> Adoption | None:
    """What the same form made when it arrived before."""
    return selectors.adoption_by_mark(request.POST.get("once", ""))


def _adopted(request: HttpRequest, edition: Edition, form: AdoptForm) -> Adoption:
    return adopting.adopt(
        actor=_actor(request),
        programme=edition.programme,
        proposals=list(form.cleaned_data["proposals"]),
        label=form.cleaned_data["label"],
        title=form.title(),
        adopted=form.cleaned_data["adopted"],
        adopted_at=form.place(),
        once=form.cleaned_data["once"],
    )


@require_GET
def origins(request: HttpRequest, programme: str, label: str) -> HttpResponse:
    """Where everything in an edition that is not as before comes from."""
    edition = get_object_or_404(
        Edition.objects.select_related("programme"), programme__key=programme, label=label
    )
    adoption = selectors.adoption(edition)
    if adoption is None:
        raise Http404
    context = {
        "edition": edition,
        "adoption": adoption,
        "origins": selectors.origins(edition, adoption.before),
    }
    return render(request, "programme/proposals/origins.html", context)
