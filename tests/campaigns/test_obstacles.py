"""No launch that could call nobody: it is refused with every reason, and the forecast says them before."""

from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns import actions
from campaigns.actions import NotLaunchable
from campaigns.actions.creating import BadCampaign
from campaigns.models import Account, CallerNumber, Campaign, Entry
from campaigns.rules import CampaignState, EntryReason, EntryState, UseCase
from tests.campaigns.calling import a_campaign, a_provider, an_account
from tests.campaigns.test_lapse import stand
from tests.campaigns.uploading import BATCHES
from tests.campaigns.wording import LAWFUL, an_approved
from tests.personas.writing import answer, problem

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
TYPED = {"plan": {"type": "text"}, "vigencia": {"type": "date"}}
WITH_VARIABLES = f"{LAWFUL} {{{{plan}}}} {{{{vigencia}}}}"
pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def campaign(in_acme):
    """A campaign of two persons that can be launched."""
    made = a_campaign(an_account(a_provider()), people=2, use_case=UseCase.COLLECTION)
    Campaign.objects.update(state=CampaignState.READY)
    return made


def refusal(**when):
    """Return the reasons of a refused launch, which the forecast has told; [] for one that succeeds."""
    told = list(actions.forecast(code="batch-1", now=NOON).obstacles)
    try:
        actions.launch(code="batch-1", now=NOON, **when)
    except NotLaunchable as refused:
        reasons = refused.extra["reasons"]
        assert when or reasons == told
        return reasons
    assert told == []
    return []


def test_who_can_be_called_is_launched(campaign):
    """C22: nothing is in the way, money included: a top-up cures it."""
    Account.objects.update(balance=0)
    assert refusal() == []


def test_everybody_waits_for_a_cure(campaign):
    """C14, C22: and it says for which."""
    stand(campaign, EntryState.ON_HOLD, EntryState.ON_HOLD)
    Entry.objects.update(reason=EntryReason.UNKNOWN_ZONE)
    with pytest.raises(NotLaunchable, match=r"The time zone is not known \(2\)"):
        actions.launch(code="batch-1", now=NOON)
    assert refusal() == ["nobody_callable"]


def test_one_who_can_be_called_is_enough(campaign):
    """C22: the others wait."""
    stand(campaign, EntryState.ON_HOLD, EntryState.QUEUED)
    assert refusal() == []


def test_nobody_could_ring(campaign):
    """C19: a provider without numbers calls nobody; everything is said at once."""
    CallerNumber.objects.all().delete()
    Account.objects.update(status="suspended")
    assert refusal() == ["account_not_active", "no_caller_number"]


@pytest.mark.parametrize(
    ("when", "reasons"),
    [
        ({"ends_at": NOON}, ["already_over"]),
        # From Good Friday to Easter Saturday, two holidays, of 2027.
        (
            {
                "starts_at": datetime(2027, 3, 26, 3, tzinfo=UTC),
                "ends_at": datetime(2027, 3, 28, 3, tzinfo=UTC),
            },
            ["never_open"],
        ),
        ({"ends_at": NOON + timedelta(minutes=1)}, []),
    ],
)
def test_the_law_and_its_schedule_leave_no_moment(campaign, when, reasons):
    """C13: hours, holidays and its own end."""
    assert refusal(**when) == reasons


def test_a_stored_end_counts_too(campaign):
    """C13: whether it came with the launch or before."""
    Campaign.objects.update(ends_at=NOON - timedelta(days=1))
    assert refusal() == ["already_over"]


FAR = [
    {"starts_at": datetime(9999, 12, 31, 12, tzinfo=UTC)},
    {"starts_at": datetime(2201, 1, 1, tzinfo=UTC)},
    {"ends_at": datetime(9999, 12, 31, 12, tzinfo=UTC)},
    {"starts_at": datetime(1, 1, 1, tzinfo=UTC)},
]


@pytest.mark.parametrize("when", FAR)
def test_a_moment_of_no_year_of_ours_is_refused(campaign, when):
    """S13: by a launch and by a change alike, before any clock of elsewhere is asked for it."""
    doors = [
        lambda: actions.launch(code="batch-1", now=NOON, **when),
        lambda: actions.change_campaign(code="batch-1", changes=when, now=NOON),
    ]
    for door in doors:
        with pytest.raises(BadCampaign, match="between the years 1900 and 2200") as refused:
            door()
        assert refused.value.extra["field"] == next(iter(when))


def test_the_last_and_the_first_day_of_ours_can_be_asked_for(campaign):
    """S13: what is taken breaks neither the forecast nor the launch."""
    for begin in (datetime(2200, 12, 31, 23, 59, tzinfo=UTC), datetime(1900, 1, 1, tzinfo=UTC)):
        actions.change_campaign(code="batch-1", changes={"starts_at": begin}, now=NOON)
        assert refusal(starts_at=begin) == []
        Campaign.objects.update(state=CampaignState.READY)


def test_the_last_day_of_everybody_is_over(campaign):
    """C8: not called after it; one whose day is today is."""
    Entry.objects.update(fecha_maxima=date(2026, 4, 14))
    assert refusal() == ["past_last_day"]
    one, *_ = Entry.objects.order_by("id")
    Entry.objects.filter(pk=one.pk).update(fecha_maxima=date(2026, 4, 15))
    assert refusal() == []


def test_nobody_has_what_the_script_needs(campaign):
    """V6: each lacks something, though nobody the same: still nobody could be called."""
    one, two = Entry.objects.order_by("id")
    Entry.objects.filter(pk=one.pk).update(variables={"plan": "Hogar", "vigencia": "pronto"})
    Entry.objects.filter(pk=two.pk).update(variables={"vigencia": "31/12/2026"})
    version = an_approved(text=WITH_VARIABLES, variables=TYPED)
    actions.choose_versions(campaign="batch-1", weights={version.pk: 1})
    assert refusal() == ["script_values_missing"]
    Entry.objects.filter(pk=two.pk).update(variables={"plan": "Móvil", "vigencia": "31/12/2026"})
    assert refusal() == []


def test_only_who_waits_for_a_call_can_hear(campaign):
    """V6: who is at an end or held counts for nobody."""
    stand(campaign, EntryState.NEEDS_REVIEW, EntryState.QUEUED)
    one, *_ = Entry.objects.order_by("id")
    Entry.objects.filter(pk=one.pk).update(variables={"plan": "Hogar"})
    version = an_approved(text=f"{LAWFUL} {{{{plan}}}}", variables={"plan": {"type": "text"}})
    actions.choose_versions(campaign="batch-1", weights={version.pk: 1})
    assert refusal() == ["script_values_missing"]


def test_a_running_campaign_has_nothing_in_its_way(campaign):
    """Forecast: reasons against a launch are those of one that has not begun."""
    stand(campaign, EntryState.ON_HOLD, EntryState.ON_HOLD)
    Campaign.objects.update(state=CampaignState.RUNNING)
    assert actions.forecast(code="batch-1", now=NOON).obstacles == {}


@pytest.mark.usefixtures("unused_counters")
def test_programs_read_the_same(api, alice, inside):
    """C22, W11: 409 with the reasons; the forecast lists them with words."""
    with inside():
        made = a_campaign(an_account(a_provider()), people=1)
        Campaign.objects.update(state=CampaignState.READY)
        stand(made, EntryState.ON_HOLD)
    client = api(alice)
    (one,) = answer(client.get(f"{BATCHES}/batch-1/forecast"))["obstacles"]
    assert one["code"] == "nobody_callable"
    refused = problem(client.post(f"{BATCHES}/batch-1/launch"), 409)
    assert (refused["reasons"], refused["detail"]) == (["nobody_callable"], one["detail"])
