"""What happens inside is told outside: written with the event, signed, tried again (W16)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from tenants.actions import announcing, delivering
from tenants.actions.announcing import announce
from tenants.jobs import actions as jobs
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.rules import State
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant, User
from tenants.outgoing import BadTarget
from tenants.records.actions import webhooks
from tenants.records.models import AuditEntry, WebhookDelivery, WebhookEndpoint, WebhookTry
from tenants.records.rules import (
    BACK_OFF,
    PATIENCE,
    DeliveryState,
    EndpointStopped,
    StillWaiting,
    Stop,
    TooManyEndpoints,
    UnknownDelivery,
    UnknownEndpoint,
    UnknownEvents,
    rest_after,
    wait_after,
)
from tenants.rules import JobKind
from tenants.scope import current_schema
from tests.receiver import Receiver, receiving
from tests.webhook_reading import verified

EVENT = "campaign.completed"
AT = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
LATER = timedelta(days=1)


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.OUTGOING_PRIVATE = True
    with receiving() as found:
        yield found


def an_endpoint(receiver: Receiver, *events: str) -> tuple[WebhookEndpoint, str]:
    url = f"{receiver.url}/hooks?key=7"
    return webhooks.add_endpoint(url=url, events=list(events or [EVENT]), by=None)


def happened(*numbers: int, event: str = EVENT) -> None:
    announce(event=event, things=[{"campaign_id": str(number)} for number in numbers], at=AT)


def delivered() -> dict[str, Any]:
    """Do the endpoints' jobs that are due, as a worker would; return the last one's result."""
    result: dict[str, Any] = {}
    due = Job.objects.filter(kind=JobKind.DELIVER_WEBHOOKS, state=State.WAITING, due_at__lte=timezone.now())
    for job in list(due):
        assert work_on(DueTicket(job.pk, current_schema() or ""))
        job.refresh_from_db()
        assert job.state == State.COMPLETED, job.error
        result = job.result or {}
    return result


def time_passes(by: timedelta = LATER) -> None:
    """Let everything that waits have waited for so long."""
    WebhookDelivery.objects.waiting().update(due_at=F("due_at") - by)
    earlier = {"rests_until": F("rests_until") - by, "failing_since": F("failing_since") - by}
    WebhookEndpoint.objects.filter(failures__gt=0).update(**earlier)
    Job.objects.filter(kind=JobKind.DELIVER_WEBHOOKS, state=State.WAITING).update(due_at=timezone.now())


def the_delivery() -> WebhookDelivery:
    return WebhookDelivery.objects.get()


def test_it_tells_what_happened_signed_and_without_names(in_acme: Tenant, receiver: Receiver) -> None:
    """W16, S19: ids, type, moment and the tenant's short name; three headers that the receiver can verify."""
    _endpoint, secret = an_endpoint(receiver)
    happened(12)
    assert delivered() == {"delivered": 1, "failed": 0}
    (came,) = receiver.came
    assert came.path == "/hooks?key=7"
    assert verified(secret, came)
    assert json.loads(came.body) == {
        "type": EVENT,
        "timestamp": "2026-11-21T12:30:00.000+00:00",
        "tenant": "acme",
        "data": {"campaign_id": "12"},
    }
    assert came.headers["webhook-id"] == str(the_delivery().pk)
    assert abs(int(came.headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    assert (the_delivery().state, the_delivery().tries) == (DeliveryState.DELIVERED, 1)
    assert list(WebhookTry.objects.values_list("status", "fault")) == [(204, "")]
    assert not verified(secret.replace("whsec_", "whsec_A")[:-1], came)


def test_what_was_taken_back_is_told_to_nobody(in_acme: Tenant, receiver: Receiver) -> None:
    """W16: the message stands in the event's own transaction; who did not ask for an event hears nothing."""
    an_endpoint(receiver, "insight.ready")
    happened(1)
    assert not WebhookDelivery.objects.exists()
    an_endpoint(receiver)
    with transaction.atomic():
        happened(2)
        transaction.set_rollback(True)
    assert not WebhookDelivery.objects.exists()
    assert not Job.objects.filter(kind=JobKind.DELIVER_WEBHOOKS).exists()
    happened(3, 4)
    assert delivered() == {"delivered": 2, "failed": 0}


def test_what_was_sent_and_not_written_down_is_sent_again_under_its_id(
    in_acme: Tenant, receiver: Receiver
) -> None:
    """W16: a worker dies after the send; nothing is lost, and the receiver knows the id."""
    endpoint, secret = an_endpoint(receiver)
    happened(1)
    message = webhooks.claim(endpoint=endpoint.pk, now=timezone.now())
    assert message
    assert delivering._sent(message, timezone.now()) == (204, "")
    # Not while the first may still be on its way.
    assert delivered() == {}
    time_passes()
    assert delivered() == {"delivered": 1, "failed": 0}
    assert len(receiver.came) == 2
    assert len(set(receiver.ids)) == 1
    assert receiver.came[0].body == receiver.came[1].body
    assert all(verified(secret, one) for one in receiver.came)


def test_failures_wait_longer_and_longer_and_end(in_acme: Tenant, receiver: Receiver) -> None:
    """W16, S10: waits are rows; each try is kept; after the last it has failed, and can be sent again."""
    endpoint, _secret = an_endpoint(receiver)
    receiver.answers(500, 302, 404, 500)
    happened(1)
    assert delivered() == {"delivered": 0, "failed": 1}
    waits = the_delivery().due_at - timezone.now()
    assert timedelta(0) < waits <= BACK_OFF[0]
    endpoint.refresh_from_db()
    assert (endpoint.failures, bool(endpoint.failing_since), endpoint.stopped) == (1, True, "")
    # The job that ended left another for when the next try is due.
    follower = Job.objects.get(kind=JobKind.DELIVER_WEBHOOKS, state=State.WAITING)
    assert follower.due_at == max(the_delivery().due_at, endpoint.rests_until or AT)
    for _try in BACK_OFF:
        time_passes(the_delivery().due_at - timezone.now() + timedelta(seconds=1))
        delivered()
    assert (the_delivery().state, the_delivery().tries) == (DeliveryState.FAILED, 9)
    assert [one.status for one in the_delivery().log.all()] == [500, 302, 404, *[500] * 6]
    assert not Job.objects.filter(kind=JobKind.DELIVER_WEBHOOKS, state=State.WAITING).exists()
    assert [wait_after(number) for number in (1, 8, 9)] == [BACK_OFF[0], BACK_OFF[-1], None]
    assert rest_after(99) == rest_after(4) > rest_after(1)

    receiver.answers(200)
    announcing.announce_again(delivery=the_delivery().pk, now=timezone.now(), by=None)
    with pytest.raises(StillWaiting):
        announcing.announce_again(delivery=the_delivery().pk, now=timezone.now(), by=None)
    time_passes()
    assert delivered() == {"delivered": 1, "failed": 0}
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since, endpoint.rests_until) == (0, None, None)
    assert len(set(receiver.ids)) == 1
    with pytest.raises(UnknownDelivery):
        announcing.announce_again(delivery=uuid4(), now=timezone.now(), by=None)


def test_one_that_rests_is_not_asked_for_each_message(in_acme: Tenant, receiver: Receiver) -> None:
    """W16: a dead receiver costs one try at a time, and the other endpoints do not wait for it."""
    an_endpoint(receiver)
    receiver.answers(503)
    happened(*range(5))
    assert delivered() == {"delivered": 0, "failed": 1}
    assert len(receiver.came) == 1
    receiver.answers(200)
    time_passes(timedelta(minutes=1))
    assert delivered() == {"delivered": 5, "failed": 0}


@pytest.mark.parametrize(("status", "reason"), [(500, Stop.FAILING), (410, Stop.GONE)])
def test_an_endpoint_that_fails_for_long_is_stopped(
    in_acme: Tenant, receiver: Receiver, status: int, reason: Stop
) -> None:
    """W16: after two days without success, or at once when it is gone; nothing more is written."""
    endpoint, _secret = an_endpoint(receiver)
    receiver.answers(status)
    happened(1)
    delivered()
    if reason is Stop.FAILING:
        time_passes(PATIENCE)
        delivered()
    endpoint.refresh_from_db()
    assert endpoint.stopped == reason
    happened(2)
    assert WebhookDelivery.objects.count() == 1
    time_passes()
    assert delivered() == {}
    with pytest.raises(EndpointStopped):
        announcing.announce_test(endpoint=endpoint.pk, at=AT, by=None)

    receiver.answers(200)
    announcing.start_endpoint(endpoint=endpoint.pk, by=None)
    assert delivered() == {"delivered": 1, "failed": 0}


def test_two_secrets_live_while_one_replaces_the_other(in_acme: Tenant, receiver: Receiver) -> None:
    """W16: both sign for a day, then the new one alone; no secret stands in the tables or the log."""
    endpoint, old = an_endpoint(receiver)
    new = webhooks.rotate_secret(endpoint=endpoint.pk, now=timezone.now(), by=None)
    announcing.announce_test(endpoint=endpoint.pk, at=AT, by=None)
    delivered()
    assert json.loads(receiver.came[0].body)["type"] == "webhook.test"
    assert [verified(secret, receiver.came[0]) for secret in (old, new)] == [True, True]
    WebhookEndpoint.objects.update(old_seed_ends_at=timezone.now() - timedelta(seconds=1))
    happened(1)
    delivered()
    assert [verified(secret, receiver.came[1]) for secret in (old, new)] == [False, True]
    webhooks.end_old_secret(endpoint=endpoint.pk, by=None)
    kept = str([*WebhookEndpoint.objects.values(), *AuditEntry.objects.values()])
    assert not any(secret.removeprefix("whsec_") in kept for secret in (old, new))
    assert "key=7" not in str(list(AuditEntry.objects.values()))
    webhooks.remove_endpoint(endpoint=endpoint.pk, by=None)
    assert not WebhookDelivery.objects.exists()


def test_it_refuses_what_makes_no_sense(in_acme: Tenant, receiver: Receiver, settings: Any) -> None:
    """W16, S16: unknown events, private addresses, endless endpoints, endpoints of nobody."""
    endpoint, _secret = an_endpoint(receiver)
    for events in ([], ["no.such"]):
        with pytest.raises(UnknownEvents):
            webhooks.change_endpoint(endpoint=endpoint.pk, events=events, by=None)
    settings.OUTGOING_PRIVATE = False
    for url in ("http://hooks.example.com/", "https://10.0.0.1/"):
        with pytest.raises(BadTarget):
            webhooks.change_endpoint(endpoint=endpoint.pk, url=url, by=None)
    with pytest.raises(UnknownEndpoint):
        webhooks.rotate_secret(endpoint=uuid4(), now=AT, by=None)
    for _more in range(19):
        webhooks.add_endpoint(url="https://hooks.example.com/", events=[EVENT], by=None)
    with pytest.raises(TooManyEndpoints):
        webhooks.add_endpoint(url="https://hooks.example.com/", events=[EVENT], by=None)
    # Its address was allowed once; today it is not: nothing is sent there.
    happened(1)
    webhooks.stop_endpoint(endpoint=endpoint.pk, by=None)
    webhooks.start_endpoint(endpoint=endpoint.pk, by=None)
    job = Job.objects.get(kind=JobKind.DELIVER_WEBHOOKS, subject=str(endpoint.pk))
    assert work_on(DueTicket(job.pk, current_schema() or ""))
    assert list(WebhookTry.objects.values_list("status", "fault")) == [(None, "address")]
    assert receiver.came == []


def test_the_end_of_a_job_is_news_but_not_of_periodic_work(
    alice: User, in_acme: Tenant, receiver: Receiver
) -> None:
    """W16: what somebody asked for; what comes again by itself all day is not, nor is the telling itself."""
    an_endpoint(receiver, "job.finished")
    for kind, by in ((JobKind.EXPORT, None), ("identity.recover", alice.pk), ("identity.recover", None)):
        job = jobs.enqueue(kind=kind, by=by)
        jobs.cancel(job_id=job.pk)
    told = [json.loads(one.body)["data"] for one in WebhookDelivery.objects.order_by("id")]
    assert [(one["kind"], one["state"]) for one in told] == [
        ("tenants.export", "cancelled"),
        ("identity.recover", "cancelled"),
    ]
    assert all(UUID(one["job_id"]) for one in told)
    assert delivered() == {"delivered": 2, "failed": 0}
    assert WebhookDelivery.objects.count() == 2
