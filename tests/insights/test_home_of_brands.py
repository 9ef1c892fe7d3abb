"""Home counts the brands that its reader sees, and what its links show (Who, W1, W5)."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import NamedTuple

import pytest
from django.test import Client
from django.utils import timezone

from insights.actions import bind_viewer
from insights.models import Comment, FichaCliente, Run
from insights.rules import RunState
from insights.views.choosing import last_days
from tenants.models import Member, Tenant, User
from tenants.scope import tenant_scope
from tests.insights.brands import SAID, a_brand
from tests.reading import text_of

Pages = Callable[[User], Client]
PAGE = "/insights/"
LIGHTS = ("1 brand has not been checked for 25 hours", "The newest analysis of 1 brand failed")


class Brands(NamedTuple):
    """Bob is bound to `mine`, which is not the first of the list."""

    mine: FichaCliente
    other: FichaCliente


@pytest.fixture
def brands(acme: Tenant, alice: User, bob: User) -> Brands:
    now = timezone.now()
    with tenant_scope(acme.schema_name):
        made = Brands(a_brand(now=now, name="Zapatería Luna", weeks=2), a_brand(now=now, weeks=2))
        bind_viewer(member=Member.objects.get(pk=bob.pk), fichas=[made.mine.pk], by=alice.pk)
    return made


def the_tile(shown: str) -> tuple[str, int]:
    """Return where the week's tile leads, and its figure."""
    found = re.search(r'<a href="([^"]+)">Comments in 7 days</a></h2>\s*<p class="figure">(\d+)</p>', shown)
    assert found
    return unescape(found[1]), int(found[2])


def in_trouble(acme: Tenant, ficha: FichaCliente) -> None:
    """Let nobody check a brand for a day and more, and its newest run fail."""
    now = timezone.now()
    with tenant_scope(acme.schema_name):
        FichaCliente.objects.filter(pk=ficha.pk).update(last_checked_at=now - timedelta(hours=26))
        Run.objects.create(ficha=ficha, state=RunState.FAILED, finished_at=now, error_code="bad_key")


def lights(client: Client) -> list[str]:
    """Return where home's lights of one brand lead."""
    shown = text_of(client, "/")
    return [
        unescape(href)
        for href, words in re.findall(r'<a href="([^"]+)">([^<]+)</a>', shown)
        if words in LIGHTS
    ]


def test_a_week_of_comments_is_of_ones_own_brands(
    page: Pages, alice: User, bob: User, brands: Brands
) -> None:
    """Who, W1: a bound viewer's figure opens as many comments; who sees all brands is told of all."""
    href, count = the_tile(text_of(page(bob), "/"))
    assert count == len(SAID)
    assert f"{count} comments" in text_of(page(bob), href)
    assert the_tile(text_of(page(alice), "/"))[1] == 2 * len(SAID)


def test_a_week_is_the_local_days_of_its_list(page: Pages, bob: User, acme: Tenant, brands: Brands) -> None:
    """Screens, W1: seven days with today on the brand's clock; a moment before is the week before."""
    with tenant_scope(acme.schema_name):
        FichaCliente.objects.filter(pk=brands.mine.pk).update(timezone="Asia/Tokyo")
        brands.mine.refresh_from_db()
        begins = last_days(brands.mine, "7", now=timezone.now()).start
        assert begins
        first, second = Comment.objects.filter(ficha=brands.mine).order_by("created_at", "pk")[:2]
        Comment.objects.filter(pk=first.pk).update(created_at=begins)
        Comment.objects.filter(pk=second.pk).update(created_at=begins - timedelta(microseconds=1))
    href, count = the_tile(text_of(page(bob), "/"))
    assert count == len(SAID) + 1
    assert f"{count} comments" in text_of(page(bob), href)


def test_red_lights_are_of_ones_own_brands(
    page: Pages, alice: User, bob: User, acme: Tenant, brands: Brands
) -> None:
    """Who, N17: another brand's trouble is not told, and each light leads to the brand it is about."""
    in_trouble(acme, brands.other)
    assert lights(page(bob)) == []
    assert lights(page(alice)) == [f"{PAGE}?ficha={brands.other.pk}"] * 2
    in_trouble(acme, brands.mine)
    assert lights(page(bob)) == [f"{PAGE}?ficha={brands.mine.pk}"] * 2
    assert "2 brands have not been checked" in text_of(page(alice), "/")
