"""A cache key always names its tenant (F5, S3)."""

from tenants.scope.reach import current_schema


def key(name: str, prefix: str, version: int) -> str:
    """Build Django's cache key with the open scope's schema in front."""
    return f"{current_schema() or 'public'}:{prefix}:{version}:{name}"
