"""The books of the night: counters are mended, balances are told; and what tenants of old are given."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from campaigns import actions
from campaigns.dispatch.waking import keep_watch
from campaigns.models import Account, CallAlert, CallerNumber, Campaign, CampaignSettings, Provider, Tally
from campaigns.queries import tallies_adrift
from campaigns.rules import AlertKind, CampaignState, JobKind
from tenants.jobs.models import Schedule
from tenants.jobs.runner.run import DryRun
from tenants.provisioning import TEMPLATE_SCHEMA
from tenants.scope import owner_scope
from tests.campaigns.calling import a_campaign, a_provider, an_account
from tests.campaigns.uploading import drift

NIGHT = datetime(2026, 4, 16, 7, 27, tzinfo=UTC)
MORNING = datetime(2026, 4, 16, 12, 0, tzinfo=UTC)
ALERTS = (AlertKind.COUNTERS_DIFFER, AlertKind.BALANCES_DIFFER)


def live():
    found = CallAlert.objects.filter(kind__in=ALERTS, cleared_at=None).order_by("kind")
    return [(one.kind, one.subject, one.told) for one in found]


@pytest.mark.usefixtures("in_acme")
class TestNight:
    def test_right_books_are_left_alone(self):
        """C22, C23: nothing is told, nothing changes."""
        campaign = a_campaign(an_account(a_provider()), people=3)
        version = Tally.objects.get(pk=campaign.pk).version
        assert actions.recount(DryRun({}), now=NIGHT) == {"campaigns": {}, "accounts": {}}
        assert (live(), Tally.objects.get(pk=campaign.pk).version) == ([], version)

    def test_counters_are_mended_and_told_until_the_next_night(self):
        """C22: the entries say what is so; staff hear of it, once."""
        campaign = a_campaign(an_account(a_provider()), people=3)
        Tally.objects.filter(pk=campaign.pk).update(queued=7, failed=2)
        run = DryRun({})
        assert actions.recount(run, now=NIGHT)["campaigns"] == {"batch-1": 2}
        assert run.counters == {"mended": 1}
        assert (drift(campaign), tallies_adrift()) == ({}, [])
        assert live() == [("counters_differ", str(campaign.pk), {"counters": 2})]
        actions.recount(DryRun({}), now=MORNING)
        assert live() == []

    def test_one_that_counted_wrongly_completes(self):
        """C22: a campaign that waited for nobody."""
        campaign = a_campaign(an_account(a_provider()), people=1)
        campaign.entries.update(state="failed", finished_at=NIGHT)
        actions.recount(DryRun({}), now=NIGHT)
        assert Campaign.objects.get(pk=campaign.pk).state == CampaignState.COMPLETED

    def test_a_wrong_balance_is_told_and_left_to_a_person(self):
        """C23: nobody mends money by the way."""
        account = an_account(a_provider(), funds="10")
        Account.objects.update(balance=9)
        told = {"balance": "9.0000", "ledger": "10.0000"}
        assert actions.recount(DryRun({}), now=NIGHT)["accounts"] == {account.code: told}
        assert live() == [("balances_differ", account.code, told)]
        assert Account.objects.get().balance == 9
        Account.objects.update(balance=10)
        actions.recount(DryRun({}), now=MORNING)
        assert live() == []

    def test_who_goes_on_after_a_kill_tells_what_the_first_look_found(self):
        """J6: what was mended before the kill is still in the job's answer."""
        a_campaign(an_account(a_provider()), people=1)
        run = DryRun({})
        run.cursor = {"campaigns": {"batch-0": 4}, "accounts": {}}
        assert actions.recount(run, now=NIGHT)["campaigns"] == {"batch-0": 4}

    def test_whoever_calls_is_looked_after_every_night(self):
        """C22, S19: the launch makes the schedules, also for tenants of old; what they changed stays."""
        provider = a_provider()
        keep_watch(provider.pk)
        Schedule.objects.filter(kind=JobKind.RECOUNT).update(crontab="0 5 * * *")
        keep_watch(provider.pk)
        kinds = {JobKind.SWEEP, JobKind.FORGET, JobKind.RECOUNT}
        found = dict(Schedule.objects.filter(kind__in=kinds).values_list("kind", "crontab"))
        assert set(found) == kinds
        assert found[JobKind.RECOUNT] == "0 5 * * *"


class TestTenantsOfOld:
    @staticmethod
    def migrate(schema):
        """Write the first rows as the migration does, twice; return the providers' names and numbers."""
        write = import_module("campaigns.migrations.0004_first_rows").write_first_rows
        with owner_scope(schema), connection.schema_editor() as editor:
            write(apps, editor)
            write(apps, editor)
            numbers = CallerNumber.objects.values_list("provider__name", "number")
            return list(numbers), CampaignSettings.objects.count()

    def test_they_get_a_provider_that_calls_nobody(self, acme, inside):
        """Providers: the simulator is the default, for whoever was there before it too."""
        with inside():
            CallerNumber.objects.all().delete()
            Provider.objects.all().delete()
            CampaignSettings.objects.all().delete()
        numbers, settings = self.migrate(acme.schema_name)
        assert (len(numbers), numbers[0][0], settings) == (1, "Simulator", 1)
        with inside():
            assert Provider.objects.get().endpoint

    def test_who_has_one_keeps_it(self, acme, inside):
        """Providers: nobody is given a second one."""
        with inside():
            Provider.objects.all().delete()
            a_provider(name="Retell CL")
        assert self.migrate(acme.schema_name)[0] == [("Retell CL", "+56600000001")]

    def test_the_template_stays_empty(self, acme):
        """F12: new tenants are its copies, and no two may have one endpoint."""
        assert self.migrate(TEMPLATE_SCHEMA) == ([], 0)
