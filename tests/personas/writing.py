"""What tests of writes share: answers with their status, the rules' number, a bodyful of hostile values."""

from typing import Any

from personas import queries
from personas.models import Keyword
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.doors import ApiClient

V1, CLASSIFIER = "/api/v1", "/api/v1/persona-classifier"

# A contact as a program writes it.
EVA: dict[str, Any] = {
    "first_name": " Eva ",
    "last_name": "Ruiz",
    "emails": [{"address": "eva@x.example"}, {"address": "Eva.Ruiz@Acme.Example", "is_primary": True}],
    "companies": [{"name": "Acme  SpA"}],
    "job_title": "Gerente de Marketing",
    "linkedin_url": "https://cl.linkedin.com/in/Eva-Ruiz/?x=1",
    "phone": "+56 9 1234-5678",
    "first_connected_on_linkedin": "2024-02-03",
    "source": "fair",
}

# The doors of the four types of reclassification, and what each needs.
STARTS: dict[str, dict[str, Any]] = {
    "all": {},
    "by-keyword": {"keyword_id": ""},
    "by-persona": {"buyer_persona_id": "mateo"},
    "affected": {"keywords": ["Zootecnista"]},
}

# What no text may hold is refused by the parser; the rest is text, however odd.
UNFIT = {
    "NUL": b'"a\\u0000b"',
    "escape": b'"a\\u001bb"',
    "lone surrogate": b'"\\ud800"',
    "raw control": b'"a\x01b"',
    "latin-1": b'"\xf1"',
    "5,000 digits": b"9" * 5000,
    "infinite": b"1e999",
    "not a number": b"NaN",
}
ODD: dict[str, Any] = {
    "1 MB": "gerente " * 131_072,
    "right to left": "مدير التسويق \u202egerente\u202c",
    "emoji only": "😀🎉👩‍👩‍👧",
    "zero width": "\u200b\u200d\ufeff",
    "newlines": "a\nb\r\nc\td",
    "number": 7,
    "large number": 10**17,
    "negative": -1,
    "fraction": 1.5,
    "truth": True,
    "null": None,
    "list": ["x"],
    "object": {"x": 1},
    "empty": "",
    "blank": "   ",
    "SQL": "'; DROP TABLE personas_keyword; --",
    "percent": "%s %(x)s {x}",
}


def answer(response: Any, status: int = 200) -> Any:
    """Return the answer's JSON; its status must be this one."""
    assert response.status_code == status, (response.status_code, response.content[:2000])
    return response.json() if response.content else None


def problem(response: Any, status: int, code: str = "") -> Any:
    """Return the problem document; its status, and if named its code, must be these."""
    body = answer(response, status)
    assert response["Content-Type"] == "application/problem+json"
    assert body["type"] == f"urn:minga:problem:{code}" or not code, body
    return body


def number(acme: Tenant) -> int:
    """Return the revision of Acme's rules."""
    with tenant_scope(acme.schema_name):
        return queries.revision().number


def keywords_of(acme: Tenant, code: str, *texts: str) -> set[str]:
    """Return which of these texts are keywords of a persona of Acme."""
    with tenant_scope(acme.schema_name):
        found = Keyword.objects.filter(persona__code=code, text__in=texts)
        return set(found.values_list("text", flat=True))


def held(contact: dict[str, Any]) -> tuple[Any, ...]:
    """Return a contact's persona, both flags and who set them."""
    names = ("", "_locked", "_assigned_manually", "_locked_by")
    return tuple(contact[f"buyer_persona{name}"] for name in names)


def start(client: ApiClient, path: str = "all", prefix: str = CLASSIFIER, **body: Any) -> Any:
    """Start a reclassification, under the first clients' name for another prefix."""
    slash = "/" if prefix == CLASSIFIER else ""
    return client.post(f"{prefix}/reclassify/{path}{slash}", body)
