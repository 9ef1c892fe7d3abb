"""Second factors of one person, changed in two tabs at the same moment (S8)."""

from functools import partial

import pytest
from allauth.mfa.models import Authenticator
from django.test import RequestFactory
from django.utils import timezone

from tenants.actions import demanding, second_factors
from tenants.models import Tenant, User
from tenants.signin import codes
from tests.at_once import one_behind_the_other
from tests.cast import SAMS_APP, code_now

pytestmark = pytest.mark.real_roles
Type = Authenticator.Type


@pytest.fixture
def passkey(bob: User) -> Authenticator:
    """Bob's only one, with recovery codes."""
    codes.new_recovery_codes(user=bob)
    made: Authenticator = Authenticator.objects.create(user=bob, type=Type.WEBAUTHN, data={"name": "x"})
    return made


def held(user: User) -> set[str]:
    return set(Authenticator.objects.filter(user=user).values_list("type", flat=True))


def add_app(user: User) -> list[str]:
    request, now = RequestFactory().post("/security/app/"), timezone.now()
    return second_factors.add_app(request=request, user=user, secret=SAMS_APP, code=code_now(), now=now)


def test_no_codes_are_renewed_behind_the_last_ones_removal(bob: User, passkey: Authenticator) -> None:
    """S8: or codes alone would be left, and they are no factor."""
    remove = partial(second_factors.remove, user=bob, number=passkey.pk)
    renew = partial(second_factors.renew_recovery_codes, user=bob)
    assert one_behind_the_other(None, remove, renew) == []
    assert held(bob) == set()


def test_codes_stay_with_a_factor_that_is_being_added(bob: User, passkey: Authenticator) -> None:
    """S8: the last one's removal waits for who adds another, and sees it."""
    remove = partial(second_factors.remove, user=bob, number=passkey.pk)
    one_behind_the_other(None, partial(add_app, bob), remove)
    assert held(bob) == {Type.TOTP, Type.RECOVERY_CODES}


def test_one_that_is_added_behind_the_last_ones_removal_has_codes(bob: User, passkey: Authenticator) -> None:
    """S8: the codes that were there went with the other one."""
    remove = partial(second_factors.remove, user=bob, number=passkey.pk)
    assert len(one_behind_the_other(None, remove, partial(add_app, bob))) == 10
    assert held(bob) == {Type.TOTP, Type.RECOVERY_CODES}


def test_a_reset_takes_what_is_being_added_too(bob: User, passkey: Authenticator) -> None:
    """S8: whoever holds the lost device does not get past it with another one."""
    one_behind_the_other(None, partial(add_app, bob), partial(second_factors.reset, user=bob, by=None))
    assert held(bob) == set()


def test_nobody_demands_what_they_are_just_taking_off(
    bob: User, acme: Tenant, passkey: Authenticator
) -> None:
    """S8: or whoever asked for it would be locked out by it."""
    remove = partial(second_factors.remove, user=bob, number=passkey.pk)
    demand = partial(demanding.demand_factor, tenant=acme, by=bob)
    assert isinstance(one_behind_the_other(None, remove, demand), demanding.OwnFactorFirst)
    acme.refresh_from_db()
    assert not acme.demands_second_factor
