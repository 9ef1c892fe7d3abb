"""Catalogues (W7): complete, deterministic, and red when anything is missing."""

import re

import pytest

from config.catalogues import KEYWORDS, PRODUCT_FOLDERS, Catalogues
from tests.architecture.sources import ROOT

ALIAS = re.compile(r"import n?p?gettext\w* as (\w+)")
VIEW = 'from django.utils.translation import gettext as _\n\nWORDS = _("Upload workbook")\n'
PAGE = """{% load i18n %}<div>
  {% if x %}
    <p title="{% translate "Draft" %}">{% blocktranslate trimmed count n=n %}
      {{ n }} person
    {% plural %}
      {{ n }} people
    {% endblocktranslate %}</p>
  {% endif %}
</div>
"""


@pytest.fixture
def catalogues(tmp_path, monkeypatch):
    """A tree with one view and one page, extracted once, its Spanish still empty."""
    monkeypatch.setattr("config.catalogues._theme_sources", lambda: iter(()))
    (tmp_path / "personas").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "personas" / "views.py").write_text(VIEW)
    (tmp_path / "templates" / "page.html").write_text(PAGE)
    Catalogues(tmp_path).update()
    return Catalogues(tmp_path)


def translate(catalogues: Catalogues, words: dict[str, str]) -> Catalogues:
    path = catalogues.root / "locale/es/LC_MESSAGES/django.po"
    text = path.read_text()
    for source, target in words.items():
        text = text.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{target}"')
    text = text.replace('msgstr[0] ""', 'msgstr[0] "%(n)s persona"').replace(
        'msgstr[1] ""', 'msgstr[1] "%(n)s personas"'
    )
    path.write_text(text)
    Catalogues(catalogues.root).update()
    return Catalogues(catalogues.root)


def test_it_has_no_problem_in_the_product():
    """W7: nothing missing, stale, fuzzy or untranslated in Spanish and English."""
    problems = Catalogues(ROOT).problems()
    assert not problems, "\n".join(problems)


def test_it_extracts_code_and_templates(catalogues):
    """W7: plain, titled and counted words of Python and of pages are found, whatever their indentation."""
    ids = {message.id for message in catalogues.wanted if message.id}
    assert ids == {"Upload workbook", "Draft", ("%(n)s person", "%(n)s people")}


def test_it_knows_every_name_that_a_word_is_asked_by():
    """W7: under a name of its own a word would reach no catalogue, and stay English."""
    names = {
        found
        for folder in PRODUCT_FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        for found in ALIAS.findall(path.read_text())
    }
    assert "_now" in names, "positive control"
    assert names <= KEYWORDS.keys()


def test_it_turns_red_for_untranslated_spanish(catalogues):
    """Positive control: English is complete by identity, Spanish waits for people."""
    assert all(line.startswith("es: untranslated") for line in catalogues.problems())
    assert len(catalogues.problems()) == 3


def test_it_is_content_once_translated(catalogues):
    """W7: translated and compiled, there is nothing left to say."""
    done = translate(catalogues, {"Upload workbook": "Subir archivo", "Draft": "Borrador"})
    assert done.problems() == []


def test_it_turns_red_for_words_added_and_removed(catalogues):
    """Positive control: a word nobody extracted is missing, one nobody uses is stale."""
    done = translate(catalogues, {"Upload workbook": "Subir archivo", "Draft": "Borrador"})
    (done.root / "personas" / "views.py").write_text(VIEW.replace("workbook", "file"))
    assert Catalogues(done.root).problems() == [
        "es: missing: 'Upload file'",
        "es: stale: 'Upload workbook'",
        "en: missing: 'Upload file'",
        "en: stale: 'Upload workbook'",
    ]


def test_it_turns_red_for_a_lost_placeholder(catalogues):
    """Positive control: a translation that drops %(n)s would show no number."""
    done = translate(catalogues, {"Upload workbook": "Subir archivo", "Draft": "Borrador"})
    path = done.root / "locale/es/LC_MESSAGES/django.po"
    path.write_text(path.read_text().replace("%(n)s personas", "%(m)s personas"))
    assert any("placeholder" in line for line in Catalogues(done.root).problems())


def test_it_turns_red_for_an_old_compiled_file(catalogues):
    """Positive control: the compiled file must be the text's."""
    done = translate(catalogues, {"Upload workbook": "Subir archivo", "Draft": "Borrador"})
    (done.root / "locale/es/LC_MESSAGES/django.mo").write_bytes(b"old")
    assert done.problems() == ["es: django.mo differs from django.po"]


def test_it_writes_the_same_bytes_twice(catalogues):
    """W7: no dates, no line numbers, no versions: small diffs."""
    path = catalogues.root / "locale/es/LC_MESSAGES/django.po"
    before = path.read_bytes()
    Catalogues(catalogues.root).update()
    assert path.read_bytes() == before
    assert b"POT-Creation" not in before
