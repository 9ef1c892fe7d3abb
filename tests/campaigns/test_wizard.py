"""Staff make a campaign page by page: file, columns, preview, settings, forecast, launch (C1, C10, W4)."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns import actions, queries
from campaigns.actions.importing import storing
from campaigns.models import Account, Campaign, Entry
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.records.models import AuditEntry
from tenants.scope import current_schema
from tests.campaigns.uploading import HEADINGS, a_file, a_payer, debtor, people, standing
from tests.campaigns.wizarding import HERE, begun, fresh, settled, step, upload, words
from tests.campaigns.wording import LAWFUL, an_approved


@pytest.fixture
def payer(inside) -> Account:
    with inside():
        return a_payer()


@pytest.fixture
def client(page, alice, payer):
    return page(alice)


class TestTheWay:
    def test_a_campaign_is_made_previewed_forecast_and_launched(self, client, inside):
        """The whole way: what was said is what is kept, counts are those of the preview (C8, C10)."""
        content = a_file(*(debtor(number) for number in range(3)), "1-1;Mal;;1;;;", debtor(0))
        found = begun(client, inside, content)
        mapping = {"document": "RUT", "name": "Nombre", "amount": "Saldo actualizado", "mobile": "Celular"}
        gone = client.post(step("columns", found), mapping)
        assert gone["Location"] == step("preview", found)
        seen = words(client.get(gone["Location"]))
        assert "Persona 2" in seen
        assert "+56960000002" in seen
        with inside():
            assert Entry.objects.count() == 0
        assert client.post(gone["Location"], {"do": "next"})["Location"] == step("settings", found)
        assert settled(client, found)["Location"] == step("forecast", found)
        found = fresh(inside, found)
        assert (found.state, found.priority, str(found.spend_cap)) == ("ready", 2, "1000.5000")
        assert found.call_settings == {
            "allowed_call_hours": {"start": "09:00", "end": "18:00"},
            "timezone": "America/Santiago",
            "retry_settings": {"max_attempts": 4, "retry_delay_hours": 12},
            "max_concurrent_calls": 5,
            "days_of_week": [1, 2, 3, 4, 5],
            "windows": [{"start": "09:30", "end": "13:00"}, {"start": "15:00", "end": "18:00"}],
            "ring_seconds": 25,
            "max_call_seconds": 120,
            "voicemail": "hang_up",
            "legal_frame": found.call_settings["legal_frame"],
            "retry_by_outcome": {"machine": {"max_attempts": 2}},
        }
        told = words(client.get(step("forecast", found)))
        # 3 persons, 0.02 + 2 minutes at 0.15 each.
        assert "0.96" in told
        assert "3.84" in told
        with inside():
            entry = Entry.objects.first()
            assert entry is not None
            assert entry.fecha_maxima is not None
            assert entry.fecha_limite is not None
            assert (entry.fecha_maxima - entry.fecha_limite).days == 4
        launched = client.post(step("forecast", found), {"do": "launch"})
        assert launched["Location"] == f"{HERE}{found.pk}/board/"
        assert fresh(inside, found).state == "running"
        with inside():
            verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
        assert [one for one in verbs if one in ("created", "attach_file", "launch")] == [
            "created",
            "attach_file",
            "launch",
        ]

    def test_a_draft_is_kept_and_come_back_to(self, client, inside):
        """The list leads to where a draft stands, and a launched campaign to its board."""
        found = begun(client, inside, people(2))
        assert settled(client, found, do="keep", name="Abril")["Location"] == step("settings", found)
        listed = words(client.get(HERE))
        assert "Abril" in listed
        assert f"{HERE}new" not in listed  # the button is a press
        assert client.get(f"{HERE}{found.pk}/change/")["Location"] == step("columns", found)
        kept = words(client.get(step("settings", found)))
        for value in ('value="Abril"', 'value="1000.5"', 'value="09:00"', "15:00-18:00"):
            assert value in kept
        settled(client, found)
        assert client.get(f"{HERE}{found.pk}/change/")["Location"] == step("forecast", found)
        client.post(step("forecast", found), {"do": "launch"})
        for name in ("file", "columns", "preview", "settings", "forecast"):
            assert client.get(step(name, found))["Location"] == f"{HERE}{found.pk}/board/"

    def test_the_button_of_the_list_leads_to_it(self, client):
        pressed = client.post(f"{HERE}press/new/")
        assert pressed["Location"] == f"{HERE}new/"
        assert "Cobros Sur" in words(client.get(pressed["Location"]))

    def test_a_second_press_finds_the_first_draft(self, client, inside):
        """W12"""
        once = str(uuid4())
        addresses = {upload(client, people(1), once=once)["Location"] for _press in range(2)}
        assert len(addresses) == 1

    def test_an_empty_draft_of_a_program_gets_its_file_here(self, client, inside, payer):
        """API: made by POST /batches, filled by staff."""
        with inside():
            found = actions.create_campaign(
                account=payer.code, facts={"name": "Sin gente"}, now=payer.created_at
            )
        assert client.get(f"{HERE}{found.pk}/change/")["Location"] == step("file", found)
        file = SimpleUploadedFile("gente.csv", people(2))
        sent = client.post(step("file", found), {"processing_type": "basic", "file": file})
        assert sent["Location"] == step("columns", found)
        settled(client, found)
        with inside():
            assert standing(found.code) == {"queued": 2}


class TestScripts:
    def test_two_versions_with_weights_are_an_experiment(self, client, inside):
        """V9, V10: the least effect is told before the launch."""
        with inside():
            one, two = (an_approved(name) for name in ("Uno", "Dos"))
        found = begun(client, inside, people(4))
        settled(client, found, **{f"version_{one.pk}": "3", f"version_{two.pk}": "1"})
        with inside():
            weights = {arm.version_id: arm.weight for arm in queries.arms_of(campaign=found)}
        assert weights == {one.pk: 3, two.pk: 1}
        told = words(client.get(step("forecast", found)))
        assert "Uno v1" in told
        assert "50.0" in told  # nothing is known before: the cautious rate

    def test_what_a_version_needs_is_found_when_the_file_is_read(self, client, inside):
        """V6: told on the settings, and on the preview with what it may be."""
        with inside():
            version = an_approved(
                "Con plan",
                f"{LAWFUL} Plan {{{{plan}}}}.",
                variables={"plan": {"type": "text", "required": True}},
            )
        found = begun(client, inside, people(1))
        back = settled(client, found, **{f"version_{version.pk}": "1"})
        assert back["Location"] == step("settings", found)
        assert "plan" in words(client.get(back["Location"]))
        assert "“plan”" in words(client.get(step("preview", found)))
        with inside():
            assert not Entry.objects.exists()

    def test_people_without_what_a_version_needs_are_refused_row_by_row(self, client, inside):
        """V6, C10: its column is kept as a variable."""
        with inside():
            version = an_approved(
                "Con plan",
                f"{LAWFUL} Plan {{{{plan}}}}.",
                variables={"plan": {"type": "text", "required": True}},
            )
        content = a_file(f"{debtor(1)};Oro", f"{debtor(2)};", headings=f"{HEADINGS};Plan")
        found = begun(client, inside, content)
        settled(client, found, **{f"version_{version.pk}": "1"})
        with inside():
            assert [one.variables for one in Entry.objects.all()] == [{"plan": "Oro"}]


class TestALargeFile:
    def test_it_is_read_by_a_job_with_the_houses_bar(self, client, inside, monkeypatch):
        """W2: the page lives while it is read, and tells the forecast at its end."""
        monkeypatch.setattr(storing, "ROWS_AT_ONCE", 3)
        found = begun(client, inside, people(5))
        settled(client, found)
        told = words(client.get(step("forecast", found)))
        assert "data-progress" in told
        assert 'value="launch"' not in told
        part = client.get(step("reading", found))
        assert "HX-Refresh" not in part.headers
        for closed in ("columns", "preview"):
            assert client.get(step(closed, found))["Location"] == step("forecast", found)
        with inside():
            job = Job.objects.latest("pk")
            assert work_on(DueTicket(job.pk, current_schema() or ""))
        assert client.get(step("reading", found)).headers["HX-Refresh"] == "true"
        assert 'value="launch"' in words(client.get(step("forecast", found)))

    def test_its_people_can_be_taken_out_again(self, client, inside):
        """W4"""
        found = begun(client, inside, people(3))
        settled(client, found)
        out = client.post(step("forecast", found), {"do": "take_out"})
        assert out["Location"] == step("columns", found)
        with inside():
            assert not Entry.objects.exists()
        assert fresh(inside, found).state == "draft"

    def test_a_draft_can_be_thrown_away(self, client, inside):
        found = begun(client, inside, people(1))
        assert client.post(step("file", found), {"do": "delete"})["Location"] == HERE
        with inside():
            assert not Campaign.objects.exists()


class TestWhoMay:
    def test_a_viewer_stays_outside(self, page, bob, client, inside):
        """S2"""
        found = begun(client, inside, people(1))
        for name in ("file", "columns", "preview", "settings", "forecast", "rejected", "refused"):
            assert page(bob).get(step(name, found)).status_code == 403
        assert upload(page(bob), people(1)).status_code == 403
        assert page(bob).post(step("forecast", found), {"do": "launch"}).status_code == 403

    def test_another_tenants_admin_finds_nothing(self, page, carol, client, inside):
        """S1"""
        found = begun(client, inside, people(1))
        assert page(carol).get(step("settings", found)).status_code == 404


def test_the_list_asks_as_many_questions_for_fifty_as_for_two(client, inside, payer):
    """50 rows, fixed query count."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            words(client.get(HERE))
        return len(seen)

    def make(count: int) -> None:
        with inside():
            for number in range(count):
                actions.create_campaign(
                    account=payer.code, facts={"name": f"N{number}"}, now=payer.created_at
                )

    make(2)
    asked()
    few = asked()
    make(50)
    assert asked() == few
