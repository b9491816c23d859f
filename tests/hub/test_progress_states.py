"""Whatever people do to a report in whatever order: no illegal state, no act of an author as judge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.hub.progress_sample import Scene, number, scene

from kyoso.hub.progress import services, writing
from kyoso.hub.progress.enums import APPROVED, Part, State, WrittenIn
from kyoso.hub.progress.models import Delivery, Report
from kyoso.hub.record.errors import ConflictError, NotAllowedError, WrongStateError
from kyoso.hub.record.selectors import history

LEGAL = {
    (State.DRAFT, State.SUBMITTED),
    (State.RETURNED, State.SUBMITTED),
    (State.SUBMITTED, State.RETURNED),
    (State.SUBMITTED, State.ACCEPTED),
    (State.ACCEPTED, State.PUBLISHED),
}
"""The ways that a report may go, written down apart from the services."""

ROLES = ("focal", "colleague", "lead", "secretariat", "second", "stranger")
WRITES = ("focal", "colleague")
JUDGES = ("lead", "secretariat", "second")
actors = st.sampled_from(ROLES)
staleness = st.sampled_from([0, 0, 0, 1])


class Reports(RuleBasedStateMachine):
    """One report, six people, every act in every order, with stale and repeated requests."""

    @initialize()
    def begin(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.scene: Scene = scene()
        self.report: Report = services.begin(self.scene.requirement, actor=self.scene.focal)
        self.acts = 1
        self.states = [State.DRAFT]
        self.wrote = {"focal"}

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @contextmanager
    def acting(self, name: str, may: tuple[str, ...]) -> Iterator[Any]:
        """Do something as somebody; who may not is refused, and nothing happened then."""
        before = Report.objects.get(pk=self.report.pk)
        try:
            with transaction.atomic():
                yield getattr(self.scene, name)
        except NotAllowedError:
            assert name not in may or (may is JUDGES and name in self.wrote)
        except (WrongStateError, ConflictError):
            pass
        else:
            assert name in may
        self.report = Report.objects.get(pk=self.report.pk)
        if self.report.version != before.version:
            self.acts += 1
            if may is WRITES:
                self.wrote.add(name)
        if self.report.state != before.state:
            assert (before.state, self.report.state) in LEGAL
            self.states.append(State(self.report.state))

    @rule(name=actors, words=st.sampled_from(["one", "two", ""]), stale=staleness)
    def write(self, name: str, words: str, stale: int) -> None:
        with self.acting(name, WRITES) as actor:
            writing.write_texts(
                self.report, actor=actor, expected=self.report.version - stale,
                written_in=WrittenIn.EN, texts={Part.NARRATIVE: words},
            )  # fmt: skip

    @rule(name=actors, value=st.sampled_from(["1", "2"]), stale=staleness)
    def measure(self, name: str, value: str, stale: int) -> None:
        with self.acting(name, WRITES) as actor:
            writing.write_values(
                self.report, actor=actor, expected=self.report.version - stale,
                answers=[number(value)],
            )  # fmt: skip

    @rule(name=actors, stale=staleness)
    def submit(self, name: str, stale: int) -> None:
        with self.acting(name, WRITES) as actor:
            services.submit(self.report, actor=actor, expected=self.report.version - stale)

    @rule(name=actors, stale=staleness)
    def send_back(self, name: str, stale: int) -> None:
        with self.acting(name, JUDGES) as actor:
            services.send_back(
                self.report, actor=actor, expected=self.report.version - stale,
                reasons={"needs": "say more"},
            )  # fmt: skip

    @rule(name=actors, stale=staleness)
    def accept(self, name: str, stale: int) -> None:
        with self.acting(name, JUDGES) as actor:
            services.accept(self.report, actor=actor, expected=self.report.version - stale)

    @rule(name=actors, stale=staleness)
    def publish(self, name: str, stale: int) -> None:
        with self.acting(name, JUDGES[1:]) as actor:
            services.publish(self.report, actor=actor, expected=self.report.version - stale)

    @invariant()
    def every_act_is_in_the_history_once(self) -> None:
        if hasattr(self, "report"):
            assert history(self.report).count() == self.acts == self.report.version

    @invariant()
    def no_author_has_judged(self) -> None:
        if not hasattr(self, "report"):
            return
        judged = history(self.report).filter(act__in=("progress.accepted", "progress.returned"))
        names = {getattr(self.scene, name).pk for name in self.wrote}
        assert not names & set(judged.values_list("actor", flat=True))
        assert set(self.report.authors) == names

    @invariant()
    def what_is_approved_went_to_its_bodies_and_nothing_else_did(self) -> None:
        if hasattr(self, "report"):
            sent = Delivery.objects.filter(report=self.report).exists()
            assert sent == (self.report.state in APPROVED)
            assert (self.report.published_at is not None) == (self.report.state == State.PUBLISHED)


@pytest.mark.django_db
@pytest.mark.usefixtures("catalogue")
def test_no_order_of_acts_leads_to_an_illegal_state() -> None:
    run_state_machine_as_test(Reports, settings=settings(max_examples=8, stateful_step_count=30))
