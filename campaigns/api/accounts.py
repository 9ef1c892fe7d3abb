"""Doors to who pays: accounts, their balance and ledger, suspending and letting call again."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns import actions, queries
from campaigns.actions import BadAmount
from campaigns.api import account_shapes as shapes
from campaigns.api.fields import NothingSerializer
from campaigns.api.filters import KnownFilter, WordFilterBackend
from campaigns.models import Account, LedgerRow
from campaigns.rules import CODE_PATTERN, AccountStatus, BillingType, LedgerKind
from tenants.api.bodies import asked
from tenants.api.parameters import check_parameters
from tenants.queries import principal_of

# Not below one object: the list has filters and pages of its own.
TRANSACTIONS = rf"(?P<account_id>{CODE_PATTERN})/transactions"
SHOWN = {200: shapes.AccountSerializer}


class AccountFilter(django_filters.FilterSet):
    """Accounts of a status or a way of billing, or whose name contains a text."""

    status = KnownFilter(AccountStatus)
    billing_type = KnownFilter(BillingType)
    name = django_filters.CharFilter(lookup_expr="icontains", max_length=150)


class TransactionFilter(django_filters.FilterSet):
    """Movements of a kind."""

    kind = KnownFilter(LedgerKind)


class AccountViewSet(ListModelMixin, GenericViewSet):
    """Who pays for calls, newest first; a tenant may have several accounts."""

    lookup_field = "code"
    lookup_url_kwarg = "account_id"
    lookup_value_regex = CODE_PATTERN
    serializer_class = shapes.AccountSerializer
    filter_backends = (WordFilterBackend,)
    filterset_class = AccountFilter

    def get_queryset(self) -> QuerySet[Account]:
        """Return all accounts of the open tenant."""
        return queries.accounts()

    @extend_schema(request=shapes.NewAccountSerializer, responses={201: shapes.AccountSerializer})
    def create(self, request: Request) -> Response:
        """Open an account."""
        wanted = asked(request, shapes.NewAccountSerializer)
        code, status = wanted.pop("account_id", ""), AccountStatus(wanted.pop("status"))
        tenant = principal_of(request).tenant
        facts = {"country": tenant.country, "timezone": tenant.timezone, **wanted}
        by = principal_of(request).id
        made = actions.create_account(facts=shapes.facts_of(facts), code=code, status=status, by=by)
        return Response(shapes.AccountSerializer(made).data, status=201)

    @extend_schema(responses=SHOWN)
    def retrieve(self, request: Request, account_id: str) -> Response:
        """Show an account."""
        check_parameters(request.query_params, known=())
        return _shown(queries.account(code=account_id))

    @extend_schema(request=shapes.ChangedAccountSerializer, responses=SHOWN)
    def partial_update(self, request: Request, account_id: str) -> Response:
        """Change what is named; 409 for another unit once there is a ledger."""
        queries.account(code=account_id)
        changes = shapes.facts_of(asked(request, shapes.ChangedAccountSerializer))
        by, now = principal_of(request).id, timezone.now()
        return _shown(actions.change_account(code=account_id, changes=changes, now=now, by=by))

    @extend_schema(operation_id="accounts_balance", responses={200: shapes.BalanceSerializer})
    @action(detail=True)
    def balance(self, request: Request, account_id: str) -> Response:
        """Say what is free to spend."""
        check_parameters(request.query_params, known=())
        found = queries.account(code=account_id)
        return Response(shapes.BalanceSerializer(shapes.balance_of(found)).data)

    @extend_schema(
        operation_id="accounts_topup",
        request=shapes.TopUpSerializer,
        responses={201: shapes.TopUpDoneSerializer},
    )
    @action(detail=True, methods=["post"])
    def topup(self, request: Request, account_id: str) -> Response:
        """Add money, or minutes on a plan of minutes; zero or less is 422 (C23)."""
        found = queries.account(code=account_id)
        wanted = asked(request, shapes.TopUpSerializer)
        if wanted.pop("currency", found.unit) != found.unit:
            raise BadAmount(shapes.OTHER_UNIT % {"unit": found.unit})
        by, now = principal_of(request).id, timezone.now()
        row = actions.top_up(code=account_id, now=now, by=by, **wanted)
        told = {**shapes.balance_of(queries.account(code=account_id)), "transaction": row}
        return Response(shapes.TopUpDoneSerializer(told).data, status=201)

    @extend_schema(
        operation_id="accounts_transactions", responses={200: shapes.LedgerRowSerializer(many=True)}
    )
    @action(detail=False, url_path=TRANSACTIONS, filterset_class=TransactionFilter)
    def transactions(self, request: Request, account_id: str) -> Response:
        """List the ledger, newest movement first; rows are never changed and never deleted."""
        found: QuerySet[LedgerRow] = queries.ledger_of(account=queries.account(code=account_id))
        page = self.paginate_queryset(self.filter_queryset(found))
        return self.get_paginated_response(shapes.LedgerRowSerializer(page, many=True).data)

    @extend_schema(operation_id="accounts_summary", responses={200: shapes.AccountSummarySerializer})
    @action(detail=True)
    def summary(self, request: Request, account_id: str) -> Response:
        """Say what its day and month came to, what is held, where its campaigns stand."""
        check_parameters(request.query_params, known=())
        found = queries.summary_of(account=queries.account(code=account_id), now=timezone.now())
        return Response(shapes.AccountSummarySerializer(shapes.summary_shape(found)).data)

    @extend_schema(operation_id="accounts_suspend", request=None, responses=SHOWN)
    @action(detail=True, methods=["post"])
    def suspend(self, request: Request, account_id: str) -> Response:
        """Let it make no new calls; live ones finish. Twice is once."""
        return self._moved(request, account_id, actions.suspend_account)

    @extend_schema(operation_id="accounts_activate", request=None, responses=SHOWN)
    @action(detail=True, methods=["post"])
    def activate(self, request: Request, account_id: str) -> Response:
        """Let it call. Twice is once."""
        return self._moved(request, account_id, actions.activate_account)

    def _moved(self, request: Request, account_id: str, move: Any) -> Response:
        queries.account(code=account_id)
        asked(request, NothingSerializer)
        return _shown(move(code=account_id, by=principal_of(request).id))


def _shown(account: Account) -> Response:
    return Response(shapes.AccountSerializer(account).data)
