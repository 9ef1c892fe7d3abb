"""The gettext catalogues (W7): extracted, updated and compiled in Python, so that nobody needs gettext.

A catalogue is written without dates, line numbers or tool versions: two people who extract the same
sources get the same bytes. English is complete by identity, Spanish is written by people.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

LANGUAGES = ("es", "en")
SOURCE_LANGUAGE = "en"
PRODUCT_FOLDERS = ("config", "insights", "campaigns", "personas", "identity", "tenants", "templates")
# The admin theme ships no catalogue of its own: its words are ours to translate.
THEME_PACKAGE = "unfold"

KEYWORDS: dict[str, Any] = {
    "_": None,
    "_now": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# A percent sign of running text (100 % of) is no placeholder, though it has the form of one.
NOT_A_PLACEHOLDER = re.compile(r"%(?![(a-zA-Z%])|% ")

Id = str | tuple[str, str]


class PlainCatalog(Catalog):
    """A catalogue whose header says language and plural rule only, so that it never changes by itself."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Project-Id-Version", "Minga"),
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]


@dataclass(frozen=True)
class Catalogues:
    """The catalogues below `root`/locale."""

    root: Path

    @cached_property
    def wanted(self) -> Catalog:
        """Every message of the sources, without translations."""
        found = PlainCatalog()
        for path in self._sources():
            for message_id, context in _messages(path):
                found.add(message_id, context=context)
        return found

    def update(self) -> None:
        """Write both catalogues: new messages empty (Spanish) or as they are (English), gone ones dropped."""
        for language in LANGUAGES:
            catalog = self.merged(language)
            self._path(language, "po").parent.mkdir(parents=True, exist_ok=True)
            self._path(language, "po").write_bytes(po_bytes(catalog))
            self._path(language, "mo").write_bytes(mo_bytes(catalog))

    def merged(self, language: str) -> Catalog:
        """Return the wanted messages with the translations that `language` has for them."""
        old = self._read(language)
        merged = _empty(language)
        for message in _in_order(self.wanted):
            known = old.get(message.id, message.context)
            kept = known.string if known is not None and _fits(known, merged) else ""
            text = _identity(message) if language == SOURCE_LANGUAGE else kept
            flags = known.flags if known is not None else ()
            merged.add(message.id, text, context=message.context, flags=flags)
        return merged

    def problems(self) -> list[str]:
        """Return one line for each message that is missing, stale, fuzzy, untranslated or wrong."""
        return [line for language in LANGUAGES for line in self._problems(language)]

    def _problems(self, language: str) -> Iterator[str]:
        catalog, wanted = self._read(language), _keys(self.wanted)
        present = _keys(catalog)
        yield from (f"{language}: missing: {_shown(key)}" for key in sorted(wanted - present))
        yield from (f"{language}: stale: {_shown(key)}" for key in sorted(present - wanted))
        for message in _in_order(catalog):
            yield from (f"{language}: {fault}: {message.id!r}" for fault in _faults(message, catalog))
        if self._bytes(language, "po") != po_bytes(catalog):
            yield f"{language}: django.po is not in the form that `manage.py messages` writes"
        if self._bytes(language, "mo") != mo_bytes(catalog):
            yield f"{language}: django.mo differs from django.po"

    def _sources(self) -> Iterator[Path]:
        for folder in (self.root / name for name in PRODUCT_FOLDERS):
            yield from (path for path in sorted(folder.rglob("*")) if _is_source(path))
        yield from _theme_sources()

    def _path(self, language: str, suffix: str) -> Path:
        return self.root / "locale" / language / "LC_MESSAGES" / f"django.{suffix}"

    def _bytes(self, language: str, suffix: str) -> bytes:
        path = self._path(language, suffix)
        return path.read_bytes() if path.exists() else b""

    def _read(self, language: str) -> Catalog:
        stored = read_po(BytesIO(self._bytes(language, "po")), locale=language)
        catalog = _empty(language)
        for message in _in_order(stored):
            catalog.add(message.id, message.string, context=message.context, flags=message.flags)
        return catalog


def po_bytes(catalog: Catalog) -> bytes:
    """Return the catalogue as text, sorted, each message followed by its translation."""
    return _written(write_po, catalog, sort_output=True, no_location=True, width=0, ignore_obsolete=True)


def mo_bytes(catalog: Catalog) -> bytes:
    """Return the catalogue as gettext reads it; fuzzy and empty messages are left out."""
    return _written(write_mo, catalog)


def _written(write: Callable[..., None], catalog: Catalog, **options: Any) -> bytes:
    buffer = BytesIO()
    write(cast("IO[bytes]", buffer), catalog, **options)
    return buffer.getvalue()


def _empty(language: str) -> Catalog:
    header = (
        "# Words of Minga and of its admin theme. Written by `manage.py messages`; translations by people."
    )
    return PlainCatalog(locale=language, domain="django", header_comment=header, fuzzy=False)


def _is_source(path: Path) -> bool:
    if "migrations" in path.parts or "tests" in path.parts:
        return False
    return path.suffix == ".py" or (path.suffix in {".html", ".txt"} and "templates" in path.parts)


def _theme_sources() -> Iterator[Path]:
    """The theme without its optional parts, which speak for packages that are not installed."""
    spec = find_spec(THEME_PACKAGE)
    for folder in map(Path, (spec and spec.submodule_search_locations) or ()):
        optional = folder / "contrib"
        yield from (p for p in sorted(folder.rglob("*")) if _is_source(p) and optional not in p.parents)


def _messages(path: Path) -> Iterator[tuple[Id, str | None]]:
    text = path.read_text(encoding="utf-8")
    code = text if path.suffix == ".py" else _as_code(text, path)
    for _line, message_id, _comments, context in extract("python", BytesIO(code.encode()), KEYWORDS):
        yield cast("Id", message_id), context


def _as_code(template: str, path: Path) -> str:
    """Return the template's messages as calls; indentation means nothing in HTML, so each line loses it."""
    return "\n".join(line.lstrip() for line in templatize(template, origin=str(path)).splitlines())


def _in_order(catalog: Catalog) -> list[Message]:
    return sorted((message for message in catalog if message.id), key=_key)


def _key(message: Message) -> tuple[str, str]:
    return (message.id if isinstance(message.id, str) else message.id[0], message.context or "")


def _keys(catalog: Catalog) -> set[tuple[str, str]]:
    return {_key(message) for message in catalog if message.id}


def _shown(key: tuple[str, str]) -> str:
    return repr(key[0]) + (f" ({key[1]})" if key[1] else "")


def _identity(message: Message) -> Any:
    return message.id


def _fits(message: Message, catalog: Catalog) -> bool:
    """Say whether a stored translation has as many forms as its message and language want."""
    return len(_forms(message)) == (catalog.num_plurals if message.pluralizable else 1)


def _forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def _faults(message: Message, catalog: Catalog) -> Iterator[str]:
    forms = _forms(message)
    if not forms or not all(forms):
        yield "untranslated"
    elif message.fuzzy:
        yield "fuzzy"
    elif not NOT_A_PLACEHOLDER.search(str(message.id)):
        yield from map(str, message.check(catalog))
