"""Sources written in code: small tabs with the columns of the specification, and brands that have them."""

from collections.abc import Sequence
from typing import Any

from insights.models import FichaCliente
from insights.rules import SourceKind
from insights.sources import Answer
from insights.sources.answers import lines_of
from tenants.records import actions as records
from tests.workbooks import MAIN, PACKAGE, RELATIONS, TYPES, pack, sheet_of

POST_HEADINGS = (
    "post_url", "platform", "created_at", "content", "likes", "comments_count", "shares", "views"
)  # fmt: skip
COMMENT_HEADINGS = ("post_url", "comment_text", "ownerUsername", "created_at", "comment_id", "likes")
URL = "https://instagram.com/p/uno"


def a_post(url: str = URL, **values: Any) -> list[Any]:
    """Return a row of the posts' tab."""
    row = {
        "post_url": url,
        "platform": "instagram",
        "created_at": "2025-01-15T10:00:00Z",
        "content": "Café de altura",
        "likes": 10,
        "comments_count": 2,
        "shares": 1,
        "views": 100,
    } | values
    return [row[name] for name in POST_HEADINGS]


def a_comment(text: Any = "me encanta", url: str = URL, **values: Any) -> list[Any]:
    """Return a row of the comments' tab."""
    row = {
        "post_url": url,
        "comment_text": text,
        "ownerUsername": "@Ana",
        "created_at": "2025-01-16T09:00:00Z",
        "comment_id": "",
        "likes": "",
    } | values
    return [row[name] for name in COMMENT_HEADINGS]


def tabs(posts: Sequence[list[Any]], comments: Sequence[list[Any]] | None) -> dict[str, list[list[Any]]]:
    """Return both tabs with their headings; None leaves the comments' out."""
    found = {"Posts": [list(POST_HEADINGS), *posts]}
    return found | ({} if comments is None else {"Comments": [list(COMMENT_HEADINGS), *comments]})


def an_answer(posts: Sequence[list[Any]], comments: Sequence[list[Any]] | None = ()) -> Answer:
    """Return what a source with these rows says."""
    found = tabs(posts, comments)
    comments_tab = found.get("Comments")
    return Answer(lines_of(found["Posts"]), None if comments_tab is None else lines_of(comments_tab))


def a_workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    """Return an .xlsx with these tabs; numbers are numbers, all else is text."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    top = f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
    packed: bytes = pack(
        [
            ("[Content_Types].xml", TYPES),
            ("_rels/.rels", f'<Relationships xmlns="{PACKAGE}">{top}</Relationships>'),
            (
                "xl/workbook.xml",
                f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>',
            ),
            ("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>'),
            *(
                (
                    f"xl/worksheets/sheet{n}.xml",
                    sheet_of(rows),
                )
                for n, rows in enumerate(sheets.values(), 1)
            ),
        ]
    )
    return packed


def a_ficha(
    posts: Sequence[list[Any]] = (), comments: Sequence[list[Any]] | None = (), **values: Any
) -> FichaCliente:
    """Return a brand whose workbook has these rows."""
    ficha = FichaCliente.objects.create(
        **{"brand_name": "Café Sur", "source_kind": SourceKind.WORKBOOK, "timezone": "America/Lima"} | values
    )
    give_rows(ficha, posts, comments)
    return ficha


def give_rows(
    ficha: FichaCliente, posts: Sequence[list[Any]], comments: Sequence[list[Any]] | None = ()
) -> None:
    """Replace a brand's workbook by one with these rows."""
    content = a_workbook(tabs(posts, comments))
    ficha.workbook = records.keep_file(name="libro.xlsx", content=content, content_type="xlsx")
    ficha.save(update_fields=["workbook"])
