"""Workbooks written by hand, honest and hostile: what a library would refuse to write is the point."""

import io
import zipfile
from xml.sax.saxutils import escape

TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORKBOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
    '<sheet name="Connections" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
STYLES = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'


def relations(*targets):
    kinds = {"styles.xml": "styles", "xl/workbook.xml": "officeDocument"}
    lines = "".join(
        f'<Relationship Id="rId{number}" Target="{target}" '
        f'Type="{RELATIONS}/{kinds.get(target, "worksheet")}"/>'
        for number, target in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{lines}</Relationships>'


def sheet(inside, *, before=""):
    return (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="{MAIN}"><sheetData>{inside}</sheetData></worksheet>'
    )


def letters(column):
    return chr(64 + column) if column <= 26 else chr(64 + (column - 1) // 26) + chr(65 + (column - 1) % 26)


def cell(row, column, value):
    place = f'r="{letters(column)}{row}"'
    if isinstance(value, str):
        return f'<c {place} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    serial, style = value if isinstance(value, tuple) else (value, 0)
    return f'<c {place} s="{style}"><v>{serial}</v></c>'


def sheet_of(rows, *, first=1):
    lines = (
        f'<row r="{number}">'
        + "".join(cell(number, place, value) for place, value in enumerate(row, 1) if value != "")
        + "</row>"
        for number, row in enumerate(rows, first)
    )
    return sheet("".join(lines))


def pack(parts, *, compression=zipfile.ZIP_DEFLATED):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, text in parts:
            archive.writestr(name, text)
    return packed.getvalue()


def workbook(sheet_markup, *more):
    return pack(
        [
            ("[Content_Types].xml", TYPES),
            ("_rels/.rels", relations("xl/workbook.xml")),
            ("xl/workbook.xml", WORKBOOK),
            ("xl/_rels/workbook.xml.rels", relations("worksheets/sheet1.xml", "styles.xml")),
            ("xl/styles.xml", STYLES),
            ("xl/worksheets/sheet1.xml", sheet_markup),
            *more,
        ]
    )
