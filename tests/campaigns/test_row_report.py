"""C10, W3: every row ends once, counts add up, refused rows come back with their cells."""

import pytest
from django.utils.translation import override

from campaigns.imports import RowCode, RowStatus, describe_row, read_people, report_rows
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


def test_it_tells_how_far_it_has_read():
    """C11: a bar."""
    heard: list[int] = []
    file = opened("\n".join([COLLECTION, *(debtor() for _ in range(2_500))]))
    read_people(file, terms(), progress=heard.append)
    assert heard == [1_000, 2_000]


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
