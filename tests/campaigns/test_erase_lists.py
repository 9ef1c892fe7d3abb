"""What is kept of lists of suppressions for a day is no hiding place for who asks to be erased (S19)."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from campaigns import actions
from campaigns.actions import Reach
from campaigns.actions.erasing import CampaignTraces
from campaigns.models import Suppression, SuppressionList
from campaigns.rules import SuppressionSource
from tenants.actions.traces import GroundTraces
from tenants.models import Tenant
from tenants.records.actions import keep_file
from tenants.records.erasure import Fate, Finding, Order, PersonKeys, Trace
from tenants.records.models import StoredFile
from tenants.scope import tenant_scope
from tests.at_once import at_once, one_behind_the_other
from tests.campaigns.test_suppression_lists import NOW, NUMBERS, applied, looked
from tests.workbooks import sheet_of, workbook

HERS, ANOTHERS = NUMBERS[0], NUMBERS[1]
KEYS = PersonKeys(phone=HERS, document="9876543-3", email="zoila@marked.example", country="CL")


def looked_file(content: bytes, name: str = "lista.csv") -> SuppressionList:
    """Look at a file."""
    reach = Reach(SuppressionSource.PERSON)
    found = actions.preview_list_file(content=content, filename=name, country="CL", reach=reach, now=NOW)
    return found.made


def send(numbers: list[str]) -> SuppressionList:
    """Look at a file of numbers."""
    return looked_file("\n".join(["number", *numbers]).encode())


@transaction.atomic
def erase(keys: PersonKeys = KEYS) -> dict[str, int]:
    return {label: n for label, n in CampaignTraces().erased(Order(keys, None)).items() if n}


@pytest.mark.usefixtures("in_acme")
@pytest.mark.parametrize(
    "said", [HERS, "9 8765 4320", "0987654320", "0056 9 8765-4320", "9.876.543-3", "RUT 98765433"]
)
def test_a_typed_list_that_names_the_person_goes_however_it_is_written(said: str) -> None:
    """S19: told beforehand, then list and bytes; another's list stays, to be applied."""
    other = looked([ANOTHERS]).made
    looked([said, ANOTHERS])
    told = (Trace("campaigns.SuppressionList", 1, Fate.ERASED), Trace("records.StoredFile", 1, Fate.ERASED))
    assert CampaignTraces().found(KEYS) == Finding(told)
    assert erase() == {"campaigns.SuppressionList": 1, "records.StoredFile": 1}
    assert CampaignTraces().found(KEYS) == Finding()
    assert (SuppressionList.objects.get(), StoredFile.objects.get().pk) == (other, other.file_id)
    assert actions.apply_list(list_id=other.pk, now=NOW).created == 1


@pytest.mark.usefixtures("in_acme")
@pytest.mark.parametrize("is_book", [False, True])
@pytest.mark.parametrize(
    "row", [[HERS, "", ""], ["", "9.876.543-3", ""], [ANOTHERS, "", "de zoila@Marked.example"]]
)
def test_a_file_that_names_the_person_goes(row: list[str], is_book: bool) -> None:
    """S19: by its number, its document, or an e-mail in a column beside; also in rows that were refused."""
    rows = [["number", "document", "motivo"], ["broken", "", ""], row]
    if is_book:
        looked_file(workbook(sheet_of(rows)), "lista.xlsx")
    else:
        looked_file("\n".join(";".join(cells) for cells in rows).encode())
    assert erase() == {"campaigns.SuppressionList": 1, "records.StoredFile": 1}
    assert not SuppressionList.objects.exists()


@pytest.mark.usefixtures("in_acme")
def test_an_applied_list_stays_as_counts() -> None:
    """S19, C21: its bytes go, what it said are wishes, which are masked; nothing lets her be guessed."""
    made = applied([HERS])
    assert erase() == {"campaigns.Suppression": 1, "records.StoredFile": 1}
    left = SuppressionList.objects.get()
    assert (left.pk, left.created, left.file_id, left.digest) == (made.pk, 1, None, "")
    assert [one.value[:2] for one in Suppression.objects.in_force()] == ["H:"]


@pytest.mark.real_roles
def test_an_erasure_behind_an_application_masks_what_it_wrote(acme: Tenant) -> None:
    """S19, W4: of two at once neither leaves the number in plain."""
    with tenant_scope(acme.schema_name):
        made = looked([HERS]).made
    counts = one_behind_the_other(acme, lambda: actions.apply_list(list_id=made.pk, now=NOW), erase)
    assert counts == {"campaigns.Suppression": 1, "records.StoredFile": 1}
    with tenant_scope(acme.schema_name):
        assert [one.value[:2] for one in Suppression.objects.in_force()] == ["H:"]


@pytest.mark.real_roles
def test_an_application_behind_an_erasure_finds_no_list(acme: Tenant) -> None:
    """S19: and writes nothing."""
    with tenant_scope(acme.schema_name):
        made = looked([HERS]).made
    told = one_behind_the_other(acme, erase, lambda: actions.apply_list(list_id=made.pk, now=NOW))
    assert told.code == "suppression_list_unknown"
    with tenant_scope(acme.schema_name):
        assert not Suppression.objects.exists()


@pytest.mark.real_roles
@pytest.mark.parametrize("look", [looked, send])
def test_an_erasure_behind_a_preview_takes_its_list_too(
    acme: Tenant, look: Callable[[list[str]], object]
) -> None:
    """S19: it was not there yet when the erasure began, and would have stayed for a day."""
    counts = one_behind_the_other(acme, lambda: look([HERS]), erase)
    assert counts == {"campaigns.SuppressionList": 1, "records.StoredFile": 1}
    with tenant_scope(acme.schema_name):
        assert not StoredFile.objects.exists()


@pytest.mark.real_roles
def test_a_preview_behind_an_erasure_comes_in_as_new(acme: Tenant) -> None:
    """S19: what comes after an erasure is not reached by it."""
    made = one_behind_the_other(acme, erase, lambda: send([HERS]))
    with tenant_scope(acme.schema_name):
        assert StoredFile.objects.get().pk == made.file_id


@pytest.mark.real_roles
def test_another_list_is_applied_while_a_person_is_erased(acme: Tenant) -> None:
    """S19, W4: an erasure reads every list that is kept, and holds those alone that name the person."""
    with tenant_scope(acme.schema_name):
        looked([HERS])
        other = looked([ANOTHERS]).made

    def apply(_number: int) -> int:
        with tenant_scope(acme.schema_name):
            return actions.apply_list(list_id=other.pk, now=NOW).created

    with tenant_scope(acme.schema_name), transaction.atomic():
        assert erase() == {"campaigns.SuppressionList": 1, "records.StoredFile": 1}
        assert at_once(1, apply) == [1]


@pytest.mark.usefixtures("in_acme")
def test_a_list_that_names_another_outlives_what_goes_in_every_erasure() -> None:
    """S19, S5: files that were handed out may hold anybody and go; their bytes are not read for it."""
    waits = looked([ANOTHERS]).made
    keep_file(name="lista.csv", content=b"Zoila", content_type="text/csv", expires_at=NOW)
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        counts = GroundTraces().erased(Order(KEYS, None))
    assert counts["records.StoredFile"] == 1
    assert not [one for one in asked.captured_queries if '"content"' in one["sql"]]
    assert actions.apply_list(list_id=waits.pk, now=NOW).created == 1


@pytest.mark.usefixtures("in_acme")
def test_a_short_name_on_a_network_takes_no_list_along() -> None:
    """S19: it stands inside other words; a longer one is found."""
    looked_file(f"number;motivo\n{ANOTHERS};pedido de Banana\n".encode())
    assert CampaignTraces().found(PersonKeys(handle="ana", country="CL")) == Finding()
    assert CampaignTraces().found(PersonKeys(handle="banana", country="CL")).count == 2
