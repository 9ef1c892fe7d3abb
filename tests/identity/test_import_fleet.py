"""Imports of leads, drivers, trips, claims and scouts: upserts, late rows, wakes, refusals (Imports, I7c)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from identity import actions
from identity.models import (
    BacklogEvent,
    Case,
    Claim,
    Driver,
    FleetImport,
    Lead,
    Link,
    RefusedRow,
    ScoutRegistration,
    TripDay,
)
from identity.rules import BacklogEventKind, ImportKind, Outcome, Reason, Source
from tenants.jobs.models import Job
from tests.identity.fleet import a_driver, a_lead, a_person, linked
from tests.identity.importing import LEADS, counts, ended, file_of, refused, taken, upload, work

ANA = "L1,05/03/2026 23:30,lima,Ana,Ruiz,999888777,12345678,Lima"
EVA = "L2,2026-03-06,lima,Eva,Soto,999888666,,"


def versions(model):
    """Where each row lies and who wrote it: a row that was written again, or locked, has others."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ctid::text, xmin::text, xmax::text FROM {model._meta.db_table} ORDER BY 1")
        return cursor.fetchall()


def events():
    return sorted(BacklogEvent.objects.values_list("source_pk", "kind"))


class TestLeads:
    def test_it_writes_leads_that_enter_the_backlog(self, in_acme):
        """I15: each new lead enters, in the statement that writes it."""
        assert taken(in_acme, "leads", ANA, EVA) == {"total_rows": 2, "created": 2}
        lead = Lead.objects.get(source_pk="L1")
        assert (lead.external_id, lead.first_name, lead.park, lead.city) == ("L1", "Ana", "lima", "Lima")
        assert (lead.phone_key, lead.document_key, lead.name_key) == ("56999888777", "12345678", "ANA RUIZ")
        # Acme is in Chile: three hours from Greenwich until April.
        assert lead.happened_at == datetime(2026, 3, 6, 2, 30, tzinfo=UTC)
        assert lead.lead_date == date(2026, 3, 5)
        assert events() == [("L1", "entered"), ("L2", "entered")]
        assert set(BacklogEvent.objects.values_list("job", flat=True)) == {FleetImport.objects.get().job}

    def test_the_same_file_again_writes_and_locks_nothing(self, in_acme):
        """Imports: upsert by key; I7c: a no-op writes zero rows."""
        taken(in_acme, "leads", ANA, EVA)
        before = versions(Lead), versions(BacklogEvent)
        assert taken(in_acme, "leads", EVA, ANA) == {"total_rows": 2, "unchanged": 2}
        assert (versions(Lead), versions(BacklogEvent)) == before

    def test_changed_rows_update_and_other_facts_are_new_evidence(self, in_acme):
        """I7c: a changed phone changes the inputs, a changed city does not."""
        taken(in_acme, "leads", ANA, EVA)
        before = dict(Lead.objects.values_list("source_pk", "inputs"))
        changed = [ANA.replace("Lima", "Ica"), EVA.replace("666", "555")]
        assert taken(in_acme, "leads", *changed) == {"total_rows": 2, "updated": 2}
        after = dict(Lead.objects.values_list("source_pk", "inputs"))
        assert after["L1"] == before["L1"]
        assert after["L2"] != before["L2"]
        assert Lead.objects.get(source_pk="L1").city == "Ica"
        assert events() == [("L1", "entered"), ("L2", "entered")]

    def test_a_column_that_the_file_lacks_takes_nothing_away(self, in_acme):
        """Imports: a file of statuses blanks no phone, no date and no name; a blank cell does."""
        taken(in_acme, "leads", ANA, EVA)
        before = Lead.objects.values("inputs", "phone", "lead_date", "first_name", "last_name").get(
            source_pk="L1"
        )
        found = ended(in_acme, "leads", b"external_id,status\r\nL1,activo\r\nL3,nuevo\r\n")
        assert {name: counts(found)[name] for name in ("created", "updated")} == {"created": 1, "updated": 1}
        lead = Lead.objects.get(source_pk="L1")
        assert {name: getattr(lead, name) for name in before} == before
        assert lead.status == "activo"
        ended(in_acme, "leads", b"external_id,park_phone\r\nL1,\r\n")
        assert (Lead.objects.get(source_pk="L1").phone, Lead.objects.get(source_pk="L1").status) == (
            "",
            "activo",
        )
        ended(in_acme, "leads", b"external_id,full name\r\nL1,Ana Luz Soto\r\n")
        assert Lead.objects.get(source_pk="L1").name == "Ana Luz Soto"

    def test_a_lead_whose_link_came_first_is_not_red(self, in_acme):
        """I15: events follow what is red."""
        person = a_person("Ana")
        Link.objects.create(
            source=Source.CABINET, source_pk="L1", person=person, rule="R1_PHONE_EXACT", score=95,
            confidence="HIGH", via="migration",
        )  # fmt: skip
        taken(in_acme, "leads", ANA, EVA)
        assert events() == [("L2", "entered")]

    def test_rows_without_an_external_id_are_known_again(self, in_acme):
        """Words, Lead: the key is row: and the row's number; the same file twice makes nobody twice."""
        rows = (",05/03/2026 10:00,lima,Ana,Ruiz,999888777,,Lima", ",,lima,Eva,Soto,,,", ANA)
        assert taken(in_acme, "leads", *rows) == {"total_rows": 3, "created": 3}
        found = Lead.objects.get(external_id="", first_name="Ana")
        assert found.source_pk == f"row:{found.pk}"
        before = versions(Lead)
        assert taken(in_acme, "leads", *rows) == {"total_rows": 3, "unchanged": 3}
        assert versions(Lead) == before
        assert taken(in_acme, "leads", rows[0].replace(",Lima", ",Ica")) == {"total_rows": 1, "updated": 1}
        assert Lead.objects.get(pk=found.pk).city == "Ica"
        other = ",06/03/2026 10:00,lima,Ana,Ruiz,999888777,,Lima"
        assert taken(in_acme, "leads", other) == {"total_rows": 1, "created": 1}

    def test_twice_the_same_nameless_row_is_one_lead(self, in_acme):
        row = ",05/03/2026 10:00,lima,Ana,Ruiz,999888777,,Lima"
        assert taken(in_acme, "leads", row, row.replace("999888777", "999-888-777")) == {
            "total_rows": 2, "created": 1, "superseded": 1,
        }  # fmt: skip
        assert Lead.objects.get().phone == "999-888-777"

    def test_refused_rows_are_listed_and_the_others_taken(self, in_acme):
        """Row report: line, reason, cells."""
        bad = [
            "row:7,,,,,,,",
            "L3,2099-01-01,,,,,,",
            "L4,31/02/2026,,,,,,",
            f"{'x' * 121},,,,,,,",
            "L5,,,A\0,,,,",
            'L6,,,"Ana,,,,',
            ",,lima,,,,,Lima",
        ]
        found = ended(in_acme, "leads", file_of("leads", ANA, *bad, EVA))
        assert (counts(found)["created"], counts(found)["refused"]) == (2, 7)
        assert refused(found) == {
            3: "external_id_reserved",
            4: "created_at_in_future",
            5: "created_at_not_a_date",
            6: "value_too_long",
            7: "nul_character",
            8: "unclosed_quote",
            9: "nobody_named",
        }
        assert RefusedRow.objects.get(line=4).cells[:2] == ["L3", "2099-01-01"]

    def test_the_later_of_two_rows_wins_wherever_they_stand(self, in_acme, monkeypatch):
        """Told: the earlier line is in the report; sent again, the file changes nothing."""
        monkeypatch.setattr("identity.actions.importing.work.CHUNK_ROWS", 2)
        rows = [ANA, EVA, "L3,,,A,B,,,", ANA.replace("Ana", "Anita"), "L3,soon,,A,B,,,"]
        found = ended(in_acme, "leads", file_of("leads", *rows))
        assert refused(found) == {2: "later_row_taken", 6: "created_at_not_a_date"}
        assert (counts(found)["created"], counts(found)["superseded"], counts(found)["refused"]) == (3, 1, 1)
        assert Lead.objects.get(source_pk="L1").first_name == "Anita"
        before = versions(Lead)
        again = ended(in_acme, "leads", file_of("leads", *rows))
        assert (counts(again)["unchanged"], versions(Lead)) == (3, before)

    def test_a_chunk_takes_few_statements_whatever_its_size(self, in_acme):
        with CaptureQueriesContext(
            connection,
        ) as few:
            taken(in_acme, "leads", ANA)
        with CaptureQueriesContext(connection) as many:
            taken(in_acme, "leads", *(f"M{n},2026-03-01,lima,Ana,Ruiz,9998{n:05d},," for n in range(1_000)))
        assert len(many) == len(few)


D1 = "d1,lima,2026-03-01,Ana,Ruiz,999888777,12345678,Q12345678,ana@x.example,abc-123"
D2 = "d2,lima,2026-03-02,Eva,Soto,999888666,,,,"


class TestDrivers:
    def test_it_writes_accounts_and_changes(self, in_acme):
        assert taken(in_acme, "drivers", D1, D2) == {"total_rows": 2, "created": 2}
        driver = Driver.objects.get(driver_id="d1")
        assert (driver.hired_on, driver.plate_key, driver.phone_key) == (
            date(2026, 3, 1),
            "ABC123",
            "56999888777",
        )
        before = versions(Driver)
        result = taken(in_acme, "drivers", D1, D2)
        assert (result["unchanged"], versions(Driver)) == (2, before)
        assert taken(in_acme, "drivers", D1.replace("2026-03-01", ""), D2)["updated"] == 1
        assert Driver.objects.get(driver_id="d1").hired_on is None

    def test_a_new_key_wakes_exactly_the_red_leads_that_hold_it(self, in_acme):
        """I7c: wake by key; the linked, the closed and those with other keys sleep on."""
        then = datetime(2026, 3, 7, tzinfo=UTC)
        cases = {}
        for name, phone in (("holder", "777"), ("other", "222"), ("linked", "777"), ("ignored", "777")):
            lead = a_lead(name, phone=f"999888{phone}")
            Lead.objects.filter(pk=lead.pk).update(phone_key=f"56999888{phone}")
            cases[name] = Case.objects.create(
                lead=lead, outcome=Outcome.UNMATCHED, reason=Reason.NO_CANDIDATES, tried_at=then
            )
        Case.objects.filter(lead=cases["ignored"].lead).update(state="ignored", closed_at=then)
        linked(cases["linked"].lead, a_person("Eva"))
        assert taken(in_acme, "drivers", D1, D2)["woken"] == 1
        woken = Case.objects.filter(woken_at__isnull=False)
        assert [case.lead.external_id for case in woken] == ["holder"]
        moment = woken.get().woken_at
        assert "woken" not in taken(in_acme, "drivers", D1, D2), "nothing new came up"
        assert "woken" not in taken(in_acme, "drivers", D1.replace("ana@x", "ana@y"), D2), "it waits already"
        assert woken.get().woken_at == moment

    def test_a_changed_key_wakes_again_after_a_try(self, in_acme):
        lead = a_lead("L9", document="87654321")
        Case.objects.create(
            lead=lead, outcome=Outcome.UNMATCHED, reason=Reason.NO_CANDIDATES,
            tried_at=datetime(2026, 3, 7, tzinfo=UTC), woken_at=datetime(2026, 3, 6, tzinfo=UTC),
        )  # fmt: skip
        assert "woken" not in taken(in_acme, "drivers", D1)
        assert taken(in_acme, "drivers", D1.replace("12345678,Q", "87.654.321,Q"))["woken"] == 1

    def test_a_file_that_names_less_than_half_the_fleet_says_so_and_deletes_nobody(self, in_acme):
        for number in range(10):
            a_driver(f"k{number}")
        result = taken(in_acme, "drivers", *(f"k{n},lima,,,,,,,," for n in range(4)), D1)
        assert result["warnings"] == ["fleet_shrunk"]
        assert result["missing_drivers"] == 6
        assert Driver.objects.count() == 11
        assert "warnings" not in taken(in_acme, "drivers", *(f"k{n},lima,,,,,,,," for n in range(6)))

    def test_repeated_accounts_are_told(self, in_acme):
        found = ended(in_acme, "drivers", file_of("drivers", D1, D2, D1.replace("Ana", "Anita")))
        assert refused(found) == {2: "later_row_taken"}
        assert Driver.objects.get(driver_id="d1").first_name == "Anita"


class TestTrips:
    def test_it_writes_days_and_keeps_those_of_unknown_accounts(self, in_acme):
        """Imports: late rows are kept."""
        a_driver("d1")
        rows = ("d1,2026-03-05,3", "d1,06/03/2026,4", "d9,2026-03-05,1")
        assert taken(in_acme, "trips", *rows) == {"total_rows": 3, "created": 3, "late": 1}
        assert TripDay.objects.get(driver_id="d9").trips == 1
        assert taken(in_acme, "trips", rows[0].replace(",3", ",5"), *rows[1:]) == {
            "total_rows": 3, "updated": 1, "unchanged": 2, "late": 1,
        }  # fmt: skip
        assert TripDay.objects.get(driver_id="d1", day=date(2026, 3, 5)).trips == 5

    def test_impossible_days_are_refused(self, in_acme):
        found = ended(
            in_acme,
            "trips",
            file_of("trips", "d1,2026-03-05,-3", "d1,2026-03-05,999", "d1,x,1", ",2026-03-05,1"),
        )
        assert list(refused(found).values()) == [
            "trips_negative", "trips_too_many", "day_not_a_date", "driver_id_missing",
        ]  # fmt: skip
        assert not TripDay.objects.exists()


def claim(source_pk="L1", milestone="M1"):
    found = Claim.objects.get(source_pk=source_pk, milestone=milestone)
    return found.state, found.amount, found.person_id


class TestClaims:
    def test_claims_belong_to_the_person_of_their_lead_and_wait_for_one(self, in_acme):
        person = a_person("Ana")
        linked(a_lead("L1"), person)
        a_lead("L2")
        rows = ("L1,M1,generated,", "L2,M1,paid,25", "L3,5,expected,35")
        assert taken(in_acme, "claims", *rows) == {"total_rows": 3, "created": 3, "late": 1}
        assert claim() == ("generated", Decimal(25), person.key)
        assert claim("L2") == ("paid", Decimal(25), None)
        assert claim("L3", "M5") == ("expected", Decimal(35), None)

    def test_what_the_partner_answered_is_never_taken_back(self, in_acme):
        """I14: paid, rejected and expired stand; another answer replaces them."""
        taken(in_acme, "claims", "L1,M1,paid,25")
        assert taken(in_acme, "claims", "L1,M1,generated,30") == {"total_rows": 1, "kept": 1, "late": 1}
        assert claim() == ("paid", Decimal(25), None)
        taken(in_acme, "claims", "L1,M1,rejected,25")
        assert claim()[0] == "rejected"
        taken(in_acme, "claims", "L1,M5,generated,35")
        assert taken(in_acme, "claims", "L1,M5,expected,35")["kept"] == 1
        assert taken(in_acme, "claims", "L1,M5,generated,40")["updated"] == 1

    def test_a_milestone_of_one_person_is_owed_once(self, in_acme):
        """I14: the second lead's claim is kept and counts nothing."""
        person = a_person("Ana")
        linked(a_lead("L1"), person)
        linked(a_lead("L2"), person)
        taken(in_acme, "claims", "L1,M1,paid,25", "L2,M1,paid,25")
        assert sorted(str(one) for one in Claim.objects.values_list("person", flat=True)) == sorted(
            ["None", str(person.key)]
        )

    def test_what_is_paid_for_another_lead_of_the_person_counts(self, in_acme):
        """I14: unique per person and milestone; the partner's answer outweighs our expectation."""
        person = a_person("Ana")
        linked(a_lead("L1"), person)
        linked(a_lead("L2"), person)
        taken(in_acme, "claims", "L1,M1,generated,25")
        assert claim()[2] == person.key
        taken(in_acme, "claims", "L2,M1,paid,25")
        assert (claim()[2], claim("L2")[2]) == (None, person.key)

    def test_impossible_claims_are_refused(self, in_acme):
        rows = ("L1,M2,paid,1", "L1,M1,lost,1", "L1,M1,paid,-1", "L1,M1,paid,much", ",M1,paid,1")
        found = ended(in_acme, "claims", file_of("claims", *rows))
        assert list(refused(found).values()) == [
            "milestone_unknown", "state_unknown", "amount_negative", "amount_not_a_number",
            "external_id_missing",
        ]  # fmt: skip


class TestScouts:
    def test_registrations_are_written_and_linked(self, in_acme):
        """Imports: scouting registrations, their own source kind; no part of the red backlog."""
        a_driver("d1", name="Ana Ruiz", document="12345678", phone="999888777")
        Driver.objects.update(phone_key="56999888777")
        rows = ("S1,2026-03-01,Pedro,Ana Ruiz,999888777", "S2,,Pedro,Nadie,")
        assert taken(in_acme, "scouts", *rows) == {"total_rows": 2, "created": 2, "linked": 1}
        assert ScoutRegistration.objects.get(source_pk="S1").scout == "Pedro"
        assert Link.objects.filter(source=Source.SCOUT).values_list("source_pk", flat=True).get() == "S1"
        assert not BacklogEvent.objects.exists()
        assert taken(in_acme, "scouts", *rows) == {"total_rows": 2, "unchanged": 2}


class TestLife:
    def test_one_file_of_a_kind_is_imported_at_a_time(self, in_acme):
        """Of two rows with one key the later file's wins, so files of a kind go one after the other."""
        first, second = upload("leads", file_of("leads", ANA)), upload("leads", file_of("leads", EVA))
        job = actions.start_fleet_import(import_id=first.pk)
        with pytest.raises(actions.ImportBusy):
            actions.start_fleet_import(import_id=second.pk)
        with pytest.raises(actions.ImportStarted):
            actions.start_fleet_import(import_id=first.pk)
        actions.start_fleet_import(import_id=upload("trips", file_of("trips", "d1,2026-03-05,1")).pk)
        work(in_acme, job)
        actions.start_fleet_import(import_id=second.pk)
        with pytest.raises(actions.ImportStarted):
            actions.start_fleet_import(import_id=first.pk)

    def test_a_cancelled_import_goes_on_where_it_ended(self, in_acme, monkeypatch):
        monkeypatch.setattr("identity.actions.importing.work.CHUNK_ROWS", 1)
        found = upload("leads", file_of("leads", ANA, "row:1,,,,,,,", EVA))
        job = actions.start_fleet_import(import_id=found.pk)
        assert actions.cancel_fleet_import(import_id=found.pk).state == "cancelled"
        job = actions.start_fleet_import(import_id=found.pk)
        work(in_acme, job)
        found.refresh_from_db()
        assert (found.state, counts(found)["created"], counts(found)["refused"]) == ("completed", 2, 1)
        with pytest.raises(actions.ImportStarted):
            actions.cancel_fleet_import(import_id=found.pk)

    def test_a_file_without_the_needed_columns_is_not_started(self, in_acme):
        found = upload("trips", b"driver_id,city\nd1,Lima\n")
        with pytest.raises(actions.ColumnsMissing) as refusal:
            actions.start_fleet_import(import_id=found.pk)
        assert refusal.value.extra == {"missing": ["day", "trips"], "unknown": []}
        with pytest.raises(actions.ColumnsMissing):
            actions.map_fleet_columns(import_id=found.pk, mapping={"day": "nowhere"})

    def test_columns_can_be_named_by_hand(self, in_acme):
        found = upload("trips", b"who,when,how many\nd1,2026-03-05,3\n")
        mapping = {"driver_id": "who", "day": "when", "trips": "how many"}
        actions.map_fleet_columns(import_id=found.pk, mapping=mapping)
        work(in_acme, actions.start_fleet_import(import_id=found.pk))
        assert TripDay.objects.get().trips == 3
        with pytest.raises(actions.ImportStarted):
            actions.map_fleet_columns(import_id=found.pk, mapping=mapping)

    def test_a_preview_shows_rows_reasons_and_unknown_headings(self, in_acme):
        found = upload("leads", (LEADS + ",odd\n" + ANA + ",x\nrow:1,,,,,,,,\n").encode())
        terms = actions.terms_of(country="CL", zone="America/Santiago", now=datetime.now(UTC))
        seen = actions.preview_fleet_file(import_id=found.pk, terms=terms)
        assert (seen.unknown, seen.missing) == (["odd"], [])
        assert [getattr(row.record, "first_name", row.reason) for row in seen.rows] == [
            "Ana",
            "external_id_reserved",
        ]

    def test_an_unknown_zone_of_a_tenant_stops_nothing(self, in_acme):
        terms = actions.terms_of(country="XX", zone="../../etc/passwd", now=datetime.now(UTC))
        assert str(terms.zone) == "UTC"

    def test_refused_rows_are_forgotten_by_age(self, in_acme):
        found = ended(in_acme, "leads", file_of("leads", "row:1,,,,,,,"))
        assert actions.forget_refused_rows(before=found.created_at - timedelta(days=90)) == 0
        assert actions.forget_refused_rows(before=datetime.now(UTC) + timedelta(days=1)) == 1

    def test_its_job_shows_rows_and_counters(self, in_acme):
        ended(in_acme, "leads", file_of("leads", ANA, EVA))
        job = Job.objects.get()
        assert (job.done, job.total, job.kind, job.subject) == (2, 2, "identity.import", ImportKind.LEADS)
        assert BacklogEventKind.ENTERED in set(BacklogEvent.objects.values_list("kind", flat=True))
