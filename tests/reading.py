"""Read pages as people do: their text, and the figures of charts as their tables tell them."""

import re
from html import unescape

from django.test import Client

Table = list[tuple[str, ...]]


def text_of(client: Client, path: str) -> str:
    """Return a page that answers."""
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


def tables(page: str) -> dict[str, Table]:
    """Return the rows of each chart's data table by the chart's key, as a reader sees them."""
    found = {}
    for figure in re.findall(r'<figure class="card chart">.*?</figure>', page, re.DOTALL):
        key = re.search(r'aria-labelledby="([a-z-]+?)(?:-n)?-t"', figure)
        assert key
        rows = re.findall(r"<tr>(.*?)</tr>", figure.split("<tbody>", 1)[1], re.DOTALL)
        found[key[1]] = [
            tuple(_text(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)) for row in rows
        ]
    return found


def _text(cell: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", cell))
