"""Campaigns being made in the served product: one at each step, and what can be wrong at it."""

from django.urls import reverse
from django.utils import timezone

from campaigns import actions
from campaigns.models import Campaign
from campaigns.rules import ProcessingType
from campaigns.samples import make_collection_file
from tenants.models import Tenant, User
from tenants.scope import tenant_scope

ODD = (
    "RUT;Nombre completo;Saldo deuda;Fono de contacto;Correo\n"
    "12.345.678-5;Ana Soto;98.500;9 6000 0001;a@b.example\n"
)


def fill_wizard(acme: Tenant, by: User) -> dict[str, str]:
    """Give Acme campaigns that are not launched yet; return the pages of their steps."""
    with tenant_scope(acme.schema_name):
        whole = _begun("Cartera de marzo", _collection(), by, ProcessingType.ACQUISITION)
        odd = _begun("Lista sin teléfono", ODD.encode(), by)
        empty = actions.create_campaign(
            account="acc-muestra-001", facts={"name": "Vacía"}, now=timezone.now(), by=by.pk
        )
        ready = _begun("Cartera de abril", _collection(seed=8), by, ProcessingType.ACQUISITION)
        actions.read_draft(code=ready.code, by=by.pk)
        barred = _begun("Cuenta en pausa", _collection(seed=9), by, account="acc-muestra-003")
        actions.read_draft(code=barred.code, by=by.pk)
        read = _begun("Cartera grande", _collection(seed=10), by, ProcessingType.ACQUISITION)
        actions.read_draft(code=read.code, in_background=True, by=by.pk)
    return {
        "wizard_columns": _step("columns", whole),
        "wizard_missing": _step("columns", odd),
        "wizard_preview": _step("preview", whole),
        "wizard_settings": _step("settings", whole),
        "wizard_file": _step("file", empty),
        "wizard_forecast": _step("forecast", ready),
        "wizard_barred": _step("forecast", barred),
        "wizard_reading": _step("forecast", read),
    }


def _collection(*, seed: int = 7) -> bytes:
    loaded = timezone.localdate()
    return make_collection_file(rows=120, seed=seed, loaded=loaded, form="csv").content


def _begun(
    name: str,
    content: bytes,
    by: User,
    kind: ProcessingType = ProcessingType.BASIC,
    *,
    account: str = "acc-muestra-001",
) -> Campaign:
    upload = actions.Upload(account, content, "lista.csv", name=name, processing_type=kind)
    return actions.begin_draft(upload=upload, now=timezone.now(), key=f"served-{name}", by=by.pk)


def _step(name: str, found: Campaign) -> str:
    return reverse(f"admin:campaigns_campaign_{name}", args=[found.pk])
