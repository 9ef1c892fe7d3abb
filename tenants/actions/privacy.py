"""A person asks what is known of them, or to be forgotten: by exact keys, in every app, by a job (S19)."""

import json
from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.display.books import Block, Page, write_book
from tenants.jobs.actions import enqueue
from tenants.jobs.models import Job
from tenants.jobs.runner import Run
from tenants.records.actions import keep_file, note
from tenants.records.erasure import Order, PersonKeys, Rows, all_traces, findings, keys_of, masked, others
from tenants.records.models import PersonRequest
from tenants.records.rules import RequestKind
from tenants.rules import JobKind, RefusalKind, Refused

EXPORT_KEPT = timedelta(days=7)
JOBS = {RequestKind.EXPORT: JobKind.EXPORT_PERSON, RequestKind.ERASURE: JobKind.ERASE_PERSON}
# Parameters that name no request settle none.
NOBODY = UUID(int=0)


class NobodyNamed(Refused):
    """None of the keys says anything."""

    code = "person_not_named"
    kind = RefusalKind.UNPROCESSABLE
    message = _("Say at least one of document, phone, e-mail and name on a network.")


class NotConfirmed(Refused):
    """What was typed is none of the keys."""

    code = "erasure_not_confirmed"
    kind = RefusalKind.UNPROCESSABLE
    message = _("Nothing was erased: type one of the keys again, exactly.")


class LeftBehind(Refused):
    """A second search still finds something; asking again goes on."""

    code = "erasure_incomplete"
    message = _("Something came in meanwhile and is still there. Ask again.")


def ask_export(*, keys: PersonKeys, by: UUID | None) -> Job:
    """Ask for a file with all that is known of a person. Raises NobodyNamed, AlreadyLive."""
    return _ask(RequestKind.EXPORT, keys, by)


def ask_erasure(*, keys: PersonKeys, typed: str, by: UUID | None, never_call: bool = False) -> Job:
    """Ask for a person's erasure; `typed` repeats one of the keys.

    Raises NobodyNamed, NotConfirmed, AlreadyLive.
    """
    if keys.given() and not _repeats(keys, typed):
        raise NotConfirmed
    return _ask(RequestKind.ERASURE, keys, by, never_call=never_call)


@transaction.atomic
def _ask(kind: RequestKind, keys: PersonKeys, by: UUID | None, *, never_call: bool = False) -> Job:
    if not keys.given():
        raise NobodyNamed
    digests = digests_of(keys)
    asked = PersonRequest.objects.create(
        kind=kind, keys=keys.given(), digests=digests, never_call=never_call, created_by=by
    )
    # The same person twice at once would only wait for itself (J5); the row alone knows who it is.
    params = {"request": str(asked.pk), "country": keys.country}
    job = enqueue(kind=JOBS[kind], subject=digests[0], params=params, by=by)
    PersonRequest.objects.filter(pk=asked.pk).update(job=job.pk)
    note(verb=f"ask_{kind}", of="records.personrequest", id=asked.pk, by=by, job=job.pk)
    return job


def digests_of(keys: PersonKeys) -> list[str]:
    """Return what stays of keys: hashes that only who has the keys can make again."""
    return [masked(f"{kind}:{value}") for kind, value in sorted(keys.given().items())]


def earlier_erasures(*, keys: PersonKeys) -> list[PersonRequest]:
    """Return the erasures that were done by one of these keys, newest first. One query."""
    done = PersonRequest.objects.filter(kind=RequestKind.ERASURE, left=0)
    wanted = set(digests_of(keys))
    return [one for one in done if wanted.intersection(one.digests)]


def _repeats(keys: PersonKeys, typed: str) -> bool:
    """Say whether what was typed is one of the keys, however it is written."""
    again = keys_of(country=keys.country, document=typed, phone=typed, email=typed, handle=typed)
    said = [(kind, getattr(again, kind)) for kind in keys.given()]
    return any(pair[1] and not others([pair], keys) for pair in said)


def export_person(run: Run) -> dict[str, Any]:
    """Write the file that was asked for; return its id and name. A run that was killed begins anew."""
    run.whole()
    keys, parts = _keys(run), all_traces()
    if "file" in run.cursor:
        return dict(run.cursor)
    told: dict[str, Rows] = {}
    for number, traces in enumerate(parts, 1):
        told |= {label: rows for label, rows in traces.exported(keys).items() if rows}
        with run.chunk() as chunk:
            chunk.advance(max(0, number - run.done), total=len(parts) + 1)
    return _keep_export(run, keys, told)


def _keep_export(run: Run, keys: PersonKeys, told: Mapping[str, Rows]) -> dict[str, Any]:
    content, rows = _written(keys, told), sum(map(len, told.values()))
    until, name = timezone.now() + EXPORT_KEPT, "person.zip"
    with run.chunk() as chunk:
        kept = keep_file(
            name=name, content=content, content_type="application/zip", by=run.created_by, expires_at=until
        )
        _end(run, {label: len(found) for label, found in told.items()}, left=None)
        chunk.advance(1, cursor={"file": str(kept.pk), "name": name, "rows": rows})
    return dict(run.cursor)


def _written(keys: PersonKeys, told: Mapping[str, Rows]) -> bytes:
    """Return the archive: one document for programs, one workbook for people."""
    file, book = BytesIO(), BytesIO()
    pages = [_page(label, rows) for label, rows in told.items()]
    about = Block(("kind", "value"), list(keys.given().items()))
    write_book(book, [Page(str(_("Asked for")), [about]), *pages], ZoneInfo("UTC"))
    document = {"asked_for": keys.given(), "found": told}
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        text = json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        archive.writestr("person.json", text)
        archive.writestr("person.xlsx", book.getvalue())
    return file.getvalue()


def _page(label: str, rows: Rows) -> Page:
    model = apps.get_model(label)
    names = list(rows[0])
    headings = [str(model._meta.get_field(name).verbose_name) for name in names]
    cells = ([_cell(row[name]) for name in names] for row in rows)
    return Page(str(model._meta.verbose_name_plural), [Block(headings, cells)])


def _cell(value: Any) -> Any:
    return (
        json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
        if isinstance(value, dict | list)
        else value
    )


def erase_person(run: Run) -> dict[str, Any]:
    """Erase in one app after the other, each at once, then look again. Raises LeftBehind, apps' Refused.

    A run that was killed goes on behind the last app that is done; each would find nothing more to do.
    """
    keys, parts = _keys(run), all_traces()
    if run.done > len(parts):
        # Killed between the last commit and the job's end: nothing may be noted or counted twice.
        return _erased(run)
    order = Order(keys, run.created_by, _request(run).never_call)
    for number, traces in enumerate(parts, 1):
        with run.chunk() as chunk:
            counts = run.cursor.get("counts", {}) if number <= run.done else dict(traces.erased(order))
            told = run.cursor.get("counts", {}) | {label: n for label, n in counts.items() if n}
            chunk.advance(max(0, number - run.done), total=len(parts) + 1, cursor={"counts": told})
    return _look_again(run, keys)


def _look_again(run: Run, keys: PersonKeys) -> dict[str, Any]:
    left = sum(finding.count for finding in findings(keys).values())
    if left:
        raise LeftBehind
    counts = run.cursor.get("counts", {})
    with run.chunk() as chunk:
        _end(run, counts, left=0)
        id = _request(run).pk
        note(
            verb="erase",
            of="records.personrequest",
            id=id,
            by=run.created_by,
            job=run.job_id,
            change={"rows": counts, "left": 0},
        )
        chunk.advance(1, erased=sum(counts.values()))
    return _erased(run)


def _erased(run: Run) -> dict[str, Any]:
    return {"rows": run.cursor.get("counts", {}), "left": 0}


def forget_keys(params: Mapping[str, Any], _state: str, _error: str) -> None:
    """However the work ended: nobody keeps whom it was about."""
    asked = PersonRequest.objects.filter(pk=params.get("request", NOBODY), ended_at__isnull=True)
    asked.update(keys={}, ended_at=timezone.now())


def _request(run: Run) -> PersonRequest:
    return PersonRequest.objects.get(pk=run.params["request"])


def _keys(run: Run) -> PersonKeys:
    return PersonKeys(country=run.params["country"], **_request(run).keys)


def _end(run: Run, counts: Mapping[str, int], *, left: int | None) -> None:
    PersonRequest.objects.filter(pk=run.params["request"]).update(counts=dict(counts), left=left)
