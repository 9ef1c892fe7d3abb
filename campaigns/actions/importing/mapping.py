"""How an account's files are understood: as somebody says now, else as it was said last (C1)."""

from collections.abc import Mapping

from campaigns.actions.importing.terms import Upload
from campaigns.imports import ClientFile as OpenFile
from campaigns.imports import open_client_file
from campaigns.models import Account, ColumnMapping
from tenants.intake.tables import heading_key


def opened_upload(upload: Upload, account: Account) -> OpenFile:
    """Return an upload, opened by its own mapping, else by the account's last one. Raises UnreadableFile.

    Of a remembered mapping only what the file has headings for is used.
    """
    if upload.mapping is not None:
        return _open(upload, account, upload.mapping)
    opened = _open(upload, account, None)
    remembered = _remembered(account, upload, opened)
    return opened if remembered == opened.mapping else _open(upload, account, remembered)


def remember_mapping(account: Account, opened: OpenFile, said: Mapping[str, str] | None) -> None:
    """Keep how a file was understood, with the columns that somebody chose not to read."""
    unread = {column: "" for column, heading in (said or {}).items() if not heading}
    ColumnMapping.objects.update_or_create(
        account=account,
        processing_type=opened.processing_type,
        defaults={"mapping": opened.mapping | unread},
    )


def _open(upload: Upload, account: Account, mapping: Mapping[str, str] | None) -> OpenFile:
    return open_client_file(
        upload.content,
        filename=upload.filename,
        processing_type=upload.processing_type,
        country=account.country,
        mapping=mapping,
    )


def _remembered(account: Account, upload: Upload, opened: OpenFile) -> dict[str, str]:
    kept = ColumnMapping.objects.filter(account=account, processing_type=upload.processing_type).first()
    there = {heading_key(heading) for heading in opened.headings}
    last = kept.mapping if kept else {}
    usable = {
        column: heading for column, heading in last.items() if not heading or heading_key(heading) in there
    }
    return usable or opened.mapping
