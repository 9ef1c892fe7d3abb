"""How comparisons and verdicts of matching are said (W1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from identity.matching.comparing import Field
from identity.matching.trying import Verdict
from identity.rules import Reason

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Said:
    """Words, and the tone and mark beside them; the words alone say it too (W8)."""

    words: Words
    tone: str = ""
    mark: str = ""


FIELD_LABELS: Mapping[str, Words] = {
    Field.DOCUMENT: _("Document"),
    Field.PHONE: _("Phone"),
    Field.LICENCE: _("Licence"),
    Field.EMAIL: _("E-mail"),
    Field.PLATE: _("Plate"),
    Field.NAME: _("Name"),
    Field.CAR: _("Car"),
    Field.HIRED: _("Hired"),
}
SAME, ALIKE, OTHER = ("good", "✓"), ("warn", "≈"), ("bad", "✗")
LEVELS: Mapping[str, Said] = {
    "exact": Said(_("the same"), *SAME),
    "equal": Said(_("the same"), *SAME),
    "similar": Said(_("alike"), *SAME),
    "partial": Said(_("partly alike"), *ALIKE),
    "typo": Said(_("one typo apart"), *ALIKE),
    "close": Said(_("close to the date"), *SAME),
    "near": Said(_("near the date"), *ALIKE),
    "differs": Said(_("different"), *OTHER),
}
UNKNOWN = Said(_("not compared"))
RULE_VERDICTS: Mapping[str, Said] = {
    Verdict.NOT_TRIED: Said(_("not tried: the lead does not say it")),
    Verdict.NOBODY: Said(_("nobody has it")),
    Verdict.WEAK: Said(_("somebody has it, under no similar name"), "warn"),
    Verdict.NAMED: Said(_("names one person"), "good"),
    Verdict.MISMATCH: Said(_("names one person, under a clearly different name"), "bad"),
    Verdict.TIED: Said(_("several persons, none clearly ahead"), "warn"),
}
ADVICE: Mapping[str, Words] = {
    Reason.MULTIPLE_CANDIDATES: _("Choose the right one, or say who it cannot be."),
    Reason.NAME_MISMATCH: _("The number may have passed to somebody else. Compare the names."),
    Reason.LOW_CONFIDENCE: _("Too little speaks for the likeliest person. Look at what agrees."),
    Reason.WEAK_MATCH_ONLY: _("An identifier agrees, the name does not. Better source data may decide it."),
    Reason.NO_CANDIDATES: _("Nobody holds any of its identifiers yet. A later import may bring them."),
    Reason.MISSING_IDENTIFIERS: _("There is nothing to search by. Complete the lead in its source."),
    Reason.LEAD_NOT_FOUND: _("The lead was deleted meanwhile."),
    Reason.ERROR: _("The last run could not try it; the next one will."),
}
