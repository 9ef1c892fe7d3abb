"""What goes wrong around scopes, by name."""

from django.db import ProgrammingError


class NoTenantScope(ProgrammingError):
    """A tenant's table was asked for while no tenant's scope was open (fail closed)."""


class ScopeInTransaction(RuntimeError):
    """A scope was opened inside another login's transaction."""
