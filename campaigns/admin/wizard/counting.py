"""What became of the rows of a file, in words: one tile a way of ending, one line a cause (C10, W3)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns.actions.audiences import LEFT_OUT_LABELS
from campaigns.imports import RowCode, RowStatus, describe_row
from campaigns.models import ClientFile
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


def told_left_out(counts: Mapping[Any, int]) -> list[tuple[str, int]]:
    """Return why contacts are not in an audience, in words, and how many for each reason."""
    return [(str(words), counts[why]) for why, words in LEFT_OUT_LABELS.items() if counts.get(why)]


def audience_told(file: ClientFile | None) -> dict[str, Any]:
    """Return what a page tells of how an audience was chosen; nothing of another file, or before the end."""
    found = (file.params.get("audience") or {}).get("found") if file is not None else None
    return {"audience": {**found, "left": told_left_out(found["left_out"])}} if found else {}


def _headline(code: RowCode) -> str:
    """Return the sentence of a cause without the figures of single rows, where they stand at its end."""
    head, colon, figures = describe_row(code).partition(":")
    return f"{head}." if colon and UNTOLD in figures and UNTOLD not in head else f"{head}{colon}{figures}"
