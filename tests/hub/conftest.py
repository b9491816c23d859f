"""What all tests of the site share: a database in a file, and the shipped catalogue in it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils import translation
from pytest_django import Settings

from kyoso.hub.programme import services as programme


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
