"""`manage.py migrate`: the shared schema, the template, then every tenant behind, in parallel (F12)."""

import os
import sys
from contextlib import suppress
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, DatabaseError
from django.db.migrations.autodetector import MigrationAutodetector
from django.utils.translation import gettext as _

from tenants import queries
from tenants.jobs.schedules import install_rows
from tenants.models import Tenant
from tenants.provisioning import (
    TEMPLATE_SCHEMA,
    head,
    migrate_known,
    migrate_public,
    migrate_tenant,
    schemas_behind,
)
from tenants.provisioning.contents import migrations_of, owner_connection
from tenants.provisioning.parallel import migrate_in_parallel
from tenants.rules import TenantStatus
from tenants.scope import owner_scope


class Command(BaseCommand):
    """Replaces Django's and django-tenants' command of this name: grants belong to a migration here (S1)."""

    # Django's own checks compare it with makemigrations'.
    autodetector = MigrationAutodetector
    help = _("Bring the shared schema and every tenant to head; run again after an interruption, it resumes.")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many processes to use."""
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
        parser.add_argument(
            "--fed", action="store_true", help=_("migrate the schemas named on standard input")
        )

    def handle(self, *args: Any, processes: int, fed: bool, **options: Any) -> None:
        """Migrate; exits with 1 and the tenants' names when some could not be."""
        if fed:
            feed()
            return
        self.check(tags=[Tags.database], databases=[DEFAULT_DB_ALIAS])
        migrate_public()
        with owner_scope():
            ensure_template()
            install_rows()
            behind = schemas_behind()
        outcomes = migrate_in_parallel(behind, processes=max(1, processes))
        failed = [f"{outcome.schema}: {outcome.error}" for outcome in outcomes if outcome.error]
        if failed:
            raise CommandError(_("not at head: %s") % "; ".join(failed))
        self.stdout.write(
            _("migrated: shared schema, template and %(count)d tenants") % {"count": len(behind)}
        )


def ensure_template() -> None:
    """Make and migrate the hidden tenant that new ones are cloned from."""
    Tenant.objects.get_or_create(
        schema_name=TEMPLATE_SCHEMA,
        defaults={"name": "template", "slug": "-template", "is_template": True, "status": TenantStatus.READY},
    )
    behind = queries.tenants_behind(head=head()).filter(is_template=True).exists()
    # A restoration of everything brings the template's row; its tables are in no backup.
    if behind or not migrations_of(owner_connection(), TEMPLATE_SCHEMA):
        migrate_tenant(TEMPLATE_SCHEMA)


def feed() -> None:
    """Migrate each schema named on standard input, answering one line for each; end when nobody listens."""
    with suppress(BrokenPipeError):
        for line in sys.stdin:
            print(_migrated(line.strip()), flush=True)  # noqa: T201 - the protocol of `migrate_in_parallel`


def _migrated(schema: str) -> str:
    try:
        migrate_known(schema)
    except DatabaseError as error:
        return " ".join(str(error).split()) or type(error).__name__
    return "ok"
