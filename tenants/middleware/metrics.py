"""Tell Prometheus how jobs, queues and tenants are: figures of the whole installation, no names (S19)."""

from collections.abc import Callable, Iterator
from hmac import compare_digest

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from tenants.jobs.actions import PLATFORM_QUEUE, TENANT_QUEUE, waiting_in
from tenants.jobs.pulse import pulse
from tenants.jobs.queries import troubles_by_schema
from tenants.middleware.health import METHODS
from tenants.middleware.stray import COUNTED
from tenants.models import Tenant
from tenants.scope import public_scope
from tenants.throttling import tallied

PATH = "/metrics"


class MetricsMiddleware:
    """Answers `/metrics` to who knows `MINGA_METRICS_TOKEN`; without one set the page does not exist."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the one address; let everything else pass."""
        if request.path != PATH or not settings.METRICS_TOKEN:
            return self.get_response(request)
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if not _knows_the_token(request):
            return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
        registry = CollectorRegistry(auto_describe=False)
        registry.register(Installation())
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class Installation(Collector):
    """Counts when it is asked: every process gives the same figures, and none keeps any."""

    def collect(self) -> Iterator[Metric]:
        """Yield what is known; without a database only that it is away."""
        try:
            with public_scope():
                found = [*_jobs(), *_tenants()]
        except DatabaseError:
            found = []
        yield GaugeMetricFamily("minga_database_up", "1 while the database answers", bool(found))
        yield from found
        yield from _queues()
        yield from _stray()


def _jobs() -> Iterator[Metric]:
    now = timezone.now()
    all_troubles = troubles_by_schema(now=now).values()
    jobs = GaugeMetricFamily("minga_jobs", "Jobs that live, and those that want a person", labels=["state"])
    for state in ("live", "failed", "silent", "overdue"):
        jobs.add_metric([state], sum(getattr(troubles, state) for troubles in all_troubles))
    yield jobs
    found = pulse(now=now)
    words = "Seconds that the oldest due job waits for a worker"
    yield GaugeMetricFamily("minga_jobs_oldest_due_seconds", words, found.oldest_due_s or 0)
    if found.beat_s is not None:
        words = "Seconds since the scheduler wrote down a run"
        yield GaugeMetricFamily("minga_beat_age_seconds", words, found.beat_s)
    if found.backup_s is not None:
        words = "Seconds since the newest verified backup was begun"
        yield GaugeMetricFamily("minga_backup_age_seconds", words, found.backup_s)


def _tenants() -> Iterator[Metric]:
    tenants = GaugeMetricFamily("minga_tenants", "Tenants by status", labels=["status"])
    for status, count in Tenant.objects.filter(is_template=False).values_list("status").annotate(Count("pk")):
        tenants.add_metric([status], count)
    yield tenants


def _queues() -> Iterator[Metric]:
    queues = GaugeMetricFamily("minga_queue_messages", "Hints that wait for a worker", labels=["queue"])
    for name, queue in (("default", TENANT_QUEUE), ("platform", PLATFORM_QUEUE)):
        queues.add_metric([name], waiting_in(queue))
    yield queues


def _stray() -> Iterator[Metric]:
    count = tallied(COUNTED)
    if count is not None:
        words = "Requests with input that no validator stopped"
        yield CounterMetricFamily("minga_stray_input", words, count)


def _knows_the_token(request: HttpRequest) -> bool:
    asked = request.headers.get("Authorization", "")
    return compare_digest(asked.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
