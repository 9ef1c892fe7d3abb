"""Let time pass in a tenant of samples: what was done a moment ago was done some while before (demo).

Nothing is invented: files came in through the doors and workers made the calls; only the clock is set
forward, by setting every moment that campaigns keep back, and every day by whole days.
"""

import math
from datetime import timedelta

from django.apps import apps
from django.db import transaction
from django.db.models import DateField, DateTimeField, F, Model

from campaigns.models import AccountDay, Campaign, Entry

# Longer than anything is kept: days of one account never meet on the way.
FAR = timedelta(days=100_000)


def let_time_pass(by: timedelta) -> None:
    """Set every moment kept in the open tenant's campaigns back. Never for real data.

    Entries come last: whoever is due again must not be judged by calls that seem to be of today.
    """
    if by <= timedelta(0):
        return
    models = set(apps.get_app_config("campaigns").get_models()) - {AccountDay, Entry}
    for model in sorted(models, key=lambda one: one.__name__):
        _set_back(model, by)
    with transaction.atomic():
        for step in (FAR, timedelta(days=days_in(by)) - FAR):
            AccountDay.objects.update(on=F("on") - step)
    _set_back(Entry, by)


def mark_samples(*, code: str) -> None:
    """Say that a campaign holds sample data."""
    Campaign.objects.filter(code=code).update(has_samples=True)


def days_in(by: timedelta) -> int:
    """Return how many days of the calendar pass, a part of a day being none."""
    return math.floor(by / timedelta(days=1))


def _set_back(model: type[Model], by: timedelta) -> None:
    moments = {
        field.name: F(field.name) - (by if isinstance(field, DateTimeField) else timedelta(days=days_in(by)))
        for field in model._meta.concrete_fields
        if isinstance(field, DateField)
    }
    if moments:
        model._default_manager.update(**moments)
