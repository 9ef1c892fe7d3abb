"""What a script ought to say and must not, as data: the calling-rules reference, with its sources.

Not legal advice. To change a reading, change the rule and raise VERSION and READ_ON; codes stay. Terms are
patterns over small letters without accents, between word boundaries.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.rules import UseCase
from campaigns.scripting import terms

VERSION = 1
READ_ON = date(2026, 11, 21)  # the day the reference of calling rules was taken over
HOUSE = "Minga"  # our own caution, or good practice without a law that was read
ANYWHERE: frozenset[str] = frozenset()


class Severity(IntEnum):
    """How much a finding weighs; an error is approved only by whoever says so."""

    ERROR = 1
    WARNING = 2
    ADVICE = 3


class Confidence(StrEnum):
    """How much a rule's sources are worth."""

    HIGH = "high"
    MEDIUM = "medium"
    UNVERIFIED = "unverified"  # no source: our own caution


class Check(StrEnum):
    """How a rule looks at a text."""

    FORBIDDEN = "forbidden"  # every place where a term stands
    AT_THE_BEGINNING = "at_the_beginning"  # some term stands among the first words
    SOMEWHERE = "somewhere"  # some term stands in the text
    AFTER = "after"  # no term stands before the first of `before`
    ALWAYS = "always"  # nothing in a text can show it: said to every script


Law = tuple[str, Confidence]


@dataclass(frozen=True, slots=True)
class LintRule:
    """One rule: where it holds (no country named: all but `not_in`), how it looks at a text, what it says."""

    code: str
    severity: Severity
    check: Check
    words: Promise
    use_cases: frozenset[str]
    countries: frozenset[str] = ANYWHERE
    not_in: frozenset[str] = ANYWHERE
    terms: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    source: str = HOUSE
    confidence: Confidence = Confidence.UNVERIFIED
    # Where countries have sources of their own for the same thing.
    laws: Mapping[str, Law] = field(default_factory=dict)
    read_on: date = READ_ON

    def grounds(self, country: str) -> Law:
        """Return what it rests on in a country, and how much that is worth."""
        return self.laws.get(country, (self.source, self.confidence))

    def applies_to(self, country: str, use_case: str) -> bool:
        """Say whether scripts of a country and a use case are held to it."""
        here = country in self.countries if self.countries else country not in self.not_in
        return here and use_case in self.use_cases


def _for(*use_cases: UseCase) -> frozenset[str]:
    return frozenset(str(use_case) for use_case in use_cases)


def _in(*countries: str) -> frozenset[str]:
    return frozenset(countries)


ALL = _for(*UseCase)
# A purpose that is not stated may be a collection under another name.
COLLECTION = _for(UseCase.COLLECTION, UseCase.CUSTOM)
MARKETING = _for(UseCase.MARKETING)
CL_SOURCE = "Ley 21.320 (art. 37 LPC): garrigues.com"
CO_SOURCE = "Ley 2300/2023: agoramercatorum.uexternado.edu.co, accolombianlawyers.com, leyonline.co"
MX_SOURCE = "DOF 2014-10-07: elfinanciero, idconline, bgbg.mx"
PE_SOURCE = "Ley 29571 art. 62(b): elegirservicio.pe"
US_SOURCE = "FCC 2024-02 (TCPA): natlawreview.com, mintz.com; govinfo.gov 2024-19028"
CL_PREFIX_SOURCE = "theclinic.cl 2025-08-12, 2025-10-21; radiopolar.com"
NO_COURTS = _in("CL", "MX", "PE")
# No look-alikes of courts, no third parties.
NO_THIRD_PARTIES: Mapping[str, Law] = {
    "CL": (CL_SOURCE, Confidence.HIGH),
    "CO": (CO_SOURCE, Confidence.MEDIUM),
    "MX": (MX_SOURCE, Confidence.HIGH),
    "PE": (PE_SOURCE, Confidence.HIGH),
}
# The firm and the lender are named at the first contact.
NAMED: Mapping[str, Law] = {"MX": (MX_SOURCE, Confidence.HIGH)}

_COURT_WORDS = _("Words of courts, police or executions: a call about a debt must not look like theirs.")

RULES: tuple[LintRule, ...] = (
    LintRule(
        "caller_not_named", Severity.ERROR, Check.AT_THE_BEGINNING,
        _("Nobody says at the beginning who is calling."),
        ALL, terms=terms.CALLER, laws=NAMED,
    ),
    LintRule(
        "creditor_not_named", Severity.ERROR, Check.AT_THE_BEGINNING,
        _("The beginning does not say for whom the call is made: {{empresa}}."),
        ALL, terms=terms.CREDITOR, laws=NAMED,
    ),
    LintRule(
        "court_lookalike", Severity.ERROR, Check.FORBIDDEN, _COURT_WORDS,
        ALL, NO_COURTS, terms=terms.COURT, laws=NO_THIRD_PARTIES,
    ),
    LintRule(
        "court_words", Severity.WARNING, Check.FORBIDDEN, _COURT_WORDS,
        ALL, not_in=NO_COURTS, terms=terms.COURT,
    ),
    LintRule(
        "legal_threat", Severity.WARNING, Check.FORBIDDEN,
        _("Legal steps are announced: say only what is true and already decided."),
        COLLECTION, terms=terms.LEGAL_STEPS,
    ),
    LintRule(
        "asks_reason_unpaid", Severity.ERROR, Check.FORBIDDEN,
        _("Colombia: nobody may be asked why they have not paid."),
        COLLECTION, _in("CO"), terms=terms.REASON_UNPAID, source=CO_SOURCE, confidence=Confidence.HIGH,
    ),
    LintRule(
        "asks_for_references", Severity.ERROR, Check.FORBIDDEN,
        _("Colombia: references must not be called, so nobody is asked for them."),
        COLLECTION, _in("CO"), terms=terms.REFERENCES, source=CO_SOURCE, confidence=Confidence.HIGH,
    ),
    LintRule(
        "debt_before_identity", Severity.WARNING, Check.AFTER,
        _("The debt is spoken of before it is known who answers: no third party may be told."),
        COLLECTION, terms=terms.DEBT, before=terms.IDENTITY, laws=NO_THIRD_PARTIES,
    ),
    LintRule(
        "machine_not_disclosed", Severity.WARNING, Check.AT_THE_BEGINNING,
        _("The beginning does not say that an artificial voice is speaking."),
        ALL, _in("US"), terms=terms.MACHINE, source=US_SOURCE, confidence=Confidence.HIGH,
    ),
    LintRule(
        "machine_not_said", Severity.ADVICE, Check.AT_THE_BEGINNING,
        _("It is fair, and may become law, to say at the beginning that a virtual assistant is speaking."),
        ALL, not_in=_in("US"), terms=terms.MACHINE,
    ),
    LintRule(
        "no_way_out", Severity.ADVICE, Check.SOMEWHERE,
        _("Say how to ask for no more calls; who asks is not called again."),
        _for(UseCase.MARKETING, UseCase.SURVEY), terms=terms.WAY_OUT,
    ),
    LintRule(
        "prefix", Severity.ADVICE, Check.ALWAYS,
        _("Chile: the number that calls needs the prefix 600 (existing relation, collections)."),
        COLLECTION, _in("CL"), source=CL_PREFIX_SOURCE, confidence=Confidence.HIGH,
    ),
    LintRule(
        "prefix", Severity.ADVICE, Check.ALWAYS,
        _("Chile: the number that calls needs the prefix 809 (unsolicited), or 600 for one's own customers."),
        _for(UseCase.MARKETING, UseCase.SURVEY), _in("CL"),
        source=CL_PREFIX_SOURCE, confidence=Confidence.HIGH,
    ),
    LintRule(
        "prefix", Severity.ADVICE, Check.ALWAYS,
        _("Brazil: the prefix 0303 is optional since August 2025."),
        _for(UseCase.COLLECTION, UseCase.MARKETING), _in("BR"),
        source="efic.com.br, olagoa.com.br, telesintese.com.br", confidence=Confidence.MEDIUM,
    ),
    LintRule(
        "registry", Severity.ADVICE, Check.ALWAYS,
        _("Colombia: numbers of the registry of excluded numbers (RNE) get no advertising."),
        MARKETING, _in("CO"), source=CO_SOURCE, confidence=Confidence.HIGH,
    ),
    LintRule(
        "registry", Severity.ADVICE, Check.ALWAYS,
        _("Mexico: numbers of REPEP (REUS for financial products) get no advertising."),
        MARKETING, _in("MX"), source="proceso.com.mx 2025-10, pulsoslp.com.mx", confidence=Confidence.HIGH,
    ),
    LintRule(
        "registry", Severity.ADVICE, Check.ALWAYS,
        _("Argentina: numbers of Registro No Llame, asked every 30 days, get no advertising."),
        MARKETING, _in("AR"), source="palermonline.com.ar", confidence=Confidence.MEDIUM,
    ),
    LintRule(
        "registry", Severity.ADVICE, Check.ALWAYS,
        _("Brazil: numbers of Não Me Perturbe and of the states' lists get no advertising."),
        MARKETING, _in("BR"), source="extra.globo.com, g1.globo.com", confidence=Confidence.MEDIUM,
    ),
    LintRule(
        "consent", Severity.ADVICE, Check.ALWAYS,
        _("Peru: advertising needs prior express consent, given on the consumer's initiative."),
        MARKETING, _in("PE"), source="Ley 32323: lpderecho.pe", confidence=Confidence.HIGH,
    ),
    LintRule(
        "consent", Severity.ADVICE, Check.ALWAYS,
        _("United States: an artificial voice needs prior express consent, written for advertising."),
        ALL, _in("US"), source=US_SOURCE, confidence=Confidence.HIGH,
    ),
    LintRule(
        "consent", Severity.ADVICE, Check.ALWAYS,
        _("United Kingdom: automated advertising needs the consent that PECR asks for."),
        MARKETING, _in("GB"), source="Ofcom 2016-12: vdocuments.site, callcentresoftware.co.uk",
        confidence=Confidence.MEDIUM,
    ),
)  # fmt: skip
