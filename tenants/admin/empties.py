"""What a list without rows says: why it is empty, one thing to do, one invented file to try it with (W5)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header

from tenants.models import Tenant
from tenants.queries import principal_of

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Sample:
    """An invented file; `make` returns its name and bytes for a tenant, whose country it speaks of."""

    name: str
    label: Text
    make: Callable[[Tenant], tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Empty:
    """`why` there are no rows yet; `act` is the link to `route` ("admin:…"), `sample` the name of a file."""

    why: Text
    route: str = ""
    act: Text = ""
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The same, as the page reads it; empty texts are not shown."""

    why: Text
    act_url: str = ""
    act: Text = ""
    sample_url: str = ""
    sample: Text = ""


def shown(found: Empty | None, samples: dict[str, Sample], site: str) -> Shown | None:
    """Resolve the addresses in the site of this name."""
    if found is None:
        return None
    sample = samples.get(found.sample)
    return Shown(
        found.why,
        reverse(found.route, current_app=site) if found.route else "",
        found.act,
        reverse("admin:sample", args=[sample.name], current_app=site) if sample else "",
        sample.label if sample else "",
    )


def taken_away(request: HttpRequest, sample: Sample | None) -> HttpResponse:
    """Answer with the file of a sample. Raises Http404 without one."""
    if sample is None:
        raise Http404
    name, content = sample.make(principal_of(request).tenant)
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    kind = "text/csv; charset=utf-8" if name.endswith(".csv") else "application/octet-stream"
    return HttpResponse(content, content_type=kind, headers=headers)
