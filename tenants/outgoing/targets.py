"""Where may a request of ours go, as far as its address can tell? Read once, by one parser (S16)."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tenants.outgoing.addresses import is_public
from tenants.rules import RefusalKind, Refused

LONGEST = 500
# HTTPS and its usual second port; others belong to services that are not meant to be spoken to.
PORTS = frozenset({443, 8443})


class BadTarget(Refused):
    """No request of ours goes to that address."""

    code = "address_refused"
    kind = RefusalKind.UNPROCESSABLE
    message = _(
        "An https:// address of a public host on port 443 or 8443 is needed, without name or password in it."
    )


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart: what is resolved, what TLS is asked to prove, what is requested there."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Return what the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.scheme == "https" else 80) else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Take an address apart. Raises BadTarget; what its name resolves to is asked when it is used."""
    if not (len(url) <= LONGEST and url.isascii() and url.isprintable() and not set(url) & set(' \\<>"')):
        raise BadTarget
    try:
        found = urlsplit(url)
        port = found.port or (443 if found.scheme == "https" else 80)
    except ValueError as error:
        raise BadTarget from error
    path = (found.path or "/") + (f"?{found.query}" if found.query else "")
    target = Target(found.scheme, found.hostname or "", port, path)
    if not target.host or found.username is not None or found.password is not None or found.fragment:
        raise BadTarget
    if not _is_allowed(target):
        raise BadTarget
    return target


def _is_allowed(target: Target) -> bool:
    if settings.OUTGOING_PRIVATE:
        return target.scheme in ("https", "http")
    return target.scheme == "https" and target.port in PORTS and not _is_private(target.host)


def _is_private(host: str) -> bool:
    """Say whether a host is a written address that is not public; names are asked when they are used."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return not is_public(host)
