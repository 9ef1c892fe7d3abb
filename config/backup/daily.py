"""The daily backup: written, read again, old ones thrown away (S18)."""

import logging
import shutil
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

from config.backup.rules import CHECKING, NoFolder, Show, is_outlived, last_due
from config.backup.taking import take
from tenants.jobs.pulse import newest_backup
from tenants.jobs.runner import Run

log = logging.getLogger(__name__)
# A hidden folder this old belongs to nobody: its process was killed.
LEFT_OVER_SECONDS = 24 * 3600


def is_due(*, now: datetime) -> bool:
    """Say whether today's is still to be made. One query, public scope."""
    if settings.BACKUP_DIR is None:
        return False
    newest = newest_backup()
    return newest is None or newest < last_due(now, hour=settings.BACKUP_HOUR)


def back_up(run: Run) -> dict[str, Any]:
    """Take the backup of all, and throw away what is older than it has to be. Begun anew after a kill."""
    if settings.BACKUP_DIR is None:
        raise NoFolder
    # Half a snapshot is worth nothing: it gives way to nobody.
    run.whole()
    folder, found = take(
        settings.BACKUP_DIR, made_at=timezone.now(), key=settings.BACKUP_KEY, show=_shown_on(run)
    )
    gone = forget(settings.BACKUP_DIR, keep=folder, now=timezone.now())
    return {"name": folder.name, "rows": found.rows, "tenants": len(found.tenants), "forgotten": gone}


def forget(place: Path, *, keep: Path, now: datetime) -> int:
    """Delete whole backups past their days, and what killed ones left; return how many went."""
    days, gone = settings.BACKUP_KEEP_DAYS, 0
    for folder in place.iterdir():
        left_over = (
            folder.name.endswith(".partial") and folder.stat().st_mtime < time.time() - LEFT_OVER_SECONDS
        )
        if folder != keep and (left_over or is_outlived(folder.name, now=now, days=days)):
            shutil.rmtree(folder)
            gone += 1
            log.info("backup %s deleted", folder.name)
    return gone


def _shown_on(run: Run) -> Show:
    """Return what shows progress on the job: writing is the bar's first half, reading again the second."""

    def show(phase: str, done: int, total: int) -> None:
        is_second = phase == CHECKING
        run.phase(1 + is_second, 2, gettext_noop("Reading again") if is_second else gettext_noop("Writing"))
        percent = 50 * is_second + 50 * done // total
        if percent > run.done:
            with run.chunk() as chunk:
                chunk.advance(percent - run.done, total=100)

    return show
