"""What became of the rows of a file, in words: one tile a way of ending, one line a cause (C10, W3)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns.imports import RowCode, RowStatus, describe_row
from tenants.admin.columns import reader

STATUS_LABELS = {
    RowStatus.ACCEPTED: _("Accepted"),
    RowStatus.REPAIRED: _("Accepted, a number mended"),
    RowStatus.MERGED: _("Merged into another row"),
    RowStatus.DUPLICATE: _("Called elsewhere already"),
    RowStatus.SUPPRESSED: _("Not to be called"),
    RowStatus.AMBIGUOUS: _("Ambiguous number"),
    RowStatus.REFUSED: _("Refused"),
}
UNTOLD = "…"  # what `describe_row` writes for a figure of a single row
TONES = {RowStatus.REFUSED: "bad", RowStatus.AMBIGUOUS: "warn", RowStatus.DUPLICATE: "warn"}


def counted_tiles(stats: Mapping[str, Any]) -> list[tuple[Any, str, str]]:
    """Return label, figure and tone: people, rows, and each way in which rows ended."""
    tiles = [(_("People to call"), stats["persons"], ""), (_("Rows in the file"), stats["rows"], "")]
    ends = [
        (STATUS_LABELS[one], stats[str(one)], TONES.get(one, ""))
        for one in RowStatus
        if stats[str(one)] or one in (RowStatus.ACCEPTED, RowStatus.REFUSED)
    ]
    return [(label, reader().number(count), tone if count else "") for label, count, tone in [*tiles, *ends]]


def told_codes(codes: Any) -> list[tuple[str, str]]:
    """Return each cause in words with its rows, the most frequent first."""
    ordered = sorted(codes.items(), key=lambda one: (-one[1], one[0]))
    return [(_headline(RowCode(code)), reader().number(count)) for code, count in ordered]


def _headline(code: RowCode) -> str:
    """Return the sentence of a cause without the figures of single rows, where they stand at its end."""
    head, colon, figures = describe_row(code).partition(":")
    return f"{head}." if colon and UNTOLD in figures and UNTOLD not in head else f"{head}{colon}{figures}"
