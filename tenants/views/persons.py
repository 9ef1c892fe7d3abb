"""Everything about one person, from any row that is that person: told by every app that knows it (W1)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenants.display.context_processors import formats_for
from tenants.display.persons import Asked, whole_person
from tenants.queries import principal_of


@require_safe
def person(request: HttpRequest, of: str, row: str) -> HttpResponse:
    """Show the person behind a row of an app. Raises NoSuchPersonRow."""
    principal = principal_of(request)
    asked = Asked(principal.tenant.country, str(principal.role), formats_for(request))
    return render(request, "display/person.html", {"whole": whole_person(of=of, row=row, asked=asked)})
