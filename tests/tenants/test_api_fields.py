"""The fields that apps build on, whatever door the value came through (S13, W15)."""

from typing import Any

import pytest
from django.http import QueryDict
from rest_framework import serializers

from tenants.api.serializers import (
    CleanJSONField,
    FormSerializer,
    IdField,
    KeyField,
    StrictCharField,
    StrictSerializer,
)
from tenants.intake import BadJSON
from tenants.jobs.models import Schedule

UUID = "0192d1a0-0000-7000-8000-00000000abcd"


class SmallSerializer(StrictSerializer):
    name = StrictCharField(max_length=20)
    about = CleanJSONField(required=False)


def codes(call):
    with pytest.raises(serializers.ValidationError) as refused:
        call()
    details: Any = refused.value.get_full_details()
    return [found["code"] for found in details]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\0", "null_character"),
        ("\ud800", "lone_surrogate"),
        ("a\x1f", "control_character"),
        ("\x7f", "control_character"),
        (7, "invalid"),
        (True, "invalid"),
        (None, "null"),
        ("", "blank"),
        ([], "invalid"),
    ],
)
def test_it_refuses_a_text(text, code):
    """S13: forms bring texts that no JSON parser has seen."""
    assert codes(lambda: StrictCharField().run_validation(text)) == [code]


@pytest.mark.parametrize("text", ["ñandú 😀", "two\nlines\tand a tab", "\u200fעברית", "a\u0301"])
def test_it_takes_a_text(text):
    """Positive control: whatever people write."""
    assert StrictCharField().run_validation(text) == text


@pytest.mark.parametrize(
    "id", [1.5, "1.5", "01", "0", "-1", "١", "1e3", "", True, None, [1], "9" * 19, UUID.upper(), 0]
)
def test_it_refuses_an_id(id):
    """S13: one written form; stock DRF takes 1.5 for 1."""
    assert codes(lambda: IdField(allow_null=False).run_validation(id)) in (["invalid"], ["null"])


@pytest.mark.parametrize(("id", "text"), [("1", "1"), (7, "7"), ("9" * 18, "9" * 18), (UUID, UUID)])
def test_it_takes_an_id(id, text):
    """W15: ids are text."""
    assert IdField().run_validation(id) == text
    assert IdField().to_representation(id) == text


def test_it_finds_another_row_by_its_id_alone(in_acme):
    """S13: a key that has no such form never reaches the database."""
    field = KeyField(queryset=Schedule.objects.all())
    row = Schedule.objects.create(kind="tests.count")
    assert field.run_validation(str(row.id)) == row
    assert field.to_representation(row) == str(row.id)
    assert codes(lambda: field.run_validation(UUID)) == ["does_not_exist"]
    unfit: list[object] = [row.id.hex, str(row.id).upper(), 1.5, "01", "1e999", True, {}]
    for bad in unfit:
        assert codes(lambda bad=bad: field.run_validation(bad)) in (["invalid"], ["incorrect_type"])


def test_it_reads_a_forms_json_strictly():
    """S13: a JSON text inside a form is read by the one parser."""
    form = QueryDict(mutable=True)
    form.update({"name": "a", "about": '{"a": 1}'})
    shape = SmallSerializer(data=form)
    assert shape.is_valid(), shape.errors
    assert shape.validated_data["about"] == {"a": 1}
    for bad in ('{"a":1,"a":2}', "[" * 100, '"\\u0000"', "NaN", "\ud800"):
        form["about"] = bad
        with pytest.raises(BadJSON):
            SmallSerializer(data=form).is_valid()


def test_it_refuses_unfit_texts_inside_a_value():
    """S13: keys and values at any depth."""
    unfit: list[object] = [{"a\0": 1}, [{"b": ["\ud800"]}], "\x07"]
    for bad in unfit:
        assert len(codes(lambda bad=bad: CleanJSONField().run_validation(bad))) == 1


def test_it_refuses_fields_that_nobody_reads():
    """A misspelt name is not "not given"."""
    shape = SmallSerializer(data={"name": "a", "nmae": "b"})
    assert not shape.is_valid()
    assert {name: [e.code for e in errors] for name, errors in shape.errors.items()} == {
        "nmae": ["unknown_field"]
    }


class OncePerPartSerializer(FormSerializer):
    name = StrictCharField()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({}, "required"),
        (QueryDict(""), "required"),
        (QueryDict("name=a&name=b"), "repeated"),
        (QueryDict("name=a&names=b"), "unknown_field"),
    ],
)
def test_a_form_names_each_part_once(data: Any, code: str) -> None:
    """S13: whether a form came or nothing at all."""
    found = OncePerPartSerializer(data=data)
    assert not found.is_valid()
    assert [error.code for errors in found.errors.values() for error in errors] == [code]
    assert OncePerPartSerializer(data=QueryDict("name=a")).is_valid()
