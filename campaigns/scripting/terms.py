"""Words that rules look for: patterns over small letters without accents (no ñ, no á), whole words only.

Spanish first; what callers say of themselves also in Portuguese and English. A blank stands for blanks.
"""

_VARIABLE = r"\{\{\s{0,5}(?:%s)\s{0,5}\}\}"

CALLER = (
    "mi nombre es",
    "me llamo",
    "soy",
    "somos",
    "(?:le|les|te|lo|la) (?:hablo|habla|hablamos|llamo|llama|llamamos|saluda|saludo|contacto|contactamos)",
    "(?:hablo|hablamos|habla|llamo|llamamos|llamando) (?:de|del|desde|en|por)",
    "nos comunicamos",
    "me comunico",
    "de parte de",
    "en nombre de",
    "meu nome e",
    "aqui e",
    "(?:falo|ligo|estou ligando) (?:da|do|de|em)",
    "my name is",
    "this is",
    "(?:calling|call) (?:from|for|on behalf of)",
)
CREDITOR = (
    _VARIABLE % "empresa",
    r"(?:de parte|en nombre|por encargo) del? (?!usted|ustedes|su |mi |tu )[\w{]+",
    r"(?:em nome) d[aeo] (?!voce)[\w{]+",
    r"on behalf of (?!you)[\w{]+",
)
MACHINE = (
    (
        r"(?:asistente|agente|ejecutiv[oa]|voz|operador[a]?) (?:telefonic[oa] )?"
        r"(?:virtual|automatic[oa]|automatizad[oa]|artificial|digital)"
    ),
    "inteligencia artificial",
    "(?:sistema|llamada|mensaje) (?:automatic[oa]|automatizad[oa])",
    "assistente virtual",
    "inteligencia artificial",
    "(?:virtual|automated|ai) (?:assistant|agent|voice)",
    "artificial (?:intelligence|voice)",
)
COURT = (
    "juzgados?",
    "tribunal(?:es)?",
    "juez|jueza|jueces|juezas",
    "magistrad[oa]s?",
    "corte (?:suprema|superior|de apelaciones|de justicia)",
    "poder judicial",
    "demandas? (?:judicial(?:es)?|ejecutivas?|civil(?:es)?|en su contra)",
    (
        "(?:una|interponer|interpondremos|presentar|presentaremos|entablar|notificar) (?:una |la )?demandas?"
        "(?! (?:de|del|por) (?:productos?|servicios?|informacion|mercado))"
    ),
    "demandad[oa]s?",
    "demandar(?:l[aoe]s?|emos|an|a)?",
    # "sin embargo" means however.
    r"(?<!sin\s)(?<!sin\s\s)embarg(?:os?|ar(?:l[aoe]s?|emos|an|a)?|ue(?:n|mos)?|ad[oa]s?|able|ables)",
    (
        "(?:notificacion|citacion|orden|resolucion|proceso|procedimiento|expediente|mandamiento|receptor|"
        "remate|requerimiento)(?:es|s)? judicial(?:es)?"
    ),
    "citatorios?",
    "citacion(?:es)? a comparecer",
    "orden(?:es)? de (?:arresto|aprehension|detencion|captura|desalojo|embargo|apremio)",
    "mandamientos? de (?:ejecucion|embargo|pago)",
    "juicios? (?:ejecutivos?|civil(?:es)?|penal(?:es)?|monitorios?|mercantil(?:es)?|en su contra)",
    "(?:llevar(?:l[oae]s?)?|ir|iniciar|enfrentar) (?:a )?(?:un )?juicio",
    "remate de (?:sus |los )?bienes",
    "ministros? de fe",
    "actuari[oa]s?",
    "alguacil(?:es)?",
    "fiscalias?",
    "ministerio publico",
    "carabineros?",
    "policias?",
    "carcel(?:es)?",
    "prision",
    "antecedentes penales",
    "desalojos?",
)
LEGAL_STEPS = (
    "accion(?:es)? (?:judicial(?:es)?|legal(?:es)?|penal(?:es)?|civil(?:es)?)",
    "(?:cobranza|cobro|via) judicial",
    "medidas (?:judiciales|legales)",
    "consecuencias (?:judiciales|legales|penales)",
)
REASON_UNPAID = (
    (
        r"por que (?:motivo |razon |causa )?(?:usted )?(?:aun |todavia )?no (?:ha |ha podido |pudo |puede |"
        r"realizo |hizo |ha realizado |ha hecho )?(?:el |su |sus |la )?"
        r"(?:pago|pagos|pagado|paga|pagar|cancelado|cancelo|cancelar|cumplido|cumplio|cumplir|abonado)"
    ),
    "por que (?:esta |se |ha )?(?:atraso|atrasado|dej(?:o|ado) de pagar|encuentra en mora|en mora)",
    (
        "(?:motivos?|razon(?:es)?|causas?) (?:de|del|de su|de la|por (?:la|el) (?:que|cual)) "
        r"(?:\w+ ){0,3}(?:no pago|impago|incumplimiento|atraso|retraso|mora|no ha pagado|no pago)"
    ),
    "a que se debe (?:el |la |su |este |esta )?(?:no pago|impago|incumplimiento|atraso|retraso|mora)",
    (
        "que (?:le )?(?:paso|ocurrio|sucedio|impide|impidio|ha impedido) (?:con su |con el |realizar )?"
        "(?:el )?(?:pago|pagar)"
    ),
)
REFERENCES = (
    "referencias? (?:personal(?:es)?|familiar(?:es)?|comercial(?:es)?|telefonicas?)",
    (
        "(?:datos|numero|telefono|nombre|contacto)s? de (?:un |una |algun |su |sus )?"
        "(?:familiar(?:es)?|conocid[oa]s?|vecin[oa]s?|codeudor(?:es)?|amig[oa]s?|referencias?)"
    ),
)
DEBT = (
    _VARIABLE % "monto_total|deuda|cuotas_adeudadas|dias_vencidos|fecha_limite|fecha_maxima",
    "deudas?",
    "deudor(?:a|es|as)?",
    "adeud(?:a|an|ad[oa]s?)",
    "moros[oa]s?",
    "morosidad",
    "mora",
    "impag[oa]s?",
    "(?:cuota|pago|factura|saldo|monto)s? (?:pendiente|atrasad|vencid|impag)(?:[oa]?s?|es)",
)
IDENTITY = (
    "(?:hablo|hablando|comunico|comunica|comunicado|converso|conversando|conversar|hablar|contacto) con",
    "es usted",
    "usted es",
    r"confirm\w{1,8} (?:si |que )?(?:es |usted |su identidad|sus datos|su nombre|su rut)",
    "falo com",
    "(?:speaking|talking|speak|talk) (?:with|to)",
)
WAY_OUT = (
    r"(?:no|dejar de|deje de) (?:\w+ ){0,4}(?:llam|recib|contact|molest)\w{0,9}",
    r"(?:lista|registro) de (?:exclusion|no llamar|no contactar)",
    r"(?:eliminar|borrar|retirar|quitar)(?:l[oae]|me)? (?:\w+ ){0,3}(?:numero|telefono|lista|registro)",
    r"(?:not|stop) (?:\w+ ){0,4}(?:call|contact)\w{0,5}",
)
