"""Reports of campaigns are of all that their address says, or refused; pages fall back (W6, S13)."""

from collections.abc import Callable

import pytest
from django.test import Client

from campaigns.models import Campaign
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.campaigns.calling import a_campaign, a_provider, an_account
from tests.reading import downloaded, plain, sheets, words_of

Pages = Callable[[User], Client]
HOME = "/campaigns/"
PDF, XLSX = f"{HOME}report.pdf", f"{HOME}report.xlsx"


@pytest.fixture
def campaign(acme: Tenant) -> Campaign:
    """A campaign that called nobody yet."""
    with tenant_scope(acme.schema_name):
        return a_campaign(an_account(a_provider()), people=1)


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "2026-13-40"},
        {"end_date": "0001-01-01"},
        {"account": "nobody"},
        {"campaign": "99999999999999999999"},
        {"use_case": "war\x00"},
        {"brand": "1"},
        {"start_date": "2026-04-20", "end_date": "2026-04-10"},
    ],
)
def test_a_report_is_of_what_its_address_says_or_none(
    page: Pages, bob: User, campaign: Campaign, query: dict[str, str]
) -> None:
    """W6, S13: a filter that means nothing would hand over more than was meant; nothing breaks."""
    for path in (PDF, XLSX, f"{HOME}{campaign.pk}/report.pdf", f"{HOME}{campaign.pk}/report.xlsx"):
        assert page(bob).get(path, query).status_code == 400


def test_a_report_is_of_the_days_asked_for_or_none(page: Pages, bob: User, campaign: Campaign) -> None:
    """W6: a page falls back to the newest year and offers that one; no file does so in silence."""
    client, query = page(bob), {"start_date": "2023-01-01", "end_date": "2026-04-25"}
    assert client.get(XLSX, query).status_code == client.get(PDF, query).status_code == 400
    shown = client.get(HOME, query).content.decode()
    assert f'{XLSX}?start_date=2025-04-25&amp;end_date=2026-04-25"' in shown
    assert client.get(XLSX, query | {"start_date": "2025-04-25"}).status_code == 200


def test_no_campaign_at_all_is_not_broken(page: Pages, bob: User) -> None:
    """W5: the files are there before the first campaign."""
    assert plain("No campaign matches") in "".join(words_of(downloaded(page(bob), PDF)))
    assert len(sheets(downloaded(page(bob), XLSX))) == 4
