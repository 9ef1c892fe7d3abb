"""What others may want to hear about tenants. Sent inside the tenant's scope."""

from django.dispatch import Signal

# kwargs: tenant. The schema exists, the roles are granted; receivers write their first rows.
tenant_made = Signal()
# kwargs: tenant. Sent in a read-only scope before the tenant is removed; a receiver that knows of something
# under way which cannot be left alone raises a Refused, and the tenant stays.
tenant_leaves = Signal()
