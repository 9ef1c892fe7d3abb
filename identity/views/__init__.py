"""Pages of identity: everybody of the tenant looks, nothing here changes anything."""

from identity.views.dashboard import dashboard
from identity.views.files import gaps_file, limbo_file, money_file
from identity.views.lead import lead
from identity.views.limbo import limbo
from identity.views.money import gaps, money
from identity.views.reports import money_report, recovery_report

__all__ = [
    "dashboard",
    "gaps",
    "gaps_file",
    "lead",
    "limbo",
    "limbo_file",
    "money",
    "money_file",
    "money_report",
    "recovery_report",
]
