"""What a tenant must be able to look up later: acts, answers, files, news told outside, alerts."""

from tenants.records.models.alerts import Alert, AlertRefusal
from tenants.records.models.keeping import AuditEntry, IdempotencyKey, SourceMark, SourceRecord, StoredFile
from tenants.records.models.people import PersonRequest, Retention
from tenants.records.models.webhooks import WebhookDelivery, WebhookEndpoint, WebhookTry

__all__ = [
    "Alert",
    "AlertRefusal",
    "AuditEntry",
    "IdempotencyKey",
    "PersonRequest",
    "Retention",
    "SourceMark",
    "SourceRecord",
    "StoredFile",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookTry",
]
