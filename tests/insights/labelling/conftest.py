"""A chat server for each test that asks for one."""

from collections.abc import Iterator

import pytest

from tests.insights.chat_server import ChatServer, serving


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with serving() as found:
        yield found
