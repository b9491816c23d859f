"""What the tests of the site share: the shipped catalogue, with and without sample data."""

from __future__ import annotations

import pytest

from kyoso.hub.programme import services as programme


@pytest.fixture
def catalogue(db: None) -> None:
    """Both programmes, and nothing that people added."""
    programme.load_catalogue()


@pytest.fixture
def loaded(catalogue: None) -> None:
    """Both programmes and the stances of the sample countries."""
    programme.load_sample_stances()
