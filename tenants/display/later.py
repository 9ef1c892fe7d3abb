"""Lists that are too large to be waited for: asked for now, written by a job, taken away later.

An app says which tables it has (`tables`), a page leaves a request (`wanted_later`); the middleware writes it
down once the tenant's scope has closed, since who asks may be a viewer (S2).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override

from tenants.display import exports
from tenants.display.exports import FileType, TooManyRows, exported
from tenants.models import new_id
from tenants.queries import principal_of
from tenants.rules import JobKind


@dataclass(frozen=True, slots=True)
class Table:
    """Rows to write, with their headings; `name` is the file's, without an ending."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A job that a request asks for; `job` is the id that it will have."""

    job: UUID
    schema: str
    kind: str
    by: UUID
    params: dict[str, Any] = field(default_factory=dict)


Make = Callable[[Mapping[str, Any]], Table]
_TABLES: dict[str, Make] = {}
UnderWay = Callable[[Wanted], UUID | None]
_UNDER_WAY: list[UnderWay] = []


def tables(of: str) -> Callable[[Make], Make]:
    """Register the decorated function as what makes the table `of` from what was asked, as JSON keeps it."""

    def register(make: Make) -> Make:
        if of in _TABLES:
            raise ValueError(f"{of} is made by {_TABLES[of].__module__} and {make.__module__}")
        _TABLES[of] = make
        return make

    return register


def under_way(find: UnderWay) -> UnderWay:
    """Register the decorated function as what knows the job of the same file that somebody waits for."""
    _UNDER_WAY.append(find)
    return find


def table_of(of: str, asked: Mapping[str, Any]) -> Table:
    """Return a table. Raises KeyError for one that no app has."""
    return _TABLES[of](asked)


def in_language(language: str, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """Yield rows whose words are looked up as they are written, in the language of whoever asked for them."""
    left = iter(rows)
    # Entered for each row: whoever writes them has a language of their own between two of them.
    while True:
        with override(language):
            row = next(left, None)
        if row is None:
            return
        yield row


def table_in(language: str, name: str, make: Callable[[], tuple[Sequence[str], Iterable[Any]]]) -> Table:
    """Return the headings and rows that `make` gives, in a language, whoever writes them and when."""
    with override(language):
        headings, rows = make()
    return Table(name, headings, in_language(language, rows))


def now_or_later(request: HttpRequest, *, of: str, asked: dict[str, Any], type: FileType) -> HttpResponseBase:
    """Return a list's file; one that is too large is offered, and a POST asks for it."""
    if request.method == "POST":
        return wanted_later(request, of=of, asked=asked, type=type)
    table = table_of(of, asked)
    try:
        return exported(name=table.name, type=type, headings=table.headings, rows=table.rows)
    except TooManyRows:
        return render(request, "display/later.html", {"rows": exports.MOST_ROWS_OF_A_WORKBOOK})


def wanted_later(request: HttpRequest, *, of: str, asked: dict[str, Any], type: FileType) -> HttpResponse:
    """Ask for a file and lead to the page of its job."""
    return HttpResponseRedirect(reverse("jobs:detail", args=[want(request, of=of, asked=asked, type=type)]))


def want(request: HttpRequest, *, of: str, asked: dict[str, Any], type: FileType) -> UUID:
    """Ask for a file, for a person or for a program's key; return the id that its job has or will have.

    Asked for again while it is written, it is the same.
    """
    who = principal_of(request)
    params = {"of": of, "asked": asked, "type": str(type)}
    wanted = Wanted(new_id(), who.tenant.schema_name, JobKind.EXPORT, who.user_id or who.id, params)
    again = next(filter(None, (find(wanted) for find in _UNDER_WAY)), None)
    if again is not None:
        return again
    request.wanted = wanted  # type: ignore[attr-defined]  # for the middleware
    return wanted.job


def is_large(type: FileType, rows: int) -> bool:
    """Say whether a file of so many rows is written by a job: a workbook that a request would wait for."""
    return type is FileType.XLSX and rows > exports.MOST_ROWS_OF_A_WORKBOOK
