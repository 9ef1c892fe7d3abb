"""A list is looked at, then applied as it was looked at, or not at all (W4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns import queries
from campaigns.actions.suppressing.lines import LINES, Line, Said, Written, packed, read_file, unpacked
from campaigns.actions.suppressing.many import CHUNK, COUNTS, count, mark_applied, write_list
from campaigns.actions.suppressing.touching import Touched, touched_by
from campaigns.dispatch.wishes import Reach, Wish
from campaigns.models import Suppression, SuppressionList
from campaigns.rules import SuppressionSource
from tenants.records.actions import digest, join_uploads, keep_file
from tenants.records.models import StoredFile
from tenants.rules import Refused

# Long enough to ask somebody else about it.
KEPT_FOR = timedelta(days=1)


class PreviewGone(Refused):
    """What came is no longer kept: the list was applied, or a day has passed."""

    code = "suppression_list_gone"
    message = _("What the list says is kept for a day. Send it again.")


class ListApplied(Refused):
    """The list is in force, or was."""

    code = "suppression_list_applied"
    message = _("The list was applied already.")


class ListOutdated(Refused):
    """Other numbers or documents would be new than those that were shown (W4)."""

    code = "suppression_list_outdated"
    message = _("Suppressions changed since the preview. Nothing was written: look at the list again.")


@dataclass(frozen=True, slots=True)
class ListPreview:
    """What a list would do now; `holds` says whether that is what was shown before."""

    made: SuppressionList
    written: Written
    new: Sequence[Wish]
    touched: Touched
    holds: bool


@transaction.atomic
def preview_list(*, lines: Iterable[Line], country: str, reach: Reach, now: datetime) -> ListPreview:
    """Keep lines for a day and say what they would do; no suppression is written."""
    rows = list(lines)
    content = packed(rows)
    return _preview(
        SuppressionList(country=country), unpacked(content, country), (content, LINES), reach, now
    )


@transaction.atomic
def preview_list_file(
    *, content: bytes, filename: str, country: str, reach: Reach, now: datetime
) -> ListPreview:
    """Do the same with a .csv or .xlsx file. Raises UnreadableClientFile, UploadTooLarge, NoKnownColumn."""
    made = SuppressionList(country=country, name=filename[:200])
    return _preview(made, read_file(content, filename, country), (content, ""), reach, now)


@transaction.atomic
def look_again(*, list_id: int) -> ListPreview:
    """Count again what a list would do, which is what may be applied from now on.

    Raises UnknownSuppressionList, ListApplied, PreviewGone.
    """
    made = _held(list_id)
    found = look_at(made)
    _count(made, found)
    made.save(update_fields=[*COUNTS, "digest"])
    return found


def look_at(made: SuppressionList) -> ListPreview:
    """Return what a list that was not applied would do now; nothing is written. Raises PreviewGone."""
    said = said_by(made)
    new = _new(said, made.account_id)
    touched = touched_by(new, account=made.account_id)
    return ListPreview(made, said.became(new), new, touched, _digest(new) == made.digest)


@transaction.atomic
def apply_list(*, list_id: int, now: datetime, by: UUID | None = None) -> SuppressionList:
    """Write what was looked at, exactly; the one who applies need not be who looked.

    Raises UnknownSuppressionList, ListApplied, PreviewGone, ListOutdated.
    """
    made = _held(list_id)
    said, reach = said_by(made), Reach(SuppressionSource(made.source), made.account, by)
    new = write_list(said, made, reach, now)
    # Judged by what was written: whoever came between is seen (W4).
    if _digest(new) != made.digest:
        raise ListOutdated
    mark_applied(made, said.became(new), reach, now)
    return made


def said_by(made: SuppressionList) -> Said:
    """Return what a list says, while that is kept. Raises PreviewGone."""
    kept = StoredFile.objects.filter(pk=made.file_id).first() if made.file_id else None
    if kept is None:
        raise PreviewGone
    content = bytes(kept.content)
    if kept.content_type == LINES:
        return unpacked(content, made.country)
    return read_file(content, made.name, made.country)


def _preview(
    made: SuppressionList, said: Said, kept: tuple[bytes, str], reach: Reach, now: datetime
) -> ListPreview:
    join_uploads()
    _forget_old(now)
    content, content_type = kept
    name, until = made.name or "list.json", now + KEPT_FOR
    made.file = keep_file(
        name=name, content=content, content_type=content_type, by=reach.by, expires_at=until
    )
    made.account, made.source, made.created_by = reach.account, str(reach.source), reach.by
    new = _new(said, reach.account_id)
    found = ListPreview(made, said.became(new), new, touched_by(new, account=reach.account_id), holds=True)
    _count(made, found)
    made.save(force_insert=True)
    return found


def _count(made: SuppressionList, found: ListPreview) -> None:
    count(made, found.written)
    made.digest = _digest(found.new)


def _held(list_id: int) -> SuppressionList:
    # Held first: an erasure may forget it meanwhile.
    list(SuppressionList.objects.select_for_update().filter(pk=list_id).values_list("pk"))
    made = queries.suppression_list(list_id=list_id)
    if made.applied_at:
        raise ListApplied
    return made


def _new(said: Said, account: int | None) -> list[Wish]:
    """Return the wishes that are not in force. One query a thousand."""
    wishes, found = list(said.wishes), list[Wish]()
    for at in range(0, len(wishes), CHUNK):
        some = wishes[at : at + CHUNK]
        there = _in_force(some, account)
        found += [wish for wish in some if tuple(wish) not in there]
    return found


def _in_force(wishes: Sequence[Wish], account: int | None) -> set[tuple[str, str]]:
    live = Suppression.objects.in_force().filter(account=account, value__in=[wish.value for wish in wishes])
    return set(live.order_by().values_list("kind", "value"))


def _digest(wishes: Iterable[Wish]) -> str:
    return digest("\n".join(sorted(f"{wish.kind} {wish.value}" for wish in wishes)).encode())


def _forget_old(now: datetime) -> None:
    """Forget lists that nobody applied in time: nothing came of them."""
    old = SuppressionList.objects.only_looked_at().filter(created_at__lt=now - KEPT_FOR)
    # Django deletes by number, long after it asked: one that is being applied meanwhile would go with them.
    free = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True))
    old.filter(pk__in=free).delete()
