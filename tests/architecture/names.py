"""Names that say nothing, and decisions that do not say why."""

import ast
import re

from tests.architecture.sources import Finding, Source, last_name

EMPTY_WORDS = {"util", "helper", "manager", "handler", "data", "info", "process", "base", "misc"}
# A room of this name would take in anything.
EMPTY_ROOMS = EMPTY_WORDS | {"common", "service", "mixin"}
DECISIONS = {"UniqueConstraint", "CheckConstraint", "ExclusionConstraint", "Index", "GinIndex", "BTreeIndex"}
SILENCED = re.compile(r"#\s*(?:noqa|nosec|type:\s*ignore)(?P<rest>.*)", re.IGNORECASE)
CODES = re.compile(r"^\s*(?::[\sA-Z0-9,]+\b|\[[a-z\-,\s]+\])")


def empty_names(source: Source) -> list[Finding]:
    """Return file and class names made of words that fit any file."""
    files = [
        Finding(source.path, 1, "name", word)
        for word in source.words
        if _is_empty(word.split("_"), EMPTY_ROOMS)
    ]
    return files + [
        Finding(source.path, node.lineno, "name", node.name)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef) and _is_empty_class(node)
    ]


def decisions_without_why(source: Source) -> list[Finding]:
    """Return constraints and indexes that no comment explains, inside, above or over their list."""
    return [
        Finding(source.path, node.lineno, "why", f"{last_name(node)} has no comment saying why")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and last_name(node) in DECISIONS and not _is_explained(source, node)
    ]


def silenced_without_why(source: Source) -> list[Finding]:
    """Return ignored lints and types whose line, and the line above, do not give the reason."""
    return [
        Finding(source.path, line, "why", comment)
        for line, comment in source.comments.items()
        if (match := SILENCED.search(comment)) and not (_says_why(match) or _is_known(source, line))
    ]


def _is_known(source: Source, line: int) -> bool:
    """Say whether the line above explains, or the attribute is one that middleware puts on the request."""
    text = source.text.splitlines()[line - 1]
    return line - 1 in source.comments or ("request." in text and "ignore[attr-defined]" in text)


def _is_empty(words: list[str], empty: set[str]) -> bool:
    return any({word, word.removesuffix("s")} & empty for word in words)


def _is_empty_class(node: ast.ClassDef) -> bool:
    words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*", node.name)]
    inherited = " ".join(last_name(parent) for parent in node.bases).lower()
    kept = [word for word in words if word not in {"manager", "handler"} or word not in inherited]
    return _is_empty(kept, EMPTY_WORDS)


def _is_explained(source: Source, node: ast.Call) -> bool:
    first = node.lineno
    while first > 1 and first - 1 in source.comments:
        first -= 1
    return any(line in source.comments for line in range(first, (node.end_lineno or node.lineno) + 1))


def _says_why(match: re.Match[str]) -> bool:
    return bool(re.search(r"[a-zA-Z]{3}", CODES.sub("", match["rest"])))
