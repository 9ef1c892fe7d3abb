"""Phone cells to numbers that can be dialled (C5)."""

from campaigns.imports.phones.cells import read_phones
from campaigns.imports.phones.reading import PhoneKind, PhoneReading

__all__ = ["PhoneKind", "PhoneReading", "read_phones"]
