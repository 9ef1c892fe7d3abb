"""A body that is too large is refused before anybody reads it (S13)."""

import json
from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory


class Untouched(BytesIO):
    """A body that must not be read."""

    def read(self, *_args):
        raise AssertionError("the body was read")


@pytest.fixture
def send(db, client, settings):
    """Announce a length and send a body that nobody may read."""

    def call(path, length):
        return client.generic(
            "POST",
            path,
            headers={"Accept-Language": "en"},
            **{"wsgi.input": Untouched(), "CONTENT_LENGTH": str(length)},
        )

    return call


def test_it_refuses_a_large_body_of_a_stranger_with_a_page(send, settings):
    """S13: at the door, before the form's token or the log-in is looked at."""
    answer = send("/login/", settings.LARGEST_REQUEST + 1)
    assert answer.status_code == 413
    assert "The request is larger than 64 MB." in answer.content.decode()


def test_it_refuses_a_large_body_of_a_program_with_a_problem(send, settings):
    """W11: one shape for every refusal of the API."""
    answer = send("/api/v1/jobs/", settings.LARGEST_REQUEST + 1)
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert json.loads(answer.content)["type"] == "urn:minga:problem:body_too_large"


def test_it_lets_a_body_of_the_largest_size_in(send, settings):
    """Positive control: the next door answers, without reading either."""
    assert send("/api/v1/jobs/", settings.LARGEST_REQUEST).status_code == 401


@pytest.mark.parametrize("length", ["", "-1"])
def test_it_reads_nothing_of_a_body_without_a_length(length):
    """S13: chunks have no length; Django reads as many bytes as were announced, so none."""
    scope = RequestFactory().post("/", b"", content_type="text/plain").environ
    request = WSGIRequest(scope | {"wsgi.input": BytesIO(b"x" * 100), "CONTENT_LENGTH": length})
    assert request.body == b""
