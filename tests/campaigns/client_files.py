"""Clients' files in a few lines, read as an upload on a Friday in Santiago."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from campaigns.imports import Terms, open_client_file, read_people

SANTIAGO = ZoneInfo("America/Santiago")
TODAY = date(2026, 3, 20)
COLLECTION = "RUT;Nombre;Empresa;Saldo actualizado;FechaVencimiento;Días de atraso;Celular;Teléfono fijo"
ANA, LUZ, MAR = "9.876.543-3", "12.345.678-5", "11.111.111-1"
MOBILE, OTHER_MOBILE, LANDLINE = "9 8765 4321", "9 8765 4322", "2 2345 6789"


def terms(**changed):
    sound = Terms(country="CL", zone=SANTIAGO, today=TODAY, creditor="Acme", currency="CLP")
    return replace(sound, **changed)


def opened(content, *, kind="acquisition", country="CL", mapping=None, filename="a.csv"):
    return open_client_file(
        content.encode() if isinstance(content, str) else content,
        filename=filename,
        processing_type=kind,
        country=country,
        mapping=mapping,
    )


def read(headings, *lines, kind="acquisition", **changed):
    asked = terms(**changed)
    file = opened("\n".join([headings, *lines]), kind=kind, country=asked.country)
    return read_people(file, asked)


def collection(*lines, **changed):
    """Read lines below the usual headings of a collection."""
    return read(COLLECTION, *lines, **changed)


def debtor(document=ANA, name="Ana", creditor="", amount="1000", due="", overdue="", mobile=MOBILE, fixed=""):
    """Return one line of a collection."""
    return f"{document};{name};{creditor};{amount};{due};{overdue};{mobile};{fixed}"


def ended(found):
    """Return how each row ended, and why."""
    return [(str(row.status), str(row.code) if row.code else "") for row in found.rows]


def numbers(person):
    return [phone.e164 for phone in person.phones]


def owed(person):
    return {debt.creditor: debt.amount for debt in person.debts}


def pesos(amount):
    return Decimal(amount)
