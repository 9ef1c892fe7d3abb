"""`manage.py verify_kpi_red_numbers`: daily numbers chain, and their end is the live backlog (I19)."""

from django.utils.translation import gettext as _

from identity.management.guarding import GuardrailCommand
from identity.queries.guardrails import Guardrail


class Command(GuardrailCommand):
    """Exit 0 when it holds or nothing is there (vacuous), 1 with offenders, 3 when nobody can tell."""

    help = _("Daily numbers chain, and their end is the live backlog.")
    guardrail = Guardrail.NUMBERS
