"""C10, W3: every row ends once, counts add up, refused rows come back with their cells."""

from typing import Any

import pytest
from django.utils.translation import override

from campaigns.imports import (
    RowCode,
    RowReader,
    RowStatus,
    describe_row,
    pack,
    put_together,
    read_people,
    report_rows,
    unpack,
)
from campaigns.samples import make_collection_file
from tests.campaigns.client_files import (
    COLLECTION,
    LUZ,
    MAR,
    OTHER_MOBILE,
    collection,
    debtor,
    ended,
    opened,
    terms,
)

LINES = (
    debtor(),
    debtor(),
    debtor("9876543-4"),
    debtor(LUZ, mobile="87654322"),
    debtor(MAR, mobile="", fixed="51234567"),
    debtor("7654321-6", mobile=OTHER_MOBILE),
)


def test_it_counts_every_row_once():
    """C10, W3: the seven ends add up to the rows."""
    assert collection(*LINES).stats() == {
        "rows": 6,
        "persons": 3,
        "accepted": 2,
        "repaired": 1,
        "merged": 1,
        "duplicate": 0,
        "suppressed": 0,
        "ambiguous": 1,
        "refused": 1,
        "codes": {
            "document_check_digit": 1,
            "phone_ambiguous": 1,
            "phone_repaired": 1,
            "same_person": 1,
        },
        "warnings": {"overdue_blank": 5, "phone_repaired": 1},
    }


def test_it_stays_whole_when_the_database_excludes_somebody(in_english):
    """C9, C10: a duplicate takes all rows of the person with it."""
    found = collection(*LINES)
    ana, luz, mar = found.persons
    ana.end(RowStatus.DUPLICATE, RowCode.LIVE_ELSEWHERE, campaign="Cobranza marzo")
    mar.end(RowStatus.SUPPRESSED, RowCode.ON_SUPPRESSION_LIST)
    counts = {str(status): count for status, count in found.counts().items() if count}
    assert counts == {"duplicate": 2, "repaired": 1, "suppressed": 1, "ambiguous": 1, "refused": 1}
    assert found.to_call == [luz]
    assert found.rows[0].words == "The person is being called in another campaign: Cobranza marzo."


@pytest.mark.parametrize("status", [RowStatus.ACCEPTED, RowStatus.REPAIRED, RowStatus.MERGED])
def test_it_excludes_nobody_by_taking_them(status):
    """C10: an exclusion cannot make a row accepted."""
    with pytest.raises(ValueError, match=str(status)):
        collection(debtor()).persons[0].end(status, RowCode.SAME_PERSON)


def test_it_hands_back_the_rows_that_were_not_accepted():
    """C10, W3: with their own cells, to be mended and sent again."""
    file = opened("\n".join([COLLECTION, *LINES]))
    found = read_people(file, terms())
    found.persons[0].end(RowStatus.DUPLICATE, RowCode.LIVE_ELSEWHERE)
    reported = [(row.line, str(row.status), cells[0]) for row, cells in report_rows(file, found)]
    assert reported == [
        (2, "duplicate", "9.876.543-3"),
        (3, "duplicate", "9.876.543-3"),
        (4, "refused", "9876543-4"),
        (6, "ambiguous", "11.111.111-1"),
    ]
    repaired = report_rows(file, found, statuses=frozenset({RowStatus.REPAIRED}))
    assert [row.line for row, _cells in repaired] == [5]


def test_it_reads_the_same_twice():
    """C10: preview and create answer alike."""
    file = opened("\n".join([COLLECTION, *LINES]))
    first, second = read_people(file, terms()), read_people(file, terms())
    assert (first.stats(), ended(first)) == (second.stats(), ended(second))
    assert [person.key for person in first.persons] == [person.key for person in second.persons]


@pytest.mark.parametrize("variables", [None, frozenset({"color", "nota"})])
@pytest.mark.parametrize("rows_at_once", [1, 400])
def test_rows_that_waited_elsewhere_come_to_the_same(variables, rows_at_once):
    """C7, C10, C11: written down, read again, put together by persons: rows, debts, numbers, warnings."""
    asked = terms(variables=variables)
    file = opened(make_collection_file(rows=400, form="csv").content + b"x" * 40_000)
    reader = RowReader(file, asked)
    staged = [reader.read(row) for row in file.rows()]
    waiting = [(one.key, one.refused_key, pack(one), one.result.line) for one in staged]
    refused = {refused for _key, refused, _text, _line in waiting}
    expected, persons = read_people(file, asked), []
    rows: dict[int, Any] = {}
    keys = list(dict.fromkeys(key or line for key, _refused, _text, line in waiting))
    for start in range(0, len(keys), rows_at_once):
        some = keys[start : start + rows_at_once]
        told = [unpack(text, line=line, key=key) for key, _r, text, line in waiting if (key or line) in some]
        found = put_together(told, asked, refused=refused)
        persons.extend(found.persons)
        rows |= {row.line: row for row in found.rows}
    assert persons == expected.persons
    assert [rows[line] for line in sorted(rows)] == expected.rows
    assert {"accepted", "merged", "refused", "suppressed"} <= {str(row.status) for row in expected.rows}


def test_it_reads_nothing_of_a_file_that_is_not_understood():
    """C1: an unusable mapping is refused before any row."""
    with pytest.raises(ValueError, match="missing"):
        read_people(opened("Color;Tamaño\nrojo;1"), terms())


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("code", RowCode)
def test_it_has_words_for_every_code(code, language):
    """C10, W7: codes are stable, words are the reader's."""
    with override(language):
        assert len(describe_row(code)) > 8
