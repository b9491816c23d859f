"""The living document: proposals, what members say to them, and the edition that comes of them."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from kyoso.core.errors import UsageError
from kyoso.core.text import Text, same
from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.programme import selectors as programmes
from kyoso.hub.programme import wordings
from kyoso.hub.programme.models import Activity, ActivityText, Edition, Programme
from kyoso.hub.programme.proposals import (
    adopting,
    planning,
    rules,
    samples,
    selectors,
    services,
)
from kyoso.hub.programme.proposals.enums import Kind, Side, State
from kyoso.hub.programme.proposals.errors import ContradictionError
from kyoso.hub.programme.proposals.models import Adoption, Proposal
from kyoso.hub.programme.proposals.planning import Conflict, Wanted
from kyoso.hub.programme.proposals.shapes import SHAPES, Proposed, faults_of, proposed
from kyoso.hub.record.errors import ConflictError, NotAllowedError, WrongStateError
from kyoso.hub.record.models import Event

from .people import person

in_catalogue = pytest.mark.usefixtures("catalogue")
REASON = Text("because", "そのため")


def space() -> Programme:
    return Programme.objects.get(key="space")


def text(code: str, words: str = "Something else altogether.") -> Proposed:
    return Proposed(code, same(f"Title {words}"), Text(words, f"{words}（日本語）"))


def focal(country: str = "LAO") -> User:
    return person(Role.FOCAL_POINT, country=country)


def secretary() -> User:
    return person(Role.SECRETARIAT)


def drafted(
    kind: str, *targets: str, texts: tuple[Proposed, ...] = (), actor: User | None = None,
    member: str = "LAO", once: str | None = None,
) -> Proposal:  # fmt: skip
    return services.propose(
        actor=actor or focal(member), programme=space(), kind=kind, targets=targets, texts=texts,
        reason=REASON, member=member, once=once,
    )  # fmt: skip


def opened(
    kind: str, *targets: str, texts: tuple[Proposed, ...] = (), member: str = "LAO"
) -> Proposal:
    actor = focal(member)
    one = drafted(kind, *targets, texts=texts, actor=actor, member=member)
    return services.open_proposal(one, actor=actor, expected=one.version)


def adopt(*proposals: Proposal, label: str = "2027", actor: User | None = None) -> Adoption:
    return adopting.adopt(
        actor=actor or secretary(), programme=space(), proposals=proposals, label=label,
        title=Text("SPACE 2027", "SPACE 2027"), adopted=date(2027, 9, 4),
        adopted_at=Text("Vientiane", "ビエンチャン"),
    )  # fmt: skip


def codes(edition: Edition) -> dict[str, str]:
    return dict(edition.activities.values_list("activity__key", "code"))


# --- the plan, without a database ---------------------------------------------------------

CURRENT = {f"1-1-{n}": f"1-1-{n}" for n in range(1, 8)}


def want(key: str, kind: str, *targets: str, to: tuple[str, ...] = ()) -> Wanted:
    worded = SHAPES[kind].worded
    texts = tuple(text(code) if worded else Proposed(code) for code in to)
    return Wanted(key, kind, targets, texts)


def test_an_activity_keeps_its_identity_through_every_kind_of_change() -> None:
    made = planning.plan(
        [
            want("r", "reword", "1-1-1", to=("1-1-1",)),
            want("m", "merge", "1-1-2", "1-1-3", to=("1-1-2",)),
            want("s", "split", "1-1-4", to=("1-1-4", "1-1-9")),
            want("e", "end", "1-1-5"),
            want("n", "renumber", "1-1-6", to=("1-1-3",)),
            want("x", "new", to=("1-1-8",)),
        ],
        CURRENT,
    )
    assert {(one.activity, one.code) for one in made.entries} == {
        ("1-1-1", "1-1-1"),
        ("1-1-2", "1-1-2"),
        ("1-1-4", "1-1-4"),
        ("1-1-6", "1-1-3"),
        ("1-1-7", "1-1-7"),
        (None, "1-1-9"),
        (None, "1-1-8"),
    }
    assert made.ended == (("1-1-5", "e"),)
    links = {(one.code, link.source, link.kind) for one in made.entries for link in one.links}
    assert links == {
        ("1-1-1", "1-1-1", "reword"),
        ("1-1-2", "1-1-2", "merge"),
        ("1-1-2", "1-1-3", "merge"),
        ("1-1-4", "1-1-4", "split"),
        ("1-1-9", "1-1-4", "split"),
        ("1-1-3", "1-1-6", "renumber"),
        ("1-1-8", None, "new"),
    }


@pytest.mark.parametrize(
    ("wanted", "conflict"),
    [
        (
            [want("a", "reword", "1-1-1", to=("1-1-1",)), want("b", "end", "1-1-1")],
            Conflict("same_activity", "1-1-1", ("a", "b")),
        ),
        (
            [
                want("a", "merge", "1-1-1", "1-1-2", to=("1-1-1",)),
                want("b", "reword", "1-1-2", to=("1-1-2",)),
            ],
            Conflict("same_activity", "1-1-2", ("a", "b")),
        ),
        ([want("a", "renumber", "1-1-1", to=("1-1-2",))], Conflict("same_code", "1-1-2", ("a",))),
        (
            [want("a", "new", to=("1-1-8",)), want("b", "new", to=("1-1-8",))],
            Conflict("same_code", "1-1-8", ("a", "b")),
        ),
        ([want("a", "end", "9-9-9")], Conflict("gone", "9-9-9", ("a",))),
    ],
)
def test_what_contradicts_is_named(wanted: list[Wanted], conflict: Conflict) -> None:
    assert planning.conflicts(wanted, CURRENT) == [conflict]


def test_a_rewording_and_a_new_number_go_together_and_numbers_may_be_exchanged() -> None:
    wanted = [
        want("a", "reword", "1-1-1", to=("1-1-1",)),
        want("b", "renumber", "1-1-1", to=("1-1-2",)),
        want("c", "renumber", "1-1-2", to=("1-1-1",)),
    ]
    assert planning.conflicts(wanted, CURRENT) == []
    made = {one.activity: one for one in planning.plan(wanted, CURRENT).entries}
    assert (made["1-1-1"].code, made["1-1-2"].code) == ("1-1-2", "1-1-1")
    assert made["1-1-1"].words is not None
    assert made == {one.activity: one for one in planning.plan(wanted[::-1], CURRENT).entries} | {
        "1-1-1": made["1-1-1"]
    }


wanted_lists = st.lists(
    st.one_of(
        st.sampled_from(sorted(CURRENT)).map(lambda one: ("reword", (one,), (one,))),
        st.sampled_from(sorted(CURRENT)).map(lambda one: ("end", (one,), ())),
        st.tuples(st.sampled_from(sorted(CURRENT)), st.integers(1, 12)).map(
            lambda one: ("renumber", (one[0],), (f"1-1-{one[1]}",))
        ),
        st.tuples(st.permutations(sorted(CURRENT)), st.integers(2, 3)).map(
            lambda one: ("merge", tuple(one[0][: one[1]]), (one[0][0],))
        ),
        st.tuples(st.sampled_from(sorted(CURRENT)), st.integers(8, 12)).map(
            lambda one: ("split", (one[0],), (one[0], f"1-1-{one[1]}"))
        ),
        st.integers(1, 12).map(lambda n: ("new", (), (f"1-1-{n}",))),
    ),
    max_size=5,
).map(lambda found: [want(f"p{at}", kind, *of, to=to) for at, (kind, of, to) in enumerate(found)])


@given(wanted_lists)
def test_without_contradictions_every_activity_is_accounted_for_once(wanted: list[Wanted]) -> None:
    if planning.conflicts(wanted, CURRENT):
        return
    made = planning.plan(wanted, CURRENT)
    numbers = [one.code for one in made.entries]
    assert len(set(numbers)) == len(numbers)
    kept = [one.activity for one in made.entries if one.activity is not None]
    ended = [activity for activity, _ in made.ended]
    merged = [target for one in wanted if one.kind == Kind.MERGE for target in one.targets[1:]]
    assert sorted([*kept, *ended, *merged]) == sorted(CURRENT)
    changed = {one.activity for one in made.entries if one.links} - {None}
    touched = {target for one in wanted if one.kind != Kind.END for target in one.targets}
    assert changed == touched - set(merged)


@given(wanted_lists, st.randoms(use_true_random=False))
def test_contradictions_do_not_depend_on_the_order_of_proposals(wanted, random) -> None:
    shuffled = list(wanted)
    random.shuffle(shuffled)

    def found(given: list[Wanted]) -> set[tuple[str, str, frozenset[str]]]:
        return {
            (one.kind, one.subject, frozenset(one.proposals))
            for one in planning.conflicts(given, CURRENT)
        }

    assert found(shuffled) == found(wanted)


@given(st.sampled_from(sorted(SHAPES)), st.text(min_size=1), st.text(min_size=1))
def test_a_text_comes_back_as_it_went_into_the_record(kind: str, en: str, ja: str) -> None:
    one = Proposed("1-1-1", Text(en, ja), Text(ja, en))
    assert proposed(one.as_dict()) == one


@pytest.mark.parametrize(
    ("kind", "targets", "texts"),
    [
        ("reword", ["a"], [{"code": "1", "title": None, "text": None}]),
        ("reword", [], [text("1").as_dict()]),
        ("merge", ["a"], [text("1").as_dict()]),
        ("merge", ["a", "a"], [text("1").as_dict()]),
        ("split", ["a"], [text("1").as_dict(), text("1").as_dict()]),
        ("end", ["a"], [text("1").as_dict()]),
        ("new", [], [{"code": "1"}]),
        ("nonsense", [], []),
    ],
)
def test_a_proposal_has_the_shape_of_its_kind(kind, targets, texts) -> None:
    assert faults_of(kind, targets, texts)


# --- proposing ----------------------------------------------------------------------------


@in_catalogue
def test_a_proposal_goes_from_draft_to_open_and_repeating_changes_nothing() -> None:
    actor = focal()
    one = drafted("reword", "1-1-1", texts=(text("1-1-1"),), actor=actor, once="mark")
    assert drafted("reword", "1-1-1", texts=(text("1-1-1"),), actor=actor, once="mark").pk == one.pk
    changed = services.change_proposal(
        one, actor=actor, texts=[text("1-1-1", "Anew.")], reason=REASON, expected=1
    )
    first = services.open_proposal(changed, actor=actor, expected=changed.version)
    count = Event.objects.count()
    again = services.open_proposal(changed, actor=actor, expected=changed.version)
    assert (first.state, again.version) == (State.OPEN, first.version)
    assert Event.objects.count() == count
    with pytest.raises(WrongStateError):
        services.change_proposal(first, actor=actor, texts=[], reason=REASON, expected=3)


@in_catalogue
def test_a_draft_that_somebody_else_changed_is_not_overwritten() -> None:
    actor = focal()
    one = drafted("reword", "1-1-1", texts=(text("1-1-1"),), actor=actor)
    services.change_proposal(
        one, actor=actor, texts=[text("1-1-1", "A")], reason=REASON, expected=1
    )
    with pytest.raises(ConflictError):
        services.change_proposal(
            one, actor=actor, texts=[text("1-1-1", "B")], reason=REASON, expected=1
        )


@in_catalogue
@pytest.mark.parametrize(
    ("kind", "targets", "texts", "field"),
    [
        ("reword", ["9-9-9"], [text("9-9-9")], "targets"),
        ("reword", ["1-1-1"], [text("1-1-9")], "code-0"),
        ("new", [], [text("1-9-1")], "code-0"),
        ("new", [], [text("one")], "code-0"),
        ("new", [], [text("1-2-9-1")], "code-0"),
        ("new", [], [text("(1)")], "code-0"),
        ("renumber", ["1-1-1"], [Proposed("1-1-1")], "code-0"),
        ("new", [], [text("1-1-9", "x" * 9000)], "text-0"),
        ("end", [], [], "targets"),
    ],
)
def test_what_does_not_fit_the_edition_is_refused_by_field(kind, targets, texts, field) -> None:
    with pytest.raises(ValidationError) as refused:
        drafted(kind, *targets, texts=tuple(texts))
    assert field in refused.value.message_dict
    assert not Proposal.objects.exists()


@in_catalogue
def test_only_the_focal_point_of_a_member_or_the_secretariat_proposes() -> None:
    for actor, member in (
        (person(), "LAO"),
        (focal("VNM"), "LAO"),
        (secretary(), "LAO"),
        (focal("LAO"), ""),
        (person(Role.AUDITOR), ""),
    ):
        with pytest.raises(NotAllowedError):
            drafted("end", "1-1-1", actor=actor, member=member)
    assert drafted("end", "1-1-1", actor=secretary(), member="").organisation is not None


@in_catalogue
def test_a_draft_is_seen_by_its_own_side_only(client: Client) -> None:
    author = focal()
    one = drafted("end", "1-1-1", actor=author)
    seen = {
        "author": author,
        "ministry": person(Role.SECTOR_MINISTRY, country="LAO"),
        "secretary": secretary(),
        "auditor": person(Role.AUDITOR),
    }
    unseen = {"other": focal("VNM"), "nobody": person()}
    for viewer in (*seen.values(), *unseen.values()):
        expected = 200 if viewer in seen.values() else 404
        client.force_login(viewer)
        assert client.get(f"/en/proposals/{one.pk}/").status_code == expected
        assert client.get(f"/en/proposals/{one.pk}/change/").status_code == (
            200 if viewer == author else 404
        )
    client.logout()
    assert client.get(f"/en/proposals/{one.pk}/").status_code == 404


@in_catalogue
def test_the_rule_of_sight_and_the_query_agree() -> None:
    draft = drafted("end", "1-1-1")
    is_open = opened("end", "1-1-2")
    declined = services.decline_proposal(
        opened("end", "1-1-3"), actor=secretary(), expected=2, answer="no"
    )
    adopted = opened("end", "1-1-4")
    adopt(adopted)
    adopted.refresh_from_db()
    viewers = [person(), focal(), focal("VNM"), secretary(), person(Role.AUDITOR), None]
    viewers.append(person(Role.SECTOR_MINISTRY, country="LAO"))
    for viewer in viewers:
        by_query = set(programmes.proposals_visible_to(viewer))
        by_rule = {one for one in (draft, is_open, declined, adopted) if rules.sees(viewer, one)}
        assert by_query == by_rule


# --- what is said to it -------------------------------------------------------------------


@in_catalogue
def test_each_member_has_one_stance_and_its_history() -> None:
    one = opened("end", "1-1-1")
    vietnam = focal("VNM")
    first = services.take_side(one, actor=vietnam, member="VNM", side=Side.SUPPORT, language="en",
                               expected=0)  # fmt: skip
    second = services.take_side(one, actor=focal("VNM"), member="VNM", side=Side.OPPOSE,
                                language="en", expected=1)  # fmt: skip
    assert (second.pk, second.side) == (first.pk, Side.OPPOSE)
    event = selectors.events_of(one)[0]
    assert event.data["changes"]["side"] == ["support", "oppose"]
    with pytest.raises(ConflictError):
        services.take_side(one, actor=vietnam, member="VNM", side=Side.ABSTAIN, language="en",
                           expected=1)  # fmt: skip
    with pytest.raises(NotAllowedError):
        services.take_side(one, actor=vietnam, member="LAO", side=Side.OPPOSE, language="en")


@in_catalogue
def test_only_an_open_proposal_is_talked_about_and_comments_arrive_once() -> None:
    author = focal()
    draft = drafted("end", "1-1-1", actor=author)
    with pytest.raises(WrongStateError):
        services.comment(draft, actor=author, words="hm", language="en")
    one = services.open_proposal(draft, actor=author, expected=1)
    for _ in range(2):
        services.comment(one, actor=focal("VNM"), words="hm", language="en", once="mark")
    assert one.comments.count() == 1
    with pytest.raises(NotAllowedError):
        services.comment(one, actor=person(), words="hm", language="en")


@in_catalogue
def test_a_proposal_is_withdrawn_by_its_own_side_and_declined_by_the_other() -> None:
    one = opened("end", "1-1-1")
    with pytest.raises(NotAllowedError):
        services.withdraw_proposal(one, actor=focal("VNM"), expected=2)
    with pytest.raises(NotAllowedError):
        services.decline_proposal(one, actor=focal("LAO"), expected=2, answer="no")
    with pytest.raises(ValidationError):
        services.decline_proposal(one, actor=secretary(), expected=2, answer=" ")
    gone = services.withdraw_proposal(one, actor=focal("LAO"), expected=2)
    assert gone.state == State.WITHDRAWN
    with pytest.raises(WrongStateError):
        services.decline_proposal(gone, actor=secretary(), expected=3, answer="no")


# --- adoption -----------------------------------------------------------------------------


@in_catalogue
def test_an_edition_comes_of_proposals_of_every_kind_and_says_where_each_change_is_from() -> None:
    before = programmes.latest_edition("space")
    reworded = opened("reword", "1-1-1", texts=(text("1-1-1", "Reworded."),))
    renumbered = opened("renumber", "1-1-2", texts=(Proposed("1-1-6"),))
    merged = opened("merge", "2-1-1", "2-1-2", texts=(text("2-1-1", "Merged."),))
    split = opened("split", "3-1-1", texts=(text("3-1-1", "Half."), text("3-1-3", "Other half.")))
    ended = opened("end", "2-3-3-3")
    new = opened("new", texts=(text("1-2-3-5", "New."),))
    made = adopt(reworded, renumbered, merged, split, ended, new)
    edition = made.edition
    assert programmes.latest_edition("space") == edition
    expected = codes(before) | {"1-1-2": "1-1-6", "3-1-3": "3-1-3", "1-2-3-5": "1-2-3-5"}
    del expected["2-1-2"], expected["2-3-3-3"]
    assert codes(edition) == expected
    lines = selectors.origins(edition, before)
    assert [
        (line.kind, line.after and line.after.code, line.before and line.before.code)
        for line in lines
    ] == [
        ("reword", "1-1-1", "1-1-1"),
        ("renumber", "1-1-6", "1-1-2"),
        ("new", "1-2-3-5", None),
        ("merge", "2-1-1", "2-1-1"),
        ("merge", "2-1-1", "2-1-2"),
        ("end", None, "2-3-3-3"),
        ("split", "3-1-1", "3-1-1"),
        ("split", "3-1-3", "3-1-1"),
    ]
    assert {line.proposal.state for line in lines} == {State.ADOPTED}
    fresh = edition.activities.get(code="1-2-3-5")
    assert (fresh.section.code, fresh.group.code, fresh.aim.en) == ("1.2", "1-2-3", "New.")
    moved = edition.activities.get(code="1-1-6")
    assert moved.aim == before.activities.get(code="1-1-2").aim
    assert [one.code for one in edition.activities.all()][:6] == [
        "1-1-1", "1-1-3", "1-1-4", "1-1-5", "1-1-6", "1-2-1-1",
    ]  # fmt: skip


@in_catalogue
def test_what_is_not_proposed_is_carried_over_word_for_word_with_its_headings() -> None:
    before = programmes.latest_edition("space")
    untouched = before.activities.get(code="1-2-3-2")
    untouched.official = {"ja": {"text": "本文", "first_line": 1, "last_line": 2, "file": "f"}}
    untouched.save()
    edition = adopt(opened("reword", "1-1-1", texts=(text("1-1-1"),))).edition

    def as_read(text: ActivityText) -> tuple[object, ...]:
        over = [heading and heading.code for heading in (text.pillar, text.section, text.group)]
        return (text.activity_id, text.code, text.position, text.title, text.aim, text.official,
                text.annex, text.verification, *over)  # fmt: skip

    def read(edition: Edition) -> list[tuple[object, ...]]:
        texts = edition.activities.select_related("pillar", "section", "group")
        return [as_read(text) for text in texts if text.code != "1-1-1"]

    assert read(edition) == read(before)

    def headings(edition: Edition) -> list[tuple[object, ...]]:
        return [
            (one.kind, one.code, one.title, one.theme, one.parent and one.parent.code)
            for one in edition.headings.select_related("parent")
        ]

    assert headings(edition) == headings(before)
    assert before.headings.exists()
    assert all(one.parent is None or one.parent.edition_id == edition.pk
               for one in edition.headings.select_related("parent"))  # fmt: skip


@in_catalogue
def test_the_redline_of_an_adopted_edition_shows_what_was_proposed() -> None:
    adopt(opened("reword", "1-1-1", texts=(text("1-1-1", "Bring systems into line."),)))
    known = wordings.wordings()
    comparison = wordings.compared(known["space/2025"], known["space/2027"], "en")
    assert {change.entry.code for change in comparison.changes} == {"1-1-1"}
    assert comparison.unchanged == 42


@in_catalogue
def test_adopting_again_makes_no_second_edition() -> None:
    one, actor = opened("end", "1-1-1"), secretary()
    first = adopt(one, actor=actor)
    count = Event.objects.count()
    assert adopt(one, actor=actor) == first
    assert (Edition.objects.filter(programme__key="space").count(), Event.objects.count()) == (
        2,
        count,
    )
    with pytest.raises(WrongStateError):
        adopt(one, label="2028", actor=actor)


@in_catalogue
def test_who_wrote_a_proposal_does_not_adopt_or_decline_it() -> None:
    author, colleague = secretary(), secretary()
    one = drafted("end", "1-1-1", actor=author, member="")
    changed = services.change_proposal(
        one, actor=colleague, texts=[], reason=Text("r", "り"), expected=1
    )
    is_open = services.open_proposal(changed, actor=author, expected=2)
    for writer in (author, colleague):
        with pytest.raises(NotAllowedError):
            adopt(is_open, actor=writer)
        with pytest.raises(NotAllowedError):
            services.decline_proposal(is_open, actor=writer, expected=3, answer="no")
    assert not Adoption.objects.exists()
    assert adopt(is_open).before.label == "2025"


@in_catalogue
def test_only_the_secretariat_adopts() -> None:
    one = opened("end", "1-1-1")
    for actor in (person(), focal("VNM"), person(Role.AUDITOR)):
        with pytest.raises(NotAllowedError):
            adopt(one, actor=actor)


@in_catalogue
def test_contradicting_proposals_are_adopted_wholly_or_not_at_all() -> None:
    first, second = opened("end", "1-1-1"), opened("reword", "1-1-1", texts=(text("1-1-1"),))
    fine = opened("end", "1-1-2")
    with pytest.raises(ContradictionError) as refused:
        adopt(first, second, fine)
    assert [(one.kind, one.subject) for one in refused.value.conflicts] == [
        ("same_activity", "1-1-1")
    ]
    assert Edition.objects.filter(programme__key="space").count() == 1
    assert Proposal.objects.filter(state=State.OPEN).count() == 3
    adopt(first, fine)
    second.refresh_from_db()
    latest = programmes.latest_edition("space")
    assert [one.kind for one in selectors.contradictions(latest, [second])] == ["gone"]


@in_catalogue
def test_a_proposal_to_words_that_changed_meanwhile_is_named_and_one_to_others_still_holds() -> (
    None
):
    stale = opened("reword", "1-1-1", texts=(text("1-1-1", "A"),))
    holds = opened("reword", "1-1-2", texts=(text("1-1-2", "B"),))
    adopt(opened("reword", "1-1-1", texts=(text("1-1-1", "C"),)))
    latest = programmes.latest_edition("space")
    found = selectors.contradictions(latest, [stale, holds])
    assert [(one.kind, one.proposals) for one in found] == [("changed", (str(stale.pk),))]
    assert adopt(holds, label="2029").edition.activities.get(code="1-1-2").aim.en == "B"


@in_catalogue
@pytest.mark.parametrize("label", ["2025", "2024", "20 27", ""])
def test_a_new_edition_comes_after_the_latest(label: str) -> None:
    with pytest.raises(UsageError):
        adopt(opened("end", "1-1-1"), label=label)
    assert Edition.objects.filter(programme__key="space").count() == 1


@in_catalogue
def test_nothing_is_adopted_from_nothing_or_from_drafts() -> None:
    with pytest.raises(UsageError):
        adopt()
    with pytest.raises(WrongStateError):
        adopt(drafted("end", "1-1-1"))


@in_catalogue
def test_a_number_that_was_used_before_makes_another_activity() -> None:
    adopt(opened("end", "1-1-5"))
    adopt(opened("new", texts=(text("1-1-5"),)), label="2029")
    keys = Activity.objects.filter(programme__key="space", key__startswith="1-1-5")
    assert sorted(keys.values_list("key", flat=True)) == ["1-1-5", "1-1-5~2"]


@in_catalogue
def test_samples_are_not_adopted_with_others() -> None:
    sample = opened("end", "1-1-1", member="XAA")
    assert sample.sample
    with pytest.raises(UsageError):
        adopt(sample, opened("end", "1-1-2"))
    assert adopt(sample).sample


# --- samples ------------------------------------------------------------------------------


@in_catalogue
def test_the_sample_proposal_is_open_talked_about_and_can_be_removed() -> None:
    accounts.load_sample_users(password="long-enough-19")
    assert (samples.load_sample_proposals(), samples.load_sample_proposals()) == (1, 1)
    one = Proposal.objects.get()
    assert (one.state, one.sample, one.stances.count(), one.comments.count()) == (
        State.OPEN, True, 1, 1,
    )  # fmt: skip
    adopt(one)
    samples.remove_sample_proposals()
    assert not Proposal.objects.exists()
    assert programmes.latest_edition("space").label == "2025"


@in_catalogue
def test_an_edition_of_sample_proposals_is_in_no_export(client: Client) -> None:
    adopt(opened("new", texts=(text("1-1-9"),), member="XAA"))
    catalogue = client.get("/en/data/programme/space.json").json()
    assert [one["edition"] for one in catalogue["editions"]] == ["2025"]
    assert programmes.latest_edition("space").label == "2027"
    assert programmes.latest_edition("space", sample=False).label == "2025"
    assert "sample" in client.get("/en/programmes/space/2027/").content.decode()
    samples.remove_sample_proposals()
    assert not Activity.objects.filter(key="1-1-9").exists()


# --- pages --------------------------------------------------------------------------------


@in_catalogue
@pytest.mark.parametrize("language", ["en", "ja"])
def test_pages_answer_in_their_language(client: Client, language: str) -> None:
    one = opened("reword", "1-1-1", texts=(text("1-1-1"),))
    other = opened("split", "1-1-2", texts=(text("1-1-2"), text("1-1-8")))
    adopted = opened("end", "1-1-4")
    adopt(adopted)
    client.force_login(secretary())
    for address in (
        "proposals/space/",
        f"proposals/{one.pk}/",
        f"proposals/{other.pk}/",
        f"proposals/{adopted.pk}/",
        "proposals/space/new/",
        "proposals/space/new/?kind=merge&of=1-1-1&of=1-1-2&of=",
        "proposals/space/adopt/",
        "proposals/space/2027/origins/",
        "programmes/space/2027/",
        "programmes/space/2027/1-1-1/",
        "compare/?a=space/2025&b=space/2027",
    ):
        answer = client.get(f"/{language}/{address}")
        assert answer.status_code == 200, address
        assert f'<html lang="{language}">' in answer.content.decode()


@in_catalogue
def test_a_round_in_the_browser_from_the_first_word_to_the_new_edition(client: Client) -> None:
    author = focal()
    client.force_login(author)
    start = "/en/proposals/space/new/?kind=reword&of=1-1-1&of="
    page = client.get(start).content.decode()
    assert "PaSTI" in page
    sent = {"title-0-en": "T", "title-0-ja": "題", "text-0-en": "New words.", "text-0-ja": "新しい",
            "reason-en": "r", "reason-ja": "理由", "member": "LAO", "once": uuid.uuid4().hex}  # fmt: skip
    answer = client.post(start, sent)
    assert client.post(start, sent)["Location"] == answer["Location"]
    address = answer["Location"]
    assert "<ins>" in client.get(address).content.decode()
    one = Proposal.objects.get()
    assert client.post(f"{address}open/", {"version": one.version}).status_code == 302
    client.force_login(focal("VNM"))
    side = {"member": "VNM", "side": "support", "language": "en", "version": "0", "once": "s"}
    assert client.post(f"{address}side/", side).status_code == 302
    assert (
        client.post(
            f"{address}comment/", {"words": "good", "language": "en", "once": "c"}
        ).status_code
        == 302
    )
    client.force_login(secretary())
    adopting_form = {"proposals": [str(one.pk)], "label": "2027", "title_en": "SPACE 2027",
                     "title_ja": "SPACE 2027", "adopted": "2027-09-04", "once": "a"}  # fmt: skip
    answer = client.post("/en/proposals/space/adopt/", adopting_form)
    assert answer["Location"] == "/en/programmes/space/2027/"
    assert (
        client.post("/en/proposals/space/adopt/", adopting_form)["Location"] == answer["Location"]
    )
    client.logout()
    page = client.get(answer["Location"]).content.decode()
    assert "reworded" in page
    assert f"/en/proposals/{one.pk}/" in page
    assert client.get(address).status_code == 200


@in_catalogue
def test_contradictions_are_named_before_adoption(client: Client) -> None:
    one, other = opened("end", "1-1-1"), opened("reword", "1-1-1", texts=(text("1-1-1"),))
    client.force_login(secretary())
    page = client.get("/en/proposals/space/adopt/").content.decode()
    assert "Several proposals on one activity" in page
    assert (
        "Several proposals on one activity"
        in client.get(f"/en/proposals/{one.pk}/").content.decode()
    )
    answer = client.post(
        "/en/proposals/space/adopt/",
        {"proposals": [str(one.pk), str(other.pk)], "label": "2027", "title_en": "a", "title_ja": "a",
         "adopted": "2027-09-04", "once": "a"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert not Adoption.objects.exists()


@in_catalogue
def test_faults_stand_beside_their_fields(client: Client) -> None:
    client.force_login(focal())
    answer = client.post(
        "/en/proposals/space/new/?kind=new",
        {"code-0": "1-9-1", "title-0-en": "T", "title-0-ja": "", "text-0-en": "t", "text-0-ja": "t",
         "reason-en": "r", "reason-ja": "r", "member": "LAO", "once": "x"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"title-0-ja"}
    assert client.get("/en/proposals/space/new/?kind=merge&of=1-1-1").status_code == 422


@in_catalogue
def test_who_may_not_is_told_who_may(client: Client) -> None:
    client.force_login(person(Role.AUDITOR))
    answer = client.get("/en/proposals/space/new/")
    assert answer.status_code == 403
    assert client.get("/en/proposals/space/adopt/").status_code == 404
    client.logout()
    assert client.get("/en/proposals/space/new/").status_code == 302


@in_catalogue
def test_pages_ask_as_many_queries_for_fifty_as_for_one(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    one = opened("end", "1-1-1")
    keys = [key for key in codes(programmes.latest_edition("space")) if key != "1-1-1"]
    pages = ("/en/proposals/space/", f"/en/proposals/{one.pk}/", "/en/proposals/space/adopt/")
    client.force_login(secretary())
    needed = []
    for page in pages:
        client.get(page)
        with django_assert_max_num_queries(40) as few:
            client.get(page)
        needed.append(len(few))
    author = focal()
    for key in [*keys, *keys[:7]]:
        draft = drafted("end", key, actor=author)
        services.open_proposal(draft, actor=author, expected=1)
    for country in ("VNM", "THA", "IDN"):
        services.take_side(
            one, actor=focal(country), member=country, side=Side.SUPPORT, language="en"
        )
        services.comment(one, actor=focal(country), words="w", language="en")
    for page, count in zip(pages, needed, strict=True):
        with django_assert_max_num_queries(count):
            client.get(page)
