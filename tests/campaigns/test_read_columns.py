"""C1, C2: headings by name and listed synonym, a mapping to be changed, what is missing."""

import pytest

from campaigns.imports import ClientColumn, MappingFault, variable_name
from campaigns.imports.columns import NEEDED, VOCABULARIES
from campaigns.rules import ProcessingType
from campaigns.samples.collection import HEADINGS
from tenants.intake.tables import FileFault, UnreadableFile
from tests.campaigns.client_files import opened, read
from tests.workbooks import sheet_of, workbook

ACQUISITION, BASIC, GENERIC = ProcessingType.ACQUISITION, ProcessingType.BASIC, ProcessingType.GENERIC


def mapped(headings, kind=ACQUISITION, **more):
    return opened(f"{headings}\n{';'.join('x' for _ in headings.split(';'))}", kind=kind, **more)


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("RUT", "document"),
        ("ruts", "document"),
        ("Nombre", "name"),
        ("Origen Empresa", "creditor"),
        ("EMPRESA", "creditor"),
        ("Saldo actualizado", "amount"),
        ("saldo_actualizado", "amount"),
        ("FechaVencimiento", "due_on"),
        ("Fecha de Vencimiento", "due_on"),
        ("diasRetraso", "days_overdue"),
        ("Días de retraso", "days_overdue"),
        ("DIAS-DE-ATRASO", "days_overdue"),
        ("Teléfono móvil", "mobile"),
        ("telefono celular", "mobile"),
        ("Celular", "mobile"),
        ("Teléfono Residencial", "landline"),
        ("Teléfono fijo", "landline"),
        ("Fecha de pago", "paid_on"),
        ("Contestado", "disputed"),
        ("Zona horaria", "time_zone"),
        ("Comuna", "commune"),
    ],
)
def test_it_knows_the_names_of_a_collection(heading, column):
    """C2: case, accents, blanks, underscores and hyphens do not count (C1)."""
    assert mapped(f"{heading};Nada;Otra").guessed == {column: heading}


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("cliente", "name"), ("Name", "name"), ("rut", "document"), ("DNI", "document"),
        ("Cédula", "document"), ("id", "document"), ("teléfonos", "phone"), ("phones", "phone"),
        ("celular", "mobile"), ("mobile", "mobile"),
    ],
)  # fmt: skip
def test_it_knows_the_names_of_a_list(heading, column):
    """C2: marketing and surveys."""
    assert mapped(f"{heading};Nada;Otra", kind=GENERIC).guessed == {column: heading}


@pytest.mark.parametrize(
    "heading", ["Saldo", "Saldo actualizado 2", "Mi nombre", "RUT Empresa", "Teléfono X", ""]
)
def test_it_never_takes_a_heading_that_only_contains_a_name(heading):
    """C1: exact names and listed synonyms only."""
    assert mapped(f"{heading};Nada;Otra").guessed == {}


def test_it_knows_a_plain_list_by_plainer_words():
    """C2: "monto" is the amount where there is one amount; among 45 columns it may be any of several."""
    headings = "RUT;Cliente;Monto;Teléfono"
    assert mapped(headings, kind=BASIC).is_usable
    assert [one.column for one in mapped(headings).missing] == ["name", "amount"]


def test_it_understands_the_sample_of_45_columns():
    """C2: the columns that matter are found, each once, and the decoys are not."""
    file = mapped(";".join(HEADINGS))
    assert len(HEADINGS) == 45
    assert file.guessed == {
        "document": "RUT",
        "name": "Nombre",
        "creditor": "Origen Empresa",
        "amount": "Saldo actualizado",
        "due_on": "FechaVencimiento",
        "days_overdue": "diasRetraso",
        "mobile": "Teléfono móvil",
        "landline": "Teléfono Residencial",
        "phone_3": "Teléfono comercial",
        "paid_on": "Fecha de pago",
        "disputed": "Contestado",
        "time_zone": "Zona horaria",
        "commune": "Comuna",
        "reference": "N° operación",
    }
    assert file.is_usable


def test_it_takes_the_first_listed_of_several_and_says_so(in_english):
    """C1: the order of the list decides, not the order of the file."""
    file = mapped("RUTS;Nombre;Empresa;Origen Empresa;RUT;Saldo actualizado;Celular")
    assert (file.guessed["document"], file.guessed["creditor"]) == ("RUT", "Origen Empresa")
    assert [(one.code, one.column, one.heading) for one in file.problems] == [
        (MappingFault.ANOTHER_HEADING, "document", "RUTS"),
        (MappingFault.ANOTHER_HEADING, "creditor", "Empresa"),
    ]
    assert "“RUTS” is a name of the column document too" in file.problems[0].words
    assert file.is_usable


@pytest.mark.parametrize(("country", "document"), [("PE", "DNI"), ("CL", "RUT"), ("MX", "CURP")])
def test_it_prefers_what_the_country_calls_its_document(country, document):
    """C2: of several documents the country's own is the one to check (C4)."""
    assert (
        mapped("RUT;CURP;DNI;Nombre;Celular", kind=GENERIC, country=country).guessed["document"] == document
    )


def test_it_lists_what_is_missing_with_what_looks_like_it(in_english):
    """C1: look-alikes are offered to choose from, the likeliest first, and never taken unasked."""
    file = mapped("RUT cli;Nombre del cliente;Saldo act.;Saldo capital;Fono contacto;Color")
    assert not file.is_usable
    assert {one.column: one.look_alikes[0] for one in file.missing if one.look_alikes} == {
        ClientColumn.DOCUMENT: "RUT cli",
        ClientColumn.NAME: "Nombre del cliente",
        ClientColumn.AMOUNT: "Saldo act.",
        ClientColumn.PHONE: "Fono contacto",
    }
    assert all("Color" not in one.look_alikes for one in file.missing)
    assert [one.label for one in file.missing] == ["document", "name", "amount", "phone"]


def test_it_needs_less_of_a_list():
    """C1: a name and a number."""
    assert [one.column for one in mapped("Color;Tamaño", kind=GENERIC).missing] == ["name", "phone"]
    assert mapped("cliente;celular", kind=GENERIC).is_usable


def test_it_lets_the_mapping_be_changed():
    """C1: what is asked for wins, the rest is guessed from the headings that it leaves."""
    asked = {"amount": "Saldo capital", "name": "Deudor", "creditor": ""}
    file = mapped("RUT;Deudor;Empresa;Saldo capital;Saldo actualizado;Celular", mapping=asked)
    assert file.mapping == {
        "amount": "Saldo capital",
        "name": "Deudor",
        "document": "RUT",
        "mobile": "Celular",
    }
    assert file.guessed["amount"] == "Saldo actualizado"
    assert file.is_usable


def test_it_gives_a_heading_to_the_column_that_asks_for_it():
    """C1: a guess never takes a heading that somebody has chosen for another column."""
    file = mapped("RUT;Nombre;Saldo actualizado;Celular", mapping={"landline": "Celular"})
    assert (file.mapping.get("landline"), file.mapping.get("mobile")) == ("Celular", None)
    assert not any(problem.is_blocking for problem in file.problems)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"colour": "Nombre"}, MappingFault.UNKNOWN_COLUMN),
        ({"name": "Nombres y apellidos"}, MappingFault.HEADING_ABSENT),
        ({"mobile": "Celular", "landline": "celular"}, MappingFault.HEADING_TWICE),
    ],
)
def test_it_reads_nothing_by_a_contradictory_mapping(asked, code, in_english):
    """C1: a remembered mapping may not fit another file."""
    file = mapped("RUT;Nombre;Saldo actualizado;Celular", mapping=asked)
    assert code in [problem.code for problem in file.problems if problem.is_blocking]
    assert all(problem.words for problem in file.problems)
    assert not file.is_usable


def test_it_says_when_a_heading_stands_twice():
    """C1: only the first can be chosen."""
    file = mapped("RUT;Nombre;Saldo actualizado;Celular;Celular")
    assert [problem.code for problem in file.problems] == [MappingFault.HEADING_REPEATED]
    assert file.is_usable


def test_it_keeps_the_other_columns_of_a_list_as_variables():
    """C2: by names that a script can write; blanks and nameless columns are left out."""
    found = read(
        "Cliente;Teléfono;Ciudad de origen;Interés;;% descuento",
        "Ana;987654321;Ñuñoa;fibra  óptica;x;15",
        "Luz;987654322;;;;",
        kind=GENERIC,
    )
    assert [person.variables for person in found.persons] == [
        {"ciudad_de_origen": "Ñuñoa", "interes": "fibra óptica", "descuento": "15"},
        {},
    ]


def test_it_keeps_of_a_collection_what_the_script_asks_for():
    """C2: 45 columns are not 45 variables."""
    lines = (
        "RUT;Nombre;Saldo actualizado;Celular;Sucursal;Ejecutivo",
        "9876543-3;Ana;10;987654321;Norte;Luz",
    )
    assert read(*lines).persons[0].variables == {}
    found = read(*lines, variables=frozenset({"sucursal", "otra"}))
    assert found.persons[0].variables == {"sucursal": "Norte"}


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Ciudad de Origen", "ciudad_de_origen"), ("N° cuota", "n_cuota"), ("ÑANDÚ", "nandu"), ("—", ""),
        ("a" * 90, "a" * 60),
    ],
)  # fmt: skip
def test_it_names_variables_as_scripts_write_them(heading, name):
    """C2: lower case, digits and underscores."""
    assert variable_name(heading) == name


def test_it_reads_a_workbook_like_a_text():
    """C1: .xlsx and .csv, with notes above the headings."""
    head = ["RUT", "Nombre", "Saldo actualizado", "Celular"]
    rows = [["Cartera marzo"], [], head, [98765433, "Ana", 98500.5, 987654321]]
    file = opened(workbook(sheet_of(rows)), filename="Cartera.XLSX")
    assert (file.source, file.header_line, file.count_rows(), file.is_usable) == ("xlsx", 3, 1, True)


@pytest.mark.parametrize(
    ("content", "filename", "code"),
    [
        (b"RUT;Nombre", "a.xls", FileFault.WRONG_TYPE),
        (b"", "a.csv", FileFault.NO_ROWS),
        (b"\0\0\0\0\0\0", "a.csv", FileFault.NOT_TEXT),
        (b"RUT;Nombre", "a.xlsx", FileFault.DAMAGED),
        (b"x;" * 300, "a.csv", FileFault.TOO_MANY_COLUMNS),
        (b"x" * 60_000_001, "a.csv", FileFault.TOO_LARGE),
    ],
)
def test_it_refuses_a_file_that_no_row_can_be_read_of(content, filename, code):
    """C11: bad files are 422, said by their fault."""
    with pytest.raises(UnreadableFile) as refused:
        opened(content, filename=filename)
    assert refused.value.code is code


def test_it_asks_for_known_columns_only():
    """C1: what is needed can be chosen in every kind of file."""
    for kind, groups in NEEDED.items():
        assert {str(column) for group in groups for column in group} <= set(VOCABULARIES[kind].columns)
