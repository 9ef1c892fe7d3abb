"""Pages of personas: everybody of the tenant looks, nothing here changes anything."""

from personas.views.contacts import contact, contacts
from personas.views.dashboard import dashboard
from personas.views.files import contacts_file
from personas.views.reports import standing_report

__all__ = ["contact", "contacts", "contacts_file", "dashboard", "standing_report"]
