"""What the columns of the five kinds of files are called: English, Spanish, the first system's words."""

from collections.abc import Mapping, Sequence

from identity.rules import ImportKind
from tenants.intake.tables import Vocabulary

_PARK = ("park id", "park name", "fleet", "flota", "parque", "parque id", "id parque")
_PERSON = {
    "first_name": (
        "name", "full name", "driver name", "nombre completo", "given name", "nombre", "nombres",
        "primer nombre",
    ),
    "middle_name": ("second name", "segundo nombre"),
    "last_name": ("surname", "family name", "apellido", "apellidos"),
    "phone": (
        "park phone", "phone number", "mobile", "cellphone", "teléfono", "telefono", "celular", "móvil",
        "número de teléfono",
    ),
    "document": (
        "document number", "national id", "dni", "rut", "cédula", "documento", "número de documento",
        "nro documento",
    ),
    "licence": (
        "license", "driver license", "driver licence", "license number", "licence number", "licencia",
        "brevete", "licencia de conducir", "número de licencia",
    ),
    "email": ("e-mail", "email address", "correo", "correo electrónico"),
    "plate": (
        "asset plate number", "plate number", "car number", "car plate", "number plate", "placa", "patente",
        "matrícula",
    ),
    "car_brand": ("brand", "car make", "make", "asset brand", "marca", "marca del auto"),
    "car_model": ("model", "asset model", "modelo", "modelo del auto"),
    "car_colour": ("colour", "color", "car color", "asset color", "color del auto"),
}  # fmt: skip
_REGISTERED = {
    "external_id": ("lead id", "external lead id", "id externo", "id lead", "id del lead", "registration id"),
    "created_at": (
        "lead created at", "created", "created on", "creation date", "lead date", "fecha de creación",
        "fecha creación", "fecha de registro", "fecha registro", "registered at", "registration date",
    ),
}  # fmt: skip
_DRIVER_ID = (
    "driver",
    "driver account id",
    "conductor",
    "conductor id",
    "id conductor",
    "id del conductor",
    "chofer",
)

VOCABULARIES: Mapping[ImportKind, Vocabulary] = {
    ImportKind.LEADS: Vocabulary(
        {
            **_REGISTERED,
            "park": _PARK,
            **_PERSON,
            "city": ("town", "ciudad", "activation city"),
            "status": ("state", "lead status", "estado"),
        }
    ),
    ImportKind.DRIVERS: Vocabulary(
        {
            "driver_id": _DRIVER_ID,
            "park": _PARK,
            "hired_on": ("hire date", "hired", "hired at", "fecha de contratación", "fecha de alta",
                         "fecha contratación", "fecha de ingreso"),
            **_PERSON,
        }
    ),
    ImportKind.TRIPS: Vocabulary(
        {
            "driver_id": _DRIVER_ID,
            "day": ("on", "date", "trip date", "date file", "fecha", "día"),
            "trips": (
                "completed trips", "count orders completed", "orders completed", "completed orders", "viajes",
                "viajes completados", "viajes realizados",
            ),
        }
    ),
    ImportKind.CLAIMS: Vocabulary(
        {
            "external_id": (
                "lead id", "external lead id", "lead external id", "source pk", "lead source pk",
                "id externo", "id lead", "id del lead",
            ),
            "milestone": ("milestone code", "milestone value", "hito"),
            "state": ("status", "claim status", "claim state", "estado"),
            "amount": ("claim amount", "expected amount", "monto", "importe"),
        }
    ),
    ImportKind.SCOUTS: Vocabulary(
        {
            **_REGISTERED,
            "scout": ("scout name", "scout id", "registered by", "captador", "reclutador"),
            "park": _PARK,
            **_PERSON,
        }
    ),
}  # fmt: skip

_WHO = frozenset({"external_id", "first_name", "last_name", "phone", "document", "licence", "email", "plate"})
# A file is usable when it has a column of each of these groups.
NEEDED: Mapping[ImportKind, Sequence[frozenset[str]]] = {
    ImportKind.LEADS: (_WHO,),
    ImportKind.DRIVERS: (frozenset({"driver_id"}),),
    ImportKind.TRIPS: (frozenset({"driver_id"}), frozenset({"day"}), frozenset({"trips"})),
    ImportKind.CLAIMS: (frozenset({"external_id"}), frozenset({"milestone"}), frozenset({"state"})),
    ImportKind.SCOUTS: (_WHO,),
}


def missing_columns(kind: ImportKind, mapping: Mapping[str, str], headings: Sequence[str]) -> list[str]:
    """Return a column of each group that a mapping does not find in a file, "" for a heading taken twice."""
    vocabulary = VOCABULARIES[kind]
    if vocabulary.repeated_columns(mapping):
        return [""]
    found = vocabulary.positions(mapping, headings).keys()
    return [
        min(group) if len(group) > 1 else next(iter(group)) for group in NEEDED[kind] if not group & found
    ]
