"""The frames in force, as data: what the calling-rules reference says, with its sources (C13).

To change a reading, raise its version and the day it was read on; keys stay, because campaigns store them.
"""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from campaigns.legality.frames import ANY_COUNTRY, Confidence, Counted, LegalFrame, Limit
from campaigns.legality.windows import Week, Window, minutes
from campaigns.rules import UseCase

READ_ON = date(2026, 11, 21)  # the day the reference of calling rules was taken over

MONDAY_TO_FRIDAY = range(5)
MONDAY_TO_SATURDAY = range(6)


def _week(*hours: tuple[Iterable[int], str, str]) -> Week:
    """Return the week of (weekdays from 0, from, to)."""
    days: list[list[Window]] = [[] for _day in range(7)]
    for weekdays, start, end in hours:
        for day in weekdays:
            days[day].append(Window(minutes(start) or 0, minutes(end) or 0))
    return tuple(tuple(day) for day in days)


CAUTIOUS = _week((MONDAY_TO_FRIDAY, "09:00", "18:00"))

_COLLECTION = frozenset({UseCase.COLLECTION})
_MARKETING = frozenset({UseCase.MARKETING})

WEEKLY = Limit(most=1, hours=168)
# No law: whether ringing in vain is a contact is open, so it has an end as well; one campaign may
# try ten times at most, and so many are allowed from all campaigns together.
RINGING = Limit(most=10, counts=Counted.ATTEMPTS, hours=168)

_PREFIX = _(
    "Since 2025-08-13 automated calls need the prefix 600 (existing relation, collections) "
    "or 809 (unsolicited)."
)
_NO_COURTS = _("Nothing may look like a court, and no third party may be told.")

FRAMES: tuple[LegalFrame, ...] = (
    LegalFrame(
        key="cl_collection",
        version=1,
        country="CL",
        use_cases=_COLLECTION,
        title=_("Chile, collections"),
        week=_week((MONDAY_TO_SATURDAY, "08:00", "20:00")),
        limits=(WEEKLY, RINGING),
        confidence=Confidence.HIGH,
        source=(
            "Ley 21.320 (art. 37 LPC): garrigues.com; "
            "SERNAC: diariolaregion.cl, deudas.cl, cajasdecompensacion.cl"
        ),
        read_on=READ_ON,
        notes=(_PREFIX, _NO_COURTS, _("Contacts are to be kept on record for two years.")),
    ),
    LegalFrame(
        key="cl_custom",
        version=1,
        country="CL",
        use_cases=frozenset({UseCase.CUSTOM}),
        title=_("Chile, purpose not stated"),
        week=CAUTIOUS,
        # It may be a collection under another name, so the person is spared alike.
        limits=(WEEKLY, RINGING),
        confidence=Confidence.UNVERIFIED,
        source="theclinic.cl 2025-08-12, 2025-10-21; radiopolar.com",
        read_on=READ_ON,
        notes=(_PREFIX,),
    ),
    LegalFrame(
        key="cl_general",
        version=1,
        country="CL",
        use_cases=frozenset({UseCase.MARKETING, UseCase.SURVEY}),
        title=_("Chile, marketing and surveys"),
        week=CAUTIOUS,
        confidence=Confidence.UNVERIFIED,
        source="theclinic.cl 2025-08-12, 2025-10-21; radiopolar.com",
        read_on=READ_ON,
        notes=(_PREFIX, _("No hours were found in the law; these are our own caution.")),
    ),
    LegalFrame(
        key="co_collection_marketing",
        version=1,
        country="CO",
        use_cases=frozenset({UseCase.COLLECTION, UseCase.MARKETING, UseCase.CUSTOM}),
        title=_("Colombia, collections and marketing"),
        week=_week((MONDAY_TO_FRIDAY, "07:00", "19:00"), ((5,), "08:00", "15:00")),
        # Not twice the same day; the press also reads "two a week", and the stricter reading counts.
        limits=(Limit(most=1, local_days=1), Limit(most=2, hours=168)),
        confidence=Confidence.HIGH,
        source="Ley 2300/2023: agoramercatorum.uexternado.edu.co, accolombianlawyers.com, leyonline.co",
        read_on=READ_ON,
        notes=(
            _("After a contact, no other channel may be used in the same week."),
            _("Only authorised channels; advertising has to respect the registry of excluded numbers (RNE)."),
            _("Nobody may be asked why a debt is unpaid, and references may not be called."),
        ),
    ),
    LegalFrame(
        key="pe_collection",
        version=1,
        country="PE",
        use_cases=_COLLECTION,
        title=_("Peru, collections"),
        week=_week((MONDAY_TO_FRIDAY, "07:00", "20:00")),
        confidence=Confidence.HIGH,
        source="Ley 29571 art. 62(b): elegirservicio.pe",
        read_on=READ_ON,
        notes=(_NO_COURTS,),
    ),
    LegalFrame(
        key="pe_marketing",
        version=1,
        country="PE",
        use_cases=_MARKETING,
        title=_("Peru, marketing"),
        week=CAUTIOUS,
        confidence=Confidence.UNVERIFIED,
        source="Ley 32323: lpderecho.pe",
        read_on=READ_ON,
        notes=(
            _("Prior express consent on the consumer's own initiative is needed, and can be revoked."),
            _("No hours were found in the law; these are our own caution."),
        ),
    ),
    LegalFrame(
        key="mx_collection",
        version=1,
        country="MX",
        use_cases=_COLLECTION,
        title=_("Mexico, financial collections"),
        week=_week((MONDAY_TO_FRIDAY, "07:00", "22:00")),
        confidence=Confidence.MEDIUM,
        source="DOF 2014-10-07: elfinanciero, idconline, bgbg.mx",
        read_on=READ_ON,
        notes=(
            _("The hours are well attested, the days are not: Saturdays need a decision of the account."),
            _("No hidden caller; firm and lender are named at first contact; no third parties or minors."),
        ),
    ),
    LegalFrame(
        key="mx_collection_saturday",
        version=1,
        country="MX",
        use_cases=_COLLECTION,
        title=_("Mexico, financial collections with Saturdays"),
        week=_week((MONDAY_TO_SATURDAY, "07:00", "22:00")),
        confidence=Confidence.LOW,
        source="DOF 2014-10-07: elfinanciero, idconline, bgbg.mx",
        read_on=READ_ON,
        is_chosen_only=True,
        notes=(_("Sources disagree on Saturdays: whoever chooses this answers for it."),),
    ),
    LegalFrame(
        key="br_collection",
        version=1,
        country="BR",
        use_cases=_COLLECTION,
        title=_("Brazil, collections"),
        week=CAUTIOUS,
        confidence=Confidence.MEDIUM,
        source="CDC art. 42; SP, RJ, ES, AM, AL, CE: efic.com.br, olagoa.com.br, telesintese.com.br",
        read_on=READ_ON,
        notes=(_("There are no federal hours: these lie inside those of the states that were read."),),
    ),
    LegalFrame(
        key="br_marketing",
        version=1,
        country="BR",
        use_cases=_MARKETING,
        title=_("Brazil, telemarketing"),
        week=CAUTIOUS,
        confidence=Confidence.MEDIUM,
        source="Lei RJ 7.853/18: extra.globo.com, g1.globo.com",
        read_on=READ_ON,
        notes=(_("The lists of Não Me Perturbe and of the states have to be respected."),),
    ),
    LegalFrame(
        key="generic",
        version=1,
        country=ANY_COUNTRY,
        use_cases=frozenset(UseCase),
        title=_("Generic, unverified"),
        week=CAUTIOUS,
        confidence=Confidence.UNVERIFIED,
        source="-",
        read_on=READ_ON,
        notes=(_("Nothing was read for this country and purpose; these hours are our own caution."),),
    ),
)
