"""The one service, its cache, and decisions of people (P5-P8)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from personas import actions, queries
from personas.models import Contact, ContactPersona, Keyword, Persona, PersonaChange, RejectedRow
from personas.rules import Effect, JobKind, KeywordWrite, Match
from personas.samples.ruleset import load_b2b
from tenants.actions.aging import change_retention
from tenants.jobs import actions as jobs
from tenants.jobs.models import Schedule
from tenants.models import Tenant, new_id
from tenants.scope import NoTenantScope, tenant_scope
from tests.personas.importing import ANA, import_rows, work


@pytest.fixture
def medical(in_acme: Tenant) -> Persona:
    return Persona.objects.get(code="dc_medicas")


def write(persona: Persona, text: str, **keyword: object) -> Keyword:
    return actions.save_keyword(persona=persona, text=text, **keyword).keyword  # type: ignore[arg-type]


def test_a_new_tenant_has_the_shipped_rules(in_acme: Tenant) -> None:
    """What ships; loading again adds nothing."""
    shipped = load_b2b()
    assert [one.code for one in queries.personas()] == [one.code for one in shipped]
    assert Keyword.objects.count() == sum(len(one.keywords) for one in shipped) >= 300
    assert actions.load_ruleset(seeds=shipped) == 0


def test_the_simple_form_says_what_the_full_one_says(in_acme: Tenant) -> None:
    """P5: one decision behind both names, cached or not."""
    for title in ("Gerente General", "VP - Sales & Marketing", "", None, 5, "médico"):
        full = actions.classify_job_title(title)
        for use_cache in (True, False):
            assert actions.classify_job_title_simple(title, use_cache=use_cache) == full.persona.code
        assert actions.normalize_job_title(title) == full.normalized_job_title


def test_unchanged_rules_load_once(in_acme: Tenant, django_assert_num_queries) -> None:
    """P6: one query while rules stand; all of them after invalidating."""
    actions.classify_job_title("x")
    with django_assert_num_queries(1):
        actions.classify_job_title("y")
    actions.invalidate_classifier_cache()
    assert not actions.cache_status().is_valid
    with django_assert_num_queries(4):
        actions.classify_job_title("z")
    assert actions.cache_status().is_valid


def test_a_change_is_seen_by_the_next_classification(medical: Persona) -> None:
    """P6: no expiry, no stale window."""
    assert actions.classify_job_title_simple("Zootecnista") == "mateo"
    before = queries.revision().number
    keyword = write(medical, "zootecnista")
    assert queries.revision().number == before + 1
    assert actions.classify_job_title_simple("Zootecnista") == "dc_medicas"
    actions.delete_keyword(keyword=keyword)
    assert actions.classify_job_title_simple("Zootecnista") == "mateo"


def test_a_change_that_was_rolled_back_leaves_no_rule_behind(medical: Persona) -> None:
    """P6: its number comes again with other rules, and is not mistaken for it."""
    with transaction.atomic():
        write(medical, "zootecnista")
        assert actions.classify_job_title_simple("Zootecnista") == "dc_medicas"
        transaction.set_rollback(True)
    write(medical, "herborista")
    assert actions.classify_job_title_simple("Zootecnista") == "mateo"


def test_tenants_do_not_share_rules(acme: Tenant, birch: Tenant) -> None:
    """S3: the cache is keyed by schema."""
    with tenant_scope(acme.schema_name):
        write(Persona.objects.get(code="dc_medicas"), "zootecnista")
        assert actions.classify_job_title_simple("Zootecnista") == "dc_medicas"
    with tenant_scope(birch.schema_name):
        assert actions.classify_job_title_simple("Zootecnista") == "mateo"


def test_nothing_is_classified_outside_a_tenant(acme: Tenant) -> None:
    """Fail closed."""
    with pytest.raises(NoTenantScope):
        actions.classify_job_title("x")


def test_without_a_default_persona_it_says_so(in_acme: Tenant) -> None:
    Persona.objects.filter(is_default=True).update(is_default=False)
    with pytest.raises(actions.NoRules):
        actions.classify_job_title("x", use_cache=False)


def test_an_include_stands_once(medical: Persona) -> None:
    """P9: under a better or its own persona it is refused, under a worse one it moves."""
    sales = Persona.objects.get(code="dc_comerciales")
    moved = write(medical, "Zootecnista Líder")
    for persona in (medical, Persona.objects.get(code="dc_medicas")):
        with pytest.raises(actions.KeywordExists):
            write(persona, "zootecnista lider")
    written = actions.save_keyword(persona=sales, text="ZOOTECNISTA LÍDER", match=Match.PHRASE)
    assert (written.action, written.keyword.pk) == (KeywordWrite.REPLACED, moved.pk)
    assert Keyword.objects.get(pk=moved.pk).persona == sales
    with pytest.raises(actions.KeywordExists):
        write(medical, "zootecnista lider")


def test_an_exclude_stands_once_per_persona(medical: Persona) -> None:
    """P9"""
    sales = Persona.objects.get(code="dc_comerciales")
    for persona in (medical, sales):
        write(persona, "asistente de zootecnia", effect=Effect.EXCLUDE)
    with pytest.raises(actions.KeywordExists):
        write(medical, "Asistente de Zootecnia", effect=Effect.EXCLUDE)


def test_renaming_makes_the_same_checks(medical: Persona) -> None:
    """P9"""
    keyword = write(medical, "zootecnista")
    standing = Keyword.objects.filter(persona__code="dc_generales").first()
    assert standing is not None
    with pytest.raises(actions.KeywordExists):
        actions.save_keyword(persona=medical, text=standing.text, keyword=keyword)
    with pytest.raises(actions.EmptyKeyword):
        actions.save_keyword(persona=medical, text="…", keyword=keyword)
    renamed = actions.save_keyword(persona=medical, text="zootecnia", keyword=keyword).keyword
    assert (renamed.pk, renamed.normalized) == (keyword.pk, "zootecnia")


def test_the_default_persona_has_no_keywords_and_stays(in_acme: Tenant) -> None:
    default = Persona.objects.get(is_default=True)
    with pytest.raises(actions.DefaultPersona):
        write(default, "zootecnista")
    with pytest.raises(actions.DefaultPersona):
        actions.delete_persona(persona=default)


def test_a_persona_that_contacts_hold_stays(in_acme: Tenant) -> None:
    import_rows(in_acme, ANA)
    with pytest.raises(actions.PersonaHeld):
        actions.delete_persona(persona=Persona.objects.get(code="dc_marketing"))
    actions.delete_persona(persona=Persona.objects.get(code="dc_medicas"))
    assert not Keyword.objects.filter(persona__code="dc_medicas").exists()


def test_a_persona_needs_a_code_and_a_priority_of_its_own(in_acme: Tenant) -> None:
    for code, priority, is_default in (("mateo", 50, False), ("new", 1, False), ("new", 50, True)):
        with pytest.raises(actions.PersonaExists):
            actions.save_persona(
                persona=Persona(code=code, name="X", priority=priority, is_default=is_default)
            )


def test_the_database_refuses_what_must_not_be_stored(in_acme: Tenant) -> None:
    """Constraints: slug, colour, positive priority, one default, a keyword that says something."""
    medical = Persona.objects.get(code="dc_medicas")
    bad = (
        {"code": "No Slug"}, {"color": "red"}, {"priority": 0}, {"is_default": True}, {"priority": 1},
    )  # fmt: skip
    for values in bad:
        with pytest.raises(IntegrityError), transaction.atomic():
            Persona.objects.filter(pk=medical.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Keyword.objects.create(persona=medical, text="…", normalized="")


def test_priorities_are_swapped_by_one_statement(in_acme: Tenant) -> None:
    """The unique constraint is checked at the statement's end."""
    Persona.objects.filter(priority__in=[1, 2]).update(priority=3 - F("priority"))
    assert Persona.objects.order_by("priority").values_list("code", flat=True)[0] == "dc_marketing"


def test_setting_by_hand_holds_and_unlocking_frees(in_acme: Tenant) -> None:
    """P7: both flags, who and when; false clears both; neither changes the persona."""
    import_rows(in_acme, ANA)
    ana = Contact.objects.get().pk
    actions.assign_persona(contact_id=ana, persona=Persona.objects.get(code="mateo"), by=new_id())
    kept = ContactPersona.objects.get()
    assert (kept.locked, kept.assigned_manually, kept.persona.code) == (True, True, "mateo")
    actions.lock_contact(contact_id=ana, locked=False, by=new_id())
    kept.refresh_from_db()
    assert (kept.locked, kept.assigned_manually, kept.locked_at) == (False, False, None)
    assert kept.persona.code == "mateo"
    assert PersonaChange.objects.count() == 2
    with pytest.raises(queries.UnknownContact):
        actions.lock_contact(contact_id=1, by=new_id())
    with pytest.raises(queries.UnknownContact):
        actions.change_title(contact_id=1, job_title="x")


def test_rejected_rows_are_forgotten_after_ninety_days(in_acme: Tenant) -> None:
    """L3: by a job that every new tenant has on its schedule."""
    import_rows(in_acme, ANA, ",,,x@x.example,,,", ",,,y@x.example,,,")
    old = RejectedRow.objects.first()
    assert old is not None
    RejectedRow.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=91))
    assert queries.rejected_rows(import_id=old.of_id).count() == 1
    assert Schedule.objects.filter(kind=JobKind.FORGET_REJECTED_ROWS).count() == 1
    job = work(in_acme, jobs.enqueue(kind=JobKind.FORGET_REJECTED_ROWS))
    assert (job.state, job.counters, RejectedRow.objects.count()) == ("completed", {"deleted": 1}, 1)


@pytest.mark.parametrize(("kept", "shown"), [(365, 2), (30, 1)])
def test_rejected_rows_are_shown_while_the_organisation_keeps_them(
    in_acme: Tenant, kept: int, shown: int
) -> None:
    """L3, S19: what its table of retention says, not what the product usually does."""
    import_rows(in_acme, ",,,x@x.example,,,", ",,,y@x.example,,,")
    old = RejectedRow.objects.first()
    assert old is not None
    days = 200 if kept > 90 else 60
    RejectedRow.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=days))
    change_retention(days={"rejected_rows": kept}, by=None)
    assert queries.rejected_rows(import_id=old.of_id).count() == shown
