"""The benchmarks at a thousandth of their size: all contenders still run and agree."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.measuring import Case, Goal, Measured, Report, cases

from benchmarks import e_waste, facility_emissions, overlap, roll_up, uncertainty


def answers_of(case: Case, folder: Path) -> dict[str, Path]:
    given = folder / "given"
    given.mkdir()
    case.make(given)
    answers = {}
    for at, contender in enumerate(case.contenders):
        answers[contender.name] = folder / str(at)
        contender.keep(contender.prepare(given)(), answers[contender.name])
    return answers


def test_every_case_of_the_package_is_found() -> None:
    found = cases()
    assert {name: module for name, (module, _) in found.items()} == {
        "e-waste": "benchmarks.e_waste",
        "facility-emissions": "benchmarks.facility_emissions",
        "overlap": "benchmarks.overlap",
        "roll-up": "benchmarks.roll_up",
        "site": "benchmarks.site",
        "uncertainty": "benchmarks.uncertainty",
    }
    for name, (_, case) in found.items():
        assert case.name == name
        if not isinstance(case, Case):
            continue
        names = [contender.name for contender in case.contenders]
        assert (names.count(case.against), len(names)) == (1, len({*names}))


def test_facility_emissions_agree_and_a_wrong_answer_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facility_emissions, "LINES", 20_000)
    answers = answers_of(facility_emissions.CASE, tmp_path)
    facility_emissions.CASE.same(answers)
    answers[facility_emissions.TOTALS] = tmp_path / "wrong"
    right = answers[facility_emissions.SQL_CHECKED].read_text(encoding="utf-8")
    answers[facility_emissions.TOTALS].write_text(right.replace("2015,1A1a,", "2015,1A1a,1"))
    with pytest.raises(AssertionError, match="kyoso, checks and totals: co2e differs"):
        facility_emissions.CASE.same(answers)


def test_the_roll_up_agrees_and_a_wrong_answer_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roll_up, "STREAMS", 6_000)
    answers = answers_of(roll_up.CASE, tmp_path)
    roll_up.CASE.same(answers)
    right = answers[roll_up.SQL_CHECKED].read_text(encoding="utf-8")
    answers[roll_up.KYOSO] = tmp_path / "wrong"
    answers[roll_up.KYOSO].write_text(right.replace("XAA,2015,1A1a,CO2,", "XAA,2015,1A1a,CO2,1"))
    with pytest.raises(AssertionError, match="kyoso: from_facilities differs"):
        roll_up.CASE.same(answers)


def test_overlap_agrees_and_a_wrong_answer_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overlap, "PROJECTS", 60)
    answers = answers_of(overlap.CASE, tmp_path)
    overlap.CASE.same(answers)
    scores = json.loads(answers[overlap.PEER].read_text(encoding="utf-8"))
    wrong = {key: score + 1e-6 for key, score in scores.items()}
    overlap.keep(wrong, answers[overlap.PEER])
    with pytest.raises(AssertionError, match=r"RapidFuzz, pair by pair: .* differs"):
        overlap.CASE.same(answers)


def test_e_waste_agrees_and_a_wrong_answer_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(e_waste, "YEARS", 12)
    monkeypatch.setattr(e_waste, "PRODUCTS", 3)
    answers = answers_of(e_waste.CASE, tmp_path)
    e_waste.CASE.same(answers)
    import numpy as np

    stock, outflow = (np.load(answers[e_waste.KERNEL])[name] for name in ("stock", "outflow"))
    answers[e_waste.KERNEL] = tmp_path / "wrong"
    e_waste.keep((stock, outflow * (1 + 1e-9)), answers[e_waste.KERNEL])
    with pytest.raises(AssertionError, match="kyoso, kernel: outflow differs"):
        e_waste.CASE.same(answers)


def test_uncertainty_agrees_and_a_wrong_answer_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("uncertainties", reason="a peer, of the group bench")
    monkeypatch.setattr(uncertainty, "FACILITIES", 12)
    monkeypatch.setattr(uncertainty, "DRAWS", 20_000)
    answers = answers_of(uncertainty.CASE, tmp_path)
    uncertainty.CASE.same(answers)
    right = json.loads(answers[uncertainty.DRAWN].read_text(encoding="utf-8"))
    wrong = {name: value * 1.2 for name, value in right.items()}
    uncertainty.keep(wrong, answers[uncertainty.DRAWN])
    with pytest.raises(
        AssertionError, match="kyoso, approach 2, kernel: level_uncertainty differs"
    ):
        uncertainty.CASE.same(answers)


def test_a_report_is_sound_where_answers_agree_and_goals_are_met() -> None:
    measured = {"a": Measured(cpu=1.0, wall=1.0, peak=10.0, growth=1.0)}
    most = Goal(text="CPU", value=lambda found: found["a"].cpu, limit=1.0, unit="s")
    least = replace(most, limit=2.0, at_least=True)
    case = replace(e_waste.CASE, goals=(most,))
    assert Report(case=case, measured=measured).sound
    assert not Report(case=case, measured=measured, disagreement="b differs").sound
    assert not Report(case=replace(case, goals=(most, least)), measured=measured).sound
