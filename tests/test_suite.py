"""The suite itself: tests that share what takes long to make run in one process."""

from __future__ import annotations

import os

import pytest


@pytest.mark.xdist_group("together")
def test_tests_of_a_group_are_known_by_it(request: pytest.FixtureRequest) -> None:
    """Else each process makes a site, a region, a browser of its own, and nobody notices."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        assert request.node.nodeid.endswith("@together")
