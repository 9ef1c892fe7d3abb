"""What ships: the rules, the people, and a truth that the engines must find by themselves."""

import hashlib
import re
from collections import Counter

import pytest

from personas.classifier import KeywordRule, PersonaRule, compile_ruleset
from personas.classifier.lint import contradictions, duplicates, shadowed
from personas.imports import open_export
from personas.rules import CODE_PATTERN, Effect, ImportRowReason
from personas.samples import load_b2b, make_linkedin_export, write_linkedin_export


def shipped_rules():
    personas: list[PersonaRule] = []
    keywords: list[KeywordRule] = []
    for number, shipped in enumerate(load_b2b(), 1):
        personas.append(PersonaRule(number, shipped.code, shipped.name, shipped.priority, shipped.is_default))
        keywords += [
            KeywordRule(len(keywords) + at, one.text, one.normalized, one.match, one.effect, number)
            for at, one in enumerate(shipped.keywords, 1)
        ]
    return personas, keywords


def contrast(one, other):
    """WCAG 2: the ratio of two colours' luminances."""

    def luminance(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


PERSONAS, KEYWORDS = shipped_rules()
RULES = compile_ruleset(PERSONAS, KEYWORDS, 1)


def test_it_ships_five_personas_and_three_hundred_phrases():
    """What ships: codes and priorities are the first clients'."""
    assert [(one.code, one.priority, one.is_default) for one in PERSONAS] == [
        ("dc_generales", 1, False),
        ("dc_marketing", 2, False),
        ("dc_comerciales", 3, False),
        ("dc_medicas", 4, False),
        ("mateo", 99, True),
    ]
    assert sum(1 for one in KEYWORDS if one.effect is Effect.INCLUDE) >= 300
    assert all(re.fullmatch(CODE_PATTERN, one.code) for one in PERSONAS)


def test_it_ships_no_keyword_that_the_lint_would_flag():
    """P9, P10: unique texts, none shadowed, none contradicted, none empty."""
    assert (shadowed(RULES), contradictions(RULES), duplicates(KEYWORDS)) == ([], [], [])
    assert all(one.normalized for one in KEYWORDS)
    excludes = [(one.persona_id, one.normalized) for one in KEYWORDS if one.effect is Effect.EXCLUDE]
    assert len(excludes) == len(set(excludes))


def test_it_ships_colours_that_are_read_on_white_and_seen_on_dark():
    """W7: text on white needs 4.5, a shape on the dark surface 3."""
    for shipped in load_b2b():
        assert contrast(shipped.color, "#ffffff") >= 4.5, shipped.code
        assert contrast(shipped.color, "#1b2321") >= 3, shipped.code


def test_it_repeats_byte_for_byte():
    """One seed, one file, on every Python: the sum was taken once and is kept."""
    sample = make_linkedin_export(rows=500, seed=7)
    assert (
        hashlib.sha256(sample.content).hexdigest()
        == "9d08541db685d76a204d1b275834a1e0c64d58452e0bf87d79f3d4e7e1617a5d"
    )
    assert make_linkedin_export(rows=500, seed=7) == sample
    assert make_linkedin_export(rows=500, seed=8).content != sample.content


def test_it_writes_the_truth_beside_the_file(tmp_path):
    """Files, never rows; truth beside."""
    sample = write_linkedin_export(tmp_path / "connections.csv", rows=20)
    assert (tmp_path / "connections.csv").read_bytes() == sample.content
    assert '"total_rows": 20' in (tmp_path / "connections.truth.json").read_text()


def take_in(sample):
    """L3, L6 and P3 over a whole file, as plainly as they read; contacts are [addresses, e-mails, title]."""
    by_email: dict[str, dict[str, str]] = {}
    by_address: dict[str, dict[str, str]] = {}
    contacts: list[dict[str, str]] = []
    counted: Counter[str] = Counter()
    opened = open_export(sample.content, filename="Connections.csv")
    for row in opened.rows(opened.suggest_mapping()):
        counted["total_rows"] += 1
        counted.update(reason.value for reason in row.issues)
        if row.rejected:
            counted["invalid"] += 1
            continue
        owner = by_email.get(row.email) if row.email else None
        resident = by_address.get(row.profile_url) if row.profile_url else None
        stranger = owner and row.profile_url and owner["address"] and owner["address"] != row.profile_url
        if (owner and resident and owner is not resident) or stranger:
            counted["conflicts"] += 1
            continue
        contact = owner or resident
        counted["updated" if contact else "created"] += 1
        if contact is None:
            contact = {"address": "", "title": ""}
            contacts.append(contact)
        contact["address"] = contact["address"] or row.profile_url
        contact["title"] = row.job_title or contact["title"]
        if row.email:
            by_email[row.email] = contact
        if row.profile_url:
            by_address[row.profile_url] = contact
        counted[RULES.classify(contact["title"]).persona.code] += 1
    return counted, Counter(RULES.classify(contact["title"]).persona.code for contact in contacts)


@pytest.mark.parametrize(("rows", "seed"), [(5_000, 2026), (1_500, 1), (1_500, 2), (1_500, 3)])
def test_reader_and_classifier_find_the_truth_by_themselves(rows, seed):
    """L3–L7, P3, P4: counted while inventing on one side, found by reading on the other."""
    sample = make_linkedin_export(rows=rows, seed=seed)
    truth = sample.truth
    counted, per_persona = take_in(sample)
    for name in ("total_rows", "created", "updated", "conflicts", "invalid"):
        assert counted[name] == getattr(truth, name) > 0, name
    for reason in ("CONNECTED_ON_PARSE_FAILED", "EMAIL_INVALID_FORMAT", "URL_INVALID_FORMAT"):
        value = ImportRowReason[reason].value
        assert counted[value] == getattr(truth, value) > 0, value
    assert dict(per_persona) == truth.contacts_per_persona
    assert {code: counted[code] for code in truth.rows_per_persona} == truth.rows_per_persona
    assert sum(truth.contacts_per_persona.values()) == truth.created
    assert truth.total_rows == truth.created + truth.updated + truth.conflicts + truth.invalid
