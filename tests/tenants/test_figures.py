"""Numbers that people type are read in every spelling of W7, and what a field shows is read as itself."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.db.models import IntegerField
from hypothesis import given
from hypothesis import strategies as st

from campaigns.forms.fields import AmountField
from tenants.admin import HouseModelAdmin, platform_site, tenant_site
from tenants.display.formats import READER, Formats
from tenants.forms import FigureField, MeasureField, WholeField
from tenants.intake.figures import read_figure

READERS = [Formats(*said) for said in (("es", "CL"), ("es", "PE"), ("es", "CR"), ("en", "CL"), ("en", "GB"))]
OURS = {"tenants", "identity", "personas", "campaigns", "insights"}
MONEY = ["0", "0.0001", "0.0150", "0.015", "0.15", "1.5", "1.500", "1.0010", "12.345", "999.999", "1000"]
MONEY += ["1500", "1500.0000", "1234.56", "1234.567", "1234567.0725", "9999999999.9999", "-12.50", "-1.500"]


@pytest.fixture(params=READERS, ids=lambda one: f"{one.language}-{one.country}")
def reader(request: pytest.FixtureRequest) -> Iterator[Formats]:
    token = READER.set(request.param)
    yield request.param
    READER.reset(token)


def amount_field() -> AmountField:
    field = AmountField(max_digits=14, decimal_places=4)
    field.currency = "CLP"
    return field


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1.500", "1500"),
        ("1,500", "1500"),
        ("1.500,00", "1500"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\u00a0234,56", "1234.56"),
        ("1\u202f234,56", "1234.56"),
        ("1.234.567", "1234567"),
        ("0,15", "0.15"),
        ("0.015", "0.015"),
        ("0,015", "0.015"),
        (" 25 ", "25"),
        ("-12,5", "-12.5"),
        ("−12.50", "-12.5"),
    ],
)
def test_every_spelling_is_read(typed: str, meant: str) -> None:
    """W7, C6: one kind of mark before threes groups, else the last is decimal; in every field alike."""
    for field in (FigureField(), amount_field()):
        assert field.clean(typed) == Decimal(meant)
    assert MeasureField().clean(typed) == float(meant)


@pytest.mark.parametrize("typed", ["diez", "1.2.3", "1,2,3", "nan", "inf", "1e9", "1 5,5", "--1", "9" * 61])
def test_what_is_no_number_is_refused(typed: str) -> None:
    """W7: nothing is guessed."""
    for field in (FigureField(), MeasureField(), amount_field()):
        with pytest.raises(forms.ValidationError):
            field.clean(typed)
    assert read_figure(typed) is None


@pytest.mark.parametrize("field", [FigureField, MeasureField, AmountField])
def test_blank_is_none_or_missing(field: Any) -> None:
    assert [field(required=False).clean(blank) for blank in ("", " ", None)] == [None] * 3
    with pytest.raises(forms.ValidationError, match="requerido"):
        field().clean(" ")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("1,2345678", "4 decimal"),
        ("12.345.678.901", "10 dígitos antes"),
        ("-1", "mayor o igual que 0"),
    ],
)
def test_what_a_column_does_not_hold_is_told(typed: str, words: str) -> None:
    with pytest.raises(forms.ValidationError, match=words):
        FigureField(max_digits=14, decimal_places=4, min_value=0).clean(typed)


@pytest.mark.parametrize("stored", MONEY)
def test_what_is_shown_is_read_as_itself(reader: Formats, stored: str) -> None:
    """W7: a form that is saved as it was opened changes no price, whoever reads it."""
    value = Decimal(stored)
    for field in (FigureField(max_digits=14, decimal_places=4), amount_field()):
        shown = field.prepare_value(value)
        assert field.clean(shown) == value, shown
        assert not field.has_changed(value, shown)
    score = MeasureField()
    assert score.clean(score.prepare_value(float(value))) == float(value)


@given(
    st.decimals(min_value=-(10**10), max_value=10**10, places=4), st.integers(0, 4), st.sampled_from(READERS)
)
def test_any_amount_is_read_as_itself(value: Decimal, places: int, formats: Formats) -> None:
    """W7: with the places of any column."""
    rounded = round(value, places)
    assert read_figure(formats.typed(rounded)) == rounded


def test_it_is_shown_as_its_reader_writes(reader: Formats) -> None:
    """W7: the mark is the reader's; three places get a fourth, since three could be thousands."""
    mark = "," if (reader.language, reader.country) in {("es", "CL"), ("es", "CR")} else "."
    shown = [FigureField().prepare_value(Decimal(one)) for one in ("0.0150", "12.3450", "1500.0000", "0.1")]
    assert shown == [f"0{mark}0150", f"12{mark}3450", "1500", f"0{mark}1"]


def test_what_was_typed_stays() -> None:
    """A form that is shown again does not rewrite anybody's line."""
    assert FigureField().prepare_value("1.500,00") == "1.500,00"
    assert 'type="text"' in FigureField().widget.render("worth", "1")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("1.000", 1000), ("1,000", 1000), ("12 500", 12_500), (" 25 ", 25), ("5,00", 5), ("0", 0)],
)
def test_a_whole_number_is_read_in_every_spelling(typed: str, meant: int) -> None:
    """W7: a limit of 1.000 is a thousand, and never one."""
    assert WholeField().clean(typed) == meant


@pytest.mark.parametrize("typed", ["1,5", "0.015", "diez", "1.00.0", "1e3"])
def test_what_is_no_whole_number_is_refused(typed: str) -> None:
    """W7: nothing is rounded."""
    with pytest.raises(forms.ValidationError):
        WholeField().clean(typed)


def test_a_whole_number_keeps_its_bounds() -> None:
    with pytest.raises(forms.ValidationError, match="menor o igual que 365"):
        WholeField(max_value=365).clean("1.000")


def _forms_of(kind: type[forms.Form]) -> Iterator[type[forms.Form]]:
    for one in kind.__subclasses__():
        yield one
        yield from _forms_of(one)


def test_no_form_reads_whole_numbers_in_another_way() -> None:
    """W7: Django's own field takes 1.000 for one."""
    ours = [one for one in _forms_of(forms.Form) if one.__module__.split(".")[0] in OURS]
    assert len(ours) > 10
    bare = [
        f"{one.__qualname__}.{name}"
        for one in ours
        for name, field in one.base_fields.items()
        if type(field) is forms.IntegerField
    ]
    assert bare == []


def test_no_list_of_the_administration_does() -> None:
    """W7: whatever model it edits, third-party ones too."""
    bare = []
    for site in (tenant_site, platform_site):
        for model, its in site._registry.items():
            assert isinstance(its, HouseModelAdmin)
            for column in model._meta.get_fields():
                if isinstance(column, IntegerField) and column.editable and not column.choices:
                    field: Any = its.formfield_for_dbfield(column, request=None)
                    bare += [str(column)] if field and not isinstance(field, WholeField) else []
    assert bare == []
