"""The trial of the site: what is worked out by hand here, and the whole of it in small."""

from __future__ import annotations

import os
import threading
import time

import pytest
from benchmarks.forms import values_of
from benchmarks.measuring import Finding, Outcome
from benchmarks.site import Fetched, Page, by_address, centile, lost
from benchmarks.visiting import Clocks, Site, Used

from benchmarks import site

FORM = """
<form><input name="q" value="elsewhere"></form>
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="t">
<input type="hidden" name="version" value="3"><input name="title" value="A &amp; B">
<input type="checkbox" name="kind" value="a" checked><input type="checkbox" name="kind" value="b">
<textarea name="needs">
two
lines</textarea>
<select name="level"><option value="">–</option><option selected>Interested</option></select>
<select name="lead"><option value="4">Four</option><option value="5">Five</option></select>
<select name="places" multiple><option value="1" selected>One</option><option value="2">Two
</option><option value="3" selected>Three</option></select>
<button name="act" value="save">Save</button></form>
"""


def test_a_form_is_sent_as_a_browser_sends_it() -> None:
    assert values_of(FORM, "version") == {
        "version": ["3"],
        "title": ["A & B"],
        "kind": ["a"],
        "needs": ["two\nlines"],
        "level": ["Interested"],
        "lead": ["4"],
        "places": ["1", "3"],
    }
    with pytest.raises(LookupError, match="no form of the page has absent"):
        values_of(FORM, "absent")


def test_the_95th_centile_is_the_value_that_19_of_20_do_not_exceed() -> None:
    assert centile([float(one) for one in range(20, 0, -1)], 0.95) == 19.0
    assert centile([7.0], 0.95) == 7.0


def test_an_update_is_lost_where_the_log_lacks_it_or_does_not_go_on_from_it() -> None:
    whole = [["before", "writer 1 edit 0"], ["writer 1 edit 0", "writer 2 edit 0"]]
    heard = ["writer 2 edit 0", "writer 1 edit 0"]
    assert lost(heard, whole, "writer 2 edit 0") == []
    assert lost([*heard, "writer 3 edit 0"], whole, "writer 2 edit 0") == ["writer 3 edit 0"]
    assert lost(heard[:1], whole, "writer 2 edit 0") == ["writer 1 edit 0"]
    assert lost(heard, whole, "before") == ["writer 2 edit 0 is not before"]
    over = [["before", "writer 1 edit 0"], ["before", "writer 2 edit 0"]]
    assert lost(heard, over, "writer 2 edit 0") == ["writer 1 edit 0 → before"]


def test_a_page_counts_for_whom_it_is_slowest() -> None:
    def page(path: str, who: str, *seconds: float) -> Page:
        return Page("a", path, who, [Fetched(one, one, one) for one in seconds])

    slow, quick = page("/a/", "auditor", 0.2, 0.3, 0.4), page("/a/", "anonymous", 0.1, 0.1, 0.1)
    other = page("/b/", "anonymous", 0.15)
    assert by_address([quick, other, slow]) == [(slow, 0.4), (other, 0.15)]


def test_a_thread_that_ended_takes_nothing_from_what_the_others_used() -> None:
    before = Clocks({1: 9.0}, {11: 2.0, 12: 7.0})
    assert Clocks({1: 9.5}, {11: 2.25, 13: 0.5}) - before == Used(0.5, 0.75)


def test_the_clock_of_a_process_goes_on_with_a_thread_that_ended() -> None:
    site = Site(0, (os.getpid(),))
    before = site.clocks()

    def work() -> None:
        until = time.thread_time() + 0.05
        while time.thread_time() < until:
            pass

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    used = site.clocks() - before
    assert used.cpu >= 0.05
    assert used.waited >= 0.0


def test_an_outcome_is_sound_where_every_goal_is_met() -> None:
    met = Finding("a", 150.0, 150.0, "ms")
    missed = Finding("b", 151.0, 150.0, "ms")
    assert Outcome(headings=(), rows=[], notes=[], findings=[met]).sound
    assert not Outcome(headings=(), rows=[], notes=[], findings=[met, missed]).sound


@pytest.mark.long
def test_the_whole_trial_in_small_breaks_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (
        ("PROJECTS", 60), ("REPORTS", 4200), ("PAIRS", 12), ("FETCHES", 1),
        ("USERS", 6), ("SECONDS", 8.0), ("WRITERS", 6), ("EDITS", 1),
    ):  # fmt: skip
        monkeypatch.setattr(site, name, value)
    found = {one.text: one for one in site.run(lambda _: None).findings}
    for text in ("errors among readers", "errors among writers", "lost updates"):
        assert found[text].met, found[text]
