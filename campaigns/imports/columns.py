"""C1, C2: what the columns of a client's file are called, which are needed, and what looks like them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from campaigns.rules import ProcessingType
from tenants.intake.tables import Vocabulary, heading_key


class ClientColumn(StrEnum):
    """What a column of a client's file can hold."""

    DOCUMENT = "document"
    NAME = "name"
    CREDITOR = "creditor"
    AMOUNT = "amount"
    DUE_ON = "due_on"
    DAYS_OVERDUE = "days_overdue"
    MOBILE = "mobile"
    LANDLINE = "landline"
    PHONE = "phone"
    PHONE_2 = "phone_2"
    PHONE_3 = "phone_3"
    PAID_ON = "paid_on"
    DISPUTED = "disputed"
    TIME_ZONE = "time_zone"
    COMMUNE = "commune"
    REFERENCE = "reference"


C = ClientColumn
COLUMN_LABELS: Mapping[ClientColumn, object] = {
    C.DOCUMENT: _("document"),
    C.NAME: _("name"),
    C.CREDITOR: _("creditor"),
    C.AMOUNT: _("amount"),
    C.DUE_ON: _("due date"),
    C.DAYS_OVERDUE: _("days overdue"),
    C.MOBILE: _("mobile number"),
    C.LANDLINE: _("landline number"),
    C.PHONE: _("phone"),
    C.PHONE_2: _("second phone"),
    C.PHONE_3: _("third phone"),
    C.PAID_ON: _("paid on"),
    C.DISPUTED: _("disputed"),
    C.TIME_ZONE: _("time zone"),
    C.COMMUNE: _("commune"),
    C.REFERENCE: _("reference"),
}
# In the order of calling, but for kinds: mobiles are called first (C7).
PHONE_COLUMNS = (C.MOBILE, C.PHONE, C.PHONE_2, C.PHONE_3, C.LANDLINE)
# One of each group; the first of a group is what it is called.
_COLLECTION_NEEDS = (
    (C.DOCUMENT,),
    (C.NAME,),
    (C.AMOUNT,),
    (C.PHONE, C.MOBILE, C.LANDLINE, C.PHONE_2, C.PHONE_3),
)
NEEDED: Mapping[ProcessingType, Sequence[Sequence[ClientColumn]]] = {
    ProcessingType.BASIC: _COLLECTION_NEEDS,
    ProcessingType.ACQUISITION: _COLLECTION_NEEDS,
    ProcessingType.GENERIC: ((C.NAME,), (C.PHONE, C.MOBILE, C.LANDLINE, C.PHONE_2, C.PHONE_3)),
}

_ABROAD = (
    "dni", "cedula", "curp", "rfc", "cpf", "ci", "documento", "documento de identidad", "numero de documento",
    "cedula de identidad", "cedula de ciudadania", "identificacion", "national id",
)  # fmt: skip
_COLLECTION: Mapping[str, tuple[str, ...]] = {
    C.DOCUMENT: ("RUT", "RUTS", "RUN", "RUT cliente", "RUT deudor", *_ABROAD),
    C.NAME: ("Nombre", "nombre completo", "nombre cliente", "nombre deudor", "full name"),
    C.CREDITOR: ("Origen Empresa", "Empresa", "acreedor"),
    C.AMOUNT: ("Saldo actualizado",),
    C.DUE_ON: (
        "FechaVencimiento", "Fecha de vencimiento", "Fecha del vencimiento", "Fecha vcto", "Fec vencimiento",
        "Vencimiento", "due date",
    ),
    C.DAYS_OVERDUE: (
        "diasRetraso", "Días de retraso", "Días de atraso", "diasAtraso", "dias de mora", "dias mora",
        "dias vencidos",
    ),
    C.MOBILE: (
        "Teléfono móvil", "Teléfono celular", "Celular", "Móvil", "Teléfono móvil 1", "Celular 1",
        "mobile phone", "cell phone", "cellphone",
    ),
    C.LANDLINE: ("Teléfono Residencial", "Teléfono fijo", "Teléfono residencia", "Teléfono casa", "red fija"),
    C.PHONE: (
        "Teléfono", "Teléfonos", "Fono", "phones", "phone number", "Teléfono 1", "número de teléfono",
    ),
    C.PHONE_2: (
        "Teléfono 2", "Celular 2", "Teléfono móvil 2", "Teléfono alternativo", "Otro teléfono", "Fono 2",
    ),
    C.PHONE_3: (
        "Teléfono 3", "Celular 3", "Teléfono móvil 3", "Teléfono comercial", "Teléfono laboral", "Fono 3",
    ),
    C.PAID_ON: ("Fecha de pago", "Fecha pago"),
    C.DISPUTED: ("Contestado", "Contestada"),
    C.TIME_ZONE: ("Zona horaria", "Huso horario", "timezone"),
    C.COMMUNE: ("Comuna",),
    C.REFERENCE: (
        "Referencia", "Número de operación", "N° operación", "Nro operación", "Operación", "Contrato",
        "N° contrato", "Número de contrato", "Folio", "N° documento", "reference number",
    ),
}  # fmt: skip
# A plain list has one amount; in a collection file of 45 columns "monto" may be any of several.
_BASIC: Mapping[str, tuple[str, ...]] = {
    **_COLLECTION,
    C.AMOUNT: (
        *_COLLECTION[C.AMOUNT], "monto", "monto total", "monto deuda", "deuda", "deuda total", "saldo",
        "total",
    ),
    C.NAME: (*_COLLECTION[C.NAME], "cliente", "nombres"),
}  # fmt: skip
_SHARED = (C.MOBILE, C.LANDLINE, C.PHONE, C.PHONE_2, C.PHONE_3, C.TIME_ZONE, C.COMMUNE)
_GENERIC: Mapping[str, tuple[str, ...]] = {
    C.DOCUMENT: ("rut", "ruts", "run", "id", *_ABROAD),
    C.NAME: (
        "nombre", "cliente", "nombre completo", "nombre cliente", "full name", "customer", "customer name",
    ),
    **{column: _COLLECTION[column] for column in _SHARED},
}  # fmt: skip
VOCABULARIES: Mapping[ProcessingType, Vocabulary] = {
    ProcessingType.BASIC: Vocabulary(_BASIC),
    ProcessingType.ACQUISITION: Vocabulary(_COLLECTION),
    ProcessingType.GENERIC: Vocabulary(_GENERIC),
}
# What people of a country call their document comes before what others do.
_OWN_DOCUMENTS: Mapping[str, tuple[str, ...]] = {
    "AR": ("dni",), "BR": ("cpf",), "BO": ("ci",), "CO": ("cedula", "cedula de ciudadania"),
    "EC": ("cedula",), "MX": ("curp", "rfc"), "PE": ("dni",), "UY": ("ci", "cedula de identidad"),
    "VE": ("cedula",),
}  # fmt: skip
_LIKE = 65  # of 100; below it a heading only shares letters
_MOST_ALIKE = 5


@dataclass(frozen=True, slots=True)
class MissingColumn:
    """A column that is needed and not found, with the headings that look like it, the likeliest first."""

    column: ClientColumn
    look_alikes: tuple[str, ...]

    @property
    def label(self) -> str:
        """Return what people call the column, in the active language."""
        return str(COLUMN_LABELS[self.column])


def guess_mapping(kind: ProcessingType, headings: Sequence[str], *, country: str) -> dict[str, str]:
    """Return {column: heading} by exact names and listed synonyms; of several the first listed (C1)."""
    there: dict[str, str] = {}
    for heading in headings:
        there.setdefault(heading_key(heading), heading)
    mapping = {}
    for column, spellings in _ordered(kind, country).items():
        found = next((there[key] for key in spellings if key in there), None)
        if found is not None:
            mapping[column] = found
    return mapping


def rivals(
    kind: ProcessingType, mapping: Mapping[str, str], headings: Sequence[str]
) -> list[tuple[str, str]]:
    """Return (column, heading) of headings that name a column too whose heading is another one."""
    vocabulary, found = VOCABULARIES[kind], []
    for heading in headings:
        column = vocabulary.recognise(heading)
        taken = mapping.get(column or "")
        if column and taken and heading_key(taken) != heading_key(heading):
            found.append((column, heading))
    return found


def find_missing(
    kind: ProcessingType, mapping: Mapping[str, str], headings: Sequence[str]
) -> tuple[MissingColumn, ...]:
    """Return what is needed and not mapped to a heading of the file (C1)."""
    there = VOCABULARIES[kind].positions(mapping, headings).keys()
    free = _free(mapping, headings)
    return tuple(
        MissingColumn(group[0], _look_alikes(kind, group, free))
        for group in NEEDED[kind]
        if not there & set(group)
    )


def _free(mapping: Mapping[str, str], headings: Sequence[str]) -> list[str]:
    taken = {heading_key(heading) for heading in mapping.values()}
    return list(dict.fromkeys(one for one in headings if one and heading_key(one) not in taken))


def _look_alikes(
    kind: ProcessingType, group: Sequence[ClientColumn], headings: Sequence[str]
) -> tuple[str, ...]:
    """Return the headings most like any name of a group of columns."""
    names = [key for column in group for key in _ordered(kind, "")[column]]
    scored = [(max(_likeness(heading_key(heading), name) for name in names), heading) for heading in headings]
    likely = sorted((-score, heading) for score, heading in scored if score >= _LIKE)
    return tuple(heading for _score, heading in likely[:_MOST_ALIKE])


def _likeness(heading: str, name: str) -> float:
    # A part of a heading counts for less than the whole, and three letters are a part of anything.
    part = fuzz.partial_ratio(heading, name) * 0.9 if min(len(heading), len(name)) > 3 else 0.0
    return max(float(fuzz.ratio(heading, name)), part)


@cache
def _ordered(kind: ProcessingType, country: str) -> dict[str, list[str]]:
    """Return {column: what is compared of its names}, the likeliest first."""
    names = {}
    for column, spellings in VOCABULARIES[kind].columns.items():
        own = _OWN_DOCUMENTS.get(country, ()) if column == C.DOCUMENT else ()
        names[str(column)] = list(dict.fromkeys(map(heading_key, (*own, *spellings, str(column)))))
    return names
