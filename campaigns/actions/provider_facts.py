"""What may be said of a provider, and which keys a tenant may name."""

import re
from typing import TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.display.formats import reader
from tenants.intake import Fault, one_line
from tenants.rules import RefusalKind, Refused

MOST_LINES = 10_000
FASTEST = 1_000.0
SLOWEST = 0.01
NAME_LENGTH = 80
VARIABLE = "RETELL_API_KEY"
_KEY_NAME = re.compile(r"[a-z0-9_]{0,40}")


class BadProvider(Refused):
    """What is said of a provider makes no sense; `field` names it."""

    code = "provider_invalid"
    kind = RefusalKind.UNPROCESSABLE

    def __init__(self, field: str, words: str | Promise) -> None:
        super().__init__(words, field=field, faults=(Fault("invalid", f"#/{field}", words),))


class ProviderFacts(TypedDict, total=False):
    """What people say of a provider; its address is not theirs to say: keys are sent there (S16)."""

    name: str
    key_name: str
    agent_id: str
    max_concurrent_calls: int
    calls_per_second: float


def checked_provider(facts: ProviderFacts, *, tenant: str) -> ProviderFacts:
    """Return the facts in their written form. Raises BadProvider for the first that makes no sense."""
    found = ProviderFacts(**facts)
    if "name" in found:
        found["name"] = one_line(found["name"])
        if not 0 < len(found["name"]) <= NAME_LENGTH:
            raise BadProvider("name", _("A name has 1 to %(most)d characters.") % {"most": NAME_LENGTH})
    if not 1 <= found.get("max_concurrent_calls", 1) <= MOST_LINES:
        words = _("A whole number from 1 to %(most)s.") % {"most": reader().number(MOST_LINES)}
        raise BadProvider("max_concurrent_calls", words)
    if not SLOWEST <= found.get("calls_per_second", 1.0) <= FASTEST:
        raise BadProvider("calls_per_second", _("A number from 0.01 to 1,000."))
    check_key_name(found.get("key_name", ""), tenant=tenant)
    return found


def check_key_name(key_name: str, *, tenant: str) -> None:
    """Raise BadProvider for a key that is another tenant's: whoever speaks by it sees and pays all its calls.

    Without a name it is the installation's own. Named ones begin with the tenant's short name.
    """
    own = own_key_name(tenant)
    is_own = key_name in ("", own) or key_name.startswith(f"{own}__")
    if not (_KEY_NAME.fullmatch(key_name) and is_own):
        words = _("Empty, “%(own)s”, or “%(own)s__” and a word in small letters and digits.")
        raise BadProvider("key_name", words % {"own": own})


def own_key_name(tenant: str) -> str:
    """Return a tenant's short name as the names of variables write it."""
    return tenant.lower().replace("-", "_")


def variable_of(key_name: str) -> str:
    """Return the environment's variable that holds a key."""
    return f"{VARIABLE}_{key_name.upper()}" if key_name else VARIABLE
