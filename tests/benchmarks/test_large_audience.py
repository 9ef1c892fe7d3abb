"""How soon are 50,000 contacts a campaign, how soon is the estimate, and is the job's memory flat? (W2, W4)

`MINGA_BENCH_AUDIENCE=200000 make bench` chooses among more.
"""

import gc
import os
import time

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.actions import audiences
from campaigns.actions.audiences import AudienceAsked, AudienceChoice, choosing, looking
from campaigns.actions.creating import payer_of
from campaigns.models import Entry, StagedPerson, StagedWord
from campaigns.rules import UseCase
from personas.models import Contact
from personas.models.numbers import NEXT_NUMBER
from tenants.jobs.rules import State
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.benchmarks.bars import Bar, show_bars
from tests.benchmarks.test_client_file import forget_peak, status
from tests.campaigns.uploading import a_payer
from tests.personas.importing import work

pytestmark = pytest.mark.real_roles
CONTACTS = int(os.environ.get("MINGA_BENCH_AUDIENCE", "50000"))
# What four times the contacts may add.
FLAT = 16
# One in ten has no phone, one in fifty one of somebody before.
FILL = f"""
    INSERT INTO personas_contact (id, first_name, last_name, job_title, linkedin_url, phone, source)
    SELECT {NEXT_NUMBER}, 'Ana', 'Número ' || n, 'Gerente', '',
           CASE WHEN n %% 10 = 0 THEN '' ELSE '+569' || 30000000 + n - (n %% 50 = 1)::int * 2 END, ''
      FROM generate_series(%s::bigint, %s::bigint) AS n
"""


def test_choosing_an_audience(acme: Tenant) -> None:
    """A quarter of the contacts first, then all of them, in one process."""
    with tenant_scope(acme.schema_name):
        a_payer()
        fill(1, CONTACTS // 4)
        few = chosen(acme, "a quarter")
        fill(CONTACTS // 4 + 1, CONTACTS)
        Entry.objects.update(state="cancelled", finished_at=timezone.now())
        at_once = looked(looking.CONTACTS_AT_ONCE)
        estimated, many = looked(None), chosen(acme, "all")
    show_bars(
        f"An audience among {CONTACTS:,} contacts",
        [Bar(f"memory beside {CONTACTS // 4:,} contacts", many[1] - few[1], most=FLAT, unit="MB")],
        f"estimate {estimated:.1f} s; {looking.CONTACTS_AT_ONCE:,} looked at at once {at_once:.1f} s; "
        f"job {many[0]:.1f} s, {many[2]:,} people, {many[1]:.1f} MB more at the peak; "
        f"a quarter {few[0]:.1f} s, {few[1]:.1f} MB",
    )
    assert many[1] - few[1] <= FLAT


def fill(first: int, last: int) -> None:
    """Write contacts."""
    with connection.cursor() as cursor:
        cursor.execute(FILL, [first, last])


def looked(most: int | None) -> float:
    """Return the seconds of a preview: of all contacts, or as if so many were all."""
    payer = payer_of("acc-test-001")
    begun = time.perf_counter()
    if most is None:
        found = audiences.audience(chosen=AudienceChoice(), account=payer, now=timezone.now())
        assert found.is_estimate
    else:
        sieve = choosing.Sieve(AudienceChoice(), payer, timezone.now())
        numbers = list(Contact.objects.order_by("pk").values_list("pk", flat=True)[:most])
        looking._looked_at(
            sieve, audiences.choosing.chunks(Contact.objects.filter(pk__in=numbers).order_by("pk")), most
        )
    return time.perf_counter() - begun


def chosen(acme: Tenant, name: str) -> tuple[float, float, int]:
    """Return seconds, MB more at the peak, and people of one job."""
    gc.collect()
    before, begun = forget_peak(), time.perf_counter()
    asked = AudienceAsked(AudienceChoice(), "acc-test-001", name, UseCase.MARKETING)
    made = audiences.launchable_audience(asked=asked, now=timezone.now())
    assert made.job is not None
    job = work(acme, made.job)
    took = time.perf_counter() - begun
    assert job.state == State.COMPLETED, job.error
    assert not StagedPerson.objects.exists()
    assert not StagedWord.objects.exists()
    told = (job.result or {})["audience"]
    assert told["considered"] == told["chosen"] + sum(told["left_out"].values()) == Contact.objects.count()
    return took, status("VmHWM") - before, told["chosen"]
