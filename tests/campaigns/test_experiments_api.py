"""V7, V9, V10 by the API: a campaign's script versions, what they have shown, and what they could show."""

import pytest

from campaigns import actions
from campaigns.models import Arm, Campaign, Entry, Tally
from campaigns.rules import CampaignState, EntryState, UseCase
from tests.campaigns.calling import a_campaign, a_provider, an_account
from tests.campaigns.uploading import BATCHES
from tests.campaigns.wording import NOW, a_draft, an_approved
from tests.personas.writing import answer, problem

pytestmark = pytest.mark.usefixtures("unused_counters")
HERE = f"{BATCHES}/batch-1"
NEW = {"account_id": "acc-1", "name": "Marzo"}


@pytest.fixture
def client(api, alice, inside):
    with inside():
        an_account(a_provider())
    return api(alice)


@pytest.fixture
def versions(inside):
    """Two versions that a collection may speak by, by their ids."""
    with inside():
        return [str(an_approved(name).pk) for name in ("Uno", "Dos")]


def chosen(*ids, weights=()):
    return [{"version_id": one, **({"weight": weights[at]} if weights else {})} for at, one in enumerate(ids)]


def a_ready_campaign(people=0):
    from campaigns.models import Account

    made = a_campaign(Account.objects.get(), use_case=UseCase.COLLECTION, people=people)
    Campaign.objects.filter(pk=made.pk).update(state=CampaignState.READY)
    return made


def end(campaign, ends):
    """Let people of each version end: `ends` holds (people, succeeded, exhausted) by arm."""
    entries = iter(Entry.objects.filter(campaign=campaign).order_by("id"))
    for arm, (people, succeeded, exhausted) in zip(Arm.objects.order_by("id"), ends, strict=True):
        for place in range(people):
            state = EntryState.SUCCEEDED if place < succeeded else EntryState.EXHAUSTED
            is_over = place < succeeded + exhausted
            values = {"state": state, "finished_at": NOW} if is_over else {}
            Entry.objects.filter(pk=next(entries).pk).update(arm=arm, **values)


class TestChoosing:
    def test_a_campaign_is_made_with_its_versions(self, client, versions):
        """V9: chosen with the campaign, a weight of 1 unless said, and shown with it."""
        sent = NEW | {"scripts": [{"version_id": versions[0], "weight": 3}, {"version_id": versions[1]}]}
        made = answer(client.post(BATCHES, sent), 201)["batch"]
        told = [(one["version_id"], one["script"], one["version"], one["weight"]) for one in made["scripts"]]
        assert told == [(versions[0], "Uno", 1, 3), (versions[1], "Dos", 1, 1)]
        assert answer(client.get(f"{BATCHES}/{made['batch_id']}"))["batch"] == made

    def test_versions_change_until_it_has_called(self, client, inside, versions):
        """V7, V9: changed, taken away; fixed from the launch on, and naming the same changes nothing."""
        with inside():
            made = a_ready_campaign()
        answer(client.send("patch", HERE, {"scripts": chosen(*versions)}))
        left = answer(client.send("patch", HERE, {"scripts": chosen(versions[1], weights=[5])}))["batch"]
        assert [(one["version_id"], one["weight"]) for one in left["scripts"]] == [(versions[1], 5)]
        with inside():
            Campaign.objects.filter(pk=made.pk).update(state=CampaignState.RUNNING)
        same = {"scripts": chosen(versions[1], weights=[5]), "name": "Abril"}
        assert answer(client.send("patch", HERE, same))["batch"]["name"] == "Abril"
        refused = problem(client.send("patch", HERE, {"scripts": []}), 409)
        assert refused["type"].endswith("campaign_scripts_fixed")

    def test_what_cannot_be_said_is_refused_and_leaves_nothing(self, client, inside, versions):
        """V7: every version that cannot be spoken by is named where it stands in the request."""
        with inside():
            draft = str(a_draft("Borrador").pk)
        sent = NEW | {"scripts": chosen(versions[0], draft, "404")}
        refused = problem(client.post(BATCHES, sent), 422)
        assert [(one["code"], one["pointer"]) for one in refused["errors"]] == [
            ("not_approved", "#/scripts/1"),
            ("unknown_version", "#/scripts/2"),
        ]
        with inside():
            assert not Campaign.objects.exists()

    @pytest.mark.parametrize(
        "scripts",
        [
            [{"version_id": "uno"}],
            [{"version_id": 7}],
            [{"weight": 1}],
            [{"version_id": "7", "weight": "1"}],
            [{"version_id": "7", "odd": 1}],
            [{"version_id": "7"}, {"version_id": "7"}],
            [{"version_id": str(number)} for number in range(1, 12)],
            {"version_id": "7"},
            ["7"],
            None,
        ],
    )
    def test_what_makes_no_sense_is_refused(self, client, scripts):
        """W10: a list of versions with weights, and nothing else."""
        problem(client.post(BATCHES, NEW | {"scripts": scripts}), 422)

    def test_a_viewer_chooses_nothing(self, client, api, bob, inside, versions):
        """W2: viewers only look."""
        with inside():
            a_ready_campaign()
        problem(api(bob).send("patch", HERE, {"scripts": chosen(versions[0])}), 403)


class TestResults:
    def test_it_compares_versions(self, client, api, bob, inside, versions):
        """V10: per version people, ends and Wilson's interval; the pair's test; the split."""
        with inside():
            made = a_ready_campaign(people=100)
            weights = {int(one): 1 for one in versions}
            actions.choose_versions(campaign=made.code, weights=weights)
            end(made, [(50, 30, 10), (50, 10, 30)])
        said = answer(api(bob).get(f"{HERE}/experiment"))
        one, two = said["versions"]
        assert (one["people"], one["finished"], one["succeeded"]) == (50, 40, 30)
        # Wilson by its published formula: 30 of 40.
        rates = (one["success_rate_percentage"], one["low_percentage"], one["high_percentage"])
        assert rates == (75.0, 59.8, 85.8)
        assert two["success_rate_percentage"] == 25.0
        (pair,) = said["pairs"]
        assert (pair["better"], pair["other"], pair["difference_points"]) == (*versions, 50.0)
        assert pair["is_enough"]
        assert pair["is_significant"]
        assert pair["p_value"] < 0.001
        assert said["sample_ratio"] == {
            "chi_square": 0.0,
            "p_value": 1.0,
            "is_enough": True,
            "is_suspicious": False,
        }

    def test_one_version_is_compared_with_nothing(self, client, inside, versions):
        """V10: its figures stand, and no verdict."""
        with inside():
            made = a_ready_campaign(people=4)
            actions.choose_versions(campaign=made.code, weights={int(versions[0]): 1})
            end(made, [(4, 1, 1)])
        said = answer(client.get(f"{HERE}/experiment"))
        assert [one["success_rate_percentage"] for one in said["versions"]] == [50.0]
        assert (said["pairs"], said["sample_ratio"]) == ([], None)

    def test_another_tenants_experiment_is_unknown(self, client, api, carol, inside):
        """S1: 404."""
        with inside():
            a_ready_campaign()
        for path in ("experiment", "experiment/planning"):
            problem(api(carol).get(f"{HERE}/{path}"), 404)


class TestPlanning:
    @pytest.fixture
    def ready(self, client, inside, versions):
        with inside():
            made = a_ready_campaign(people=10)
            actions.choose_versions(campaign=made.code, weights={int(one): 1 for one in versions})
        return client

    def test_it_says_what_so_many_people_show(self, ready):
        """V10: 775 people show a rise from 50 to 60 of a hundred, by the textbooks' formula."""
        query = {"baseline_percentage": "50", "effect_points": "10", "people": "775"}
        said = answer(ready.get(f"{HERE}/experiment/planning", query))
        assert said == {
            "success": True,
            "batch_id": "batch-1",
            "people": 775,
            "weights": [1, 1],
            "baseline_percentage": 50.0,
            "baseline_is": "asked",
            "least_effect_points": 10.0,
            "needed_people": 775,
            "alpha": 0.05,
            "power": 0.8,
        }

    def test_it_begins_with_what_is_known(self, ready, inside):
        """V10: the account's other campaigns of the same purpose tell the baseline; else it is cautious."""
        said = answer(ready.get(f"{HERE}/experiment/planning"))
        told = (said["people"], said["baseline_percentage"], said["baseline_is"], said["needed_people"])
        assert told == (10, 50.0, "cautious", None)
        with inside():
            from campaigns.models import Account

            before = a_campaign(Account.objects.get(), code="batch-0", use_case=UseCase.COLLECTION)
            Tally.objects.filter(pk=before.pk).update(entries=40, succeeded=10, exhausted=25, failed=5)
        said = answer(ready.get(f"{HERE}/experiment/planning", {"effect_points": "80"}))
        assert (said["baseline_percentage"], said["baseline_is"]) == (25.0, "before")
        assert said["needed_people"] is None

    def test_nobody_shows_nothing(self, ready):
        """V10: null, not an error."""
        said = answer(ready.get(f"{HERE}/experiment/planning", {"people": "0"}))
        assert said["least_effect_points"] is None

    @pytest.mark.parametrize(
        "query",
        [
            {"baseline_percentage": "0"},
            {"baseline_percentage": "100"},
            {"baseline_percentage": "nan"},
            {"effect_points": "1e-300"},
            {"effect_points": "inf"},
            {"baseline_percentage": "60", "effect_points": "41"},
            {"people": "-1"},
            {"people": "many"},
        ],
    )
    def test_what_makes_no_sense_is_refused(self, ready, query):
        """W10: 422, and an unknown parameter is 400."""
        problem(ready.get(f"{HERE}/experiment/planning", query), 422)
        problem(ready.get(f"{HERE}/experiment/planning", query | {"colour": "red"}), 400)
