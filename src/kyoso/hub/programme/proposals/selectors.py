"""What is read about proposals. Every function issues a fixed number of queries."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from kyoso.core.text import LANGUAGES, Language, Text
from kyoso.hub.accounts.selectors import Viewer
from kyoso.hub.programme.asking import told
from kyoso.hub.programme.models import ActivityText, Edition, Programme
from kyoso.hub.programme.proposals import planning
from kyoso.hub.programme.proposals.enums import Kind, Side, State
from kyoso.hub.programme.proposals.models import Adoption, Origin, Proposal, ProposalStance
from kyoso.hub.programme.proposals.planning import Conflict, Wanted
from kyoso.hub.programme.proposals.shapes import Proposed, proposed
from kyoso.hub.programme.proposals.visibility import visible_to
from kyoso.hub.record.models import Event
from kyoso.hub.texts import say
from kyoso.hub.writing import day
from kyoso.programme import editions
from kyoso.programme.comparing import Comparison, compare


def one(viewer: Viewer, pk: uuid.UUID) -> Proposal:
    """A proposal that this viewer may see. Raises ``Proposal.DoesNotExist``."""
    return (
        visible_to(viewer)
        .select_related("programme", "edition__programme", "organisation", "adopted_in__programme")
        .get(pk=pk)
    )


def listed(viewer: Viewer, programme: Programme) -> QuerySet[Proposal]:
    """The proposals of a programme that a viewer may see, with what was said to each."""
    counted = {
        side: Count("stances", filter=Q(stances__side=side), distinct=True) for side in Side.values
    }
    return (
        visible_to(viewer)
        .filter(programme=programme)
        .select_related("adopted_in")
        .annotate(said=Count("comments", distinct=True), **counted)
        .order_by("-day", "pk")
    )


def open_proposals(programme: Programme) -> list[Proposal]:
    """The proposals that wait for a decision, in the order in which they were opened."""
    found = Proposal.objects.filter(programme=programme, state=State.OPEN)
    return list(found.select_related("edition").order_by("opened_at", "pk"))


def open_on(viewer: Viewer, programme: Programme, key: str) -> list[Proposal]:
    """The open proposals on one activity that a viewer may see."""
    found = visible_to(viewer).filter(programme=programme, state=State.OPEN)
    return [proposal for proposal in found.order_by("opened_at", "pk") if key in proposal.targets]


def texts_of(edition: Edition) -> dict[str, ActivityText]:
    """The activities of an edition by their keys."""
    found = edition.activities.select_related("activity", "pillar", "section", "group")
    return {text.activity.key: text for text in found}


def events_of(proposal: Proposal) -> list[Event]:
    """Every act on a proposal and on members' stances to it, latest first, with what they say."""
    stances = [str(pk) for pk in proposal.stances.values_list("pk", flat=True)]
    own = Q(kind=Proposal._meta.label_lower, key=str(proposal.pk))
    said = Q(kind=ProposalStance._meta.label_lower, key__in=stances)
    return told(Event.objects.filter(own | said).order_by("-number"), "member", "side", "answer")


# --- contradictions -----------------------------------------------------------------------


def wanted(proposal: Proposal) -> Wanted:
    """A proposal as far as it decides what comes of activities."""
    return Wanted(
        str(proposal.pk),
        proposal.kind,
        tuple(proposal.targets),
        tuple(proposed(text) for text in proposal.texts),
    )


def contradictions(edition: Edition, proposals: Sequence[Proposal]) -> list[Conflict]:
    """Why these proposals cannot together become the edition after ``edition``."""
    current = {key: text.code for key, text in texts_of(edition).items()}
    return planning.conflicts(
        [wanted(proposal) for proposal in proposals], current, _changed(edition, proposals)
    )


def _changed(edition: Edition, proposals: Iterable[Proposal]) -> list[tuple[str, str]]:
    """(proposal, activity) where the activity reads otherwise than when it was written."""
    older = [one for one in proposals if one.edition_id != edition.pk]
    if not older:
        return []
    texts = ActivityText.objects.filter(
        edition__in={edition.pk, *(one.edition_id for one in older)}
    ).select_related("activity")
    read = {
        (text.edition_id, text.activity.key): (text.code, text.title, text.aim) for text in texts
    }
    return [
        (str(one.pk), key)
        for one in older
        for key in one.targets
        if (now := read.get((edition.pk, key))) is not None
        and now != read.get((one.edition_id, key))
    ]


# --- the redline --------------------------------------------------------------------------


def redline(
    proposal: Proposal, texts: Mapping[str, ActivityText], language: Language
) -> Comparison:
    """What the proposal changes, as two small editions set against each other.

    ``texts`` are those of the edition that the proposal was written for.
    """
    before = [
        _part(texts[key].code, Proposed(texts[key].code, texts[key].title, texts[key].aim))
        for key in proposal.targets
        if key in texts
    ]
    after = []
    for text in map(proposed, proposal.texts):
        if proposal.kind == Kind.RENUMBER and proposal.targets[0] in texts:
            same = texts[proposal.targets[0]]
            after.append(_part(text.code, Proposed(text.code, same.title, same.aim)))
        elif text.words is not None:
            after.append(_part(text.code, text))
    return compare(
        _small(proposal.edition.title[language], before, language),
        _small(_name(proposal)[language], after, language),
    )


def _name(proposal: Proposal) -> Text:
    return say("programme.proposals.proposal_of", day=day(proposal.day))


def _small(title: str, parts: Sequence[editions.Activity], language: Language) -> editions.Edition:
    return editions.Edition(title=title, date=None, language=language, activities=tuple(parts))


_STOP: Mapping[Language, str] = {"en": ". ", "ja": "。"}


def _part(code: str, text: Proposed) -> editions.Activity:
    assert text.title is not None
    assert text.words is not None
    return editions.Activity(
        code=code,
        pillar=None,
        section=None,
        group=None,
        annex=None,
        text={each: f"{text.title[each]}{_STOP[each]}{text.words[each]}" for each in LANGUAGES},
        first_line=1,
        last_line=1,
    )


# --- origins ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OriginLine:
    """One change of an edition: what it is now, what it was before, and by which proposal."""

    kind: str
    after: ActivityText | None
    before: ActivityText | None
    proposal: Proposal


def adoption(edition: Edition) -> Adoption | None:
    """The act by which an edition came out; ``None`` for one that was loaded or imported."""
    found = Adoption.objects.filter(edition=edition)
    return found.select_related("before__programme").first()


def origins(edition: Edition, before: Edition) -> list[OriginLine]:
    """Where everything in an edition that is not as before comes from, in the order of the text."""
    now = {text.activity_id: text for text in edition.activities.all()}
    then = {text.activity_id: text for text in before.activities.all()}
    found = [_line(one, now, then) for one in _origins(edition)]
    return sorted(found, key=lambda line: (_place(line), line.kind))


def _place(line: OriginLine) -> int:
    text = line.after or line.before
    return text.position if text else 0


def _origins(edition: Edition) -> QuerySet[Origin]:
    return Origin.objects.filter(edition=edition).select_related("proposal")


def _line(
    one: Origin, now: Mapping[int, ActivityText], then: Mapping[int, ActivityText]
) -> OriginLine:
    came_from = one.activity_id if one.kind == Kind.END else one.source_id
    return OriginLine(one.kind, now.get(one.activity_id), then.get(came_from or 0), one.proposal)


def adoption_by_mark(once: str) -> Adoption | None:
    """The adoption that a form with this mark made; ``None`` where it made none."""
    event = Event.objects.filter(once=once, kind=Adoption._meta.label_lower).first()
    if event is None:
        return None
    return Adoption.objects.select_related("edition").filter(pk=event.key).first()
