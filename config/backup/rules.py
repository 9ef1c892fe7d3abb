"""The words and laws of backups: names, moments, refusals."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from tenants.rules import RefusalKind, Refused

FORMAT = 1
# What a backup shows while it is made, in this order.
WRITING, CHECKING, RESTORING = "writing", "checking", "restoring"
STAMP = "%Y%m%dT%H%M%SZ"
# A whole installation's; one tenant's has its short name in the middle, and is never deleted by age.
WHOLE = re.compile(r"minga-(\d{8}T\d{6}Z)")
# A session that was ended since must not come to life again with the rows. Django's own table stands only
# where it once was in use.
LEFT_OUT = frozenset({"tenants_session", "tenants_refreshfamily", "tenants_refreshtoken", "django_session"})


# How far it is: what happens now, tables done, tables in all.
Show = Callable[[str, int, int], object]


def silent(_phase: str, _done: int, _total: int) -> None:
    """Show nothing."""


def name_of(made_at: datetime, slug: str = "") -> str:
    """Name the folder of a backup."""
    return "-".join(filter(None, ("minga", slug, made_at.astimezone(UTC).strftime(STAMP))))


def partial_name(name: str) -> str:
    """Name the hidden folder in which a backup is written until it is whole."""
    return f".{name}.partial"


def last_due(now: datetime, *, hour: int) -> datetime:
    """Return when the newest daily backup should have begun."""
    today = now.astimezone(UTC).replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


def is_outlived(name: str, *, now: datetime, days: int) -> bool:
    """Say whether a folder is a whole backup that has been kept long enough."""
    found = WHOLE.fullmatch(name)
    made = datetime.strptime(found[1], STAMP).replace(tzinfo=UTC) if found else now
    return made < now - timedelta(days=days)


class BackupRefused(Refused):
    """The root of what a backup or its restoration refuses, in one line with the cure."""

    code = "backup_refused"
    kind = RefusalKind.UNPROCESSABLE

    def __str__(self) -> str:
        return str(self.message) % {name: str(value) for name, value in self.extra.items()}


class NoBackup(BackupRefused):
    """There is no manifest where one was named."""

    code = "backup_missing"
    message = _("%(place)s is no backup; name the folder that holds manifest.sha256.")


class Damaged(BackupRefused):
    """A file is not what was written."""

    code = "backup_damaged"
    message = _("The backup is damaged at %(place)s; nothing was changed. Take another one.")


class Overtaken(BackupRefused):
    """Tables were emptied, rewritten or made anew after the backup's moment: their rows of then are gone."""

    code = "backup_overtaken"
    message = _("%(place)s was emptied or made anew while it was backed up; nothing is kept. Try again.")


class NoFolder(BackupRefused):
    """Nobody said where backups go."""

    code = "backup_folder_missing"
    message = _("Nobody said where to: name a folder with --to, or set MINGA_BACKUP_DIR.")


class NoKeySet(BackupRefused):
    """Asked to encrypt without a key."""

    code = "backup_key_unset"
    message = _("MINGA_BACKUP_KEY is not set; it encrypts, and without it nobody restores.")


class NoKey(BackupRefused):
    """An encrypted backup, or one to be, without the key."""

    code = "backup_key_missing"
    message = _("This backup is encrypted; set MINGA_BACKUP_KEY to the key it was made with.")


class OtherFormat(BackupRefused):
    """Written by a release that we do not know."""

    code = "backup_newer"
    message = _("The backup was made by a newer release (%(what)s); install that one first.")


class TenantNotInside(BackupRefused):
    """The backup does not hold that tenant."""

    code = "backup_tenant_missing"
    message = _("The backup holds no organisation %(slug)s; it holds: %(held)s.")


class OneTenantOnly(BackupRefused):
    """A tenant's backup is no installation."""

    code = "backup_one_tenant"
    message = _("This is the backup of one organisation; restore it with --tenant %(slug)s.")


class NotEmpty(BackupRefused):
    """What is there would be lost."""

    code = "backup_target_not_empty"
    message = _("%(what)s exists already; --replace deletes it and puts the backup in its place.")


class InUse(BackupRefused):
    """Others work on what would be replaced."""

    code = "backup_target_in_use"
    message = _("%(count)s other sessions use this database; stop web, worker and beat first.")


class OtherVersion(BackupRefused):
    """The shared tables here stand elsewhere than the backup's did."""

    code = "backup_other_version"
    message = _("The tables here are of another release than the backup; restore into an empty database.")


class ShortNameTaken(BackupRefused):
    """Another tenant has the name."""

    code = "backup_slug_taken"
    message = _("Another organisation is called %(slug)s here; give that one another short name first.")


class StillAtWork(BackupRefused):
    """Its jobs had to give way and did not."""

    code = "tenant_at_work"
    message = _("Nothing was deleted: work there does not end (%(kinds)s). Cancel it, then try again.")


class StillMoving(BackupRefused):
    """Somebody writes there all the same, or holds its tables."""

    code = "tenant_moving"
    message = _("Nothing was deleted: somebody still works with its tables. Try again in a few minutes.")


class NotEqual(BackupRefused):
    """What came in is not what was taken: nothing of it is kept."""

    code = "backup_not_equal"
    message = _("After restoring, table %(place)s differs from the backup; it was undone.")
