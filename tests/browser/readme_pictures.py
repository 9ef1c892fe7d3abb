"""The pictures of README and guides: `python3 manage.py test tests/browser/readme_pictures.py -n 0`.

Its name keeps it out of the ordinary run: it is asked for by its path.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import Look
from tests.browser.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]

FOLDER = Path("docs/images")
LARGEST_BYTES = 200_000
# Name: (who looks, path, how, height); names in braces are pages of the sample data.
PICTURES = {
    "dashboard": ("bob", "/personas/", Look("es", 1360), 1000),
    "dashboard-phone": ("bob", "/personas/", Look("en", 390, "dark"), 844),
    "import": ("alice", "{done}", Look("en", 1360), 700),
    "guia-inicio": ("bob", "/", Look("es", 1360), 1000),
    "guia-campana": ("bob", "{campaign}", Look("es", 1360), 1000),
    "guia-marca": ("bob", "{brand_cumbre}&range=90", Look("es", 1360), 1100),
    "guia-escritorio": ("alice", "/admin/", Look("es", 1360), 1000),
    "guia-casos": ("alice", "{case}", Look("es", 1360), 900),
    "guia-tablero": ("alice", "{board}", Look("es", 1360), 1000),
}


@pytest.mark.parametrize("name", PICTURES)
def test_it_draws_the_picture(name: str, visit: Callable[..., Page], site: Served) -> None:
    """Write docs/images/<name>.png, small enough to be read over a telephone."""
    person, path, look, height = PICTURES[name]
    page = visit(person, look)
    page.set_viewport_size({"width": look.width, "height": height})
    page.goto(path.format(**site.paths))
    page.wait_for_load_state("networkidle")
    FOLDER.mkdir(parents=True, exist_ok=True)
    drawn = page.screenshot(path=FOLDER / f"{name}.png", animations="disabled", scale="css")
    assert len(drawn) < LARGEST_BYTES
