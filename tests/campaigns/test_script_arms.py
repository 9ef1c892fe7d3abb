"""V6, V7, V9, V10: which versions a campaign speaks by, who lacks what they need, what they have shown."""

from uuid import uuid4

import pytest

from campaigns import actions, queries
from campaigns.models import Arm, Campaign, Debt, Entry
from campaigns.rules import CampaignState, EntryState, UseCase
from tenants.records.models import AuditEntry
from tests.campaigns import calling
from tests.campaigns.wording import LAWFUL, NOW, a_draft, an_approved

pytestmark = pytest.mark.usefixtures("in_acme")
BY = uuid4()
VARIABLES = {"plan": {"type": "text"}, "vigencia": {"type": "date"}}
ENDS = {
    0: EntryState.SUCCEEDED,
    1: EntryState.EXHAUSTED,
    2: EntryState.SUPPRESSED,
    12: EntryState.FAILED,
}
WITH_VARIABLES = f"{LAWFUL} {{{{plan}}}} {{{{vigencia}}}}"


def a_campaign(state: CampaignState, people: int = 0) -> Campaign:
    account = calling.an_account(calling.a_provider())
    made = calling.a_campaign(account, use_case=UseCase.COLLECTION, people=people)
    Campaign.objects.filter(pk=made.pk).update(state=state)
    made.refresh_from_db()
    return made


@pytest.fixture
def campaign():
    """A campaign for collections that has not called yet."""
    return a_campaign(CampaignState.READY, people=3)


def chosen(campaign: Campaign) -> dict[int, int]:
    return dict(Arm.objects.filter(campaign=campaign).values_list("version", "weight"))


def codes(refused) -> list[str]:
    return [fault.code for fault in refused.value.extra["faults"]]


def test_a_campaign_speaks_by_versions_with_weights(campaign):
    """V9: chosen, chosen again, taken away; the log keeps which."""
    one, two = an_approved("Uno"), an_approved("Dos")
    arms = actions.choose_versions(campaign=campaign.code, weights={one.pk: 3, two.pk: 1}, by=BY)
    assert [(arm.version, arm.weight) for arm in arms] == [(one, 3), (two, 1)]
    kept = [arm.pk for arm in arms]
    again = actions.choose_versions(campaign=campaign.code, weights={one.pk: 3, two.pk: 1})
    assert [arm.pk for arm in again] == kept
    actions.choose_versions(campaign=campaign.code, weights={})
    assert chosen(campaign) == {}
    rows = AuditEntry.objects.filter(verb="choose_scripts").order_by("id").values_list("change", flat=True)
    assert list(rows) == [{"versions": {str(one.pk): 3, str(two.pk): 1}}, {"versions": {}}]


def test_it_refuses_versions_that_it_cannot_speak_by(campaign):
    """V7: every reason of every version at once, and nothing changes."""
    draft = a_draft("Borrador")
    away = an_approved("Guardado")
    actions.archive_script(script_id=away.script_id, now=NOW)
    retired = an_approved("Retirado")
    actions.retire_version(script_id=retired.script_id, number=1)
    wrong = {
        draft.pk: ["not_approved"],
        away.pk: ["archived"],
        retired.pk: ["not_approved"],
        an_approved("Lima", country="PE").pk: ["other_country"],
        an_approved("Encuesta", use_case=UseCase.SURVEY).pk: ["other_use_case"],
        an_approved("Ligero").pk: [],
        10**12: ["unknown_version"],
    }
    with pytest.raises(actions.VersionNotSpeakable) as refused:
        actions.choose_versions(campaign=campaign.code, weights=dict.fromkeys(wrong, 1))
    assert codes(refused) == [code for reasons in wrong.values() for code in reasons]
    assert chosen(campaign) == {}


@pytest.mark.parametrize("weight", [0, -1, 1_001])
def test_a_weight_is_whole_and_small(campaign, weight):
    """V9: from 1 to 1,000."""
    with pytest.raises(actions.VersionNotSpeakable) as refused:
        actions.choose_versions(campaign=campaign.code, weights={an_approved().pk: weight})
    assert codes(refused) == ["bad_weight"]


def test_an_experiment_has_few_arms(campaign):
    """V10: every arm more needs more people."""
    versions = [an_approved(f"Guion {number}") for number in range(11)]
    with pytest.raises(actions.VersionNotSpeakable) as refused:
        actions.choose_versions(campaign=campaign.code, weights={one.pk: 1 for one in versions})
    assert codes(refused) == ["too_many_versions"]


@pytest.mark.parametrize("state", [CampaignState.RUNNING, CampaignState.PAUSED])
def test_who_has_begun_to_call_keeps_the_versions(campaign, state):
    """V7, V9: also when the versions are retired meanwhile."""
    made = an_approved()
    actions.choose_versions(campaign=campaign.code, weights={made.pk: 1})
    Campaign.objects.filter(pk=campaign.pk).update(state=state)
    with pytest.raises(actions.ScriptsFixed):
        actions.choose_versions(campaign=campaign.code, weights={})
    actions.retire_version(script_id=made.script_id, number=1)
    assert chosen(campaign) == {made.pk: 1}
    (version,) = queries.versions_of(script=made.script)
    assert vars(version)["in_use"] == 1


def test_another_tenants_campaign_is_unknown():
    """V7: 404, whatever is asked of it."""
    with pytest.raises(queries.UnknownCampaign):
        actions.choose_versions(campaign="batch-404", weights={})


def test_it_counts_who_lacks_what(campaign, django_assert_num_queries):
    """V6: blank cells and cells of another type, by variable."""
    version = an_approved(text=f"{WITH_VARIABLES} {{{{deuda}}}} {{{{fecha_limite}}}}", variables=VARIABLES)
    one, two, three = Entry.objects.filter(campaign=campaign).order_by("pk")
    Entry.objects.filter(pk=one.pk).update(
        variables={"plan": "Hogar", "vigencia": "31/12/2026", "fecha_limite": "3/3/2026", "deuda": "98.500"}
    )
    Entry.objects.filter(pk=two.pk).update(variables={"plan": "Hogar", "vigencia": "pronto"})
    Debt.objects.filter(entry__campaign=campaign).delete()
    Debt.objects.create(entry=two, creditor="Tienda Sur", amount=98_500)
    Entry.objects.filter(pk=three.pk).update(fecha_limite="2026-12-31")
    campaign = Campaign.objects.select_related("account").get(pk=campaign.pk)
    with django_assert_num_queries(2):
        found = actions.lacking_in(campaign=campaign, version=version)
    assert {(one.name, one.missing, one.unreadable) for one in found} == {
        ("plan", 1, 0),
        ("vigencia", 1, 1),
        ("monto_total", 1, 0),
        ("fecha_limite", 1, 0),
    }


def test_a_column_counts_for_nothing_where_the_campaign_knows_better(campaign, django_assert_num_queries):
    """V6, C7: import and call say the debt and the days themselves, whatever another column says."""
    text = f"{LAWFUL} {{{{deuda}}}} {{{{dias_vencidos}}}} {{{{fecha_limite}}}}"
    version = an_approved(text=text)
    one, two = Entry.objects.filter(campaign=campaign).order_by("pk")[:2]
    Debt.objects.filter(entry__campaign=campaign).delete()
    Debt.objects.create(entry=one, creditor="Tienda Sur", amount=98_500)
    Entry.objects.filter(campaign=campaign).update(
        variables={"deuda": "-98.500", "dias_vencidos": "muchos", "fecha_limite": "pronto"}
    )
    Entry.objects.filter(pk__in=[one.pk, two.pk]).update(fecha_limite="2026-12-31")
    campaign = Campaign.objects.select_related("account").get(pk=campaign.pk)
    with django_assert_num_queries(2):
        found = actions.lacking_in(campaign=campaign, version=version)
    told = [(one.name, one.missing, one.unreadable) for one in found]
    assert told == [("monto_total", 0, 2), ("dias_vencidos", 0, 2), ("fecha_limite", 0, 1)]


def test_a_script_whose_variable_nobody_has_is_refused(campaign):
    """V6: a script with a variable that no row has calls nobody; one that somebody has may be chosen."""
    version = an_approved(text=WITH_VARIABLES, variables=VARIABLES)
    with pytest.raises(actions.NobodyHasVariables) as refused:
        actions.choose_versions(campaign=campaign.code, weights={version.pk: 1})
    assert refused.value.extra["names"] == ["plan", "vigencia"]
    one = Entry.objects.filter(campaign=campaign).order_by("pk")[:1]
    Entry.objects.filter(pk__in=one).update(variables={"plan": "Hogar", "vigencia": "2026-12-31"})
    actions.choose_versions(campaign=campaign.code, weights={version.pk: 1})
    assert chosen(campaign) == {version.pk: 1}


def test_a_campaign_without_people_lacks_nothing():
    """V6: scripts may be chosen before the file comes."""
    empty = a_campaign(CampaignState.DRAFT)
    version = an_approved(text=WITH_VARIABLES, variables=VARIABLES)
    assert actions.lacking_in(campaign=empty, version=version) == []
    assert len(actions.choose_versions(campaign=empty.code, weights={version.pk: 1})) == 1


def test_it_tells_what_an_experiment_has_shown(django_assert_num_queries):
    """V10: people, ends and successes of each version, judged."""
    campaign = a_campaign(CampaignState.READY, people=20)
    one, two = an_approved("Uno"), an_approved("Dos")
    first, second = actions.choose_versions(campaign=campaign.code, weights={one.pk: 1, two.pk: 1})
    entries = list(Entry.objects.filter(campaign=campaign).order_by("pk"))
    Entry.objects.filter(pk__in=[entry.pk for entry in entries[:12]]).update(arm=first)
    Entry.objects.filter(pk__in=[entry.pk for entry in entries[12:]]).update(arm=second)
    for at, state in ENDS.items():
        Entry.objects.filter(pk=entries[at].pk).update(state=state, finished_at=NOW)
    with django_assert_num_queries(2):
        found = queries.experiment_of(campaign=campaign)
    assert found is not None
    told = [(arm.arm, arm.people, arm.trials, arm.successes) for arm in found.verdict.arms]
    assert told == [(first.pk, 12, 2, 1), (second.pk, 8, 1, 0)]
    assert found.arms[first.pk].version == one
    assert not found.verdict.pairs[0].is_significant


def test_one_version_is_no_experiment(campaign):
    """V10: nothing to compare."""
    actions.choose_versions(campaign=campaign.code, weights={an_approved().pk: 1})
    assert queries.experiment_of(campaign=campaign) is None
