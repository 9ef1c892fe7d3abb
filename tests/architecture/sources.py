"""The product's Python sources as parsed files, for the checks of this folder."""

import ast
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("config", "insights", "campaigns", "personas", "identity", "tenants")
TENANT_APPS = APPS[1:]

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root, with slashes, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def app(self) -> str:
        return self.path.split("/", 1)[0]

    @property
    def words(self) -> tuple[str, ...]:
        """Path without its suffix, split at slashes: `tenants/jobs/actions.py` → tenants, jobs, actions."""
        return tuple(self.path.removesuffix(".py").split("/"))

    @property
    def line_count(self) -> int:
        return len(self.text.splitlines())

    @cached_property
    def comments(self) -> dict[int, str]:
        """Line number → comment on that line, so that strings holding a # do not count."""
        tokens = tokenize.generate_tokens(StringIO(self.text).readline)
        return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}

    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))


@dataclass(frozen=True, order=True)
class Finding:
    """One broken rule at one place."""

    path: str
    line: int
    rule: str
    words: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.words}"


def product_sources() -> list[Source]:
    """Return every source of the product; migrations are written by Django, so they are left out."""
    return _read(ROOT / app for app in APPS)


def test_sources() -> list[Source]:
    """Return every source below `tests/`."""
    return _read([ROOT / "tests"])


test_sources.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test


def _read(folders: Iterator[Path] | list[Path]) -> list[Source]:
    paths = sorted(path for folder in folders for path in folder.rglob("*.py"))
    return [
        Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in paths
        if "migrations" not in path.parts
    ]


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for a name or attribute chain, else what stands last, else an empty string."""
    if isinstance(node, ast.Call):
        return dotted(node.func)
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return node.id if isinstance(node, ast.Name) else ""


def last_name(node: ast.AST) -> str:
    """Return the last word of a name, attribute chain or call: `transaction.on_commit(f)` → on_commit."""
    return dotted(node).rpartition(".")[2]
