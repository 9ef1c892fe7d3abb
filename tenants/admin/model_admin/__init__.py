"""The house base of every model in either admin site; a test refuses any other."""

from tenants.admin.model_admin.house import HouseModelAdmin
from tenants.admin.model_admin.own_page import OwnPageModelAdmin
from tenants.admin.model_admin.read_only import ReadOnlyModelAdmin
from tenants.admin.model_admin.refusals import RefusalsTold

__all__ = ["HouseModelAdmin", "OwnPageModelAdmin", "ReadOnlyModelAdmin", "RefusalsTold"]
