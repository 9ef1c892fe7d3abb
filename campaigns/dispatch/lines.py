"""By which adapter, with which key, is a provider spoken to?"""

from django.conf import settings

from campaigns.models import Provider
from campaigns.providers.calling import RETELL_URL, CallProvider
from campaigns.rules import ProviderKind


def line_to(provider: Provider) -> CallProvider:
    """Return an open line to a provider; the caller closes it. The simulator speaks the same protocol."""
    # The vendor's SDK takes longer to import than all the rest, and only who makes calls needs it.
    from campaigns.providers.retell import RetellProvider

    usual = settings.SIMULATOR_URL if provider.kind == ProviderKind.SIMULATOR else RETELL_URL
    return RetellProvider(api_key=key_of(provider), base_url=provider.base_url or usual)


def key_of(provider: Provider) -> str:
    """Return the key that speaks to a provider; "" when the environment names none."""
    return next(iter(keys_of(provider)), "")


def lacks_key(provider: Provider) -> bool:
    """Say whether a provider of real calls has no key, so that nothing could be said to it."""
    return provider.kind != ProviderKind.SIMULATOR and not key_of(provider)


def keys_of(provider: Provider) -> tuple[str, ...]:
    """Return the keys that may sign a provider's events, the newest first; two live while one is replaced."""
    if provider.kind == ProviderKind.SIMULATOR:
        return (settings.SIMULATOR_KEY,)
    return tuple(settings.RETELL_KEYS.get(provider.key_name, ()))
