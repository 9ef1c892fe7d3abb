"""The words and laws of the ground floor: roles, capabilities, states, and the root of every refusal."""

import enum
import re


class Role(enum.StrEnum):
    """What a membership lets a person do inside one tenant."""

    ADMIN = "admin"
    VIEWER = "viewer"
    SUPPORT = "support"  # platform staff, inside for a limited time


class Proof(enum.StrEnum):
    """What a log-in was proved by, last of all."""

    PASSWORD = "password"  # noqa: S105 - the name of a proof, no secret
    APP = "totp"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"


class TenantStatus(enum.StrEnum):
    """Where a tenant stands; only a ready one is served."""

    CREATING = "creating"
    READY = "ready"
    FAILED = "failed"
    # Out of service: its last backup is written, then all of it goes.
    REMOVING = "removing"


# What it is again whose removal came to nothing.
SETTLED = frozenset({TenantStatus.READY, TenantStatus.FAILED})
# A tenant that is being made or restored belongs to whoever does that; a removal whose job is lost is asked
# for again.
REMOVABLE = SETTLED | {TenantStatus.REMOVING}


class Capability(enum.StrEnum):
    """A right that doors ask for; `permissions.py` says which role has it."""

    VIEW = "view"
    EDIT = "edit"
    ADMINISTER = "administer"
    HEAR = "hear"  # what people said in calls
    PERSONS = "persons"  # hand out and erase what is known of one


GRANTED: dict[str, frozenset[Capability]] = {
    Role.ADMIN: frozenset(Capability),
    Role.SUPPORT: frozenset(Capability) - {Capability.HEAR, Capability.PERSONS},
    Role.VIEWER: frozenset({Capability.VIEW}),
}


def may_give(giver: str, role: str) -> bool:
    """Say whether somebody of the first role may give the second: none that can do more than the giver."""
    return GRANTED.get(role, frozenset(Capability)) <= GRANTED.get(giver, frozenset())


# What a workbook is called where files are kept, handed out and published.
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# 'pg_' and 'public' are PostgreSQL's; the pattern is what `new_schema_name` makes and nothing else.
SCHEMA_NAME = re.compile(r"t_[a-z2-7]{16}")


class RefusalKind(enum.StrEnum):
    """What sort of no it is; doors translate it into their own terms."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    UNPROCESSABLE = "unprocessable"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"


class Refused(Exception):
    """The root of every named refusal: says what is the case, in the reader's language.

    `code` is stable for programs, `message` is for people, `extra` carries fields of a conflict.
    """

    code = "refused"
    kind = RefusalKind.CONFLICT
    message: object = ""

    def __init__(self, message: object = "", **extra: object) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message
        self.extra = extra

    def __str__(self) -> str:
        return str(self.message)


class NoSuchTenant(Refused):
    """No tenant of that short name can be worked in."""

    code = "tenant_unknown"
    kind = RefusalKind.MISSING


class JobKind(enum.StrEnum):
    """The platform's own jobs."""

    CREATE_TENANT = "tenants.create"
    MIGRATE_TENANTS = "tenants.migrate"
    # Asked for here, done above, where backups are written.
    REMOVE_TENANT = "tenants.remove"
    FORGET_EXPIRED = "tenants.forget_expired"
    LOOK_AFTER = "tenants.look_after"
    # Written and handled above, where every app is known; named here, where its age is watched.
    BACK_UP = "tenants.back_up"
    # In a tenant, for whoever reads there.
    EXPORT = "tenants.export"
    # In a tenant, one for each endpoint that has something to hear.
    DELIVER_WEBHOOKS = "tenants.deliver_webhooks"
    # For its administrators (S19).
    EXPORT_PERSON = "tenants.export_person"
    ERASE_PERSON = "tenants.erase_person"


# Half a file is none: whoever cancels one of these keeps nothing.
LEAVES_NOTHING = frozenset({JobKind.EXPORT, JobKind.EXPORT_PERSON})
