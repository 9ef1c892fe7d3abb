"""Which addresses may a request of ours go to? Those of the public internet, written plainly (S16)."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

# All that is routed in IPv6; mapped, compatible, local and multicast addresses lie outside.
GLOBAL_UNICAST = IPv6Network("2000::/3")
# A network without IPv4 writes every IPv4 address like this: the last four bytes are what is reached.
NAT64 = IPv6Network("64:ff9b::/96")
# Special uses that this Python's tables call global: protocol assignments and relays, tunnels whose inner
# address nobody has checked, documentation.
NEVER = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20")))


def is_public(written: str) -> bool:
    """Say whether an address belongs to the public internet; False for what is no address."""
    try:
        address = ip_address(written)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        if address in NAT64:
            return _is_open(IPv4Address(int(address) & 0xFFFFFFFF))
        return address in GLOBAL_UNICAST and _is_open(address)
    return _is_open(address)


def _is_open(address: IPv4Address | IPv6Address) -> bool:
    if any(address in net for net in NEVER if net.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)
