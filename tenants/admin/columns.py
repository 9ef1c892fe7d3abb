"""How do lists write moments? Relative and short, exact with the zone on hover (W5)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    FloatField,
    IntegerField,
    Model,
)
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tenants.display.context_processors import formats_for
from tenants.display.formats import NOTHING, READER, Number
from tenants.display.formats import reader as reader


@contextmanager
def read_by(request: HttpRequest) -> Iterator[None]:
    """Write values as this request's reader does, moments in the tenant's zone, until the block ends."""
    formats = formats_for(request)
    token = READER.set(formats)
    try:
        with timezone.override(formats.zone):
            yield
    finally:
        READER.reset(token)


def ago(value: datetime | None) -> SafeString | str:
    """Write how long ago or ahead a moment is, with the exact one in its title; a dash for None."""
    if value is None:
        return NOTHING
    formats = reader()
    exact, words = formats.exact(value), formats.ago(value, timezone.now())
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, words)


def yes_no(value: bool | None) -> str:
    """Write a truth in a word: a red cross would call every "no" a fault."""
    return NOTHING if value is None else _("Yes") if value else _("No")


def day(value: date | None) -> str:
    """Write a day as the tenant's country does, in the reader's language; a dash for None (W7)."""
    return NOTHING if value is None else reader().day(value)


def number(value: Number | None) -> str:
    """Write a number as the tenant's country does; a dash for None (W7)."""
    return NOTHING if value is None else reader().stored(value)


def badge(words: object, tone: str) -> SafeString:
    """Write a state in its colour: good, bad, warn, running, or any other for a calm one."""
    return format_html('<span class="house-badge {}">{}</span>', tone, words)


@dataclass(frozen=True, slots=True)
class Column:
    """A field's column, written by a function; Django reads its heading and order from these attributes."""

    field: str
    short_description: str | Promise
    write: Callable[[Any], SafeString | str]

    @property
    def __name__(self) -> str:
        """Name the column as its field."""
        return self.field

    @property
    def admin_order_field(self) -> str:
        """Sort by the value itself."""
        return self.field

    def __call__(self, row: Model) -> SafeString | str:
        """Write one row's value."""
        return self.write(getattr(row, self.field))


WRITTEN: tuple[tuple[type, Callable[[Any], SafeString | str]], ...] = (
    (DateTimeField, ago),
    (DateField, day),
    (BooleanField, yes_no),
    (IntegerField, number),
    (DecimalField, number),
    (FloatField, number),
)


def whole_person_of(of: str, row: object) -> str:
    """Return the address of everything about the person behind a row, "" for rows that are nobody."""
    return reverse("person", args=[of, row]) if of else ""


@dataclass(frozen=True, slots=True)
class WholePersonColumn:
    """A column that leads to everything about each row's person; `field` holds the id."""

    of: str
    field: str
    short_description: str = "360°"
    __name__ = "whole_person"

    def __call__(self, row: Model) -> SafeString:
        """Write one row's link."""
        href, words = whole_person_of(self.of, getattr(row, self.field)), _("Everything about this person")
        return format_html(
            '<a class="house-badge" href="{}" title="{}" aria-label="{}">360°</a>', href, words, words
        )


def column_of(field: Any) -> Column | None:
    """Return how lists write this kind of field; None leaves it to Django."""
    # A moment is a day too, a key is a number too: the narrower kind stands first.
    if field is None or field.primary_key or field.is_relation or field.choices:
        return None
    write = next((write for kind, write in WRITTEN if isinstance(field, kind)), None)
    return Column(field.name, field.verbose_name, write) if write else None
