"""Doors to the tenant's people, for administrators: who is there, in which role, seeing which brands."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from insights import actions
from insights.api import user_shapes as shapes
from insights.models import FichaViewer
from tenants.actions import members
from tenants.actions.sessions import check_person
from tenants.api.bodies import asked
from tenants.api.parameters import check_parameters
from tenants.intake import is_uuid
from tenants.models import Member
from tenants.permissions import Capability, check_may_give
from tenants.queries import Principal, principal_of
from tenants.rules import Role
from tenants.scope import tenant_scope

# Answers hold a link that opens an account.
NO_STORE = {"Cache-Control": "no-store"}


class UserViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """People of the tenant; its administrators add them, give roles and let go."""

    capability = Capability.ADMINISTER
    # People and roles live in the shared schema; the actions open the tenant's for the brands (S1).
    settled_methods = frozenset({"POST", "PATCH", "DELETE"})
    lookup_value_regex = r"(?!me/?$)[^/]+"
    serializer_class = shapes.UserSerializer
    queryset = Member.objects.none()

    def get_queryset(self) -> QuerySet[Member]:
        """Return the members of the open tenant."""
        return Member.objects.all()

    def get_object(self) -> Member:
        """Return the member of the address. Raises Http404."""
        self._asked_for()
        found: Member = super().get_object()
        return found

    def get_serializer_context(self) -> dict[str, Any]:
        """Tell every bond in one query."""
        bonds: dict[Any, list[str]] = {}
        for member, ficha in FichaViewer.objects.order_by("ficha").values_list("member", "ficha"):
            bonds.setdefault(member, []).append(str(ficha))
        return {**super().get_serializer_context(), "bonds": bonds}

    @extend_schema(request=shapes.NewUserSerializer, responses={201: shapes.AddedUserSerializer})
    def create(self, request: Request) -> Response:
        """Add somebody, who sets a first password by the link; 409 for who belongs here already.

        An administrator is added by a person, never by a key (403 `person_needed`).
        """
        wanted, mine = asked(request, shapes.NewUserSerializer), principal_of(request)
        _check_may_give(mine, wanted["role"])
        made = actions.invite_reader(
            tenant=mine.tenant,
            email=wanted["email"],
            name=wanted["name"],
            role=Role(wanted["role"]),
            fichas=_numbers(wanted),
            by=mine.id,
        )
        link = self._link(shapes.link_of(made))
        told = self._told(made.user_id, shapes.AddedUserSerializer, password_link=link)
        return _shown_once(told, status=201)

    @extend_schema(request=shapes.ChangedUserSerializer, responses={200: shapes.UserSerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Give another role, bind a viewer to these brands and no others, or both.

        A key makes nobody an administrator, and changes none (403 `person_needed`).
        """
        mine, user = principal_of(request), self._asked_for()
        # Who is not of this tenant is 404 whatever was sent.
        held = members.member(tenant=mine.tenant, user=user)
        wanted = asked(request, shapes.ChangedUserSerializer)
        role = Role(wanted["role"]) if "role" in wanted else None
        _check_may_see_to(mine, held.role)
        if role:
            _check_may_give(mine, role)
        actions.change_reader(tenant=mine.tenant, user=user, role=role, fichas=_numbers(wanted), by=mine.id)
        return Response(self._told(user, shapes.UserSerializer))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Let somebody go: pages and tokens end at once, 409 for the last administrator.

        A key lets no administrator go (403 `person_needed`).
        """
        check_parameters(request.query_params, known=())
        mine = principal_of(request)
        found = members.member(tenant=mine.tenant, user=self._asked_for())
        _check_may_see_to(mine, found.role)
        members.let_go(tenant=mine.tenant, number=found.pk, by=mine.id)
        return Response(status=204)

    @extend_schema(request=None, responses={200: shapes.NewPasswordLinkSerializer})
    @action(detail=True, methods=["post"], url_path="password-link")
    def password_link(self, request: Request, pk: str) -> Response:
        """Make a new link to a first password; null for who has one or belongs elsewhere too."""
        check_parameters(request.query_params, known=())
        mine = principal_of(request)
        found = members.member(tenant=mine.tenant, user=self._asked_for())
        # Whoever holds the link becomes that person.
        _check_may_give(mine, found.role)
        return _shown_once({"password_link": self._link(shapes.link_of(found))}, status=200)

    def _asked_for(self) -> UUID:
        if not is_uuid(self.kwargs["pk"]):
            raise Http404
        return UUID(self.kwargs["pk"])

    def _link(self, path: str | None) -> str | None:
        return self.request.build_absolute_uri(path) if path else None

    def _told(self, user: UUID, shape: type[shapes.UserSerializer], **more: Any) -> dict[str, Any]:
        """Return the member as the tenant knows them now."""
        with tenant_scope(principal_of(self.request).tenant.schema_name, read_only=True):
            found = Member.objects.get(pk=user)
            context = {**self.get_serializer_context(), **more}
            return dict(shape(found, context=context).data)


def _check_may_give(mine: Principal, role: str) -> None:
    """Raise RoleTooHigh for a role above the giver's, PersonNeeded for a key's giving of administrator's."""
    check_may_give(mine.role, role)
    _check_may_see_to(mine, role)


def _check_may_see_to(mine: Principal, *roles: str | None) -> None:
    """Raise PersonNeeded for a key that asks for, or about, an administrator (S8)."""
    if Role.ADMIN in roles:
        check_person(mine)


def _shown_once(told: dict[str, Any], *, status: int) -> Response:
    """Answer with a link that no cache and no `Idempotency-Key` keeps; it can be made anew."""
    response = Response(told, status=status, headers=NO_STORE)
    response.kept_data = told | {"password_link": None}  # type: ignore[attr-defined]  # read by the middleware
    return response


def _numbers(wanted: dict[str, Any]) -> set[int] | None:
    found = wanted.get("ficha_cliente_ids")
    return None if found is None else {int(one) for one in found}
