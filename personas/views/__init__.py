"""Pages of personas: everybody of the tenant looks, nothing here changes anything."""

from personas.views.contacts import contact, contacts
from personas.views.dashboard import dashboard
from personas.views.files import contacts_file

__all__ = ["contact", "contacts", "contacts_file", "dashboard"]
