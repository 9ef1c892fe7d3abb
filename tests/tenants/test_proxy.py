"""Behind a proxy each client has an address of its own; without one nobody can make one up (S8)."""

import pytest
from axes.models import AccessAttempt

from tenants.middleware.proxy import client_address
from tests.cast import PEOPLE

PROXY, CLIENT = "10.0.0.1", "203.0.113.7"


def address_of_a_failed_log_in(client, **headers):
    """Return what the counters take for the client's address."""
    client.post("/login/", {"email": PEOPLE["bob"], "password": "wrong"}, REMOTE_ADDR=PROXY, headers=headers)
    return AccessAttempt.objects.get().ip_address


def test_it_counts_clients_behind_the_proxy_one_by_one(db, client, settings):
    """S8: the entry that our own proxy wrote, not those a client sent along."""
    settings.BEHIND_PROXY = True
    forwarded = {"X-Forwarded-For": f"198.51.100.1, {CLIENT}"}
    assert address_of_a_failed_log_in(client, **forwarded) == CLIENT


def test_it_believes_nobody_without_a_proxy(db, client, settings):
    """S8: a header that anybody can send is no way round the limit."""
    settings.BEHIND_PROXY = False
    assert address_of_a_failed_log_in(client, **{"X-Forwarded-For": CLIENT}) == PROXY


def test_it_keeps_the_connections_address_without_a_valid_header(db, client, settings):
    """S13: nonsense changes nothing."""
    settings.BEHIND_PROXY = True
    assert address_of_a_failed_log_in(client, **{"X-Forwarded-For": "unknown"}) == PROXY


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        (CLIENT, 1, CLIENT),
        (f"{CLIENT}, 10.0.0.2", 2, CLIENT),
        (f"198.51.100.1,{CLIENT},10.0.0.2", 2, CLIENT),
        ("2001:DB8::1", 1, "2001:db8::1"),
        (CLIENT, 2, None),
        (f"{CLIENT},", 1, None),
        ("<script>", 1, None),
        ("", 1, None),
    ],
)
def test_it_counts_from_the_right(forwarded, proxies, address):
    """As many entries as there are proxies of ours; fewer mean that one was passed by."""
    assert client_address(forwarded, proxies=proxies) == address
