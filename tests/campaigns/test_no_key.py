"""A provider of real calls whose key the environment does not name: nothing leaves, and it is said (C17)."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns import actions
from campaigns.actions import NotLaunchable
from campaigns.admin.board.telling import alerts_told
from campaigns.models import Account, CallAlert, CallAttempt, Campaign, Entry, Provider
from campaigns.providers import Unknown
from campaigns.providers.retell import RetellProvider
from campaigns.rules import AlertKind, EntryState
from tests.campaigns.asking import call_request
from tests.campaigns.calling import a_campaign, a_line, a_provider, an_account, claimed

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)


@pytest.fixture
def account(in_acme, settings) -> Account:
    """Return an account whose provider is a real one, and who has somebody to call."""
    settings.RETELL_KEYS = {}
    account = an_account(a_provider())
    Provider.objects.update(kind="retell", key_name="acme")
    a_campaign(account, people=1)
    Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
    return account


def test_it_is_stopped_before_anybody_is_called(account, settings):
    """C17: once, with its alert; a person starts it when it has its key."""
    for _look in range(2):
        found = claimed(account, now=NOON)
        assert (found.calls, found.moved) == ([], 0)
    assert Provider.objects.get(name="line").stopped_because == "no_key"
    alert = CallAlert.objects.get(cleared_at=None)
    assert alert.kind == AlertKind.PROVIDER_STOPPED
    assert [one.note for one in alerts_told([alert])] == ["Sin clave"]
    assert not CallAttempt.objects.exists()
    assert Entry.objects.get().state == EntryState.QUEUED
    settings.RETELL_KEYS = {"acme": ("key",)}
    assert account.provider_id is not None
    actions.start_provider(provider_id=account.provider_id, now=NOON)
    assert len(claimed(account, now=NOON).calls) == 1


def test_it_is_left_alone_while_nobody_is_due(account):
    """C17: whoever is still setting it up is told nothing."""
    Entry.objects.update(earliest_at=NOON + timedelta(hours=1))
    claimed(account, now=NOON)
    assert Provider.objects.get(name="line").stopped_at is None


def test_nothing_is_launched_by_it(account, settings):
    """C22: it could call nobody."""
    Campaign.objects.update(state="ready")
    with pytest.raises(NotLaunchable) as refused:
        actions.launch(code="batch-1", now=NOON)
    assert refused.value.extra["reasons"] == ["no_provider_key"]
    settings.RETELL_KEYS = {"acme": ("key",)}
    actions.launch(code="batch-1", now=NOON)


def test_a_request_without_a_key_never_left():
    """C17: what no header may hold is refused before the first byte, so there is no call to look for."""
    with a_line("calm") as served, RetellProvider(api_key="", base_url=served.url) as provider:
        assert provider.create(call_request()) == Unknown("LocalProtocolError", sent=False)
        assert not served.exchange._calls
