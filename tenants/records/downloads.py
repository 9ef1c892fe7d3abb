"""How is a stored file given out?"""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from tenants.records.models import StoredFile


def kept_download(kept: StoredFile) -> HttpResponse:
    """Return it as a download under the name that it was stored with; reads its bytes."""
    headers = {"Content-Disposition": content_disposition_header(True, kept.name)}
    return HttpResponse(bytes(kept.content), content_type=kept.content_type, headers=headers)
