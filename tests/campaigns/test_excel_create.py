"""Files of people by the API: looked at, made a campaign, refused; each row ends somewhere (C1, C8-C10)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from campaigns.models import Campaign, ClientFile, ColumnMapping, Debt, Entry, RowReport, Suppression
from campaigns.queries import campaign
from tenants.jobs.models import Job
from tenants.records.models import AuditEntry, StoredFile
from tests.campaigns.uploading import (
    BATCHES,
    CREATE,
    HEADINGS,
    PREVIEW,
    a_file,
    a_payer,
    cells_of,
    debtor,
    people,
    send,
    standing,
)
from tests.personas.writing import answer

pytestmark = pytest.mark.usefixtures("unused_counters")


@pytest.fixture
def payer(inside):
    with inside():
        return a_payer()


@pytest.fixture
def client(api, alice, payer):
    return api(alice)


def counts(stats):
    return {name: count for name, count in stats.items() if isinstance(count, int) and count}


def made(client, content, **form):
    return answer(send(client, CREATE, content, **form), 201)


class TestCreate:
    def test_it_makes_a_campaign_of_a_file(self, client, inside):
        """C10, API: the first clients' shape; entries, debts and counters are there at once."""
        said = made(client, people(3), processing_type="acquisition")
        assert said == {
            "success": True,
            "batch_id": said["batch_id"],
            "batch_name": "Marzo",
            "processing_type": "acquisition",
            "stats": said["stats"],
        }
        assert counts(said["stats"]) == {"rows": 3, "persons": 3, "accepted": 3}
        with inside():
            found = campaign(code=said["batch_id"])
            assert (found.state, found.use_case, found.frame) == ("ready", "collection", found.frame)
            assert standing(found.code) == {"queued": 3}
            assert found.zones == sorted(set(Entry.objects.values_list("zones", flat=True)))
            first = Entry.objects.order_by("id")[0]
            assert (first.name, first.document, first.row) == ("Persona 0", "10000000-8", 2)
            assert first.person_key == "D:CL:10000000-8"
            assert first.phones == [{"number": "+56960000000", "kind": "mobile", "repaired": False}]
            debt = Debt.objects.get(entry=first)
            assert (debt.creditor, debt.amount, debt.currency) == ("Cobros Sur", Decimal(98_500), "CLP")
            assert AuditEntry.objects.filter(object_type="campaign", verb="created").count() == 1

    def test_each_row_ends_somewhere_alike_in_preview_and_create(self, client, inside, payer):
        """C9, C10: merged, repaired, duplicate, suppressed, ambiguous, refused; the counts add up to rows."""
        made(client, people(1), batch_name="Antes")
        with inside():
            Suppression.objects.create(kind="document", value="D:CL:10000001-6", source="person")
            Suppression.objects.create(kind="number", value="+56960000002", source="call", account=payer)
            Suppression.objects.create(kind="number", value="+56960000003", lifted_at=timezone.now())
        content = a_file(
            *(debtor(number) for number in range(5)),
            debtor(4, amount="1000"),
            debtor(5, phone="9912345678 9"),
            "1-1;Nadie;;100;;;960000000",
            debtor(6, phone="600 600 6000"),
        )
        looked = answer(send(client, PREVIEW, content))
        expected = {
            "rows": 9,
            "persons": looked["stats"]["persons"],
            "accepted": 2,
            "merged": 1,
            "duplicate": 1,
            "suppressed": 2,
        }
        assert counts(looked["stats"]).items() >= expected.items()
        ends = ("accepted", "repaired", "merged", "duplicate", "suppressed", "ambiguous", "refused")
        assert sum(looked["stats"][end] for end in ends) == 9
        with inside():
            assert (Campaign.objects.count(), StoredFile.objects.count()) == (1, 1)
        said = made(client, content)
        assert said["stats"] == looked["stats"]
        with inside():
            assert Entry.objects.filter(campaign__code=said["batch_id"]).count() == said["stats"]["persons"]
            doubled = RowReport.objects.get(status="duplicate")
            assert doubled.code == "live_elsewhere"
            assert doubled.told == {"campaign": Campaign.objects.get(name="Antes").code}
            assert doubled.cells[0].startswith("10000000")

    def test_it_hands_back_the_rows_that_were_not_accepted(self, client):
        """C10, W3: the columns of the file, the row's number, the reason in words."""
        said = made(client, a_file(debtor(0), "1-1;Nadie;;100;;;960000001"))
        rows = cells_of(client.get(f"{BATCHES}/{said['batch_id']}/rejected-rows", {"format": "csv"}))
        assert rows[0] == [*HEADINGS.split(";"), "row", "became", "code", "reason"]
        assert rows[1][:2] == ["1-1", "Nadie"]
        assert rows[1][7:10] == ["3", "refused", "document_check_digit"]
        assert rows[1][10]
        assert len(rows) == 2

    def test_duplicates_come_in_when_allowed(self, client, inside):
        """C9: skipped and named unless `allow_duplicates`; whoever has ended elsewhere is free."""
        made(client, people(2))
        assert counts(made(client, people(2), batch_name="Otra")["stats"]) == {"rows": 2, "duplicate": 2}
        again = made(client, people(2), batch_name="Otra más", allow_duplicates="true")
        assert again["stats"]["persons"] == 2
        with inside():
            assert Campaign.objects.get(name="Otra").state == "draft"
            Entry.objects.update(state="failed", finished_at=timezone.now())
        assert made(client, people(2), batch_name="Después")["stats"]["persons"] == 2

    def test_an_unknown_clock_is_held(self, client, inside):
        """C14: never guessed."""
        lines = [f"{debtor(0)};Narnia", f"{debtor(1)};America/Lima", f"{debtor(2)};"]
        made(client, a_file(*lines, headings=f"{HEADINGS};Zona horaria"))
        with inside():
            found = Entry.objects.order_by("id").values_list("state", "reason", "zones", "next_action")
            assert list(found)[:2] == [
                ("on_hold", "unknown_zone", "", "cure"),
                ("queued", "new", "America/Lima", "dial"),
            ]
            assert standing(Campaign.objects.get().code) == {"queued": 2, "on_hold": 1}

    def test_dates_are_counted_from_the_day_of_the_upload(self, client, inside):
        """C8: N calendar days on the campaign's clock, each overriding only its own date."""
        said = made(client, people(1), dias_fecha_maxima="30")
        with inside():
            found = Entry.objects.get(campaign__code=said["batch_id"])
            uploaded = ClientFile.objects.get(campaign=found.campaign).params["today"]
            assert found.fecha_maxima == date.fromisoformat(uploaded) + timedelta(days=30)
            assert found.fecha_limite == date(2026, 3, 9)

    @pytest.mark.parametrize(
        ("form", "status", "code"),
        [
            ({"account_id": "nobody"}, 404, "account_unknown"),
            ({"account_id": None}, 422, "invalid"),
            ({"processing_type": "magic"}, 422, "invalid"),
            ({"dias_fecha_limite": "366"}, 422, "dynamic_days_invalid"),
            ({"dias_fecha_limite": "1.5"}, 422, "dynamic_days_invalid"),
            ({"dias_fecha_limite": "9", "dias_fecha_maxima": "8"}, 422, "limit_after_maximum"),
            ({"call_settings_json": "{"}, 400, "malformed_json"),
            ({"call_settings_json": "[]"}, 422, "call_settings_invalid"),
            ({"call_settings_json": '{"hours": 1}'}, 422, "call_settings_invalid"),
            (
                {"call_settings_json": '{"allowed_call_hours": {"start": "21:00", "end": "23:00"}}'},
                422,
                "call_settings_no_legal_hours",
            ),
            ({"mapping_json": '{"document": "Otro"}'}, 422, "columns_unusable"),
            ({"surprise": "x"}, 422, "invalid"),
        ],
    )
    def test_what_makes_no_sense_is_refused_and_leaves_nothing(self, client, inside, form, status, code):
        said = answer(send(client, CREATE, people(1), **form), status)
        assert said["type"] == f"urn:minga:problem:{code}"
        with inside():
            assert not Campaign.objects.exists()
            assert not StoredFile.objects.exists()

    @pytest.mark.parametrize("content", [b"", b"\0\1\2", b"PK\3\4rubbish", HEADINGS.encode()])
    def test_a_bad_file_is_unprocessable(self, client, content):
        """C11."""
        name = "a.xlsx" if content.startswith(b"PK") else "a.csv"
        said = answer(send(client, CREATE, content, name=name), 422)
        assert said.get("fault") or said["errors"][0]["code"] == "empty"

    def test_missing_columns_are_listed_with_look_alikes(self, client):
        """C1: a preview shows them, create is 422; a mapping cures it and is remembered per account."""
        headings = HEADINGS.replace("Saldo actualizado", "Saldo actual")
        content = a_file(debtor(0), headings=headings)
        looked = answer(send(client, PREVIEW, content, processing_type="acquisition"))
        assert (looked["success"], looked["stats"]) == (False, None)
        assert looked["missing"] == [
            {"column": "amount", "label": "amount", "look_alikes": looked["missing"][0]["look_alikes"]}
        ]
        assert "Saldo actual" in looked["missing"][0]["look_alikes"]
        refused = answer(send(client, CREATE, content, processing_type="acquisition"), 422)
        assert refused["missing"] == looked["missing"]
        mapping = '{"amount": "Saldo actual"}'
        made(client, content, processing_type="acquisition", mapping_json=mapping)
        again = a_file(debtor(1), headings=headings)
        assert made(client, again, processing_type="acquisition")["stats"]["persons"] == 1

    def test_parameters_come_in_the_query_or_in_the_form(self, client):
        """API: query or form, not both."""
        query = "?account_id=acc-test-001&batch_name=Consulta&processing_type=acquisition&dias_fecha_limite=3"
        said = answer(send(client, CREATE, people(1), query=query, account_id=None, batch_name=None), 201)
        assert (said["batch_name"], said["processing_type"]) == ("Consulta", "acquisition")
        doubled = send(client, CREATE, people(1), query="?batch_name=Uno", batch_name="Dos")
        assert answer(doubled, 400)["errors"][0]["code"] == "repeated_parameter"

    def test_a_generic_file_keeps_its_other_columns_as_variables(self, client, inside):
        """C2: marketing, without debts."""
        content = b"nombre;telefono;Ciudad de origen\nAna;960000001;Arica\n"
        looked = answer(send(client, PREVIEW, content, processing_type="generic"))
        assert looked["variables"] == ["ciudad_de_origen"]
        said = made(client, content, processing_type="generic")
        with inside():
            found = campaign(code=said["batch_id"])
            assert found.use_case == "marketing"
            entry = Entry.objects.get()
            assert (entry.variables, entry.person_key) == ({"ciudad_de_origen": "Arica"}, "N:+56960000001")
            assert ColumnMapping.objects.get().processing_type == "generic"


class TestSameUpload:
    def test_it_is_one_campaign(self, client, inside):
        """C10: the same account, bytes and parameters within a day."""
        first = made(client, people(2))
        second = answer(send(client, CREATE, people(2)), 200)
        assert second == first
        other = made(client, people(2), batch_name="Otra", allow_duplicates="true")
        assert other["batch_id"] != first["batch_id"]
        with inside():
            ClientFile.objects.update(created_at=timezone.now() - timedelta(hours=25))
        later = made(client, people(2))
        assert later["batch_id"] not in (first["batch_id"], other["batch_id"])

    @pytest.mark.parametrize("reason", ["Guion+equivocado", ""])
    @pytest.mark.parametrize("archived", [False, True])
    def test_a_cancelled_campaign_keeps_no_file_for_itself(self, client, archived, reason):
        """C10, C22: whoever cancelled and sends the file again wants calls; the second is then the one."""
        first = made(client, people(2))
        batch = f"{BATCHES}/{first['batch_id']}"
        answer(client.post(f"{batch}/cancel?reason={reason}"))
        if archived:
            answer(client.post(f"{batch}/archive"))
        second = made(client, people(2))
        assert second["batch_id"] != first["batch_id"]
        assert second["stats"]["persons"] == 2
        assert answer(send(client, CREATE, people(2)), 200) == second

    def test_a_key_still_answers_what_it_answered(self, client):
        """W12: a retry under the client's own key is the same write, whatever became of it."""
        first = made(client, people(1), key="uno")
        answer(client.post(f"{BATCHES}/{first['batch_id']}/cancel?reason=x"))
        assert answer(send(client, CREATE, people(1), key="uno"), 201) == first

    def test_a_key_of_the_client_s_own_names_it(self, client, inside):
        """C10, W12: the header decides where there is one."""
        first = made(client, people(1), key="uno")
        again = send(client, CREATE, people(1), key="uno")
        assert answer(again, 201) == first
        assert again["Idempotency-Replayed"] == "true"
        assert answer(send(client, CREATE, people(1), key="uno", batch_name="Otro"), 422)
        assert made(client, people(1), key="dos")["batch_id"] != first["batch_id"]
        with inside():
            assert Campaign.objects.count() == 2

    def test_nobody_else_s_people_are_consulted(self, client, api, carol, birch):
        """C9: another tenant's data is never asked."""
        from tenants.scope import tenant_scope

        made(client, people(2))
        with tenant_scope(birch.schema_name):
            a_payer()
        said = answer(send(api(carol), CREATE, people(2)), 201)
        assert said["stats"]["duplicate"] == 0


class TestLargeFile:
    def test_it_becomes_a_job_and_answers_at_once(self, client, inside):
        """W2, W13: 202 with the batch and where its job is followed; a draft until it is read."""
        response = send(client, CREATE, people(3), query="?async=true")
        said = answer(response, 202)
        assert said["stats"] is None
        assert response["Location"] == said["job"]["self"]
        with inside():
            assert campaign(code=said["batch_id"]).state == "draft"
            job = Job.objects.get(kind="campaigns.import")
            assert ClientFile.objects.get().job == job.pk
        refused = answer(client.post(f"{BATCHES}/{said['batch_id']}/launch"), 409)
        assert "still_importing" in refused["reasons"]
        again = answer(send(client, CREATE, people(3), query="?async=true"), 202)
        assert again["batch_id"] == said["batch_id"]


def test_a_viewer_may_not(api, bob, payer):
    answer(send(api(bob), CREATE, people(1)), 403)
    answer(send(api(bob), PREVIEW, people(1)), 403)
