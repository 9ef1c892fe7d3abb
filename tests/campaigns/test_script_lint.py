"""V8: what the rules of a country say of a script, and that the templates keep them."""

import time

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules import UseCase
from campaigns.scripting import TEMPLATES, Severity, lint, read_script, render_script, tidy_text
from campaigns.scripting.lint_rules import RULES, Check
from campaigns.scripting.linting import fold

OPENING = "Buenos días, le habla la asistente virtual de {{empresa}}. ¿Hablo con {{nombre}}? "
CLOSING = " Si no desea más llamadas, lo dejo anotado."


def codes(text: str, country="CL", use_case="collection", severity=None) -> list[str]:
    found = lint(text, country=country, use_case=use_case)
    return [one.code for one in found if severity is None or one.severity is severity]


def errors(text: str, country="CL", use_case="collection") -> list[str]:
    return codes(text, country, use_case, Severity.ERROR)


@pytest.mark.parametrize("use_case", UseCase)
@pytest.mark.parametrize("country", ["CL", "CO", "MX", "PE", "BR", "AR", "US", "EC"])
def test_it_has_nothing_grave_to_say_of_a_lawful_opening(country, use_case):
    """V8: caller, creditor, identity and machine are said; advice may follow."""
    assert codes(OPENING + CLOSING, country, use_case, Severity.ERROR) == []
    assert codes(OPENING + CLOSING, country, use_case, Severity.WARNING) == []


def test_it_asks_for_caller_and_creditor():
    """V8: both are to be named, in every country."""
    assert errors("¿Hablo con {{nombre}}? Hay algo que conversar.") == [
        "caller_not_named",
        "creditor_not_named",
    ]
    assert errors("¿Hablo con {{nombre}}?", "EC", "marketing") == ["caller_not_named", "creditor_not_named"]


def test_it_asks_for_them_at_the_beginning():
    """V8: after sixty words it is too late."""
    filler = "palabra " * 60
    late = f"{filler} le habla Marta de {{{{empresa}}}}."
    assert errors(late) == ["caller_not_named", "creditor_not_named"]
    assert errors(late.removeprefix("palabra " * 10)) == []


@pytest.mark.parametrize(
    "opening",
    [
        "Mi nombre es Marta y llamo de parte de Tienda Sur.",
        "Soy Marta, llamo en nombre de Tienda Sur.",
        "LE  HABLA Marta,\nde {{ empresa }}.",
        "Meu nome é Marta, falo em nome da Loja Sul.",
        "My name is Marta, calling on behalf of South Store.",
    ],
)
def test_it_knows_many_ways_to_name_oneself(opening):
    """V8: capitals, accents and line ends do not matter."""
    assert errors(opening) == []


@pytest.mark.parametrize(
    "words",
    [
        "un juzgado", "el Tribunal", "los TRIBUNALES", "el juez", "una jueza", "la Corte Suprema",
        "una demanda judicial", "presentaremos una demanda", "será demandado", "vamos a demandarla",
        "el embargo de sus bienes", "embargaremos", "se embargue", "una notificación judicial",
        "una orden judicial", "una orden de arresto", "un citatorio", "citación a comparecer",
        "un mandamiento de ejecución", "un juicio ejecutivo", "llevarla a juicio", "el receptor judicial",
        "el ministro de fe", "la fiscalía", "Carabineros", "la policía", "la cárcel", "un desalojo",
    ],
)  # fmt: skip
def test_it_finds_what_looks_like_a_court(words):
    """V8, C13: in Chile, Mexico and Peru an error with its place; elsewhere a warning."""
    if words == "embargaremos":
        words = "vamos a embargar"
    text = f"{OPENING}Hay {words} para usted."
    for country in ("CL", "MX", "PE"):
        (found,) = [one for one in lint(text, country=country, use_case="collection") if one.severity == 1]
        assert found.code == "court_lookalike"
        assert found.start is not None
        assert text[found.start : found.end] == found.excerpt
        assert found.excerpt in words
    assert "court_words" in codes(text, "CO", severity=Severity.WARNING)


@pytest.mark.parametrize(
    "words",
    [
        "Sin embargo, puede pagar después.", "SIN  EMBARGO puede pagar.", "La tribuna del estadio.",
        "Su juicio importa.", "La corte de pelo.", "Hay mucha demanda.", "Una demanda de productos.",
        "Juzgar no es lo nuestro.", "El prejuicio.", "Se demanda tiempo.", "Embarcar mañana.",
    ],
)  # fmt: skip
def test_it_leaves_everyday_words_alone(words):
    """V8: whole words in their sense; "sin embargo" is no embargo."""
    assert errors(OPENING + words) == []


@pytest.mark.parametrize(
    "question",
    [
        "¿Por qué no ha pagado?", "¿por que no pago su cuota?", "¿Por qué motivo no ha podido pagar?",
        "¿Cuál es el motivo del no pago?", "Cuénteme la razón de su atraso.",
        "¿A qué se debe el incumplimiento?", "¿Por qué se atrasó?", "¿Por qué dejó de pagar?",
        "¿Qué le impide pagar?", "¿Cuál es la causa de su mora?",
    ],
)  # fmt: skip
def test_nobody_is_asked_why_they_have_not_paid_in_colombia(question):
    """V8: Ley 2300 of 2023; other countries allow the question."""
    assert errors(OPENING + question, "CO") == ["asks_reason_unpaid"]
    assert errors(OPENING + question, "CL") == []
    assert errors(OPENING + question, "CO", "marketing") == []


@pytest.mark.parametrize(
    "question", ["¿Por qué no lo conversamos?", "¿Cuándo puede pagar?", "El motivo de esta llamada."]
)
def test_other_questions_are_free_in_colombia(question):
    """V8: only the reason of not paying is nobody's business."""
    assert errors(OPENING + question, "CO") == []


def test_references_are_left_alone_in_colombia():
    """V8: they may not be called, so nobody asks for them."""
    text = OPENING + "¿Me da el teléfono de un familiar?"
    assert errors(text, "CO") == ["asks_for_references"]
    assert errors(text, "CL") == []


def test_the_debt_waits_until_it_is_known_who_answers():
    """V8: no third party may be told."""
    early = "Le habla Marta de {{empresa}}: usted tiene una deuda. ¿Hablo con {{nombre}}?"
    (found,) = [
        one for one in lint(early, country="CL", use_case="collection") if one.severity == Severity.WARNING
    ]
    assert (found.code, found.excerpt) == ("debt_before_identity", "deuda")
    for variable in ("monto_total", "deuda", "cuotas_adeudadas", "fecha_limite"):
        text = f"Le habla Marta de {{{{empresa}}}}. Son {{{{ {variable} }}}}."
        assert "debt_before_identity" in codes(text)
    assert "debt_before_identity" not in codes(OPENING + "Su deuda es {{deuda}}.")
    assert "debt_before_identity" not in codes(early, use_case="marketing")


def test_legal_steps_are_a_warning():
    """V8: allowed when true, so somebody looks."""
    text = OPENING + "Iniciaremos acciones legales y cobranza judicial."
    assert codes(text, "CL", severity=Severity.WARNING) == ["legal_threat", "legal_threat"]
    assert errors(text) == []


def test_a_machine_says_so():
    """V8: advice, and a warning in the United States."""
    text = "Le habla Marta de {{empresa}}. ¿Hablo con {{nombre}}?" + CLOSING
    assert "machine_not_said" in codes(text, "CL", severity=Severity.ADVICE)
    assert codes(text, "US", severity=Severity.WARNING) == ["machine_not_disclosed"]
    assert "machine_not_said" not in codes(OPENING, "CL")


@pytest.mark.parametrize(
    ("country", "use_case", "advice"),
    [
        ("CL", "collection", ["prefix"]),
        ("CL", "marketing", ["prefix"]),
        ("CL", "survey", ["prefix"]),
        ("CO", "marketing", ["registry"]),
        ("CO", "collection", []),
        ("MX", "marketing", ["registry"]),
        ("AR", "marketing", ["registry"]),
        ("AR", "survey", []),
        ("BR", "marketing", ["prefix", "registry"]),
        ("PE", "marketing", ["consent"]),
        ("US", "survey", ["consent"]),
        ("GB", "marketing", ["consent"]),
        ("ZZ", "custom", []),
    ],
)
def test_it_advises_what_no_text_can_show(country, use_case, advice):
    """V8: prefixes, registries and consent, as the reference read them."""
    assert codes(OPENING + CLOSING, country, use_case, Severity.ADVICE) == advice


def test_it_says_the_gravest_first():
    """V8: errors, warnings, advice; each in the order of the text."""
    text = "Tribunal. Acciones legales. Otro juzgado."
    found = lint(text, country="CL", use_case="collection")
    assert [one.severity for one in found] == sorted(one.severity for one in found)
    assert [one.excerpt for one in found if one.code == "court_lookalike"] == ["Tribunal", "juzgado"]


def test_a_finding_rests_on_the_law_of_its_country():
    """V8: the same words, each country's own source; where none was read it says so."""
    text = OPENING + "Habrá embargo."
    told = {}
    for country in ("CL", "PE", "MX", "EC"):
        (found,) = [one for one in lint(text, country=country, use_case="collection") if one.excerpt]
        told[country] = (found.source[:9], found.confidence)
    assert told == {
        "CL": ("Ley 21.32", "high"),
        "PE": ("Ley 29571", "high"),
        "MX": ("DOF 2014-", "high"),
        "EC": ("Minga", "unverified"),
    }


def test_every_rule_says_where_it_comes_from():
    """V8: source, day and confidence; words for people in both languages."""
    for rule in RULES:
        assert rule.source
        assert rule.read_on.year >= 2026
        assert bool(rule.terms) is (rule.check is not Check.ALWAYS)
        assert bool(rule.before) is (rule.check is Check.AFTER)
        with translation.override("en"):
            assert str(rule.words)


def test_small_letters_stand_where_the_capitals_stood():
    """V8: places found in the folded text are places of the text."""
    text = "ÁÉÍ Ñandú İstanbul ß ﬁn 🙂 e\u0301"
    assert len(fold(text)) == len(text)
    assert fold("ÁÉÍ Ñandú") == "aei nandu"


@given(st.text(st.characters(), max_size=300), st.sampled_from(["CL", "CO", "US", "", "zz"]))
def test_it_never_fails_and_never_points_outside(text, country):
    """V8: any text gets its findings, each within it."""
    assert len(fold(text)) == len(text)
    for one in lint(text, country=country, use_case="collection"):
        assert (one.start is None) == (one.end is None)
        assert text[one.start or 0 : one.end or 0] == one.excerpt


@pytest.mark.parametrize(
    "part",
    [
        "{{",
        "no ",
        "a",
        " ",
        "por que no ",
        "de parte de ",
        "embargo ",
        "motivo de ",
        "una una ",
        "\n",
        "el atraso ",
    ],
)
def test_it_reads_a_megabyte_in_seconds(part):
    """V8: no rule goes back and forth over the text."""
    text = part * (1_000_000 // len(part))
    began = time.perf_counter()
    lint(text, country="CO", use_case="collection")
    assert time.perf_counter() - began < 20


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.code)
def test_templates_keep_the_rules(template):
    """V8: nothing but advice that no text can answer."""
    found = lint(template.text, country=template.country, use_case=template.use_case)
    assert {one.code for one in found} == {"prefix"}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.code)
def test_templates_can_be_said(template):
    """V1, V2, V5: clean texts, declared variables, a whole call with plain values."""
    assert tidy_text(template.text) + "\n" == template.text
    script = read_script(template.text, template.declarations)
    values = {
        name: {"text": "algo", "date": "2026-12-01"}.get(one.type, 5)
        for name, one in script.variables.items()
    }
    rendered = render_script(script, values, country=template.country)
    assert rendered.is_whole
    assert "{{" not in rendered.text


def test_there_is_a_template_for_each_purpose_and_its_title_is_translated():
    """V8, W7: collection, marketing, survey; the text is what is said, the title what is read."""
    assert [template.use_case for template in TEMPLATES] == ["collection", "marketing", "survey"]
    for template in TEMPLATES:
        with translation.override("es"):
            spanish = str(template.title)
        with translation.override("en"):
            assert str(template.title) != spanish
