"""`manage.py verify_source_pk_consistency`: every link of the cabinet has the key of a lead (I19)."""

from django.utils.translation import gettext as _

from identity.management.guarding import GuardrailCommand
from identity.queries.guardrails import Guardrail


class Command(GuardrailCommand):
    """Exit 0 when it holds or nothing is there (vacuous), 1 with offenders, 3 when nobody can tell."""

    help = _("Every link of the cabinet has the key of a lead.")
    guardrail = Guardrail.KEY
