"""What all tests of the site share: a database in a file, and the shipped catalogue in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from pytest_django import Settings

from kyoso.hub.programme import services as programme

HERE = Path(__file__).parent


ONCE_A_DAY = frozenset(
    [
        "api_document",
        "api_files",
        "api_page",
        "compare",
        "data",
        "desk",
        "desk_calendar",
        "desk_digests",
        "drafts",
        "facilities_entries",
        "facilities_pages",
        "members",
        "ndc",
        "pages",
        "participation_workbook",
        "permissions",
        "progress_pages",
        "projects_pages",
        "regional",
        "report",
        "reported",
        "self_approval",
        "telling",
        "verification_pages",
    ]
)
"""Tests of what is shown, read or walked through on the ground of what others test on both databases."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark these files; each of them still runs on both databases before anything is released."""
    for item in items:
        if item.path.stem.removeprefix("test_") in ONCE_A_DAY and item.path.parent == HERE:
            item.add_marker(pytest.mark.once_a_day)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """SQLite in memory is shared between threads in another way: many writers need a file."""
    default = settings.DATABASES["default"]
    if default["ENGINE"].endswith("sqlite3"):
        default["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True)
def nobody_needs_a_second_factor(settings: Settings) -> None:
    """Only the tests of the second factor ask for one."""
    settings.KYOSO_SECOND_FACTOR_FOR = ()


@pytest.fixture(autouse=True)
def nothing_is_left_of_the_language_of_the_test_before(settings: Settings) -> None:
    """An answer in Japanese leaves its thread speaking Japanese."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def passwords_are_hashed_quickly(settings: Settings) -> None:
    """A hash that takes half a second is right for a site and wrong for a thousand tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def catalogue(db: None) -> None:
    """Both programmes, and nothing that people added."""
    programme.load_catalogue()


@pytest.fixture
def loaded(catalogue: None) -> None:
    """Both programmes and the stances of the sample countries."""
    programme.load_sample_stances()
