"""What can be asked about scripts: the list, one with its versions, who speaks by which."""

from django.db.models import CharField, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from campaigns.models import Script, ScriptVersion
from campaigns.rules import CAMPAIGN_ENDS, ScriptState
from tenants.rules import RefusalKind, Refused


class UnknownScript(Refused):
    """There is no such script in this tenant."""

    code = "script_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such script.")


class UnknownVersion(Refused):
    """The script has no version of this number."""

    code = "script_version_unknown"
    kind = RefusalKind.MISSING
    message = _("The script has no such version.")


def scripts() -> QuerySet[Script]:
    """Return all scripts, newest first, with `latest_number`, `latest_state` and `approved_number`."""
    versions = ScriptVersion.objects.filter(script=OuterRef("pk")).order_by("-number")
    approved = versions.filter(state=ScriptState.APPROVED)
    return Script.objects.annotate(
        latest_number=Subquery(versions.values("number")[:1], output_field=IntegerField()),
        latest_state=Subquery(versions.values("state")[:1], output_field=CharField()),
        approved_number=Subquery(approved.values("number")[:1], output_field=IntegerField()),
    ).order_by("-id")


def script(*, script_id: int) -> Script:
    """Return a script with what the list tells of it. One query. Raises UnknownScript."""
    found = scripts().filter(pk=script_id).first()
    if found is None:
        raise UnknownScript(script=str(script_id))
    return found


def versions_of(*, script: Script) -> QuerySet[ScriptVersion]:
    """Return a script's versions, newest first, with `in_use`: campaigns not at an end that speak by it."""
    live = ~Q(arms__campaign__state__in=list(CAMPAIGN_ENDS)) & Q(arms__isnull=False)
    return (
        ScriptVersion.objects.filter(script=script)
        .annotate(in_use=Count("arms__campaign", filter=live, distinct=True))
        .order_by("-number")
    )


def version(*, script_id: int, number: int | None = None) -> ScriptVersion:
    """Return a version with its script, the newest unless told. One query.

    Raises UnknownScript, UnknownVersion.
    """
    found = ScriptVersion.objects.select_related("script").filter(script=script_id)
    row = (found if number is None else found.filter(number=number)).order_by("-number").first()
    if row is None:
        script(script_id=script_id)
        raise UnknownVersion(script=str(script_id), version=number)
    return row


def version_before(*, version: ScriptVersion) -> ScriptVersion | None:
    """Return the version that a version came after, None for the first. One query."""
    earlier = ScriptVersion.objects.filter(script=version.script_id, number__lt=version.number)
    return earlier.order_by("-number").first()


def speakable_versions(*, country: str, use_case: str) -> QuerySet[ScriptVersion]:
    """Return the approved versions that a campaign of a country and use case may speak by, newest first."""
    return (
        ScriptVersion.objects.filter(
            state=ScriptState.APPROVED,
            script__country=country,
            script__use_case=use_case,
            script__archived_at__isnull=True,
        )
        .select_related("script")
        .order_by(F("approved_at").desc(nulls_last=True), "-id")
    )
