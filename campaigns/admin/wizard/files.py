"""Step 1: a file comes in and a draft is made of it, or a draft gets another file."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import actions
from campaigns.admin.wizard.steps import (
    COLUMNS,
    FILE,
    address_of,
    drawn,
    entered,
    file_beside,
)
from campaigns.forms.wizard import FileForm, NewFileForm
from campaigns.models import Campaign
from campaigns.rules import ProcessingType, UseCase
from tenants.admin import tenant_site
from tenants.admin.acting import by_of
from tenants.intake import is_uuid, shown_name
from tenants.intake.content import Content
from tenants.permissions import Capability
from tenants.rules import Refused


def new_page(request: HttpRequest) -> HttpResponse:
    """Take a file, its account and its purpose; a second press finds the first draft (W12)."""
    form = NewFileForm(request.POST or None, request.FILES or None, initial=request.GET.dict())
    if request.method == "POST":
        tenant_site.check_may(request, Capability.EDIT)
        if form.is_valid() and is_uuid(request.POST.get("once", "")):
            made = _begun(request, form)
            if made is not None:
                return HttpResponseRedirect(address_of(COLUMNS, made))
    return drawn(request, "file", None, FILE, form=form, once=request.POST.get("once") or uuid4())


def file_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show the draft's file, take another, or throw the draft away. Raises UnknownCampaign, Forbidden."""
    found, elsewhere = entered(request, number, FILE)
    if elsewhere is not None:
        return elsewhere
    if request.POST.get("do") == "delete":
        return _thrown_away(request, found)
    form = FileForm(
        request.POST or None, request.FILES or None, initial={"processing_type": found.processing_type}
    )
    if form.is_valid() and _attached(request, found, form):
        return HttpResponseRedirect(address_of(COLUMNS, found))
    return drawn(request, "file", found, FILE, form=form, file=file_beside(found))


def _begun(request: HttpRequest, form: NewFileForm) -> Campaign | None:
    given = form.cleaned_data
    upload = _upload(form, given["account"].code, name=given["name"], use_case=UseCase(given["use_case"]))
    key = f"wizard-{request.POST['once']}"
    try:
        return actions.begin_draft(upload=upload, now=timezone.now(), key=key, by=by_of(request))
    except Refused as refusal:
        form.add_error(_field_of(refusal, form), str(refusal))
        return None


def _attached(request: HttpRequest, found: Campaign, form: FileForm) -> bool:
    upload = _upload(form, found.account.code)
    try:
        actions.attach_file(code=found.code, upload=upload, now=timezone.now(), by=by_of(request))
    except Refused as refusal:
        form.add_error(_field_of(refusal, form), str(refusal))
        return False
    return True


def _upload(
    form: FileForm, account: str, *, name: str = "", use_case: UseCase | None = None
) -> actions.Upload:
    given = form.cleaned_data
    return actions.Upload(
        account,
        Content.of(given["file"]),
        shown_name(given["file"].name, otherwise="file.csv"),
        name=name,
        processing_type=ProcessingType(given["processing_type"]),
        use_case=use_case,
    )


def _field_of(refusal: Refused, form: FileForm) -> str:
    named = str(refusal.extra.get("field", "file"))
    return named if named in form.fields else "file"


def _thrown_away(request: HttpRequest, found: Campaign) -> HttpResponse:
    try:
        actions.delete_campaign(code=found.code, by=by_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(address_of(FILE, found))
    messages.success(request, _("The draft is gone."))
    return HttpResponseRedirect(reverse("admin:campaigns_campaign_changelist"))
