"""What empty lists of contacts and rules say, and an invented LinkedIn file to begin with (W5)."""

from django.utils.translation import gettext_lazy as _

from personas.models import Contact, Keyword, LinkedInImport, Persona
from personas.samples import make_linkedin_export
from tenants.admin import tenant_site
from tenants.admin.empties import Empty, Sample
from tenants.models import Tenant

ROWS = 300


def linkedin_file(_tenant: Tenant) -> tuple[str, bytes]:
    """Return a LinkedIn connections file of invented people, with the faults that real ones have."""
    return "linkedin-sample.csv", make_linkedin_export(rows=ROWS).content


tenant_site.add_sample(Sample("linkedin", _("A sample LinkedIn file"), linkedin_file))
UPLOAD = ("admin:personas_linkedinimport_upload", _("Upload contacts"), "linkedin")
TREE = ("admin:personas_tree", _("Personas and keywords"))
tenant_site.empties |= {
    Contact: Empty(_("Contacts come from LinkedIn files, and each gets its persona at once."), *UPLOAD),
    LinkedInImport: Empty(
        _("Each uploaded LinkedIn file stands here with what became of every row."), *UPLOAD
    ),
    Persona: Empty(
        _("A buyer persona is a kind of person to sell to; its keywords find it in job titles."), *TREE
    ),
    Keyword: Empty(_("A keyword in a job title decides a contact's persona."), *TREE),
}
