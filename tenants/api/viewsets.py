"""Doors to tokens and to the question "who am I?"."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.actions import tokens
from tenants.api.parameters import check_parameters
from tenants.api.serializers import LogInSerializer, MeSerializer, RefreshSerializer, TokensSerializer
from tenants.queries import principal_of

NO_STORE = {"Cache-Control": "no-store"}


class PublicView(APIView):
    """A door before the tenant: nobody is known yet, nothing is kept by caches."""

    authentication_classes = ()
    permission_classes = ()


class LogInView(PublicView):
    """Tokens for e-mail and password."""

    @extend_schema(operation_id="token_create", request=LogInSerializer, responses={200: TokensSerializer})
    def post(self, request: Request) -> Response:
        """Log in. With several tenants and none named: 409 with the list; after too many tries: 429.

        Who has a second factor sends a code as `otp`; without one the answer is 401 `mfa_required`.
        """
        asked = _valid(LogInSerializer, request)
        found = tokens.log_in(
            request=request._request,
            email=asked["email"],
            password=asked["password"],
            tenant=asked.get("tenant"),
            otp=asked.get("otp"),
            now=timezone.now(),
        )
        return Response(TokensSerializer(found).data, headers=NO_STORE)


class RefreshView(PublicView):
    """The next tokens of a family."""

    @extend_schema(operation_id="token_refresh", request=RefreshSerializer, responses={200: TokensSerializer})
    def post(self, request: Request) -> Response:
        """Spend a refresh token; it works once (S7)."""
        asked = _valid(RefreshSerializer, request)
        found = tokens.refresh(token=asked["refresh"], now=timezone.now())
        return Response(TokensSerializer(found).data, headers=NO_STORE)


class LogOutView(PublicView):
    """The end of a family of tokens."""

    @extend_schema(operation_id="token_logout", request=RefreshSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """End the family of a refresh token; its access token ends by itself within minutes."""
        tokens.log_out(token=_valid(RefreshSerializer, request)["refresh"], now=timezone.now())
        return Response(status=204, headers=NO_STORE)


class MeView(APIView):
    """The person or program that asks."""

    for_every_key = True

    @extend_schema(operation_id="users_me", responses={200: MeSerializer})
    def get(self, request: Request) -> Response:
        """Say who asks, in which tenant, in which role."""
        check_parameters(request.query_params, known=())
        return Response(MeSerializer(principal_of(request)).data)


def _valid(serializer: type[LogInSerializer] | type[RefreshSerializer], request: Request) -> dict[str, Any]:
    shape = serializer(data=request.data)
    shape.is_valid(raise_exception=True)
    return dict(shape.validated_data)
