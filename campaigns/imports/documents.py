"""C4: identity documents: RUT by its own rule, other countries by standard validators where they exist."""

import re
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import NamedTuple

import stdnum.ar.cuit
import stdnum.ar.dni
import stdnum.br.cnpj
import stdnum.br.cpf
import stdnum.co.nit
import stdnum.cr.cpf
import stdnum.cr.cpj
import stdnum.cr.cr
import stdnum.do.cedula
import stdnum.do.rnc
import stdnum.ec.ci
import stdnum.ec.ruc
import stdnum.mx.curp
import stdnum.mx.rfc
import stdnum.pe.cui
import stdnum.pe.ruc
import stdnum.py.ruc
from stdnum.exceptions import InvalidChecksum, InvalidFormat, ValidationError

from campaigns.imports.cells import as_digits, is_boolean
from campaigns.imports.codes import RowCode, Unacceptable
from campaigns.rules import DOCUMENT_LENGTH

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_RUT = re.compile(r"0*([1-9][0-9]{0,7})([0-9K])")
_WEIGHTS = (2, 3, 4, 5, 6, 7, 2, 3)
_WRITTEN = re.compile(r"[A-Z0-9Ñ&][A-Z0-9Ñ&-]{3,31}")
_WITHOUT_CHECK = re.compile(r"[1-9][0-9]{3,9}")


class Document(NamedTuple):
    """A document in the one form that compares equal, and as people write it."""

    canonical: str
    shown: str


Reader = Callable[[str], Document]


def read_document(text: str, *, country: str) -> Document:
    """Return the document of a cell; number cells may have become floats (C3). Raises Unacceptable."""
    if not text:
        raise Unacceptable(RowCode.DOCUMENT_MISSING)
    if len(text) > 2 * DOCUMENT_LENGTH or is_boolean(text):
        raise Unacceptable(RowCode.DOCUMENT_UNREADABLE)
    written = as_digits(text).translate(_DASHES).replace(".", "").replace(" ", "").upper()
    return _read_rut(written.replace("-", "")) if country == "CL" else _read_abroad(written, country)


def check_digit(body: int) -> str:
    """Return the check digit of a RUT's body, modulo 11."""
    total = sum(weight * (body // 10**place % 10) for place, weight in enumerate(_WEIGHTS))
    return "0K987654321"[total % 11]


def show_rut(body: int, digit: str) -> str:
    """Return a RUT as people write it: 12.345.678-5."""
    return f"{body:,}-{digit}".replace(",", ".")


def _read_rut(bare: str) -> Document:
    found = _RUT.fullmatch(bare)
    if found is None:
        raise Unacceptable(RowCode.DOCUMENT_UNREADABLE)
    body = int(found[1])
    if check_digit(body) != found[2]:
        raise Unacceptable(RowCode.DOCUMENT_CHECK_DIGIT)
    return Document(f"{body}-{found[2]}", show_rut(body, found[2]))


def _read_abroad(written: str, country: str) -> Document:
    """Return the first kind of document of the country that this is."""
    if not _WRITTEN.fullmatch(written):
        raise Unacceptable(RowCode.DOCUMENT_UNREADABLE)
    wrong = RowCode.DOCUMENT_UNREADABLE
    for read in _KINDS.get(country, (_any,)):
        try:
            return read(written)
        except InvalidChecksum:
            wrong = RowCode.DOCUMENT_CHECK_DIGIT
        except ValidationError:
            continue
    raise Unacceptable(wrong)


def _any(written: str) -> Document:
    """Take any document of a country whose persons' documents nobody can check."""
    bare = written.replace("-", "")
    return Document(bare, written)


def _by(kind: ModuleType, *, digits: int = 0, kept: int | None = None) -> Reader:
    """Return a reader by a validator; `digits` puts back the leading zeros that a number cell has lost.

    `kept` digits compare, where a check digit may follow them or not: both forms are the same person.
    """

    def read(written: str) -> Document:
        is_short = written.isdecimal() and digits - 2 <= len(written) < digits
        canonical = str(kind.validate(written.zfill(digits) if is_short else written))[:kept]
        return Document(canonical, str(kind.format(canonical)) if hasattr(kind, "format") else canonical)

    return read


def _with_or_without(kind: ModuleType) -> Reader:
    """Return a reader of numbers whose check digit is left out as often as not: only a hyphen tells.

    What compares is the number without it, so both forms are the same person.
    """

    def read(written: str) -> Document:
        if written[-2] == "-":
            whole = str(kind.validate(written))
            return Document(whole[:-1].lstrip("0"), f"{whole[:-1]}-{whole[-1]}")
        if not _WITHOUT_CHECK.fullmatch(written):
            raise InvalidFormat
        return Document(written, written)

    return read


_KINDS: Mapping[str, Sequence[Reader]] = {
    "AR": (_by(stdnum.ar.dni), _by(stdnum.ar.cuit)),
    "BR": (_by(stdnum.br.cpf, digits=11), _by(stdnum.br.cnpj, digits=14)),
    "CO": (_with_or_without(stdnum.co.nit),),
    "CR": (_by(stdnum.cr.cpf, digits=10), _by(stdnum.cr.cr), _by(stdnum.cr.cpj)),
    "DO": (_by(stdnum.do.cedula, digits=11), _by(stdnum.do.rnc)),
    "EC": (_by(stdnum.ec.ci, digits=10), _by(stdnum.ec.ruc, digits=13)),
    "MX": (_by(stdnum.mx.curp), _by(stdnum.mx.rfc)),
    "PE": (_by(stdnum.pe.cui, digits=8, kept=8), _by(stdnum.pe.ruc)),
    "PY": (_with_or_without(stdnum.py.ruc),),
}
