"""Reclassify for staff: estimate, preview, apply as previewed, cancel, undo (R1-R9, W2, W4)."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from personas import actions
from personas.models import Contact, ContactPersona, Keyword, Persona
from personas.rules import Match, ReclassificationType
from tenants.jobs.models import Job
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.personas.importing import ANA, import_rows, work

Pages = Callable[[User], Client]
RECLASSIFY = "/admin/personas/reclassify/"
ALL = ReclassificationType.ALL


@pytest.fixture
def client(page: Pages, alice: User) -> Client:
    return page(alice)


@pytest.fixture
def zoo(acme: Tenant) -> Keyword:
    """Ana of marketing, three zootechnicians with the default persona, and a keyword that came later."""
    rows = (f"Z{at},X,https://linkedin.com/in/z{at},,Acme,Zootecnista Mayor," for at in range(3))
    with tenant_scope(acme.schema_name):
        import_rows(acme, ANA, *rows)
        medical = Persona.objects.get(code="dc_medicas")
        return actions.save_keyword(persona=medical, text="Zootecnista", match=Match.PHRASE).keyword


def shown(client: Client, path: str = RECLASSIFY) -> str:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code, response.content[:300])
    return unescape(response.content.decode())


def previewed(client: Client, acme: Tenant, **asked: Any) -> str:
    """Ask for a preview, let it run, return its address."""
    response = client.post(RECLASSIFY, {"type": "all"} | asked)
    assert response.status_code == 302
    return ran(acme, response["Location"])


def ran(acme: Tenant, path: str) -> str:
    """Run the job of a page, as a worker would."""
    with tenant_scope(acme.schema_name):
        assert work(acme, Job.objects.get(pk=path.split("/")[-2])).state == "completed"
    return path


def pressed(client: Client, path: str, name: str) -> str:
    response = client.post(f"{path}{name}/")
    assert response.status_code == 302, response.content[:300]
    return response["Location"]


def holders(acme: Tenant, code: str = "dc_medicas") -> int:
    with tenant_scope(acme.schema_name):
        return ContactPersona.objects.filter(persona__code=code).count()


def test_it_offers_the_four_types(client: Client) -> None:
    page = shown(client)
    for type in ("all", "by_keyword", "by_persona", "affected"):
        assert f'href="?type={type}"' in page
    assert "type=undo" not in page


def asked_for(zoo: Keyword) -> dict[str, str]:
    return {
        "all": "",
        "by_keyword": f"&keyword={zoo.pk}",
        "by_persona": "&persona=mateo",
        "affected": "&keywords=zootecnista&keywords=Nada",
    }


@pytest.mark.parametrize(
    ("type", "selected"), [("all", 4), ("by_keyword", 3), ("by_persona", 3), ("affected", 3)]
)
def test_each_type_goes_from_estimate_to_undo(
    client: Client, acme: Tenant, zoo: Keyword, type: str, selected: int
) -> None:
    """R9, R1, R2, R8, W4: the numbers of the estimate are those of the preview and of the work."""
    page = shown(client, f"{RECLASSIFY}?type={type}&estimate=1{asked_for(zoo)[type]}")
    assert f"<dt>Contacts selected</dt><dd>{selected}</dd>" in page
    assert "<dt>Would change</dt><dd>3</dd>" in page
    form = {"keyword": zoo.pk, "persona": "mateo", "keywords": ["zootecnista", "Nada"]}
    preview = previewed(client, acme, type=type, **form)
    assert holders(acme) == 0
    page = shown(client, preview)
    assert f"3 of {selected} contacts would change." in page
    assert "Apply this preview: 3 changes" in page
    assert "hx-get" not in page.partition('class="progress')[2].partition("</section>")[0]
    applied = ran(acme, pressed(client, preview, "apply"))
    assert holders(acme) == 3
    page = shown(client, applied)
    assert f"3 of {selected} contacts changed." in page
    undo = ran(acme, pressed(client, applied, "undo"))
    assert holders(acme) == 0
    assert "3 of 3 contacts changed." in shown(client, undo)
    assert "Undone by" in shown(client, applied)
    assert "/undo/" not in shown(client, applied)


def test_the_result_says_from_which_persona_to_which(client: Client, acme: Tenant, zoo: Keyword) -> None:
    """R4: table, breakdown, samples that lead to the diagnosis."""
    page = shown(client, previewed(client, acme))
    matrix = page.partition('class="matrix"')[2].partition("</table>")[0]
    with tenant_scope(acme.schema_name):
        names = dict(Persona.objects.values_list("code", "name"))
        first = Contact.objects.get(first_name="Z0").pk
    assert names["mateo"] in matrix
    assert names["dc_medicas"] in matrix
    assert f"<dt>{names['dc_medicas']}</dt><dd>3</dd>" in page
    assert f"/admin/personas/diagnose/?contact={first}" in page


def test_a_preview_is_refused_once_the_rules_moved(client: Client, acme: Tenant, zoo: Keyword) -> None:
    """R2: in words, nothing written, a new preview one click away."""
    preview = previewed(client, acme)
    with tenant_scope(acme.schema_name):
        actions.delete_keyword(keyword=zoo)
    page = shown(client, preview)
    assert "The rules changed since this preview" in page
    assert "/apply/" not in page
    assert pressed(client, preview, "apply") == preview
    assert "The rules changed since the preview. Make a new one." in shown(client, preview)
    assert holders(acme) == 0
    again = ran(acme, pressed(client, preview, "again"))
    assert again != preview
    assert "0 of 4 contacts would change." in shown(client, again)


def test_a_preview_is_applied_once(client: Client, acme: Tenant, zoo: Keyword) -> None:
    """R2: the second click is refused in words."""
    preview = previewed(client, acme)
    ran(acme, pressed(client, preview, "apply"))
    assert pressed(client, preview, "apply") == preview
    assert "was applied already" in shown(client, preview)
    assert "Applied by" in shown(client, preview)


def test_what_undo_leaves_is_named_with_why(client: Client, acme: Tenant, zoo: Keyword, alice: User) -> None:
    """R8: changed or locked since."""
    applied = ran(acme, pressed(client, previewed(client, acme), "apply"))
    with tenant_scope(acme.schema_name):
        locked = Contact.objects.get(first_name="Z0").pk
        actions.lock_contact(contact_id=locked, by=alice.pk)
    undo = ran(acme, pressed(client, applied, "undo"))
    left = shown(client, undo).partition('id="left"')[2].partition("</section>")[0]
    assert "locked since" in left
    assert f"contact={locked}" in left
    assert holders(acme) == 1


def test_it_is_cancelled_while_it_waits(client: Client, acme: Tenant, zoo: Keyword) -> None:
    """R6: at once; a second time is refused in words."""
    path = client.post(RECLASSIFY, {"type": "all"})["Location"]
    page = shown(client, path)
    assert f'hx-get="{path}bar/"' in page
    assert f"{path}cancel/" in page
    pressed(client, path, "cancel")
    page = shown(client, path)
    assert "Cancelled" in page
    assert "/apply/" not in page
    pressed(client, path, "cancel")
    assert "error" in shown(client, path)


def test_the_bar_asks_for_the_page_once_it_ended(client: Client, acme: Tenant, zoo: Keyword) -> None:
    """W2: polling stops at the end, and the result is there."""
    path = client.post(RECLASSIFY, {"type": "all"})["Location"]
    waiting = client.get(f"{path}bar/")
    assert "HX-Refresh" not in waiting
    ran(acme, path)
    assert client.get(f"{path}bar/")["HX-Refresh"] == "true"


def test_what_was_done_is_listed_newest_first(client: Client, acme: Tenant, zoo: Keyword) -> None:
    """Type, parameter in words, state, counts."""
    previewed(client, acme)
    previewed(client, acme, type="by_keyword", keyword=zoo.pk)
    previewed(client, acme, type="by_persona", persona="mateo")
    with tenant_scope(acme.schema_name):
        actions.delete_keyword(keyword=zoo)
    past = shown(client).partition('id="past"')[2]
    words = ("By persona: Otros", "By keyword: a deleted keyword", "All contacts")
    assert sorted(words, key=past.index) == list(words)
    assert shown(client, f"{RECLASSIFY}?skip=1").count("By persona") == 1
    for skip in ("x", "99999999999999999999", "-1"):
        shown(client, f"{RECLASSIFY}?skip={skip}")


def test_keywords_are_found_by_their_text(client: Client, zoo: Keyword) -> None:
    page = shown(client, f"{RECLASSIFY}?type=by_keyword&q=ZOOTEC")
    assert f"?type=by_keyword&keyword={zoo.pk}&estimate=1" in page
    assert "No keyword holds this text." in shown(client, f"{RECLASSIFY}?type=by_keyword&q=qqq")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("type=affected", "Say which contacts are meant"),
        ("type=affected&keywords=%C2%A1!", "Say which contacts are meant"),
        ("type=affected&keywords=%00", "Say which contacts are meant"),
        ("type=by_persona", "Say which contacts are meant"),
        ("type=by_persona&persona=nobody", "There is no such persona."),
        ("type=by_keyword&keyword=7", "There is no such keyword."),
        ("type=by_keyword&keyword=x", "Say which contacts are meant"),
    ],
)
def test_a_selection_without_sense_is_told(client: Client, zoo: Keyword, asked: str, words: str) -> None:
    """W11: in words, for the estimate and for the preview."""
    assert words in shown(client, f"{RECLASSIFY}?{asked}&estimate=1")
    fields = dict(pair.split("=") for pair in asked.split("&"))
    response = client.post(RECLASSIFY, fields | {"keywords": ""} if "keywords" in fields else fields)
    assert response.status_code == 302
    assert words in shown(client, response["Location"])


@pytest.mark.parametrize("type", ["", "undo", "x", "\0"])
def test_an_unknown_type_does_not_exist(client: Client, type: str) -> None:
    assert client.post(RECLASSIFY, {"type": type}).status_code == 404
    shown(client, f"{RECLASSIFY}?type={type}&estimate=1" if type != "\0" else f"{RECLASSIFY}?type=%00")


def test_unknown_jobs_and_moves_are_missing(client: Client, acme: Tenant, zoo: Keyword) -> None:
    nobody = f"{RECLASSIFY}00000000-0000-0000-0000-000000000000/"
    for path in (nobody, f"{nobody}bar/"):
        assert client.get(path).status_code == 404
    for name in ("cancel", "apply", "undo", "again"):
        assert client.post(f"{nobody}{name}/").status_code == 404
    path = previewed(client, acme)
    assert client.post(f"{path}explode/").status_code == 404
    assert client.get(f"{path}apply/").status_code == 405
    pressed(client, path, "undo")
    assert "can be undone" in shown(client, path)


def test_viewers_and_other_tenants_stay_outside(
    page: Pages, client: Client, acme: Tenant, zoo: Keyword, bob: User, carol: User
) -> None:
    """S2: no estimate, no preview, no move."""
    path = previewed(client, acme)
    viewer, stranger = page(bob), page(carol)
    assert viewer.get(RECLASSIFY).status_code == 403
    assert viewer.post(RECLASSIFY, {"type": "all"}).status_code == 403
    for name in ("cancel", "apply", "undo", "again"):
        assert viewer.post(f"{path}{name}/").status_code == 403
        assert stranger.post(f"{path}{name}/").status_code == 404
    assert stranger.get(path).status_code == 404
    assert holders(acme) == 0


def test_the_list_costs_the_same_however_long(
    client: Client, acme: Tenant, zoo: Keyword, django_assert_max_num_queries: Any
) -> None:
    """Fixed query count."""
    for _time in range(12):
        client.post(RECLASSIFY, {"type": "by_keyword", "keyword": zoo.pk})
    shown(client)
    with django_assert_max_num_queries(18):
        shown(client)
