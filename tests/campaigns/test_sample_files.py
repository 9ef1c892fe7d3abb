"""The generator knows what every row must end as; the reader must find just that (C1–C10)."""

import io
import json
from collections import Counter
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from campaigns.imports import RowCode, RowStatus, read_people
from campaigns.samples import LOADED, PersonTruth, make_collection_file, make_contact_list, write_client_files
from campaigns.samples.collection import HEADINGS
from campaigns.samples.documents import rut_digit
from tests.campaigns.client_files import opened, terms

CURRENCIES = {"CL": "CLP", "PE": "PEN", "CO": "COP", "MX": "MXN", "AR": "ARS", "BR": "BRL"}


def read_sample(sample, kind, country="CL"):
    file = opened(sample.content, kind=kind, country=country, filename=sample.filename)
    assert file.is_usable
    return read_people(file, terms(today=LOADED, country=country, currency=CURRENCIES[country]))


def endings(found):
    return {row.line: (str(row.status), str(row.code or "")) for row in found.rows}


def people(found):
    return [
        PersonTruth(
            document=person.document,
            name=person.name,
            phones=tuple(phone.e164 for phone in person.phones),
            debts={debt.creditor: int(debt.amount) for debt in person.debts},
            instalments={debt.creditor: debt.instalments for debt in person.debts},
            fecha_limite=person.fecha_limite,
            fecha_maxima=person.fecha_maxima,
            lines=tuple(row.line for row in person.rows),
        )
        for person in found.persons
    ]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("country", CURRENCIES)
def test_it_reads_a_collection_as_the_generator_meant_it(country, form):
    """C2–C10: every row's end and cause, every person, number, debt and day."""
    sample = make_collection_file(rows=1_200, country=country, form=form)
    found = read_sample(sample, "acquisition", country)
    assert endings(found) == sample.truth.rows
    assert people(found) == sample.truth.persons


@pytest.mark.parametrize("use_case", ["marketing", "survey"])
@pytest.mark.parametrize("country", CURRENCIES)
def test_it_reads_a_list_as_the_generator_meant_it(country, use_case):
    """C2, C5, C7: marketing and surveys."""
    sample = make_contact_list(rows=600, country=country, use_case=use_case)
    found = read_sample(sample, "generic", country)
    assert endings(found) == sample.truth.rows
    assert people(found) == sample.truth.persons


def test_it_invents_files_in_the_shape_of_the_real_one():
    """Issue 5: 45 columns, floats, two creditors, landlines that are mobiles, bad digits, 3 % broken rows."""
    sample = make_collection_file(rows=6_000)
    book = CalamineWorkbook.from_filelike(io.BytesIO(sample.content))
    head, *rows = book.get_sheet_by_index(0).to_python()
    assert (tuple(head), len(rows)) == (HEADINGS, 6_000)
    documents = [row[HEADINGS.index("RUT")] for row in rows]
    assert 0.3 < sum(isinstance(cell, float) for cell in documents) / len(rows) < 0.6
    truth = sample.truth
    counts = Counter(status for status, _code in truth.rows.values())
    assert 0.02 < (counts["refused"] + counts["ambiguous"]) / 6_000 < 0.045
    assert RowCode.DOCUMENT_CHECK_DIGIT in {code for _status, code in truth.rows.values()}
    assert sum(len(person.debts) > 1 for person in truth.persons) > 200
    assert sum(sum(phone.startswith("+569") for phone in person.phones) > 1 for person in truth.persons) > 200
    # Somebody's rows stand apart, and somebody has one more that cannot be read.
    assert any(person.lines[-1] - person.lines[0] >= len(person.lines) for person in truth.persons)


def test_it_invents_nobody_twice():
    """Issue 5: documents and mobiles are one person's."""
    persons = make_collection_file(rows=5_000, form="csv").truth.persons
    assert len({person.document for person in persons}) == len(persons)
    firsts = [person.phones[0] for person in persons]
    assert len(set(firsts)) == len(firsts)


def test_it_repeats_itself_by_its_seed():
    """Issue 5: the same seed, the same bytes; another, others."""
    one, same, other = (make_collection_file(rows=50, seed=seed, form="csv") for seed in (1, 1, 2))
    assert one.content == same.content
    assert one.truth == same.truth
    assert one.content != other.content


def test_it_counts_days_overdue_up_to_the_day_of_the_file():
    """C7: so its days are known without reading it."""
    sample = make_collection_file(rows=20, loaded=date(2026, 5, 4), form="csv")
    assert {person.fecha_limite for person in sample.truth.persons} == {date(2026, 5, 7)}


def test_it_writes_files_with_their_truth_beside(tmp_path):
    """Issue 5: files, never rows."""
    paths = write_client_files(tmp_path, rows=30)
    assert [path.name for path in paths] == ["cobranza.xlsx", "cobranza.csv", "marketing.csv", "survey.xlsx"]
    for path in paths:
        truth = json.loads(path.with_name(f"{path.name}.truth.json").read_text())
        assert sum(truth["counts"].values()) == len(truth["rows"]) == 30
        assert set(truth["counts"]) <= set(RowStatus)


def test_it_knows_no_other_country():
    """Issue 5: numbers of a country have to be invented by hand."""
    with pytest.raises(KeyError):
        make_collection_file(rows=1, country="XX")


@pytest.mark.parametrize(("body", "digit"), [(9_876_543, "3"), (6, "K"), (1, "9"), (12_345_678, "5")])
def test_it_reckons_check_digits_by_itself(body, digit):
    """C4: generator and reader do not share their arithmetic."""
    assert rut_digit(body) == digit
