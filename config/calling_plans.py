"""The demo's campaigns: one called to its end, one that waits for the next day, one ready to launch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from campaigns.scripting import TEMPLATES


@dataclass(frozen=True, slots=True)
class Plan:
    """A campaign of each demo tenant: who pays, what is said, of which file; `share` of the tenant's rows.

    `others` are pairs of texts: a second version of the script says the one for the other.
    """

    name: str
    use_case: str
    account: str
    payer: str
    funds: str
    lines: int
    script: str
    share: float
    seed: int
    asked: Mapping[str, str]
    others: tuple[tuple[str, str], ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)

    def texts(self) -> list[str]:
        """Return the text of each version: the shipped template's, and the other one."""
        text = _template(self.use_case).text
        other = text
        for before, after in self.others:
            other = other.replace(before, after)
        return [text] if other == text else [text, other]

    def variables(self, today: date) -> dict[str, Any]:
        """Return the template's declarations, with what the file does not say as a default."""
        found = dict(_template(self.use_case).declarations)
        for name, text in self.defaults.items():
            later = text or (today + timedelta(days=30)).isoformat()
            found[name] = {"type": found[name]["type"], "required": False, "default": later}
        return found


def _template(use_case: str) -> Any:
    return next(one for one in TEMPLATES if one.use_case == use_case)


PLANS = (
    Plan(
        name="Cobranza de mora temprana",
        use_case="collection",
        account="demo-cobranza",
        payer="Financiera del Valle",
        funds="500",
        lines=10,
        script="Cobranza con compromiso de pago",
        share=1.0,
        seed=0,
        # Whoever was spoken with is not called again within a week, and by then its last day is over.
        asked={
            "processing_type": "basic",
            "dias_fecha_limite": "3",
            "dias_fecha_maxima": "5",
            "call_settings_json": '{"retry_settings": {"max_attempts": 2, "retry_delay_hours": 12}}',
        },
        others=(("¿Puede hacer el pago a más tardar el", "¿Qué día le acomoda pagar, a más tardar el"),),
    ),
    Plan(
        name="Encuesta de satisfacción",
        use_case="survey",
        account="demo-encuestas",
        payer="Tiendas Aurora",
        funds="200",
        # Few lines: it still calls while somebody looks at it.
        lines=2,
        script="Encuesta de tres preguntas",
        share=1.5,
        seed=100,
        asked={"processing_type": "generic", "use_case": "survey"},
    ),
    Plan(
        name="Oferta de internet hogar",
        use_case="marketing",
        account="demo-encuestas",
        payer="Tiendas Aurora",
        funds="200",
        lines=2,
        script="Oferta a clientes",
        share=1.0,
        seed=200,
        asked={"processing_type": "generic"},
        defaults={"oferta": "el plan de internet hogar con tres meses a mitad de precio", "vigencia": ""},
    ),
)
