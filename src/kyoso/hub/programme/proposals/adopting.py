"""Open proposals together become the next edition, wholly or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from kyoso.core.errors import UsageError
from kyoso.core.text import Text
from kyoso.hub.accounts.models import User
from kyoso.hub.programme import rules
from kyoso.hub.programme import selectors as programmes
from kyoso.hub.programme.enums import Verification
from kyoso.hub.programme.importing import OWN_WORDS, free_key, require_label
from kyoso.hub.programme.models import Activity, ActivityText, Edition, Heading, Programme
from kyoso.hub.programme.proposals import planning, selectors
from kyoso.hub.programme.proposals.checking import Place, Places
from kyoso.hub.programme.proposals.enums import Kind, State
from kyoso.hub.programme.proposals.errors import ContradictionError
from kyoso.hub.programme.proposals.models import Adoption, Origin, Proposal
from kyoso.hub.programme.proposals.planning import Entry, Plan
from kyoso.hub.record.errors import WrongStateError
from kyoso.hub.record.services import allow, change, create
from kyoso.hub.texts import say
from kyoso.programme.codes import number_of

ADOPTED_HERE = "adopted on this site"


@transaction.atomic
def adopt(
    *,
    actor: User,
    programme: Programme,
    proposals: Sequence[Proposal],
    label: str,
    title: Text,
    adopted: date,
    adopted_at: Text | None = None,
    once: str | None = None,
) -> Adoption:
    """Make the next edition of the latest one and of open proposals.

    Activities keep their identity, and with it all that hangs on them; what is not changed is
    carried over with its headings and official words. Repeating it makes no second edition.

    Raises ``NotAllowedError`` (also for who wrote one of the proposals),
    :class:`ContradictionError`, :class:`WrongStateError` for a proposal that is not open, and
    :class:`UsageError` for no proposal, a label that is taken or does not come after the latest,
    or sample proposals among others.
    """
    Programme.objects.select_for_update().get(pk=programme.pk)
    chosen = list(
        Proposal.objects.select_for_update()
        .filter(programme=programme, pk__in=[one.pk for one in proposals])
        .order_by("opened_at", "pk")
    )
    allow(actor, "programme.make_edition", Adoption())
    if (before := _made_before(programme, label, chosen)) is not None:
        return before
    for one in chosen:
        allow(actor, "programme.adopt_proposal", one)
    latest = programmes.latest_edition(programme.key)
    _require_open(chosen)
    _require_next(latest, label)
    if found := selectors.contradictions(latest, chosen):
        raise ContradictionError(found)
    edition = _edition(latest, label, title, adopted, adopted_at)
    _Making(latest, edition, chosen).make()
    made = create(
        Adoption(
            edition=edition,
            before=latest,
            by=actor,
            by_name=actor.display_name,
            at=timezone.now(),
            sample=chosen[0].sample,
        ),
        actor=actor,
        act="programme.edition_adopted",
        permission="programme.make_edition",
        once=once,
        data={"proposals": [str(one.pk) for one in chosen]},
    )
    for one in chosen:
        change(
            one,
            actor=actor,
            act="programme.proposal_adopted",
            permission="programme.adopt_proposal",
            expected=None,
            state=State.ADOPTED,
            adopted_in=edition,
            decided_at=made.at,
        )
    return made


def _made_before(programme: Programme, label: str, chosen: Sequence[Proposal]) -> Adoption | None:
    """The adoption of just these proposals under this label, if it was carried out before."""
    found = Adoption.objects.filter(edition__programme=programme, edition__label=label).first()
    if found is None:
        return None
    adopted = Proposal.objects.filter(adopted_in=found.edition_id).values_list("pk", flat=True)
    return found if set(adopted) == {one.pk for one in chosen} else None


def _require_open(chosen: Sequence[Proposal]) -> None:
    if not chosen:
        raise UsageError(say("programme.proposals.none_chosen"))
    for one in chosen:
        if one.state != State.OPEN:
            raise WrongStateError(
                say(
                    "programme.proposals.wrong_state",
                    state=say(f"programme.proposals.state.{one.state}"),
                ),
                where=str(one.pk),
                hint=say(f"programme.proposals.instead.{one.state}"),
            )
    if len({one.sample for one in chosen}) > 1:
        raise UsageError(say("programme.proposals.sample_mixed"))


def _require_next(latest: Edition, label: str) -> None:
    require_label(label)
    if label <= latest.label:
        raise UsageError(
            say("programme.proposals.label_order"),
            where=label,
            hint=say("programme.proposals.label_after", label=latest.label),
        )


def _edition(
    latest: Edition, label: str, title: Text, adopted: date, adopted_at: Text | None
) -> Edition:
    edition = Edition(
        programme=latest.programme,
        label=label,
        title=title,
        adopted=adopted,
        adopted_at=adopted_at,
        source_document=title.en,
        source_place=ADOPTED_HERE,
        source_year=str(adopted.year),
        licence=OWN_WORDS,
        verification=Verification.ONE_SOURCE,
    )
    edition.full_clean()
    edition.save()
    return edition


class _Making:
    """The headings, activities and origins of the next edition."""

    def __init__(self, latest: Edition, edition: Edition, proposals: Sequence[Proposal]) -> None:
        self._latest = latest
        self._edition = edition
        self._proposals = {str(one.pk): one for one in proposals}
        self._old = selectors.texts_of(latest)
        current = {key: text.code for key, text in self._old.items()}
        self._plan: Plan = planning.plan([selectors.wanted(one) for one in proposals], current)
        programme = latest.programme
        self._activities = {one.key: one for one in programme.activities.all()}

    def make(self) -> None:
        headings = self._carry_headings()
        places = Places(list(headings.values()))
        entries = sorted(self._plan.entries, key=lambda entry: number_of(entry.code))
        texts, origins = [], []
        for position, entry in enumerate(entries):
            activity = self._activity(entry)
            text = self._text(entry, position, headings, places)
            text.activity = activity
            text.clean_fields(exclude=("pillar", "section", "group"))
            texts.append(text)
            origins += [
                Origin(
                    edition=self._edition,
                    activity=activity,
                    source=self._activities[link.source] if link.source is not None else None,
                    kind=link.kind,
                    proposal=self._proposals[link.proposal],
                )
                for link in entry.links
            ]
        origins += [
            Origin(
                edition=self._edition,
                activity=self._activities[key],
                kind=Kind.END,
                proposal=self._proposals[proposal],
            )
            for key, proposal in self._plan.ended
        ]
        ActivityText.objects.bulk_create(texts)
        Origin.objects.bulk_create(origins)

    def _carry_headings(self) -> dict[int, Heading]:
        """The headings of the edition before, by the key that each had there."""
        carried = {}
        for one in self._latest.headings.all():
            old = one.pk
            one.pk, one._state.adding = None, True
            one.edition = self._edition
            carried[old] = one
        parents = {old: one.parent_id for old, one in carried.items()}
        for one in carried.values():
            one.parent = None
        Heading.objects.bulk_create(carried.values())
        for old, one in carried.items():
            over = parents[old]
            one.parent = carried[over] if over is not None else None
        Heading.objects.bulk_update(carried.values(), ["parent"])
        return carried

    def _activity(self, entry: Entry) -> Activity:
        if entry.activity is not None:
            return self._activities[entry.activity]
        key = free_key(entry.code, self._activities)
        made = Activity.objects.create(programme=self._edition.programme, key=key)
        self._activities[key] = made
        return made

    def _text(
        self, entry: Entry, position: int, headings: Mapping[int, Heading], places: Places
    ) -> ActivityText:
        old = self._old.get(entry.activity) if entry.activity is not None else None
        text = ActivityText(
            edition=self._edition,
            code=entry.code,
            slug=rules.slug_of(entry.code),
            position=position,
        )
        if old is not None and old.code == entry.code:
            place = Place(*(headings.get(pk or 0) for pk in _above(old)))
            text.annex = old.annex
        else:
            place = places.of(entry.code) or Place()
            text.annex = next((one.annex for one in (place.group, place.section) if one), "")
        text.pillar, text.section, text.group = place.pillar, place.section, place.group
        if entry.words is not None:
            self._say_anew(text, entry)
        elif old is not None:
            _carry_words(old, text)
        return text

    def _say_anew(self, text: ActivityText, entry: Entry) -> None:
        """The words of the proposal; the official ones of an edition before are no longer true."""
        assert entry.words is not None
        text.title, text.aim = entry.words.title, entry.words.words
        text.source_document = self._edition.source_document
        text.source_place = ADOPTED_HERE
        text.source_year = self._edition.source_year
        text.licence = OWN_WORDS
        text.verification = Verification.ONE_SOURCE
        text.note = "proposal " + ", ".join(dict.fromkeys(link.proposal for link in entry.links))


_CARRIED = (
    *("title", "aim", "official", "source_document", "source_place", "source_year"),
    *("licence", "verification", "note"),
)


def _carry_words(old: ActivityText, text: ActivityText) -> None:
    for name in _CARRIED:
        setattr(text, name, getattr(old, name))


def _above(text: ActivityText) -> tuple[int | None, int | None, int | None]:
    return text.pillar_id, text.section_id, text.group_id
