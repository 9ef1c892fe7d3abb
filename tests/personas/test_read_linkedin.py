"""L2, L3, S13, S14: whatever a delimited file holds, its good rows are read."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.imports import is_usable, open_export
from personas.rules import ImportRowReason, ImportSource
from tenants.intake.tables import FileFault, UnreadableFile

HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
NOTES = (
    'Notes:\n"When exporting your connection data, you may notice that some email addresses are missing, '
    'because ""URL, Email Address"" are shown to some only."\n\n'
)
ANA = "Ana,Pérez,https://www.linkedin.com/in/ana,Ana@Acme.example,Acme,Gerente de Marketing,05 Jan 2024"


def read(text, encoding="utf-8", filename="Connections.csv"):
    opened = open_export(text.encode(encoding), filename=filename)
    return opened, list(opened.rows(opened.suggest_mapping()))


def test_it_reads_an_export_as_linkedin_writes_it():
    """L2, L3: notes, blank line, headings, people, with the file's own line numbers."""
    opened, rows = read(f"{NOTES}{HEADER}\n{ANA}\n")
    assert (opened.source, opened.delimiter, opened.header_line, opened.count_rows()) == (
        ImportSource.CSV,
        ",",
        4,
        1,
    )
    (row,) = rows
    assert (row.line, row.first_name, row.last_name, row.email) == (5, "Ana", "Pérez", "ana@acme.example")
    assert (row.company, row.job_title) == ("Acme", "Gerente de Marketing")
    assert (row.profile_url, row.connected_on) == ("https://linkedin.com/in/ana", date(2024, 1, 5))
    assert (row.issues, row.rejected) == ((), None)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_it_reads_every_encoding_delimiter_and_line_end(delimiter, encoding, line_end):
    """L2, S14: encodings by mark, UTF-8, CP1252; the delimiter by the headings."""
    text = f"{HEADER}\n{ANA}\n".replace(",", delimiter).replace("\n", line_end)
    _, (row,) = read(text, encoding)
    assert (row.line, row.last_name, row.profile_url) == (2, "Pérez", "https://linkedin.com/in/ana")


def test_it_takes_bytes_that_cp1252_does_not_know():
    """S14: Latin-1 knows every byte."""
    opened, (row,) = open_export(b"Nombre,Empresa\nJos\xe9\x81,Acme\n", filename="a.csv"), [None]
    row = next(opened.rows(opened.suggest_mapping()))
    assert (opened.encoding, row.first_name) == ("latin-1", "José")


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("FIRST_NAME", "first_name"),
        (" Nombre ", "first_name"),
        ("Apellido", "last_name"),
        ("correo", "email"),
        ("E-mail", "email"),
        ("Organización", "company"),
        ("Company Name", "company"),
        ("Puesto", "job_title"),
        ("JOB title", "job_title"),
        ("Linkedin_URL", "profile_url"),
        ("Profile URL", "profile_url"),
        ("Fecha Conexion", "connected_on"),
        ("connection date", "connected_on"),
    ],
)
def test_it_suggests_a_column_by_its_heading(heading, column):
    """L2: case, accents, underscores and outer spaces are ignored."""
    opened, _ = read(f"{heading},Otra\nx,y\n")
    assert opened.suggest_mapping() == {column: heading.strip()}


def test_it_needs_a_name_or_a_profile_address_mapped():
    """L2: neither → 400."""
    headings = ("Correo", "Nombre", "Perfil")
    assert not is_usable({"email": "Correo"}, headings)
    assert not is_usable({"first_name": "Otra"}, headings)
    assert is_usable({"first_name": "Nombre"}, headings)
    assert is_usable({"profile_url": "perfil"}, headings)


def test_it_takes_a_heading_for_one_column_only():
    """L2: a name that is also the company would be neither; columns left out may be many."""
    headings = ("Correo", "Nombre", "Perfil")
    assert not is_usable({"first_name": "Nombre", "company": "Nombre"}, headings)
    assert not is_usable({"first_name": "Nombre", "company": "NOMBRE "}, headings)
    assert is_usable({"first_name": "Nombre", "company": "", "email": ""}, headings)


def test_it_obeys_a_mapping_made_by_hand():
    """L2: editable."""
    opened = open_export(b"A;B\nAna;Acme\n", filename="x.CSV")
    (row,) = opened.rows({"first_name": "A", "company": "B"})
    assert (row.first_name, row.company, row.rejected) == ("Ana", "Acme", None)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",,,ana@acme.example,Acme,CEO,", ImportRowReason.MISSING_IDENTIFIERS),
        (",,,,,,", ImportRowReason.MISSING_IDENTIFIERS),
        ("\u200b,\u202e\u2060,,,Acme,CEO,", ImportRowReason.MISSING_IDENTIFIERS),
        ("Ana,Pérez,,,,CEO,", ImportRowReason.NAME_WITHOUT_COMPANY),
        ("Ana,Pérez,nada,mal,,CEO,", ImportRowReason.NAME_WITHOUT_COMPANY),
        ('"Ana,Pérez,,,Acme,CEO,', ImportRowReason.UNCLOSED_QUOTE),
        ("An\0a,Pérez,,,Acme,CEO,", ImportRowReason.NUL_CHARACTER),
        ("A" * 40_000 + ",,,,Acme,CEO,", ImportRowReason.CELL_TOO_LONG),
        ('"' + "A" * 140_000 + '",,,,Acme,CEO,', ImportRowReason.CELL_TOO_LONG),
        ("Ana" + "," * 300, ImportRowReason.TOO_MANY_COLUMNS),
        ('"Ana"' + "," * 300, ImportRowReason.TOO_MANY_COLUMNS),
        ('"Ana"' + "," * 1_000_000, ImportRowReason.TOO_MANY_COLUMNS),
    ],
    ids=lambda value: value if len(value) < 40 else "long",
)
def test_it_rejects_a_bad_row_and_reads_the_next(line, reason):
    """L3, S14: no row, short, long or bad, stops the file."""
    _, (bad, good) = read(f"{HEADER}\n{line}\n{ANA}\n")
    assert (bad.line, bad.rejected) == (2, reason)
    assert (good.line, good.first_name, good.rejected) == (3, "Ana", None)


def test_it_drops_and_counts_a_bad_date_email_and_address():
    """L3: the row stays."""
    _, (row,) = read(f"{HEADER}\nAna,Pérez,nada,mal,Acme,CEO,ayer\n")
    assert (row.email, row.profile_url, row.connected_on, row.rejected) == ("", "", None, None)
    assert row.issues == (
        ImportRowReason.EMAIL_INVALID_FORMAT,
        ImportRowReason.URL_INVALID_FORMAT,
        ImportRowReason.CONNECTED_ON_PARSE_FAILED,
    )


def test_it_takes_short_and_long_rows_and_cuts_long_values():
    """L3: what is missing is empty, what is more is said."""
    _, (short, long, cut) = read(f"{HEADER}\nAna,,linkedin.com/in/a\n{ANA},más\nB,,,,{'c' * 300},,\n")
    assert (short.company, short.rejected, short.issues) == ("", None, ())
    assert long.issues == (ImportRowReason.EXTRA_CELLS,)
    assert (len(cut.company), cut.issues) == (255, (ImportRowReason.VALUE_SHORTENED,))


def test_it_reads_quoted_cells_with_commas_quotes_and_line_breaks():
    """L3: a cell of two lines is one line of text, and the next row keeps its true number."""
    text = f'{HEADER}\nAna,"Pérez ""la jefa""",,,"Acme, S.A.","Gerente\nComercial",\n{ANA}\n'
    _, (first, second) = read(text)
    assert (first.last_name, first.company) == ('Pérez "la jefa"', "Acme, S.A.")
    assert (first.job_title, first.line, second.line) == ("Gerente Comercial", 2, 4)


def test_it_loses_one_row_to_an_open_quote_even_when_another_closes_it():
    """S14: the csv module alone would swallow everything between."""
    broken = '"Ana,Pérez,,,Acme,CEO,'
    quoted = 'Luz,Soto,,,"Acme, S.A.",CEO,'
    _, rows = read(f"{HEADER}\n{broken}\n{ANA}\n{quoted}\n{ANA}\n")
    assert [row.rejected for row in rows] == [ImportRowReason.UNCLOSED_QUOTE, None, None, None]
    assert rows[2].company == "Acme, S.A."


def test_it_reads_a_nickname_in_stray_quotes():
    """L3: wrong quotes inside a cell are read as they stand."""
    _, (row,) = read(f'{HEADER}\nJuan "Pepe",Soto,,,Acme,CEO,\n')
    assert (row.first_name, row.rejected) == ('Juan "Pepe"', None)


def test_it_goes_on_after_a_line():
    """L1: a job resumes where its last committed row was."""
    opened, rows = read(f"{NOTES}{HEADER}\n{ANA}\n\n{ANA}\n{ANA}\n")
    assert [row.line for row in rows] == [5, 7, 8]
    assert [row.line for row in opened.rows(opened.suggest_mapping(), after_line=5)] == [7, 8]


@pytest.mark.parametrize(
    ("content", "filename", "code"),
    [
        (b"Nombre\nAna\n", "a.txt", FileFault.WRONG_TYPE),
        (b"Nombre\nAna\n", "a", FileFault.WRONG_TYPE),
        (b"", "a.csv", FileFault.NO_ROWS),
        (b"\n \n", "a.csv", FileFault.NO_ROWS),
        (b"Notes:\nnothing else", "a.csv", FileFault.NO_ROWS),
        (HEADER.encode(), "a.csv", FileFault.NO_ROWS),
        (b"\0\1\0\2", "a.csv", FileFault.NOT_TEXT),
        (b"\xff\xfea", "a.csv", FileFault.NOT_TEXT),
        (b"," * 1_000_000 + b"\nx\n", "a.csv", FileFault.TOO_MANY_COLUMNS),
        (b"x" * 100_000 + b"\nAna\n", "a.csv", FileFault.BAD_HEADINGS),
        (b'Nombre,"Cargo\nAna,Gerente\n', "a.csv", FileFault.BAD_HEADINGS),
        (b"x" * 20_000_001, "a.csv", FileFault.TOO_LARGE),
        (b"Nombre\n" + b"x\n" * 200_001, "a.csv", FileFault.TOO_MANY_ROWS),
    ],
    ids=lambda value: str(value) if len(value) < 30 else "long",
)
def test_it_refuses_a_file_without_rows_to_read(content, filename, code):
    """L2, S14: another type, no rows, too much of anything."""
    with pytest.raises(UnreadableFile) as refused:
        open_export(content, filename=filename).count_rows()
    assert refused.value.code is code


@settings(max_examples=150)
@given(st.one_of(st.binary(max_size=400), st.text(alphabet='ab,;"\n\r\t\0é ', max_size=200).map(str.encode)))
def test_it_never_raises_anything_else(content):
    """S13, S14: no input is an error of ours; every line is a row or blank."""
    for start in (b"", HEADER.encode() + b"\n"):
        try:
            opened = open_export(start + content, filename="a.csv")
            lines = [row.line for row in opened.rows(opened.suggest_mapping())]
        except UnreadableFile:
            continue
        assert lines == sorted(set(lines))
