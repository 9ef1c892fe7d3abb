"""What can be wrong on the way to a campaign, and where the pages say it (C1, C8-C13, W3)."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from campaigns import actions
from campaigns.models import Account, Campaign, Entry
from tenants.display import exports
from tenants.jobs.runner.work import work_once
from tests.campaigns.uploading import a_file, a_payer, debtor, people, standing
from tests.campaigns.wizarding import begun, fresh, settled, step, upload, words


@pytest.fixture
def payer(inside) -> Account:
    with inside():
        return a_payer()


@pytest.fixture
def client(page, alice, payer):
    return page(alice)


class TestWhatCanBeWrong:
    @pytest.mark.parametrize(
        ("content", "name"), [(b"", "nada.csv"), (b"PK\x03\x04 broken", "roto.xlsx"), (b"hola", "hola.pdf")]
    )
    def test_a_bad_file_is_told_beside_it(self, client, inside, content, name):
        """C11"""
        told = words(upload(client, content, filename=name))
        assert 'class="field wrong"' in told
        with inside():
            assert not Campaign.objects.exists()

    def test_missing_columns_offer_their_look_alikes(self, client, inside):
        """C1: nothing goes on until they are chosen."""
        found = begun(
            client, inside, a_file("10000000-8;Ana;1000;960000000", headings="RUT;Nombre;Saldo;Fono uno")
        )
        told = words(client.get(step("columns", found)))
        assert "Fono uno" in told
        assert '<optgroup label="' in told
        mapping = {"document": "RUT", "name": "Nombre", "amount": "Saldo"}
        assert 'role="alert"' in words(client.post(step("columns", found), mapping))
        assert client.get(step("preview", found))["Location"] == step("columns", found)
        assert settled(client, found)["Location"] == step("columns", found)
        chosen = client.post(step("columns", found), {**mapping, "phone": "Fono uno"})
        assert chosen["Location"] == step("preview", found)

    def test_a_heading_chosen_twice_is_refused(self, client, inside):
        """C1"""
        found = begun(client, inside, people(1))
        mapping = {"document": "RUT", "name": "Nombre", "amount": "RUT", "mobile": "Celular"}
        assert "errorlist" in words(client.post(step("columns", found), mapping))

    def test_refused_rows_come_as_a_workbook_with_reasons(self, client, inside):
        """C10, W3: before and after the reading alike."""
        found = begun(client, inside, a_file(debtor(1), "1-1;Mal;;1;;;"))
        before = client.get(step("rejected", found))
        settled(client, found)
        after = client.get(step("refused", found))
        for download in (before, after):
            body = b"".join(download.streaming_content) if download.streaming else download.content
            sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
            assert [row[0] for row in sheet[1:]] == ["1-1"]
            assert sheet[1][-2] == "document_check_digit"

    def test_many_refused_rows_are_written_by_a_job(self, client, inside, monkeypatch):
        """W2, W3: a workbook that nobody can wait for is offered, never 403; CSV is taken at once."""
        monkeypatch.setattr(exports, "MOST_ROWS_OF_A_WORKBOOK", 1)
        found = begun(client, inside, a_file(debtor(1), "1-1;Mal;;1;;;", "2-2;Mal;;1;;;"))
        settled(client, found)
        here = step("refused", found)
        assert f'href="{here}?format=csv"' in words(client.get(step("forecast", found)))
        taken = client.get(f"{here}?format=csv")
        assert taken.content.decode("utf-8-sig").count("document_check_digit") == 2
        assert 'method="post"' in words(client.get(here))
        job = client.post(here)
        assert job.status_code == 302
        assert work_once(platform=False)
        book = client.get(f"{job['Location']}file/")
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
        assert [row[-2] for row in sheet] == ["code", "document_check_digit", "document_check_digit"]

    def test_settings_are_refused_by_their_keys(self, client, inside):
        """C12, C13: beside the field, named as programs know it; nothing is kept."""
        found = begun(client, inside, people(1))
        wrong = settled(
            client,
            found,
            max_attempts="11",
            hours_end="9",
            days_of_week=[],
            ring_seconds="two",
            machine_max_attempts="x",
            dias_fecha_limite="400",
        )
        told = words(wrong)
        for key in ("dias_fecha_limite",):
            assert f"{key}: " in told
        told = words(
            settled(
                client,
                found,
                max_attempts="11",
                hours_end="9",
                days_of_week=[],
                ring_seconds="two",
                machine_max_attempts="x",
            )
        )
        for key in (
            "retry_settings.max_attempts",
            "allowed_call_hours.end",
            "days_of_week",
            "ring_seconds",
            "retry_by_outcome.machine.max_attempts",
        ):
            assert f"{key}: " in told
        assert fresh(inside, found).call_settings == found.call_settings

    def test_seconds_are_read_as_people_write_them(self, client, inside):
        """W7: the page itself writes 7,200 beside the field."""
        found = begun(client, inside, people(1))
        settled(client, found, max_call_seconds="3.600")
        assert fresh(inside, found).call_settings["max_call_seconds"] == 3_600

    @pytest.mark.parametrize("when", ["0001-01-01T00:00", "9999-12-31T23:59"])
    def test_a_year_that_is_none_of_ours_is_told_beside_it(self, client, inside, when):
        """S13: and the page opens again."""
        found = begun(client, inside, people(1))
        assert "between the years 1900 and 2200" in words(settled(client, found, starts_at=when))
        assert fresh(inside, found).starts_at is None
        words(client.get(step("settings", found)))

    def test_hours_outside_the_law_are_refused(self, client, inside):
        """C13"""
        found = begun(client, inside, people(1))
        told = words(settled(client, found, hours_start="21:00", hours_end="23:00", windows=""))
        assert "allowed_call_hours: " in told

    def test_dates_that_cross_are_refused(self, client, inside):
        """C8"""
        found = begun(client, inside, people(1))
        told = words(settled(client, found, dias_fecha_limite="9"))
        assert "dias_fecha_limite" in told
        with inside():
            assert not Entry.objects.exists()

    def test_a_preset_fills_in_and_keeps_what_was_typed(self, client, inside):
        """C13: offered, never assumed."""
        found = begun(client, inside, people(1))
        told = words(settled(client, found, preset="survey", name="Otra"))
        for value in ('value="Otra"', 'value="11:00"', 'value="17:00"', 'value="48"', 'value="25"'):
            assert value in told
        assert fresh(inside, found).name == "Marzo"

    def test_duplicates_are_shown_and_may_be_called(self, client, inside):
        """C9"""
        settled(client, begun(client, inside, people(2)))
        found = begun(client, inside, people(3), name="Otra vez")
        told = words(client.get(step("preview", found)))
        assert "batch-" in told
        assert 'name="allow_duplicates"' in told
        client.post(step("preview", found), {"do": "count", "allow_duplicates": "on"})
        assert "batch-" not in words(client.get(step("preview", found)))
        settled(client, found)
        with inside():
            assert standing(found.code) == {"queued": 3}

    def test_a_suspended_account_makes_drafts_but_no_launch(self, client, inside, payer, alice):
        """C22: the page says why, and a launch that is sent all the same is refused."""
        with inside():
            actions.suspend_account(code=payer.code, by=alice.pk)
        found = begun(client, inside, people(1))
        settled(client, found)
        told = words(client.get(step("forecast", found)))
        assert 'value="launch"' not in told
        assert reverse("admin:campaigns_account_change", args=[payer.pk]) in told
        client.post(step("forecast", found), {"do": "launch"})
        assert fresh(inside, found).state == "ready"

    def test_too_little_money_is_told_before(self, client, inside, payer):
        """C23"""
        with inside():
            Account.objects.filter(pk=payer.pk).update(balance="0.5")
        found = begun(client, inside, people(3))
        settled(client, found, spend_cap="0.7")
        told = words(client.get(step("forecast", found)))
        assert told.count("0.96") >= 3  # the tile, the balance's remark, the cap's remark

    def test_whom_its_own_end_leaves_over_is_told_before(self, client, inside, payer):
        """C20, C21: two days of one call each are too few for five people."""
        with inside():
            Account.objects.filter(pk=payer.pk).update(daily_call_limit=1)
        found = begun(client, inside, people(5))
        settled(client, found)
        with inside():
            Campaign.objects.filter(pk=found.pk).update(ends_at=timezone.now() + timedelta(days=2))
        told = words(client.get(step("forecast", found)))
        assert "The campaign ends before" in told
        assert "cannot be told" not in told
