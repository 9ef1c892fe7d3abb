"""The leak lint of S3: ways in which one tenant's rows reach another, found in the syntax tree.

Each check was a measured leak. A check reads shapes, not types: what it cannot see, the isolation tests try.
"""

import ast
from collections.abc import Callable, Iterator

from tests.architecture.sources import TENANT_APPS, Finding, Source, dotted, last_name

Hit = tuple[ast.AST, str]

SCOPES = {"tenant_scope", "public_scope", "owner_scope", "schema_context", "tenant_context"}
THREADS = {"Thread", "Timer", "ThreadPoolExecutor", "ThreadPool", "ProcessPoolExecutor"}
CACHE_CALLS = {"get", "set", "add", "get_or_set", "incr", "decr", "delete", "touch", "get_many", "set_many"}
CACHES = {"cache", "caches"}
MEMOS = {"lru_cache", "cache", "cached"}
SCHEMA_SETTERS = {"set_schema", "set_tenant", "set_schema_to_public"}
ROW_WORDS = {"objects", "queries", "raw", "execute"}


def threads_without_tenant(tree: ast.Module) -> Iterator[Hit]:
    """A pooled thread keeps the schema of the job before it: 30 of 99 reads were another tenant's."""
    for node in _calls(tree):
        if (
            last_name(node) in THREADS
            and "tenant" not in ast.unparse(node)
            and "schema" not in ast.unparse(node)
        ):
            yield node, "a thread does not inherit the tenant: name the tenant or schema in the call"


def caches_without_tenant(tree: ast.Module) -> Iterator[Hit]:
    """A key without its tenant answered with another tenant's value in 55 of 95 requests."""
    for node in _calls(tree):
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in CACHE_CALLS:
            continue
        keyed = bool(node.args) and _names_tenant(node.args[0])
        if _is_cache(node.func.value) and not keyed:
            yield node, "a cache key without the tenant is shared by all tenants"
    yield from (
        (node, "a cached page is keyed by its address, which tenants share")
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id in {"cache_page", "cache_control_page"}
    )


def memos_of_rows(tree: ast.Module) -> Iterator[Hit]:
    """A memo or module global outlives the request, so its rows meet the next tenant."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and _is_memo(node) and _touches_rows(node):
            yield node, "a memoised function reads rows: the next tenant gets them"
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and "objects." in ast.unparse(statement):
            yield statement, "a module global holds rows or a queryset"


def commits_inside_scope(tree: ast.Module) -> Iterator[Hit]:
    """A callback registered inside a scope runs after it closed, in the outer schema, every time."""
    for node in ast.walk(tree):
        if isinstance(node, ast.With) and any(last_name(item.context_expr) in SCOPES for item in node.items):
            yield from (
                (call, "on_commit inside a scope runs after the scope closed")
                for call in _calls(node)
                if last_name(call) == "on_commit"
            )


def raw_search_path(tree: ast.Module) -> Iterator[Hit]:
    """A path set by hand is cached away by nobody: 70 of 95 requests read the wrong schema."""
    docstrings = set(_docstrings(tree))
    for node in ast.walk(tree):
        if _is_text(node, "search_path") and node not in docstrings:
            yield node, "only tenants.scope and the database wrapper may speak of search_path"
        if isinstance(node, ast.Call) and last_name(node) in SCHEMA_SETTERS:
            yield node, "only tenants.scope and the database wrapper may change the schema"


def async_doors(tree: ast.Module) -> Iterator[Hit]:
    """A schema context across an await was wrong in every request: tenant pages are WSGI threads only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncWith | ast.AsyncFor):
            yield node, "no async code where rows of tenants are read"


CHECKS: dict[str, Callable[[ast.Module], Iterator[Hit]]] = {
    "thread": threads_without_tenant,
    "cache": caches_without_tenant,
    "memo": memos_of_rows,
    "on_commit": commits_inside_scope,
    "search_path": raw_search_path,
    "async": async_doors,
}


def leaks(source: Source) -> list[Finding]:
    """Return what S3 bans in one source; `config` holds no rows, so only its schema changes are checked."""
    checks = CHECKS if source.app in TENANT_APPS else {"search_path": raw_search_path}
    return sorted(
        Finding(source.path, getattr(node, "lineno", 1), rule, words)
        for rule, check in checks.items()
        for node, words in check(source.tree)
    )


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _names_tenant(node: ast.AST) -> bool:
    text = ast.unparse(node)
    return "tenant" in text or "schema" in text


def _is_text(node: ast.AST, word: str) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and word in node.value.lower()


def _is_cache(node: ast.expr) -> bool:
    owner = node.value if isinstance(node, ast.Subscript) else node
    return last_name(owner) in CACHES


def _is_memo(function: ast.FunctionDef) -> bool:
    names = {dotted(decorator) for decorator in function.decorator_list}
    return any(name.rpartition(".")[2] in MEMOS for name in names)


def _touches_rows(function: ast.FunctionDef) -> bool:
    words = {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    return bool((words | names) & ROW_WORDS)


def _docstrings(tree: ast.Module) -> Iterator[ast.AST]:
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(tree):
        if isinstance(node, owners) and node.body and isinstance(node.body[0], ast.Expr):
            yield node.body[0].value
