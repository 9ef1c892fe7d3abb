"""Which operating-system account the servers run as (F3)."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.bootstrap import _
from config.embedded import EmbeddedError


@dataclass(frozen=True, slots=True)
class Account:
    """An account; `drops` when we are root and must step down to it."""

    uid: int
    gid: int
    drops: bool

    @property
    def options(self) -> dict[str, Any]:
        """Return the keywords that make subprocess start a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.drops else {}

    def can_enter(self, folder: Path) -> bool:
        """Return whether this account may pass through `folder`; the system is asked, it knows ACLs too."""
        asked = subprocess.run(
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
            cwd="/",
            capture_output=True,
            check=False,
            **self.options,
        )
        return asked.returncode == 0


def own_account() -> Account:
    """Return the account of this process."""
    return Account(os.geteuid(), os.getegid(), drops=False)


def postgres_account() -> Account:
    """Return who PostgreSQL runs as: ourselves, or `nobody` when we are root, whom it refuses."""
    if os.geteuid():
        return own_account()
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedError(
            _(
                "PostgreSQL never runs as root and there is no account 'nobody' to step down "
                "to; start as an ordinary user."
            )
        ) from None
    return Account(nobody.pw_uid, nobody.pw_gid, drops=True)
