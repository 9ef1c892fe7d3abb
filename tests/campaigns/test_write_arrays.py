"""Array literals: whatever a document, number or zone holds arrives in a statement as it is (C15)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.dispatch.arrays import plain, texts
from campaigns.rules import EntryReason, EntryState, LedgerKind, NextAction

pytestmark = pytest.mark.usefixtures("in_acme")
# All that a column of text can hold.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


def arrived(literal: str, kind: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT v FROM unnest(%s::{kind}[]) AS v", [literal])
        return [value for (value,) in cursor.fetchall()]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TEXTS | st.sampled_from(["", "NULL", "{", '","', "\\", "'; --", " a ", "\n", "ñ", "%s"])))
def test_texts_arrive_as_they_are(values: list[str]) -> None:
    """C15: quotes, braces, backslashes and emptiness too, in order."""
    assert arrived(texts(values), "text") == values


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("bigint", [1, None, -(2**62)]),
        ("numeric", [Decimal("0.7700"), Decimal("-0"), Decimal("0E-4"), Decimal("1E+3")]),
        ("uuid", [UUID(int=7), UUID(int=2**127)]),
        ("date", [date(2026, 4, 15)]),
        ("text", [*EntryState, *EntryReason, *NextAction, *LedgerKind]),
        ("bigint", []),
    ],
)
def test_plain_values_arrive_as_they_are(kind: str, values: list[Any]) -> None:
    """C23: money to the last place; nothing where nothing is."""
    assert arrived(plain(values), kind) == values


def test_moments_keep_their_zone() -> None:
    """C12: an instant, however its clock is written."""
    moment = datetime(2026, 4, 15, 16, 0, 0, 123456, tzinfo=UTC)
    assert arrived(plain([moment.isoformat(), None]), "timestamptz") == [moment, None]
