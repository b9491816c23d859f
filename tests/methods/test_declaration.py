"""Declarations refuse what is wrong in them, and parameters what is wrong for them."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.methods.declared import GIVEN, MADE, NAME, TIMES, method

from kyoso.core.errors import UsageError
from kyoso.core.text import Text, same
from kyoso.methods import registry
from kyoso.methods.declaration import Figure, Parameter, ParametersError
from kyoso.reference import catalogue
from kyoso.tables.declaration import Table


def parameter(default: Any, **more: Any) -> Parameter:
    return Parameter(name="p", meaning=same("p"), default=default, **more)


def figure(**more: Any) -> Figure:
    parts: dict[str, Any] = {
        "name": "f", "title": same("f"), "kind": "bars",
        "table": "made", "value": "amount", "category": "name",
    }  # fmt: skip
    return Figure(**parts | more)


# --- parameters ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "written", "value"),
    [
        (parameter(1), "7", 7),
        (parameter(1), " 7 ", 7),
        (parameter(1), 7, 7),
        (parameter(1.0), "7", 7.0),
        (parameter(1.0), "2.5e-3", 0.0025),
        (parameter(1.0, minimum=0, maximum=2), "0", 0.0),
        (parameter(1.0, minimum=0, maximum=2), "2", 2.0),
        (parameter(True), "no", False),
        (parameter(False), "TRUE", True),
        (parameter(False), True, True),
        (parameter("AR5", choices=("AR4", "AR5")), "ar4", "AR4"),
        (parameter("x"), "any text", "any text"),
    ],
)
def test_what_is_written_becomes_a_value_of_the_type(
    declared: Parameter, written: Any, value: Any
) -> None:
    found = declared.parse(written)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("declared", "written", "hint"),
    [
        (parameter(1), "2.5", "a whole number"),
        (parameter(1), True, "a whole number"),
        (parameter(1), "1_0", "a whole number"),
        (parameter(1), "", "a whole number"),
        (parameter(1, minimum=0), "-1", "a whole number, ≥ 0"),
        (parameter(1, maximum=5), "1" + 400 * "0", "a whole number, ≤ 5"),
        (parameter(1.0), "nan", "a number"),
        (parameter(1.0), "inf", "a number"),
        (parameter(1.0), "1,5", "a number"),
        (parameter(1.0, minimum=0, maximum=2), "2.0000001", "a number, 0 … 2"),
        (parameter(True), "maybe", "yes or no"),
        (parameter("AR5", choices=("AR4", "AR5")), "AR55", "one of AR4, AR5"),
    ],
)
def test_what_is_no_value_is_refused_with_what_is_right(
    declared: Parameter, written: Any, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        declared.parse(written)
    assert caught.value.line("en") == f"-p p={written}: not a value of this parameter; {hint}"


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_number_is_taken_where_its_bounds_take_it_and_as_it_is(value: float) -> None:
    declared = parameter(1.0, minimum=-1e6, maximum=1e6)
    if math.isfinite(value) and abs(value) <= 1e6:
        assert declared.parse(repr(value)) == value
    else:
        with pytest.raises(UsageError):
            declared.parse(repr(value))


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ({"name": "p q", "default": 1}, "parameter p q: a name is lower-case letters"),
        ({"default": 1, "choices": ("1", "2")}, "parameter p: choices are of text"),
        ({"default": "a", "choices": ("a", "A")}, "parameter p: two choices are the same"),
        ({"default": "c", "choices": ("a", "b")}, "parameter p: the default 'c' is not one of a, b"),
        ({"default": "A", "choices": ("a", "b")}, "parameter p: the default 'A' is not one of a, b"),
        ({"default": 3, "maximum": 2}, "parameter p: the default 3 is not a whole number, ≤ 2"),
        ({"default": math.nan}, "parameter p: the default nan is not a number"),
        (
            {"name": "P", "default": 3.0, "minimum": 4},
            "parameter P: a name is lower-case letters, digits and underscores; "
            "the default 3.0 is not a number, ≥ 4",
        ),
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be_is_refused(parts: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError) as caught:
        Parameter(**{"name": "p", "meaning": same("p")} | parts)
    assert str(caught.value).startswith(fault)


def test_parameters_that_are_not_written_have_their_defaults() -> None:
    assert method().parse({}) == {"times": 2.0}
    assert method().parse({"times": "3"}) == {"times": 3.0}


def test_all_parameters_that_are_off_are_refused_at_once() -> None:
    declared = method(parameters=(TIMES, parameter(1, minimum=0), parameter_named("q", "a")))
    with pytest.raises(ParametersError) as caught:
        declared.parse({"time": "3", "times": "11", "p": "x", "q": "any", "r": "1"})
    assert caught.value.line("en").splitlines() == [
        "-p time: this method has no such parameter; it has times, p, q",
        "-p r: this method has no such parameter; it has times, p, q",
        "-p times=11: not a value of this parameter; a number, 0.5 … 10",
        "-p p=x: not a value of this parameter; a whole number, ≥ 0",
    ]
    assert len(caught.value.line("ja").splitlines()) == len(caught.value.faults) == 4


def parameter_named(name: str, default: str) -> Parameter:
    return Parameter(name=name, meaning=same(name), default=default)


def test_a_method_without_parameters_says_so() -> None:
    with pytest.raises(UsageError) as caught:
        method(parameters=()).parse({"x": "1"})
    assert caught.value.line("en") == "-p x: this method has no such parameter; it has –"


# --- methods ------------------------------------------------------------------------------

OTHER = Table(name="other", title=same("other"), columns=(NAME,))


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ({"id": "room.small"}, "an id is pillar.room.name in lower case"),
        ({"id": "pillar.room.Small"}, "an id is pillar.room.name in lower case"),
        ({"version": "1.0"}, "the version '1.0' is not of the form 1.2.3"),
        ({"activities": ("1-1-1", "1.1.2")}, "'1.1.2' is not the code of an activity"),
        ({"inputs": ()}, "a method has input tables and output tables"),
        ({"outputs": ()}, "a method has input tables and output tables"),
        ({"inputs": (GIVEN, GIVEN)}, "two inputs are called given"),
        ({"outputs": (MADE, MADE)}, "two outputs are called made"),
        ({"parameters": (TIMES, TIMES)}, "two parameters are called times"),
        ({"figures": (figure(), figure())}, "two figures are called f"),
        ({"figures": (figure(kind="lines"),)}, "figure f draws lines over no x"),
        ({"figures": (figure(lower="amount"),)}, "figure f has one end of an interval"),
        ({"figures": (figure(kind="lines", x="name", added=True),)}, "figure f adds up what has no sum: lines, or intervals"),
        ({"figures": (figure(facet="land"),)}, "it names what it does not declare: made.land"),
        ({"figures": (figure(table="mad"),)}, "it names what it does not declare: mad.amount, mad.name"),
        ({"example": {"given": "a.csv", "b": "b.csv"}}, "it names what it does not declare: b"),
        ({"inputs": (GIVEN, OTHER), "example": {"other": "o.csv"}}, "an example without a file for given"),
        ({"digests": {"made": lambda *_: None}}, "it names what it does not declare: made"),
        (
            {"inputs": (Table(name="given", title=same("given"), columns=(
                replace(NAME, refers_to=("other", "name")),)),)},
            "it names what it does not declare: other.name",
        ),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_refused(parts: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError) as caught:
        method(**parts)
    assert str(caught.value) == f"method {parts.get('id', 'pillar.room.small')}: {fault}"


def test_everything_wrong_with_a_declaration_is_named_at_once() -> None:
    with pytest.raises(ValueError) as caught:
        method(
            id="x", version="1", activities=("a",), parameters=(TIMES, TIMES), example={"b": "b"}
        )
    assert str(caught.value) == (
        "method x: an id is pillar.room.name in lower case; "
        "the version '1' is not of the form 1.2.3; 'a' is not the code of an activity; "
        "two parameters are called times; an example without a file for given; "
        "it names what it does not declare: b"
    )


def test_tables_are_found_by_name() -> None:
    assert (method().input("given"), method().output("made")) == (GIVEN, MADE)
    with pytest.raises(KeyError):
        method().input("made")


# --- the declaration as data --------------------------------------------------------------


@pytest.mark.parametrize("name", registry.methods())
def test_every_declaration_is_data_in_one_language_or_both(name: str) -> None:
    declared = registry.get(name)
    both = json.loads(json.dumps(declared.as_dict(), allow_nan=False))
    for language in ("en", "ja"):
        one = json.loads(json.dumps(declared.as_dict(language), allow_nan=False))
        assert one == spoken(both, language)


def spoken(data: Any, language: str) -> Any:
    """``data`` with one language taken of every bilingual text."""
    if isinstance(data, dict):
        if data.keys() == {"en", "ja"}:
            return data[language]
        return {key: spoken(value, language) for key, value in data.items()}
    return [spoken(value, language) for value in data] if isinstance(data, list) else data


@pytest.mark.parametrize("name", registry.methods())
def test_every_method_names_reference_files_and_examples_that_are_there(name: str) -> None:
    from kyoso.methods.running import example_inputs

    declared = registry.get(name)
    shipped = [table.shipped for table in declared.inputs if table.shipped]
    assert [one for one in (*declared.reference, *shipped) if one not in catalogue()] == []
    assert [path for path in example_inputs(declared).values() if not path.is_file()] == []


def test_the_types_of_parameters_are_named() -> None:
    declared = method(
        parameters=tuple(
            Parameter(name=f"p{at}", meaning=Text("p", "変数"), default=default)
            for at, default in enumerate((True, 1, 1.0, "1"))
        )
    )
    listed: Any = declared.as_dict("ja")["parameters"]
    assert [one["type"] for one in listed] == ["boolean", "integer", "number", "text"]
    assert listed[0] == {
        "name": "p0", "meaning": "変数", "type": "boolean", "default": True,
        "choices": None, "minimum": None, "maximum": None, "unit": None,
    }  # fmt: skip
