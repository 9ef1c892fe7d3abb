"""Scripts to begin with: lawful, in plain spoken Spanish, each passing its own lint."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.rules import UseCase
from campaigns.scripting.values import VariableType
from campaigns.scripting.variables import Variable, write_declarations

_COLLECTION = """\
Apertura
Buenos días. Le habla la asistente virtual de {{empresa}}. ¿Hablo con {{nombre}}?

Si contesta otra persona
Muchas gracias. Es un asunto personal con {{nombre}}; llamaremos en otro momento. Que tenga un buen día.
(No decir el motivo de la llamada, aunque pregunte, y no dejar recado.)

Si contesta {{nombre}}
Gracias por atender, {{nombre}}. Llamo por un saldo pendiente con {{empresa}}: en total, {{monto_total}}. \
Cuotas por pagar: {{cuotas_adeudadas}}.
¿Puede hacer el pago a más tardar el {{fecha_limite}}?

Si acepta
Muy bien. Para dejarlo anotado: ¿qué día pagará y qué monto?
(Repetir el día y el monto, y esperar un sí.)

Si necesita más plazo
Entiendo. El último día que puedo anotar es el {{fecha_maxima}}. ¿Qué día le acomoda, hasta esa fecha?

Si ya pagó
Gracias por avisar. Lo dejo anotado para que {{empresa}} lo revise. ¿Recuerda el día y el medio de pago?

Si no reconoce el saldo
Entiendo. Dejo anotado que no lo reconoce, y {{empresa}} lo revisará antes de volver a llamar.

Si pide hablar con una persona
Por supuesto. Lo dejo anotado y una persona de {{empresa}} devolverá la llamada.

Si pide que no se le llame más
Así quedará anotado desde hoy. Disculpe la molestia, que tenga un buen día.

Cierre
Gracias por su tiempo, {{nombre}}. Que tenga un buen día.

Conducta
Hablar con calma y respeto, escuchar sin interrumpir y no insistir más de dos veces. No amenazar, no \
anunciar medidas, no opinar sobre la persona. Decir solo montos y fechas de este guion.
"""

_MARKETING = """\
Apertura
Buenos días, {{nombre}}. Le habla la asistente virtual de {{empresa}}. ¿Tiene un minuto?

Si no es buen momento
No hay problema. ¿A qué hora prefiere que llame?
(Anotar la hora y despedirse.)

Propuesta
Gracias. Queremos contarle de {{oferta}}. Está disponible hasta el {{vigencia}}.
¿Le interesa recibir los detalles?

Si le interesa
Qué bueno. ¿Se los envío por mensaje a este número, o prefiere que le llame una persona de {{empresa}}?
(Repetir lo acordado y esperar un sí.)

Si pregunta algo que no está en este guion
Prefiero no dar un dato equivocado. Lo dejo anotado y una persona de {{empresa}} se lo responderá.

Si no le interesa
Entiendo, gracias por decirlo.

Cierre
Si no desea recibir más llamadas de {{empresa}}, basta con decirlo ahora y quedará anotado. Gracias por su \
tiempo, {{nombre}}. Que tenga un buen día.

Conducta
Ofrecer una sola vez, sin apurar. No prometer precios, regalos ni condiciones que no estén en este guion.
"""

_SURVEY = """\
Apertura
Buenos días, {{nombre}}. Le habla la asistente virtual de {{empresa}}. Quisiera hacerle tres preguntas sobre \
{{servicio}}; toma menos de dos minutos y no se vende nada. ¿Podemos empezar?

Si no es buen momento
No hay problema. ¿A qué hora prefiere que llame?
(Anotar la hora y despedirse.)

Si no desea participar
Entiendo. Si no desea recibir más llamadas, lo dejo anotado. Que tenga un buen día.

Pregunta 1
De 0 a 10, donde 0 es nada probable y 10 es muy probable: ¿cuánto recomendaría {{servicio}} a alguien cercano?
(Anotar un número entero de 0 a 10. Si la respuesta no es un número, repetir la escala una vez.)

Pregunta 2
¿Qué es lo principal que le hizo dar esa nota?
(Anotar con las palabras de la persona.)

Pregunta 3
¿Qué podría mejorar {{empresa}}?
(Anotar con las palabras de la persona. Si no se le ocurre nada, seguir.)

Cierre
Eso es todo. Gracias por su tiempo, {{nombre}}. Sus respuestas llegarán a {{empresa}}. Que tenga un buen día.

Conducta
No sugerir respuestas, no discutirlas y no opinar. Si hay un reclamo, anotarlo y decir que {{empresa}} lo \
verá.
"""


@dataclass(frozen=True, slots=True)
class Template:
    """A script to begin with; title and description are in the reader's language, the text is as said."""

    code: str
    title: Promise
    description: Promise
    country: str
    use_case: UseCase
    text: str
    variables: tuple[Variable, ...] = ()

    @property
    def declarations(self) -> dict[str, dict[str, Any]]:
        """The variables as a script stores them."""
        return write_declarations({variable.name: variable for variable in self.variables})


TEMPLATES: tuple[Template, ...] = (
    Template(
        code="cl_collection",
        title=_("Collection with a promise of payment"),
        description=_("Confirms who answers, says what is owed and asks for a day and an amount."),
        country="CL",
        use_case=UseCase.COLLECTION,
        text=_COLLECTION,
    ),
    Template(
        code="cl_marketing",
        title=_("Offer to customers"),
        description=_("Presents one offer, asks whether details are welcome and how to send them."),
        country="CL",
        use_case=UseCase.MARKETING,
        text=_MARKETING,
        variables=(Variable("oferta"), Variable("vigencia", VariableType.DATE)),
    ),
    Template(
        code="cl_survey",
        title=_("Satisfaction survey of three questions"),
        description=_("A mark from 0 to 10, its reason, and what could be better."),
        country="CL",
        use_case=UseCase.SURVEY,
        text=_SURVEY,
        variables=(Variable("servicio", default="nuestro servicio", required=False),),
    ),
)
