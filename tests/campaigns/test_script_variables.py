"""V2, V3: what a script may speak of, and how it says so."""

from typing import Any

import pytest
from django.utils import translation

from campaigns.scripting import (
    BUILT_INS,
    BadScript,
    UndeclaredVariables,
    VariableType,
    missing_for,
    read_declarations,
    read_script,
    tidy_text,
    write_declarations,
)
from campaigns.scripting.reading import LONGEST_TEXT

BUILT_IN_TEXT = (
    "{{nombre}} {{rut}} {{empresa}} {{monto_total}} {{deuda}} {{fecha_limite}} {{fecha_maxima}} "
    "{{cuotas_adeudadas}} {{dias_vencidos}}"
)


def told(refused) -> dict[str, Any]:
    """What a refusal carries for programs."""
    extra: dict[str, Any] = refused.value.extra
    return extra


def codes(raw) -> list[str]:
    with pytest.raises(BadScript) as refused:
        read_declarations(raw)
    return [fault.code for fault in told(refused)["faults"]]


def test_it_knows_the_built_in_variables():
    """V3: nobody declares what every campaign knows; deuda is monto_total."""
    script = read_script(BUILT_IN_TEXT, {})
    assert set(script.used) == set(BUILT_INS)
    assert script.needed == script.used
    assert {name: variable.type for name, variable in script.variables.items()} == {
        "nombre": VariableType.TEXT,
        "rut": VariableType.TEXT,
        "empresa": VariableType.TEXT,
        "monto_total": VariableType.MONEY,
        "fecha_limite": VariableType.DATE,
        "fecha_maxima": VariableType.DATE,
        "cuotas_adeudadas": VariableType.NUMBER,
        "dias_vencidos": VariableType.NUMBER,
    }


def test_it_refuses_every_undeclared_variable_at_once():
    """V2: all of them are named, once each, in the order of the text."""
    with pytest.raises(UndeclaredVariables) as refused:
        read_script("{{plan}} {{nombre}} {{tramo}} {{plan}} {{monto}}", {"monto": {"type": "money"}})
    assert told(refused)["names"] == ["plan", "tramo"]
    assert [fault.code for fault in told(refused)["faults"]] == ["undeclared", "undeclared"]
    assert "plan, tramo" in str(refused.value)


def test_it_names_ten_thousand_undeclared_variables():
    """V2: many are many names, not many seconds; the list of faults stays readable."""
    text = "".join(f"{{{{v{number}}}}}" for number in range(1_000))
    with pytest.raises(UndeclaredVariables) as refused:
        read_script(text, {})
    assert len(told(refused)["names"]) == 1_000
    assert len(told(refused)["faults"]) == 50


def test_a_variable_is_required_unless_it_has_a_default():
    """V3: without the word "required" the default decides."""
    declared = read_declarations(
        {
            "plan": {"type": "text"},
            "tramo": {"type": "text", "default": "general"},
            "nota": {"type": "text", "required": False},
        }
    )
    assert {name: variable.required for name, variable in declared.items()} == {
        "plan": True,
        "tramo": False,
        "nota": False,
    }


def test_it_needs_what_is_declared_or_spoken_of_and_has_no_default():
    """V6: a declared variable may be spoken of by the provider's agent alone."""
    script = read_script(
        "{{nombre}} {{plan}}",
        {
            "plan": {"type": "text", "default": "básico"},
            "tramo": {"type": "text"},
            "nota": {"type": "text", "required": False},
        },
    )
    assert script.needed == ("nombre", "tramo")
    assert missing_for(script, {"nombre", "tramo"}) == ()
    assert missing_for(script, {"plan", "nota"}) == ("nombre", "tramo")


def test_either_name_of_the_debt_is_enough():
    """V3, V6: deuda and monto_total are one variable."""
    assert missing_for(read_script("{{deuda}}", {}), {"monto_total"}) == ()
    assert missing_for(read_script("{{monto_total}}", {}), {"deuda"}) == ()


def test_a_built_in_may_get_a_default_and_keeps_its_type():
    """V3: fecha_limite may be optional; it is never a number."""
    script = read_script("{{fecha_limite}}", {"fecha_limite": {"type": "date", "default": "2026-12-31"}})
    assert script.needed == ()
    assert codes({"fecha_limite": {"type": "number"}}) == ["built_in_type"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ([], ["not_object"]),
        (None, ["not_object"]),
        ("plan", ["not_object"]),
        ({"plan": "text"}, ["not_object"]),
        ({"Plan": {"type": "text"}}, ["bad_name"]),
        ({"": {"type": "text"}}, ["bad_name"]),
        ({"a" * 61: {"type": "text"}}, ["bad_name"]),
        ({"pl\u202ean": {"type": "text"}}, ["bad_name"]),
        ({"pl\0an": {"type": "text"}}, ["bad_name"]),
        ({"plan}}{{x": {"type": "text"}}, ["bad_name"]),
        ({"guion": {"type": "text"}}, ["reserved_name"]),
        ({"plan": {}}, ["unknown_type"]),
        ({"plan": {"type": "email"}}, ["unknown_type"]),
        ({"plan": {"type": ["text"]}}, ["unknown_type"]),
        ({"plan": {"type": "text", "requried": True}}, ["unknown_key"]),
        ({"plan": {"type": "text", "required": "yes"}}, ["not_boolean"]),
        ({"plan": {"type": "text", "default": 5}}, ["bad_default"]),
        ({"plan": {"type": "text", "default": "x" * 301}}, ["bad_default"]),
        ({"plan": {"type": "money", "default": "98.500,00"}}, ["bad_default"]),
        ({"plan": {"type": "money", "default": "98.500"}}, ["bad_default"]),
        ({"plan": {"type": "date", "default": "31/12/2026"}}, ["bad_default"]),
        ({"plan": {"type": "date", "default": "2026-02-30"}}, ["bad_default"]),
        ({"plan": {"type": "number", "default": "muchos"}}, ["bad_default"]),
        (
            {"deuda": {"type": "money"}, "monto_total": {"type": "money"}},
            ["named_twice"],
        ),
        ({"A": {"type": "text"}, "plan": {"type": "x", "default": "y"}}, ["bad_name", "unknown_type"]),
        ({f"v{number}": {"type": "text"} for number in range(10_000)}, ["too_many_variables"]),
    ],
)
def test_it_refuses_declarations_that_say_something_else(raw, expected):
    """V3: strict, with every fault at its place."""
    assert codes(raw) == expected


def test_declarations_are_written_as_they_are_read():
    """V3: what is stored reads the same again."""
    raw = {
        "plan": {"type": "text", "required": True},
        "vigencia": {"type": "date", "required": False, "default": "2026-12-31"},
    }
    assert write_declarations(read_declarations(raw)) == raw


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text_blank"),
        (" \n\t", "text_blank"),
        ("a\0b", "null_character"),
        ("a\x1bb", "control_character"),
        ("a\ud800b", "lone_surrogate"),
        ("Hola {{nombre}", "bad_braces"),
        ("x" * (LONGEST_TEXT + 1), "text_too_long"),
        ("{{" * 500_000, "text_too_long"),
    ],
)
def test_it_refuses_texts_that_cannot_be_said(text, code):
    """V1: the first fault of the whole text; a megabyte is refused by its length alone."""
    with pytest.raises(BadScript) as refused:
        read_script(text, {})
    assert told(refused)["faults"][0].code == code


def test_it_says_in_which_line_braces_are_wrong():
    """V1: the author finds the place."""
    with translation.override("en"), pytest.raises(BadScript) as refused:
        read_script("Hola\n{{nombre}}\nadiós {{Nombre}}", {})
    assert "Line 3" in str(refused.value)


def test_it_keeps_a_text_without_what_nobody_sees():
    """V1: what an approver reads is what is said: no turned words, no invisible signs, no towers of marks."""
    turned = "Hola\u202e {{nom\u200bbre}}\u00ad  \r\n\r\nadio\u0301s" + "a" + "\u0301" * 1_000
    kept = tidy_text(turned)
    assert kept.startswith("Hola {{nombre}}\n\nadiós")
    assert len(kept) < 30
    assert read_script(kept, {}).used == ("nombre",)


def test_it_keeps_a_text_once_kept():
    """V1: tidying twice changes nothing."""
    once = tidy_text("  Hola \t\r\n {{nombre}}  \n")
    assert tidy_text(once) == once == "Hola\n {{nombre}}"
