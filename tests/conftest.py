"""What all tests share: bounds of hypothesis, and a closing list of suites that were skipped."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is not a fault of the code; the same examples on every run are worth more.
settings.register_profile(
    "kyoso",
    deadline=None,
    derandomize=True,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("kyoso")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was skipped, and why."""
    skipped: Counter[tuple[str, str]] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        skipped[report.nodeid.split("::")[0], reason] += 1
    for (suite, reason), count in sorted(skipped.items()):
        terminalreporter.write_line(f"skipped {count} in {suite}: {reason}")
