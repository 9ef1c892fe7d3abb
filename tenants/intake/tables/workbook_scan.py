"""Look through a workbook while inflating it, before any parser may allocate for it (S14).

Every number is counted here: what headers of the archive or of a sheet claim is not believed.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from tenants.intake.content import Content, Given, gathered
from tenants.intake.tables.faults import FileFault, UnreadableFile
from tenants.intake.tables.records import MAX_COLUMNS, MAX_ROWS

MAX_FILE = 20_000_000  # bytes
MAX_UNPACKED = 200_000_000
MAX_PART = 150_000_000
MAX_RATIO = 100
MAX_PARTS = 500
MAX_CELLS = 8_000_000
_CHUNK = 1 << 18  # bytes inflated at a time
_LONGEST_TOKEN = 1 << 21  # bytes; expat reads an unfinished token again with every chunk
_HEADER_ROW = 1  # the headings, which count as no row

_OLE = b"\xd0\xcf\x11\xe0"  # an old .xls, or an .xlsx with a password
_ZIP = b"PK\x03\x04"
_NEEDED = {"[Content_Types].xml", "xl/workbook.xml"}
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _column_letters(number: int) -> str:
    return (chr(64 + (number - 1) // 26) if number > 26 else "") + chr(65 + (number - 1) % 26)


_COLUMNS = {_column_letters(number): number for number in range(1, MAX_COLUMNS + 1)}


@dataclass(slots=True)
class _Sheet:
    """How far a sheet reaches: a parser allocates the whole rectangle."""

    max_rows: int
    rows: int = 0
    columns: int = 0
    cells: int = 0
    row: int = 0
    row_text: str = ""
    in_row: int = 0

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        """Count one start tag; raises UnreadableFile at the first limit passed."""
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if name == "c":
            self._open_cell(attributes.get("r"))
        elif name == "row":
            self._open_row(attributes.get("r", ""))
        elif name == "dimension":
            self._reach(attributes.get("ref", "").rpartition(":")[2], 0)

    def _open_row(self, claimed: str) -> None:
        self.in_row, self.row_text = 0, claimed
        # Rows without a number follow the one before; what the dimension claims is no row.
        self.row = max(self.row + 1, int(claimed) if claimed.isdecimal() and len(claimed) < 10 else 0)
        self.rows = max(self.rows, self.row)
        self._check()

    def _open_cell(self, reference: str | None) -> None:
        self.cells += 1
        self.in_row += 1
        column: int | None = self.in_row
        if reference is not None:
            # Nearly every cell says its own row; a workbook has millions of them.
            cut = len(reference) - len(self.row_text)
            column = _COLUMNS.get(reference[:cut]) if reference[cut:] == self.row_text else None
        if column is None:
            self.row = max(self.row, self._reach(reference, self.in_row))
        elif column > self.columns or self.in_row > self.columns or self.cells > MAX_CELLS:
            self.columns = max(self.columns, column, self.in_row)
            self._check()

    def _reach(self, reference: str | None, column: int) -> int:
        """Let the sheet reach as far as a reference; return its row."""
        row, found = 0, _REFERENCE.fullmatch(reference) if reference else None
        if found:
            column, row = max(column, _column_number(found[1])), int(found[2])
        self.columns, self.rows = max(self.columns, column), max(self.rows, row)
        self._check()
        return row

    def _check(self) -> None:
        if self.rows > self.max_rows + _HEADER_ROW:
            raise UnreadableFile(FileFault.TOO_MANY_ROWS, limit=self.max_rows)
        if self.columns > MAX_COLUMNS:
            raise UnreadableFile(FileFault.TOO_MANY_COLUMNS)
        if max(self.cells, self.rows * self.columns) > MAX_CELLS:
            raise UnreadableFile(FileFault.TOO_MANY_CELLS)


class _Markup:
    """One XML part, read piece by piece: no document type, well formed, every sheet within its limits."""

    def __init__(self, max_rows: int) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse
        self._parser.StartElementHandler = _Sheet(max_rows).open
        self._fed = 0

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        self._fed += len(piece)
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as broken:
            raise UnreadableFile(FileFault.DAMAGED, f"markup: {broken}") from broken
        if self._fed - self._parser.CurrentByteIndex > _LONGEST_TOKEN:
            raise UnreadableFile(FileFault.DAMAGED, "a token without end")

    @staticmethod
    def _refuse(*_declaration: object) -> None:
        raise UnreadableFile(FileFault.FORBIDDEN_MARKUP, "document type or entity")


@dataclass(slots=True)
class _Budget:
    """What a workbook may still unpack."""

    packed: int
    unpacked: int = 0
    part: int = field(default=0)

    def spend(self, size: int) -> None:
        self.part += size
        self.unpacked += size
        if self.part > MAX_PART or self.unpacked > min(MAX_UNPACKED, MAX_RATIO * self.packed):
            raise UnreadableFile(FileFault.EXPANDS_TOO_MUCH, f"{self.unpacked} bytes of {self.packed}")


def scan_workbook(given: Given, *, max_rows: int = MAX_ROWS) -> None:
    """Raise UnreadableFile unless an .xlsx keeps to S14: sizes, ratio, parts, names, cells, markup."""
    content = Content.of(given)
    if content.size > MAX_FILE:
        raise UnreadableFile(FileFault.TOO_LARGE, f"{content.size} bytes", limit=MAX_FILE)
    beginning = content.read_at(0, 4)
    if beginning == _OLE:
        raise UnreadableFile(FileFault.ENCRYPTED, "OLE container")
    if beginning != _ZIP:
        raise UnreadableFile(FileFault.DAMAGED, "no ZIP signature")
    budget = _Budget(packed=content.size)
    for part in _parts(content):
        budget.part = 0
        _scan_part(content, part, budget, max_rows)


def _parts(content: Content) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(content.reader()) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as broken:
        raise UnreadableFile(FileFault.DAMAGED, f"archive: {broken}") from broken
    if len(parts) > MAX_PARTS:
        raise UnreadableFile(FileFault.TOO_MANY_PARTS, f"{len(parts)} parts")
    names = [part.orig_filename for part in parts]
    if len({name.casefold() for name in names}) < len(names) or any(map(_is_odd, names)):
        raise UnreadableFile(FileFault.ODD_PART_NAME)
    if not set(names) >= _NEEDED:
        raise UnreadableFile(FileFault.DAMAGED, "no workbook in the archive")
    return parts


def _is_odd(name: str) -> bool:
    return name.startswith("/") or ".." in name.split("/") or any(char in name for char in "\\:\0")


def _scan_part(content: Content, part: zipfile.ZipInfo, budget: _Budget, max_rows: int) -> None:
    if part.flag_bits & 0x1:
        raise UnreadableFile(FileFault.ENCRYPTED, "encrypted part")
    # Even ones: by the first alone a part is taken for markup or not.
    pieces = gathered(_inflate(_packed_bytes(content, part), part.compress_type), least=_CHUNK)
    checksum = 0
    markup: _Markup | None = None
    for number, piece in enumerate(pieces):
        budget.spend(len(piece))
        checksum = zlib.crc32(piece, checksum)
        if number == 0 and _is_markup(piece):
            markup = _Markup(max_rows)
        if markup:
            markup.feed(piece)
    if markup:
        markup.feed(b"", last=True)
    if checksum != part.CRC or budget.part != part.file_size:
        raise UnreadableFile(FileFault.DAMAGED, "checksum or size of a part")


def _is_markup(piece: bytes) -> bool:
    """Tell by content, not by name: a relation may call any part a sheet."""
    start = piece.lstrip(b" \t\r\n")
    # Of blanks alone nobody knows what follows.
    return not start or start.startswith((b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0<"))


def _packed_bytes(content: Content, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part's bytes; its own header must tell the same story as the directory."""
    header = content.read_at(part.header_offset, 30)
    if len(header) < 30 or not header.startswith(_ZIP):
        raise UnreadableFile(FileFault.DAMAGED, "header of a part")
    flags, method = struct.unpack("<HH", header[6:10])
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    start = part.header_offset + 30 + name_length + extra_length
    name = content.read_at(part.header_offset + 30, name_length)
    told = name.decode("utf-8" if flags & 0x800 else "cp437", "replace")
    if told != part.orig_filename or method != part.compress_type or flags & 0x1:
        raise UnreadableFile(FileFault.ODD_PART_NAME, "a part with two headers")
    yield from content.pieces(start, start + part.compress_size)


def _inflate(packed: Iterator[bytes], method: int) -> Iterator[bytes]:
    """Yield what a part holds, never more than a chunk at a time."""
    if method == zipfile.ZIP_STORED:
        yield from packed
        return
    if method != zipfile.ZIP_DEFLATED:
        raise UnreadableFile(FileFault.DAMAGED, f"compression {method}")
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for left in packed:
            yield from _unpacked(inflating, left)
    except zlib.error as broken:
        raise UnreadableFile(FileFault.DAMAGED, f"deflate: {broken}") from broken
    if not inflating.eof:
        raise UnreadableFile(FileFault.DAMAGED, "a part cut short")


def _unpacked(inflating: "zlib._Decompress", left: bytes) -> Iterator[bytes]:
    """Yield what some packed bytes hold; nothing behind the end of the stream."""
    while not inflating.eof:
        piece = inflating.decompress(left, _CHUNK)
        left = inflating.unconsumed_tail
        if not piece and not left:
            break
        yield piece
