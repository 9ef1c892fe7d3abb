"""S3: the shapes that leak between tenants stay out of the code."""

import pytest

from tests.architecture.leaks import leaks
from tests.architecture.sources import Source, product_sources

# (path prefix, check) → why it is safe there. An entry that no longer matches anything is an error too.
ALLOWED = {
    ("tenants/scope/", "search_path"): "the room that owns scope and the database wrapper",
    ("tenants/provisioning/", "search_path"): "sets the path on the role (S1) and migrates schema by schema",
    ("tenants/provisioning/parallel.py", "thread"): "a thread only hands names to a process of its own",
    ("tenants/jobs/runner/lookout.py", "thread"): "each look opens the public scope, where tickets are",
    ("tenants/outgoing/sending.py", "thread"): "asks the system for a name's addresses and reads no row",
}

PLANTED = {
    "thread": "def view(request):\n    pool = ThreadPoolExecutor(4)\n    pool.submit(count)\n",
    "cache": 'def view(request):\n    return cache.get("contacts-per-persona")\n',
    "memo": "@lru_cache\ndef names():\n    return list(BuyerPersona.objects.all())\n",
    "on_commit": "def launch():\n    with tenant_scope(name):\n        transaction.on_commit(send)\n",
    "search_path": 'def read(cursor):\n    cursor.execute("SET search_path = other")\n',
    "async": "async def view(request):\n    return None\n",
}

INNOCENT = {
    "thread": "def run(schema_name):\n    Thread(target=beat, args=(schema_name,)).start()\n",
    "cache": 'def view(request):\n    return cache.get(f"{request.tenant.pk}:contacts")\n',
    "memo": "@lru_cache\ndef pattern(words):\n    return re.compile(words)\n",
    "on_commit": "def launch():\n    transaction.on_commit(send)\n",
    "search_path": 'def read():\n    """Needs no search_path: the role carries it."""\n',
    "async": "def view(request):\n    return None\n",
}


def allowed(path: str, rule: str) -> bool:
    return any(path.startswith(prefix) and rule == check for prefix, check in ALLOWED)


def test_it_finds_no_leaking_shape():
    """S3: threads, caches, memos, callbacks, paths and async code that could cross tenants."""
    found = [finding for source in product_sources() for finding in leaks(source)]
    bad = [finding for finding in found if not allowed(finding.path, finding.rule)]
    assert not bad, "\n".join(map(str, bad))


def test_it_keeps_no_stale_exemption():
    """S3: an exemption that exempts nothing would hide the next leak."""
    found = [finding for source in product_sources() for finding in leaks(source)]
    stale = [key for key in ALLOWED if not any(f.path.startswith(key[0]) and f.rule == key[1] for f in found)]
    assert not stale


@pytest.mark.parametrize("rule", PLANTED)
def test_it_turns_red_for_a_planted_leak(rule):
    """Positive control of S3: each banned shape is found, and its innocent twin is not."""
    assert [finding.rule for finding in leaks(Source("personas/views.py", PLANTED[rule]))] == [rule]
    assert leaks(Source("personas/views.py", INNOCENT[rule])) == []


def test_it_turns_red_for_a_global_queryset():
    """Positive control of S3: rows kept in a module outlive the request."""
    source = Source("personas/queries.py", "PERSONAS = list(BuyerPersona.objects.all())\n")
    assert [finding.rule for finding in leaks(source)] == ["memo"]
