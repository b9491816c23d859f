"""What all tests share: bounds of hypothesis, one Spark session, a closing list of what was skipped."""

from __future__ import annotations

import os
import shutil
import warnings
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

IN_BUILD = os.environ.get("CI") == "true"

# A busy machine is not a fault of the code. The build tries the same examples every time; on a
# developer's machine each run tries others.
settings.register_profile(
    "kyoso",
    deadline=None,
    derandomize=IN_BUILD,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("kyoso")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--agreed`` writes the table of permissions anew, for a person to read."""
    parser.addoption("--agreed", action="store_true", help="write tests/hub/permissions.csv anew")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a file by its size: an archive holds the time it was made, and names must last."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def spark_session() -> Iterator[object]:
    """One Spark session for all tests that need one: a start takes longer than most of them."""
    if shutil.which("java") is None and not IN_BUILD:
        pytest.skip("Spark needs a Java virtual machine, and there is no `java` here")
    from pyspark.sql import SparkSession

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = (
            SparkSession.builder.master("local[2]")
            .appName("kyoso-tests")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.driver.memory", "1g")
            .getOrCreate()
        )
    yield session
    session.stop()


@pytest.fixture(
    params=[
        "duckdb",
        pytest.param(
            "spark", marks=[pytest.mark.spark, pytest.mark.long, pytest.mark.xdist_group("spark")]
        ),
    ]
)
def engine_name(request: pytest.FixtureRequest) -> str:
    """The name of each engine in turn; everything asked of one is asked of the other."""
    if request.param == "spark":
        request.getfixturevalue("spark_session")
    return str(request.param)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was skipped, and why."""
    skipped: Counter[tuple[str, str]] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        skipped[report.nodeid.split("::")[0], reason.removeprefix("Skipped: ")] += 1
    for (suite, reason), count in sorted(skipped.items()):
        terminalreporter.write_line(f"skipped {count} in {suite}: {reason}")
