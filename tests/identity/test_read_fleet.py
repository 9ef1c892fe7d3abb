"""Files of the fleet become records with their keys, or reasons in words (I1, Imports)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from identity.imports import VOCABULARIES, RowReason, Terms, describe_reason, open_fleet_file
from identity.rules import ClaimState, ImportKind
from identity.samples import write_fleet
from identity.samples.fleet import HEADINGS
from tenants.intake.tables import UnreadableFile
from tests.workbooks import sheet_of, workbook

TERMS = Terms(
    country="PE",
    zone=ZoneInfo("America/Lima"),
    now=datetime(2026, 3, 10, 12, tzinfo=UTC),
    milestones={"M1": Decimal(25), "M5": Decimal(35), "M25": Decimal(100)},
    codes={"M1": "M1", "M5": "M5", "M25": "M25", "1": "M1", "5": "M5", "25": "M25"},
)
LEADS, DRIVERS, TRIPS, CLAIMS, SCOUTS = (
    ImportKind.LEADS, ImportKind.DRIVERS, ImportKind.TRIPS, ImportKind.CLAIMS, ImportKind.SCOUTS,
)  # fmt: skip


def opened(kind, text, filename="a.csv"):
    return open_fleet_file(text.encode() if isinstance(text, str) else text, filename=filename, kind=kind)


def read(kind, headings, *lines):
    file = opened(kind, "\n".join([headings, *lines]))
    return list(file.rows(file.suggest_mapping(), TERMS))


def one(kind, headings, line):
    (row,) = read(kind, headings, line)
    return row


def reason(kind, headings, line):
    row = one(kind, headings, line)
    assert row.record is None
    return row.reason


class TestHeadings:
    @pytest.mark.parametrize("kind", [LEADS, DRIVERS, TRIPS, CLAIMS])
    def test_it_knows_every_heading_of_the_sample_fleet(self, kind):
        known = [VOCABULARIES[kind].recognise(heading) for heading in HEADINGS[kind]]
        assert None not in known
        assert len(set(known)) == len(known)

    @pytest.mark.parametrize(
        ("kind", "headings"),
        [
            (LEADS, "Id externo;Fecha de creación;Flota;Nombres;Apellidos;Celular;DNI;Brevete;Correo;Placa"),
            (LEADS, "Nombre;Marca;Modelo;Color;Ciudad;Estado"),
            (DRIVERS, "Conductor;Flota;Fecha de contratación;Nombre;Apellido;Teléfono;Documento;Patente"),
            (TRIPS, "Id conductor;Fecha;Viajes completados"),
            (CLAIMS, "ID del lead;Hito;Estado;Monto"),
            (SCOUTS, "Captador;Nombre;Apellidos;Teléfono;Fecha de registro"),
        ],
    )  # fmt: skip
    def test_it_knows_spanish_headings(self, kind, headings):
        file = opened(kind, headings + "\n" + ";".join("x" for _ in headings.split(";")))
        assert set(file.suggest_mapping().values()) == set(headings.split(";"))
        assert file.missing_columns(file.suggest_mapping()) == []

    def test_it_says_which_columns_are_missing(self):
        file = opened(TRIPS, "driver_id,city\nd1,Lima")
        assert file.missing_columns(file.suggest_mapping()) == ["day", "trips"]
        assert opened(LEADS, "city,park\nx,y").missing_columns({"city": "city"}) != []

    def test_one_heading_is_not_taken_for_two_columns(self):
        file = opened(CLAIMS, "external_id,milestone,state\nL1,M1,paid")
        assert file.missing_columns({"external_id": "state", "milestone": "milestone", "state": "state"})


LEAD_HEADINGS = (
    "external_id,lead_created_at,park,first_name,middle_name,last_name,park_phone,document,licence,email,"
    "asset_plate_number,car_brand,car_model,car_colour,city,status"
)
ANA = (
    "L-1,05/03/2026 23:30,lima-1,Ana María,,De la Peña,999 888 777,12.345.678,q12345678,"
    "Ana@Correo.EXAMPLE ,abc-123,Toyota,Yaris,rojo,Lima,nuevo"
)


class TestLeads:
    def test_it_reads_what_was_typed_and_its_keys(self):
        """I1: one normal form of each identifier; the date is the tenant's."""
        lead = one(LEADS, LEAD_HEADINGS, ANA).record
        assert (lead.external_id, lead.park, lead.first_name, lead.city) == (
            "L-1",
            "lima-1",
            "Ana María",
            "Lima",
        )
        assert lead.happened_at == datetime(2026, 3, 6, 4, 30, tzinfo=UTC)
        assert lead.lead_date == date(2026, 3, 5)
        assert (lead.phone_key, lead.document_key, lead.licence_key) == (
            "51999888777",
            "12345678",
            "Q12345678",
        )
        assert (lead.email_key, lead.plate_key, lead.car_key) == (
            "ana@correo.example",
            "ABC123",
            "TOYOTA YARIS",
        )
        assert lead.name_key == "ANA MARIA DE LA PENA"

    def test_other_spellings_are_the_same_inputs_and_other_facts_are_not(self):
        """I7c: the hash is of what matching reads; a city is not read."""
        first = one(LEADS, LEAD_HEADINGS, ANA).record.inputs
        spelt = (
            ANA.replace("999 888 777", "+51-999888777").replace("abc-123", "ABC123").replace("Lima,", "Ica,")
        )
        assert one(LEADS, LEAD_HEADINGS, spelt).record.inputs == first
        for old, new in (("888", "887"), ("lima-1", "lima-2"), ("05/03", "06/03"), ("Ana María", "Eva")):
            assert one(LEADS, LEAD_HEADINGS, ANA.replace(old, new)).record.inputs != first

    def test_a_lead_without_a_date_is_taken(self):
        lead = one(LEADS, "external_id,created_at,phone", "L-1,,999888777").record
        assert (lead.happened_at, lead.lead_date) == (None, None)

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("row:7,,999888777", RowReason.RESERVED_ID),
            ("L1,tomorrow,999888777", RowReason.BAD_MOMENT),
            ("L1,31/02/2026,999888777", RowReason.BAD_MOMENT),
            ("L1,2026-03-12 12:00,999888777", RowReason.FUTURE_MOMENT),
            (",2026-03-01,", RowReason.EMPTY),
            (",2026-03-01,no tiene", RowReason.EMPTY),
            ("x" * 121 + ",,999888777", RowReason.TOO_LONG),
            ("L1,," + "9" * 65, RowReason.TOO_LONG),
            ("L1,,9998\x0088777", RowReason.NUL_CHARACTER),
            ('L1,,"999888777', RowReason.UNCLOSED_QUOTE),
        ],
    )
    def test_it_says_why_a_row_is_refused(self, line, expected):
        assert reason(LEADS, "external_id,created_at,phone", line) is expected

    def test_a_lead_of_within_a_day_is_a_clock_that_runs_ahead(self):
        assert one(LEADS, "external_id,created_at", "L1,2026-03-11 06:59").record is not None

    @pytest.mark.parametrize(
        ("column", "value"),
        [("first_name", "ﷺ" * 100), ("email", "İ" * 200), ("last_name", "ß" * 150)],
    )
    def test_letters_that_grow_in_capitals_never_overflow_a_column(self, column, value):
        row = one(LEADS, f"external_id,{column}", f"L1,{value}")
        assert row.reason is RowReason.TOO_LONG or len(row.record.name_key) <= 452

    def test_a_workbook_keeps_the_time_of_a_moment(self):
        """A lead of late evening must not become one of midnight."""
        # 46086 is the fifth of March; the style says that it is a day with its time.
        content = workbook(sheet_of([["external_id", "created_at"], ["L1", (46086 + 22.25 / 24, 1)]]))
        file = opened(LEADS, content, "a.xlsx")
        (row,) = file.rows(file.suggest_mapping(), TERMS)
        assert row.record.happened_at == datetime(2026, 3, 6, 3, 15, tzinfo=UTC)


class TestDrivers:
    def test_it_reads_an_account(self):
        headings = "driver_id,park,hired_on,name,phone,placa"
        driver = one(DRIVERS, headings, "d 1,,15/02/2026,Ana,+56 9 8765 4321,xx-12").record
        assert (driver.driver_id, driver.hired_on, driver.park) == ("d 1", date(2026, 2, 15), "")
        assert (driver.phone_key, driver.plate_key) == ("56987654321", "XX12")

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            (",2026-01-01", RowReason.NO_DRIVER_ID),
            ("\u200b,2026-01-01", RowReason.NO_DRIVER_ID),
            ("d" * 65 + ",", RowReason.TOO_LONG),
            ("d1,soon", RowReason.BAD_HIRE_DATE),
        ],
    )
    def test_it_says_why_a_row_is_refused(self, line, expected):
        assert reason(DRIVERS, "driver_id,hired_on", line) is expected


class TestTrips:
    @pytest.mark.parametrize(
        ("written", "trips"), [("0", 0), ("12", 12), ("12.0", 12), ("300", 300), ("-0", 0)]
    )
    def test_it_reads_a_day(self, written, trips):
        record = one(TRIPS, "driver_id,on,completed_trips", f"d1,2026-03-05,{written}").record
        assert (record.driver_id, record.day, record.trips) == ("d1", date(2026, 3, 5), trips)

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            (",2026-03-05,1", RowReason.NO_DRIVER_ID),
            ("d1,,1", RowReason.BAD_DAY),
            ("d1,2026-02-29,1", RowReason.BAD_DAY),
            ("d1,2026-03-12,1", RowReason.FUTURE_DAY),
            ("d1,2026-03-05,", RowReason.BAD_TRIPS),
            ("d1,2026-03-05,1.5", RowReason.BAD_TRIPS),
            ("d1,2026-03-05,many", RowReason.BAD_TRIPS),
            ("d1,2026-03-05,1e3", RowReason.BAD_TRIPS),
            ("d1,2026-03-05,٣", RowReason.BAD_TRIPS),
            ("d1,2026-03-05,-1", RowReason.NEGATIVE_TRIPS),
            ("d1,2026-03-05,301", RowReason.TOO_MANY_TRIPS),
            ("d1,2026-03-05,99999999999999999999", RowReason.BAD_TRIPS),
        ],
    )
    def test_it_says_why_a_row_is_refused(self, line, expected):
        assert reason(TRIPS, "driver_id,on,completed_trips", line) is expected


class TestClaims:
    @pytest.mark.parametrize(
        ("written", "state", "amount"),
        [
            ("M1,paid,25", ClaimState.PAID, "25"),
            ("m1,Pagado,25.50", ClaimState.PAID, "25.50"),
            ('1,RECHAZADO,"25,5"', ClaimState.REJECTED, "25.5"),
            ("M1,vencido,25.0000", ClaimState.EXPIRED, "25"),
            ("M1,paid,25.00", ClaimState.PAID, "25"),
            ("M1,paid,0.500", ClaimState.PAID, "0.5"),
            ("M1,paid,1250.000", ClaimState.PAID, "1250"),
            ("M1,generated,", ClaimState.GENERATED, "25"),
            ("M1,expected,0", ClaimState.EXPECTED, "0"),
        ],
    )
    def test_it_reads_a_claim(self, written, state, amount):
        """Without an amount, the milestone's."""
        claim = one(CLAIMS, "external_id,milestone,state,amount", f"L1,{written}").record
        assert (claim.source_pk, claim.milestone, claim.state) == ("L1", "M1", state)
        assert claim.amount == Decimal(amount)

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            (",M1,paid,25", RowReason.NO_EXTERNAL_ID),
            ("row:1,M1,paid,25", RowReason.RESERVED_ID),
            ("L1,M2,paid,25", RowReason.UNKNOWN_MILESTONE),
            ("L1,,paid,25", RowReason.UNKNOWN_MILESTONE),
            ("L1,M1,,25", RowReason.UNKNOWN_STATE),
            ("L1,M1,lost,25", RowReason.UNKNOWN_STATE),
            ("L1,M1,paid,-25", RowReason.NEGATIVE_AMOUNT),
            ("L1,M1,paid,25.5051", RowReason.BAD_AMOUNT),
            ('L1,M1,paid,"1,500"', RowReason.AMBIGUOUS_AMOUNT),
            ("L1,M1,paid,1.250", RowReason.AMBIGUOUS_AMOUNT),
            ("L1,M1,paid,25.505", RowReason.AMBIGUOUS_AMOUNT),
            ('L1,M1,paid,"-1,000"', RowReason.AMBIGUOUS_AMOUNT),
            ("L1,M1,paid,NaN", RowReason.BAD_AMOUNT),
            ("L1,M1,paid,1e9", RowReason.BAD_AMOUNT),
            ("L1,M1,paid,99999999999", RowReason.BAD_AMOUNT),
        ],
    )
    def test_it_says_why_a_row_is_refused(self, line, expected):
        """Imports: "1,500" is never taken for one and a half, nor for 1500: it could mean either."""
        assert reason(CLAIMS, "external_id,milestone,state,amount", line) is expected


class TestRepeatedKeys:
    def superseded(self, kind, headings, *lines):
        file = opened(kind, "\n".join([headings, *lines]))
        return sorted(file.superseded_lines(file.suggest_mapping(), TERMS))

    def test_the_later_row_wins(self):
        assert self.superseded(DRIVERS, "driver_id,name", "d1,A", "d2,B", "d1,C", "d1,D") == [2, 4]

    def test_a_row_that_cannot_be_taken_wins_over_nobody(self):
        lines = ("d1,2026-01-01", "d1,soon", "d2,2026-01-01", "d2,2026-01-02")
        assert self.superseded(DRIVERS, "driver_id,hired_on", *lines) == [4]

    def test_one_day_written_twice_is_one_day(self):
        lines = ("d1,2026-03-05,1", "d1,05/03/2026,2", "d1,06/03/2026,2")
        assert self.superseded(TRIPS, "driver_id,on,completed_trips", *lines) == [2]

    def test_one_milestone_written_twice_is_one_milestone(self):
        lines = ("L1,M1,paid", "L1,m1,expired", "L1,5,paid")
        assert self.superseded(CLAIMS, "external_id,milestone,state", *lines) == [2]

    def test_rows_without_an_external_id_have_no_key(self):
        assert self.superseded(LEADS, "external_id,phone", ",999888777", ",999888777") == []


def test_every_reason_has_words_in_both_languages():
    for code in RowReason:
        with override("en"):
            english = describe_reason(code)
        with override("es"):
            assert describe_reason(code) != english


def test_every_row_of_the_sample_fleet_can_be_taken(tmp_path):
    write_fleet(tmp_path, persons=200, leads=120)
    late = Terms(TERMS.country, TERMS.zone, datetime(2026, 11, 30, tzinfo=UTC), TERMS.milestones, TERMS.codes)
    for kind in (LEADS, DRIVERS, TRIPS, CLAIMS):
        file = opened(kind, (tmp_path / f"{kind}.csv").read_bytes())
        rows = list(file.rows(file.suggest_mapping(), late))
        assert {row.reason for row in rows} == {None}
        assert file.superseded_lines(file.suggest_mapping(), late) <= {row.line for row in rows}


@pytest.mark.parametrize(
    ("content", "filename"),
    [(b"", "a.csv"), (b"\0" * 400, "a.csv"), (b"PK\x03\x04junk", "a.xlsx"), (b"x", "a.pdf")],
)
def test_a_file_that_is_none_is_refused(content, filename):
    with pytest.raises(UnreadableFile):
        opened(LEADS, content, filename).count_rows()
