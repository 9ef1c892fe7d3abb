"""L5 and L3: profile addresses and e-mails."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.imports import canonical_email, canonical_profile_url

ANA = "https://linkedin.com/in/ana-pérez"


@pytest.mark.parametrize(
    "written",
    [
        "https://www.linkedin.com/in/ana-p%C3%A9rez",
        "http://cl.linkedin.com/in/Ana-Pérez/",
        "linkedin.com/in/ana-pérez?trk=x#top",
        "//www.linkedin.com/in/ana-pe\u0301rez/es",
        "HTTPS://LINKEDIN.COM/IN/ANA-P%c3%a9REZ/details/",
        "  https://www.linkedin.com:443/in/ana-pérez ",
    ],
)
def test_it_brings_a_profile_to_one_address(written):
    """L5: https, no www or country, nothing after the name, decoded, lower case."""
    assert canonical_profile_url(written) == ANA


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ana-pérez",
        "https://linkedin.com/",
        "https://linkedin.com/in/",
        "https://linkedin.com/in/..",
        "https://linkedin.com/company/acme",
        "https://linkedin.com/pub/in/ana",
        "https://evillinkedin.com/in/ana",
        "https://linkedin.com.example/in/ana",
        "https://linkedin.com@acme.example/in/ana",
        "ftp://linkedin.com/in/ana",
        "javascript:alert(1)//linkedin.com/in/ana",
        "https://linkedin.com/in/ana%2Fotra",
        "https://linkedin.com/in/ana%00",
        "https://linkedin.com/in/%FF",
        "https://linkedin.com/in/ana lopez",
        "https://[linkedin.com/in/ana",
        "https://linkedin.com/in/" + "a" * 400,
        "https://linkedin.com/in/a%2541",
    ],
)
def test_it_refuses_what_is_no_profile(written):
    """L5: else bad."""
    assert canonical_profile_url(written) is None


@given(st.text(min_size=1, max_size=30))
def test_its_answer_reads_back_as_itself(name):
    """L5: one person, one address, however often it travels."""
    address = canonical_profile_url(f"linkedin.com/in/{name}")
    assert address is None or canonical_profile_url(address) == address


@given(st.text())
def test_it_never_raises(text):
    """L3: a bad address is dropped, not thrown."""
    canonical_profile_url(text)
    canonical_email(text)


def test_it_brings_an_email_to_lower_case_and_refuses_a_wrong_form():
    """L3, L6: e-mails are compared."""
    assert canonical_email("  Ana.Perez@Acme.EXAMPLE ") == "ana.perez@acme.example"
    for wrong in (
        "",
        "ana",
        "ana@",
        "ana@acme",
        "a b@acme.example",
        "Ana <ana@acme.example>",
        "ana@@acme.example",
    ):
        assert canonical_email(wrong) is None
