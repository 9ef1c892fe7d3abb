"""Bring a tenant with its people into an installation that does not know it: by e-mail, without passwords."""

from collections.abc import Iterator

from django.contrib.auth.hashers import make_password

from config.backup.manifest import Schema
from config.backup.refilling import Source
from tenants.models import Domain, Membership, Tenant, User
from tenants.rules import Role, TenantStatus

Row = dict[str, str | None]
UNWRITTEN = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def bring_tenant(public: Schema, schema: Schema, source: Source) -> None:
    """Write the tenant, those of its domains that are free, its people and what they may do there.

    Who is known by e-mail stays who they are; who is new gets no password and no staff's rights. Keys of
    programs and support memberships stay behind.
    """
    (found,) = [row for row in _rows(public, "tenants_tenant", source) if row["schema_name"] == schema.name]
    tenant = Tenant.objects.create(
        id=found["id"],
        schema_name=schema.name,
        status=TenantStatus.CREATING,
        **{name: found[name] for name in ("name", "slug", "country", "timezone")},
        has_samples=found["has_samples"] == "t",
        # Backups of earlier releases do not say: nobody demanded it then.
        demands_second_factor=found.get("demands_second_factor") == "t",
    )
    for row in _of(tenant, _rows(public, "tenants_domain", source)):
        if not Domain.objects.filter(domain=row["domain"]).exists():
            Domain.objects.create(tenant=tenant, domain=row["domain"], is_primary=row["is_primary"] == "t")
    users = {row["id"]: row for row in _rows(public, "tenants_user", source)}
    for row in _of(tenant, _rows(public, "tenants_membership", source)):
        if row["role"] != Role.SUPPORT:
            _bring_person(tenant, row, users[row["user_id"]])


def _bring_person(tenant: Tenant, row: Row, person: Row) -> None:
    known = User.objects.filter(email__iexact=person["email"] or "").first()
    if known is None:
        # Rows of the tenant name people by this number, so it is kept where it is free.
        number = {} if User.objects.filter(pk=person["id"] or "").exists() else {"id": person["id"]}
        named = {name: person[name] or "" for name in ("email", "name", "language")}
        is_active = person["is_active"] == "t"
        known = User.objects.create(**number, **named, is_active=is_active, password=make_password(None))
    Membership.objects.create(
        user=known, tenant=tenant, role=row["role"] or "", is_active=row["is_active"] == "t",
        version=int(row["version"] or 1), ends_at=row["ends_at"],
    )  # fmt: skip


def _of(tenant: Tenant, rows: Iterator[Row]) -> Iterator[Row]:
    return (row for row in rows if row["tenant_id"] == str(tenant.pk))


def _rows(public: Schema, name: str, source: Source) -> Iterator[Row]:
    """Read a parcel's lines as rows; of a whole backup these are everybody's."""
    held = public.held(name)
    for line in source.lines(public.name, held) if held else ():
        cells = line.decode().removesuffix("\n").split("\t")
        yield (
            {name: _cell(cell) for name, cell in zip(held.table.columns, cells, strict=True)} if held else {}
        )


def _cell(text: str) -> str | None:
    if text == r"\N":
        return None
    parts = text.split("\\\\")
    return "\\".join(_unwritten(part) for part in parts)


def _unwritten(part: str) -> str:
    first, *rest = part.split("\\")
    return first + "".join(UNWRITTEN.get(piece[:1], piece[:1]) + piece[1:] for piece in rest)
