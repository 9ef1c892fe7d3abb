"""C7, C9: rows of one person become one person: a debt per creditor, numbers in the order of calling."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.imports import Phone, PhoneKind
from tests.campaigns.client_files import (
    ANA,
    COLLECTION,
    LANDLINE,
    LUZ,
    MAR,
    MOBILE,
    OTHER_MOBILE,
    collection,
    debtor,
    ended,
    numbers,
    owed,
    pesos,
    read,
)


def test_it_makes_one_person_of_the_rows_of_a_document():
    """C7: however the document is written; the first row's name, amounts of one creditor added."""
    found = collection(
        debtor("9.876.543-3", "Ana Pérez", amount="1.000"),
        debtor(LUZ, "Luz", mobile=OTHER_MOBILE),
        debtor("98765433.0", "A. PEREZ", amount="2.500"),
    )
    ana, luz = found.persons
    assert (ana.key, ana.document, ana.document_shown, ana.name) == (
        "D:CL:9876543-3",
        "9876543-3",
        ANA,
        "Ana Pérez",
    )
    assert owed(ana) == {"Acme": pesos(3_500)}
    assert (ana.debts[0].instalments, ana.line, [row.line for row in ana.rows]) == (2, 2, [2, 4])
    assert (luz.name, luz.line) == ("Luz", 3)
    assert ended(found) == [("accepted", ""), ("accepted", ""), ("merged", "same_person")]


def test_it_says_with_which_row_one_was_merged(in_english):
    """C9: repeated in the file is merged, and named."""
    found = collection(debtor(), debtor())
    assert found.rows[1].words == "Merged with row 2: the same person."


def test_it_keeps_two_creditors_as_two_debts():
    """C7: two debts, one contact; the call speaks of the larger, of equal ones the first."""
    found = collection(
        debtor(creditor="Uno", amount="1000"),
        debtor(creditor="Dos", amount="3000"),
        debtor(creditor=" uno ", amount="500"),
        debtor(creditor="DÓS", amount="1"),
    )
    (ana,) = found.persons
    assert owed(ana) == {"Uno": pesos(1_500), "Dos": pesos(3_001)}
    assert (ana.main_debt.creditor, ana.total) == ("Dos", pesos(4_501))
    equal = collection(debtor(creditor="Uno"), debtor(creditor="Dos")).persons[0]
    assert equal.main_debt.creditor == "Uno"


def test_it_refuses_rows_that_add_up_to_more_than_a_debt_can_be(in_english):
    """C7, C10: each row names why; others are taken, and what is just below as well."""
    most = "999.999.999.999"
    found = collection(debtor(amount=most), debtor(amount="1"), debtor(LUZ, "Luz", amount=most))
    assert [person.name for person in found.persons] == ["Luz"]
    assert ended(found) == [("refused", "amount_too_large")] * 2 + [("accepted", "")]
    assert found.rows[0].words == "The amount is too large to be true."


def test_it_refuses_an_amount_that_is_too_large_once_it_is_rounded():
    """C6: pesos have no cents; what half a peso lifts over the edge is no debt either."""
    assert ended(collection(debtor(amount="999.999.999.999,5"))) == [("refused", "amount_too_large")]


def test_it_takes_the_account_for_the_creditor_that_is_not_named():
    """C2: the creditor is the account's name unless a row says otherwise."""
    (ana,) = collection(debtor(creditor=""), debtor(creditor="acme"), creditor="Acme").persons
    assert owed(ana) == {"Acme": pesos(2_000)}


def test_it_orders_numbers_by_rows_and_mobiles_first():
    """C7: a landline column that holds a mobile is a mobile; each number once."""
    found = collection(
        debtor(mobile=LANDLINE, fixed=OTHER_MOBILE),
        debtor(mobile=f"{MOBILE} / {OTHER_MOBILE}", fixed="412345678"),
    )
    assert numbers(found.persons[0]) == ["+56987654322", "+56987654321", "+56223456789", "+56412345678"]


def test_it_keeps_the_kind_of_a_number_and_that_it_was_mended():
    """C5: what the dialler and the report need of a number."""
    (ana,) = collection(debtor(mobile="87654321", fixed=LANDLINE)).persons
    assert ana.phones == (
        Phone("+56987654321", PhoneKind.MOBILE, True),
        Phone("+56223456789", PhoneKind.LANDLINE, False),
    )


def test_it_calls_somebody_by_the_numbers_of_any_row():
    """C7: a row without a number belongs to the person all the same."""
    found = collection(debtor(mobile="", amount="1000"), debtor(amount="2000"))
    assert ended(found) == [("accepted", ""), ("merged", "same_person")]
    assert owed(found.persons[0]) == {"Acme": pesos(3_000)}


def test_it_refuses_somebody_without_any_number():
    """C5: every row says why."""
    found = collection(debtor(mobile=""), debtor(mobile="600 360 1234"), debtor(LUZ, mobile="2345678"))
    assert found.persons == []
    assert ended(found) == [
        ("refused", "phone_missing"),
        ("refused", "phone_shared_line"),
        ("refused", "phone_no_area"),
    ]


def test_it_shows_ambiguous_numbers_and_does_not_dial_them(in_english):
    """C5: with another number the person is called by that; without one the row is ambiguous."""
    found = collection(debtor(mobile="", fixed="51234567"), debtor(LUZ, "Luz", fixed="51234567"))
    assert ended(found) == [("ambiguous", "phone_ambiguous"), ("accepted", "")]
    assert "+56512234567, +56951234567" in found.rows[0].words
    (luz,) = found.persons
    assert (numbers(luz), luz.ambiguous) == (["+56987654321"], (("+56512234567", "+56951234567"),))
    assert len(found.rows[1].warnings) == 2


def test_it_marks_who_has_a_mended_number(in_english):
    """C5, C10: usable and flagged."""
    found = collection(debtor(mobile="87654321"))
    assert ended(found) == [("repaired", "phone_repaired")]
    assert found.rows[0].words == "A phone number was mended: 87654321 is +56987654321."


def test_it_needs_a_name_of_some_row():
    """C7: the first name that is written is the person's."""
    found = collection(debtor(name=""), debtor(name="Ana"), debtor(LUZ, name="", mobile=OTHER_MOBILE))
    assert [person.name for person in found.persons] == ["Ana"]
    assert ended(found)[2] == ("refused", "name_missing")


@pytest.mark.parametrize("name", ["True", "FALSO", "123", "—", "="])
def test_it_refuses_what_is_no_name(name):
    """C3: a boolean is nobody."""
    assert ended(collection(debtor(name=name))) == [("refused", "name_unreadable")]


def test_it_refuses_a_debt_of_nothing_with_its_total(in_english):
    """C7: other debts of the person stand, and the first row that is left speaks for the person."""
    found = collection(
        debtor(creditor="Uno", amount="5.000"),
        debtor(creditor="Uno", amount="(5.500)"),
        debtor(creditor="Dos", amount="700"),
        debtor(LUZ, amount="0"),
    )
    assert ended(found) == [
        ("refused", "debt_not_positive"),
        ("refused", "debt_not_positive"),
        ("accepted", ""),
        ("refused", "debt_not_positive"),
    ]
    assert found.rows[0].words == "The debt to Uno sums up to -500: nothing is owed."
    assert owed(found.persons[0]) == {"Dos": pesos(700)}


def test_it_leaves_out_what_is_paid_or_disputed():
    """C2: such a row is suppressed; the rest of the person's debt is still spoken of."""
    found = read(
        f"{COLLECTION};Fecha de pago;Contestado",
        debtor() + ";;no",
        debtor(amount="300") + ";01/03/2026;",
        debtor(amount="400") + ";;Sí",
        debtor(MAR, mobile="mal") + ";46082.0;",
        debtor(LUZ) + ";pronto;",
    )
    assert ended(found) == [
        ("accepted", ""),
        ("suppressed", "paid"),
        ("suppressed", "disputed"),
        ("suppressed", "paid"),
        ("refused", "paid_date_unreadable"),
    ]
    assert owed(found.persons[0]) == {"Acme": pesos(1_000)}


def test_it_warns_when_another_row_of_the_person_is_refused(in_english):
    """C10: what is owed is more than what is called about."""
    found = collection(debtor(overdue="5"), debtor(amount="mucho"))
    assert ended(found)[1] == ("refused", "amount_unreadable")
    assert found.rows[0].warnings == ["Another row of the same person was refused."]


def test_it_groups_a_list_without_documents_by_the_first_number():
    """C7: document, else first number."""
    found = read(
        "nombre;telefono;rut",
        "Ana;987654321 / 987654322;",
        "Ana P.;+56 9 8765 4321;",
        "Luz;987654322;",
        f"Mar;987654321;{MAR}",
        kind="generic",
    )
    assert [(person.key, person.name) for person in found.persons] == [
        ("N:+56987654321", "Ana"),
        ("N:+56987654322", "Luz"),
        ("D:CL:11111111-1", "Mar"),
    ]
    assert [person.debts for person in found.persons] == [(), (), ()]
    assert ended(found)[1] == ("merged", "same_person")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (debtor(""), "document_missing"),
        (debtor("9876543-4"), "document_check_digit"),
        (debtor(amount=""), "amount_missing"),
        (debtor(due="31/02/2026"), "due_date_unreadable"),
        (debtor(overdue="5.5"), "days_overdue_unreadable"),
        (debtor(name="A" * 151), "value_too_long"),
        (debtor(creditor="A" * 151), "value_too_long"),
    ],
)
def test_it_refuses_one_row_and_reads_on(line, code):
    """C3, C4, C6: a row error costs a row."""
    found = collection(line, debtor(LUZ))
    assert ended(found) == [("refused", code), ("accepted", "")]


def test_it_collects_what_a_debt_refers_to():
    """C7: references once each, in row order; zone and commune of the first row that has them."""
    found = read(
        "RUT;Nombre;Saldo actualizado;Celular;Folio;Comuna;Zona horaria",
        "9876543-3;Ana;1;987654321;F2;;",
        "9876543-3;Ana;1;987654321;F1;Punta Arenas;America/Punta_Arenas",
        "9876543-3;Ana;1;987654321;F2;Ñuñoa;",
    )
    (ana,) = found.persons
    assert (ana.debts[0].references, ana.commune, ana.time_zone) == (
        ("F2", "F1"),
        "Punta Arenas",
        "America/Punta_Arenas",
    )


CENTS = st.integers(-500_000, 500_000)


@given(
    st.lists(
        st.tuples(st.sampled_from([ANA, LUZ, MAR]), st.sampled_from(["Uno", "Dos"]), CENTS),
        min_size=1,
        max_size=12,
    )
)
def test_it_loses_no_peso_and_no_row(rows):
    """C7, W3: debts are the sums of their rows, and every row ends once."""
    found = collection(*(debtor(who, creditor=to, amount=str(amount)) for who, to, amount in rows))
    sums: dict[tuple[str, str], int] = {}
    for who, to, amount in rows:
        sums[who, to] = sums.get((who, to), 0) + amount
    expected = {key: pesos(total) for key, total in sums.items() if total > 0}
    assert {(p.document_shown, d.creditor): d.amount for p in found.persons for d in p.debts} == expected
    assert sum(found.counts().values()) == len(rows)
    taken = sum(1 for who, to, _amount in rows if sums[who, to] > 0)
    assert sum(debt.instalments for person in found.persons for debt in person.debts) == taken


def test_it_keeps_the_days_of_the_due_dates():
    """C7: first and last due, and the most overdue."""
    found = collection(
        debtor(due="01/02/2026", overdue="47"),
        debtor(due="01/03/2026", overdue="19"),
        debtor(due="", overdue=""),
    )
    (debt,) = found.persons[0].debts
    assert (debt.first_due_on, debt.last_due_on, debt.days_overdue) == (
        date(2026, 2, 1),
        date(2026, 3, 1),
        47,
    )
