"""What can be done with tenants, people and tokens."""

from tenants.actions.forgetting import forget_history, forget_in_tenant, forget_shared
from tenants.actions.keys import make_api_key, revoke_api_key
from tenants.actions.leaving import (
    check_may_leave,
    check_typed,
    leaving_tenant,
    live_removal,
    remove_tenant,
    reopen_tenant,
    status_after,
)
from tenants.actions.mailing import mail_admins
from tenants.actions.people import (
    change_password,
    create_user,
    deactivate_user,
    give_role,
    give_support,
    log_out_everywhere,
    take_role,
    throw_out,
)
from tenants.actions.removing import drop_tenant, remove_sample_tenants
from tenants.actions.tenancy import create_tenant, finish_tenant, migrate_tenants, retry_tenant
from tenants.actions.tokens import (
    TokenRefused,
    Tokens,
    WrongPassword,
    choose_membership,
    log_in,
    log_out,
    refresh,
)

__all__ = [
    "TokenRefused",
    "Tokens",
    "WrongPassword",
    "change_password",
    "check_may_leave",
    "check_typed",
    "choose_membership",
    "create_tenant",
    "create_user",
    "deactivate_user",
    "drop_tenant",
    "finish_tenant",
    "forget_history",
    "forget_in_tenant",
    "forget_shared",
    "give_role",
    "give_support",
    "leaving_tenant",
    "live_removal",
    "log_in",
    "log_out",
    "log_out_everywhere",
    "mail_admins",
    "make_api_key",
    "migrate_tenants",
    "refresh",
    "remove_sample_tenants",
    "remove_tenant",
    "reopen_tenant",
    "retry_tenant",
    "revoke_api_key",
    "status_after",
    "take_role",
    "throw_out",
]
