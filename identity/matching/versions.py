"""A model of weights as plain JSON, to be stored, and back, trusting nothing (I7b)."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from identity.matching.comparing import IDENTIFIERS, LEVELS, Field
from identity.matching.weighing import SMALLEST_TOWN, Model
from tenants.rules import RefusalKind, Refused

LONGEST_VERSION = 30  # as stored
ROUNDING = 0.01  # a law written by hand may miss 1 by so much
_KEYS = frozenset({"version", "same", "chance", "slack", "share"})


class BadModel(Refused):
    """This is no model of ours; the words say what is wrong."""

    code = "bad_model"
    kind = RefusalKind.UNPROCESSABLE


def as_json(model: Model) -> dict[str, Any]:
    """Return the model as dictionaries, lists, text and numbers; `read_model` gives it back unchanged."""
    return {
        "version": model.version,
        "same": {str(field): list(law) for field, law in model.same.items()},
        "chance": {str(field): list(law) for field, law in model.chance.items()},
        "slack": {str(field): slack for field, slack in model.slack.items()},
        "share": model.share,
    }


def read_model(value: object) -> Model:
    """Return the model that `as_json` gave. Raises BadModel for anything else, whatever it is."""
    if not isinstance(value, Mapping) or value.keys() != _KEYS:
        raise BadModel(_("A model has exactly: version, same, chance, slack and share."))
    return Model(
        version=_version(value["version"]),
        same=_laws(value["same"], "same"),
        chance=_laws(value["chance"], "chance"),
        slack=_slack(value["slack"]),
        share=_number(value["share"], "share", below=1),
    )


def _version(value: object) -> str:
    is_named = isinstance(value, str) and 0 < len(value) <= LONGEST_VERSION and value == value.strip()
    # A lone surrogate or a zero byte cannot be stored; other control characters cannot be read.
    if not is_named or any(unicodedata.category(char)[0] == "C" for char in str(value)):
        raise BadModel(
            _("A version is a text of 1 to %(most)s readable characters.") % {"most": LONGEST_VERSION}
        )
    return str(value)


def _laws(value: object, name: str) -> dict[str, tuple[float, ...]]:
    """Return the laws in the order of the fields, which is that of stored levels."""
    told = _table(value, name, frozenset(Field))
    return {field: _law(told[field], field, f"{name}.{field}") for field in Field}


def _law(value: object, field: Field, place: str) -> tuple[float, ...]:
    if not isinstance(value, list) or len(value) != 1 + len(LEVELS[field]):
        raise _wrong(place)
    law = tuple(_number(each, place, below=1) for each in value)
    if abs(sum(law) - 1) > ROUNDING:
        raise _wrong(place)
    return law


def _slack(value: object) -> dict[str, float]:
    told = _table(value, "slack", frozenset(IDENTIFIERS))
    return {field: _number(told[field], f"slack.{field}", below=SMALLEST_TOWN) for field in IDENTIFIERS}


def _table(value: object, place: str, fields: frozenset[Field]) -> Mapping[str, object]:
    if not isinstance(value, Mapping) or value.keys() != fields:
        raise _wrong(place)
    return value


def _number(value: object, place: str, *, below: float) -> float:
    """Return a number above 0 and below a limit; true, text, NaN and infinity are none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < below:
        raise _wrong(place)
    return float(value)


def _wrong(place: str) -> BadModel:
    return BadModel(_("This part of the model is not as it must be: %(place)s.") % {"place": place})
