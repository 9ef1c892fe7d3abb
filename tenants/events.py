"""What others may want to hear about tenants. Sent inside the new tenant's scope."""

from django.dispatch import Signal

# kwargs: tenant. The schema exists, the roles are granted; receivers write their first rows.
tenant_made = Signal()
