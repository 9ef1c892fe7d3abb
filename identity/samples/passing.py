"""Let days pass in a tenant of samples: what was done a moment ago was done some days before (demo, tests).

Nothing is invented: files came in through the doors and jobs did their work; only the clock is set forward,
by setting every moment that identity keeps back. What files themselves say, the dates of leads, hires and
trips, stays.
"""

from datetime import timedelta

from django.apps import apps
from django.db import transaction
from django.db.models import DateTimeField, F, Model

# The lead's own moment, as its file gave it.
SAID_BY_FILES = frozenset({"happened_at"})


@transaction.atomic
def let_days_pass(*, days: int) -> None:
    """Set every moment kept in the open tenant's identity back by whole days. Never for real data."""
    for model in apps.get_app_config("identity").get_models():
        moments = _moments(model)
        if moments:
            model._default_manager.update(**{name: F(name) - timedelta(days=days) for name in moments})


def _moments(model: type[Model]) -> list[str]:
    names = [field.name for field in model._meta.concrete_fields if isinstance(field, DateTimeField)]
    is_sighting = hasattr(model, "lead_date")
    return [name for name in names if not (is_sighting and name in SAID_BY_FILES)]
