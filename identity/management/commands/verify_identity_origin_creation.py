"""`manage.py verify_identity_origin_creation`: origins have links, persons have origins (I19)."""

from django.utils.translation import gettext as _

from identity.management.guarding import GuardrailCommand
from identity.queries.guardrails import Guardrail


class Command(GuardrailCommand):
    """Exit 0 when it holds or nothing is there (vacuous), 1 with offenders, 3 when nobody can tell."""

    help = _("Every cabinet origin has its link, every linked person an origin.")
    guardrail = Guardrail.ORIGIN
