"""The Celery app: one transport for demo and production, messages that are hints only (J1, S10)."""

import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

# Messages are acknowledged on arrival: the row is the truth, redelivery is never needed (S10). So no time
# limit and no countdown has to fit into the visibility timeout: docs/adr/0002 says what is left of it.
REDIS_OPTIONS = {
    "visibility_timeout": 3600,
    # kombu looks for lost messages only every 100 s otherwise.
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
}


def _let_jobs_take_their_time(**_kwargs: object) -> None:
    # A page gives up after seconds, a job's statement after minutes: without an end the heart would keep its
    # lease for ever, and no wish to cancel would be heard (J4, J7).
    settings.DB_STATEMENT_TIMEOUT = f"{settings.JOBS_STATEMENT_SECONDS}s"


worker_init.connect(_let_jobs_take_their_time)
app = Celery("minga")
app.conf.update(
    broker_url=settings.BROKER_URL,
    broker_connection_retry_on_startup=True,
    broker_transport_options=REDIS_OPTIONS if "redis" in settings.BROKER_URL.split(":")[0] else {},
    task_default_queue=f"{settings.QUEUE_PREFIX}.default",
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    beat_scheduler=settings.CELERY_BEAT_SCHEDULER,
    beat_max_loop_interval=5,
    timezone="UTC",
    enable_utc=True,
)
