"""Who belongs to the open tenant, seen through the one view that its roles may read (S1)."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from tenants.admin.model_admin import ReadOnlyModelAdmin
from tenants.admin.sites import tenant_site
from tenants.display.context_processors import ROLES
from tenants.models import Member


@admin.register(Member, site=tenant_site)
class MemberAdmin(ReadOnlyModelAdmin):
    """Names, addresses and roles; the page of members changes them, in the public scope (S1)."""

    icon = "group"
    list_before_template = "admin/records/members_link.html"
    in_palette = True
    list_display = ("called", "address", "as_what")
    search_fields = ("name", "email")
    ordering = ("name",)
    fields = ("called", "address", "as_what")

    @admin.display(description=_("name"), ordering="name")
    def called(self, member: Member) -> str:
        """Show the name."""
        return member.name

    @admin.display(description=_("e-mail"), ordering="email")
    def address(self, member: Member) -> str:
        """Show the address."""
        return member.email

    @admin.display(description=_("role"), ordering="role")
    def as_what(self, member: Member) -> str:
        """Name the role in words."""
        return str(ROLES.get(member.role, member.role))
