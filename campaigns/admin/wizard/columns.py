"""Steps 2 and 3: what each column is, and what would become of each row; nothing is stored yet."""

from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _

from campaigns import actions
from campaigns.actions.importing.refusals import refusal_of
from campaigns.admin.wizard.counting import counted_tiles, told_codes
from campaigns.admin.wizard.steps import COLUMNS, FILE, PREVIEW, SETTINGS, address_of, drawn, entered, refused
from campaigns.forms.wizard import ColumnsForm
from campaigns.imports import COLUMN_LABELS, NOT_ACCEPTED, ClientColumn, ClientFile, ReadFile, report_rows
from campaigns.imports.codes import RowStatus
from campaigns.models import Campaign
from tenants.admin.acting import by_of
from tenants.display.exports import FileType, exported
from tenants.intake.tables import UnreadableFile, heading_key
from tenants.rules import Refused

ROWS_SHOWN, PERSONS_SHOWN, REJECTED_SHOWN = 5, 15, 15


def columns_page(request: HttpRequest, number: int) -> HttpResponse:
    """Ask what each column is; go on once nothing needed is missing. Raises UnknownCampaign, Forbidden."""
    found, elsewhere = entered(request, number, COLUMNS)
    if elsewhere is not None:
        return elsewhere
    try:
        opened = actions.open_draft(code=found.code)
    except Refused as refusal:
        refused(request, refusal)
        return HttpResponseRedirect(address_of(FILE, found))
    form = ColumnsForm(request.POST or None, opened=opened)
    if form.is_valid():
        opened = _chosen(request, found, form) or opened
        if opened.is_usable and "look" not in request.POST and not form.errors:
            return HttpResponseRedirect(address_of(PREVIEW, found))
        form = form if form.errors else ColumnsForm(opened=opened)
    return drawn(request, "columns", found, COLUMNS, form=form, opened=opened, **_table(opened))


def preview_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show what would become of the rows, and who would be called. Raises UnknownCampaign, Forbidden."""
    found, elsewhere = entered(request, number, PREVIEW)
    if elsewhere is not None:
        return elsewhere
    try:
        if request.method == "POST":
            return _gone_on(request, found)
        seen = actions.preview_draft(code=found.code)
        if seen.read is None:
            messages.error(request, _("Columns are missing, or contradict each other."))
            return HttpResponseRedirect(address_of(COLUMNS, found))
        return drawn(request, "preview", found, PREVIEW, seen=seen, **_shown(seen, seen.read))
    except (Refused, UnreadableFile) as error:
        refused(request, error if isinstance(error, Refused) else refusal_of(error))
        return HttpResponseRedirect(address_of(FILE, found))


def rejected_page(request: HttpRequest, number: int) -> HttpResponseBase:
    """Download the rows that would not be accepted, with the reason of each (C10, W3)."""
    found, elsewhere = entered(request, number, PREVIEW)
    if elsewhere is not None:
        return elsewhere
    headings, rows = actions.previewed_table(seen=actions.preview_draft(code=found.code))
    return exported(name=f"{found.code}-rows", type=FileType.XLSX, headings=headings, rows=rows)


def _chosen(request: HttpRequest, found: Campaign, form: ColumnsForm) -> ClientFile | None:
    try:
        actions.change_reading(code=found.code, reading={"mapping": form.cleaned_data}, by=by_of(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    return actions.open_draft(code=found.code)


def _gone_on(request: HttpRequest, found: Campaign) -> HttpResponse:
    """Keep whether duplicates are called; count again, or go on."""
    allow = "allow_duplicates" in request.POST
    actions.change_reading(code=found.code, reading={"allow_duplicates": allow}, by=by_of(request))
    step = PREVIEW if request.POST.get("do") == "count" else SETTINGS
    return HttpResponseRedirect(address_of(step, found))


def _table(opened: ClientFile) -> dict[str, Any]:
    """Return the first rows as they stand in the file, each heading with what it is taken for."""
    taken = {heading_key(heading): column for column, heading in opened.mapping.items() if heading}
    free = opened.free_headings() if opened.processing_type == "generic" else {}
    places = {place: name for name, place in free.items()}
    heads = []
    for place, heading in enumerate(opened.headings):
        column = taken.get(heading_key(heading))
        label = COLUMN_LABELS[ClientColumn(column)] if column in set(ClientColumn) else ""
        heads.append((heading, label, places.get(place, "")))
    width = len(opened.headings)
    rows = [(row.line, [*row.cells, *[""] * width][:width]) for row in islice(opened.rows(), ROWS_SHOWN)]
    return {"heads": heads, "rows": rows, "needed": {str(one.column) for one in opened.missing}}


def _shown(seen: actions.DraftPreview, read: ReadFile) -> dict[str, Any]:
    stats = read.stats()
    counts = read.counts()
    return {
        "tiles": counted_tiles(stats),
        "codes": told_codes(stats["codes"]),
        "warnings": told_codes(stats["warnings"]),
        "persons": read.to_call[:PERSONS_SHOWN],
        "more_persons": max(0, len(read.to_call) - PERSONS_SHOWN),
        "rejected": _rejected(seen.opened, read),
        "more_rejected": max(0, sum(counts[one] for one in NOT_ACCEPTED) - REJECTED_SHOWN),
        "duplicates": counts[RowStatus.DUPLICATE],
        "looked_at": len(read.rows),
        "nobody": not read.to_call,
    }


def _rejected(opened: ClientFile, read: ReadFile) -> list[tuple[Any, list[str]]]:
    """Return the first rows that nobody would be called for, with the cells that are read of them."""
    taken = {heading_key(heading) for heading in opened.mapping.values() if heading}
    places = [place for place, heading in enumerate(opened.headings) if heading_key(heading) in taken]
    return [
        (row, [cells[place] for place in places if place < len(cells) and cells[place]])
        for row, cells in islice(report_rows(opened, read), REJECTED_SHOWN)
    ]
