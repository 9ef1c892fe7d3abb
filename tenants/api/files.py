"""Lists as files at the API's doors: at once, or by a job when nobody can wait for the workbook (W13)."""

from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from rest_framework.request import Request

from tenants.api.schema import CSV, files
from tenants.display.exports import FileType, TooManyRows, exported
from tenants.display.later import is_large, table_of, want
from tenants.jobs import queries as jobs
from tenants.jobs.api.answers import accepted
from tenants.jobs.api.serializers import FileJobSerializer
from tenants.rules import XLSX_TYPE

TAKEN_AWAY = files(CSV, XLSX_TYPE) | {202: FileJobSerializer}


def listed(
    request: Request, *, of: str, asked: dict[str, Any], type: FileType, rows: int | None = None
) -> HttpResponseBase:
    """Return a list's file; for a workbook of too many rows, the job that writes it for whoever asked (S2).

    `rows` spares the rows of a large one, where somebody has counted them.
    """
    if rows is None or not is_large(type, rows):
        table = table_of(of, asked)
        try:
            return exported(name=table.name, type=type, headings=table.headings, rows=table.rows)
        except TooManyRows:
            pass
    job = jobs.made_or_asked(job_id=want(request._request, of=of, asked=asked, type=type))
    return accepted(job, {"file": reverse("api-jobs-file", args=[job.id])})
