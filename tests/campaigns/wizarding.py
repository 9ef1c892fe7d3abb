"""The wizard's pages as a browser sends them: an upload, its steps, settings that make sense."""

from html import unescape
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from campaigns import queries
from campaigns.models import Campaign
from tenants.display.context_processors import Frame

HERE = "/admin/campaigns/campaign/"
SETTINGS = {
    "name": "Marzo",
    "description": "",
    "priority": "2",
    "hours_start": "09:00",
    "hours_end": "18:00",
    "windows": "09:30-13:00\n15:00 – 18:00",
    "days_of_week": ["1", "2", "3", "4", "5"],
    "timezone": "America/Santiago",
    "legal_frame": "",
    "max_attempts": "4",
    "retry_delay_hours": "12",
    "max_concurrent_calls": "5",
    "ring_seconds": "25",
    "max_call_seconds": "120",
    "voicemail": "hang_up",
    "dias_fecha_limite": "3",
    "dias_fecha_maxima": "7",
    "spend_cap": "1.000,50",
    "starts_at": "",
    "ends_at": "",
    "machine_max_attempts": "2",
}


def words(response: Any) -> str:
    """Return the text of a page, in the frame that says who reads."""
    assert response.status_code == 200, (response.status_code, response.content[:300])
    assert isinstance(response.context["frame"], Frame)
    return unescape(response.content.decode())


def upload(client: Any, content: bytes, *, filename: str = "lista.csv", **form: Any) -> Any:
    """Send a file to the first step."""
    sent = {
        "account": "acc-test-001",
        "name": "Marzo",
        "use_case": "collection",
        "processing_type": "basic",
        "once": str(uuid4()),
        **form,
    }
    sent["file"] = SimpleUploadedFile(filename, content, content_type="text/csv")
    return client.post(f"{HERE}new/", sent)


def begun(client: Any, inside: Any, content: bytes, **form: Any) -> Campaign:
    """Return the draft that an upload made."""
    response = upload(client, content, **form)
    assert response.status_code == 302, unescape(response.content.decode())
    with inside():
        found = Campaign.objects.latest("pk")
    assert response["Location"] == step("columns", found)
    return found


def step(name: str, found: Campaign) -> str:
    """Return the address of a step."""
    return reverse(f"admin:campaigns_campaign_{name}", args=[found.pk])


def settled(client: Any, found: Campaign, **changes: Any) -> Any:
    """Post the settings with the campaign's own legal frame."""
    frame = found.call_settings["legal_frame"]
    return client.post(step("settings", found), {**SETTINGS, "legal_frame": frame, "do": "next", **changes})


def fresh(inside: Any, found: Campaign) -> Campaign:
    """Return a campaign as it is stored now."""
    with inside():
        return queries.campaign(code=found.code)
