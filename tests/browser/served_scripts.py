"""Scripts of the served product: an approved one, its changed draft, one that the rules object to."""

from django.urls import reverse
from django.utils import timezone

from campaigns import actions
from campaigns.actions import Wording
from campaigns.rules import UseCase
from campaigns.scripting import TEMPLATES
from tenants.models import Tenant, User
from tenants.scope import tenant_scope

HARSH = (
    "Buenos días, le habla Marta de {{empresa}}. Usted tiene una deuda de {{monto_total}}.\n"
    "Si no paga antes del {{fecha_limite}}, habrá una demanda judicial y el embargo de sus bienes."
)


def fill_scripts(acme: Tenant, by: User) -> dict[str, str]:
    """Give Acme scripts; return the pages of some of them."""
    with tenant_scope(acme.schema_name):
        template = TEMPLATES[0]
        first = actions.create_script(
            name="Cobranza amable",
            country="CL",
            use_case=UseCase.COLLECTION,
            wording=Wording(template.text, template.declarations),
            by=by.pk,
        )
        actions.approve_version(script_id=first.script_id, number=1, now=timezone.now(), by=by.pk)
        changed = template.text.replace("Muy bien.", "Muchas gracias.").replace(
            "\nCierre\n", "\nPara terminar\n"
        )
        actions.write_version(
            script_id=first.script_id,
            wording=Wording(
                f"{changed}\nPuede pagar en {{{{sucursal}}}} hasta el {{{{vigencia}}}}.",
                {
                    "sucursal": {"type": "text", "default": "cualquier sucursal"},
                    "vigencia": {"type": "date", "required": True},
                },
                agent_id="agent_demo",
            ),
            by=by.pk,
        )
        harsh = actions.create_script(
            name="Cobranza dura", country="CL", use_case=UseCase.COLLECTION, wording=Wording(HARSH), by=by.pk
        )
        away = actions.create_script(
            name="Encuesta anterior",
            country="CL",
            use_case=UseCase.SURVEY,
            wording=Wording(TEMPLATES[2].text, TEMPLATES[2].declarations),
            by=by.pk,
        )
        actions.archive_script(script_id=away.script_id, now=timezone.now(), by=by.pk)
    return {
        "script": reverse("admin:campaigns_script_edit", args=[first.script_id]),
        "script_changed": reverse("admin:campaigns_script_version", args=[first.script_id, 2]),
        "script_harsh": reverse("admin:campaigns_script_version", args=[harsh.script_id, 1]),
        "script_away": reverse("admin:campaigns_script_edit", args=[away.script_id]),
    }
