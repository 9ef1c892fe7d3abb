"""How contacts stand as a workbook: the page's figures, typed and unrounded (Exports)."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from personas.queries import Counted, Figure, Share
from personas.reports.standing import Standing
from personas.reports.standing_paper import compared_with, growth_over, share_headings, source_of
from tenants.display.books import Block, Page, Ratio
from tenants.display.exports import Rows

WIDE = {0: 50}


def pages_of(look: Standing, *, organisation: str) -> Iterator[Page]:
    """Yield every sheet: figures, personas, months, days, keywords, titles, companies. No query."""
    seen = look.seen
    yield _overview(look, organisation=organisation)
    yield _list(_("Personas"), share_headings(), _shares(look), {0: 40})
    yield _list(_("Months"), _month_headings(look), _months(look), {0: 14})
    days = _("Of the contacts of all sources, at the end of each day (UTC).")
    yield Page(_("Days"), [_coverage(look), _by_day(look)], notes=[days], widths={0: 14})
    yield _list(_("Keywords"), (_("Keyword"), _("Contacts")), _counted(seen.keywords), WIDE)
    yield _unused(look)
    yield _list(_("Titles"), (_("Title"), _("Contacts")), _counted(seen.unclassified), WIDE)
    yield _list(_("Companies"), (_("Company"), _("Contacts")), _counted(seen.companies), WIDE)


def _overview(look: Standing, *, organisation: str) -> Page:
    facts: list[tuple[str, Any]] = [
        (_("Organisation"), organisation),
        (_("Source"), source_of(look)),
        (_("Compared with"), compared_with(look)),
        (_("Growth over"), growth_over(look)),
        (_("Clock"), look.formats.timezone),
        (_("Keywords counted"), look.latest and look.latest.computed_at),
        (_("Made"), look.now),
    ]
    blocks = [Block((), facts), Block((_("Figure"), _("Now"), _("Before")), _figures(look))]
    return Page(_("Overview"), blocks, f"{_('Personas')} · {_('Report of contacts')}", widths={1: 26})


def _figures(look: Standing) -> list[tuple[Any, ...]]:
    seen = look.seen
    return [
        (_("Contacts"), seen.contacts.now, seen.contacts.before),
        _share(_("Coverage, %"), seen.classified),
        (_("With a persona of their own"), seen.classified.now, seen.classified.before),
        _share(_("With a job title, %"), seen.with_title),
        (_("Decided by hand"), seen.held),
    ]


def _share(label: str, found: Figure) -> tuple[Any, ...]:
    """Return a part of all contacts, now and before; None of nobody, or when nobody knows."""
    before = found.ratio_before
    return label, Ratio(found.ratio), None if before is None else Ratio(before)


def _list(name: str, headings: tuple[str, ...], rows: Rows, widths: dict[int, int]) -> Page:
    return Page(name, [Block(headings, rows)], widths=widths, is_list=True)


def _unused(look: Standing) -> Page:
    block = Block((_("Keyword"), _("Persona")), look.unused)
    notes = [_("Among the contacts of all sources.")]
    return Page(_("Unused keywords"), [block], notes=notes, widths=WIDE, is_list=True)


def _shares(look: Standing) -> Iterator[tuple[Any, ...]]:
    whole = look.seen.contacts.now
    return (
        (one.name, one.contacts, Ratio(one.contacts / whole), one.contacts_before, one.with_title, one.held)
        for one in look.seen.shares
    )


def _month_headings(look: Standing) -> tuple[str, ...]:
    names = (share.name for share in look.seen.shares)
    return _("Month"), *names, _("Coverage in the month"), _("Coverage until then")


def _months(look: Standing) -> Iterator[tuple[Any, ...]]:
    """Yield each month with the new connections of all personas, and the coverage."""
    growth, parts = look.seen.growth, (look.seen.coverage_of_month, look.seen.coverage_by_month)
    columns = [growth.counts.get(share.id) for share in look.seen.shares]
    return (
        (
            month,
            *(column[at] if column else 0 for column in columns),
            *(None if part[at] is None else Ratio(part[at] or 0) for part in parts),
        )
        for at, month in enumerate(growth.months)
    )


def _coverage(look: Standing) -> Block:
    headings = _("Day"), _("Own persona"), _("Job title"), _("Normalised")
    rows = (
        (one.on, *(Ratio(part / 100) for part in (one.classification, one.job_title, one.normalization)))
        for one in look.covered
    )
    return Block(headings, rows, _("Coverage by day"))


def _by_day(look: Standing) -> Block:
    """Return every persona's contacts, those of nobody's too: a chart has room for eight."""
    counted: list[Share] = [share for share in look.seen.shares if share.id in look.moved.counts]
    columns = [look.moved.counts[share.id] for share in counted]
    rows = ((day, *(column[at] for column in columns)) for at, day in enumerate(look.moved.days))
    return Block((_("Day"), *(share.name for share in counted)), rows, _("Contacts by persona and day"))


def _counted(found: tuple[Counted, ...]) -> Iterator[tuple[str, int]]:
    return ((one.label, one.contacts) for one in found)
