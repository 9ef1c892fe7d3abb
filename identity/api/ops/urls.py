"""Addresses of the numbers, below /api/v1/ops/: the first system's, with a slash at the end or without."""

from django.urls import re_path

from identity.api.ops import figures, lists

CABINET = "payments/cabinet-financial-14d"

urlpatterns = [
    re_path(rf"^{path}/?$", view.as_view(), name=name)
    for path, view, name in (
        (CABINET, lists.MoneyView, "api-cabinet-financial"),
        (f"{CABINET}/export", lists.MoneyExportView, "api-cabinet-financial-export"),
        (f"{CABINET}/funnel-gap", figures.FunnelGapView, "api-funnel-gap"),
        (f"{CABINET}/kpi-red-recovery-metrics", figures.RecoveryMetricsView, "api-recovery-metrics"),
        (f"{CABINET}/limbo", lists.LimboView, "api-limbo"),
        (f"{CABINET}/limbo/export", lists.LimboExportView, "api-limbo-export"),
        (f"{CABINET}/claims-gap", lists.ClaimsGapView, "api-claims-gap"),
        ("identity-gaps", lists.IdentityGapsView, "api-identity-gaps"),
        ("identity-gaps/alerts", figures.AlertsView, "api-identity-alerts"),
    )
]
