"""Documents to hand over: plain values in, a PDF out; the drawings of the pages, set in our own fonts."""

from tenants.display.pdf.handing import figures_of, pdf_file, told_tiles
from tenants.display.pdf.report import Cited, Figure, Report, Section, Sheet, report_pdf
from tenants.display.pdf.typesetting import NotSet, typeset

__all__ = [
    "Cited",
    "Figure",
    "NotSet",
    "Report",
    "Section",
    "Sheet",
    "figures_of",
    "pdf_file",
    "report_pdf",
    "told_tiles",
    "typeset",
]
