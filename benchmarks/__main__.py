"""``python -m benchmarks [NAME …]``: run the cases, all of them or those named.

Exit status 0 where all answers agree and all goals are met, 1 where not, 2 for an unknown name.
"""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from benchmarks.measuring import Case, Outcome, Report, Trial, cases, machine, run

TEXTS = 2
"""So many columns of a trial's table hold words, the others numbers."""

LIBRARIES = ("kyoso", "duckdb", "numpy", "pandas", "flodym")


def show(report: Report, console: Console) -> None:
    """The contenders with their ratios, then the goals with their verdicts."""
    case, measured = report.case, report.measured
    base = measured[case.against]
    table = Table(title=f"{case.name}: {case.title}", title_justify="left", title_style="bold")
    table.add_column("contender")
    for heading in ("CPU s", "× CPU", "wall s", "peak MB", "growth MB", "× growth"):
        table.add_column(heading, justify="right")
    for name, one in measured.items():
        table.add_row(
            name,
            f"{one.cpu:.3f}",
            f"{one.cpu / base.cpu:.2f}",
            f"{one.wall:.3f}",
            f"{one.peak:.0f}",
            f"{one.growth:.1f}",
            f"{one.growth / base.growth:.2f}" if base.growth else "–",
        )
    console.print(table)
    console.print(f"Ratios (×) are against: {case.against}")
    console.print(f"Answers: {report.disagreement or 'all the same'}", markup=False)
    for goal in case.goals:
        value = goal.value(measured)
        wanted = f"{'≥' if goal.at_least else '≤'} {goal.limit:g} {goal.unit}"
        verdict = "met" if goal.met(value) else "MISSED"
        console.print(
            f"{verdict:>7}  {goal.text}: {value:.3g} {goal.unit} (goal {wanted})", markup=False
        )
    console.print()


def show_outcome(trial: Trial, outcome: Outcome, console: Console) -> None:
    """The table of a trial and what belongs to it, then the goals with their verdicts."""
    table = Table(title=f"{trial.name}: {trial.title}", title_justify="left", title_style="bold")
    for number, heading in enumerate(outcome.headings):
        table.add_column(heading, justify="left" if number < TEXTS else "right", overflow="fold")
    for row in outcome.rows:
        table.add_row(*row)
    console.print(table)
    for note in outcome.notes:
        console.print(note, markup=False)
    for one in outcome.findings:
        verdict = "met" if one.met else "MISSED"
        console.print(
            f"{verdict:>7}  {one.text}: {one.value:.3g} {one.unit} (goal ≤ {one.limit:g})",
            markup=False,
        )
    console.print()


def main(names: list[str]) -> int:
    console, progress = Console(), Console(stderr=True)
    known = cases()
    if unknown := [name for name in names if name not in known]:
        progress.print(f"no such case: {', '.join(unknown)}; there are {', '.join(known)}")
        return 2
    console.print(machine(LIBRARIES))
    sound = True

    def tell(what: str) -> None:
        progress.print(f"{what} …", style="dim")

    for name in names or known:
        module, case = known[name]
        if isinstance(case, Case):
            report = run(module, case, tell)
            show(report, console)
            sound = sound and report.sound
        else:
            outcome = case.run(tell)
            show_outcome(case, outcome, console)
            sound = sound and outcome.sound
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
